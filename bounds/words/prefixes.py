"""Prefixes of causal programs: each with the states of the keys that some later position may still select.

What a later position stores depends on a prefix through what its heads find there. A head without a score sums up all
keys, so the state of its sum is remembered. A head with a score selects the keys with the greatest, and of a key that
has the greatest score for *no* query that may come nothing need be remembered. Which queries may come is known at level
0, where a position is a symbol and a place; at a higher level they are collected by a walk over all prefixes as far as
that level (`reach`). Prefixes of which the same is remembered have the same future, and the first stands for them all.

Nothing is left out where a score may fail, as failures count whether a key is selected or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ...encode.program.program import BOS, Program
from ..batch.many import Integers, Truths
from ..prefix.states import first_of_each
from .looking import Found, Ladder

NONE = -1
"""In place of the state of a key, where a prefix has fewer keys than others."""


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

    def pieces(self, size: int) -> Iterator[Prefixes]:
        """The same in order, at most `size` at once."""
        for start in range(0, self.count, size):
            yield self.at(np.arange(start, min(start + size, self.count)))

    def at(self, rows: Integers) -> Prefixes:
        """Some of them."""
        keys, sums = (tuple(each[:, rows] for each in several) for several in (self.keys, self.sums))
        return Prefixes(self.letters[:, rows], keys, sums, self.failed[rows])


class Walk:
    """Prefixes of a causal program, up to a level; `top` is the greatest level that is looked at."""

    def __init__(self, ladder: Ladder, program: Program, top: int) -> None:
        self.ladder, self.program, self.top = ladder, program, top

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
            found = self.ladder.looked(number, found, keys[-1], len(keys[-1]) - 1, held)
            sums.append(held)
        return Prefixes(before.letters, tuple(keys), tuple(sums), before.failed | found.failed), found

    def merged(self, prefixes: Prefixes, reach: list[list[Integers]], *more: Integers) -> tuple[Prefixes, Integers]:
        """The first of all prefixes of which the same is remembered, and which they are; `more` tells them apart too.

        `reach` has the states of each level and place.
        """
        keys = tuple(
            self._kept(number, met, reach[number - 1][prefixes.length + 1 :])
            for number, met in enumerate(prefixes.keys, start=1)
        )
        several = [*(row for each in (*keys, *prefixes.sums) for row in each), prefixes.failed, *more]
        rows = first_of_each(several, prefixes.count)
        return replace(prefixes, keys=keys).at(rows), rows

    def _kept(self, number: int, keys: Integers, coming: list[Integers]) -> Integers:
        """The keys of a level that a query may select, of those that are still to come."""
        several = self.ladder.scores(number)
        if any(scores.fails for scores in several) or not len(keys):
            return keys
        kept: Truths = np.zeros(keys.shape, dtype=np.bool_)
        if coming:
            queries = np.unique(np.concatenate(coming))
            for scores in several:
                kept |= scores.selectable(queries, keys)
        order = np.argsort(~kept, axis=0, kind="stable")
        most = int(kept.sum(axis=0).max())
        packed = np.take_along_axis(keys, order, axis=0)[:most]
        return np.where(np.take_along_axis(kept, order, axis=0)[:most], packed, NONE).astype(np.int32)


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


def reach(ladder: Ladder, program: Program, bound: int, most: int, size: int) -> list[list[Integers]] | None:
    """For each level but the last, for each place up to the bound, the states that some word has there.

    None where more than `most` prefixes would be told apart.
    """
    letters = len(program.alphabet)
    nowhere = np.zeros(0, dtype=np.int64)
    found = [[nowhere, *(np.unique(ladder.placed(k, program.alphabet, 0)) for k in range(1, bound + 1))]]
    for level in range(1, ladder.plan.last):
        walk = Walk(ladder, program, level)
        prefixes, _ = walk.start()
        met: list[Integers] = [nowhere]
        for _ in range(bound):
            if prefixes.count * letters > most:
                return None
            states: list[Integers] = []
            longer: list[Prefixes] = []
            for piece in prefixes.pieces(size):
                more, here = walk.all_longer(piece)
                states.append(np.unique(here.states))
                longer.append(walk.merged(more, found)[0])
            prefixes, _ = walk.merged(joined(longer), found)
            met.append(np.unique(np.concatenate(states)))
        found.append(met)
    return found
