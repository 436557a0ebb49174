"""Rows of stored scores, remembered: a score is a function of what its query and its keys are.

Monomials that read the same features of the key are one: a sum of parts of the query, times one part of the key. So a
query *is* its coefficients, and two queries with the same coefficients see the same keys alike, at other positions, in
other words, at other lengths. Positions that are looked for by a quadratic score, 2j(n + 1 - i) - j², say, are few
rows of many runs.

What is remembered is about keys that begin like those of the last run; where they differ all is forgotten. A row in
which something overflowed is not remembered, as every run tells of that itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from gmpy2 import mpq

from ...encode.program.program import Score

REMEMBERED = 1 << 20
"""The greatest number of scores of one operation that are remembered."""

Parts = tuple[mpq, ...]
"""What a query, or a key, contributes to each group of monomials."""


class Row:
    """What is stored for one query and the keys from the first on."""

    def __init__(self) -> None:
        self.entries: list[mpq] = []
        self._maximal: tuple[int, tuple[int, ...]] = 0, ()
        self._padded: tuple[int, int, tuple[mpq | None, ...]] = 0, 0, ()

    def maximal(self, count: int) -> tuple[int, ...]:
        """The indices of all that are greatest among the first `count`."""
        if self._maximal[0] != count:
            first = self.entries[:count]
            greatest = max(first)
            self._maximal = count, tuple(k for k, entry in enumerate(first) if entry == greatest)
        return self._maximal[1]

    def padded(self, count: int, width: int) -> tuple[mpq | None, ...]:
        """The first `count`, and None up to `width` of them."""
        if self._padded[:2] != (count, width):
            self._padded = count, width, (*self.entries[:count], *[None] * (width - count))
        return self._padded[2]


class Scores:
    """The rows of one score, of all runs of one program."""

    def __init__(self, op: Score) -> None:
        self._groups: dict[tuple[int, ...], list[tuple[mpq, tuple[int, ...]]]] = {}
        for each in op.monomials:
            self._groups.setdefault(tuple(sorted(each.keys)), []).append((each.coefficient, each.queries))
        read = (f for each in op.monomials for f in (*each.queries, *each.keys))
        self.features = tuple(dict.fromkeys(read))
        """What the score reads."""
        self._columns: tuple[int, Sequence[Sequence[mpq]]] = 0, ()
        self._parts: tuple[list[Parts], list[Parts]] = [], []
        self._keys: list[Parts] = []
        self._rows: dict[Parts, Row] = {}

    def parts(self, columns: Sequence[Sequence[mpq]], count: int) -> tuple[list[Parts], list[Parts]]:
        """The parts of each of `count` queries and keys; the columns of the `features` are given, in their order."""
        if (count, columns) != self._columns:
            places = [{f: values[k] for f, values in zip(self.features, columns, strict=True)} for k in range(count)]
            self._columns = count, columns
            self._parts = [self.query(at) for at in places], [self.key(at) for at in places]
        return self._parts

    def query(self, at: Mapping[int, mpq]) -> Parts:
        """The parts of a query with these features."""
        return tuple(
            sum((prod((at[f] for f in queries), start=c) for c, queries in group), mpq(0))
            for group in self._groups.values()
        )

    def key(self, at: Mapping[int, mpq]) -> Parts:
        """The parts of a key with these features."""
        return tuple(prod((at[f] for f in keys), start=mpq(1)) for keys in self._groups)

    def look_at(self, keys: list[Parts]) -> None:
        """The keys of the run that begins."""
        both = min(len(keys), len(self._keys))
        if keys[:both] != self._keys[:both] or len(self._rows) * len(keys) > REMEMBERED:
            self._rows, both = {}, 0
        if len(keys) > len(self._keys) or not both:
            self._keys = keys

    def row(self, query: Sequence[mpq]) -> Row:
        """What is remembered of a query; to be gone on with."""
        return self._rows.setdefault(tuple(query), Row())

    def forget(self, query: Sequence[mpq]) -> None:
        """Nothing is remembered of a query from now on."""
        self._rows.pop(tuple(query), None)
