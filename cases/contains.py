"""Contains a 1, decided by a threshold.

    A[1_1; 1_1] > 1/2

The maximal positions all hold the same value, 0 or 1, and every positive reciprocal leaves more than half of a 1. So
dyadic arithmetic never breaks it, where the equality of entry 5 breaks at n = 3.
"""

from __future__ import annotations

from ..encode.model.build import Builder, half
from ..encode.program.program import Program
from .case import Case
from .contains_eq import language


def program() -> Program:
    """One layer, one head."""
    t = Builder("contains", "01", formula="A[1_1; 1_1] > 1/2")
    one = t.symbol("1")
    found = t.attend(t.key(one), one, name="found")
    return t.accept(found - half)


case = Case(6, "contains", program(), language)
