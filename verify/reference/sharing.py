"""At which scale a block stores its values: the finest at which none of them overflows, found by looking at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from gmpy2 import mpq

from ...encode.arithmetic.arithmetic import Arithmetic
from ...encode.arithmetic.blocks import members
from ...encode.arithmetic.elements import COARSEST, FINEST, element
from ...encode.arithmetic.format import Mx
from ...encode.number.rounding import Rounding
from ...encode.program.program import Program


def blocks(program: Program, arithmetic: Arithmetic) -> dict[int, range]:
    """For each operation that is stored in a block of several, the operations of its block."""
    return members(program, arithmetic.format.size) if isinstance(arithmetic.format, Mx) else {}


def shared(arithmetic: Arithmetic, columns: Sequence[Sequence[mpq]]) -> list[Rounding]:
    """For each position how the features of one block are stored there; `columns` are their values before.

    Where every scale is too fine it is the coarsest.
    """
    form = arithmetic.format
    assert isinstance(form, Mx)

    def chosen(values: Sequence[mpq]) -> Rounding:
        def fits(scale: int) -> bool:
            held = element(form, scale, arithmetic.rounding, "error")
            return not any(held.overflows(value) for value in values)

        # What overflows at a scale does at all finer ones.
        scale = bisect_left(range(FINEST, COARSEST), True, key=fits)
        return element(form, FINEST + scale, arithmetic.rounding, arithmetic.overflow)

    return [chosen(values) for values in zip(*columns, strict=True)]
