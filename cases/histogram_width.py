"""Histogram: how often each symbol occurs, by the width of a selection.

    x = A[1[w_j = w_i] + 1[BOS](j); 1[BOS]] = 1/(1+h);  h = 1/x - 1 = #{m >= 1 : x·(2m+1) <= 2}

RASP's `selector_width` (Weiss, Goldberg and Yahav 2021) as Tracr compiles it. A symbol and BOS are the maximal
positions, and 1/x - 1, rounded, is a step function with a threshold at x = 2/(2m+1) for each m up to LONGEST; the
thresholds are not dyadic. Dyadic arithmetic first gives a wrong h for `aa` under reciprocal(0), and at
h = 6, 9, 18, 49, 189, 739 under reciprocal(t), t = 2, 3, 4, 6, 8, 10.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case

LONGEST = 255
"""The greatest length: the step function has a threshold for each h up to it."""


def program() -> Program:
    """One layer, one head."""
    t = Builder(
        "histogram-width",
        "ab",
        bos=True,
        max_length=LONGEST,
        formula="x = A[1[w_j = w_i] + 1[BOS](j); 1[BOS]]; h = #{m >= 1 : x·(2m+1) <= 2}",
        source="RASP `selector_width` (Weiss, Goldberg and Yahav 2021), Tracr",
    )
    bos, a, b = t.symbol("BOS"), t.symbol("a"), t.symbol("b")
    same = t.query(a) * t.key(a) + t.query(b) * t.key(b)
    share = t.attend(same + t.key(bos), bos, name="x = 1/(1+h)")
    width = t.steps(-share, 0, {mpq(-2, 2 * m + 1): m for m in range(1, LONGEST + 1)}, name="h = 1/x - 1")
    return t.output(width)


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """How often each symbol occurs in the word."""
    return tuple(mpq(word.count(symbol)) for symbol in word)


case = Case(27, "histogram-width", program(), function=function, note=f"h up to {LONGEST}")
