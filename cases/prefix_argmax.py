"""The prefixes with the greatest ratio of ones: a stress test of comparing means over different counts.

    r_j = U≤j[1_1];  M = argmax r at the last position

The outcome is M itself, the set of positions at which the ratio is greatest (the claim is about attention, so the
head's value does not matter; #M is the number of its elements). Dyadic arithmetic first changes M at n = 3: `011`
under reciprocal(0), where 2·(1/4) ties with 1/2, and `111` under reciprocal(t), t >= 2, where the third prefix falls
below 1. With quotient(t) and t >= 2·log2 n different ratios stay different, and M is the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Two layers, one head each, both causal."""
    t = Builder("prefix-argmax", "01", formula="r_j = U≤j[1_1]; output M = argmax r at the last position")
    one = t.symbol("1")
    ratio = t.uniform(one, "causal", name="ratio")
    return t.attended(t.attend(t.key(ratio), one, "causal", name="greatest ratio"))


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """1 where the prefix has the greatest ratio of ones, else 0: ratios are compared by cross-multiplication."""
    prefixes = [(list(word[:end]).count("1"), end) for end in range(1, len(word) + 1)]
    return tuple(mpq(all(ones * m >= many * n for many, m in prefixes)) for ones, n in prefixes)


case = Case(36, "prefix-argmax", program(), function=function, note="outputs M itself")
