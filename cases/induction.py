"""Induction: what followed the last earlier copy of this symbol.

    p_j = w_{j-1};  A<i[i²·1[p_j = w_i] + j; w_j]

The induction heads of Elhage et al. 2021. The score prefers a match to every position, and then the later position: one
maximal position, and where nothing matches it is i - 1. At i = 1 the head sees no position and returns 0 for every
symbol, which makes the first of the alphabet the output.
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
    """Two layers, one head each, both strict."""
    t = Builder(
        "induction",
        ALPHABET,
        formula="p_j = A<j[k; w_k] = w_{j-1}; output A<i[i²·1[p_j = w_i] + j; w_j]",
        source="Elhage et al. 2021",
    )
    index = t.position(i)
    symbols = {a: t.symbol(a) for a in ALPHABET}
    before = {a: t.attend(t.key(index), symbols[a], "strict", name=f"previous is {a}") for a in ALPHABET}
    matches = sum((t.query(symbols[a]) * t.key(before[a]) for a in ALPHABET), start=0 * t.key(index))
    score = t.query(index) ** 2 * matches + t.key(index)
    return t.classify({a: t.attend(score, symbols[a], "strict", name=f"following is {a}") for a in ALPHABET})


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """The symbol after the last copy of w_i among w_1…w_{i-2}, else w_{i-1}; for i = 1 the first of the alphabet."""
    outputs = [ALPHABET[0]]
    for end in range(1, len(word)):
        following = [word[k] for k in range(1, end) if word[k - 1] == word[end]]
        outputs.append(following[-1] if following else word[end - 1])
    return tuple(outputs)


case = Case(24, "induction", program(), function=function)
