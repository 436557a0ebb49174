"""Two runs that read positions, side by side on all vectors of counts of a length: the words on which a claim breaks.

What differs at (i, a), or fails there, does so on every word with these counts that has symbol a at position i; what
differs or fails whatever the symbol, or whatever the position, on every word with these counts. The first such word has
the other symbols in order (`logbits.bounds.count.placed` has the runs).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
from gmpy2 import mpq

from ...encode.claim.kind import Kind
from ...encode.number.rational import ONE
from ...encode.program.operation import operands, pairwise
from ...encode.program.program import BOS, EOS, Accept, Attend, Outputs, Program, Score
from . import arrays
from .arrays import Numbers, Truths
from .kinds import Kind as Seen
from .kinds import kinds
from .placed import WORD, Place, Placed, PlacedRun

BATCH = 1 << 17
"""The greatest number of entries of an array, about: as many vectors of counts are run at once."""

Where = tuple[int, int] | None
"""A position, from 1, and the symbol there; None for all words."""


class SideBySide:
    """Two programs with their roundings in, over one alphabet and read alike.

    Raises:
        ValueError: for programs that see more of a word than counts.
    """

    def __init__(self, left: Program, right: Program, kind: Kind) -> None:
        self.runs, self.kind = (PlacedRun(left), PlacedRun(right)), kind
        self.letters = len(left.alphabet)
        self._sizes = [entries(side) for side in (left, right)]

    def width(self, length: int) -> int:
        """How many numbers there are for each vector of counts, about."""
        return sum(size * length**k for sizes in self._sizes for k, size in enumerate(sizes))

    def breaking_word(self, length: int) -> tuple[int, ...] | None:
        """The first word of a length, in the order of the alphabet, that breaks the claim."""
        best: tuple[int, ...] | None = None
        for batch in batches(self.letters, length, max(1, BATCH // max(1, self.width(length)))):
            if best is not None and best <= word(batch[0].tolist(), None):  # and so are all that follow
                break
            for row, where in self._broken(batch):
                counts = batch[row].tolist()
                if best is not None and best <= word(counts, None):
                    break
                found = word(counts, where)
                best = found if best is None else min(best, found)
        return best

    def readings(self, words: Sequence[Sequence[int]]) -> list[list[list[mpq] | None]]:
        """What the claim reads of both runs on each of several words of a length; None for a run that fails."""
        counts = np.array([[word.count(a) for a in range(self.letters)] for word in words], dtype=np.int64)
        left, right = ([*self._readings(run.run(counts), words)] for run in self.runs)
        return [[a, b] for a, b in zip(left, right, strict=True)]

    def _readings(self, run: Placed, words: Sequence[Sequence[int]]) -> Iterator[list[mpq] | None]:
        place, index = place_of(run.program)
        several = [*run.read(place)]
        rows = [np.array(arrays.listed(each, each.shape), dtype=object).reshape(each.shape) for each in several]
        for k, word in enumerate(words):
            if run.failed[k] or any(_at(run.failed_at, k, i, a) for i, a in enumerate(word)):
                yield None
                continue
            where = [*enumerate(word)] if index is None else [(index, word[index])]
            found = [[_at(row, k, i, a) for row in rows] for i, a in (where if place == WORD else [(0, 0)])]
            if self.kind.reading.name == "accumulators":
                yield [value for row in found for value in row]
            else:
                yield [_outcome(run.program, row) for row in found]

    def _broken(self, batch: arrays.Integers) -> Iterator[tuple[int, Where]]:
        """The rows of a batch that break the claim, in order, and where."""
        a, b = (run.run(batch) for run in self.runs)
        place, index = place_of(a.program)
        apart = self._apart(a, b, place)
        if place == WORD:
            if index is not None and apart.shape[1] > 1:
                apart = apart[:, [index], :]
            if apart.shape[2] > 1:
                apart = apart & a.present
        everywhere, at = a.failed | b.failed, a.failed_at | b.failed_at
        apart, at = (np.broadcast_to(each, (len(batch), *each.shape[1:])) for each in (apart, at))
        fixed = None if place != WORD or index is None else index % a.length
        for row in np.flatnonzero(everywhere | apart.any(axis=(1, 2)) | at.any(axis=(1, 2))).tolist():
            for where in [None] if everywhere[row] else _places(apart[row], at[row], fixed):
                yield row, where

    def _apart(self, a: Placed, b: Placed, place: Place) -> Truths:
        """Whether what is read of two runs does not agree, in three axes."""
        outcome = self.kind.reading.name == "outcome"
        left, right = ([*run.read(place)] for run in (a, b))
        if outcome and isinstance(a.program.readout, Accept):
            return arrays.compared(left[0], ">") != arrays.compared(right[0], ">")
        if outcome and isinstance(a.program.readout, Outputs) and a.program.readout.labels:
            return _first_greatest(left) != _first_greatest(right)
        apart: Truths = np.zeros((1, 1, 1), dtype=bool)
        for x, y in zip(left, right, strict=True):
            for sign in (ONE, -ONE):
                beyond = arrays.linear(-self.kind.agreement.margin, [(sign, x), (-sign, y)])
                apart = apart | arrays.compared(beyond, ">")
        return apart


def _at(array: arrays.Integers, row: int, i: int, a: int) -> mpq:
    """What is there for a row, a position and a symbol, where what does not depend on one has a single entry."""
    rows, positions, symbols = array.shape
    return array[row if rows > 1 else 0, i if positions > 1 else 0, a if symbols > 1 else 0]


def _places(apart: Truths, at: Truths, fixed: int | None) -> Iterator[Where]:
    """Where one row breaks the claim, read everywhere or at the `fixed` position, and where it fails."""
    positions, symbols = apart.shape
    if apart.any() and (symbols == 1 or (positions == 1 and fixed is None)):
        yield None  # a symbol that occurs does so on every word
        return
    for i, a in np.argwhere(apart).tolist():
        yield (i if fixed is None else fixed) + 1, a
    for i, a in np.argwhere(at).tolist():
        yield i + 1, a


def _first_greatest(several: Sequence[Numbers]) -> arrays.Integers:
    rows = np.broadcast_arrays(*(each.above for each in arrays.aligned(several)))
    return np.argmax(np.stack(rows), axis=0)


def _outcome(program: Program, row: Sequence[mpq]) -> mpq:
    if isinstance(program.readout, Accept):
        return mpq(row[0] > 0)
    classes = isinstance(program.readout, Outputs) and program.readout.labels
    return mpq(row.index(max(row))) if classes else row[0]


def place_of(program: Program) -> tuple[Place, int | None]:
    """Where a program is read: the place, and the index of the one position of words, if it is one."""
    if isinstance(program.readout, Accept):
        match program.readout.place:
            case "bos":
                return BOS, None
            case "eos":
                return EOS, None
            case "first":
                return WORD, 0
            case "last":
                return WORD, -1  # the last of them
    return WORD, None


def batches(letters: int, length: int, size: int) -> Iterator[arrays.Integers]:
    """All vectors of counts with this sum, in the order of `vectors`, about so many at a time: a vector a row."""
    if letters == 1:
        yield np.array([[length]], dtype=np.int64)
        return
    blocks: list[arrays.Integers] = []
    rows = 0
    for lead in _leads(letters - 2, length):
        rest = length - sum(lead)
        last = np.arange(rest + 1, dtype=np.int64)
        columns = [np.broadcast_to(np.int64(count), last.shape) for count in lead]
        blocks.append(np.stack([*columns, rest - last, last], axis=1))
        rows += rest + 1
        if rows >= size:
            yield from _cut(np.concatenate(blocks), size)
            blocks, rows = [], 0
    if blocks:
        yield from _cut(np.concatenate(blocks), size)


def _cut(several: arrays.Integers, size: int) -> Iterator[arrays.Integers]:
    for start in range(0, len(several), size):
        yield several[start : start + size]


def _leads(letters: int, most: int) -> Iterator[tuple[int, ...]]:
    """The first counts of vectors, the greatest first."""
    if letters == 0:
        yield ()
        return
    for first in range(most, -1, -1):
        for rest in _leads(letters - 1, most - first):
            yield (first, *rest)


def word(counts: Sequence[int], where: Where) -> tuple[int, ...]:
    """The first word with these counts, in the order of the alphabet, with a symbol at a position if it is told."""
    if where is None:
        return tuple(symbol for symbol, count in enumerate(counts) for _ in range(count))
    at, fixed = where
    rest = [symbol for symbol, count in enumerate(counts) for _ in range(count - (symbol == fixed))]
    return (*rest[: at - 1], fixed, *rest[at - 1 :])


def entries(program: Program) -> tuple[int, int, int]:
    """How many numbers a run has for each vector of counts, about: as a polynomial in the length, constant first."""
    found = kinds(program)
    assert found is not None
    letters, pairs = len(program.alphabet), pairwise(program.ops)
    keys: dict[int, Seen] = {}
    sizes = [0, 0, 0]
    for index, op in enumerate(program.ops):
        several = [found[index]]
        if isinstance(op, Score):
            keys[index] = reduce(Seen.__or__, (found[f] for m in op.monomials for f in m.keys), Seen())
        elif pairs[index]:
            keys[index] = keys[next(iter(operands(op)))]
        seen = keys.get(op.score if isinstance(op, Attend) and op.score is not None else index)
        several += [] if seen is None else [seen]
        sizes[sum(kind.position for kind in several)] += letters ** sum(kind.symbol for kind in several)
    constant, linear, square = sizes
    return constant, linear, square
