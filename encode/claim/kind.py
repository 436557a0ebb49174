"""Kinds of claims: what is read of two runs, and when readings agree.

    decision          the accept bit, or the output at every word position (a number, a class): the same
    output            as `decision`, where the left run stores the number that it outputs once more, in the low format
    exact             the exact accumulators of the readout, all of them, of acceptors and classes too: equal
    attention         M_i of every head at every position: the same (uniform heads always agree)
    error<=q          the exact accumulators of the readout: nowhere further apart than q
    language NAME     as `decision`, against another acceptor in exact arithmetic, a reference language
    equivalent NAME   as `decision`, against another program in exact arithmetic

A kind is data, and part of every claim. What it means is said here once, as two values: the *reading*, what is read of
either run, and the *agreement*, when two readings agree. They are all that the paths which decide a claim look at, and
each path supports a reading or declines it. So a kind with a known reading is a line in the table below. A new reading
is also made from terms (`logbits.encode.term.unroll`), from reference runs (`logbits.verify.reference.reading`) and,
where it is a function of counts, from runs on counts in numbers and in integer terms (`logbits.bounds.count`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from gmpy2 import mpq

from ..number.rational import ZERO, rational, show

Name = Literal["decision", "output", "exact", "attention", "error", "language", "equivalent"]
Reads = Literal["outcome", "accumulators", "attention"]


@dataclass(frozen=True)
class Reading:
    """What is read of a run: a row of numbers, the same for terms, for counts and for reference runs.

    `counted`: in a symmetric program it is a function of how often each symbol occurs. `decides`: it is the decision
    alone, so that equal thresholds of a count are enough. `truths`: its numbers are 0 and 1, whatever the readout.
    """

    name: Reads
    counted: bool = True
    decides: bool = False
    truths: bool = False


OUTCOME = Reading("outcome", decides=True)
ACCUMULATORS = Reading("accumulators")
ATTENTION = Reading("attention", counted=False, truths=True)


@dataclass(frozen=True)
class Agreement:
    """When two readings agree: no two numbers are further apart than the margin, which is 0 unless it is an error."""

    margin: mpq = ZERO

    def apart(self, left: Sequence[mpq], right: Sequence[mpq]) -> bool:
        """Whether two readings, as numbers in one order, do not agree."""
        return any(abs(a - b) > self.margin for a, b in zip(left, right, strict=True))


@dataclass(frozen=True)
class _Line:
    """One kind: its reading, whether its text goes on with a program's name, and whether the left output is stored."""

    reading: Reading
    named: bool = False
    stores: bool = False


_KINDS: dict[Name, _Line] = {
    "decision": _Line(OUTCOME),
    "output": _Line(OUTCOME, stores=True),
    "exact": _Line(ACCUMULATORS),
    "attention": _Line(ATTENTION),
    "error": _Line(ACCUMULATORS),
    "language": _Line(OUTCOME, named=True),
    "equivalent": _Line(OUTCOME, named=True),
}

_EXAMPLES = "there are decision, output, exact, attention, error<=q, language NAME and equivalent NAME"


class InvalidKindError(ValueError):
    """A text that is no claim: the message says what to write instead."""


@dataclass(frozen=True)
class Kind:
    """One kind of claim; `margin` is the q of `error<=q`, and 0 for all others.

    Raises:
        InvalidKindError: for a margin that does not fit.
    """

    name: Name = "decision"
    margin: mpq = ZERO

    def __post_init__(self) -> None:
        if self.name not in _KINDS:
            raise InvalidKindError(f"unknown claim {self.name!r}: {_EXAMPLES}")
        if self.margin < 0:
            raise InvalidKindError(f"an error is at least 0, so error<={show(self.margin)} holds nowhere")
        if self.margin and self.name != "error":
            raise InvalidKindError(f"the claim {self.name} has no margin")

    def __str__(self) -> str:
        return f"error<={show(self.margin)}" if self.name == "error" else self.name

    @property
    def reading(self) -> Reading:
        """What is read of either run."""
        return _KINDS[self.name].reading

    @property
    def agreement(self) -> Agreement:
        """When two readings agree."""
        return Agreement(self.margin)

    @property
    def named(self) -> bool:
        """Whether it compares with another program."""
        return _KINDS[self.name].named

    @property
    def stores(self) -> bool:
        """Whether the left run stores the number that it outputs once more."""
        return _KINDS[self.name].stores


DECISION = Kind()


def parse(text: str) -> tuple[Kind, str]:
    """The kind that `text` names, and the name of the other program; empty for kinds that need none.

    Raises:
        InvalidKindError: one line that says what is wrong, and what would be right.
    """
    word, _, rest = text.strip().partition(" ")
    name = rest.strip()
    plain: Name | None = next((known for known in _KINDS if known == word and known != "error"), None)
    if plain is not None and _KINDS[plain].named:
        if not name:
            raise InvalidKindError(f"{word} needs the name of a model, as in '{word} dyck1'")
        return Kind(plain), name
    error = re.fullmatch(r"error\s*<=\s*(.*)", text.strip())
    if error:
        try:
            return Kind("error", rational(error[1])), ""
        except ValueError as wrong:
            reason = wrong if isinstance(wrong, InvalidKindError) else "q is an integer, a fraction or a decimal"
            raise InvalidKindError(f"cannot read {_shown(text)}: {reason}") from wrong
    if plain is not None and not name:
        return Kind(plain), ""
    if word == "error" or word.startswith("error<"):
        raise InvalidKindError(f"cannot read {_shown(text)}: an error has a bound, as in 'error<=1/100'")
    close = get_close_matches(word.lower(), [*_KINDS], n=2)
    meant = f"did you mean {' or '.join(close)}? " if close and close[0] != word else ""
    raise InvalidKindError(f"unknown claim {_shown(text)}: {meant}{_EXAMPLES}")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
