"""PARITY: an odd number k of ones, in two layers.

    κ = U[1_1] = k/(n+1);  I_i = relu(κ - (i+1)/(n+1)) - 2·relu(κ - i/(n+1)) + relu(κ - (i-1)/(n+1))
    at CLS, accept iff A[-(-1)^i; I] - A[(-1)^i; I] > 0

Chiang and Cholak 2022, with saturated attention for theirs. Positions count from 0 here, CLS is position n and its
symbol is no 1. I is a peak of height 1/(n+1) at i = k, and 0 elsewhere; one head averages it over the even positions,
the other over the odd ones, and k is odd iff the odd ones have more. The model is length-aware: φ holds i/(n+1),
1/(n+1) and (-1)^i. Under reciprocal(0) with exact positions it first fails at n = 2, on `11`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.position import i, n
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Two layers, of one head and of two."""
    t = Builder(
        "parity",
        "01",
        eos=True,
        formula="κ = U[1_1]; I_i = relu(κ - (i+1)/(n+1)) - 2·relu(κ - i/(n+1)) + relu(κ - (i-1)/(n+1)), i from 0; "
        "at CLS A[-(-1)^i; I] - A[(-1)^i; I] > 0",
        source="Chiang and Cholak 2022",
    )
    place, unit = t.position((i - 1) / (n + 1), name="i/(n+1)"), t.position(1 / (n + 1), name="1/(n+1)")
    sign = t.position((-1) ** (i - 1), name="(-1)^i")
    ones = t.uniform(t.symbol("1"), name="κ = k/(n+1)")
    left, middle, right = (t.relu(ones - place + shift * unit) for shift in (-1, 0, 1))
    peak = t.store(left - 2 * middle + right, name="I")
    even = t.attend(t.key(sign), peak, name="mean over even positions")
    odd = t.attend(-t.key(sign), peak, name="mean over odd positions")
    return t.accept(odd - even, at="eos")


def language(word: Sequence[str]) -> bool:
    """The number of ones is odd."""
    return word.count("1") % 2 == 1


case = Case(9, "parity", program(), language)
