"""Both runs of a claim on every word of a length, in exact rationals, many words at once.

Trained weights are rationals of 24 bits, and what two layers make of them has hundreds: such a number costs a
microsecond to multiply, and a circuit for it fills the memory. But words have positions in common. What a position
stores is a function of what its heads find, and saturated heads find few things: of 65,536 words of eight symbols a
trained model of two layers tells 254 kinds of last positions apart after its first layer, and 3,000 after its second.
So positions are numbered, what is not known of a number yet is computed once, exactly, and all that is left to do for
each word is to look up codes of scores and to find the greatest (`logbits.bounds.words.scores`).

Where a program is causal, what a position stores depends on the word up to there: then words share their prefixes, and
each prefix costs one position, else each word costs all of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...encode.claim.claim import Claim
from ...encode.program.operation import reads
from ...encode.program.program import BOS, EOS, Attend, Outputs, Place, Program, Readout
from ..batch.many import Integers, Many, Truths
from ..count.idle import without_idle
from ..prefix.kinds import UnsupportedError
from ..prefix.merged import Merged
from ..prefix.reading import Numbers
from .heads import compared
from .looking import Found, Ladder, differing

ROWS = 1 << 15
"""The greatest number of words that are run at once."""

KEPT = 1 << 18
"""The greatest number of prefixes that are kept for the next length."""

APART, ACCEPTED = 1, 2
MAIN, ASSUMED = 3, 4
"""Which runs fail, as bits: those that are compared, and that of what is assumed."""


@dataclass(frozen=True)
class Prefixes:
    """Prefixes of one length, in the order of the alphabet; with the states of their positions at each level.

    `bad` says which words break the claim, and `member` which are asked about, if they end here; `broken` are those of
    which all that go on from them break it, and `outside` those from which no word goes on that is asked about.
    """

    letters: Integers
    keys: tuple[Integers, ...]
    bad: Truths
    member: Truths
    broken: Truths
    outside: Truths

    @property
    def count(self) -> int:
        """How many they are."""
        return self.letters.shape[1]

    def pieces(self, size: int) -> Iterator[Prefixes]:
        """The same in order, at most `size` at once."""
        for start in range(0, self.count, size):
            yield self.at(np.arange(start, min(start + size, self.count)))

    def at(self, rows: Integers) -> Prefixes:
        """Some of them."""
        keys = tuple(each[:, rows] for each in self.keys)
        return Prefixes(
            self.letters[:, rows], keys, self.bad[rows], self.member[rows], self.broken[rows], self.outside[rows]
        )


class Runs:
    """All words of a claim, length by length.

    Raises:
        UnsupportedError: for claims whose sides are not read at the same positions.
    """

    def __init__(self, claim: Claim) -> None:
        programs = [without_idle(program, claim.bound) for program in claim.twins()]
        self.claim, self.letters = claim, len(claim.program.alphabet)
        self.program: Program = programs[0]
        if any((each.bos, each.eos) != (self.program.bos, self.program.eos) for each in programs):
            raise UnsupportedError("the programs have not the same special positions")
        self.aware = any(program.length_aware for program in programs)
        merged = Merged(programs)
        self.numbers = Numbers(claim, merged)
        self.pairs = compared(self.numbers, merged)
        left, right = self.numbers.left.readout, self.numbers.right.readout
        if _place(left) != _place(right):
            raise UnsupportedError("the programs are not read at the same position")
        self.everywhere = isinstance(left, Outputs) or self.numbers.attention
        self.place = _place(left)
        self.assumed = None if self.numbers.assumed is None else _place(self.numbers.assumed.readout)
        self.ladder = Ladder(merged, self._marks)
        heads = [op for op in merged.ops if isinstance(op, Attend)]
        self.causal = (
            all(head.mask != "none" for head in heads)
            and not self.program.eos
            and not self.aware
            and (self.everywhere or self.place == "last")
            and self.assumed in (None, "last")
        )
        self._length, self._frontier = 0, [self._start()] if self.causal else []

    def first_break(self, length: int) -> tuple[tuple[int, ...] | None, bool]:
        """The first word of a length that breaks the claim, if one does, and whether any is asked about.

        Raises:
            MemoryError: where too many positions are to be told apart.
        """
        inhabited = False
        for words in self._all(length):
            found = np.flatnonzero(words.bad & words.member)
            if len(found):
                return tuple(words.letters[:, found[0]].tolist()), True
            inhabited |= bool(words.member.any())
        return None, inhabited

    def breaking(self, words: Sequence[Sequence[int]]) -> list[bool]:
        """Which of several words of one length break the claim."""
        letters = np.array(words).T
        if not self.causal:
            run = self._whole(letters)
        else:
            run, rows = self._start(), np.zeros(len(words), dtype=np.int64)
            for row in letters:
                run, rows = self._longer(run, rows, row), np.arange(len(words))
        return [bool(each) for each in run.bad & run.member]

    def _all(self, length: int) -> Iterator[Prefixes]:
        """All words of a length, in order."""
        if not self.causal:
            for start in range(0, self.letters**length, ROWS):
                numbers = np.arange(start, min(start + ROWS, self.letters**length))
                digits = [numbers // self.letters**k % self.letters for k in range(length - 1, -1, -1)]
                yield self._whole(np.concatenate([each[None] for each in digits]))
            return
        if length < self._length:
            self._length, self._frontier = 0, [self._start()]
        while self._length < length and self.letters ** (self._length + 1) <= KEPT:
            longer = [self._all_longer(piece) for each in self._frontier for piece in each.pieces(self._size)]
            self._length, self._frontier = self._length + 1, longer
        for each in self._frontier:
            yield from self._reached(each, length)

    @property
    def _size(self) -> int:
        return max(1, ROWS // self.letters)

    def _reached(self, prefixes: Prefixes, length: int) -> Iterator[Prefixes]:
        """All words of a length that go on from prefixes, in order."""
        if len(prefixes.letters) == length:
            yield prefixes
            return
        for piece in prefixes.pieces(self._size):
            yield from self._reached(self._all_longer(piece), length)

    def _all_longer(self, prefixes: Prefixes) -> Prefixes:
        rows = np.repeat(np.arange(prefixes.count), self.letters)
        return self._longer(prefixes, rows, np.tile(np.arange(self.letters), prefixes.count))

    def _start(self) -> Prefixes:
        """The empty prefix; BOS is before it."""
        nothing = np.zeros(1, dtype=np.bool_)
        levels = tuple(np.zeros((0, 1), dtype=np.int32) for _ in range(self.ladder.plan.last))
        empty = Prefixes(np.zeros((0, 1), dtype=np.int16), levels, nothing, nothing, nothing, nothing)
        if not self.program.bos:
            return empty
        return self._step(empty, self.ladder.placed(0, (BOS,), 0), read=self.numbers.attention)

    def _longer(self, prefixes: Prefixes, rows: Integers, letters: Integers) -> Prefixes:
        """Some prefixes, each with one letter more."""
        before = prefixes.at(rows)
        index = len(before.letters) + 1
        states = self.ladder.placed(index, self.program.alphabet, 0)[letters]
        told = np.concatenate((before.letters, letters[None].astype(np.int16)))
        return self._step(replace(before, letters=told), states, read=True)

    def _step(self, before: Prefixes, states: Integers, *, read: bool) -> Prefixes:
        """Prefixes with one position more, of which the states at level 0 are given; whether it is read there."""
        place = before.keys[0].shape[0] if before.keys else 0
        found = Found(states, self.ladder.levels[0].failed.all[states])
        keys: list[Integers] = []
        for number, met in enumerate(before.keys, start=1):
            keys.append(np.concatenate((met, found.states[None].astype(np.int32))))
            found = self.ladder.looked(number, found, keys[-1], place)
        marked = self.ladder.levels[-1].marked.all[found.states]
        failed = before.broken | (found.failed & MAIN != 0)
        outside = before.outside | (found.failed & ASSUMED != 0)
        bad = failed | self._apart(found, marked, place + 1) if read else failed
        member = (marked & ACCEPTED != 0) & ~outside
        return Prefixes(before.letters, tuple(keys), bad, member, bad if self.everywhere else failed, outside)

    def _apart(self, found: Found, marked: Integers, positions: int) -> Truths:
        """The runs that do not agree at a position, of a word with so many positions."""
        if self.pairs is None:
            return marked & APART != 0
        words = slice(int(self.program.bos), positions - self.program.eos)
        rows = slice(None) if self.numbers.attention else words
        apart = np.zeros(len(found.states), dtype=np.bool_)
        for a, b in self.pairs:
            if a in found.chosen:
                apart |= differing(found.chosen[a], found.chosen[b], rows)
        return apart

    def _whole(self, letters: Integers) -> Prefixes:
        """Runs on whole words: each position at each level, one level after the other."""
        length, count = letters.shape
        told = length if self.aware else 0
        program, ladder = self.program, self.ladder
        found: list[Found] = []
        for index in program.positions(length):
            if 1 <= index <= length:
                states = ladder.placed(index, program.alphabet, told)[letters[index - 1]]
            else:
                symbol = BOS if index == 0 else EOS
                states = np.repeat(ladder.placed(index, (symbol,), told), count)
            found.append(Found(states, ladder.levels[0].failed.all[states]))
        for number in range(1, ladder.plan.last + 1):
            keys = np.concatenate([each.states[None] for each in found])
            found = [ladder.looked(number, each, keys, place) for place, each in enumerate(found)]
        first = program.positions(length).start
        failed = np.bitwise_or.reduce(np.concatenate([each.failed[None] for each in found]), axis=0)
        bad, member = failed & MAIN != 0, failed & ASSUMED == 0
        for place, each in enumerate(found):
            marked, index = ladder.levels[-1].marked.all[each.states], place + first
            if self.numbers.attention or self._read(self.place, index, length):
                bad = bad | self._apart(each, marked, len(found))
            if self.assumed is not None and self._read(self.assumed, index, length):
                member = member & (marked & ACCEPTED != 0)
        return Prefixes(letters.astype(np.int16), (), bad, member, bad, ~member)

    def _read(self, place: str | None, index: int, length: int) -> bool:
        """Whether a position is read: the one that is named, or (None) each of the word's."""
        if place is None:
            return 1 <= index <= length
        return index == {"bos": 0, "first": 1, "last": length, "eos": length + 1}[place]

    def _marks(self, read: Callable[[int], Many], count: int) -> Integers:
        """What is told of positions by what is read there."""
        apart = np.zeros(1, dtype=np.bool_) if self.pairs is not None else self.numbers.differ(read, count)
        return np.where(apart, APART, 0) | np.where(self.numbers.accepted(read, count), ACCEPTED, 0)


def _place(readout: Readout) -> Place | None:
    """The position that is read; None where each one is."""
    return None if isinstance(readout, Outputs) else readout.place
