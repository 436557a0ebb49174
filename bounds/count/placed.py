"""Runs of programs that read positions, and see the word through counts: all vectors of counts of a length at once.

A value has three axes: vectors of counts, positions of the word, and symbols; one that does not depend on one of these
(`logbits.bounds.count.kinds`) has a single entry there. BOS and EOS are places of their own. What is stored at (i, a)
is what a word with these counts stores at position i if its symbol there is a, and every such word does: a head's keys
depend on the symbol, and then each counts as often as it occurs, or on the position, and then each counts once.

So a run of length n takes n numbers where the reference run takes n for each of 2^n words. Numbers are exact
(`logbits.bounds.count.arrays`). A failure is one of all words with these counts, unless what fails depends on both:
then of those with this symbol at this position.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import product

import numpy as np
from gmpy2 import mpq

from ...encode.number.mean import Iterative, Quotient
from ...encode.number.rational import ONE, ZERO
from ...encode.number.rounding import Rounding
from ...encode.program import position
from ...encode.program.operation import pairwise, used_scores
from ...encode.program.program import BOS, EOS, Attend, Embed, Program, Relation, Round, Score
from ...encode.program.walk import Jumps, accumulators, local, score
from . import arrays
from .arrays import Integers, Numbers, Truths
from .kinds import kinds
from .running import running

Place = str
"""BOS, EOS, or WORD: a position of the word."""

WORD = "word"
Where = tuple[Place, Place | None]
"""A place, or that of a query and that of a key."""

Column = dict[Place, Numbers]
"""What an operation stores at BOS, at positions of words, and at EOS."""


class PlacedRun:
    """Runs of one program on all vectors of counts of a length, or on some.

    Raises:
        ValueError: for a program that sees more of a word than counts.
    """

    def __init__(self, program: Program) -> None:
        if kinds(program) is None:
            raise ValueError(f"{program.name} sees more of a word than how often each symbol occurs")
        self.program = program
        self._embedded: dict[tuple[int, Place], Numbers] = {}
        self._length = 0

    def run(self, vectors: Integers) -> Placed:
        """The run on these vectors, one a row, all with the same sum."""
        length = int(vectors[0].sum())
        if length != self._length:
            self._embedded.clear()
            self._length = length
        made = Placed(self.program, vectors, length, self._embedded)
        made.walk()
        return made


class Placed:
    """One run, as a domain of the walk: `columns` are what is stored, and failures are gathered on the way."""

    def __init__(
        self, program: Program, vectors: Integers, length: int, embedded: dict[tuple[int, Place], Numbers]
    ) -> None:
        self.program, self.vectors, self.length = program, vectors, length
        self.places: list[Place] = [*([BOS] if program.bos else []), WORD, *([EOS] if program.eos else [])]
        self.counts = vectors.reshape(len(vectors), 1, -1)
        self.present: Truths = self.counts > 0
        self.columns: list[Column] = []
        self.failed: Truths = np.zeros(len(vectors), dtype=bool)
        """Of which vectors all words fail."""
        self.failed_at: Truths = np.zeros((len(vectors), 1, 1), dtype=bool)
        """At which positions a symbol makes the words that have it there fail."""
        self._embedded = embedded
        self._index = 0

    def walk(self) -> None:
        """Runs the program."""
        pairs, used = pairwise(self.program.ops), used_scores(self.program.ops)
        rows: dict[int, dict[tuple[Place, Place], Numbers]] = {}
        for index, op in enumerate(self.program.ops):
            self._index = index
            column: Column = {}
            if pairs[index]:
                if index in used:
                    rows[index] = self._rows(op, rows)
            elif isinstance(op, Attend):
                for place in self.places:
                    scores = None if op.score is None else {key: rows[op.score][place, key] for key in self.places}
                    column[place] = self._attend(op, place, scores)
            else:
                column = {place: local(self, op, place, self._reader(place)) for place in self.places}
            self.columns.append(column)

    def read(self, place: Place) -> list[Numbers]:
        """The accumulators of the readout at a place."""
        return accumulators(self, self.program.readout, self._reader(place))

    def _reader(self, place: Place) -> Callable[[int], Numbers]:
        return lambda feature: self.columns[feature][place]

    def _rows(
        self, op: object, rows: dict[int, dict[tuple[Place, Place], Numbers]]
    ) -> dict[tuple[Place, Place], Numbers]:
        """A score, or a rounded one, of each query towards each key: two more axes, the key's position and symbol."""
        if isinstance(op, Round):
            given = rows[op.arg]
            return {pair: self.stored(value, op.rounding, pair) for pair, value in given.items()}
        assert isinstance(op, Score)
        nothing = ONE, arrays.constant(ZERO).reshaped(_as_query)  # so that a constant has five axes too
        found: dict[tuple[Place, Place], Numbers] = {}
        for query, key in product(self.places, self.places):
            made = score(self, op, self._wide(query, _as_query), self._wide(key, _as_key))
            found[query, key] = made if made.above.ndim == 5 else arrays.linear(ZERO, [(ONE, made), nothing])
        return found

    def _wide(self, place: Place, change: Callable[[Integers], Integers]) -> Callable[[int], Numbers]:
        return lambda feature: self.columns[feature][place].reshaped(change)

    # -- the domain

    def embed(self, op: Embed, place: Place) -> Numbers:
        """φ at a place."""
        key = self._index, place
        if key not in self._embedded:
            table = dict(op.table)
            if place == WORD:
                several = [table[symbol] for symbol in self.program.alphabet]
                places = range(1, self.length + 1) if any(position.reads(e, "i") for e in several) else range(1, 2)
                several = several[:1] if all(bool(each == several[0]) for each in several) else several
                values = [position.evaluate(each, i, self.length) for i in places for each in several]
                self._embedded[key] = arrays.numbers(values, (1, len(places), len(several)))
            else:
                index = 0 if place == BOS else self.length + 1
                expression = table[place]
                self._embedded[key] = arrays.constant(position.evaluate(expression, index, self.length))
        return self._embedded[key]

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Numbers]]) -> Numbers:
        """A sum."""
        return arrays.linear(const, parts)

    def product(self, factors: Sequence[Numbers]) -> Numbers:
        """A product."""
        return arrays.product(factors)

    def greatest(self, values: Sequence[Numbers]) -> Numbers:
        """The maximum."""
        return arrays.greatest(values)

    def compare(self, value: Numbers, relation: Relation) -> Numbers:
        """0 or 1: denominators are positive."""
        return arrays.truths(arrays.compared(value, relation))

    def nearest(self, value: Numbers) -> Numbers:
        """The nearest integer."""
        return arrays.nearest(value)

    def table(self, value: Numbers, entries: Jumps, where: Where) -> Numbers:
        """The entry that is hit; it fails where none is."""
        found, missed = arrays.constant(ZERO), np.ones((1, 1, 1), dtype=bool)
        for key, result in entries:
            hit = arrays.compared(arrays.linear(-key, [(ONE, value)]), "=")
            found, missed = arrays.chosen(hit, arrays.constant(result), found), missed & ~hit
        self._fail(missed, where)
        return found

    def steps(self, value: Numbers, base: mpq, jumps: Jumps) -> Numbers:
        """The result of the last threshold that is reached."""
        found = arrays.constant(base)
        for cut, result in jumps:
            reached = arrays.compared(arrays.linear(-cut, [(ONE, value)]), ">=")
            found = arrays.chosen(reached, arrays.constant(result), found)
        return found

    def stored(self, value: Numbers, rounding: Rounding, where: Where) -> Numbers:
        """The numbers in a format; where they overflow it may fail."""
        found, outside = arrays.stored(value, rounding)
        if outside is not None and rounding.overflow == "error":
            self._fail(outside, where)
        return found

    def attend(self, op: Attend, place: Place, values: object, scores: object) -> Numbers:
        """Heads are not walked: they see axes of keys.

        Raises:
            ValueError: always.
        """
        raise ValueError("a head is read from columns")

    def _fail(self, outside: Truths, where: Where) -> None:
        """Records where something failed: at a place, or for a query's place and a key's."""
        query, key = where
        if outside.ndim == 5:
            if key == WORD:
                outside = outside & _as_key(self.present)
            outside = np.asarray(outside.any(axis=(3, 4)))
        if query != WORD or 1 in outside.shape[1:]:
            if query == WORD and outside.shape[2] > 1:
                outside = outside & self.present
            self.failed = self.failed | outside.any(axis=(1, 2))
        else:
            self.failed_at = self.failed_at | (outside & self.present)

    # -- heads

    def _attend(self, op: Attend, place: Place, scores: dict[Place, Numbers] | None) -> Numbers:
        """The mean of the values over M, which is everything where there are no scores; axes of keys are the last."""
        values = {key: self.columns[op.value][key].reshaped(_as_key) for key in self.places}
        picked = dict.fromkeys(self.places, _EVERYTHING) if scores is None else self._maximal(scores)
        one = op.ties in ("hard", "rightmost")
        if one:
            last = op.ties == "rightmost"
            for key, value in values.items():  # each position for itself, though their scores be one
                lead = picked[key].shape
                picked[key] = np.broadcast_to(picked[key], (*lead[:3], max(lead[3], value.shape[3]), lead[4]))
            picked = _first(picked, self.places[::-1] if last else self.places, last=last)
        weights = {key: self._weights(key, picked[key], values[key], one) for key in self.places}
        count: Integers = np.asarray(sum(each.sum(axis=(3, 4)) for each in weights.values()))
        if op.mean.may_fail:
            fails = np.array([op.mean.fails(each) for each in count.ravel().tolist()], dtype=bool)
            self._fail(fails.reshape(count.shape), (place, None))
        if op.total is not None and op.stepwise:
            total = self._stepwise(op.total, place, values, weights)
        else:
            parts = [arrays.summed(values[key], weights[key], self.length + 2) for key in self.places]
            total = arrays.linear(ZERO, [(ONE, part) for part in parts])
            if op.total is not None and op.mean.before:
                return self.stored(_mean(op, total, count), op.total, (place, None))
            if op.total is not None:
                total = self.stored(total, op.total, (place, None))
        return _mean(op, total, count)

    def _maximal(self, scores: dict[Place, Numbers]) -> dict[Place, Truths]:
        """For each key whether it is there and its score is maximal."""
        several = dict(zip(scores, arrays.aligned([*map(arrays.comparable, scores.values())]), strict=True))
        most = max(value.top for value in several.values())
        kind = np.int64 if most < arrays.LIMIT else object
        rows: dict[Place, Integers] = {
            key: np.where(self._there(key, value), value.above.astype(kind), np.array(-1 - most, dtype=kind))
            for key, value in several.items()
        }
        best: Integers = reduce(np.maximum, [row.max(axis=(3, 4), keepdims=True) for row in rows.values()])
        return {key: row == best for key, row in rows.items()}

    def _there(self, key: Place, value: Numbers) -> Truths:
        """Whether there is a key: symbols need not occur."""
        return _as_key(self.present) if key == WORD and value.above.shape[4] > 1 else _EVERYTHING

    def _weights(self, key: Place, picked: Truths, value: Numbers, one: bool) -> Integers:
        """How often each key counts: a symbol as often as it occurs, positions once, and all together as many times."""
        shape = np.broadcast_shapes(picked.shape, value.shape)
        each: Integers = np.ones((1, 1, 1, 1, 1), dtype=np.int64)
        if key == WORD and shape[4] > 1:
            each = _as_key(self.counts)
        elif key == WORD and shape[3] == 1 and not one:
            each = each * self.length
        return np.where(np.broadcast_to(picked, shape), each, 0)

    def _stepwise(
        self, rounding: Rounding, place: Place, values: dict[Place, Numbers], weights: dict[Place, Integers]
    ) -> Numbers:
        """A sum that is stored after every addition: BOS, then the word, then EOS."""
        total = arrays.constant(ZERO)
        for key in self.places:
            value, weight = values[key], weights[key]
            if key == WORD and weight.shape[3] == 1:
                total = self._repeated(rounding, place, total, value, weight)
                continue
            for step in range(weight.shape[3]):
                here = weight[:, :, :, min(step, weight.shape[3] - 1), 0] > 0
                term = value.reshaped(lambda a, k=step: a[:, :, :, min(k, a.shape[3] - 1), 0])
                added, outside = arrays.stored(arrays.linear(ZERO, [(ONE, total), (ONE, term)]), rounding)
                if outside is not None and rounding.overflow == "error":
                    self._fail(outside & here, (place, None))
                total = arrays.chosen(here, added, total)
        return total

    def _repeated(self, rounding: Rounding, place: Place, total: Numbers, value: Numbers, weight: Integers) -> Numbers:
        """The sum with all terms of the word, which are 0 or one number."""
        above, weight = np.broadcast_arrays(value.above, weight)
        other = (above != 0) & (weight > 0)
        times = np.where(other, weight, 0).sum(axis=4)[..., 0]
        index = np.argmax(other, axis=4)[..., np.newaxis]
        term = value.reshaped(lambda a: np.take_along_axis(np.broadcast_to(a, above.shape), index, axis=4)[..., 0, 0])
        shape = np.broadcast_shapes(times.shape, total.shape)
        found: list[mpq] = []
        fails: list[bool] = []
        starts, terms = arrays.listed(total, shape), arrays.listed(term, shape)
        for start, one, count in zip(starts, terms, np.broadcast_to(times, shape).ravel().tolist(), strict=True):
            sums = running(rounding, start, one if count else ZERO)
            found.append(sums.after(count))
            fails.append(sums.fails(count))
        self._fail(np.array(fails, dtype=bool).reshape(shape), (place, None))
        return arrays.numbers(found, shape)


_EVERYTHING: Truths = np.ones((1, 1, 1, 1, 1), dtype=bool)


def _as_query(array: Integers) -> Integers:
    return array.reshape(*array.shape, 1, 1)


def _as_key(array: Integers) -> Integers:
    return array.reshape(array.shape[0], 1, 1, *array.shape[1:])


def _first(picked: dict[Place, Truths], order: Sequence[Place], *, last: bool) -> dict[Place, Truths]:
    """Of what is picked only the first place in an order, or the last; keys do not depend on symbols then."""
    found: dict[Place, Truths] = {}
    before: Truths = np.zeros((1, 1, 1, 1, 1), dtype=bool)
    for key in order:
        run = picked[key][:, :, :, ::-1] if last else picked[key]
        first = run & (np.cumsum(run, axis=3) == 1) & ~before
        found[key] = first[:, :, :, ::-1] if last else first
        before = before | run.any(axis=3, keepdims=True)
    return found


def _mean(op: Attend, total: Numbers, count: Integers) -> Numbers:
    """The sum divided by the rule of a head."""
    least = int(count.min())
    if least == int(count.max()):
        return arrays.linear(ZERO, [(op.mean.weight(least), total)])
    if isinstance(op.mean, (Quotient, Iterative)):
        return arrays.divided(total, count)
    several = np.unique(count)
    table = arrays.numbers([op.mean.weight(each) for each in several.tolist()], several.shape)
    weight = table.reshaped(lambda a: a[np.searchsorted(several, count)])
    return arrays.product([total, weight])
