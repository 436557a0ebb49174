"""Shift by one: each position outputs the symbol before it.

    A<i[j; w_j]

As Tracr compiles it, with a strict mask and the position as the score. At i = 1 the head sees no position and returns 0
for every symbol, which makes 0, the first class, the output. There is one maximal position: no dyadic arithmetic breaks
it. In fixed point, positions are stored with few bits and the last ones tie.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..encode.model.build import Builder
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case

ALPHABET = "01"


def program() -> Program:
    """One layer, one head."""
    t = Builder("shift", ALPHABET, formula="output A<i[j; w_j]", source="Tracr")
    j = t.key(t.position(i))
    return t.classify({a: t.attend(j, t.symbol(a), "strict", name=f"previous is {a}") for a in ALPHABET})


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """The word behind a 0, without its last symbol."""
    return ("0", *word[:-1])


case = Case(22, "shift", program(), function=function)
