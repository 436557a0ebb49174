"""What `verify` is given: each argument is looked at before anything runs, and refused in one line that names it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from pathlib import Path
from typing import SupportsIndex, cast

from ...cases.catalogue import CASES
from ...encode.arithmetic.arithmetic import Arithmetic
from ...encode.arithmetic.text import parse
from ...encode.claim import kind as kinds
from ...encode.claim.kind import InvalidKindError, Kind
from ...encode.model.arguments import wanted
from ...encode.model.load import names_file
from ...encode.number.given import described
from ...encode.number.mean import MAX_BITS, InvalidArithmeticError
from ...encode.program.program import Program
from ..request import words as request
from ..request.request import Options

_INSTEAD = {
    "a Builder": "finish it: t.accept(...), t.output(...) and t.classify(...) give the program",
    "a Rasp": "finish it: r.output(...) and r.accept(...) give the program",
    "a feature": "finish it: t.accept(feature) gives the program",
    "an s-op": "finish it: r.output(sop) gives the program",
    "a case": "write case.program",
}


def program(argument: str, value: object) -> Program:
    """A program."""
    if isinstance(value, Program):
        return value
    instead = _INSTEAD.get(described(value), "for example CASES['majority'].program, or load('model.json')")
    if isinstance(value, Path) or (isinstance(value, str) and names_file(value)):
        instead = f"write load({str(value)[:40]!r})"
    elif isinstance(value, str) and value in CASES:
        instead = f"write CASES[{value!r}].program, of logbits.cases.catalogue"
    raise TypeError(f"{argument} must be a program, not {described(value)}: {instead}")


def lengths(n: object, first: object) -> tuple[int, int]:
    """The bound and the least length."""
    least, bound = 1, request.MAX_LENGTH
    wish = f"a whole number from {least} to {bound}, the greatest length (n=64, first=5 asks about 5..64)"
    high, low = _whole("n", n, wish), _whole("first", first, f"a whole number from {least} to n, the least length")
    if high > bound:
        raise ValueError(f"n must be {wish}, not {described(high)}")
    if not least <= low <= high:
        asked = f"{described(low)}..{described(high)}"
        raise ValueError(f"first..n: lengths go from 1 to the bound: there are none in {asked}")
    return high, low


def bits(value: object) -> int:
    """The b of `fixed(b)`."""
    wish = f"a whole number from 1 to {MAX_BITS}"
    found = _whole("bits", value, wish)
    if not 1 <= found <= MAX_BITS:
        raise ValueError(f"bits must be {wish}, not {described(found)}")
    return found


def arithmetic(argument: str, value: object) -> Arithmetic:
    """An arithmetic, or the one that a text names."""
    if isinstance(value, Arithmetic):
        return value
    if not isinstance(value, str):
        raise wanted(argument, "a text such as 'fixed(8) nearest-even', or an arithmetic", value)
    try:
        return parse(value)
    except InvalidArithmeticError as error:
        raise InvalidArithmeticError(f"{argument}: {error}") from error


def claim(value: object, other: object) -> tuple[Kind, str]:
    """The kind of a claim, and the name of the program to compare with."""
    if not isinstance(value, str):
        raise wanted("claim", "a text such as 'decision', 'exact' or 'error<=1/100'", value)
    named = value.strip() in ("equivalent", "language")
    try:
        if other is None or not named:
            if other is not None:
                program("other", other)
                raise ValueError(
                    f"other is for claim='equivalent' or 'language', without a name, not {described(value)}"
                )
            return kinds.parse(value)
        return kinds.parse(f"{value.strip()} {program('other', other).name}")
    except InvalidKindError as error:
        raise InvalidKindError(f"claim: {error}") from error


def limits(timeout: object, jobs: object, memory: object, solvers: object, proofs: object) -> Options:
    """How to decide."""
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise wanted("timeout", "a number of seconds", timeout)
    if isinstance(proofs, bytes) or not isinstance(proofs, (str, Path, type(None))):
        raise wanted("proofs", "a folder, as a text or a Path", proofs)
    names = solvers if solvers is None or isinstance(solvers, str) else _names(solvers)
    return request.options(
        timeout,
        _whole("jobs", jobs, "a whole number of processes"),
        _whole("memory", memory, "a whole number of MiB"),
        names,
        None if proofs is None else str(proofs),
        dashes="",
    )


def _names(solvers: object) -> list[str]:
    wish = "names of solvers, as ['z3', 'cadical'] or 'z3,cadical'"
    if not isinstance(solvers, Iterable):
        raise wanted("solvers", wish, solvers)
    found = list(cast(Iterable[object], solvers))
    for each in found:
        if not isinstance(each, str):
            raise wanted("solvers", wish, cast(object, solvers))
    return cast(list[str], found)


def _whole(argument: str, value: object, wish: str) -> int:
    try:
        return index(cast(SupportsIndex, None if isinstance(value, bool) else value))
    except TypeError as error:
        raise wanted(argument, wish, value) from error
