"""From a format, as an arithmetic names it, to the rounding of one site.

A format with a scale per site needs the interval of what the site stores; the others are the same everywhere. In one
whose blocks share a scale, what is asked for here is a value that is alone; see `logbits.encode.arithmetic.blocks`.
"""

from __future__ import annotations

from gmpy2 import mpq

from ..number.rounding import Rounding
from .arithmetic import Arithmetic
from .elements import alone
from .format import Format, Mx
from .holding import holding

ACCUMULATOR = 32
"""The bits of the integers in which affine-quantized arithmetic sums."""


def storage(form: Format, arithmetic: Arithmetic, low: mpq, high: mpq) -> Rounding | None:
    """How a site whose values lie in [low, high] stores them in a format, None if as they are.

    Raises:
        ValueError: where no scale fits (see `formats.fitted`).
    """
    if isinstance(form, Mx):
        return alone(form, arithmetic.rounding, arithmetic.overflow)
    return holding(form, arithmetic.rounding, arithmetic.overflow, low, high)


def accumulator(step: mpq, arithmetic: Arithmetic) -> Rounding:
    """Integers of `ACCUMULATOR` bits, in units of what all addends of a sum are multiples of."""
    end = 1 << ACCUMULATOR - 1
    return Rounding(step, -end, end - 1, arithmetic.rounding, arithmetic.overflow)
