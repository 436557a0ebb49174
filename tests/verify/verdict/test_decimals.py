"""Decimals of long exact numbers: cut and never rounded, against Python's own decimals."""

from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from logbits.encode.number.rational import show
from logbits.verify.verdict.decimals import annotated, decimal, readable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (mpq(1, 3), "1/3"),
        (mpq(10**12 - 1), "999999999999"),
        (mpq(12345678901234567, 2**60), "12345678901234567/2^60 ≈ 0.0107081…"),
        (mpq(-(10**13) - 1, 2), "-10000000000001/2 ≈ -5.00000…e12"),
        (mpq(10**13 + 1, 2 * 10**6), "10000000000001/2000000 ≈ 5000000.00…"),
        (mpq(1, 2**50), "1/2^50 ≈ 8.88178…e-16"),
        (mpq(10**20), "100000000000000000000 = 1e20"),
        (mpq(1, 10**15), "1/1000000000000000 = 1e-15"),
        (mpq(123456789012345, 100), "24691357802469/20 ≈ 1.23456…e12"),
        (mpq(2 * 10**13, 10**13 - 1), "20000000000000/9999999999999 ≈ 2.00000…"),
    ],
)
def test_long_numbers(value: mpq, text: str) -> None:
    assert readable(value) == text


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.fractions(), st.integers(3, 30))
def test_the_digits_are_those_of_the_expansion(value: Fraction, digits: int) -> None:
    text = decimal(mpq(value), digits)
    exact = not text.partition("e")[0].endswith("…")
    got = Fraction(Decimal(text.replace("…", "")))
    if exact:
        assert got == value
    else:
        assert abs(got) < abs(value)
        assert got == 0 or (got < 0) == (value < 0)
        cut = Context(prec=digits, rounding=ROUND_DOWN).divide(Decimal(value.numerator), Decimal(value.denominator))
        assert abs(value - got) <= max(abs(value - Fraction(cut)), 0)


def test_different_numbers_look_different() -> None:
    a, b = mpq(10**20, 3 * 10**20 + 1), mpq(10**20 + 7, 3 * 10**20 + 1)
    left, right = annotated((f"accept (readout {show(a)})", f"reject (readout {show(b)}), off by {show(b - a)}"))
    shown = [text.split("≈ ")[1].split(")")[0] for text in (left, right)]
    assert shown[0] != shown[1]
    assert shown[0].startswith("0.33333")
    same = annotated((show(a), show(a)))
    assert same[0] == same[1]
    assert same[0].endswith("≈ 0.333333…")


@pytest.mark.parametrize(
    "text",
    ["", "i at position 1: 17/33 against 1/2", "M of x at position 1: {1..3}", "x1234567890123456",
     "1.2345678901234567",
     "2^1234567890123456", "fixed(8) of 123456789012", "1/0000000000000"],
)  # fmt: skip
def test_what_is_no_long_number_stays(text: str) -> None:
    assert annotated((text,)) == (text,)
