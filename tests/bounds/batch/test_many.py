"""Columns of exact rationals, against gmpy2 one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import lcm

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st
from logbits.bounds.batch.many import (
    BITS,
    below,
    chosen,
    equal,
    greatest,
    integers,
    lengths,
    less,
    linear,
    many,
    mapped,
    product,
    size,
    stored,
)
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

EDGE = (lcm(*range(1, 60)), 1 << 70)
SCALES = ((1, 20), (3, 40), (24, 200), (7 << 20, 1 << 24), (5 << 50, 1 << 55), (1, 1 << 70), EDGE)
"""Denominators, and the greatest numerators over them: within 64 bits, at their edge, and beyond."""


def numbers(rng: random.Random, count: int = 40) -> Iterator[list[mpq]]:
    """Columns of random rationals of each scale."""
    for denominator, most in SCALES:
        yield [mpq(rng.randint(-most, most), denominator) for _ in range(count)] + [mpq(0)]


def roundings() -> list[Rounding]:
    """Formats of small widths, in every mode and with every rule for overflow, and the floats that people use."""
    found: list[Rounding] = []
    for mode in MODES:
        for overflow in OVERFLOWS:
            found += [
                fixed_point(bits, fraction, signed, mode, overflow)
                for bits in (1, 2, 3, 5)
                for fraction in (-2, 0, 1, 3)
                for signed in (False, True)
            ]
            found.append(quantized(mpq(-1), mpq(1, 3), mode, overflow))
            if overflow != "wrap":
                sizes = ((2, 2), (3, 3), (4, 4), (3, 5), (8, 8), (11, 5), (24, 8))
                found += [floating(p, e, finite, mode, overflow) for p, e in sizes for finite in (False, True)]
                found.append(mantissa_exponent(8, mode, overflow))
        found += [grid(4, mode), grid(70, mode)]
    return found


@pytest.mark.parametrize("mode", MODES)
def test_every_rounding(mode: str) -> None:
    rng = random.Random(mode)
    for rounding in (each for each in roundings() if each.mode == mode):
        for values in numbers(rng):
            if rounding.low is not None and rounding.high is not None:
                for end in (rounding.low, rounding.high):
                    values += [(2 * end + step) * rounding.unit / 2 for step in range(-3, 4)]
            found, outside = stored(many(values), rounding)
            for row, value in enumerate(values):
                assert found.number(row) == rounding.apply(value), (rounding, value)
                assert outside[row] == rounding.overflows(value), (rounding, value)


def test_arithmetic() -> None:
    rng = random.Random(1)
    for a in numbers(rng):
        for b in numbers(rng):
            x, y, rows = many(a), many(b), range(len(a))
            c, d = mpq(rng.randint(-9, 9), 7), mpq(rng.randint(-1 << 40, 1 << 40), 3)
            assert [linear(d, [(c, x), (d, y)]).number(k) for k in rows] == [d + c * a[k] + d * b[k] for k in rows]
            assert [product(x, y).number(k) for k in rows] == [a[k] * b[k] for k in rows]
            assert [greatest([x, y]).number(k) for k in rows] == [max(a[k], b[k]) for k in rows]
            assert [chosen(less(x, y), x, y).number(k) for k in rows] == [min(a[k], b[k]) for k in rows]
            assert equal(x, y).tolist() == [a[k] == b[k] for k in rows]
            for strictly in (False, True):
                found = below(x, a[3], strictly=strictly).tolist()
                assert found == [v < a[3] or (not strictly and v == a[3]) for v in a]


def test_one_number_stands_for_all() -> None:
    column, constant = many([mpq(1, 3), mpq(2), mpq(-1)]), many([mpq(1, 2)])
    assert [product(column, constant).number(k) for k in range(3)] == [mpq(1, 6), mpq(1), mpq(-1, 2)]
    assert greatest([constant, column]).number(0) == mpq(1, 2)
    assert constant.at(integers([0, 0, 0])) is constant


def test_a_function_is_asked_about_each_value_once() -> None:
    asked: list[mpq] = []
    found = mapped(many([mpq(1, 2), mpq(3), mpq(1, 2), mpq(3)]), lambda value: asked.append(value) or value * value)
    assert [found.number(k) for k in range(4)] == [mpq(1, 4), mpq(9), mpq(1, 4), mpq(9)]
    assert sorted(asked) == [mpq(1, 2), mpq(3)]


@given(st.lists(st.integers(0, (1 << BITS) - 1), min_size=1), st.booleans())
def test_lengths(values: list[int], wide: bool) -> None:
    column = integers(values)
    assert lengths(column.astype(object) if wide else column).tolist() == [value.bit_length() for value in values]


@given(st.lists(st.integers(-(1 << 80), 1 << 80), min_size=1))
def test_sizes(values: list[int]) -> None:
    column = integers(values)
    assert size(column) == max(abs(value) for value in values).bit_length()
    assert column.tolist() == values
