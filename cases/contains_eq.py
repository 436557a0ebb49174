"""Contains a 1, decided by an equality.

    A[1_1; 1_1] = 1

The maximal positions all hold the same value v, so their mean is v; but k · floor(2**m / k) < 2**m unless k is a power
of two, so every reciprocal breaks at n = 3 (on `111`), whatever its guard bits. Quotients never break it. Entry 6, with
a threshold for the equality, never breaks.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """One layer, one head."""
    t = Builder("contains-eq", "01", formula="A[1_1; 1_1] = 1")
    one = t.symbol("1")
    found = t.attend(t.key(one), one, name="found")
    return t.accept(found.equals(1))


def language(word: Sequence[str]) -> bool:
    """Some symbol is a 1."""
    return "1" in word


case = Case(5, "contains-eq", program(), language)
