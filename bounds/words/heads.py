"""The heads of two programs whose sets of keys a claim compares, each by its score and its mask."""

from __future__ import annotations

from ...encode.program.program import Mask
from ..prefix.merged import Merged
from ..prefix.pairs import pairs
from ..prefix.reading import Numbers

Kind = tuple[int, Mask]
"""A score and a mask."""


def compared(numbers: Numbers, merged: Merged) -> list[tuple[Kind, Kind]] | None:
    """The pairs of heads that must select alike; None where numbers are compared in place of heads.

    Raises:
        UnsupportedError: where there is no head of the other program for each of one.
    """
    several = pairs(numbers.left, numbers.right, merged, attention=numbers.attention)
    if several is None:
        return None
    return [
        ((each.left, each.mask), (each.right, each.mask))
        for each in several
        if each.left is not None and each.right is not None and numbers.margin < 1
    ]
