"""Which lengths of a claim are asked about one by one, and which in one question."""

from __future__ import annotations

from dataclasses import dataclass

from ...encode.claim.claim import Claim
from .counting import counting

CHUNK = 1024
"""The number of lengths that one obligation covers where each takes almost no time."""


@dataclass(frozen=True)
class Portion:
    """Lengths that are asked about in one way: `stride` of them at a time, or all in one question (`together`)."""

    lengths: range
    stride: int = 1
    together: bool = False


def plan(claim: Claim, first: int) -> list[Portion]:
    """How the lengths first..bound are asked about, ascending."""
    lengths, counted = range(first, claim.bound + 1), counting(claim)
    if counted is None:
        return [Portion(lengths)]
    if counted.monotone is not None:
        return [Portion(lengths, stride=CHUNK if claim.bound > CHUNK else 1)]
    enumerated = counted.affordable(lengths)
    portions = [Portion(enumerated), Portion(lengths[len(enumerated) :], together=True)]
    return [portion for portion in portions if portion.lengths]
