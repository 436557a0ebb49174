"""Several programs as one: operations that are written alike and read the same stand once.

Twins differ only where one rounds, so most of what two runs store is the same. Here each operation of each program is
renamed to what it reads in one list, and found again if it is there: what two programs share is computed once, and is
equal by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...encode.program.operation import operands, pairwise, rename, used_scores
from ...encode.program.program import Op, Program, Readout


@dataclass(frozen=True)
class Member:
    """One of the programs: its readout in the common list, and where each of its operations is there."""

    program: Program
    readout: Readout
    ops: tuple[int, ...]


class Merged:
    """The operations of several programs over one alphabet, children first; `members` are the programs."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.ops: list[Op] = []
        found: dict[Op, int] = {}
        members: list[Member] = []
        for program in programs:
            new: list[int] = []
            for op in program.ops:
                moved = rename(op, new)
                at = found.setdefault(moved, len(self.ops))
                if at == len(self.ops):
                    self.ops.append(moved)
                new.append(at)
            members.append(Member(program, rename(program.readout, new), tuple(new)))
        self.members = tuple(members)
        self.pairwise = pairwise(self.ops)
        self.owners = [frozenset(k for k, each in enumerate(members) if at in each.ops) for at in range(len(self.ops))]
        """The numbers of the programs that have each operation."""
        self.used = used_scores(self.ops)

    def below(self, roots: Iterable[int]) -> frozenset[int]:
        """The operations that some are made of, themselves among them."""
        found: set[int] = set()
        waiting = list(roots)
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting.extend(operands(self.ops[index]))
        return frozenset(found)
