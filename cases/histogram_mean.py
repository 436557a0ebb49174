"""Histogram: how often each symbol occurs, as the length times a mean.

    n = A[j; j], η_i = U[1[w_j = w_i]];  output round(n·η_i)

Rounding to the nearest integer repairs a mean that is off by less than 1/(2n).
"""

from __future__ import annotations

from ..encode.model.build import Builder
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case
from .histogram_width import function

ALPHABET = "ab"


def program() -> Program:
    """One layer, two heads."""
    t = Builder("histogram-mean", ALPHABET, formula="n = A[j; j]; output round(n·U[1[w_j = w_i]])")
    index, symbols = t.position(i), {a: t.symbol(a) for a in ALPHABET}
    length = t.attend(t.key(index), index, name="length")
    own = [t.product(symbols[a], t.uniform(symbols[a], name=f"mean of {a}"), name=f"mean at {a}") for a in ALPHABET]
    frequency = t.store(sum(own, start=t.expression(0)), name="frequency")
    return t.output(t.nearest(t.product(length, frequency, name="n·frequency"), name="count"))


case = Case(28, "histogram-mean", program(), function=function)
