"""Storing a value: a set of numbers, how a value is rounded to it, and what happens beyond it.

A `Rounding` is everything that happens when one value is stored. One description covers all formats: the stored
values are integers k times a unit, between two ends, and in a floating format only those k with at most p significant
bits. Subnormal numbers need no rule of their own: every k below 2**p has at most p bits. A fixed-point format has a
power of two as its unit, an affine-quantized one any positive rational (0 is always stored exactly, as a zero point is
an integer).

It is the payload of the operation Round and the one piece of code that the reference run and the encoder share on
purpose, so it is tested exhaustively against its definition, and against implementations by others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gmpy2 import mpq

from .rational import ONE, ceil, floor, show

Mode = Literal["toward-zero", "floor", "ceil", "nearest-even", "nearest-away"]
Overflow = Literal["saturate", "wrap", "error"]
MODES: tuple[Mode, ...] = ("toward-zero", "floor", "ceil", "nearest-even", "nearest-away")
OVERFLOWS: tuple[Overflow, ...] = ("saturate", "wrap", "error")


def scale(value: mpq, exponent: int) -> mpq:
    """`value` times 2**exponent, for exponents of either sign."""
    return value * (1 << exponent) if exponent >= 0 else value / (1 << -exponent)


def power(exponent: int) -> mpq:
    """2**exponent."""
    return scale(ONE, exponent)


def round_integer(value: mpq, mode: Mode) -> int:
    """`value` rounded to an integer; every mode is monotone and fixes the integers."""
    match mode:
        case "toward-zero":
            return floor(value) if value >= 0 else ceil(value)
        case "floor":
            return floor(value)
        case "ceil":
            return ceil(value)
        case "nearest-even":
            return _nearest(value, lambda below: below % 2)
        case "nearest-away":
            return _nearest(value, lambda _: value > 0)
    raise ValueError(f"there is no rounding {mode!r}: there are {', '.join(MODES)}")  # never the nearest by default


def _nearest(value: mpq, up: Callable[[int], int]) -> int:
    """The nearest integer; halfway between two, the upper one if `up` says so of the lower."""
    below = floor(value)
    twice = 2 * (value - below)
    return below + (twice > 1 if twice != 1 else up(below))


@dataclass(frozen=True)
class Rounding:
    """Storing a value: as k · `unit` for an integer k from `low` to `high` with at most `precision` significant bits.

    `low` and `high` are None together, for a grid without bounds (dyadic arithmetic), where `overflow` has no meaning.
    `precision` is None where every integer will do (fixed point). A value overflows if it lies outside low..high after
    it was rounded as if there were no bounds.
    """

    unit: mpq
    low: int | None
    high: int | None
    mode: Mode = "toward-zero"
    overflow: Overflow = "saturate"
    precision: int | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"there is no rounding {self.mode!r}: there are {', '.join(MODES)}")
        if self.overflow not in OVERFLOWS:
            raise ValueError(f"there is no overflow {self.overflow!r}: there are {', '.join(OVERFLOWS)}")

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"multiples of {_power(self.unit) or show(self.unit)}"
        fraction = exponent(self.unit)
        if self.precision is not None:
            return f"{self.precision} bits from {_power(self.unit) or show(self.unit)} to {show(self.high * self.unit)}"
        bits = (self.high - self.low).bit_length()
        if fraction is None or self.low not in (0, -(1 << bits - 1)):
            return f"{self.low}..{self.high} times {show(self.unit)}"
        return f"{'s' if self.low < 0 else 'u'}{bits}.{-fraction}"

    def units(self, value: mpq) -> int:
        """`value` rounded, in units, before the range is looked at."""
        exact = value / self.unit
        if self.precision is None:
            return round_integer(exact, self.mode)
        spare = self.spare(exact)
        return round_integer(scale(exact, -spare), self.mode) << spare

    def spare(self, exact: mpq) -> int:
        """How many low bits of an integer as large as `exact` are not significant."""
        return 0 if self.precision is None else max(floor(abs(exact)).bit_length() - self.precision, 0)

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
        return units * self.unit

    def image(self, low: mpq, high: mpq) -> tuple[mpq, mpq]:
        """The least interval known to hold whatever a value of [low, high] is stored as."""
        if self.overflow == "wrap" and (self.overflows(low) or self.overflows(high)):
            assert self.low is not None
            assert self.high is not None
            return self.low * self.unit, self.high * self.unit
        return self.apply(low), self.apply(high)  # monotone, but for wrapping

    def step(self, step: mpq) -> mpq:
        """A step of the stored values where the values to store are multiples of `step`.

        Not 0 and at least `step` in size, these are rounded no finer than there; rounding may reach the next power of
        two, which is a multiple too, and the ends have to be looked at as they may be stored instead.
        """
        spare = self.spare(step / self.unit)
        for end in (self.low, self.high):
            if end:
                spare = min(spare, (end & -end).bit_length() - 1)
        return self.unit * (1 << spare)

    def fixes(self, step: mpq, low: mpq, high: mpq) -> bool:
        """Whether every multiple of `step` within [low, high] is certainly stored as it is: by its grid and range."""
        exact = step / self.unit
        if exact.denominator != 1 or self.overflows(low) or self.overflows(high):
            return False
        if self.precision is None or exact == 0:
            return True
        spare = (int(exact) & -int(exact)).bit_length() - 1
        return max(abs(low), abs(high)) / self.unit <= 1 << self.precision + spare


def exponent(unit: mpq) -> int | None:
    """The e with 2**e = `unit`, None if it is no power of two."""
    found = int(unit.numerator).bit_length() - int(unit.denominator).bit_length()
    return found if power(found) == unit else None


def _power(unit: mpq) -> str:
    found = exponent(unit)
    return "" if found is None else f"2^{found}"


def grid(fraction: int, mode: Mode = "toward-zero") -> Rounding:
    """The multiples of 2**-fraction, without bounds."""
    return Rounding(power(-fraction), None, None, mode)


def fixed_point(bits: int, fraction: int, signed: bool, mode: Mode, overflow: Overflow) -> Rounding:
    """Two's complement (or unsigned) numbers of `bits` bits, `fraction` of them behind the point."""
    if signed:
        return Rounding(power(-fraction), -(1 << bits - 1), (1 << bits - 1) - 1, mode, overflow)
    return Rounding(power(-fraction), 0, (1 << bits) - 1, mode, overflow)


def floating(
    precision: int, exponent_bits: int, finite: bool, mode: Mode, overflow: Overflow, *, nan: bool = True
) -> Rounding:
    """IEEE 754's binary numbers with p = `precision` significant bits and subnormals; infinities and NaN are overflow.

    With `finite`, the greatest exponent is one of numbers too, and only its last significand is not a number, as in
    OCP's E4M3 (Micikevicius et al. 2022, "FP8 formats for deep learning"); without `nan` that is a number as well, as
    in OCP's E2M1, E2M3 and E3M2 (Rouhani et al. 2023, "Microscaling data formats for deep learning").
    """
    greatest = (1 << exponent_bits - 1) - (0 if finite else 1)
    least = 2 - (1 << exponent_bits - 1)
    unit = least - precision + 1
    high = ((1 << precision) - (2 if finite and nan else 1)) << greatest - least
    return Rounding(power(unit), -high, high, mode, overflow, precision)


def mantissa_exponent(bits: int, mode: Mode, overflow: Overflow) -> Rounding:
    """The numbers m · 2**e with m and e two's complement integers of bits / 2 bits each.

    The floats of Merrill and Sabharwal 2023 ("The parallelism tradeoff"), at precision `bits`.
    """
    half = bits // 2
    end = 1 << half - 1
    return Rounding(power(-end), -end << 2 * end - 1, end - 1 << 2 * end - 1, mode, overflow, half - 1)


def quantized(low: mpq, high: mpq, mode: Mode, overflow: Overflow) -> Rounding:
    """Affine quantization to 8 bits of a site whose values lie in [low, high]: (q - z) · s with q from -128 to 127.

    With 0 taken into the interval, s = (high - low) / 255, and z is the nearest integer to -128 - low / s, ties to
    even (Jacob et al. 2018, "Quantization and training of neural networks"); [0, 0] gets s = 1 and z = 0.
    """
    low, high = min(low, mpq(0)), max(high, mpq(0))
    unit = (high - low) / 255 or ONE
    zero = round_integer(-128 - low / unit, "nearest-even") if high > low else 0
    return Rounding(unit, -128 - zero, 127 - zero, mode, overflow)


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
