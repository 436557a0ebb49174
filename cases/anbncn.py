"""aⁿbⁿcⁿ: as many a as b as c, in this order.

    bad_i = 1[w_i = a and U≤i[1_b + 1_c] > 0, or w_i = b and U≤i[1_c] > 0]
    accept iff U[1_a - 1_b] = 0, U[1_b - 1_c] = 0 and U[bad] = 0

C-RASP (Yang and Chiang 2024): no context-free language, yet two layers. Every reading is a sign or a zero of a single
mean, as in entry 18.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Two layers, of two heads (one of them causal) and of one."""
    t = Builder(
        "anbncn",
        "abc",
        formula="bad_i = 1[w_i=a and U≤i[1_b + 1_c] > 0, or w_i=b and U≤i[1_c] > 0]; "
        "accept iff U[1_a - 1_b] = 0, U[1_b - 1_c] = 0 and U[bad] = 0",
        source="C-RASP (Yang and Chiang 2024)",
    )
    after_b = t.uniform(t.symbol("b", "c"), "causal", name="mean of b and c so far") > 0
    after_c = t.uniform(t.symbol("c"), "causal", name="mean of c so far") > 0
    bad = t.both(t.symbol("a"), after_b) + t.both(t.symbol("b"), after_c)
    in_order = t.uniform(t.store(bad, name="bad"), name="mean of bad").equals(0)
    a_less_b = t.uniform(t.embed({"a": 1, "b": -1}, name="a less b"), name="mean of a less b")
    b_less_c = t.uniform(t.embed({"b": 1, "c": -1}, name="b less c"), name="mean of b less c")
    return t.accept(t.both(a_less_b.equals(0), b_less_c.equals(0), in_order))


def language(word: Sequence[str]) -> bool:
    """A row of a, then as many b, then as many c."""
    each = len(word) // 3
    return "".join(word) == "a" * each + "b" * each + "c" * each


case = Case(19, "anbncn", program(), language)
