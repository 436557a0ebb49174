"""Dyck-1, balanced brackets, by counts: prefix means multiplied by the position, and rounded.

    o_i = round(i·U≤i[open]), c_i = round(i·U≤i[close]), b_i = o_i - c_i;  accept iff b_n = 0 and U[1[b_j < 0]] = 0

The shape of RASP's Dyck-1 (Weiss, Goldberg and Yahav 2021) with counts for fractions. Rounding to the nearest integer
repairs a mean that is off by less than 1/(2i): reciprocal(0) first fails at n = 21, on eleven opening and ten closing
brackets.
"""

from __future__ import annotations

from ..encode.model.build import Builder
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case
from .dyck1 import language


def program() -> Program:
    """Two layers, one head each; the first is causal and has two output features."""
    t = Builder(
        "dyck1-rasp",
        "()",
        formula="o_i = round(i·U≤i[open]), c_i likewise; b_i = o_i - c_i; accept iff b_n = 0 and U[1[b_j < 0]] = 0",
        source="RASP (Weiss, Goldberg and Yahav 2021)",
    )
    index = t.position(i)
    opened = t.product(index, t.uniform(t.symbol("("), "causal", name="mean of open"), name="i·mean of open")
    closed = t.product(index, t.uniform(t.symbol(")"), "causal", name="mean of closed"), name="i·mean of closed")
    balance = t.nearest(opened, name="open so far") - t.nearest(closed, name="closed so far")
    dips = t.uniform(balance < 0, name="dips")
    return t.accept(t.both(balance.equals(0), dips.equals(0)))


case = Case(15, "dyck1-rasp", program(), language)
