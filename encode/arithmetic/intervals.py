"""Forward interval arithmetic on programs: what each feature may be, over all symbols, positions and lengths up to N.

One operation at a time as the model wrote it, a polynomial score monomial by monomial, no relation between operands.
Rule `scales/1` (`logbits.encode.arithmetic.scales`) defines formats by these intervals, so nothing clever may enter
here. A domain of `logbits.encode.program.walk`: one place stands for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from gmpy2 import mpq

from ..number.mean import HeadRule
from ..number.rational import ONE, ZERO, nearest_integer
from ..number.rounding import Rounding
from ..program import position
from ..program.defined import places
from ..program.program import Attend, Embed, Op, Relation
from ..program.walk import Jumps

Interval = tuple[mpq, mpq]


def is_mean(op: Op) -> bool:
    """Whether the operation divides by a count: saturated and uniform attention do, hard attention does not."""
    return isinstance(op, Attend) and op.ties in ("saturated", "uniform")


class Intervals:
    """The domain: an interval that holds what an operation computes, before it is stored, for lengths up to `bound`.

    Means follow the rule that stands in the heads, or `mean`, if it is given, for programs without roundings. `most` is
    the greatest number of values of a mean, which two special positions may add to unless it is given.

    Raises:
        ValueError: when a position expression is undefined somewhere.
    """

    def __init__(self, bound: int, mean: HeadRule | None = None, most: int | None = None) -> None:
        self.bound, self.mean = bound, mean
        self.most = bound + 2 if most is None else most

    def embed(self, op: Embed, place: None) -> Interval:
        """All values of an embedding."""
        values = [v for symbol, e in op.table for v in embedding_values(e, symbol, self.bound)]
        return min(values), max(values)

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Interval]]) -> Interval:
        """The sum of the ends."""
        low = high = const
        for coefficient, interval in parts:
            below, above = multiply((coefficient, coefficient), interval)
            low, high = low + below, high + above
        return low, high

    def product(self, factors: Sequence[Interval]) -> Interval:
        """The interval of products of independent factors."""
        return reduce(multiply, factors, (ONE, ONE))

    def greatest(self, values: Sequence[Interval]) -> Interval:
        """The greatest of the ends."""
        return max(low for low, _ in values), max(high for _, high in values)

    def compare(self, value: Interval, relation: Relation) -> Interval:
        """0 or 1."""
        return ZERO, ONE

    def nearest(self, value: Interval) -> Interval:
        """The ends, rounded."""
        return nearest_integer(value[0]), nearest_integer(value[1])

    def table(self, value: Interval, entries: Jumps, where: object) -> Interval:
        """All entries."""
        return min(v for _, v in entries), max(v for _, v in entries)

    def steps(self, value: Interval, base: mpq, jumps: Jumps) -> Interval:
        """All results."""
        values = [base, *(v for _, v in jumps)]
        return min(values), max(values)

    def stored(self, value: Interval, rounding: Rounding, where: object) -> Interval:
        """Whatever the values are stored as."""
        return rounding.image(*value)

    def attend(self, op: Attend, place: None, values: Sequence[Interval], scores: object) -> Interval:
        """The hull of the values; with 0 where nothing may be selected, and where a mean may be smaller than all."""
        low, high = values[0]
        if is_mean(op):
            low, high = (self.mean or op.mean).image(low, high, self.most)
        return (min(low, ZERO), max(high, ZERO)) if op.mask == "strict" else (low, high)


def embedding_values(expression: position.Position, symbol: str, bound: int) -> list[mpq]:
    """All values that an embedding's expression takes where `symbol` can stand, over lengths 1..bound."""
    if expression.op == "const":
        return [expression.value]
    return [position.evaluate(expression, i, n) for i, n in places(expression, symbol, bound)]


def multiply(a: Interval, b: Interval) -> Interval:
    """The interval of products of independent operands."""
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)
