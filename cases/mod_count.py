"""The number k of ones is a multiple of m, for m = 3, by looking up the position k.

    κ = U[1_1], c = U[1[BOS]];  A[2κj - c·j²; 1[m divides j]] > 1/2

Entry 10 with another table. The score is (k² - (j - k)²)/(n+1), with its one maximum over j = 0..n at k; its range,
from -n²/(n+1) to n²/(n+1), is declared.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.build import Builder, half
from ..encode.position import i, n
from ..encode.program import Program
from .case import Case

M = 3


def program() -> Program:
    """Two layers, one head each; the first has two output features."""
    t = Builder(
        "mod-count",
        "01",
        bos=True,
        formula="κ = U[1_1], c = U[1[BOS]]; A[2κj - c·j²; 1[m divides j]] > 1/2",
        source="after Barceló et al. 2024",
    )
    index, square = t.position(i, name="j"), t.position(i**2, name="j²")
    divisible = t.position((i % M).equals(0), name=f"{M} divides j")
    ones = t.uniform(t.symbol("1"), name="mean of ones")
    unit = t.uniform(t.symbol("BOS"), name="mean of BOS")
    score = 2 * t.query(ones) * t.key(index) - t.query(unit) * t.key(square)
    greatest = n**2 / (n + 1)
    found = t.attend(score, divisible, name="divisible", within=(-greatest, greatest))
    return t.accept(found - half)


def language(word: Sequence[str]) -> bool:
    """The number of ones is a multiple of M."""
    return word.count("1") % M == 0


case = Case(11, "mod-count", program(), language, note=f"m = {M}")
