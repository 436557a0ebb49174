"""What a claim reads of two runs at a position, compared for all runs of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from ...encode.claim.claim import Claim
from ...encode.number.rational import ONE, ZERO
from ...encode.program.operation import forms, operands
from ...encode.program.program import Accept, Attend, Attended, Outputs
from ...encode.program.walk import form
from ..batch.many import Integers, Many, Truths, aligned, below, greatest, linear
from .kinds import Kind, UnsupportedError, alike_everywhere
from .letters import Columns
from .merged import Member, Merged
from .pairs import Pair, pairs
from .runner import Run


class Numbers:
    """The forms that readouts of a claim read at a position, and whether both runs agree by them."""

    def __init__(self, claim: Claim, merged: Merged) -> None:
        self.claim = claim
        self.left, self.right, *assumed = merged.members
        self.assumed: Member | None = assumed[0] if assumed else None
        self.margin = claim.kind.agreement.margin
        self.attention = claim.kind.reading.name == "attention"
        self.outcome = claim.kind.reading.name == "outcome"

    def differ(self, read: Callable[[int], Many], count: int) -> Truths:
        """Which of `count` runs do not agree, by the features that `read` gives."""
        left, right = self.left.readout, self.right.readout
        if left == right:
            return np.zeros(count, dtype=np.bool_)
        ours, theirs = ([form(Columns(), each, read) for each in forms(r)] for r in (left, right))
        if not self.outcome:
            return self._distant(ours, theirs, count)
        if isinstance(left, Accept):
            return below(ours[0], ZERO, strictly=False) ^ below(theirs[0], ZERO, strictly=False)
        assert isinstance(left, Outputs)
        if not left.labels:
            return self._distant(ours, theirs, count)
        assert isinstance(right, Outputs)
        return self._label(ours, left) != self._label(theirs, right)

    def _distant(self, ours: list[Many], theirs: list[Many], count: int) -> Truths:
        found = np.zeros(count, dtype=np.bool_)
        for a, b in zip(ours, theirs, strict=True):
            gap = linear(ZERO, [(ONE, a), (-ONE, b)])
            found |= ~below(gap, self.margin, strictly=False) | below(gap, -self.margin, strictly=True)
        return found

    def _label(self, row: list[Many], readout: Outputs) -> Integers:
        """The number, among the labels of both programs, of the first class with the greatest value."""
        several, _ = aligned(row)
        best = greatest(row)
        top = best.over(aligned([*row, best])[1])
        found = np.zeros(1, dtype=np.int64)
        for index in range(len(row) - 1, -1, -1):
            found = np.where(several[index] == top, self.claim.labels.index(readout.labels[index]), found)
        return found

    def accepted(self, read: Callable[[int], Many], count: int) -> Truths:
        """Which of `count` runs are on words that are asked about, by the readout of what is assumed."""
        if self.assumed is None:
            return np.ones(count, dtype=np.bool_)
        [written] = forms(self.assumed.readout)
        return ~below(form(Columns(), written, read), ZERO, strictly=False)


class Reading(Numbers):
    """The readings of both runs of a claim; `everywhere` says that they are read at each position.

    Raises:
        UnsupportedError: where they are not compared position by position.
    """

    def __init__(self, claim: Claim, merged: Merged, known: Sequence[Kind]) -> None:
        super().__init__(claim, merged)
        self.known = known
        outputs = isinstance(self.left.readout, Outputs)
        self.everywhere = self.attention or (outputs and not alike_everywhere(merged, known))
        self.pairs = self._pairs(merged)
        self.read = sorted({k for member in merged.members for k in _read(member)})
        """The features that readouts read."""
        ours, theirs = (_scores(merged, member) for member in merged.members[:2])
        self.heads = list(zip(ours, theirs, strict=False))
        """Scores that may well select the same: those of heads in the same place of both programs."""

    def compared(self, twins: Mapping[int, int]) -> list[tuple[int, int]]:
        """The pairs of scores that are compared, and of which it is not known that they select the same."""
        pairs = ((each.left, each.right) for each in self.pairs)
        return [(a, b) for a, b in pairs if a is not None and b is not None and a not in (b, twins.get(b))]

    def _pairs(self, merged: Merged) -> list[Pair]:
        found = pairs(self.left, self.right, merged, attention=self.attention)
        if self.attention and any(each.mask == "none" for each in found or ()):
            raise UnsupportedError("what is selected is read before the word ends")
        if found and not self.attention and (self.left.program.bos or self.left.program.eos):
            raise UnsupportedError("word positions alone are read of what is selected")
        return found or []

    def apart(self, run: Run) -> Truths:
        """The runs whose readings do not agree at this position."""
        found = np.zeros(run.count, dtype=np.bool_)
        for pair in self.pairs:
            if pair.left is None or pair.right is None or self.margin >= 1:
                continue
            if pair.left in (pair.right, run.runner.twins.get(pair.right)):
                continue
            for symbol, here in run.letters.items():
                found |= here & ~run.same(run.runner.same(pair.left, pair.right, symbol), pair.mask)
        if self.attention or self.pairs:
            return found
        return found | self.differ(run.columns.__getitem__, run.count)

    def member(self, run: Run) -> Truths:
        """The runs on words that are asked about, by the readout of what is assumed."""
        return self.accepted(run.columns.__getitem__, run.count)


def _read(member: Member) -> Iterator[int]:
    """What is read of values; of a set of positions none is."""
    return iter(()) if isinstance(member.readout, Attended) else operands(member.readout)


def _scores(merged: Merged, member: Member) -> list[int]:
    """The scores of the heads of a program, in order."""
    heads = (merged.ops[index] for index in member.ops)
    return [op.score for op in heads if isinstance(op, Attend) and op.score is not None]
