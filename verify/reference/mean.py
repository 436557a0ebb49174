"""Means in the reference run: sums in their order, weights and counts as they are stored, division.

Written from docs/semantics.md, apart from the rules of `logbits.encode.number.mean` that everything else asks: it looks
only at which rule an arithmetic names, and at the formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from gmpy2 import mpq

from ...encode.arithmetic.arithmetic import Arithmetic
from ...encode.arithmetic.holding import holding
from ...encode.number.mean import Iterative, MeanRule, Reciprocal
from ...encode.number.rounding import Rounding

Hold = Callable[[mpq, Rounding | None], mpq]
"""A value as a format holds it; an overflow that is an error is noted."""


@dataclass(frozen=True)
class Weighing:
    """How weights are stored, which lie in [0, 1], and how the running sum of ones is; None where they are exact."""

    weights: Rounding | None
    denominator: Rounding | None

    @classmethod
    def of(cls, arithmetic: Arithmetic) -> Weighing:
        """What an arithmetic says of them."""
        mode, unit = arithmetic.rounding, (mpq(0), mpq(1))
        weights, denominator = arithmetic.weights, arithmetic.denominator
        return cls(
            None if weights is None else holding(weights, arithmetic.weighing or mode, "saturate", *unit),
            None if denominator is None else holding(denominator, mode, arithmetic.overflow, *unit),
        )


def mean(values: Sequence[mpq], rule: MeanRule, weighing: Weighing, hold: Hold, accumulator: Rounding | None) -> mpq:
    """S / k or S · ρ of one or more values, before it is stored.

    S is exact, or stored in the accumulator: at its end, or (`iterative`) after every addition, in its order. With a
    denominator k is a running sum of ones; with stored weights the sum is that of the values times 1/k.
    """
    count = mpq(len(values))
    if weighing.denominator is not None:
        count = mpq(0)
        for _ in values:
            count = hold(count + 1, weighing.denominator)
    if weighing.weights is not None:
        weight = weighing.weights.apply(1 / count)
        values = [weight * value for value in values]
    if isinstance(rule, Iterative):
        total = _added(values, rule, lambda value: hold(value, accumulator))
    else:
        total = hold(sum(values, mpq(0)), accumulator)
    if weighing.weights is not None or weighing.denominator is not None:
        return total if weighing.weights is not None else total / count
    return divided(total, len(values), rule)


def divided(total: mpq, count: int, rule: MeanRule) -> mpq:
    """S / k or S · ρ."""
    return total * _reciprocal(count, rule) if isinstance(rule, Reciprocal) else total / count


def _added(values: Sequence[mpq], rule: Iterative, stored: Callable[[mpq], mpq]) -> mpq:
    """The sum of values, stored after every addition."""

    def running(parts: Iterable[mpq]) -> mpq:
        total = mpq(0)
        for part in parts:
            total = stored(total + part)
        return total

    match rule.order:
        case "left":
            return running(values)
        case "right":
            return running(reversed(values))
        case "blocks":
            size = cast(int, rule.size)
            return running([running(values[k : k + size]) for k in range(0, len(values), size)])
        case "tree":
            level = list(values)
            while True:  # a value without a neighbour is stored alone, which changes no sum
                level = [stored(sum(level[k : k + 2], mpq(0))) for k in range(0, len(level), 2)]
                if len(level) == 1:
                    return level[0]


def _reciprocal(count: int, rule: Reciprocal) -> mpq:
    """1 / count on the grid of 2**-(len count + t); at most one of its points is nearest."""
    grid = 1 << count.bit_length() + rule.bits
    below, above = mpq(grid // count, grid), mpq(-(-grid // count), grid)
    match rule.mode:
        case "toward-zero" | "floor":
            return below
        case "ceil":
            return above
        case "nearest-even" | "nearest-away":
            return min(below, above, key=lambda value: abs(value - mpq(1, count)))
