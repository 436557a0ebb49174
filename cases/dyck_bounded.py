"""Dyck-(k, D) for k = 2, D = 2: balanced brackets of two kinds, nested at most two deep.

    d_i = i·U≤i[+1/-1];  at a closing bracket t_i = A<i[-i²·(d_j - d_i - 1)² - i⁴·1[j closes] + j; type_j]
    bad_i = i closes and t_i ≠ type_i, or d_i ∉ [0, D];  accept iff U[bad] = 0 and d_n = 0

After Yao et al. 2021. The bracket that i closes is the last opening one of depth d_i + 1; the score prefers that depth,
then an opening bracket, then the later one. With whole depths it lies between 1 - 2n⁴ (a closing bracket n - 1 places
back and then opening ones only) and n - 1, and that range is declared.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.position import i, n
from ..encode.program.program import Program
from .case import Case

PAIRS = {"(": ")", "[": "]"}
DEEPEST = 2


def program() -> Program:
    """Three layers, one head each, of which the first is causal and the second strict."""
    t = Builder(
        "dyck-bounded",
        "()[]",
        formula="d_i = i·U≤i[+1/-1]; t_i = A<i[-i²·(d_j - d_i - 1)² - i⁴·1[j closes] + j; type_j]; "
        "bad_i = i closes and t_i ≠ type_i, or d_i ∉ [0, D]; accept iff U[bad] = 0 and d_n = 0",
        source="after Yao et al. 2021",
    )
    index, square = t.position(i), t.symbol("[", "]", name="is square")
    closes = t.symbol(*PAIRS.values(), name="closes")
    step = t.embed(dict.fromkeys(PAIRS, 1) | dict.fromkeys(PAIRS.values(), -1), name="step")
    depth = t.product(index, t.uniform(step, "causal", name="mean of steps"), name="depth")
    place, off = t.query(index), t.key(depth) - t.query(depth) - 1
    score = -(place**2) * off**2 - place**4 * t.key(closes) + t.key(index)
    opened = t.attend(score, square, "strict", name="type of opening", within=(1 - 2 * n**4, n - 1))
    mismatch = t.both(closes, opened.equals(square).negate())
    bad = mismatch + (depth < 0) + (depth > DEEPEST) > 0
    return t.accept(t.both(t.uniform(bad, name="mean of bad").equals(0), depth.equals(0)))


def language(word: Sequence[str]) -> bool:
    """Balanced, each bracket closed by its own kind, and never more than DEEPEST open."""
    expected: list[str] = []
    for symbol in word:
        if symbol in PAIRS:
            expected.append(PAIRS[symbol])
        elif not expected or expected.pop() != symbol:
            return False
        if len(expected) > DEEPEST:
            return False
    return not expected


case = Case(17, "dyck-bounded", program(), language, note=f"k = {len(PAIRS)}, D = {DEEPEST}")
