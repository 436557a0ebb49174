"""The way of thresholds: where both decisions are monotone in a count, only where they change is compared."""

from __future__ import annotations

from collections.abc import Iterable

from ...encode.claim.claim import Claim
from .counting import counting
from .counts import counted_or_refused, on_counts
from .portion import Portion
from .reply import Broken, Decided
from .way import Desk

CHUNK = 1024
"""The number of lengths that one child is asked about: each takes almost no time."""


class Thresholds:
    """All lengths of acceptors over two symbols whose decisions are proved to be monotone in a count."""

    name = "thresholds"
    together = False

    def applies(self, claim: Claim, lengths: range) -> range:
        """All, or none."""
        counted = counting(claim)
        return lengths if counted is not None and counted.monotone is not None else lengths[:0]

    def portions(self, claim: Claim, lengths: range) -> Iterable[Portion]:
        """Many lengths at a time."""
        return [Portion(lengths, self.name, CHUNK)]

    def decide(self, desk: Desk, lengths: range) -> Decided | Broken:
        """What becomes of one length.

        Raises:
            EncodingError: when the runs on counts disagree with the reference run.
            ValueError: for a claim that is not decided on counts.
        """
        [length] = lengths
        return on_counts(desk, counted_or_refused(desk.claim), length)
