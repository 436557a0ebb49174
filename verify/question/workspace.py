"""Where the questions of one claim are made: the terms of its runs, and their reduced copies."""

from __future__ import annotations

from dataclasses import dataclass

from ...bounds.reduce.functions import Functions
from ...bounds.reduce.reduce import Reduced
from ...encode.claim.claim import Claim
from ...encode.term.ranges import Ranges
from ...encode.term.terms import Term, Terms
from ...encode.term.unroll import Unrolled


@dataclass(frozen=True)
class Side:
    """One run as terms: its reading (of the assumption, its accept bit) and where it fails."""

    reading: tuple[Term, ...]
    failures: tuple[Term, ...]


SHARED = 512
"""The greatest bound for which the lengths of a causal program share their terms."""


class Workspace:
    """Where the questions of one claim are made: the terms of its runs, and (with `reduce`) their reduced copies.

    In a causal program what is stored at a position does not depend on what follows, so one workspace of the greatest
    length serves every length. For any other program there is a new one for each length.
    """

    def __init__(self, claim: Claim, length: int, *, reduce: bool = True) -> None:
        self.claim, self.length = claim, length
        alphabet = len(claim.program.alphabet)
        self.source = Terms(alphabet, length)
        self.reduced = Reduced(alphabet, length) if reduce else None
        self.facts = self.reduced.facts if self.reduced else Functions(self.source, Ranges(self.source))
        self.runs = [Unrolled(program, self.source) for program in claim.twins()]

    def serves(self, claim: Claim, length: int) -> bool:
        """Whether a question can be made here."""
        return self.claim == claim and (length == self.length or (claim.causal and length < self.length))

    def sides(self, length: int) -> list[Side]:
        """All runs at a length."""
        runs = [run if length == self.length else run.prefix(length) for run in self.runs]
        read, labels = self.claim.kind.reads, self.claim.labels
        readings = [*(run.read(read, labels) for run in runs[:2]), *(run.outcome() for run in runs[2:])]
        return [self._side(reading, run.failures()) for reading, run in zip(readings, runs, strict=True)]

    def _side(self, reading: list[Term], failures: list[Term]) -> Side:
        if self.reduced is not None:
            reading, failures = (self.reduced.add(self.source, terms) for terms in (reading, failures))
        return Side(tuple(reading), tuple(failures))


def workspace(claim: Claim, length: int, before: Workspace | None = None) -> Workspace:
    """A workspace for a question: the one `before` if it serves, else a new one that serves as many as it can."""
    if before is not None and before.serves(claim, length):
        return before
    return Workspace(claim, claim.bound if claim.causal and claim.bound <= SHARED else length)


BLOCK = 64
"""The number of consecutive lengths of a causal claim that are made in one workspace."""


def block(claim: Claim, length: int) -> int | None:
    """The number of the workspace in which the question for a length is made; None where no two lengths share one."""
    return (length - 1) // BLOCK if claim.causal else None


class Places:
    """The workspaces of one encoder. The last is kept: where it serves, the next question is made there too."""

    def __init__(self) -> None:
        self._last: Workspace | None = None

    def at(self, claim: Claim, length: int) -> Workspace:
        """The workspace for a question."""
        self._last = workspace(claim, length, self._last)
        return self._last
