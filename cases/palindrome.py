"""Palindromes: each symbol against its mirror image, found by a quadratic score.

    n = A[j; j];  mirrored_i = A[2j(n + 1 - i) - j²; 1_b(j)];  accept iff U[mirrored_i ≠ 1_b(i)] = 0

The score is (n + 1 - i)² less the squared distance of j from n + 1 - i, up to a term in i alone: it has one maximal
position, which makes retrieval exact wherever positions and scores are.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Three layers, one head each: the length, the lookup, the mean of mismatches."""
    t = Builder("palindrome", "ab", formula="n = A[j; j]; A[2j(n+1-i) - j^2; 1_b] = 1_b(i) for all i")
    is_b = t.symbol("b")
    index = t.position(i)
    j = t.key(index)
    length = t.attend(j, index, name="length")
    mirrored = t.attend(2 * j * (t.query(length) + 1 - t.query(index)) - j**2, is_b, name="mirrored")
    mismatch = mirrored.equals(is_b).negate()
    return t.accept(t.uniform(mismatch, name="mismatches").equals(0))


def language(word: Sequence[str]) -> bool:
    """The word reads the same backwards."""
    return list(word) == list(word)[::-1]


case = Case(21, "palindrome", program(), language)
