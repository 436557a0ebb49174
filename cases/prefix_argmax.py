"""The prefixes with the greatest ratio of ones: a stress test of comparing means over different counts.

    r_j = U≤j[1_1];  M = argmax r at the last position;  output 1[i in M] at position i

The catalogue's claim is `attention` at the last position, or the output #M. As a decision: M is the set of positions
whose ratio reaches the greatest one, which a head retrieves (as a value, so the paper's division has no part in it)
with the score r_j that the last position uses. Two runs output the same at every position iff they have the same M at
the last one; #M is the number of ones among the outputs.

Dyadic arithmetic first changes M at n = 3: `011` under reciprocal(0), where 2·(1/4) ties with 1/2, and `111` under
reciprocal(t), t >= 2, where the third prefix falls below 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..encode.build import Builder
from ..encode.program import Program
from .case import Case


def program() -> Program:
    """Two layers, one head each; the first is causal, and the second sees what the last position sees."""
    t = Builder("prefix-argmax", "01", formula="r_j = U≤j[1_1]; M = argmax r; output 1[i in M]")
    ratio = t.uniform(t.symbol("1"), "causal", name="ratio")
    greatest = t.attend(t.key(ratio), ratio, ties="hard", name="greatest ratio")
    return t.output(t.compare(ratio - greatest, ">=", name="in M"))


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """1 where the prefix has the greatest ratio of ones, else 0: ratios are compared by cross-multiplication."""
    prefixes = [(list(word[:end]).count("1"), end) for end in range(1, len(word) + 1)]
    return tuple(mpq(all(ones * m >= many * n for many, m in prefixes)) for ones, n in prefixes)


case = Case(36, "prefix-argmax", program(), function=function, note="outputs M itself")
