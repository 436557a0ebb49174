"""ww: a word twice in a row.

    n = A[j; j];  moved_i = A[2j(i + n/2) - j²; 1_b];  accept iff n is even and moved_i = 1_b(i) for all i <= n/2

The score has its one maximum at j = i + n/2, where n is even: retrieval by a quadratic score, as in entry 21. Whether n
is even is read by the head that finds n, from a position feature.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder, half
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Three layers, one head each: the length, the lookup, the mean of mismatches."""
    t = Builder("ww", "ab", formula="n = A[j; j]; A[2j(i+n/2) - j^2; 1_b] = 1_b(i) for all i <= n/2, and n is even")
    is_b, index = t.symbol("b"), t.position(i)
    j = t.key(index)
    length = t.attend(j, index, name="length")
    even = t.attend(j, t.position((i % 2).equals(0), name="i is even"), name="length is even")
    moved = t.attend(2 * j * (t.query(index) + t.query(length) * half) - j**2, is_b, name="half a word on")
    mismatch = t.both(2 * index <= length, moved.equals(is_b).negate())
    return t.accept(t.both(t.uniform(mismatch, name="mismatches").equals(0), even.equals(1)))


def language(word: Sequence[str]) -> bool:
    """The second half repeats the first."""
    middle = len(word) // 2
    return list(word[:middle]) == list(word[middle:])


case = Case(20, "ww", program(), language)
