"""Fixed-point formats: a grid, a range, and what happens between and beyond.

A `Rounding` is everything that happens when one value is stored: the grid (multiples of 2**-fraction), the range in
units of the grid, the rounding mode and the overflow rule. It is the payload of the operation Round and the one piece
of code that the reference run and the encoder share on purpose, so it is tested exhaustively against its definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gmpy2 import mpq

from .rational import ceil, floor

Mode = Literal["toward-zero", "floor", "ceil", "nearest-even", "nearest-away"]
Overflow = Literal["saturate", "wrap", "error"]
MODES: tuple[Mode, ...] = ("toward-zero", "floor", "ceil", "nearest-even", "nearest-away")
OVERFLOWS: tuple[Overflow, ...] = ("saturate", "wrap", "error")


def scale(value: mpq, exponent: int) -> mpq:
    """`value` times 2**exponent, for exponents of either sign."""
    return value * (1 << exponent) if exponent >= 0 else value / (1 << -exponent)


def round_integer(value: mpq, mode: Mode) -> int:
    """`value` rounded to an integer; every mode is monotone and fixes the integers."""
    match mode:
        case "toward-zero":
            return floor(value) if value >= 0 else ceil(value)
        case "floor":
            return floor(value)
        case "ceil":
            return ceil(value)
        case "nearest-even" | "nearest-away":
            pass
    below = floor(value)
    twice = 2 * (value - below)
    if twice != 1:
        return below + (twice > 1)
    if mode == "nearest-even":
        return below + below % 2
    return below + (value > 0)


@dataclass(frozen=True)
class Rounding:
    """Storing a value: to the multiples of 2**-fraction between low and high (both in units of 2**-fraction).

    `low` and `high` are None together, for a grid without bounds (dyadic arithmetic), where `overflow` has no meaning.
    """

    fraction: int
    low: int | None
    high: int | None
    mode: Mode = "toward-zero"
    overflow: Overflow = "saturate"

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"multiples of 2^{-self.fraction}"
        sign = "s" if self.low < 0 else "u"
        return f"{sign}{(self.high - self.low).bit_length()}.{self.fraction}"

    def units(self, value: mpq) -> int:
        """`value` on the grid, in units of 2**-fraction, before the range is looked at."""
        return round_integer(scale(value, self.fraction), self.mode)

    def overflows(self, value: mpq) -> bool:
        """Whether `value`, rounded, lies outside the range."""
        if self.low is None or self.high is None:
            return False
        return not self.low <= self.units(value) <= self.high

    def apply(self, value: mpq) -> mpq:
        """The stored value. With overflow `error` this saturates; the failure is the caller's, by `overflows`."""
        units = self.units(value)
        if self.low is not None and self.high is not None and not self.low <= units <= self.high:
            if self.overflow == "wrap":
                units = (units - self.low) % (self.high - self.low + 1) + self.low
            else:
                units = self.low if units < self.low else self.high
        return scale(mpq(units), -self.fraction)


def fixed_point(bits: int, fraction: int, signed: bool, mode: Mode, overflow: Overflow) -> Rounding:
    """Two's complement (or unsigned) numbers of `bits` bits, `fraction` of them behind the point."""
    if signed:
        return Rounding(fraction, -(1 << bits - 1), (1 << bits - 1) - 1, mode, overflow)
    return Rounding(fraction, 0, (1 << bits) - 1, mode, overflow)


def fitted(bits: int, low: mpq, high: mpq, mode: Mode, overflow: Overflow) -> Rounding:
    """The format of rule `scales/1` for a site whose values lie in [low, high].

    Unsigned iff low >= 0, else two's complement; the fraction is the largest (negative allowed) such that both
    endpoints, rounded, fit; [0, 0] gets fraction 0.

    Raises:
        ValueError: where no scale fits, which happens for one signed bit and mode ceil only.
    """
    signed = low < 0

    def fits(fraction: int) -> bool:
        candidate = fixed_point(bits, fraction, signed, mode, overflow)
        return not candidate.overflows(low) and not candidate.overflows(high)

    if bits == 1 and signed and high > 0 and mode == "ceil":
        raise ValueError("one signed bit holds -1 and 0 only, and rounding a positive number up fits no scale")
    if low == high == 0:
        return fixed_point(bits, 0, False, mode, overflow)
    # The magnitude alone fixes the fraction up to two steps, and `fits` is monotone in it.
    magnitude = max(abs(low), abs(high))
    fraction = bits + 2 + int(magnitude.denominator).bit_length() - int(magnitude.numerator).bit_length()
    while not fits(fraction):
        fraction -= 1
    return fixed_point(bits, fraction, signed, mode, overflow)
