"""PARITY: an odd number k of ones, by looking up the position k.

    κ = U[1_1], c = U[1[BOS]];  A[2κj - c·j²; 1[j odd]] > 1/2

After Barceló et al. 2024; the table 1[j odd] can be that of any symmetric language. BOS is position 0, so κ = k/(n+1)
and c = 1/(n+1), and the score is (k² - (j - k)²)/(n+1): its one maximum over j = 0..n is at k. Both means carry the
same factor, so no positive reciprocal moves the maximum, and dyadic arithmetic never breaks it under `reciprocal`.

The score runs from -n²/(n+1) (k = 0, j = n) to n²/(n+1) (k = j = n), where intervals would give [-n², 2n]. That range
is declared.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder, half
from ..encode.program.position import Position, i, n
from ..encode.program.program import Program
from .case import Case


def lookup(name: str, g: Position, table: str, head: str, formula: str) -> Program:
    """Any symmetric language: accepts iff g is 1 at the number k of ones. Two layers, one head each."""
    t = Builder(name, "01", bos=True, formula=formula, source="after Barceló et al. 2024")
    index, square, wanted = t.position(i, name="j"), t.position(i**2, name="j²"), t.position(g, name=table)
    ones = t.uniform(t.symbol("1"), name="mean of ones")
    unit = t.uniform(t.symbol("BOS"), name="mean of BOS")
    score = 2 * t.query(ones) * t.key(index) - t.query(unit) * t.key(square)
    greatest = n**2 / (n + 1)
    return t.accept(t.attend(score, wanted, name=head, within=(-greatest, greatest)) - half)


def program() -> Program:
    """The first layer has two output features."""
    formula = "κ = U[1_1], c = U[1[BOS]]; A[2κj - c·j²; 1[j odd]] > 1/2"
    return lookup("parity-lookup", i % 2, "j is odd", "parity", formula)


def language(word: Sequence[str]) -> bool:
    """The number of ones is odd."""
    return word.count("1") % 2 == 1


case = Case(10, "parity-lookup", program(), language, note="g is parity")
