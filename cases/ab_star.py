"""(ab)*, without the empty word.

    p_i = w_{i-1};  accept iff w_1 = a, w_n = b and w_i ≠ w_{i-1} for all i

Yang, Chiang and Angluin 2024: strict masks and rightmost hard attention find the previous symbol without positions, as
the last of all maximal ones under a constant score. The first position sees no position, and reads as if after a b: so
i is right iff exactly one of w_i and p_i is a, and w_1 = a is no rule of its own. "For all i" takes a second head of
the same kind, strict, and the last position itself. Nothing is averaged: no dyadic arithmetic breaks it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder, half
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Two layers, one head each, both strict with rightmost hard attention."""
    t = Builder(
        "ab-star",
        "ab",
        formula="w_1 = a, w_n = b, w_i ≠ w_{i-1}, the previous symbol by rightmost hard attention",
        source="Yang, Chiang and Angluin 2024",
    )
    a = t.symbol("a")
    after_a = t.attend(0 * t.key(a), a, "strict", "rightmost", name="previous is a")
    right = t.compare(a + after_a - 1, "=", name="differs from previous")
    wrong = t.compare(half - right, ">", name="does not differ")
    wrong_before = t.attend(t.key(wrong), wrong, "strict", "rightmost", name="one before does not differ")
    return t.accept(t.symbol("b") - wrong - wrong_before)


def language(word: Sequence[str]) -> bool:
    """One or more times ab."""
    return "".join(word) == "ab" * (len(word) // 2)


case = Case(33, "ab-star", program(), language)
