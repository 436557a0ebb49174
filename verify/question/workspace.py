"""Where the questions of one claim are made: the terms of its runs, and their reduced copies.

In a causal program what is stored at a position does not depend on what follows, so that one list of terms serves many
lengths, a *block* of them. Which terms there are, and in which order, then depends on what was asked before; and with
it, which of two equal terms stands for both, the numbers of variables, and which rules see what. So lengths of a block
are made in ascending order always, the shorter ones first, even if nobody asked about them: a question is a function of
the claim and the length alone. A test compares bytes over random orders, jobs and hash seeds, and a proof that was
made for one text is checked against the same text made anew.

The alternatives: a list for each length is quadratically more work where lengths share nearly everything; one list for
all lengths makes the last length pay for all before it. Blocks of `BLOCK` lengths do neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...bounds.reduce.functions import Functions
from ...bounds.reduce.reduce import Reduced
from ...encode.claim.claim import Claim
from ...encode.term.ranges import Ranges
from ...encode.term.terms import Term, Terms
from ...encode.term.unroll import Unrolled
from .agreement import Side, defined, reduced

BLOCK = 64
"""The number of lengths of a causal claim that share their terms."""


@dataclass(frozen=True)
class Made:
    """What is asked at one length: both sides, who is asked about (`member`), and who breaks the claim (`root`)."""

    left: Side
    right: Side
    member: Term
    root: Term


def block(claim: Claim, length: int) -> range:
    """The lengths whose questions are made in one workspace with that of `length`, in ascending order."""
    if not claim.causal:
        return range(length, length + 1)
    first = length - (length - 1) % BLOCK
    return range(first, min(first + BLOCK, claim.bound + 1))


class Workspace:
    """The terms of a claim's runs at the lengths of one block, and (with `reduce`) their reduced copies."""

    def __init__(self, claim: Claim, lengths: range, *, reduce: bool = True) -> None:
        self.claim, self.lengths = claim, lengths
        alphabet, greatest = len(claim.program.alphabet), lengths[-1]
        self.source = Terms(alphabet, greatest)
        self.reduced = Reduced(alphabet, greatest) if reduce else None
        self.facts = self.reduced.facts if self.reduced else Functions(self.source, Ranges(self.source))
        self.runs = [Unrolled(program, self.source) for program in claim.twins()]
        self._made: dict[int, Made] = {}

    def at(self, length: int) -> Made:
        """What is asked at a length of the block; all that is shorter is made before it.

        Raises:
            ValueError: for a length of another block.
        """
        if length not in self.lengths:
            raise ValueError(f"made for lengths {self.lengths[0]}..{self.lengths[-1]}, not {length}")
        for each in range(self.lengths[0] + len(self._made), length + 1):
            self._made[each] = self._make(each)
        return self._made[length]

    def _make(self, length: int) -> Made:
        left, right, *assumed = self._sides(length)
        agree = defined if self.reduced is None else reduced
        return Made(left, right, *agree(self.facts, self.claim, left, right, assumed))

    def _sides(self, length: int) -> list[Side]:
        """All runs at a length."""
        runs = [run if length == self.lengths[-1] else run.prefix(length) for run in self.runs]
        read, labels = self.claim.kind.reading.name, self.claim.labels
        readings = [*(run.read(read, labels) for run in runs[:2]), *(run.outcome() for run in runs[2:])]
        return [self._side(reading, run.failures()) for reading, run in zip(readings, runs, strict=True)]

    def _side(self, reading: list[Term], failures: list[Term]) -> Side:
        if self.reduced is not None:
            reading, failures = (self.reduced.add(self.source, terms) for terms in (reading, failures))
        return Side(tuple(reading), tuple(failures))


class Workspaces:
    """The workspaces of one encoder. The last is kept: where it serves, the next question is made there too."""

    def __init__(self) -> None:
        self._last: Workspace | None = None

    def at(self, claim: Claim, length: int) -> Workspace:
        """The workspace for a question."""
        lengths = block(claim, length)
        if self._last is None or self._last.lengths != lengths or self._last.claim != claim:
            self._last = Workspace(claim, lengths)
        return self._last
