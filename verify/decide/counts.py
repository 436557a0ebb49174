"""The way of counts: every vector of counts of a symmetric program is looked at, without a solver.

It is tried twice: while the vectors of all lengths together are few, and, where the lengths beyond cannot be asked
about in one question, while those of each length are.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable

from ...encode.claim.claim import Claim
from ..question.trials import SAMPLES, sample
from .counting import Counting, counting
from .portion import Portion
from .reply import Broken, Decided, Seen
from .way import Desk


class Counts:
    """Lengths of a symmetric program, as many as are counted in reasonable time, or (`long`) each that may be."""

    together = False

    def __init__(self, *, long: bool = False) -> None:
        self.long = long

    @property
    def name(self) -> str:
        """What portions call it."""
        return "long counts" if self.long else "counts"

    def applies(self, claim: Claim, lengths: range) -> range:
        """The lengths with few enough vectors; of a monotone decision those not worth a threshold."""
        counted = counting(claim)
        if counted is None:
            return lengths[:0]
        if not self.long:
            return counted.affordable(lengths)
        return lengths[: bisect(lengths, False, key=lambda length: not counted.serves(length))]

    def portions(self, claim: Claim, lengths: range) -> Iterable[Portion]:
        """Single lengths."""
        return [Portion(lengths, self.name)]

    def decide(self, desk: Desk, lengths: range) -> Decided | Broken:
        """What becomes of one length.

        Raises:
            EncodingError: when the runs on counts disagree with the reference run.
            ValueError: for a claim that is not decided on counts.
        """
        [length] = lengths
        return on_counts(desk, counted_or_refused(desk.claim), length)


def counted_or_refused(claim: Claim) -> Counting:
    """The runs on counts of a claim.

    Raises:
        ValueError: for a claim that has none.
    """
    counted = counting(claim)
    if counted is None:
        raise ValueError(f"{claim.program.name} is not decided on counts")
    return counted


def on_counts(desk: Desk, counted: Counting, length: int) -> Decided | Broken:
    """What becomes of a length, on runs on counts that are simulated before.

    Raises:
        EncodingError: when they disagree with the reference run.
    """
    if counted.simulates(length):
        counted.simulate(desk.pair, sample(len(desk.claim.program.alphabet), length, SAMPLES))
    word = counted.breaking_word(length)
    return Decided(counted.evidence(length), Seen()) if word is None else Broken(word, least=True)
