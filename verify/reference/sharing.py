"""At which scale a block stores its values: the finest at which none of them overflows, found by looking at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from gmpy2 import mpq

from ...encode.arithmetic.elements import COARSEST, FINEST, element
from ...encode.arithmetic.format import Mx
from ...encode.number.rounding import Mode, Overflow, Rounding


def shared(form: Mx, mode: Mode, overflow: Overflow, values: Sequence[mpq]) -> Rounding:
    """How each of the values of one block is stored; where every scale is too fine, at the coarsest."""

    def fits(scale: int) -> bool:
        held = element(form, scale, mode, "error")
        return not any(held.overflows(value) for value in values)

    # What overflows at a scale does at all finer ones.
    scale = bisect_left(range(FINEST, COARSEST), True, key=fits)
    return element(form, FINEST + scale, mode, overflow)
