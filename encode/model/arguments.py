"""Arguments that authors give: each is looked at where it is given, and refused in one line.

The line names the argument, says what is possible and what was given. What has the wrong type is a `TypeError`, what
has the right one and does not fit a `ProgramError`, which is a `ValueError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from itertools import pairwise
from operator import index
from typing import SupportsIndex, TypeVar, cast

from gmpy2 import mpq

from ..number.given import described
from ..number.rational import Number, rational
from ..program import expression
from ..program.position import Position, constant, reads
from ..program.program import BOS, EOS, End, ProgramError

C = TypeVar("C", bound=str)


def wanted(argument: str, wish: str, given: object) -> TypeError:
    """The exception for an argument of a wrong type."""
    return TypeError(f"{argument} must be {wish}, not {described(given)}")


def text(argument: str, value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise wanted(argument, "a text", value)
    if not value.isprintable():
        raise ProgramError(f"{argument} has characters that cannot be printed: {described(value)}")
    return value


def flag(argument: str, value: object) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise wanted(argument, "True or False", value)
    return value


def whole(argument: str, value: object, least: int, most: int) -> int:
    """A whole number from `least` to `most`."""
    try:
        found = index(cast(SupportsIndex, None if isinstance(value, bool) else value))
    except TypeError as error:
        raise wanted(argument, f"a whole number from {least} to {most}", value) from error
    if not least <= found <= most:
        raise ProgramError(f"{argument} must be a whole number from {least} to {most}, not {described(found)}")
    return found


def one_of(argument: str, value: object, choices: Iterable[C], meant: Mapping[str, str] | None = None) -> C:
    """One of several words; `meant` are other ways to write one, and what to write."""
    listed = list(choices)
    if isinstance(value, str) and value in listed:
        return cast(C, value)
    hint = ""
    if isinstance(value, str):
        close = get_close_matches(value.lower().strip(), listed, n=1)
        hint = (meant or {}).get(value) or (f"did you mean {close[0]!r}?" if close else "")
    message = f"{argument} must be one of {', '.join(map(repr, listed))}, not {described(value)}"
    message += f"; {hint}" if hint else ""
    raise (ProgramError if isinstance(value, str) else TypeError)(message)


def number(argument: str, value: object) -> mpq:
    """An exact number."""
    try:
        return rational(cast(Number, value))
    except (TypeError, ValueError) as error:
        raise type(error)(f"{argument}: {error}") from error


def place(argument: str, value: object) -> Position:
    """A position expression: as one, as its text, or as a number."""
    if isinstance(value, Position):
        return value
    if isinstance(value, str):
        try:
            return expression.parse(value.lstrip("+"))
        except expression.ExpressionError as error:
            raise ProgramError(f"{argument}: no position expression: {error}") from error
    try:
        return constant(cast(Number, value))
    except TypeError as error:
        wish = "a number or an expression of the position i and the length n, such as i / (n + 1) or its text"
        raise wanted(argument, wish, value) from error


def ends(argument: str, value: object) -> tuple[End, End]:
    """A declared range: its two ends, in n perhaps."""
    pair = tuple(cast(Iterable[object], value)) if isinstance(value, (tuple, list)) else ()
    if len(pair) != 2:
        raise wanted(argument, "a pair (low, high)", cast(object, value))
    found = [place(argument, end) for end in pair]
    for end in found:
        if reads(end, "i"):
            raise ProgramError(f"{argument}: a range is declared to depend on i: {end}")
    low, high = (end.value if end.op == "const" else end for end in found)
    if not isinstance(low, Position) and not isinstance(high, Position) and low > high:
        raise ProgramError(f"{argument}: the range from {low} to {high} is empty")
    return low, high


def mapping(argument: str, value: object, example: str) -> Mapping[object, object]:
    """A mapping, such as a dict."""
    if not isinstance(value, Mapping):
        raise wanted(argument, f"a dict such as {example}", value)
    return cast(Mapping[object, object], value)


def several(argument: str, value: object) -> Iterable[object]:
    """A list, an array, or whatever else has its entries in an order."""
    if isinstance(value, (str, bytes, Mapping, set, frozenset)) or not isinstance(value, Iterable):
        raise wanted(argument, "a list of numbers, or a function of the position", cast(object, value))
    return cast(Iterable[object], value)


def numbers(argument: str, value: object, example: str) -> tuple[tuple[mpq, mpq], ...]:
    """A mapping of numbers to numbers as ascending rows, at least one, each key once."""
    given = mapping(argument, value, example)
    rows = sorted(
        (number(f"{argument}, a key", k), number(f"{argument}, the entry of {k}", v)) for k, v in given.items()
    )
    if not rows:
        raise ProgramError(f"{argument} is empty: give at least one entry, as in {example}")
    for (a, _), (b, _) in pairwise(rows):
        if a == b:
            raise ProgramError(f"{argument} gives the key {a} twice")
    return tuple(rows)


def alphabet(value: object) -> tuple[str, ...]:
    """The symbols of words, in order, as `Program.alphabet` has them."""
    wish = "symbols in an order, such as 'ab' or ['open', 'close']"
    if isinstance(value, (set, frozenset)):
        raise TypeError(f"alphabet must be {wish}, and a set has none")
    if isinstance(value, (bytes, bytearray, Mapping)) or not isinstance(value, Iterable):
        raise wanted("alphabet", wish, cast(object, value))
    found: list[str] = []
    for symbol in cast(Iterable[object], value):
        each = text("each symbol of the alphabet", symbol)
        if not each:
            raise ProgramError("a symbol of the alphabet is the empty string")
        if each in (BOS, EOS):
            raise ProgramError(f"{BOS} and {EOS} cannot be symbols of words: the model has them by bos=True, eos=True")
        if each in found:
            raise ProgramError(f"a symbol occurs twice in the alphabet: {each!r}")
        found.append(each)
    if not found:
        raise ProgramError("the alphabet is empty")
    return tuple(found)


def symbol(argument: str, value: object, known: tuple[str, ...]) -> str:
    """A symbol of the alphabet, or BOS or EOS where the model has them."""
    if not isinstance(value, str):
        raise wanted(argument, f"a symbol, one of {_listed(known)}", value)
    if value not in known:
        apart = f", or apart: {', '.join(map(repr, value))}" if value and set(value) <= set(known) else ""
        raise ProgramError(
            f"{argument}: not a symbol of this model: {described(value)}; there are {_listed(known)}{apart}"
        )
    return value


def _listed(symbols: tuple[str, ...], most: int = 12) -> str:
    return ", ".join(map(repr, symbols[:most])) + (", …" if len(symbols) > most else "")
