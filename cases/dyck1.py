"""Dyck-1, balanced brackets, by the sign of each prefix.

    d_i = U≤i[+1 for `(`, -1 for `)`];  accept iff d_n = 0 and U[1[d_j < 0]] = 0

The shape of RASP's Dyck-1 (Weiss, Goldberg and Yahav 2021), also compiled by Tracr. Each reading is a sign or a zero of
a single mean, and no positive reciprocal changes one: it never breaks under `reciprocal` with dyadic formats.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Two layers, one head each; the first is causal."""
    t = Builder(
        "dyck1",
        "()",
        formula="d_i = U≤i[+1/-1]; accept iff d_n = 0 and U[1[d_j < 0]] = 0",
        source="RASP (Weiss, Goldberg and Yahav 2021), Tracr",
    )
    depth = t.uniform(t.embed({"(": 1, ")": -1}, name="step"), "causal", name="depth")
    dips = t.uniform(depth < 0, name="dips")
    return t.accept(t.both(depth.equals(0), dips.equals(0)))


def language(word: Sequence[str]) -> bool:
    """Balanced: no closing bracket without its opening one, and none left open."""
    depth = 0
    for symbol in word:
        depth += 1 if symbol == "(" else -1
        if depth < 0:
            return False
    return depth == 0


case = Case(13, "dyck1", program(), language)
