"""Comparisons, rounding to integers and thresholds, for the reference run: of exact numbers, by the definition."""

from __future__ import annotations

from collections.abc import Iterable

from gmpy2 import mpq

from ...encode.program.program import Relation


def holds(relation: Relation, value: mpq) -> bool:
    """Whether value > 0, value >= 0 or value = 0."""
    match relation:
        case ">":
            return value > 0
        case ">=":
            return value >= 0
        case "=":
            return value == 0


def half_up(value: mpq) -> mpq:
    """The nearest integer, halves upward: the greatest integer that is at most value + 1/2."""
    above = value + mpq(1, 2)
    return mpq(above.numerator // above.denominator)


def step(value: mpq, base: mpq, jumps: Iterable[tuple[mpq, mpq]]) -> mpq:
    """The value of the last threshold that is reached."""
    for cut, following in jumps:
        if value >= cut:
            base = following
    return base
