"""Many exact rationals at once: an integer for each run of a batch, over a denominator that all of them share.

Where runs are many, interpreting each in `gmpy2.mpq` takes ten microseconds for an operation that takes a nanosecond on
an array. So a column holds the numerators of all runs, in 64-bit integers while they certainly fit, else in Python's
own. Nothing here is rounded or wraps: before each operation the greatest size that its results can have is bounded by
the sizes that the operands do have, and where 63 bits may not hold them all is done in Python's integers. What rounds
is `stored`, by the definition of a `Rounding`, and the tests compare it with that on all formats of small widths.

The alternative, floating point with an error bound, decides nothing: an exact tie has no margin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import lcm
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from ...encode.number.rounding import Mode, Rounding, exponent

Integers = NDArray[Any]
"""A column of integers: of type int64, or of type object, of Python's integers."""

Truths = NDArray[np.bool_]

BITS = 62
"""The size in bits that no numerator of type int64 exceeds."""


@dataclass(frozen=True, eq=False)
class Many:
    """The rationals numerators[r] / denominator; a column of one number stands for all runs.

    `denominator` is positive. It need not be the least: equal rationals of one column have equal numerators.
    """

    numerators: Integers
    denominator: int = 1

    def __len__(self) -> int:
        return len(self.numerators)

    @cached_property
    def size(self) -> int:
        """The bits of the greatest numerator."""
        return size(self.numerators)

    def over(self, denominator: int) -> Integers:
        """The numerators over a multiple of the denominator."""
        return times(self.numerators, denominator // self.denominator, self.size)

    def at(self, rows: Integers) -> Many:
        """The rationals of these rows; a number that stands for all still does."""
        return self if len(self) == 1 else Many(self.numerators[rows], self.denominator)

    def number(self, row: int) -> mpq:
        """One of the rationals."""
        return mpq(int(self.numerators[row if len(self) > 1 else 0]), self.denominator)


def many(values: Sequence[mpq]) -> Many:
    """These rationals, over their common denominator."""
    denominator = lcm(*(int(value.denominator) for value in values))
    return Many(integers([int(value * denominator) for value in values]), denominator)


def one(value: mpq) -> Many:
    """A number, for all runs."""
    return Many(integers([int(value.numerator)]), int(value.denominator))


def integers(values: Sequence[int]) -> Integers:
    """A column of these integers."""
    small = max((abs(value) for value in values), default=0).bit_length() <= BITS
    return np.array(values, dtype=np.int64 if small else object)


def size(column: Integers) -> int:
    """The bits of the greatest absolute value."""
    if not len(column):
        return 0
    return max(int(column.max()).bit_length(), int(-column.min()).bit_length())


def wide(column: Integers) -> Integers:
    """The same integers as Python's."""
    return column if column.dtype == object else column.astype(object)


def narrow(column: Integers) -> Integers:
    """The same integers in 64 bits, where all fit."""
    if column.dtype == object and size(column) <= BITS:
        return column.astype(np.int64)
    return column


def times(column: Integers, factor: int, bits: int | None = None) -> Integers:
    """Each integer times a number."""
    if factor == 1:
        return column
    bits = size(column) if bits is None else bits
    fits = column.dtype != object and bits + factor.bit_length() <= BITS
    return column * factor if fits else wide(column) * factor


def product(a: Many, b: Many) -> Many:
    """The products, row by row."""
    fits = a.size + b.size <= BITS
    x, y = (a.numerators, b.numerators) if fits else (wide(a.numerators), wide(b.numerators))
    return Many(narrow(x * y), a.denominator * b.denominator)


def linear(const: mpq, parts: Sequence[tuple[mpq, Many]]) -> Many:
    """The constant, and each coefficient times its column."""
    denominator = lcm(int(const.denominator), *(column.denominator * int(c.denominator) for c, column in parts))
    total = integers([int(const * denominator)])
    for coefficient, column in parts:
        factor = int(coefficient * (denominator // column.denominator))
        total = plus(total, times(column.numerators, factor, column.size))
    return Many(narrow(total), denominator)


def plus(a: Integers, b: Integers) -> Integers:
    """The sums, row by row."""
    if max(size(a), size(b)) < BITS and a.dtype != object and b.dtype != object:
        return a + b
    return wide(a) + wide(b)


def aligned(columns: Sequence[Many]) -> tuple[list[Integers], int]:
    """The numerators of columns over one denominator."""
    denominator = lcm(*(column.denominator for column in columns))
    return [column.over(denominator) for column in columns], denominator


def greatest(columns: Sequence[Many]) -> Many:
    """The maximum, row by row."""
    several, denominator = aligned(columns)
    return Many(narrow(reduce(np.maximum, several)), denominator)


def chosen(truths: Truths, yes: Many, no: Many) -> Many:
    """`yes` where it is true, else `no`."""
    (a, b), denominator = aligned((yes, no))
    return Many(narrow(np.where(truths, a, b)), denominator)


def truth(truths: Truths) -> Many:
    """1 and 0."""
    return Many(truths.astype(np.int64))


def below(column: Many, value: mpq, *, strictly: bool) -> Truths:
    """Whether each rational is less than a number, or (not `strictly`) equal to it."""
    left = times(column.numerators, int(value.denominator), column.size)
    right = int(value.numerator) * column.denominator
    found = (left < right) if strictly else (left <= right)
    return found.astype(np.bool_)


def equal(a: Many, b: Many) -> Truths:
    """Where two columns are equal."""
    (x, y), _ = aligned((a, b))
    return (x == y).astype(np.bool_)


def less(a: Many, b: Many) -> Truths:
    """Where the first is less."""
    (x, y), _ = aligned((a, b))
    return (x < y).astype(np.bool_)


def mapped(column: Many, change: Callable[[mpq], mpq]) -> Many:
    """What a function makes of each rational: it is asked once about each that occurs."""
    distinct, rows = np.unique(column.numerators, return_inverse=True)
    found = many([change(mpq(int(each), column.denominator)) for each in distinct])
    return Many(found.numerators[rows.reshape(-1)], found.denominator)


def stored(column: Many, rounding: Rounding) -> tuple[Many, Truths]:
    """What each rational is stored as, and where it overflows; under overflow `error` it saturates there.

    The definition is `Rounding.apply`. Where the unit is a power of two, the grid at a value depends on its exponent.
    """
    if len(column) <= 8:
        values = [column.number(row) for row in range(len(column))]
        return many([rounding.apply(value) for value in values]), np.array([rounding.overflows(v) for v in values])
    unit = exponent(rounding.unit)
    if unit is None or (rounding.precision is None and abs(unit) > BITS):
        return mapped(column, rounding.apply), _overflow(column, rounding)
    grids = np.full(1, unit, dtype=np.int64) if rounding.precision is None else _grids(column, rounding.precision, unit)
    least = int(grids.min())
    # Over 2**least each rational is numerators * 2**-least / denominator, and its grid is a multiple of that.
    up, down = max(-least, 0), max(least, 0)
    numerators = times(column.numerators, 1 << up, column.size)
    denominator = column.denominator << down
    spare = grids - least
    units = _rounded(numerators, denominator, spare, rounding.mode)
    result = Many(narrow(times(units, 1 << down)), 1 << up)
    outside = _outside(result, rounding)
    return (_bounded(result, rounding, outside) if outside.any() else result), outside


def _overflow(column: Many, rounding: Rounding) -> Truths:
    """Where a column overflows, value by value."""
    distinct, rows = np.unique(column.numerators, return_inverse=True)
    return np.array([rounding.overflows(mpq(int(n), column.denominator)) for n in distinct])[rows.reshape(-1)]


def _grids(column: Many, precision: int, unit: int) -> Integers:
    """The exponent of the grid at each rational: p bits below its leading one, and never below the unit."""
    numerators, denominator = abs(column.numerators), column.denominator
    sizes = lengths(numerators)
    # floor(log2(a / b)) is len(a) - len(b), or one less: it is if a / 2**that >= b, else one less.
    shift = sizes - denominator.bit_length()
    if max(column.size, denominator.bit_length()) <= BITS and numerators.dtype != object:
        reaches = (numerators << np.maximum(-shift, 0)) >= (denominator << np.maximum(shift, 0))
    else:
        pairs = zip(wide(numerators), shift.tolist(), strict=True)
        reaches = np.array([(a << max(-s, 0)) >= (denominator << max(s, 0)) for a, s in pairs])
    leading = shift - ~reaches.astype(np.bool_)
    return np.where(sizes == 0, unit, np.maximum(leading - precision + 1, unit)).astype(np.int64)


def lengths(column: Integers) -> NDArray[np.int64]:
    """The number of bits of each integer of a column, none of them negative."""
    if column.dtype == object:
        return np.array([value.bit_length() for value in column], dtype=np.int64)
    found, rest = np.zeros(len(column), dtype=np.int64), column.copy()
    for step in (32, 16, 8, 4, 2, 1):
        high = rest >> step
        more = high > 0
        found += np.where(more, step, 0)
        rest = np.where(more, high, rest)
    return found + (rest > 0)


def _rounded(numerators: Integers, denominator: int, spare: Integers, mode: Mode) -> Integers:
    """Each numerator / denominator, rounded to a multiple of 2**spare of its own."""
    widest = int(spare.max())
    # Twice what is left over, and the steps of 2**spare times the denominator, must fit.
    if max(size(numerators), denominator.bit_length() + widest) + 2 <= BITS and numerators.dtype != object:
        steps: Integers = np.int64(denominator) << spare
    else:
        numerators, steps = wide(numerators), wide(spare)
        steps = np.array([denominator << s for s in steps], dtype=object)
    whole = numerators // steps
    rest = numerators - whole * steps
    match mode:
        case "floor":
            up = np.zeros(1, dtype=np.bool_)
        case "ceil":
            up = rest > 0
        case "toward-zero":
            up = (rest > 0) & (numerators < 0)
        case "nearest-even":
            up = (2 * rest > steps) | ((2 * rest == steps) & (whole % 2 == 1))
        case "nearest-away":
            up = (2 * rest > steps) | ((2 * rest == steps) & (numerators > 0))
    whole = whole + up.astype(np.int64)
    if whole.dtype != object and size(whole) + widest <= BITS:
        return whole << spare
    return narrow(np.array([w << s for w, s in np.broadcast(wide(whole), wide(spare))], dtype=object))


def _outside(column: Many, rounding: Rounding) -> Truths:
    if rounding.low is None or rounding.high is None:
        return np.zeros(len(column), dtype=np.bool_)
    under = below(column, rounding.low * rounding.unit, strictly=True)
    return under | ~below(column, rounding.high * rounding.unit, strictly=False)


def _bounded(column: Many, rounding: Rounding, outside: Truths) -> Many:
    """What leaves the range, as it is stored: by the definition, value by value."""
    rows = np.flatnonzero(outside)
    inside = mapped(column.at(rows), rounding.apply)
    ((kept, put), denominator) = aligned((column, inside))
    kept = wide(kept).copy()
    kept[rows] = wide(put)
    return Many(narrow(kept), denominator)
