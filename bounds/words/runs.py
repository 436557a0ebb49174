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
from dataclasses import dataclass

import numpy as np

from ...encode.claim.claim import Claim
from ...encode.program.program import BOS, EOS, Attend, Outputs, Place, Program, Readout
from ..batch.many import Integers, Many, Truths
from ..count.idle import without_idle
from ..prefix.kinds import UnsupportedError
from ..prefix.merged import Merged
from ..prefix.reading import Numbers
from .heads import compared
from .looking import Found, Ladder, differing
from .prefixes import Prefixes, Reach, Walk, joined, reach

ROWS = 1 << 15
"""The greatest number of words that are run at once."""

KEPT = 1 << 20
"""The greatest number of prefixes that are kept for the next length."""

FEW = 1 << 14
"""The greatest number of words of a length of which it is not worth while to find those that are remembered alike."""

APART, ACCEPTED = 1, 2
MAIN, ASSUMED = 3, 4
"""Which runs fail, as bits: those that are compared, and that of what is assumed."""


@dataclass(frozen=True)
class Words:
    """Words of one length, in the order of the alphabet: `letters` has a row for each position.

    `bad` says which break the claim, if they are asked about, and `member` which are.
    """

    letters: Integers
    bad: Truths
    member: Truths


@dataclass(frozen=True)
class Grown:
    """Prefixes, which of them have broken the claim for good, and what they are as words."""

    prefixes: Prefixes
    broken: Truths
    words: Words


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
        self.walk = Walk(self.ladder, self.program, self.ladder.plan.last) if self.causal else None
        self._reach: Reach | None = None
        self._tried = False
        """Whether it was tried to find out what later positions may be."""
        self._begin()

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
        if self.walk is None:
            run = self._whole(letters)
        else:
            grown, rows = self._start(self.walk), np.zeros(len(words), dtype=np.int64)
            for row in letters:
                before = grown.broken[rows]
                grown = self._grown(*self.walk.longer(grown.prefixes, rows, row), before)
                rows = np.arange(len(words))
            run = grown.words
        return [bool(each) for each in run.bad & run.member]

    def _all(self, length: int) -> Iterator[Words]:
        """All words of a length, in order; of those that are remembered alike, the first."""
        if self.walk is None:
            for start in range(0, self.letters**length, ROWS):
                numbers = np.arange(start, min(start + ROWS, self.letters**length))
                digits = [numbers // self.letters**k % self.letters for k in range(length - 1, -1, -1)]
                yield self._whole(np.concatenate([each[None] for each in digits]))
            return
        if length < self._prefixes.length:
            self._begin()
        while self._prefixes.length < length and self._advance(self.walk):
            pass
        if self._prefixes.length == length:
            yield from self._words
        else:
            yield from self._reached(self.walk, self._prefixes, self._broken, length)

    def _begin(self) -> None:
        """Back to the empty prefix."""
        if self.walk is not None:
            grown = self._start(self.walk)
            self._prefixes, self._words = grown.prefixes, [grown.words]
            self._broken: Truths = grown.broken

    def _advance(self, walk: Walk) -> bool:
        """One letter more for all prefixes that are kept, if they are not too many then."""
        if self._prefixes.count * self.letters > KEPT:
            return False
        several = list(self._longer(walk, self._prefixes, self._broken))
        length = self._prefixes.length + 1
        if not self._tried and self.pairs is None and self.letters**length > FEW and length < self.claim.bound:
            self._tried = True
            self._reach = reach(self.ladder, self.program, self.claim.bound, self._size)
        self._words = [each.words for each in several]
        if self._reach is not None:
            merged = [walk.merged(each.prefixes, self._reach, each.broken) for each in several]
            broken: Truths = np.concatenate(
                [each.broken[rows] for each, (_, rows) in zip(several, merged, strict=True)]
            )
            self._prefixes, rows = walk.merged(joined([prefixes for prefixes, _ in merged]), self._reach, broken)
            self._broken = broken[rows]
        else:
            self._prefixes = joined([each.prefixes for each in several])
            self._broken = np.concatenate([each.broken for each in several])
        return True

    @property
    def _size(self) -> int:
        return max(1, ROWS // self.letters)

    def _longer(self, walk: Walk, prefixes: Prefixes, broken: Truths) -> Iterator[Grown]:
        """Prefixes with each letter, in order."""
        for start in range(0, prefixes.count, self._size):
            rows = np.arange(start, min(start + self._size, prefixes.count))
            yield self._grown(*walk.all_longer(prefixes.at(rows)), np.repeat(broken[rows], self.letters))

    def _reached(self, walk: Walk, prefixes: Prefixes, broken: Truths, length: int) -> Iterator[Words]:
        """All words of a length that go on from prefixes, in order."""
        for longer in self._longer(walk, prefixes, broken):
            if longer.prefixes.length == length:
                yield longer.words
            else:
                yield from self._reached(walk, longer.prefixes, longer.broken, length)

    def _start(self, walk: Walk) -> Grown:
        """The empty prefix; BOS is before it, where only attention is read."""
        empty, found = walk.start()
        return self._grown(empty, found if self.numbers.attention else None, np.zeros(1, dtype=np.bool_))

    def _grown(self, prefixes: Prefixes, found: Found | None, broken: Truths) -> Grown:
        """Prefixes, with what is read at their last positions, if it is."""
        failed = broken | (prefixes.failed & MAIN != 0)
        bad, member = failed, prefixes.failed & ASSUMED == 0
        if found is not None:
            marked = self.ladder.levels[-1].marked.all[found.states]
            bad = bad | self._apart(found, marked, prefixes.length + self.program.bos)
            member = member & (marked & ACCEPTED != 0)
        return Grown(prefixes, bad if self.everywhere else failed, Words(prefixes.letters, bad, member))

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

    def _whole(self, letters: Integers) -> Words:
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
        return Words(letters, bad, member)

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
