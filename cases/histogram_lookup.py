"""Histogram: how often each symbol occurs, by looking up the position h.

    η_i = U[1[w_j = w_i]] = h/n, c = U[1[j=1]] = 1/n;  output A[2η_i·j - c·j²; j]

The score is (h² - (j - h)²)/n: its one maximum over j = 1..n is at h. It lies between 2 - n (h = 1, j = n) and n
(j = h = n), where intervals would give [-n², 2n]; that range is declared.
"""

from __future__ import annotations

from ..encode.model.build import Builder
from ..encode.program.position import i, n
from ..encode.program.program import Program
from .case import Case
from .histogram_width import function

ALPHABET = "ab"


def program() -> Program:
    """Two layers, one head each."""
    t = Builder(
        "histogram-lookup", ALPHABET, formula="η_i = U[1[w_j = w_i]], c = U[1[j=1]]; output A[2η_i·j - c·j²; j]"
    )
    index, square = t.position(i, name="j"), t.position(i**2, name="j²")
    symbols = {a: t.symbol(a) for a in ALPHABET}
    own = [t.product(symbols[a], t.uniform(symbols[a], name=f"mean of {a}"), name=f"mean at {a}") for a in ALPHABET]
    frequency = t.store(sum(own, start=t.expression(0)), name="frequency")
    unit = t.uniform(t.position(i.equals(1), name="is first"), name="c = 1/n")
    score = 2 * t.query(frequency) * t.key(index) - t.query(unit) * t.key(square)
    return t.output(t.attend(score, index, name="count", within=(2 - n, n)))


case = Case(29, "histogram-lookup", program(), function=function)
