"""Reverse: each position outputs the symbol at its mirror image.

    n = A[j; j];  output A[2j(n + 1 - i) - j²; w_j]

RASP's `reverse` (Weiss, Goldberg and Yahav 2021), with the quadratic score of entry 21 for the selector j = n + 1 - i.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..encode.model.build import Builder
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case

ALPHABET = "ab"


def program() -> Program:
    """Two layers, one head each: the length, the lookup."""
    t = Builder(
        "reverse",
        ALPHABET,
        formula="n = A[j; j]; output A[2j(n+1-i) - j^2; w_j]",
        source="RASP (Weiss, Goldberg and Yahav 2021), Tracr",
    )
    index = t.position(i)
    j = t.key(index)
    length = t.attend(j, index, name="length")
    score = 2 * j * (t.query(length) + 1 - t.query(index)) - j**2
    return t.classify({a: t.attend(score, t.symbol(a), name=f"mirrored is {a}") for a in ALPHABET})


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """The word, backwards."""
    return tuple(reversed(word))


case = Case(23, "reverse", program(), function=function)
