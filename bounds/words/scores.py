"""Scores of queries and keys, each pair once, and which keys have the greatest: exactly.

A score is a rational of perhaps hundreds of bits, and what has to be known of it is only whether it is greater than
another. So of each one its *code* is kept, a 64-bit integer: twice the greatest integer that is at most score times
2**shift, plus 1 if the score times 2**shift is none. Of two scores with different codes the one with the greater code
is greater. Scores with the same even code are equal. With the same odd code nothing is known but by looking at the
rationals, which is done then: rarely, as queries that read the same and keys that read the same are one to begin with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from gmpy2 import mpq

from ...encode.number.rational import ZERO
from ...encode.program.operation import reads
from ...encode.program.program import Round, Score
from ..batch.many import Integers, Many, Truths, linear, many, product, size, stored, times, wide
from .numbering import Classes, Column
from .plan import Plan, written

SHIFT, BITS = 40, 60
"""The scale of codes to begin with, and the most bits that a score may have there: else the scale is made coarser."""

MISSING = -(1 << 63)

PAIRS = 1 << 27
"""The greatest table of codes: 1 GiB."""


@dataclass(frozen=True)
class Orders:
    """The orders in which queries put keys: a row for each, with a rank for each kind of key; that of none is -1.

    Ranks are equal where scores are, or may be. `place` gives the column of each state.
    """

    place: Integers
    ranks: Integers

    def selectable(self, keys: Integers) -> Truths:
        """Which keys have the greatest rank of their column in some order."""
        at = np.where(keys >= 0, self.place[keys], 0)
        found: Truths = np.zeros(keys.shape, dtype=np.bool_)
        for row in self.ranks:
            here = row[at]
            found |= here == here.max(axis=0)
        return found & (keys >= 0)


class Scores:
    """One score, between what is known of positions at one level: `columns` are the features there, state by state."""

    def __init__(self, plan: Plan, score: int, columns: dict[int, Column]) -> None:
        self.plan, self.columns = plan, columns
        ops = plan.merged.ops
        self.stores: list[tuple[int, Round]] = []
        """How it is stored, from the last time to the first."""
        op = ops[score]
        while isinstance(op, Round):
            self.stores.append((score, op))
            score, op = op.arg, ops[op.arg]
        asked = written(ops, score)
        assert isinstance(asked, Score)
        self.score = asked
        self._reads = [tuple(sorted({k for k, w in reads(asked) if w == where})) for where in ("here", "keys")]
        self.queries, self.keys = Classes(), Classes()
        self._shift = SHIFT
        self._codes = np.full((16, 16), MISSING, dtype=np.int64)
        self._failed = np.zeros((16, 16), dtype=np.int8)
        self.fails = any(op.rounding.overflow == "error" for _, op in self.stores)
        self._exact: dict[tuple[int, int], mpq] = {}

    def extend(self, states: range) -> None:
        """Takes in new states of the level."""
        for read, classes in zip(self._reads, (self.queries, self.keys), strict=True):
            classes.extend([tuple(self.columns[k].number(state) for k in read) for state in states])

    def selected(self, queries: Integers, keys: Integers) -> tuple[Truths, Integers]:
        """For states that ask, and a row of states for each key: which keys have the greatest score.

        Also which runs fail, as bits, at a score that is asked for here. A negative state stands for no key.
        """
        asked, met = self.queries.of.all[queries], self.keys.of.all[keys]
        real = None if keys.min() >= 0 else keys >= 0
        codes = self._looked_up(asked, met, real)
        top = codes.max(axis=0)
        found = codes == top
        doubtful = (top & 1).astype(np.bool_)
        if doubtful.any():
            least = np.where(found, met, len(self.keys.first)).min(axis=0)
            doubtful &= least != np.where(found, met, -1).max(axis=0)
            for row in np.flatnonzero(doubtful).tolist():
                found[:, row] = self._compared(int(asked[row]), met[:, row], found[:, row])
        failed = np.zeros(1, dtype=np.int8)
        if self.fails:
            failed = self._failed[asked, met]
            failed = np.bitwise_or.reduce(failed if real is None else np.where(real, failed, 0), axis=0)
        return found, failed

    def orders(self, queries: Integers, keys: Integers) -> Orders:
        """In what orders these queries may put these keys; both are states."""
        asked, classes = np.unique(self.queries.of.all[queries]), np.unique(self.keys.of.all[keys])
        codes = self._looked_up(asked[:, None], classes[None], None)
        ranks = np.unique([np.unique(row, return_inverse=True)[1] for row in codes], axis=0)
        place = np.zeros(len(self.keys.first), dtype=np.int64)
        place[classes] = np.arange(1, len(classes) + 1)
        none = np.full((len(ranks), 1), -1, dtype=np.int64)
        return Orders(place[self.keys.of.all], np.concatenate((none, ranks), axis=1).astype(np.int16))

    def _compared(self, query: int, keys: Integers, among: Truths) -> Truths:
        """Which of these keys have the greatest score, of all that may."""
        values = [self._value(query, int(key)) if may else None for key, may in zip(keys, among, strict=True)]
        greatest = max(value for value in values if value is not None)
        return np.array([value == greatest for value in values])

    def _value(self, query: int, key: int) -> mpq:
        found = self._exact.get((query, key))
        if found is None:
            value, _ = self._values(np.array([query]), np.array([key]))
            found = self._exact[query, key] = value.number(0)
        return found

    def _looked_up(self, asked: Integers, met: Integers, real: Truths | None) -> Integers:
        """The codes of pairs of classes; that of no key, where there is none, is less than all."""
        if len(self.queries.first) > self._codes.shape[0] or len(self.keys.first) > self._codes.shape[1]:
            self._grow()
        width = self._codes.shape[1]
        places = asked * width + met
        codes = self._codes.reshape(-1).take(places)
        if codes.min() == MISSING:
            missing = codes == MISSING if real is None else (codes == MISSING) & real
            wanted = np.unique(places[missing])
            if len(wanted):
                self._fill(wanted // width, wanted % width)
                codes = self._codes.reshape(-1).take(places)
        return codes if real is None else np.where(real, codes, MISSING)

    def _grow(self) -> None:
        have = self._codes.shape
        wanted = [
            max(old, 1 << (len(classes.first) - 1).bit_length())
            for old, classes in zip(have, (self.queries, self.keys), strict=True)
        ]
        if wanted[0] * wanted[1] > PAIRS:
            raise MemoryError("too many queries and keys to keep their scores")
        codes, failed = np.full(wanted, MISSING, dtype=np.int64), np.zeros(wanted, dtype=np.int8)
        codes[: have[0], : have[1]], failed[: have[0], : have[1]] = self._codes, self._failed
        self._codes, self._failed = codes, failed

    def _fill(self, queries: Integers, keys: Integers) -> None:
        values, failed = self._values(queries, keys)
        codes = self._coded(values)
        self._codes[queries, keys], self._failed[queries, keys] = codes, failed

    def _values(self, queries: Integers, keys: Integers) -> tuple[Many, Integers]:
        """The stored scores of pairs of classes, and which runs fail at them, as bits."""
        asked = np.array(self.queries.first, dtype=np.int64)[queries]
        met = np.array(self.keys.first, dtype=np.int64)[keys]
        here = {k: self.columns[k].at(asked) for k in self._reads[0]}
        there = {k: self.columns[k].at(met) for k in self._reads[1]}
        parts: list[tuple[mpq, Many]] = []
        for monomial in self.score.monomials:
            value = many([mpq(1)])
            for factor in (*(here[k] for k in monomial.queries), *(there[k] for k in monomial.keys)):
                value = product(value, factor)
            parts.append((monomial.coefficient, value))
        value, failed = linear(ZERO, parts), np.zeros(len(queries), dtype=np.int8)
        for index, op in reversed(self.stores):
            value, outside = stored(value, op.rounding)
            if op.rounding.overflow == "error":
                failed |= np.where(outside, self.plan.owners[index], 0).astype(np.int8)
        if len(value) != len(queries):
            value = Many(np.repeat(value.numerators, len(queries)), value.denominator)
        return value, failed

    def _coded(self, value: Many) -> Integers:
        units = times(value.numerators, 1 << max(self._shift, 0), value.size)
        denominator = value.denominator << max(-self._shift, 0)
        if denominator.bit_length() > BITS:
            units = wide(units)
        whole = units // denominator
        if size(whole) > BITS:
            self._coarser(size(whole) - BITS)
            return self._coded(value)
        return 2 * whole.astype(np.int64) + (whole * denominator != units).astype(np.int64)

    def _coarser(self, bits: int) -> None:
        """Divides the scale of all codes by 2**bits."""
        held = self._codes != MISSING
        bits = min(bits, 62)
        lost = (self._codes & ((1 << bits + 1) - 1)) != 0
        self._codes = np.where(held, self._codes >> bits + 1 << 1 | lost, MISSING)
        self._shift -= bits
