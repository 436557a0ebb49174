"""Sort, by ranks: position p outputs the p-th smallest symbol, copies in the order of the word.

    ρ_i = U[1[(w_j, j) < (w_i, i)]], c = U[1[j=1]] = 1/n;  output A[-(ρ_j - (p - 1)·c)²; w_j]

RASP's `sort` (Weiss, Goldberg and Yahav 2021), with means for widths. A value is a feature of j alone, so the rank is
Σ_a 1_a(i)·(Σ_{b<a} U[1_b] + c·(i - 1)·U<i[1_a]): the smaller symbols, and the earlier copies of the same one. Ranks are
a bijection onto 0, c, …, (n - 1)·c; they are the right ones as long as ρ_j and (p - 1)·c are off by less than c/2.
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
    """Two layers, of two heads (one of them strict) and of one."""
    t = Builder(
        "sort",
        ALPHABET,
        formula="ρ_i = U[1[(w_j, j) < (w_i, i)]], c = U[1[j=1]]; output at p A[-(ρ_j - (p-1)·c)²; w_j]",
        source="RASP `sort` (Weiss, Goldberg and Yahav 2021), Tracr",
    )
    symbols = {a: t.symbol(a) for a in ALPHABET}
    before = t.position(i - 1, name="i - 1")
    unit = t.uniform(t.position(i.equals(1), name="is first"), name="c = 1/n")
    ranks, smaller = t.expression(0), t.expression(0)
    for a in ALPHABET:
        earlier = t.product(before, t.uniform(symbols[a], "strict", name=f"mean of {a} before"), name=f"{a} before")
        rank = t.store(smaller + t.product(unit, earlier, name=f"c·{a} before"), name=f"rank of {a}")
        ranks += t.product(symbols[a], rank, name=f"rank at {a}")
        smaller += t.uniform(symbols[a], name=f"mean of {a}")
    rank = t.key(t.store(ranks, name="rank"))
    place = t.query(t.product(before, unit, name="(p - 1)·c"))
    return t.classify({a: t.attend(-((rank - place) ** 2), symbols[a], name=f"{a} has that rank") for a in ALPHABET})


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """The symbols of the word in the order of the alphabet."""
    return tuple(sorted(word, key=ALPHABET.index))


case = Case(31, "sort", program(), function=function, note="two symbols")
