"""One level: what positions can be there, each state once, with what is known of it.

A position arrives at a level as the state that it is below, and what its heads gathered. What follows from that is
computed when it arrives so for the first time, for all that do in a batch at once; and positions of which the same is
read above are one state, however they arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from gmpy2 import mpq

from ...encode.program.program import Attend
from ...encode.program.walk import local
from ..batch.many import Integers, Many, many
from ..prefix.letters import Columns, Here
from .gathering import Gathering
from .numbering import Classes, Column, Pairs, Row
from .plan import Plan

Marks = Callable[[Callable[[int], Many], int], Integers]
"""What is made of the features of so many positions at the last level."""


class Level:
    """The states of a level over those of the level `below`; `marks` is asked at the last one."""

    def __init__(self, plan: Plan, number: int, below: Level | None, marks: Marks | None) -> None:
        self.plan, self.number, self.below, self._marks = plan, number, below, marks
        self.columns: dict[int, Column] = {k: Column() for k in plan.kept[number]} if marks is None else {}
        self.gatherings: list[Gathering] = []
        if below is not None:
            self.gatherings = [Gathering(plan, group, below.columns) for group in plan.groups[number]]
        self._arrivals = [Pairs() for _ in self.gatherings]
        self._states = Row()
        """The state of each arrival."""
        self._known = Classes()
        self.failed, self.marked = Row(), Row()

    @property
    def count(self) -> int:
        """The number of states."""
        return len(self._known.first)

    def placed(self, index: int, symbols: Sequence[str], length: int) -> Integers:
        """At level 0: the state of each symbol at a position."""
        here = Here(index, tuple(symbols), np.arange(len(symbols)))
        return self._settled(here, Columns(length), len(symbols), {})

    def arrived(self, below: Integers, gathered: Sequence[Integers]) -> Integers:
        """The states of positions, by what they are below and what their heads gathered."""
        found = below
        for pairs, each in zip(self._arrivals, gathered, strict=True):
            found = pairs.numbers(found, each)
        new = np.arange(self._states.count, self._arrivals[-1].count)
        if len(new):
            self._states.extend(self._follow(new))
        return self._states.all[found]

    def _follow(self, new: Integers) -> Integers:
        """The states of arrivals that are new."""
        gathered: list[Integers] = []
        at = new
        for pairs in reversed(self._arrivals):
            gathered.append(pairs.right.all[at])
            at = pairs.left.all[at]
        given: dict[int, Many] = {}
        for gathering, states in zip(self.gatherings, reversed(gathered), strict=True):
            several: list[int] = states.tolist()
            outputs = [gathering.outputs[state] for state in several]
            for number, index in enumerate(gathering.group.heads):
                given[index] = many([each[number] for each in outputs])
        assert self.below is not None
        for k in self.plan.kept[self.number - 1]:
            given[k] = self.below.columns[k].at(at)
        return self._settled(Here(0, (), at), Columns(), len(new), given)

    def _settled(self, here: Here, domain: Columns, count: int, given: dict[int, Many]) -> Integers:
        """The states of positions of which the features below are given."""
        failed = np.zeros(count, dtype=np.int64)
        for index in self.plan.order[self.number]:
            op = self.plan.merged.ops[index]
            if not isinstance(op, Attend):
                given[index] = local(domain, op, here, given.__getitem__)
            for truths in domain.failed:
                failed |= np.where(truths, self.plan.owners[index], 0)
            domain.failed = []
        marked = np.zeros(count, dtype=np.int64)
        if self._marks is not None:
            marked |= self._marks(given.__getitem__, count)
        values = {k: _numbers(given[k], count) for k in self.columns}
        told = zip(failed.tolist(), marked.tolist(), *values.values(), strict=True)
        known, first = self._known, self.count
        met = known.of.count
        known.extend(list(told))
        new = [row - met for row in known.first[first:]]
        for k, column in self.columns.items():
            column.extend([values[k][row] for row in new])
        self.failed.extend(failed[new])
        self.marked.extend(marked[new])
        return known.of.all[met:].astype(np.int64)


def _numbers(column: Many, count: int) -> list[mpq]:
    found = [column.number(row) for row in range(len(column))]
    return found if len(found) == count else found * count
