"""Induction by average: what most often followed the earlier copies of this symbol.

    p_j = w_{j-1};  A<i[1[p_j = w_i]; onehot w_j], ties averaged

Entry 24 without positions: the previous symbol is found by strict rightmost hard attention under a constant score, as
in (ab)*, and all matches are averaged, so that the exact shares have their number as denominator. Where nothing matches
all earlier positions do. The output is the symbol with the greatest share, the first in the alphabet among equals.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case

ALPHABET = "ab"


def program() -> Program:
    """Two layers, one head each, both strict."""
    t = Builder(
        "induction-average",
        ALPHABET,
        formula="p_j = w_{j-1}; output A<i[1[p_j = w_i]; onehot w_j], ties averaged",
        source="Elhage et al. 2021",
    )
    symbols = {a: t.symbol(a) for a in ALPHABET}
    anywhere = 0 * t.key(symbols["a"])
    before = {a: t.attend(anywhere, symbols[a], "strict", "rightmost", name=f"previous is {a}") for a in ALPHABET}
    matches = sum((t.query(symbols[a]) * t.key(before[a]) for a in ALPHABET), start=anywhere)
    return t.classify({a: t.attend(matches, symbols[a], "strict", name=f"share of {a}") for a in ALPHABET})


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """The most frequent symbol behind earlier copies of w_i, or before i if there are none; first among equals."""
    outputs: list[str] = []
    for end, symbol in enumerate(word):
        following = [word[k] for k in range(1, end) if word[k - 1] == symbol] or list(word[:end])
        outputs.append(max(ALPHABET, key=following.count))
    return tuple(outputs)


case = Case(25, "induction-average", program(), function=function)
