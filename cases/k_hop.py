"""k-hop induction for k = 2: from each symbol to what followed its last copy, and from there once more.

    p_j = w_{j-1};  P_i = A<i[i²·1[p_j = w_i] + j; j];  P'_i = A≤i[2jP_i - j²; P_j];  output w at P'_i

Sanford, Hsu and Telgarsky 2024: pointers are doubled in each layer, and the symbol travels with the pointer. The first
pointer is that of entry 24: where nothing matches it is i - 1, and at i = 1, where the strict mask leaves nothing, it
is 0 and the symbol is none. A pointer 0 leads to position 1, the nearest, and so stays 0; its output is the first
symbol of the alphabet.
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
    """Three layers, one head each: the previous symbol, the pointer, the pointer's pointer."""
    t = Builder(
        "k-hop",
        ALPHABET,
        formula="p_j = w_{j-1}; P_i = A<i[i²·1[p_j = w_i] + j; j]; P'_i = A≤i[2jP_i - j²; P_j]; output w at P'_i",
        source="Sanford, Hsu and Telgarsky 2024",
    )
    index = t.position(i)
    j, symbols = t.key(index), {a: t.symbol(a) for a in ALPHABET}
    before = {a: t.attend(j, symbols[a], "strict", name=f"previous is {a}") for a in ALPHABET}
    matches = sum((t.query(symbols[a]) * t.key(before[a]) for a in ALPHABET), start=0 * j)
    induction = t.query(index) ** 2 * matches + j
    pointer = t.attend(induction, index, "strict", name="pointer")
    once = {a: t.attend(induction, symbols[a], "strict", name=f"{a} after one hop") for a in ALPHABET}
    there = 2 * j * t.query(pointer) - j**2
    return t.classify({a: t.attend(there, once[a], "causal", name=f"{a} after two hops") for a in ALPHABET})


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """The symbol two hops back: hop(i) is the last j < i behind an earlier copy of w_i, else i - 1; none from 1."""

    def hop(place: int) -> int:
        matching = [j for j in range(2, place) if word[j - 2] == word[place - 1]]
        return matching[-1] if matching else max(place - 1, 0)

    ends = [hop(hop(place)) for place in range(1, len(word) + 1)]
    return tuple(word[end - 1] if end else ALPHABET[0] for end in ends)


case = Case(26, "k-hop", program(), function=function, note="k = 2")
