"""Requests, one for each model: what the words of a command ask, made within the limits of the command.

A file may hold more than can be read in time, and numbers that no memory holds come up when scales are chosen. So what
may be heavy is made by a child, and what that does not finish is a request of its own kind (`Unmade`), whose verdict is
UNKNOWN; the other models are decided all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from ...cases.case import Case
from ...cases.catalogue import CASES
from ...encode.arithmetic.arithmetic import Arithmetic
from ...encode.claim.claim import Claim
from ...encode.model.load import expands, size_of
from ...encode.program.program import Program
from ...encode.program.work import HEAVY, work
from ..solver.limited import UnfinishedError, Within
from .request import About, Options, Request, RequestError, Unmade, quoted
from .words import case, chosen, claim, compared, kind_of, lengths, named

P = ParamSpec("P")
R = TypeVar("R")

LARGE = 1 << 16
"""The size in bytes from which on a model is read by a child."""


def requests(
    models: Sequence[str] = (),
    n: str | int | None = None,
    bits: str | int | None = None,
    arithmetic: str | None = None,
    against: str = "exact",
    assume: str | None = None,
    asked: str = "decision",
    options: Options | None = None,
) -> list[Request | Unmade]:
    """One request per model, for every length of `n`, a bound or LO..HI; without models, one per case that ships.

    Of the cases that ship, those that do not know positions up to the bound are left out (`left_out` names them).

    Raises:
        RequestError: for the first thing that is wrong.
    """
    if n is None:
        raise RequestError("give --n, the greatest length of words")
    first, bound = lengths(n)
    low, left = chosen(bits, arithmetic), named("--against", against)
    limits, found = options or Options(), list[Request | Unmade]()
    given = list(dict.fromkeys(models)) or [each.name for each in CASES.values() if each.name not in left_out(bound)]
    for model in given:
        within = Within(limits.seconds, limits.memory)
        name, file = model, ""
        try:
            read = reading(model, within)
            name, file = read.name, read.file
            made = claiming(read.program, left, low, bound, assume, asked, within)
            found.append(Request(made, first, file, within.spent))
        except UnfinishedError as error:
            kind_of("--claim", asked)
            about = About(name, str(low), str(left), asked, assume or "", first, bound, file)
            found.append(Unmade(about, str(error), within.spent))
    for name, times in Counter(each.about.model for each in found).items():
        if times > 1:
            raise RequestError(f"{times} of the models are named {quoted(name)}: give them different names")
    return found


def left_out(bound: int) -> dict[str, int]:
    """The cases that ship and know positions only up to a length below the bound, with that length."""
    known = {each.name: each.program.max_length for each in CASES.values()}
    return {name: length for name, length in known.items() if length is not None and length < bound}


def is_large(model: str) -> bool:
    """Whether the name is that of a file that is large, or stands for much."""
    return size_of(model) >= LARGE or expands(model)


def finished(within: Within, doing: str, function: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
    """What a call in a child returns, where no verdict is asked.

    Raises:
        RequestError: for a request that cannot be served within its limits, and what the function raises.
    """
    try:
        return within.call(doing, function, *args, **named)
    except UnfinishedError as error:
        raise RequestError(str(error)) from error


def reading(model: str, within: Within) -> Case:
    """The model of this name, or in the file of this name: read by a child if that is large.

    Raises:
        RequestError: see `case`.
        UnfinishedError: when it cannot be read within the limits.
    """
    if not is_large(model):
        return case(model)
    return within.call(f"reading {quoted(model)}", case, model)


def claiming(
    program: Program,
    left: Arithmetic,
    right: Arithmetic,
    bound: int,
    assume: str | Program | None,
    asked: str,
    within: Within,
) -> Claim:
    """The claim that is asked, made by a child if it is heavy; see `claim`.

    Raises:
        RequestError: see `claim`.
        UnfinishedError: when it cannot be made within the limits.
    """
    assumed = reading(assume, within).program if isinstance(assume, str) else assume
    kind, name = kind_of("--claim", asked)
    several = [program, *([] if assumed is None else [assumed]), *([compared(kind, name)] if name else [])]
    if sum(work(each, bound) for each in several) < HEAVY:
        return claim(program, left, right, bound, assumed, asked)
    doing = f"choosing how {program.name} stores its values for n = {bound}"
    return within.call(doing, claim, program, left, right, bound, assumed, asked)
