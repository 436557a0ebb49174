"""What a symbolic run stores: a ratio of integer terms, and an interval by the rule of its own operation alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from ...encode.arithmetic.intervals import multiply
from ...encode.integer.ratio import Node, Ratio, constant, linear
from ...encode.integer.symbolic import FALSE, TRUE, Symbolic
from ...encode.number.rational import ONE


@dataclass(frozen=True)
class Value:
    """What is stored, for all n and counts at once, and an interval in which it lies."""

    ratio: Ratio
    low: mpq
    high: mpq

    @property
    def number(self) -> mpq | None:
        """The number that it is everywhere, if it is one."""
        return self.low if self.low == self.high else None


def fixed(value: mpq) -> Value:
    """A number."""
    return Value(constant(value), value, value)


def product(a: Value, b: Value) -> Value:
    """The product of two values."""
    low, high = multiply((a.low, a.high), (b.low, b.high))
    return fixed(low) if low == high else Value(a.ratio * b.ratio, low, high)


def shifted(value: Value, by: mpq) -> Value:
    """A value and a number, added."""
    return Value(linear(by, [(ONE, value.ratio)]), value.low + by, value.high + by)


def chain(symbolic: Symbolic, base: mpq, cases: Sequence[tuple[Node, mpq]]) -> Value:
    """The result of the last case that holds, else the base."""
    ratio = constant(base)
    for truth, result in cases:
        ratio = symbolic.choose(truth, constant(result), ratio)
    reachable = [base, *(result for truth, result in cases if truth != FALSE)]
    if any(truth == TRUE for truth, _ in cases):
        last = max(index for index, (truth, _) in enumerate(cases) if truth == TRUE)
        reachable = [result for truth, result in cases[last:] if truth != FALSE]
    return Value(ratio, min(reachable), max(reachable))
