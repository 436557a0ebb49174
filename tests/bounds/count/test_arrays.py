"""Arrays of exact numbers against one number at a time, small ones and such that 64 bits do not hold."""

from __future__ import annotations

import random
from itertools import product
from math import prod

import numpy as np
import pytest
from gmpy2 import mpq
from logbits.bounds.count import arrays
from logbits.bounds.count.arrays import Numbers
from logbits.encode.number.rational import ONE, floor, nearest_integer
from logbits.encode.number.rounding import (
    MODES,
    OVERFLOWS,
    Rounding,
    fixed_point,
    floating,
    grid,
    mantissa_exponent,
    quantized,
)

SHAPE = (4, 3, 2)
SIZES = (3, 40, 200, 1 << 31, 1 << 61, 1 << 63, 1 << 90)


def draw(rng: random.Random, size: int, *, divisors: bool = False) -> tuple[list[mpq], Numbers]:
    """Numbers of about this size, and the same in an array."""
    below = rng.choice((1, 2, 7, 12, 256))
    values = [mpq(rng.randint(-size, size) * rng.choice((0, 1, 1)), below) for _ in range(prod(SHAPE))]
    made = arrays.numbers(values, SHAPE)
    if divisors:
        several = np.array([rng.randint(1, 9) for _ in values], dtype=np.int64).reshape(SHAPE)
        made = arrays.divided(made, several)
        values = [value / int(each) for value, each in zip(values, several.ravel(), strict=True)]
    return values, made


def same(value: Numbers, expected: list[mpq]) -> bool:
    assert value.above.dtype == object or value.top < arrays.LIMIT
    assert int(np.abs(value.above).max()) <= value.top
    return arrays.listed(value, SHAPE) == expected


@pytest.mark.parametrize("seed", range(40))
def test_sums_products_and_maxima(seed: int) -> None:
    rng = random.Random(seed)
    for a_size, b_size in product(SIZES, SIZES):
        xs, x = draw(rng, a_size, divisors=rng.random() < 0.4)
        ys, y = draw(rng, b_size, divisors=rng.random() < 0.4)
        pairs = list(zip(xs, ys, strict=True))
        c, d, const = (mpq(rng.randint(-9, 9), rng.randint(1, 9)) for _ in range(3))
        assert same(arrays.linear(const, [(c, x), (d, y)]), [const + c * a + d * b for a, b in pairs])
        assert same(arrays.linear(const, [(c, x), (d, x)]), [const + (c + d) * a for a in xs])
        assert same(arrays.product([x, y]), [a * b for a, b in pairs])
        assert same(arrays.product([x, x, y]), [a * a * b for a, b in pairs])
        assert same(arrays.greatest([x, y]), [max(a, b) for a, b in pairs])
        assert same(arrays.nearest(x), [nearest_integer(a) for a in xs])
        assert same(arrays.floors(x), [mpq(floor(a)) for a in xs])
        for relation, truth in ((">", lambda a: a > 0), (">=", lambda a: a >= 0), ("=", lambda a: a == 0)):
            assert arrays.compared(x, relation).ravel().tolist() == [truth(a) for a in xs]  # type: ignore[arg-type]
        here = np.array([rng.random() < 0.5 for _ in xs]).reshape(SHAPE)
        picked = [a if t else b for t, (a, b) in zip(here.ravel(), pairs, strict=True)]
        assert same(arrays.chosen(here, x, y), picked)


FORMATS: list[Rounding] = [
    *(fixed_point(5, f, s, m, o) for f in (0, 2) for s in (False, True) for m in MODES for o in OVERFLOWS),
    *(fixed_point(70, 60, True, m, o) for m in MODES for o in OVERFLOWS),
    *(floating(p, e, False, m, o) for p, e in ((2, 3), (8, 8), (11, 5), (24, 8)) for m in MODES for o in OVERFLOWS),
    *(mantissa_exponent(8, m, o) for m in MODES for o in OVERFLOWS),
    *(quantized(mpq(-1), mpq(2), m, o) for m in MODES for o in OVERFLOWS),
    *(grid(f, m) for f in (0, 3) for m in MODES),
]


@pytest.mark.parametrize("rounding", FORMATS, ids=lambda rounding: f"{rounding} {rounding.mode} {rounding.overflow}")
def test_what_is_stored(rounding: Rounding) -> None:
    rng = random.Random(f"{rounding}")
    for size, small in product(SIZES, (0, 3, 130, 160)):
        values, made = draw(rng, size, divisors=rng.random() < 0.4)
        values, made = [v / (1 << small) for v in values], arrays.linear(mpq(0), [(ONE / (1 << small), made)])
        found, outside = arrays.stored(made, rounding)
        assert same(found, [rounding.apply(value) for value in values])
        expected = [rounding.overflows(value) for value in values]
        told = np.zeros(1, dtype=np.bool_) if outside is None else outside
        assert np.broadcast_to(told, SHAPE).ravel().tolist() == expected


def test_ties_and_the_ends_of_formats() -> None:
    for rounding in FORMATS:
        values = [rounding.unit * k / 2 for k in range(-9, 10)]
        for end in (rounding.low, rounding.high):
            if end is not None:
                values += [(end + mpq(k, 2)) * rounding.unit for k in range(-3, 4)]
        found, _ = arrays.stored(arrays.numbers(values, (len(values), 1, 1)), rounding)
        assert arrays.listed(found, (len(values), 1, 1)) == [rounding.apply(value) for value in values]


@pytest.mark.parametrize("seed", range(20))
def test_sums_over_keys(seed: int) -> None:
    rng = random.Random(seed)
    for size in SIZES:
        shape = (2, 1, 1, 3, 2)
        values = [mpq(rng.randint(-size, size), rng.choice((1, 3))) for _ in range(prod(shape))]
        made = arrays.numbers(values, shape)
        if rng.random() < 0.5:
            divisors = np.array([rng.randint(1, 9) for _ in values], dtype=np.int64).reshape(shape)
            made = arrays.divided(made, divisors)
            values = [value / int(each) for value, each in zip(values, divisors.ravel(), strict=True)]
        weights = np.array([rng.randint(0, 9) for _ in values], dtype=np.int64).reshape(shape)
        each = [v * int(w) for v, w in zip(values, weights.ravel(), strict=True)]
        found = arrays.summed(made, weights, int(weights.sum()))
        assert arrays.listed(found, (2, 1, 1)) == [sum(each[:6]), sum(each[6:])]
