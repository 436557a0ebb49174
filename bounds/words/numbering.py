"""Numbers for what occurs: 0, 1, 2, ... in the order in which it is met, whole columns at a time.

What is alike has one number, and what differs has two: pairs are told apart by both of their parts, and rationals by
their values, never by a digest.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from gmpy2 import mpq

from ..batch.many import Integers, Many, aligned, integers, many, narrow, wide

HALF = 31
"""The bits of each part of a pair."""

DENSE = 1 << 22
"""The greatest table of pairs that is looked up by place; a larger one is searched."""


class Pairs:
    """Numbers for pairs (a, b) of numbers; `left` and `right` are the parts of each."""

    def __init__(self) -> None:
        self.count = 0
        self.left, self.right = Row(), Row()
        self._table = np.full((16, 16), -1, dtype=np.int32)
        self._dense = True
        self._keys = np.zeros(0, dtype=np.int64)
        self._numbers = np.zeros(0, dtype=np.int64)

    def numbers(self, a: Integers, b: Integers) -> Integers:
        """The number of each pair of two columns."""
        if not len(a):
            return np.zeros(0, dtype=np.int64)
        if self._dense and not self._fit(int(a.max()) + 1, int(b.max()) + 1):
            self._search()
        found = self._known(a, b)
        new = found < 0
        if new.any():
            self._add(np.unique(a[new].astype(np.int64) << HALF | b[new]))
            found = self._known(a, b)
        return found

    def _known(self, a: Integers, b: Integers) -> Integers:
        if self._dense:
            return self._table[a, b]
        if not self.count:
            return np.full(len(a), -1, dtype=np.int64)
        wanted = a.astype(np.int64) << HALF | b
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[at] == wanted, self._numbers[at], -1)

    def _add(self, keys: Integers) -> None:
        a, b = keys >> HALF, keys & (1 << HALF) - 1
        numbers = np.arange(self.count, self.count + len(keys))
        self.left.extend(a)
        self.right.extend(b)
        self.count += len(keys)
        if self._dense:
            self._table[a, b] = numbers
            return
        at = np.searchsorted(self._keys, keys)
        self._keys, self._numbers = np.insert(self._keys, at, keys), np.insert(self._numbers, at, numbers)

    def _fit(self, rows: int, columns: int) -> bool:
        """Makes room in the table; whether it can."""
        have = self._table.shape
        if rows <= have[0] and columns <= have[1]:
            return True
        wanted = [max(old, 1 << (new - 1).bit_length()) for old, new in zip(have, (rows, columns), strict=True)]
        if wanted[0] * wanted[1] > DENSE:
            return False
        table = np.full(wanted, -1, dtype=np.int32)
        table[: have[0], : have[1]] = self._table
        self._table = table
        return True

    def _search(self) -> None:
        """From now on pairs are searched, in a sorted list."""
        keys = self.left.all.astype(np.int64) << HALF | self.right.all
        order = np.argsort(keys)
        self._keys, self._numbers = keys[order], order.astype(np.int64)
        self._dense, self._table = False, self._table[:0]


class Row:
    """A column of integers that grows."""

    def __init__(self) -> None:
        self._held, self.count = np.zeros(64, dtype=np.int64), 0

    def extend(self, more: Integers) -> None:
        """Adds integers at its end."""
        end = self.count + len(more)
        if end > len(self._held):
            held = np.zeros(1 << end.bit_length(), dtype=np.int64)
            held[: self.count] = self.all
            self._held = held
        self._held[self.count : end] = more
        self.count = end

    @property
    def all(self) -> Integers:
        """The integers so far."""
        return self._held[: self.count]


class Column:
    """A column of rationals that grows."""

    def __init__(self) -> None:
        self._all = Many(integers([]))

    def extend(self, values: Sequence[mpq]) -> None:
        """Adds rationals at its end."""
        (old, new), denominator = aligned((self._all, many(values)))
        if object in (old.dtype, new.dtype):
            old, new = wide(old), wide(new)
        self._all = Many(narrow(np.concatenate((old, new))), denominator)

    def at(self, rows: Integers) -> Many:
        """The rationals of these rows."""
        return Many(narrow(self._all.numerators[rows]), self._all.denominator)

    def number(self, row: int) -> mpq:
        """One of them."""
        return mpq(int(self._all.numerators[row]), self._all.denominator)


class Classes:
    """Numbers for whatever can be told apart by ==; `first` is the row that each was met in."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self.first: list[int] = []
        self.of = Row()
        """The number of what each row is."""

    def extend(self, several: Sequence[Hashable]) -> None:
        """The next rows."""
        found: list[int] = []
        for row, each in enumerate(several, start=self.of.count):
            number = self._numbers.setdefault(each, len(self.first))
            if number == len(self.first):
                self.first.append(row)
            found.append(number)
        self.of.extend(np.array(found, dtype=np.int64))
