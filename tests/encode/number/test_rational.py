"""Exact numbers: what text means, and the functions to integers, against their definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from gmpy2 import mpq
from logbits.encode.number.rational import ceil, floor, is_dyadic, nearest_integer, rational, show

TWELFTHS = [mpq(k, 12) for k in range(-60, 61)]


@pytest.mark.parametrize("value", TWELFTHS, ids=show)
def test_integers_nearby(value: mpq) -> None:
    assert floor(value) <= value < floor(value) + 1
    assert ceil(value) - 1 < value <= ceil(value)
    assert isinstance(floor(value), int)
    assert isinstance(ceil(value), int)
    nearest = nearest_integer(value)
    assert nearest.denominator == 1
    assert mpq(-1, 2) < nearest - value <= mpq(1, 2)  # halves go upward


def test_dyadic_numbers() -> None:
    for numerator in range(-9, 10):
        for denominator in range(1, 20):
            value = mpq(numerator, denominator)
            assert is_dyadic(value) == (value.denominator in (1, 2, 4, 8, 16))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1/3", mpq(1, 3)),
        ("-0.25", mpq(-1, 4)),
        ("+7", mpq(7)),
        ("-6/4", mpq(-3, 2)),
        ("0.1", mpq(1, 10)),
        (5, mpq(5)),
        (Fraction(2, 6), mpq(1, 3)),
        (mpq(2, 3), mpq(2, 3)),
        ("0" * 3999 + "1", mpq(1)),
    ],
)
def test_numbers_are_what_they_say(given: object, expected: mpq) -> None:
    assert rational(given) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "1/0", "1/00", "1/-2", "1e3", "0x1", " 1", "1/2/3", "1.", ".5", "1_000", "inf", "٣"]
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        rational(text)


@pytest.mark.parametrize("value", [0.5, True, None, 1j, [1]])
def test_what_is_not_exact_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="not an exact number"):
        rational(value)  # type: ignore[arg-type]


def test_numbers_as_text() -> None:
    assert [show(mpq(k, 4)) for k in (-6, -4, 0, 1, 8)] == ["-3/2", "-1", "0", "1/4", "2"]
