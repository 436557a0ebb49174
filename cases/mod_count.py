"""The number k of ones is a multiple of m, for m = 3, by looking up the position k.

    κ = U[1_1], c = U[1[BOS]];  A[2κj - c·j²; 1[m divides j]] > 1/2

Entry 10 with another table. The score is (k² - (j - k)²)/(n+1), with its one maximum over j = 0..n at k; its range,
from -n²/(n+1) to n²/(n+1), is declared.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case
from .parity_lookup import lookup

M = 3


def program() -> Program:
    """Entry 10 with another table."""
    formula = "κ = U[1_1], c = U[1[BOS]]; A[2κj - c·j²; 1[m divides j]] > 1/2"
    return lookup("mod-count", (i % M).equals(0), f"{M} divides j", "divisible", formula)


def language(word: Sequence[str]) -> bool:
    """The number of ones is a multiple of M."""
    return word.count("1") % M == 0


case = Case(11, "mod-count", program(), language, note=f"m = {M}")
