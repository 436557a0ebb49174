"""aⁿbⁿ: as many a as b, and no a after a b.

    bad_i = 1[w_i = a and U≤i[1_b] > 0];  accept iff U[1_a - 1_b] = 0 and U[bad] = 0

C-RASP (Yang and Chiang 2024). Every reading is a sign or a zero of a single mean, as in entry 13.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Two layers, of two heads (one of them causal) and of one."""
    t = Builder(
        "anbn",
        "ab",
        formula="bad_i = 1[w_i=a and U≤i[1_b] > 0]; accept iff U[1_a - 1_b] = 0 and U[bad] = 0",
        source="C-RASP (Yang and Chiang 2024)",
    )
    earlier = t.uniform(t.symbol("b"), "causal", name="mean of b so far")
    after = t.compare(earlier, ">", name="after a b")
    bad = t.compare(t.symbol("a") + after - 2, ">=", name="a after a b")
    excess = t.uniform(t.embed({"a": 1, "b": -1}, name="a less b"), name="mean of a less b")
    balanced = t.compare(excess, "=", name="as many a as b")
    in_order = t.compare(t.uniform(bad, name="mean of a after a b"), "=", name="no a after a b")
    return t.accept(balanced + in_order - 1)


def language(word: Sequence[str]) -> bool:
    """A row of a and then as many b."""
    each = len(word) // 2
    return list(word) == ["a"] * each + ["b"] * each


case = Case(18, "anbn", program(), language)
