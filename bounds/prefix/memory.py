"""What heads remember of a prefix: sums, and the greatest score with what belongs to it.

    Sum(value, total)           the sum of a feature over all keys; rounded after every addition where `total` says so
    Greatest(score, query)      the greatest score of any key for a query with this symbol
    Number(score, query)        how many keys have it: |M|
    Chosen(value, score, query, ties, total)
                                the sum of a feature over these keys, or its value at the first or last of them
    Same(left, right, query)    1 where the keys are the same for two scores

Each is a column, a number for each state, and all that a run's future depends on. They are shared by all heads that
remember the same, and by masks: `strict` reads what was remembered before its own position.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...encode.number.rational import ONE, ZERO
from ...encode.number.rounding import Rounding
from ..batch.many import Many, Truths, chosen, equal, less, linear, one, truth


@dataclass(frozen=True)
class Sum:
    """The sum of a feature over all keys."""

    value: int
    total: Rounding | None


@dataclass(frozen=True)
class Greatest:
    """The greatest score."""

    score: int
    query: int


@dataclass(frozen=True)
class Number:
    """How many keys have the greatest score."""

    score: int
    query: int


@dataclass(frozen=True)
class Chosen:
    """What keys with the greatest score have: the sum of a feature, or its value at the first or the last of them."""

    value: int
    score: int
    query: int
    ties: Literal["saturated", "hard", "rightmost"]
    total: Rounding | None


@dataclass(frozen=True)
class Same:
    """Whether the keys with the greatest score are the same for two scores."""

    left: int
    right: int
    query: int


Slot = Sum | Greatest | Number | Chosen | Same


@dataclass(frozen=True)
class Key:
    """A key that is met: whether its score is greater than all before it, and whether it is as great."""

    new: Truths
    level: Truths


class Meeting:
    """The keys of one position, one for each state, as the slots take them in.

    `value` gives a feature there, `score` what a query with a symbol gives the key; `store` rounds, and keeps a record
    of what fails. `old` are the slots before, of each state; None at the first position, where nothing is remembered.
    """

    def __init__(
        self,
        old: dict[Slot, Many] | None,
        value: Callable[[int], Many],
        score: Callable[[int, int], Many],
        store: Callable[[Many, Rounding], Many],
    ) -> None:
        self.old, self.value, self.score, self.store = old, value, score, store
        self.known: dict[Slot, Many] = {}
        self._keys: dict[tuple[int, int], Key] = {}

    def after(self, slot: Slot) -> Many:
        """What a slot holds once the keys are taken in."""
        found = self.known.get(slot)
        if found is None:
            found = self.known[slot] = self._take(slot)
        return found

    def _take(self, slot: Slot) -> Many:
        match slot:
            case Sum(value, total):
                return self._added(self._before(slot), value, total)
            case Greatest(score, query):
                key, here = self._key(score, query), self.score(score, query)
                return here if self.old is None else chosen(key.new, here, self.old[slot])
            case Number(score, query):
                key = self._key(score, query)
                more = linear(ONE, [(ONE, self._before(slot))])
                return chosen(key.new, one(ONE), chosen(key.level, more, self._before(slot)))
            case Chosen(value, score, query, "saturated", total):
                key, before = self._key(score, query), self._before(slot)
                begun, more = self._added(one(ZERO), value, None), self._added(before, value, None)
                if total is None:
                    return chosen(key.new, begun, chosen(key.level, more, before))
                # Nothing is stored, and can fail, where the key is not among those that are summed up.
                summed = chosen(key.new, begun, chosen(key.level, more, before))
                return self.store(summed, total)
            case Chosen(value, score, query, ties):
                key = self._key(score, query)
                taken = key.new if ties == "hard" else key.new | key.level
                return chosen(taken, self.value(value), self._before(slot))
            case Same(left, right, query):
                a, b = self._key(left, query), self._key(right, query)
                alike = (a.new == b.new) & (a.level == b.level)
                before = self._before(slot).numerators == 1
                return truth(((a.new & b.new) | (before & alike)).astype(np.bool_))

    def _before(self, slot: Slot) -> Many:
        return one(ZERO) if self.old is None else self.old[slot]

    def _added(self, before: Many, value: int, total: Rounding | None) -> Many:
        summed = linear(ZERO, [(ONE, before), (ONE, self.value(value))])
        return summed if total is None else self.store(summed, total)

    def _key(self, score: int, query: int) -> Key:
        found = self._keys.get((score, query))
        if found is None:
            here = self.score(score, query)
            if self.old is None:
                found = Key(np.ones(1, dtype=np.bool_), np.zeros(1, dtype=np.bool_))
            else:
                best = self.old[Greatest(score, query)]
                found = Key(less(best, here), equal(best, here))
            self._keys[score, query] = found
        return found
