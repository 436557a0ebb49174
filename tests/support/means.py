"""How means are divided, in short: None for the exact quotient, or the guard bits of a reciprocal and how it rounds."""

from __future__ import annotations

from logbits.encode.number.mean import EXACT_MEAN, Division, Reciprocal
from logbits.encode.number.rounding import Mode

UPWARD = (1, "ceil")
NEAREST = (0, "nearest-even")
Short = int | tuple[int, Mode] | None


def rule(short: Short) -> Division:
    """The rule that a short form stands for."""
    if short is None:
        return EXACT_MEAN
    return Reciprocal(short) if isinstance(short, int) else Reciprocal(*short)
