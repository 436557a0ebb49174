"""The levels of merged programs: what is known of a position before its heads look around, and after each look.

    level 0     what φ and the operations on it store: a function of the symbol, of the position, of the length
    level d     what heads that read level d - 1 find, and the operations on that

A head of level d selects by what queries and keys are at level d - 1, and takes values from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...encode.program.operation import reads
from ...encode.program.program import Attend, Mask, Op, Round, Ties
from ..prefix.merged import Merged


@dataclass(frozen=True)
class Group:
    """Heads that select alike, and take the same of what they select: `heads` are the operations."""

    score: int | None
    mask: Mask
    ties: Ties
    heads: tuple[int, ...]


class Plan:
    """The levels; `last` is the number of the greatest."""

    def __init__(self, merged: Merged) -> None:
        self.merged = merged
        self.depth: list[int] = []
        for op in merged.ops:
            below = max((self.depth[k] for k, _ in reads(op)), default=0)
            self.depth.append(below + isinstance(op, Attend))
        self.last = max(self.depth)
        self.order = [self._at(level) for level in range(self.last + 1)]
        """The operations of each level that have a value at each position."""
        self.groups = [self._groups(level) for level in range(self.last + 1)]
        self.kept = [self._kept(level) for level in range(self.last + 1)]
        """What is known at each level and read above it."""

        self.owners = [sum(1 << member for member in owners) for owners in merged.owners]
        """The programs that each operation is of, as bits."""

    def _at(self, level: int) -> list[int]:
        ops = range(len(self.merged.ops))
        return [k for k in ops if self.depth[k] == level and not self.merged.pairwise[k]]

    def _groups(self, level: int) -> list[Group]:
        found: dict[tuple[int | None, Mask, Ties], list[int]] = {}
        for index in self.order[level]:
            op = self.merged.ops[index]
            if isinstance(op, Attend):
                found.setdefault((op.score, op.mask, op.ties), []).append(index)
        return [Group(*kind, tuple(heads)) for kind, heads in found.items()]

    def _kept(self, level: int) -> tuple[int, ...]:
        read: set[int] = set()
        for index, op in enumerate(self.merged.ops):
            if self.depth[index] > level and not self.merged.pairwise[index]:
                read |= {op.value} if isinstance(op, Attend) else {k for k, _ in reads(op)}
                if isinstance(op, Attend) and op.score is not None:
                    read |= {k for k, _ in reads(written(self.merged.ops, op.score))}
        for member in self.merged.members:
            read |= {k for k, where in reads(member.readout) if where == "here"}
        return tuple(sorted(k for k in read if self.depth[k] <= level))


def written(ops: Sequence[Op], score: int) -> Op:
    """The score that is stored, perhaps in several steps."""
    op = ops[score]
    while isinstance(op, Round):
        op = ops[op.arg]
    return op
