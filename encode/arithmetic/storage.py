"""From a format, as an arithmetic names it, to the rounding of one site.

A format with a scale per site needs the interval of what the site stores; the others are the same everywhere. In one
whose blocks share a scale, what is asked for here is a value that is alone; see `logbits.encode.arithmetic.blocks`.
"""

from __future__ import annotations

from gmpy2 import mpq

from ..number.rounding import Rounding, fitted, fixed_point, floating, mantissa_exponent, quantized
from .arithmetic import Arithmetic
from .elements import alone
from .format import Dyadic, Exact, Fixed, FixedPoint, Float, Format, Int8, LogFloat, Mx

ACCUMULATOR = 32
"""The bits of the integers in which affine-quantized arithmetic sums."""


def storage(form: Format, arithmetic: Arithmetic, low: mpq, high: mpq) -> Rounding | None:
    """How a site whose values lie in [low, high] stores them in a format, None if as they are.

    Raises:
        ValueError: where no scale fits (see `formats.fitted`).
    """
    mode, overflow = arithmetic.rounding, arithmetic.overflow
    match form:
        case Exact() | Dyadic():
            return None
        case Fixed(bits):
            return fitted(bits, low, high, mode, overflow)
        case FixedPoint(bits, fraction, signed):
            return fixed_point(bits, fraction, signed, mode, overflow)
        case Float(precision, exponent, finite):
            return floating(precision, exponent, finite, mode, overflow)
        case LogFloat(bits):
            return mantissa_exponent(bits, mode, overflow)
        case Int8(scale, zero):
            if scale is None:
                return quantized(low, high, mode, overflow)
            return Rounding(scale, -128 - zero, 127 - zero, mode, overflow)
        case Mx():
            return alone(form, mode, overflow)


def accumulator(step: mpq, arithmetic: Arithmetic) -> Rounding:
    """Integers of `ACCUMULATOR` bits, in units of what all addends of a sum are multiples of."""
    end = 1 << ACCUMULATOR - 1
    return Rounding(step, -end, end - 1, arithmetic.rounding, arithmetic.overflow)
