"""Prefixes of causal programs: each with the states of the keys that some later position may still select.

What a later position stores depends on a prefix through what its heads find there. A head without a score sums up all
keys, so the state of its sum is remembered. A head with a score selects the keys with the greatest, and of a key that
has the greatest score for *no* query that may come nothing need be remembered. Which queries may come is known at level
0, where a position is a symbol and a place; at a higher level they are collected by a walk over all prefixes as far as
that level (`reach`). Prefixes of which the same is remembered have the same future, and the first stands for them all.

Nothing is left out where a score may fail, as failures count whether a key is selected or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...encode.program.program import BOS, Program
from ..batch.many import Integers, Truths
from ..prefix.states import first_of_each
from .looking import Found, Ladder
from .scores import Orders

Reach = list[list[Integers]]
"""For each level but the last, and for each position from 0 on, the states that some word has there."""

NONE = -1
"""In place of the state of a key, where a prefix has fewer keys than others."""


MOST, QUERIES = 1 << 18, 512
"""The greatest numbers of prefixes, and of states of a level, with which it is found out what may come."""


@dataclass(frozen=True)
class Prefixes:
    """Prefixes of one length, in the order of the alphabet: `letters` has a row for each position.

    For each level `keys` has a row for each key, with the states of the level below, in the order of positions, and
    `sums` a row for each group of heads without a score. `failed` says, as bits, which runs have failed on the way.
    """

    letters: Integers
    keys: tuple[Integers, ...]
    sums: tuple[Integers, ...]
    failed: Integers

    @property
    def count(self) -> int:
        """How many they are."""
        return self.letters.shape[1]

    @property
    def length(self) -> int:
        """Their length."""
        return self.letters.shape[0]

    def at(self, rows: Integers) -> Prefixes:
        """Some of them."""
        keys, sums = (tuple(each[:, rows] for each in several) for several in (self.keys, self.sums))
        return Prefixes(self.letters[:, rows], keys, sums, self.failed[rows])


class Walk:
    """Prefixes of a causal program, up to a level; `top` is the greatest level that is looked at."""

    def __init__(self, ladder: Ladder, program: Program, top: int) -> None:
        self.ladder, self.program, self.top = ladder, program, top
        self._known: dict[int, tuple[int, list[Orders]]] = {}

    def start(self) -> tuple[Prefixes, Found | None]:
        """The empty prefix, and what is at BOS before it."""
        levels = [self.ladder.levels[number] for number in range(1, self.top + 1)]
        keys = tuple(np.zeros((0, 1), dtype=np.int32) for _ in levels)
        sums = tuple(
            np.zeros((sum(each.group.score is None for each in level.gatherings), 1), dtype=np.int32)
            for level in levels
        )
        empty = Prefixes(np.zeros((0, 1), dtype=np.int16), keys, sums, np.zeros(1, dtype=np.int64))
        if not self.program.bos:
            return empty, None
        return self._step(empty, self.ladder.placed(0, (BOS,), 0))

    def longer(self, prefixes: Prefixes, rows: Integers, letters: Integers) -> tuple[Prefixes, Found]:
        """Some prefixes, each with one letter more, and what is at its position."""
        before = prefixes.at(rows)
        states = self.ladder.placed(before.length + 1, self.program.alphabet, 0)[letters]
        told = np.concatenate((before.letters, letters[None].astype(np.int16)))
        return self._step(replace(before, letters=told), states)

    def all_longer(self, prefixes: Prefixes) -> tuple[Prefixes, Found]:
        """All prefixes with each letter, in order."""
        letters = len(self.program.alphabet)
        rows = np.repeat(np.arange(prefixes.count), letters)
        return self.longer(prefixes, rows, np.tile(np.arange(letters), prefixes.count))

    def _step(self, before: Prefixes, states: Integers) -> tuple[Prefixes, Found]:
        found = Found(states, self.ladder.levels[0].failed.all[states])
        keys: list[Integers] = []
        sums: list[Integers] = []
        for number in range(1, self.top + 1):
            keys.append(np.concatenate((before.keys[number - 1], found.states[None].astype(np.int32))))
            held = before.sums[number - 1].copy()
            found = self.ladder.looked(number, found, keys[-1].astype(np.int64), len(keys[-1]) - 1, held)
            sums.append(held)
        return Prefixes(before.letters, tuple(keys), tuple(sums), before.failed | found.failed), found

    def merged(self, prefixes: Prefixes, reach: Reach, *more: Integers) -> tuple[Prefixes, Integers]:
        """The first of all prefixes of which the same is remembered, and which they are; `more` tells them apart."""
        keys = tuple(
            self._kept(number, met, reach, prefixes.length) for number, met in enumerate(prefixes.keys, start=1)
        )
        several = [
            *(row for each in (*keys, *prefixes.sums) for row in each),
            prefixes.failed,
            *(each.astype(np.int64) for each in more),
        ]
        rows = first_of_each(several, prefixes.count)
        return replace(prefixes, keys=keys).at(rows), rows

    def _kept(self, number: int, keys: Integers, reach: Reach, length: int) -> Integers:
        """The keys of a level that a query may select, of those that are still to come."""
        several = self.ladder.scores(number)
        if any(scores.fails for scores in several) or not len(keys):
            return keys
        kept: Truths = np.zeros(keys.shape, dtype=np.bool_)
        if length + 1 < len(reach[number - 1]):
            for orders in self._orders(number, reach, length):
                kept |= orders.selectable(keys)
        order = np.argsort(~kept, axis=0, kind="stable")
        most = int(kept.sum(axis=0).max())
        packed = np.take_along_axis(keys, order, axis=0)[:most]
        return np.where(np.take_along_axis(kept, order, axis=0)[:most], packed, NONE).astype(np.int32)

    def _orders(self, number: int, reach: Reach, length: int) -> list[Orders]:
        """The orders in which later positions may put keys up to a length, by each score of a level."""
        if self._known.get(number, (-1, []))[0] != length:
            places = reach[number - 1]
            keys, queries = (np.concatenate(part) for part in (places[: length + 1], places[length + 1 :]))
            found = [scores.orders(queries, keys) for scores in self.ladder.scores(number)]
            self._known[number] = length, found
        return self._known[number][1]


def joined(several: list[Prefixes]) -> Prefixes:
    """Prefixes of one length, in order, as one."""
    if len(several) == 1:
        return several[0]
    letters = np.concatenate([each.letters for each in several], axis=1)
    keys = tuple(_beside([each.keys[k] for each in several]) for k in range(len(several[0].keys)))
    sums = tuple(np.concatenate([each.sums[k] for each in several], axis=1) for k in range(len(several[0].sums)))
    return Prefixes(letters, keys, sums, np.concatenate([each.failed for each in several]))


def _beside(tables: list[Integers]) -> Integers:
    """Tables of keys side by side."""
    most = max(len(table) for table in tables)
    filled = [
        np.concatenate((table, np.full((most - len(table), table.shape[1]), NONE, dtype=np.int32))) for table in tables
    ]
    return np.concatenate(filled, axis=1)


def reach(ladder: Ladder, program: Program, bound: int, size: int) -> Reach | None:
    """What words up to the bound reach; None where that is more than is worth while to look at."""
    letters = len(program.alphabet)
    before = ladder.placed(0, (BOS,), 0) if program.bos else np.zeros(0, dtype=np.int64)
    found = [[before, *(np.unique(ladder.placed(k, program.alphabet, 0)) for k in range(1, bound + 1))]]
    if sum(map(len, found[0])) > QUERIES:
        return None
    for level in range(1, ladder.plan.last):
        walk = Walk(ladder, program, level)
        prefixes, here = walk.start()
        met: list[Integers] = [before if here is None else here.states]
        for _ in range(bound):
            if prefixes.count * letters > MOST or sum(map(len, met)) > QUERIES:
                return None
            states: list[Integers] = []
            longer: list[Prefixes] = []
            for start in range(0, prefixes.count, size):
                more, here = walk.all_longer(prefixes.at(np.arange(start, min(start + size, prefixes.count))))
                states.append(np.unique(here.states))
                longer.append(walk.merged(more, found)[0])
            prefixes, _ = walk.merged(joined(longer), found)
            met.append(np.unique(np.concatenate(states)))
        found.append(met)
    return found
