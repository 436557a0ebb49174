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

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ...bounds.reduce.derivation import NoRuleError
from ...bounds.reduce.merge import Merged, mergeable
from ...bounds.reduce.reduce import Reduced
from ...encode.claim.claim import Claim
from ...encode.term.ranges import Ranges, Widths
from ...encode.term.rows import Rows
from ...encode.term.terms import Term, Terms
from ...encode.term.unroll import Unrolled
from .agreement import Side, defined

BLOCK = 64
"""The number of lengths of a causal claim that share their terms."""


@dataclass(frozen=True)
class Made:
    """What is asked at one length: both sides, who is asked about (`member`), and who breaks the claim (`root`).

    They are terms of a list, with what is known of its terms.
    """

    terms: Terms = field(compare=False, repr=False)
    ranges: Widths = field(compare=False, repr=False)
    left: Side
    right: Side
    member: Term
    root: Term

    def mapped(self, terms: Terms, ranges: Widths, images: Callable[[Sequence[Term]], Sequence[Term]]) -> Made:
        """The same of the terms of another list."""
        left, right = (
            Side(tuple(images(side.reading)), tuple(images(side.failures))) for side in (self.left, self.right)
        )
        return Made(terms, ranges, left, right, *images([self.member, self.root]))


def block(claim: Claim, length: int) -> range:
    """The lengths whose questions are made in one workspace with that of `length`, in ascending order."""
    if not claim.causal:
        return range(length, length + 1)
    first = length - (length - 1) % BLOCK
    return range(first, min(first + BLOCK, claim.bound + 1))


class Place(Protocol):
    """Where the questions of a claim are made."""

    def at(self, length: int) -> Made:
        """What is asked at a length."""
        ...


class Definition:
    """The terms of a claim's runs at the lengths of one block, as they are defined: unrolled, and compared."""

    def __init__(self, claim: Claim, lengths: range, twins: Sequence[Rows] | None = None) -> None:
        """The terms of these lengths; `twins` are what the runs at other lengths share."""
        self.claim, self.lengths = claim, lengths
        self.terms = Terms(len(claim.program.alphabet), lengths[-1])
        self.ranges = Ranges(self.terms)
        self.twins = [Rows(program) for program in claim.twins()] if twins is None else twins
        self._runs = [Unrolled(rows.program, self.terms, rows) for rows in self.twins]
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
        runs = [run if length == self.lengths[-1] else run.prefix(length) for run in self._runs]
        read, labels = self.claim.kind.reading.name, self.claim.labels
        readings = [*(run.read(read, labels) for run in runs[:2]), *(run.outcome() for run in runs[2:])]
        sides = [Side(tuple(a), tuple(run.failures())) for a, run in zip(readings, runs, strict=True)]
        left, right, *assumed = sides
        return Made(self.terms, self.ranges, left, right, *defined(self.terms, self.claim, left, right, assumed))


class Workspace:
    """The terms of a claim's runs at the lengths of one block, and their reduced copies.

    As long as it is enough to leave out roundings, nothing else is done: that is the list `merged`. From the first
    length at which it is not, questions are those of the list `reduced`.
    """

    def __init__(self, claim: Claim, lengths: range, twins: Sequence[Rows] | None = None) -> None:
        """The terms of these lengths; `twins` are what the runs at other lengths share."""
        self.claim, self.lengths = claim, lengths
        self.definition = Definition(claim, lengths, twins)
        alphabet, last = len(claim.program.alphabet), lengths[-1]
        programs = [rows.program for rows in self.definition.twins]
        self.merged = Merged(alphabet, last) if claim.assume is None and mergeable(programs) else None
        self.reduced = Reduced(alphabet, last)
        self._made: dict[int, Made] = {}
        self._parted = self.merged is None

    def at(self, length: int) -> Made:
        """What is asked at a length of the block, reduced; all that is shorter is made before it.

        Raises:
            ValueError: for a length of another block.
        """
        self.definition.at(length)
        for each in range(self.lengths[0] + len(self._made), length + 1):
            self._made[each] = self._reduce(self.definition.at(each))
        return self._made[length]

    def by(self, length: int) -> Reduced:
        """The list that a question is in; it must have been made."""
        made = self._made[length]
        return self.merged if self.merged is not None and made.terms is self.merged.terms else self.reduced

    def _reduce(self, made: Made) -> Made:
        if self.merged is not None and not self._parted:
            try:
                found = self._in(self.merged, made)
            except NoRuleError:
                self._parted = True
            else:
                self._parted = found.root != found.terms.zero
                if not self._parted:
                    return found
        return self._in(self.reduced, made)

    def _in(self, reduced: Reduced, made: Made) -> Made:
        return made.mapped(reduced.terms, reduced.facts.ranges, lambda terms: reduced.add(self.definition.terms, terms))


class Workspaces:
    """The workspaces of one encoder. The last is kept: where it serves, the next question is made there too."""

    def __init__(self) -> None:
        self._last: Workspace | None = None
        self._twins: list[Rows] | None = None

    def at(self, claim: Claim, length: int) -> Workspace:
        """The workspace for a question."""
        lengths = block(claim, length)
        if self._last is None or self._last.claim != claim:
            self._twins = [Rows(program) for program in claim.twins()]
        if self._last is None or self._last.lengths != lengths or self._last.claim != claim:
            self._last = Workspace(claim, lengths, self._twins)
        return self._last
