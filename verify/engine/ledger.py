"""What is known about the lengths of one request, while it is being decided: runs, joined where they can be."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from ..verdict.verdict import Decided


class Ledger:
    """Runs of lengths, ascending, no length twice; an entry costs the same however many lengths it is about."""

    def __init__(self) -> None:
        self.runs: list[Decided] = []
        self.known = 0
        """How many lengths something is known about."""

    def add(self, run: Decided) -> None:
        """Enters what is known about lengths.

        Raises:
            ValueError: where something is known about one of them already.
        """
        at = bisect_left(self.runs, run.length, key=lambda each: each.length)
        before = self.runs[at - 1] if at else None
        after = self.runs[at] if at < len(self.runs) else None
        if (before and before.lengths.stop > run.length) or (after and run.lengths.stop > after.length):
            raise ValueError(f"lengths {run.lengths.start}..{run.lengths.stop - 1} are not decided twice")
        self.known += run.size
        first, last = at, at
        if before and (whole := before.joined(run)):
            first, run = at - 1, whole
        if after and (whole := run.joined(after)):
            last, run = at + 1, whole
        self.runs[first:last] = [run]

    def cut(self, last: int) -> None:
        """Forgets what is known about greater lengths than `last`."""
        kept = [upto(run, last) for run in self.runs]
        self.runs = [run for run in kept if run is not None]
        self.known = sum(run.size for run in self.runs)


def upto(run: Decided, last: int) -> Decided | None:
    """The part of a run with no greater lengths than `last`; None if there is none."""
    size = min(run.size, last - run.length + 1)
    if size == run.size:
        return run
    return replace(run, size=size, seconds=run.seconds * size / run.size) if size > 0 else None
