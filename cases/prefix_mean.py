"""The mean of the prefixes' ratios of ones is more than a half: a stress test of means of means.

    U[U≤j[1_1]] > 1/2

The exact value has denominator lcm(1..n)·n, and how close to 1/2 it comes is not known in closed form. Dyadic
arithmetic first changes a decision at n = 3 (on `100`) under reciprocal(0).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..encode.model.build import Builder, half
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Two layers, one head each; the first is causal."""
    t = Builder("prefix-mean", "01", formula="U[U≤j[1_1]] > 1/2")
    ratio = t.uniform(t.symbol("1"), "causal", name="ratio")
    return t.accept(t.uniform(ratio, name="mean of ratios") - half)


def language(word: Sequence[str]) -> bool:
    """Twice the sum of the prefixes' ratios of ones is more than the length."""
    prefixes = [word[:end] for end in range(1, len(word) + 1)]
    return 2 * sum(Fraction(prefix.count("1"), len(prefix)) for prefix in prefixes) > len(word)


case = Case(37, "prefix-mean", program(), language)
