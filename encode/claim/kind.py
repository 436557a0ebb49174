"""Kinds of claims: what is read of two runs, and when readings agree.

    decision          the accept bit, or the output at every word position (a number, a class): the same
    output            as `decision`, where the left run stores the number that it outputs once more, in the low format
    exact             the exact accumulators of the readout, all of them, of acceptors and classes too: equal
    attention         M_i of every head at every position: the same (uniform heads always agree)
    error<=q          the exact accumulators of the readout: nowhere further apart than q
    language NAME     as `decision`, against another acceptor in exact arithmetic, a reference language
    equivalent NAME   as `decision`, against another program in exact arithmetic

A kind is data, and part of every claim. What it means is said here once: `reads` and `margin` are all that the paths
that decide a claim look at, and each of them supports a reading or declines it by name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

from gmpy2 import mpq

from ..number.rational import ZERO, rational, show

Name = Literal["decision", "output", "exact", "attention", "error", "language", "equivalent"]
Reads = Literal["outcome", "accumulators", "attention"]

NAMED: tuple[Name, ...] = ("language", "equivalent")
"""The kinds that compare with another program, whose name follows in the text."""

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
        if self.name not in get_args(Name):
            raise InvalidKindError(f"unknown claim {self.name!r}: {_EXAMPLES}")
        if self.margin < 0:
            raise InvalidKindError(f"an error is at least 0, so error<={show(self.margin)} holds nowhere")
        if self.margin and self.name != "error":
            raise InvalidKindError(f"the claim {self.name} has no margin")

    def __str__(self) -> str:
        return f"error<={show(self.margin)}" if self.name == "error" else self.name

    @property
    def reads(self) -> Reads:
        """What is read of either run."""
        match self.name:
            case "exact" | "error":
                return "accumulators"
            case "attention":
                return "attention"
            case _:
                return "outcome"

    def apart(self, left: Sequence[mpq], right: Sequence[mpq]) -> bool:
        """Whether two readings, as numbers in one order, do not agree."""
        return any(abs(a - b) > self.margin for a, b in zip(left, right, strict=True))


DECISION = Kind()


def parse(text: str) -> tuple[Kind, str]:
    """The kind that `text` names, and the name of the other program; empty for kinds that need none.

    Raises:
        InvalidKindError: one line that says what is wrong, and what would be right.
    """
    word, _, rest = text.strip().partition(" ")
    name = rest.strip()
    if word in NAMED:
        if not name:
            raise InvalidKindError(f"{word} needs the name of a model, as in '{word} dyck1'")
        return Kind("language" if word == "language" else "equivalent"), name
    error = re.fullmatch(r"error\s*<=\s*(.*)", text.strip())
    if error:
        try:
            return Kind("error", rational(error[1])), ""
        except ValueError as wrong:
            reason = wrong if isinstance(wrong, InvalidKindError) else "q is an integer, a fraction or a decimal"
            raise InvalidKindError(f"cannot read {_shown(text)}: {reason}") from wrong
    if word in ("decision", "output", "exact", "attention") and not name:
        return Kind(word), ""
    if word == "error" or word.startswith("error<"):
        raise InvalidKindError(f"cannot read {_shown(text)}: an error has a bound, as in 'error<=1/100'")
    close = get_close_matches(word.lower(), [*get_args(Name)], n=2)
    meant = f"did you mean {' or '.join(close)}? " if close and close[0] != word else ""
    raise InvalidKindError(f"unknown claim {_shown(text)}: {meant}{_EXAMPLES}")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
