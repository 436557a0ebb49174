"""From words to requests: the bounds of n, of b and of the options, and which models and arithmetics there are.

Everything that a user can get wrong is refused here, with one line that says what would be right, before anything runs.
The texts are those of the command line; numbers may also be given as integers, from Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from ...cases.case import Case
from ...cases.catalogue import CASES
from ...cases.languages import LANGUAGES
from ...cases.weights import NAMES, shipped
from ...encode.arithmetic.arithmetic import EXACT, Arithmetic, fixed
from ...encode.arithmetic.scales import sites
from ...encode.arithmetic.text import parse
from ...encode.claim import kind as kinds
from ...encode.claim.claim import Claim, aligned
from ...encode.claim.kind import InvalidKindError, Kind
from ...encode.model.load import load, names_file
from ...encode.model.serial import FormatError
from ...encode.number.given import described
from ...encode.number.mean import MAX_BITS, InvalidArithmeticError
from ...encode.program.defined import require_defined
from ...encode.program.program import Program
from ..solver.ask import missing
from ..solver.table import BACKENDS
from .request import Options, RequestError, quoted

MAX_LENGTH = 65536
"""The greatest bound N accepted."""

MAX_SECONDS = 10_000_000
MAX_JOBS = 1024
MIN_MEMORY, MAX_MEMORY = 256, 1 << 24


def claim(
    program: Program,
    left: Arithmetic,
    right: Arithmetic,
    bound: int,
    assume: str | Program | None = None,
    asked: str = "decision",
    other: Program | None = None,
) -> Claim:
    """The claim about `program` that the text `asked` names, restricted to the language of `assume`.

    `assume` is an acceptor or the name of its case; `other` is the program that `asked` names, where that is known.

    Raises:
        RequestError: for a text that is no claim, when a run or the assumption cannot be computed up to the bound, or
            is over another alphabet.
    """
    assumed = case(assume).program if isinstance(assume, str) else assume
    kind, name = kind_of("--claim", asked)
    other = aligned(other or compared(kind, name), program) if name else None
    for side, arithmetic in ((other or program, left), (program, right)):
        fits(side, arithmetic, bound)
    try:
        made = Claim(program, left, right, bound, assumed, kind, other)
    except ValueError as error:
        raise RequestError(str(error)) from error
    if assumed is not None:
        fits(assumed, EXACT, bound)
    return made


def kind_of(option: str, asked: str) -> tuple[Kind, str]:
    """The kind of claim that a text names, and the name of the other program; empty where there is none.

    Raises:
        RequestError: with the name of the option and what would be right.
    """
    try:
        return kinds.parse(asked)
    except InvalidKindError as error:
        raise RequestError(f"{option}: {error}") from error


def compared(kind: Kind, name: str) -> Program:
    """The program that a claim compares with: of a case, or for `language` the reference language of a case.

    Raises:
        RequestError: for a name that no case has, and a case without a reference language.
    """
    found = case(name)
    if kind.name == "equivalent":
        return found.program
    if found.name not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise RequestError(f"there is no reference language {quoted(name)}: there are {known}")
    return LANGUAGES[found.name]


def options(
    timeout: str | float = 300.0,
    jobs: str | int = 2,
    memory: str | int = 2048,
    solvers: str | Iterable[str] | None = None,
    proofs: str | None = None,
    *,
    dashes: str = "--",
) -> Options:
    """How to decide. `solvers` are names, or one text with commas between them; `dashes` begins an option's name.

    Raises:
        RequestError: for a number out of bounds, a solver that is unknown or not installed, and a folder for proofs
            that cannot be made.
    """
    named = solvers.split(",") if isinstance(solvers, str) else list(solvers or ())
    wanted = tuple(dict.fromkeys(name.strip() for name in named))
    if not wanted and solvers is not None:
        raise RequestError(f"{dashes}solvers needs a name: there are {', '.join(BACKENDS)}")
    for solver in wanted:
        if solver not in BACKENDS:
            raise RequestError(f"{dashes}solvers must be some of {', '.join(BACKENDS)}, not {quoted(solver)}")
        if missing(solver):
            raise RequestError(missing(solver))
    if proofs is not None:
        try:
            Path(proofs).mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise RequestError(f"{dashes}proofs: cannot make the folder {quoted(proofs)}: {why}") from error
    seconds, most = limits(timeout, memory, dashes=dashes)
    return Options(
        jobs=whole(f"{dashes}jobs", jobs, 1, MAX_JOBS),
        seconds=seconds,
        memory=most,
        solvers=wanted,
        proofs=None if proofs is None else Path(proofs),
    )


def limits(timeout: str | float, memory: str | int, *, dashes: str = "--") -> tuple[float, int]:
    """A limit in seconds and one in MiB.

    Raises:
        RequestError: for a number out of bounds.
    """
    seconds = _seconds(f"{dashes}timeout", timeout)
    return seconds, whole(f"{dashes}memory", memory, MIN_MEMORY, MAX_MEMORY, "MiB")


def length(n: str | int) -> int:
    """The bound N.

    Raises:
        RequestError: unless it is a whole number from 1 to `MAX_LENGTH`.
    """
    return whole("--n", n, 1, MAX_LENGTH)


def lengths(n: str | int) -> tuple[int, int]:
    """The least and the greatest length that `n` asks about: N stands for 1..N.

    Raises:
        RequestError: unless 1 <= LO <= HI <= `MAX_LENGTH`.
    """
    if not isinstance(n, str) or re.fullmatch(r"\s*[+-]?[0-9]*\s*", n):
        return 1, length(n)
    low, dots, high = n.partition("..")
    try:
        if not dots:
            raise RequestError("not a range")
        first, last = length(low), length(high)
    except RequestError as error:
        wanted = f"--n must be a whole number from 1 to {MAX_LENGTH}, or two of them as LO..HI, such as 5..64"
        raise RequestError(f"{wanted}, not {quoted(n.strip())}{_range_meant(n)}") from error
    if first > last:
        raise RequestError(f"--n {first}..{last} holds no length: did you mean {last}..{first}?")
    return first, last


def _range_meant(n: str) -> str:
    """The question whether a text that is no range was meant as one: 5-64, 5:64, 5 to 64."""
    between = r"\s*(?:-{1,2}>?|:|\.{1,4}|–|—|…|,|;|/|~|\bto\b|\s)\s*"
    found = re.fullmatch(rf"([0-9]{{1,5}}){between}([0-9]{{1,5}})", n.strip())
    if found is None or found[0] == f"{found[1]}..{found[2]}" or not 1 <= int(found[1]) <= int(found[2]):
        return ""
    return f"; did you mean {found[1]}..{found[2]}?"


def chosen(bits: str | int | None, arithmetic: str | None) -> Arithmetic:
    """The arithmetic under test.

    Raises:
        RequestError: unless exactly one of the two is given, and is right.
    """
    if bits is None and arithmetic is None:
        raise RequestError("give --bits, or --arithmetic with an arithmetic such as 'dyadic quotient(12)'")
    if bits is not None and arithmetic is not None:
        raise RequestError("give --bits or --arithmetic, not both: --bits 8 is --arithmetic 'fixed(8)'")
    if arithmetic is not None:
        return named("--arithmetic", arithmetic)
    assert bits is not None
    return fixed(whole("--bits", bits, 1, MAX_BITS))


def named(option: str, text: str) -> Arithmetic:
    """The arithmetic that `text` names.

    Raises:
        RequestError: with the name of the option and what would be right.
    """
    try:
        return parse(text)
    except InvalidArithmeticError as error:
        raise RequestError(f"{option}: {error}") from error


def case(model: str) -> Case:
    """The case that ships under this name, or the model in the file with this name.

    A name with a path separator, or that ends as a file of a model does, is a file; every other is a case.

    Raises:
        RequestError: with the names that come close, or with what is wrong with the file.
    """
    if model in CASES:
        return CASES[model]
    try:
        if names_file(model):
            program = load(model)
            return Case(0, program.name, program, file=model)
        if model in NAMES:
            return shipped(model)
    except FormatError as error:
        raise RequestError(str(error)) from error
    close = [each.name for each in CASES.values() if str(each.number) == model]
    close = close or get_close_matches(model.lower(), [*CASES, *NAMES], n=2, cutoff=0.5)
    meant = f"did you mean {' or '.join(close)}? " if close else ""
    raise RequestError(f"unknown model {quoted(model)}: {meant}'verify-precision list' shows all")


def fits(program: Program, arithmetic: Arithmetic, bound: int) -> None:
    """Checks that `program` can be computed in the arithmetic at all lengths up to `bound`.

    Raises:
        RequestError: when the model knows fewer positions, a feature is undefined somewhere, or no scale fits.
    """
    try:
        require_defined(program, bound)
    except ValueError as error:
        raise RequestError(str(error)) from error
    try:
        sites(program, arithmetic, bound)
    except ValueError as error:
        raise RequestError(f"{program.name} in {arithmetic}: {error}") from error


def whole(option: str, value: str | int, least: int, most: int, unit: str = "") -> int:
    """`value` as a whole number from `least` to `most`.

    Raises:
        RequestError: for anything else.
    """
    wanted = f"{option} must be a whole number{' of ' + unit if unit else ''} from {least} to {most}"
    text = value.strip() if isinstance(value, str) else described(value)
    # The length is looked at first: Python refuses to read numbers of thousands of digits.
    if not re.fullmatch(r"\+?[0-9]{1,20}", text) or not least <= int(text) <= most:
        raise RequestError(f"{wanted}, not {quoted(text) if isinstance(value, str) else text}")
    return int(text)


def _seconds(option: str, value: str | float) -> float:
    text = described(value) if isinstance(value, int) else str(value).strip()
    if (
        not re.fullmatch(r"\+?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})", text)
        or not 0 < float(text) <= MAX_SECONDS
    ):
        raise RequestError(
            f"{option} must be a number of seconds, more than 0 and at most {MAX_SECONDS}, not {quoted(text)}"
        )
    return float(text)
