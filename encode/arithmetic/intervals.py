"""Forward interval arithmetic on programs: what each feature may be, over all symbols, positions and lengths up to N.

One operation at a time as the model wrote it, a polynomial score monomial by monomial, no relation between operands.
Rule `scales/1` (`logbits.encode.arithmetic.scales`) defines formats by these intervals, so nothing clever may enter
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from gmpy2 import mpq

from ..number.rational import ONE, ZERO, nearest_integer
from ..program import position
from ..program.defined import places
from ..program.program import (
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Nearest,
    Op,
    Product,
    Round,
    Score,
    Steps,
    Table,
)

Interval = tuple[mpq, mpq]


def is_mean(op: Op) -> bool:
    """Whether the operation divides by a count: saturated and uniform attention do, hard attention does not."""
    return isinstance(op, Attend) and op.ties in ("saturated", "uniform")


def interval(op: Op, intervals: Sequence[Interval], bound: int, *, reciprocal: bool) -> Interval:
    """The interval of what an operation computes, before it is stored, at all lengths up to `bound`.

    `intervals` are those of the operations before it, as they are stored. `reciprocal` says whether means multiply by a
    reciprocal, and so may be less in size than all values.

    Raises:
        ValueError: when a position expression is undefined somewhere.
    """
    match op:
        case Embed(table):
            values = [v for symbol, e in table for v in embedding_values(e, symbol, bound)]
            return min(values), max(values)
        case Affine(form):
            return _of_form(form, intervals)
        case Product(left, right):
            return multiply(intervals[left], intervals[right])
        case Max(several):
            each = [_of_form(form, intervals) for form in several]
            return max(low for low, _ in each), max(high for _, high in each)
        case Compare():
            return ZERO, ONE
        case Nearest(form):
            low, high = _of_form(form, intervals)
            return nearest_integer(low), nearest_integer(high)
        case Table(_, entries):
            return min(v for _, v in entries), max(v for _, v in entries)
        case Steps(_, base, jumps):
            values = [base, *(v for _, v in jumps)]
            return min(values), max(values)
        case Score(monomials):
            low = high = ZERO
            for monomial in monomials:
                factors = [intervals[f] for f in monomial.queries + monomial.keys]
                below, above = reduce(multiply, factors, (monomial.coefficient, monomial.coefficient))
                low, high = low + below, high + above
            return low, high
        case Attend(value):
            low, high = intervals[value]
            if op.mask == "strict" or (is_mean(op) and reciprocal):
                low, high = min(low, ZERO), max(high, ZERO)
            return low, high
        case Round(arg, rounding):
            return rounding.image(*intervals[arg])


def embedding_values(expression: position.Position, symbol: str, bound: int) -> list[mpq]:
    """All values that an embedding's expression takes where `symbol` can stand, over lengths 1..bound."""
    if expression.op == "const":
        return [expression.value]
    return [position.evaluate(expression, i, n) for i, n in places(expression, symbol, bound)]


def multiply(a: Interval, b: Interval) -> Interval:
    """The interval of products of independent operands."""
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _of_form(form: Form, intervals: Sequence[Interval]) -> Interval:
    low = high = form.const
    for coefficient, feature in form.terms:
        below, above = multiply((coefficient, coefficient), intervals[feature])
        low, high = low + below, high + above
    return low, high
