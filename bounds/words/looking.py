"""Looking around: at one level, what the heads of a position find among the keys that their masks allow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...encode.program.program import Mask
from ..batch.many import Integers, Truths
from ..prefix.merged import Merged
from .level import Level, Marks
from .plan import Plan
from .scores import Scores

Chosen = dict[tuple[int, Mask], Truths]
"""By score and mask, the keys that have the greatest score: a row for each key, in order."""


@dataclass
class Found:
    """What became of a position in many runs: its state, the runs that fail there, as bits, and what it selected."""

    states: Integers
    failed: Integers
    chosen: Chosen = field(default_factory=Chosen)


class Ladder:
    """All levels of merged programs, from φ to what is read."""

    def __init__(self, merged: Merged, marks: Marks) -> None:
        self.plan = Plan(merged)
        self.levels: list[Level] = []
        self._scores: list[dict[int, Scores]] = []
        for number in range(self.plan.last + 1):
            below = self.levels[-1] if self.levels else None
            self.levels.append(Level(self.plan, number, below, marks if number == self.plan.last else None))
            several = {group.score for group in self.plan.groups[number]}
            columns = {} if below is None else below.columns
            self._scores.append({k: Scores(self.plan, k, columns) for k in several if k is not None})
        self._placed: dict[tuple[int, tuple[str, ...], int], Integers] = {}

    def placed(self, index: int, symbols: tuple[str, ...], length: int) -> Integers:
        """The states of symbols at a position, at level 0."""
        found = self._placed.get((index, symbols, length))
        if found is None:
            found = self._placed[index, symbols, length] = self.levels[0].placed(index, symbols, length)
        return found

    def scores(self, number: int) -> list[Scores]:
        """The scores of a level, which know all states below it."""
        self._take_in(number)
        return list(self._scores[number].values())

    def looked(self, number: int, below: Found, keys: Integers, place: int, held: Integers | None = None) -> Found:
        """The states at a level of positions that are `below` a level lower, where `keys` has a row for each position.

        Theirs is the row `place`. What heads without a score gathered before, a row for each group, may be `held`; it
        is brought up to date.
        """
        level, count = self.levels[number], len(below.states)
        self._take_in(number)
        failed = below.failed
        found = Found(below.states, failed, below.chosen)
        gathered: list[Integers] = []
        sums = 0
        chosen: Chosen = {}
        for gathering in level.gatherings:
            group = gathering.group
            met = keys[: {"none": len(keys), "causal": place + 1, "strict": place}[group.mask]]
            selected = None
            if group.score is None and held is not None:
                states = held[sums].copy()
                held[sums] = gathering.after(states, gathering.values.of.all[below.states])
                states = held[sums].copy() if group.mask == "causal" else states
                gathered.append(states)
                failed = failed | gathering.failed(states)
                sums += 1
                continue
            if group.score is not None and len(met):
                kind = group.score, group.mask
                if kind not in chosen:
                    chosen[kind], wrong = self._scores[number][group.score].selected(below.states, met)
                    failed = failed | wrong
                selected = chosen[kind]
            gathered.append(gathering.gathered(met, selected, count))
            failed = failed | gathering.failed(gathered[-1])
        found.chosen.update(chosen)
        found.states = level.arrived(below.states, gathered)
        found.failed = failed | level.failed.all[found.states]
        return found

    def _take_in(self, number: int) -> None:
        """Tells a level of the states below it that are new."""
        count = self.levels[number - 1].count
        for gathering in self.levels[number].gatherings:
            gathering.extend(range(gathering.values.of.count, count))
        for scores in self._scores[number].values():
            scores.extend(range(scores.queries.of.count, count))


def differing(a: Truths, b: Truths, rows: slice) -> Truths:
    """The runs in which two heads select differently among keys."""
    return np.bitwise_or.reduce((a != b)[rows], axis=0)
