"""A sweep: both runs of a claim on all words at once, letter by letter, as far as their memories differ.

What a causal program stores at a position is a function of the symbol there, of the position, and of what its heads
remember of the prefix: sums, or the greatest score and what belongs to it (`logbits.bounds.prefix.memory`). So runs on
all words of length n are the runs on all *states* that words of length n - 1 lead to, and each symbol. Words that are
remembered alike by both runs are one state: for `dyck1`, some hundred states stand for the 2^256 words of that length.
A sum that is rounded after every addition is a state like any other: it is a finite automaton over symbols.

One sweep decides all lengths, as prefixes are shared. It is an enumeration: every word is in some state, and each
state is looked at, in exact integers (`logbits.bounds.batch`). The alternative, terms for each length, knows more of
programs whose heads remember too much for this, and less of sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...encode.claim.claim import Claim
from ...encode.program.program import BOS, EOS
from ..batch.many import Integers, Many, Truths
from ..count.idle import without_idle
from ..count.unmasked import can_fail
from .future import Future
from .kinds import UnsupportedError, kinds
from .letters import Here
from .memory import Slot
from .merged import Merged
from .reading import Reading
from .runner import Runner
from .states import States, Trail, first_of_each, lowest, repeated
from .twins import twins

MAIN, ASSUMED = (0, 1), (2,)

CLOSE = 32
"""The least number of states for which it is worth while to ask which of them are closed."""


@dataclass(frozen=True)
class Level:
    """What is known of all words of a length: the first that breaks the claim, and whether any is asked about."""

    length: int
    word: tuple[int, ...] | None
    inhabited: bool


class Sweep:
    """All words of a claim, of length 1, 2, ... in turn; `first` is the least length that is asked about.

    Raises:
        UnsupportedError: for a claim that cannot be followed letter by letter.
    """

    def __init__(self, claim: Claim, first: int = 1) -> None:
        programs = [without_idle(program, claim.bound) for program in claim.twins()]
        self.claim, self.first, self.length, self.rows = claim, first, 0, 0
        self.bos, self.eos = programs[0].bos, programs[0].eos
        if any((program.bos, program.eos) != (self.bos, self.eos) for program in programs):
            raise UnsupportedError("the programs have not the same special positions")
        merged = Merged(programs)
        self.reading = Reading(claim, merged, kinds(merged))
        self.runner = self._runner(merged, {})
        self._patience, self._wait = 0, 0
        self.trail = Trail()
        nowhere = np.zeros(1, dtype=np.bool_)
        self.states = States(1, {}, nowhere, nowhere)

    def _runner(self, merged: Merged, twins: Mapping[int, int]) -> Runner:
        reading = self.reading
        compared = reading.compared(twins)
        failing = [index for index, op in enumerate(merged.ops) if can_fail(op)]
        roots = [*reading.read, *failing, *(score for pair in compared for score in pair)]
        standing = [twins[score] for score in merged.below(roots) if score in twins]
        needed = merged.below([*roots, *standing])
        return Runner(merged, reading.known, compared, needed, twins)

    def _begin(self) -> None:
        """The first position; before, what can be known of all of them."""
        merged = self.runner.merged
        self.runner = self._runner(merged, twins(merged, self.reading.known, self.reading.heads, self.claim.bound))
        self.future = Future(self.runner, self.reading, self.claim.bound)
        if self.bos:
            run = self.runner.at(Here(0, (BOS,), np.zeros(1, dtype=np.int64)), None, 1, final=False)
            slots = run.slots()
            broken = run.failed(MAIN)
            if self.reading.attention:
                broken = broken | self.reading.apart(run)
            self.states = States(1, slots, broken, run.failed(ASSUMED))

    def advance(self) -> Level:
        """The next length, on all words.

        Raises:
            MemoryError: where there are too many states.
        """
        if not self.states.count:  # all words so far are closed
            self.length += 1
            return Level(self.length, None, inhabited=True)
        if not self.length:
            self._begin()
        letters = len(self.claim.program.alphabet)
        rows = np.repeat(np.arange(self.states.count), letters)
        symbols = np.tile(np.arange(letters), self.states.count)
        found, inhabited = self._step(rows, symbols, merge=True)
        word = None
        if found is not None and len(found):
            first = int(found[0])
            length = self.length
            if not self.eos:
                word = (*self.trail.word(int(rows[first]), length - 1), int(symbols[first]))
            else:
                word = self.trail.word(first, length)
        self._close()
        return Level(self.length, word, inhabited)

    def breaking(self, words: Sequence[Sequence[int]]) -> list[bool]:
        """Which of several words, of the next lengths up to theirs, break the claim; no two are merged.

        What was known of other words is lost.
        """
        if not self.length:
            self._begin()
        found, rows = None, np.zeros(len(words), dtype=np.int64)
        for letters in zip(*words, strict=True):
            found, _ = self._step(rows, np.array(letters), merge=False)
            rows = np.arange(len(words))
        broken: set[int] = set() if found is None else set(found.tolist())
        return [row in broken for row in range(len(words))]

    def _step(self, rows: Integers, symbols: Integers, *, merge: bool) -> tuple[Integers | None, bool]:
        """One letter more: these states, each with a symbol.

        Returns the rows that break the claim (with EOS, the states), if the length is asked about, and whether any word
        is asked about.
        """
        self.length += 1
        before, count = self.states, len(rows)
        self.rows += count
        asked, last = self.length >= self.first, not self.eos
        here = Here(self.length, self.claim.program.alphabet, symbols)
        run = self.runner.at(here, repeated(before.slots, rows) or None, count, final=asked and last)
        slots = run.slots()
        broken, outside = before.broken[rows] | run.failed(MAIN), before.outside[rows] | run.failed(ASSUMED)
        if self.reading.everywhere:
            broken = broken | self.reading.apart(run)
        found, inhabited = None, True
        if asked and last:
            bad = broken if self.reading.everywhere else broken | self.reading.apart(run)
            member = self.reading.member(run) & ~outside
            found, inhabited = np.flatnonzero(bad & member), bool(member.any())
        self._keep(slots, broken, outside, rows, symbols, merge=merge)
        if asked and self.eos:
            found, inhabited = self._ended()
        return found, inhabited

    def _close(self) -> None:
        """Leaves out states after which nothing can break, where it is worth while to look for them."""
        if self.future.blind or self.states.count < CLOSE or self.length == self.claim.bound:
            return
        if self._wait:
            self._wait -= 1
            return
        kept = np.flatnonzero(~self.future.closed(self.states, self.length))
        few = 8 * len(kept) > 7 * self.states.count
        self._patience = min(self._patience + 1, 6) if few else 0
        self._wait = (1 << self._patience) - 1 if few else 0
        states = self.states
        self.states = States(len(kept), repeated(states.slots, kept), states.broken[kept], states.outside[kept])
        self.trail.keep(kept)

    def _keep(
        self,
        slots: dict[Slot, Many],
        broken: Truths,
        outside: Truths,
        rows: Integers,
        symbols: Integers,
        *,
        merge: bool,
    ) -> None:
        """The states of this length: of rows that are remembered alike, the first."""
        if self.claim.assume is None and broken.any():  # what is broken stays so, whatever it remembers
            slots = {slot: _forgotten(column, broken) for slot, column in slots.items()}
        slots = {slot: lowest(column) for slot, column in slots.items()}
        kept = np.arange(len(rows))
        if merge:
            told = [column.numerators for column in slots.values()]
            kept = first_of_each([*told, broken.astype(np.int64), outside.astype(np.int64)], len(rows))
        self.states = States(len(kept), repeated(slots, kept), broken[kept], outside[kept])
        self.trail.add(rows[kept], symbols[kept])

    def _ended(self) -> tuple[Integers, bool]:
        """What is read at EOS, in each state."""
        states = self.states
        here = Here(self.length + 1, (EOS,), np.zeros(states.count, dtype=np.int64))
        run = self.runner.at(here, states.slots or None, states.count, final=True)
        bad = states.broken | run.failed(MAIN) | self.reading.apart(run)
        member = self.reading.member(run) & ~states.outside & ~run.failed(ASSUMED)
        return np.flatnonzero(bad & member), bool(member.any())


def _forgotten(column: Many, broken: Truths) -> Many:
    if len(column) == 1:
        return column
    return Many(np.where(broken, column.numerators[np.argmax(broken)], column.numerators), column.denominator)
