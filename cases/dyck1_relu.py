"""Dyck-1, balanced brackets, with the depth of the dips averaged instead of their number.

    d_i = U≤i[+1 for `(`, -1 for `)`];  accept iff d_n = 0 and U[relu(-d_j)] = 0

After Bhattamishra, Ahuja and Goyal 2020. The mean of means has denominator lcm(1..n) · n, so its exact value needs a
number of bits linear in n; the decision reads only whether it is zero.
"""

from __future__ import annotations

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case
from .dyck1 import language


def program() -> Program:
    """Two layers, one head each; the first is causal."""
    t = Builder(
        "dyck1-relu",
        "()",
        formula="d_i = U≤i[+1/-1]; accept iff d_n = 0 and U[relu(-d_j)] = 0",
        source="after Bhattamishra, Ahuja and Goyal 2020",
    )
    depth = t.uniform(t.embed({"(": 1, ")": -1}, name="step"), "causal", name="depth")
    dips = t.uniform(t.relu(-depth), name="dips")
    return t.accept(t.both(depth.equals(0), dips.equals(0)))


case = Case(14, "dyck1-relu", program(), language)
