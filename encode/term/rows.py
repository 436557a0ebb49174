"""Rows of scores that are numbers: what a query that no word changes sees in keys that no word changes.

Monomials that read the same features of the key are one: a sum of parts of the query, times one part of the key. So a
query is its coefficients, and where these are equal so are the scores, at whatever position and length: the row of
2j(n + 1 - i) - j² is that of n + 1 - i. Rows are kept from one length to the next, and only what is new is evaluated;
the greatest so far is known for each, so that one more key is one more comparison.

Nothing here is about terms: `logbits.encode.term.unroll` asks where all that a score reads is a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from operator import mul

from gmpy2 import mpq

from ..number.rational import ONE, ZERO
from ..number.rounding import Rounding
from ..program.program import Program, Round, Score

KEPT = 1 << 21
"""The greatest number of scores of one operation that are kept."""

Parts = tuple[mpq, ...]
"""What a query, or a key, contributes to each group of monomials."""


class Row:
    """The stored scores of one query and the keys from the first on."""

    def __init__(self, query: Parts, roundings: Sequence[Rounding]) -> None:
        self._query, self._roundings = query, roundings
        self._entries: list[mpq] = []
        self._overflows: list[tuple[int, Rounding]] = []
        self._known, self._greatest, self._maximal = 0, ZERO, list[int]()

    def reach(self, keys: Sequence[Parts], count: int) -> None:
        """Makes the scores of the first `count` keys that are not there yet."""
        for key in keys[len(self._entries) : count]:
            value = sum(map(mul, self._query, key), ZERO)
            for rounding in self._roundings:
                if rounding.overflow == "error" and rounding.overflows(value):
                    self._overflows.append((len(self._entries), rounding))
                value = rounding.apply(value)
            self._entries.append(value)

    def cut(self, count: int) -> None:
        """Forgets what is behind the first `count` scores."""
        if count < len(self._entries):
            del self._entries[count:]
            self._overflows = [each for each in self._overflows if each[0] < count]
            self._known, self._maximal = 0, []

    def maximal(self, count: int) -> list[int]:
        """The indices of the greatest among the first `count` scores."""
        if count < self._known:
            self._known, self._maximal = 0, []
        for index in range(self._known, count):
            value = self._entries[index]
            if not index or value > self._greatest:
                self._greatest, self._maximal = value, [index]
            elif value == self._greatest:
                self._maximal.append(index)
        self._known = count
        return list(self._maximal)

    def overflows(self, rounding: Rounding, count: int) -> bool:
        """Whether some value that this rounding, under `error`, was given overflows, among the first `count`."""
        return any(index < count and each == rounding for index, each in self._overflows)


class Scores:
    """The rows of one score, with the roundings on it."""

    def __init__(self, op: Score, roundings: Sequence[Rounding]) -> None:
        self._groups: dict[tuple[int, ...], list[tuple[mpq, tuple[int, ...]]]] = {}
        for each in op.monomials:
            self._groups.setdefault(tuple(sorted(each.keys)), []).append((each.coefficient, each.queries))
        self._roundings = tuple(roundings)
        self._keys: Sequence[Parts] = ()
        self._rows: dict[Parts, Row] = {}

    def query(self, read: Callable[[int], mpq]) -> Parts:
        """The parts of a query of which `read` gives the features."""
        return tuple(
            sum((prod(map(read, queries), start=c) for c, queries in group), ZERO) for group in self._groups.values()
        )

    def key(self, read: Callable[[int], mpq]) -> Parts:
        """The parts of a key of which `read` gives the features."""
        return tuple(prod(map(read, keys), start=ONE) for keys in self._groups)

    def row(self, query: Parts, keys: Sequence[Parts], count: int) -> Row:
        """The row of a query, made for the first `count` of these keys."""
        if keys is not self._keys:
            self._begin(keys)
        row = self._rows.get(query)
        if row is None:
            row = self._rows[query] = Row(query, self._roundings)
        row.reach(keys, count)
        return row

    def _begin(self, keys: Sequence[Parts]) -> None:
        """Other keys: what they have in common with the last ones, from the first on, is kept."""
        if len(self._rows) * len(keys) > KEPT:
            self._rows = {}
        pairs = enumerate(zip(keys, self._keys, strict=False))
        common = next((index for index, (a, b) in pairs if a != b), min(len(keys), len(self._keys)))
        if common < len(self._keys):
            for row in self._rows.values():
                row.cut(common)
        self._keys = keys


class Rows:
    """The rows of all scores of one program, for runs at any length."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._scores: dict[int, Scores] = {}

    def of(self, index: int) -> Scores:
        """Those of a score, or of a rounded one."""
        found = self._scores.get(index)
        if found is None:
            op, roundings = self.program.ops[index], list[Rounding]()
            while isinstance(op, Round):
                roundings.append(op.rounding)
                op = self.program.ops[op.arg]
            assert isinstance(op, Score)
            found = self._scores[index] = Scores(op, roundings[::-1])
        return found
