"""The elements of microscaling formats: what a number of a block is stored as, once the scale of the block is chosen.

    e2m1      ±(0, 1/2, 1, 3/2, 2, 3, 4, 6)                        MXFP4
    e2m3      4 significant bits from 2^-3 to 7.5                  MXFP6
    e3m2      3 significant bits from 2^-4 to 28                   MXFP6
    e4m3fn    4 significant bits from 2^-9 to 448                  MXFP8
    e5m2      3 significant bits from 2^-16 to 57344               MXFP8
    int8      k/64 for -127 <= k <= 127                            MXINT8

Infinities and NaN do not exist, and int8 has no -2, so that each set is symmetric (the specification leaves open
whether -2 is used). Source: OCP Microscaling Formats (MX) Specification 1.0, 2023, chapters 5 and 6.

A value that is alone needs no block. At the finest scale with which it does not overflow it has all of the element's
significant bits, so that it is stored as in a float of such numbers, from the least of the finest scale to the greatest
of the coarsest; `int8`, whose numbers from 64 to 127 have seven significant bits, too.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from ..number.rounding import Mode, Overflow, Rounding, floating, power
from .format import PRESETS, Mx

FINEST, COARSEST = -127, 127
"""The exponents of scales, those of E8M0."""


def _once(form: Mx, mode: Mode) -> Rounding:
    """The elements themselves, at the scale 1."""
    if form.element == "int8":
        return Rounding(power(-6), -127, 127, mode)
    preset = PRESETS[form.element]
    return floating(preset.precision, preset.exponent, preset.finite, mode, "saturate", nan=preset.nan)


@cache
def element(form: Mx, scale: int, mode: Mode, overflow: Overflow, coarsest: int | None = None) -> Rounding:
    """How a number is stored at the scale 2**`scale`; with `coarsest`, up to the greatest number at that scale."""
    once = _once(form, mode)
    assert once.high is not None
    high = once.high << (0 if coarsest is None else coarsest - scale)
    return Rounding(once.unit * power(scale), -high, high, mode, overflow, once.precision)


def alone(form: Mx, mode: Mode, overflow: Overflow) -> Rounding:
    """How a number that shares its scale with nothing is stored."""
    wide = element(form, FINEST, mode, overflow, COARSEST)
    return replace(wide, precision=7) if wide.precision is None else wide
