"""The last symbol is a 1.

    A[j; 1_1] > 1/2

Folklore. There is one maximal position, and the mean of one value is exact: dyadic arithmetic never breaks it. In fixed
point a position is stored as every value is, and with few bits the last ones round to the same number.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder, half
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """One layer, one head."""
    t = Builder("last", "01", formula="A[j; 1_1] > 1/2", source="folklore")
    last = t.attend(t.key(t.position(i)), t.symbol("1"), name="last")
    return t.accept(last - half)


def language(word: Sequence[str]) -> bool:
    """The last symbol is a 1."""
    return word[-1] == "1"


case = Case(7, "last", program(), language)
