"""Contains a pattern: two ones in a row.

    p_i = A<i[j; 1_1];  flag_i = 1_1(i) and p_i;  A[flag; flag] > 1/2

Tracr's `detect_pattern`: an "and" of shifts, one for each symbol of the pattern but the last. Every reading is that of
one value or of equal ones: no dyadic arithmetic breaks it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder, half
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case

PATTERN = "11"


def program() -> Program:
    """Two layers, one head each."""
    t = Builder(
        "pattern",
        "01",
        formula="flag_i = 1_1(i) and A<i[j; 1_1]; A[flag; flag] > 1/2",
        source="Tracr `detect_pattern`",
    )
    one = t.symbol("1")
    before = t.attend(t.key(t.position(i)), one, "strict", name="previous is 1")
    flag = t.compare(one + before - 2, ">=", name="11 ends here")
    return t.accept(t.attend(t.key(flag), flag, name="found") - half)


def language(word: Sequence[str]) -> bool:
    """The pattern occurs."""
    return PATTERN in "".join(word)


case = Case(35, "pattern", program(), language, note=f"the pattern is {PATTERN}")
