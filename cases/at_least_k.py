"""At least k ones, for k = 2.

    c = U[1[i=1]] = 1/n;  U[1_1] - k·c >= 0

The head that counts also makes its own unit: both means carry the factor 1/n, and no positive reciprocal changes the
sign of their difference.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case

K = 2


def program() -> Program:
    """One layer, one head, two output features of it."""
    t = Builder("at-least-k", "01", formula="c = U[1[i=1]]; U[1_1] - k·c >= 0")
    ones = t.uniform(t.symbol("1"), name="mean of ones")
    unit = t.uniform(t.position(i.equals(1), name="is first"), name="c = 1/n")
    return t.accept(ones - K * unit >= 0)


def language(word: Sequence[str]) -> bool:
    """At least K ones."""
    return word.count("1") >= K


case = Case(4, "at-least-k", program(), language, note=f"k = {K}")
