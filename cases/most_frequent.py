"""The most frequent symbol, at every position.

    η_j = U[1[w_k = w_j]];  A[η_j; onehot w_j], ties averaged

RASP's `sort_freq` (Weiss, Goldberg and Yahav 2021), its first place. All copies of a symbol have the same η, whatever
the division. Symbols that occur equally often share the head's mean equally, and of these the first in the alphabet is
the output.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case

ALPHABET = "abc"


def program() -> Program:
    """Two layers, one head each."""
    t = Builder(
        "most-frequent",
        ALPHABET,
        formula="η_j = U[1[w_k = w_j]]; output A[η_j; onehot w_j], ties averaged",
        source="RASP `sort_freq` (Weiss, Goldberg and Yahav 2021)",
    )
    symbols = {a: t.symbol(a) for a in ALPHABET}
    means = {a: t.uniform(symbols[a], name=f"mean of {a}") for a in ALPHABET}
    own = [t.product(symbols[a], means[a], name=f"mean of {a}, at {a}") for a in ALPHABET]
    frequency = t.key(t.store(sum(own, start=t.expression(0)), name="frequency"))
    return t.classify({a: t.attend(frequency, symbols[a], name=f"{a} most frequent") for a in ALPHABET})


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """The first in the alphabet of the symbols that occur most often."""
    return (max(ALPHABET, key=word.count),) * len(word)


case = Case(32, "most-frequent", program(), function=function, note="three symbols")
