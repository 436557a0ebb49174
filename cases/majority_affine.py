"""MAJORITY with an affine readout: the mean of the ones against a constant.

    U[1_1] > 1/2

The same language as entry 1, but the constant does not carry the factor of the mean, so rounding shows. Dyadic
arithmetic first changes a decision at n = 3, 3, 7, 13, 27 for reciprocal(0), …, reciprocal(4), and at
n = 3, 3, 5, 9, 17, 33 for quotient(1), …, quotient(6).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder, half
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """One layer, one head."""
    t = Builder("majority-affine", "01", formula="U[1_1] > 1/2")
    ones = t.uniform(t.symbol("1"), name="mean of ones")
    return t.accept(ones - half)


def language(word: Sequence[str]) -> bool:
    """More than half of the symbols are ones."""
    return 2 * word.count("1") > len(word)


case = Case(2, "majority-affine", program(), language)
