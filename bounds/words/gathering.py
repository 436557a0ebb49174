"""What heads take of the keys that they select, key by key: a state for each sum that occurs.

The heads of a group go through the keys from left to right, and what they hold after each is a number of keys and a sum
for each head, rounded or not. Sums that are equal are one state, however they came about; so what a state and a value
lead to is found once. Where how values are added up depends on how many there are, all of them are held. A head that
takes one key, the first or the last, holds its value.
"""

from __future__ import annotations

import numpy as np
from gmpy2 import mpq

from ...encode.number.order import add_up
from ...encode.number.rational import ZERO
from ...encode.program.program import Attend
from ..batch.many import Integers, Truths
from .numbering import Classes, Column, Pairs, Row
from .plan import Group, Plan

Held = tuple[int, tuple[mpq | tuple[mpq, ...], ...], int]
"""The number of keys, a sum for each head or all its values, and the runs that failed on the way, as bits."""


class Gathering:
    """The heads of a group, of which `columns` are the values at the level below, state by state."""

    def __init__(self, plan: Plan, group: Group, columns: dict[int, Column]) -> None:
        self.plan, self.group, self.columns = plan, group, columns
        self.heads: list[Attend] = []
        for index in group.heads:
            op = plan.merged.ops[index]
            assert isinstance(op, Attend)
            self.heads.append(op)
        self.values = Classes()
        self._steps, self._leads = Pairs(), Row()
        nothing: Held = 0, tuple(() if _late(head) else ZERO for head in self.heads), 0
        self._numbers: dict[Held, int] = {nothing: 0}
        self._held: list[Held] = [nothing]
        self.outputs: list[tuple[mpq, ...]] = []
        """For each state what the heads give, before it is stored."""
        self._failed = Row()
        self._finish(nothing)

    def extend(self, states: range) -> None:
        """Takes in new states of the level below."""
        read = [head.value for head in self.heads]
        self.values.extend([tuple(self.columns[k].number(state) for k in read) for state in states])

    def gathered(self, keys: Integers, selected: Truths | None, count: int) -> Integers:
        """The state of each of `count` runs after its keys.

        `keys` holds a row for each key, in order; None selects all of them.
        """
        found = np.zeros(count, dtype=np.int64)
        if not len(keys):
            return found
        values = self.values.of.all[keys]
        if self.group.ties in ("hard", "rightmost"):
            assert selected is not None
            first = selected.argmax(axis=0) if self.group.ties == "hard" else _last(selected)
            found = self.after(found, values[first, np.arange(count)])
        elif selected is None:
            for row in values:
                found = self.after(found, row)
        else:
            for row, truths in zip(values, selected, strict=True):
                runs = np.flatnonzero(truths)
                if len(runs):
                    found[runs] = self.after(found[runs], row[runs])
        return found

    def failed(self, states: Integers) -> Integers:
        """Which runs fail where this is gathered, as bits."""
        return self._failed.all[states]

    def after(self, states: Integers, values: Integers) -> Integers:
        """The states after one key more."""
        steps = self._steps.numbers(states, values)
        for step in range(self._leads.count, self._steps.count):
            state, value = int(self._steps.left.all[step]), int(self._steps.right.all[step])
            self._leads.extend(np.array([self._led(self._held[state], value)]))
        return self._leads.all[steps]

    def _led(self, held: Held, value: int) -> int:
        count, sums, failed = held
        row = self.values.first[value]
        new: list[mpq | tuple[mpq, ...]] = []
        for index, head, summed in zip(self.group.heads, self.heads, sums, strict=True):
            more = self.columns[head.value].number(row)
            if isinstance(summed, tuple):
                new.append((*summed, more))
            elif head.stepwise:
                total, wrong = self._stored(index, head, summed + more)
                failed |= wrong
                new.append(total)
            else:
                new.append(summed + more)
        after: Held = count + 1, tuple(new), failed
        number = self._numbers.setdefault(after, len(self._held))
        if number == len(self._held):
            self._held.append(after)
            self._finish(after)
        return number

    def _finish(self, held: Held) -> None:
        """What heads give in a new state."""
        count, sums, failed = held
        outputs: list[mpq] = []
        for index, head, total in zip(self.group.heads, self.heads, sums, strict=True):
            if self.group.ties in ("hard", "rightmost") or not count:
                outputs.append(ZERO if isinstance(total, tuple) else total)
                continue
            output, wrong = self._mean(index, head, total, count)
            failed |= wrong | (head.mean.fails(count) and self.plan.owners[index])
            outputs.append(output)
        self.outputs.append(tuple(outputs))
        self._failed.extend(np.array([failed]))

    def _mean(self, index: int, head: Attend, total: mpq | tuple[mpq, ...], count: int) -> tuple[mpq, int]:
        """What a head makes of the sum of some values, or of the values, and which runs fail at that."""
        before, weight, failed = head.mean.before, head.mean.weight(count), 0
        if isinstance(total, tuple):
            assert head.mean.steps is not None

            def add(left: mpq, right: mpq) -> mpq:
                nonlocal failed
                stored, wrong = self._stored(index, head, left + right)
                failed |= wrong
                return stored

            addends = [value * weight for value in total] if before else total
            total = add_up(head.mean.steps.order, head.mean.steps.size, addends, ZERO, add)
        elif not head.stepwise:
            total, failed = self._stored(index, head, total * weight if before else total)
        return total if before else total * weight, failed

    def _stored(self, index: int, head: Attend, value: mpq) -> tuple[mpq, int]:
        """A sum as a head stores it, and which runs fail at that."""
        if head.total is None:
            return value, 0
        fails = head.total.overflow == "error" and head.total.overflows(value)
        return head.total.apply(value), self.plan.owners[index] if fails else 0


def _late(head: Attend) -> bool:
    """Whether how values are summed up depends on how many there are."""
    steps = head.mean.steps if head.stepwise else None
    return steps is not None and (head.mean.before or steps.order != "left")


def _last(selected: Truths) -> Integers:
    return len(selected) - 1 - selected[::-1].argmax(axis=0)
