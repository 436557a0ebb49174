"""How a format holds a value, as a rounding: where its interval, the mode and what overflow does are given."""

from __future__ import annotations

from gmpy2 import mpq

from ..number.rounding import (
    Mode,
    Overflow,
    Rounding,
    fitted,
    fixed_point,
    floating,
    mantissa_exponent,
    quantized,
)
from .format import Dyadic, Exact, Fixed, FixedPoint, Float, Format, Int8, LogFloat, Mx


def holding(form: Format, mode: Mode, overflow: Overflow, low: mpq, high: mpq) -> Rounding | None:
    """How values in [low, high] are stored in a format, None if as they are.

    Raises:
        ValueError: where no scale fits (see `formats.fitted`).
    """
    match form:
        case Exact() | Dyadic():
            return None
        case Mx():
            raise ValueError(f"{form} has a scale for each block, and none for a number that is alone")
        case Fixed(bits):
            return fitted(bits, low, high, mode, overflow)
        case FixedPoint(bits, fraction, signed):
            return fixed_point(bits, fraction, signed, mode, overflow)
        case Float(precision, exponent, finite):
            return floating(precision, exponent, finite, mode, overflow, nan=form.nan)
        case LogFloat(bits):
            return mantissa_exponent(bits, mode, overflow)
        case Int8(scale, zero):
            if scale is None:
                return quantized(low, high, mode, overflow)
            return Rounding(scale, -128 - zero, 127 - zero, mode, overflow)
