"""Many exact numbers at once: arrays of integers over a common denominator.

A value is above / (below · divisors): an array of integers, one positive integer for all, and where numbers of things
are divided by, an array of positive integers. Nothing is rounded but where `stored` says so. The arrays are of 64 bits
while a bound that is known before each operation shows that nothing leaves 62 of them, and of Python's integers
otherwise: slower, and as exact. A float never occurs.

`logbits.bounds.count.run` does the same with one number at a time; the tests compare both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import gcd, lcm, prod
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from ...encode.number.rational import ONE, ZERO
from ...encode.number.rounding import Mode, Rounding, power
from ...encode.program.program import Relation

HALF = mpq(1, 2)

LIMIT = 1 << 62
"""No integer in an array of 64 bits is as great."""

_GREAT = 1 << 31
"""From here on a common factor is looked for."""

Integers = NDArray[Any]
"""An array of 64 bits, or of Python's integers."""

Truths = NDArray[np.bool_]

_POWERS = np.array([1 << k for k in range(62)], dtype=np.int64)
_LENGTHS: Callable[[Integers], Integers] = np.frompyfunc(int.bit_length, 1, 1)


@dataclass(frozen=True, eq=False)
class Numbers:
    """Rationals, in the shape of `above` and `divisors` together; `top` is at least the size of each in `above`."""

    above: Integers
    below: int
    top: int
    divisors: Integers | None = None

    def reshaped(self, change: Callable[[Integers], Integers]) -> Numbers:
        """The same numbers in another shape, or some of them."""
        if self.divisors is None:
            return Numbers(change(self.above), self.below, self.top)
        above, divisors = np.broadcast_arrays(self.above, self.divisors)
        return Numbers(change(above), self.below, self.top, change(divisors))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both arrays together."""
        return self.above.shape if self.divisors is None else np.broadcast_shapes(self.above.shape, self.divisors.shape)


def numbers(values: Sequence[mpq], shape: Sequence[int]) -> Numbers:
    """These numbers in a shape."""
    below = lcm(*(int(value.denominator) for value in values))
    several = [int(value * below) for value in values]
    top = max(map(abs, several), default=0)
    return Numbers(np.array(several, dtype=np.int64 if top < LIMIT else object).reshape(shape), below, top)


def listed(value: Numbers, shape: Sequence[int]) -> list[mpq]:
    """The numbers, one after the other, in a shape that theirs is part of."""
    above = np.broadcast_to(value.above, shape).ravel().tolist()
    if value.divisors is None:
        return [mpq(each, value.below) for each in above]
    divisors = np.broadcast_to(value.divisors, shape).ravel().tolist()
    return [mpq(each, value.below * divisor) for each, divisor in zip(above, divisors, strict=True)]


def divided(value: Numbers, divisors: Integers) -> Numbers:
    """The numbers, each divided by a positive integer."""
    given = [divisors] if value.divisors is None else [divisors, value.divisors]
    return Numbers(value.above, value.below, value.top, _times(np.ones((1, 1, 1), dtype=np.int64), 1, given)[0])


def constant(value: mpq) -> Numbers:
    """One number."""
    return numbers([value], (1, 1, 1))


def integers(array: Integers) -> Numbers:
    """Integers as they are."""
    return _made(array, 1)


def truths(array: Truths) -> Numbers:
    """1 where it is true, else 0."""
    return Numbers(array.astype(np.int64), 1, 1)


def linear(const: mpq, parts: Sequence[tuple[mpq, Numbers]]) -> Numbers:
    """The sum of `const` and each coefficient times its numbers."""
    divisors = _different(value.divisors for _, value in parts)
    below = lcm(int(const.denominator), *(int(c.denominator) * value.below for c, value in parts))
    terms: list[tuple[Integers, int, int]] = []  # an array, what it is multiplied with, and a bound on both together
    for coefficient, value in parts:
        factor = int(coefficient * (below // value.below))
        others = _but(divisors, value.divisors)
        above, top = _times(value.above, value.top, others)
        terms.append((above, factor, top * abs(factor)))
    rest, most = _times(np.ones((1, 1, 1), dtype=np.int64), 1, divisors)
    if const:
        terms.append((rest, int(const * below), most * abs(int(const * below))))
    wide = sum(top for *_, top in terms) >= LIMIT or any(abs(factor) >= LIMIT for _, factor, _ in terms)
    total: Integers = np.zeros((1, 1, 1), dtype=object if wide else np.int64)
    for above, factor, _ in terms:
        total = total + (above.astype(object) if wide else above) * factor
    return _made(total, below, rest if divisors else None)


def product(factors: Sequence[Numbers]) -> Numbers:
    """The product of no, one or several."""
    if len(factors) == 1:
        return factors[0]
    above, top = _times(np.ones((1, 1, 1), dtype=np.int64), 1, [])
    for each in factors:
        wide = top * each.top >= LIMIT
        above = (above.astype(object) if wide else above) * (each.above.astype(object) if wide else each.above)
        top *= each.top
    given = [each.divisors for each in factors if each.divisors is not None]
    divisors, _ = _times(np.ones((1, 1, 1), dtype=np.int64), 1, given)
    return _made(above, prod(each.below for each in factors), divisors if given else None)


def aligned(several: Sequence[Numbers]) -> list[Numbers]:
    """The same numbers over one denominator for all."""
    divisors = _different(value.divisors for value in several)
    below = lcm(*(value.below for value in several))
    joint = _times(np.ones((1, 1, 1), dtype=np.int64), 1, divisors)[0] if divisors else None
    found: list[Numbers] = []
    for value in several:
        others = _but(divisors, value.divisors)
        above, top = _times(value.above, value.top, others)
        factor = below // value.below
        wide = max(top, 1) * factor >= LIMIT
        found.append(Numbers((above.astype(object) if wide else above) * factor, below, top * factor, joint))
    return found


def greatest(several: Sequence[Numbers]) -> Numbers:
    """The maximum."""
    found, *others = aligned(several)
    for each in others:
        top = max(found.top, each.top)
        found = Numbers(np.maximum(found.above, each.above), found.below, top, found.divisors)
    return found


def compared(value: Numbers, relation: Relation) -> Truths:
    """Whether the numbers are greater than 0, or at least 0, or 0."""
    above = value.above
    found: Truths = above > 0 if relation == ">" else above >= 0 if relation == ">=" else above == 0
    return found


def chosen(truth: Truths, value: Numbers, other: Numbers) -> Numbers:
    """The value where it is true, else the other."""
    a, b = aligned([value, other])
    return Numbers(np.where(truth, a.above, b.above), a.below, max(a.top, b.top), a.divisors)


def floors(value: Numbers) -> Numbers:
    """The greatest integers that are at most the numbers."""
    return integers(_divided(value, ONE, "floor"))


def comparable(value: Numbers) -> Numbers:
    """The same numbers, whose denominators are the same along the last two axes."""
    divisors = value.divisors
    if divisors is None or divisors.shape[3:] == (1, 1):
        return value
    wide = divisors.astype(object)
    common: Integers = np.lcm.reduce(np.lcm.reduce(wide, axis=4, keepdims=True), axis=3, keepdims=True)
    return _made(value.above.astype(object) * (common // wide), value.below, common)


def summed(value: Numbers, weights: Integers, most: int) -> Numbers:
    """The sum over the last two axes, each number so often as its weight says; these add up to at most `most`."""
    given = comparable(value)
    above = given.above.astype(object) if given.top * most >= LIMIT else given.above
    divisors = given.divisors
    return _made(
        (above * weights).sum(axis=(3, 4)),
        given.below,
        None if divisors is None else divisors.reshape(divisors.shape[:3]),
    )


def nearest(value: Numbers) -> Numbers:
    """The nearest integers, halves upward."""
    return floors(linear(HALF, [(ONE, value)]))


def stored(value: Numbers, rounding: Rounding) -> tuple[Numbers, Truths | None]:
    """The numbers in a format, and where they leave it, if any does.

    A float's grid is fine near 0 and coarse far out: integers are counted in steps of the finest that is needed here.
    """
    if value.top == 0:
        return value, None  # every format holds 0
    unit, coarser = rounding.unit, 0
    if rounding.precision is not None and rounding.overflow != "wrap":
        coarser = _coarser(value, rounding)
        unit = unit * power(coarser)
    units = _divided(value, unit, rounding.mode, rounding.precision)
    if rounding.low is None or rounding.high is None:
        return _scaled(units, unit), None
    low, high = -(-rounding.low >> coarser), rounding.high >> coarser
    ends = (low, high) if units.dtype == object else (max(low, -LIMIT), min(high, LIMIT))  # 64 bits are within these
    outside: Truths = (units < ends[0]) | (units > ends[1])
    if not outside.any():
        return _scaled(units, unit), None
    if rounding.overflow == "wrap":
        units = (units.astype(object) - low) % (high - low + 1) + low
        return _scaled(units, unit), outside
    least, most = constant(rounding.low * rounding.unit), constant(rounding.high * rounding.unit)
    inside = _scaled(np.where(outside, 0, units), unit)
    return chosen(outside, chosen(units > 0, most, least), inside), outside


def _scaled(units: Integers, unit: mpq) -> Numbers:
    made = _made(units, 1)
    return linear(ZERO, [(unit, made)])


def _coarser(value: Numbers, rounding: Rounding) -> int:
    """How many doublings of the unit leave all roundings as they are: those that even the least number needs."""
    assert rounding.precision is not None
    sizes = np.abs(value.above)
    sizes = sizes[sizes > 0]
    if not sizes.size:
        return 0
    divisor = value.below * (1 if value.divisors is None else int(value.divisors.max()))
    least = mpq(int(sizes.min()) * int(rounding.unit.denominator), divisor * int(rounding.unit.numerator))
    length = int(least.numerator).bit_length() - int(least.denominator).bit_length()  # least >= 2**(length - 1)
    return max(0, length - rounding.precision)


def _divided(value: Numbers, unit: mpq, mode: Mode, precision: int | None = None) -> Integers:
    """The numbers in units, rounded to integers, or to those of `precision` significant bits."""
    above, top = value.above, value.top * int(unit.denominator)
    below = value.below * int(unit.numerator)
    most = below * (1 if value.divisors is None else int(value.divisors.max()))
    wide = 4 * (top + most) >= LIMIT or int(unit.denominator) >= LIMIT
    if wide:
        above = above.astype(object)
    above = above * int(unit.denominator)
    divisor: Integers | int = below
    if value.divisors is not None:
        divisor = (value.divisors.astype(object) if wide else value.divisors) * below
    if precision is None:
        return _rounded(above, divisor, mode)
    size = np.abs(above) // divisor
    length: Integers = _LENGTHS(size) if size.dtype == object else np.searchsorted(_POWERS, size, side="right")
    spare: Integers = np.maximum(length - precision, 0)
    return _rounded(above, divisor << spare, mode) << spare


def _rounded(above: Integers, below: Integers | int, mode: Mode) -> Integers:
    """The quotients by positive integers, rounded."""
    match mode:
        case "floor":
            return above // below
        case "ceil":
            return -(-above // below)
        case "toward-zero":
            return np.where(above >= 0, above // below, -(-above // below))
        case "nearest-away":
            return np.where(above >= 0, (2 * above + below) // (2 * below), -((below - 2 * above) // (2 * below)))
        case "nearest-even":
            twice = 2 * above + below
            found = twice // (2 * below)
            tie = twice == found * (2 * below)
            return found - np.where(tie & (found % 2 == 1), 1, 0)


def _different(several: Iterable[Integers | None]) -> list[Integers]:
    """The arrays that there are, each once."""
    found: list[Integers] = []
    for each in several:
        if each is not None and not any(_same(each, other) for other in found):
            found.append(each)
    return found


def _but(several: Sequence[Integers], own: Integers | None) -> list[Integers]:
    return [each for each in several if own is None or not _same(each, own)]


def _same(a: Integers, b: Integers) -> bool:
    return a is b or (a.shape == b.shape and bool((a == b).all()))


def _times(above: Integers, top: int, others: Sequence[Integers]) -> tuple[Integers, int]:
    """An array and a bound on it, multiplied with others."""
    for other in others:
        most = top * int(other.max())
        above = (above.astype(object) if most >= LIMIT else above) * other
        top = most
    return above, top


def _made(above: Integers, below: int, divisors: Integers | None = None) -> Numbers:
    """Numbers with the bound that they really keep, in 64 bits if they fit, over a small denominator."""
    top = int(np.abs(above).max()) if above.size else 0
    if divisors is not None and divisors.dtype == object and int(divisors.max()) < LIMIT:
        divisors = divisors.astype(np.int64)
    if above.dtype == object and top < LIMIT:
        above = above.astype(np.int64)
    if below > 1 and top >= _GREAT and above.dtype != object:
        common = gcd(below, int(np.gcd.reduce(above.ravel())))
        if common > 1:
            above, below, top = above // common, below // common, top // common
    return Numbers(above, below, top, divisors)
