"""At least a third of the symbols are ones: #1/n >= p/q, for p/q = 1/3.

    (q - p)·U[1_1] - p·U[1_0] >= 0

Cross-multiplied, so that every term carries one factor of the same head: no positive reciprocal changes the sign. A
quotient rounds the two means apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case

P, Q = 1, 3


def program() -> Program:
    """One layer, one head, two output features of it."""
    t = Builder("fraction", "01", formula="(q-p)·U[1_1] - p·U[1_0] >= 0")
    ones = t.uniform(t.symbol("1"), name="mean of ones")
    zeros = t.uniform(t.symbol("0"), name="mean of zeros")
    return t.accept((Q - P) * ones - P * zeros >= 0)


def language(word: Sequence[str]) -> bool:
    """At least P/Q of the symbols are ones."""
    return Q * word.count("1") >= P * len(word)


case = Case(3, "fraction", program(), language, note=f"p/q = {P}/{Q}")
