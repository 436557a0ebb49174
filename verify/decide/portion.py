"""Portions: lengths of a claim that one child is asked about, one after the other or in one question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...encode.claim.claim import Claim
from ..question.workspace import block


@dataclass(frozen=True)
class Portion:
    """Lengths that are decided in the way of this name, `stride` of them by one child.

    Without a name each length is decided in the first way that is for it alone.
    """

    lengths: range
    way: str
    stride: int = 1

    def split(self) -> tuple[Portion, Portion]:
        """What one child is asked about next, and what is left."""
        return replace(self, lengths=self.lengths[: self.stride]), replace(self, lengths=self.lengths[self.stride :])


def blocks(claim: Claim, lengths: range, way: str) -> Iterator[Portion]:
    """Portions of lengths that are made in one workspace each; where no two share one, a portion of single lengths."""
    while lengths:
        shared = block(claim, lengths.start)
        if len(shared) == 1:
            yield Portion(lengths, way)
            return
        taken = lengths[: shared.stop - lengths.start]
        yield Portion(taken, way, len(taken))
        lengths = lengths[len(taken) :]
