"""Shuffle-Dyck-k for k = 2: brackets of two kinds, each kind balanced by itself, as `([)]`.

    for each kind, d_i = U≤i[+1/-1];  accept iff all d_n = 0 and all U[1[d_j < 0]] = 0

One copy of entry 13 for each kind; the shape of RASP's Shuffle-Dyck (Weiss, Goldberg and Yahav 2021), a language that
Bhattamishra, Ahuja and Goyal 2020 trained transformers on.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder, Expression
from ..encode.program.program import Program
from .case import Case

KINDS = ("()", "[]")


def program() -> Program:
    """Two layers of one head each, the first causal, with an output feature for each kind."""
    t = Builder(
        "shuffle-dyck",
        "".join(KINDS),
        formula="for each kind d_i = U≤i[+1/-1]; accept iff all d_n = 0 and all U[1[d_j < 0]] = 0",
        source="RASP (Weiss, Goldberg and Yahav 2021); Bhattamishra, Ahuja and Goyal 2020",
    )
    rules: list[Expression] = []
    for opening, closing in KINDS:
        kind = opening + closing
        step = t.embed({opening: 1, closing: -1}, name=f"step of {kind}")
        depth = t.uniform(step, "causal", name=f"depth of {kind}")
        rules += [depth.equals(0), t.uniform(depth < 0, name=f"dips of {kind}").equals(0)]
    return t.accept(t.both(*rules))


def language(word: Sequence[str]) -> bool:
    """Each kind of brackets, without the others, is balanced."""
    for opening, closing in KINDS:
        depth = 0
        for symbol in word:
            depth += (symbol == opening) - (symbol == closing)
            if depth < 0:
                return False
        if depth:
            return False
    return True


case = Case(16, "shuffle-dyck", program(), language, note="k = 2")
