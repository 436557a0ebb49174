"""Exact numbers: every value in this package is an integer or a `gmpy2.mpq`.

A float never enters: `0.1` in a model would silently be 3602879701896397/2**55, so `rational` refuses floats and asks
for `"1/10"` or `"0.1"` instead.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import gcd, lcm
from operator import index
from typing import SupportsIndex, cast

import gmpy2
from gmpy2 import mpq

from .given import described

_ADVICE = "a number must be an integer, a fraction, or a string such as '1/3' or '-0.25'"

Number = int | Fraction | str | mpq
"""What an author may write where a rational is meant."""

ZERO, ONE = mpq(0), mpq(1)
_TEXT = re.compile(r"[+-]?[0-9]{1,4000}(?:/[0-9]{1,4000}|\.[0-9]{1,4000})?")


def rational(value: Number) -> mpq:
    """The exact rational that `value` denotes.

    Raises:
        TypeError: for floats, booleans and everything else that is not exact.
        ValueError: for text that is not an integer, a fraction or a decimal, and for a zero denominator.
    """
    if isinstance(value, str):
        if not _TEXT.fullmatch(value) or ("/" in value and not value.rpartition("/")[2].strip("0")):
            raise ValueError(f"not a number: {value[:40]!r}; {_ADVICE}")
        return mpq(Fraction(value))
    given = cast(object, value)  # whatever the annotation says, floats do arrive
    if isinstance(given, (int, Fraction, mpq)) and not isinstance(given, bool):
        return mpq(given)
    try:
        # Integers of other packages tell their value by __index__; a truth value is no number.
        return mpq(index(cast(SupportsIndex, None if isinstance(given, bool) else given)))
    except TypeError as error:
        raise TypeError(f"not an exact number: {described(given)}; {_ADVICE}") from error


def floor(value: mpq) -> int:
    """The greatest integer that is at most `value`."""
    return int(value.numerator // value.denominator)


def ceil(value: mpq) -> int:
    """The least integer that is at least `value`."""
    return int(-(-value.numerator // value.denominator))


def nearest_integer(value: mpq) -> mpq:
    """The nearest integer, halves upward: floor(x + 1/2), the step function `round` of a transformer."""
    return mpq(floor(value + mpq(1, 2)))


def common_step(a: mpq, b: mpq) -> mpq:
    """The greatest g that divides both: gcd of rationals; 0 is neutral."""
    return mpq(gcd(int(a.numerator), int(b.numerator)), lcm(int(a.denominator), int(b.denominator)))


def is_dyadic(value: mpq) -> bool:
    """Whether the denominator is a power of two (the set F of Merrill, Sabharwal and Smith 2022)."""
    return gmpy2.popcount(value.denominator) == 1


def show(value: mpq) -> str:
    """`value` as text: an integer, or numerator/denominator in lowest terms."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
