"""Formats against their definition, by brute force over the grid: every mode, overflow rule and width up to 5 bits."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from gmpy2 import mpq
from logbits.encode.number.rounding import (
    MODES,
    OVERFLOWS,
    Mode,
    Rounding,
    fitted,
    fixed_point,
    power,
    round_integer,
    scale,
)

BITS = range(1, 6)
VALUES = sorted({mpq(k, d) for d in (1, 4, 3) for k in range(-40 * d, 40 * d + 1)})
"""In units of the grid: integers, halves, quarters and thirds, beyond twice the range of a 5-bit format."""


@cache
def defined_integer(value: mpq, mode: Mode) -> int:
    """Rounding by definition: searched among all integers near by, not computed."""
    near = range(-45, 46)
    if mode == "floor":
        return max(u for u in near if u <= value)
    if mode == "ceil":
        return min(u for u in near if u >= value)
    if mode == "toward-zero":
        return max((u for u in near if abs(u) <= abs(value) and u * value >= 0), key=abs)
    least = min(abs(u - value) for u in near)
    nearest = [u for u in near if abs(u - value) == least]
    if len(nearest) == 1:
        return nearest[0]
    return next(u for u in nearest if u % 2 == 0) if mode == "nearest-even" else max(nearest, key=abs)


@cache
def defined_stored(units: int, bits: int, signed: bool, overflow: str) -> int:
    least = -(2 ** (bits - 1)) if signed else 0
    representable = range(least, least + 2**bits)
    if overflow == "wrap":
        return next(u for u in representable if (u - units) % 2**bits == 0)
    return min(representable, key=lambda u: abs(u - units))


@pytest.mark.parametrize("mode", MODES)
def test_round_integer_is_its_definition(mode: Mode) -> None:
    assert [round_integer(v, mode) for v in VALUES] == [defined_integer(v, mode) for v in VALUES]


@pytest.mark.parametrize("mode", MODES)
def test_round_integer_is_monotone_and_fixes_integers(mode: Mode) -> None:
    rounded = [round_integer(v, mode) for v in VALUES]
    assert rounded == sorted(rounded)
    assert [round_integer(mpq(u), mode) for u in range(-9, 10)] == list(range(-9, 10))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("toward-zero", [-1, 0, 0, 0, 0, 1]),
        ("floor", [-2, -1, -1, 0, 0, 1]),
        ("ceil", [-1, 0, 0, 1, 1, 2]),
        ("nearest-even", [-2, 0, 0, 0, 0, 2]),
        ("nearest-away", [-2, -1, 0, 0, 1, 2]),
    ],
)
def test_round_integer_edge_values(mode: Mode, expected: list[int]) -> None:
    values = [mpq(-3, 2), mpq(-1, 2), mpq(-1, 3), mpq(1, 3), mpq(1, 2), mpq(3, 2)]
    assert [round_integer(v, mode) for v in values] == expected


@pytest.mark.first(6)
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("mode", MODES)
def test_storing_is_its_definition(mode: Mode, bits: int, signed: bool) -> None:
    for overflow in OVERFLOWS:
        for fraction in range(-2, 5):
            rounding = fixed_point(bits, fraction, signed, mode, overflow)
            for units in VALUES:
                integer = defined_integer(units, mode)
                stored = defined_stored(integer, bits, signed, overflow)
                value = units * mpq(2) ** -fraction
                assert rounding.apply(value) == stored * mpq(2) ** -fraction, (rounding, overflow, value)
                assert rounding.overflows(value) == (defined_stored(integer, bits, signed, "saturate") != integer)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", BITS)
def test_stored_values_are_fixed_and_are_two_to_the_bits(bits: int, signed: bool) -> None:
    for mode in MODES:
        for overflow in OVERFLOWS:
            rounding = fixed_point(bits, 2, signed, mode, overflow)
            stored = {rounding.apply(v) for v in VALUES}
            assert len(stored) == 2**bits
            assert all(rounding.apply(v) == v and not rounding.overflows(v) for v in stored)


def test_ranges_of_fixed_point() -> None:
    assert (fixed_point(8, 3, True, "floor", "wrap").low, fixed_point(8, 3, True, "floor", "wrap").high) == (-128, 127)
    assert (fixed_point(8, 3, False, "floor", "wrap").low, fixed_point(8, 3, False, "floor", "wrap").high) == (0, 255)


def test_a_grid_without_bounds_never_overflows() -> None:
    grid = Rounding(power(-3), None, None)
    assert grid.apply(mpq(10**30) + mpq(1, 3)) == mpq(10**30) + mpq(2, 8)
    assert not grid.overflows(mpq(10**30))
    assert grid.apply(mpq(-1, 9)) == 0


def test_scale_takes_exponents_of_either_sign() -> None:
    assert scale(mpq(3, 4), 3) == 6
    assert scale(mpq(3, 4), -3) == mpq(3, 32)
    assert scale(mpq(3, 4), 0) == mpq(3, 4)


@pytest.mark.parametrize(
    ("rounding", "text"),
    [
        (fixed_point(8, 6, True, "floor", "wrap"), "s8.6"),
        (fixed_point(8, 7, False, "floor", "wrap"), "u8.7"),
        (fixed_point(1, -2, False, "floor", "wrap"), "u1.-2"),
        (Rounding(power(-12), None, None), "multiples of 2^-12"),
    ],
)
def test_printed_formats(rounding: Rounding, text: str) -> None:
    assert str(rounding) == text


def defined_fraction(bits: int, low: mpq, high: mpq, mode: Mode) -> int:
    """The choice of `scales/1` by definition: every fraction tried, from the top."""
    signed = low < 0
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    for fraction in range(16, -17, -1):
        if all(least <= round_integer(v * mpq(2) ** fraction, mode) <= most for v in (low, high)):
            return fraction
    raise AssertionError("no fraction fits")


ENDS = sorted(
    {mpq(0), mpq(1), mpq(-1), mpq(2), mpq(-2), mpq(7), mpq(-7), mpq(8), mpq(-8), mpq(31), mpq(32), mpq(33)}
    | {mpq(-33), mpq(-100), mpq(100), mpq(1, 3), mpq(-1, 3), mpq(1, 2), mpq(-1, 2), mpq(5, 7), mpq(63, 64)}
    | {mpq(-31, 32), mpq(65, 64), mpq(-129, 128), mpq(1, 100), mpq(-1, 100), mpq(15, 2), mpq(31, 2), mpq(-17, 2)}
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("bits", BITS)
def test_fitted_is_the_choice_of_the_rule(bits: int, mode: Mode) -> None:
    for low in ENDS:
        for high in (v for v in ENDS if v >= low):
            if (bits == 1 and low < 0 < high and mode == "ceil") or low == high == 0:
                continue
            chosen = fitted(bits, low, high, mode, "error")
            expected = fixed_point(bits, defined_fraction(bits, low, high, mode), low < 0, mode, "error")
            assert chosen == expected, (low, high)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("bits", BITS)
def test_the_zero_interval_gets_fraction_zero(bits: int, mode: Mode) -> None:
    assert fitted(bits, mpq(0), mpq(0), mode, "wrap") == fixed_point(bits, 0, False, mode, "wrap")


@pytest.mark.parametrize(
    ("low", "high", "fraction", "signed"),
    [
        (mpq(0), mpq(1), 7, False),
        (mpq(-1), mpq(1), 6, True),
        (mpq(-1), mpq(0), 7, True),
        (mpq(1), mpq(64), 1, False),
        (mpq(0), mpq(255), 0, False),
        (mpq(0), mpq(256), -1, False),
        (mpq(-128), mpq(127), 0, True),
        (mpq(-129), mpq(0), -1, True),
        (mpq(-12284), mpq(8317), -7, True),
        (mpq(1, 1000), mpq(1, 1000), 17, False),
    ],
)
def test_fitted_golden_at_eight_bits(low: mpq, high: mpq, fraction: int, signed: bool) -> None:
    assert fitted(8, low, high, "toward-zero", "wrap") == fixed_point(8, fraction, signed, "toward-zero", "wrap")


def test_no_scale_for_one_signed_bit_rounding_up() -> None:
    with pytest.raises(ValueError, match="one signed bit"):
        fitted(1, mpq(-1), mpq(1), "ceil", "saturate")


@pytest.mark.parametrize("word", ["up", "nearest", "", "TOWARD-ZERO"])
def test_there_are_no_other_words(word: Any) -> None:  # noqa: ANN401
    """An unknown mode is an error everywhere, and never the nearest by default."""
    with pytest.raises(ValueError, match=f"there is no rounding {word!r}: there are toward-zero, floor"):
        Rounding(mpq(1), -8, 7, word)
    with pytest.raises(ValueError, match=f"there is no overflow {word!r}: there are saturate, wrap, error"):
        Rounding(mpq(1), -8, 7, "floor", word)
    with pytest.raises(ValueError, match="there is no rounding"):
        round_integer(mpq(1, 2), word)
