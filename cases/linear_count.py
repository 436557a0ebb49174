"""A linear inequality of counts: 2·#1 - 3·#0 > 1.

    c = U[1[i=1]] = 1/n;  Σ λ_a·U[1_a] - θ·c > 0

The shape of all counting in C-RASP (Yang and Chiang 2024). The threshold is multiplied by c, so that the whole form
carries one factor of the same head.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case

WEIGHTS = {"1": 2, "0": -3}
THRESHOLD = 1


def program() -> Program:
    """One layer, one head, three output features of it."""
    t = Builder(
        "linear-count",
        "01",
        formula="c = U[1[i=1]]; Σ λ_a·U[1_a] - θ·c > 0",
        source="C-RASP (Yang and Chiang 2024)",
    )
    unit = t.uniform(t.position(i.equals(1), name="is first"), name="c = 1/n")
    total = -THRESHOLD * unit
    for symbol, weight in WEIGHTS.items():
        total += weight * t.uniform(t.symbol(symbol), name=f"mean of {symbol}")
    return t.accept(total)


def language(word: Sequence[str]) -> bool:
    """The weights of the symbols sum to more than THRESHOLD."""
    return sum(WEIGHTS[symbol] for symbol in word) > THRESHOLD


case = Case(34, "linear-count", program(), language, note="2·#1 - 3·#0 > 1")
