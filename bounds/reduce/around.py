"""What a term says at a place: a function of the symbol there, and of how often each symbol occurs before and after.

A rank in sorted order is such a function, and so is whatever is stored of it, rounded or not. `Around` lists all points
of one place (each of them is reached by some word) and gives a term as a column over them, if it is seen to be such a
function: symbols elsewhere must enter by their number alone, with one weight for all places before, and one for all
after. A column is a list of integers, multiples of one step, since columns are long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from math import comb
from operator import itemgetter

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO, common_step
from ...encode.term.terms import Term, Terms, evaluate
from ..count.run import vectors

POINTS = 4096
"""The greatest number of points of one place."""

LEAVES = ("const", "symbol", "affine")
"""The operations of terms that are sums of symbols and of others."""

Counts = tuple[int, ...]
Point = tuple[int, Counts, Counts]
"""A symbol, and how often each symbol occurs before and after it."""

Column = tuple[mpq, list[int]]
"""A step, and a multiple of it for each point."""


def number_of_points(alphabet: int, length: int, place: int) -> int:
    """How many points a place has."""
    before, after = (comb(size + alphabet - 1, alphabet - 1) for size in (place - 1, length - place))
    return alphabet * before * after


class Around:
    """The points of a place, and terms as columns over them."""

    def __init__(self, terms: Terms, place: int) -> None:
        self.terms, self.place = terms, place
        parts = [list(vectors(terms.alphabet, size)) for size in (place - 1, terms.length - place)]
        self.points: list[Point] = [
            (a, before, after) for a in range(terms.alphabet) for before in parts[0] for after in parts[1]
        ]
        self._columns: dict[Term, Column | None] = {}
        self._values: dict[Term, Column | None] = {}

    def column(self, term: Term) -> Column | None:
        """The term at each point, None where it is not seen to be a function of the point.

        Columns of operations below it are kept; its own is not, as there are many scores.
        """
        if self._unseen(self._below(term)):
            return None
        if self.terms.ops[term] in LEAVES:
            return self._sum(*self.terms.split(term))
        return self._columns[term] if term in self._columns else self._operation(term)

    def value(self, term: Term, index: int) -> mpq | None:
        """The term at one point, None where it has no column; the column is kept."""
        if term not in self._values:
            self._values[term] = self.column(term)
        column = self._values[term]
        return None if column is None else column[0] * column[1][index]

    def _below(self, term: Term) -> list[Term]:
        """The operations of which a term is a sum, or whose sums its arguments are."""
        args = (term,) if self.terms.ops[term] in LEAVES else self.terms.args[term]
        bases = (base for arg in args for _, base in self.terms.split(arg)[1])
        return [base for base in bases if self.terms.ops[base] not in LEAVES]

    def _unseen(self, wanted: Sequence[Term]) -> bool:
        """Makes the columns of operations, those below first; whether one of them has none."""
        stack = [term for term in wanted if term not in self._columns]
        while stack:
            below = [term for term in self._below(stack[-1]) if term not in self._columns]
            if below:
                stack += below
            else:
                term = stack.pop()
                if term not in self._columns:  # it may be below several others
                    self._columns[term] = self._operation(term)
        return any(self._columns[term] is None for term in wanted)

    def _sum(self, const: mpq, bases: Sequence[tuple[mpq, Term]]) -> Column | None:
        parts: list[tuple[mpq, Column]] = []
        weights: dict[tuple[int, int], list[mpq]] = {}
        for c, base in bases:
            if self.terms.ops[base] == "symbol":
                position, symbol = self.terms.payloads[base]
                side = (position > self.place) - (position < self.place)
                weights.setdefault((side, symbol), []).append(c)
                continue
            column = self._columns[base]
            if column is None:
                return None
            parts.append((c, column))
        places = {-1: self.place - 1, 0: 1, 1: self.terms.length - self.place}
        for (side, symbol), several in weights.items():
            if len(several) != places[side] or len(set(several)) > 1:
                return None
            parts.append((several[0], (ONE, self._number(side, symbol))))
        step = reduce(common_step, (const, *(c * unit for c, (unit, _) in parts)), ZERO)
        if step == 0:
            return ONE, [0] * len(self.points)
        result = [int(const / step)] * len(self.points)
        for c, (unit, values) in parts:
            factor = int(c * unit / step)
            result = [total + factor * value for total, value in zip(result, values, strict=True)]
        return step, result

    def _number(self, side: int, symbol: int) -> list[int]:
        """How often a symbol occurs at the place, before it (side -1) or after it (side 1)."""
        if side == 0:
            return [int(here == symbol) for here, _, _ in self.points]
        counts = map(itemgetter(1 if side < 0 else 2), self.points)
        return [each[symbol] for each in counts]

    def _operation(self, term: Term) -> Column | None:
        op, payload = self.terms.ops[term], self.terms.payloads[term]
        columns: list[list[mpq]] = []
        for arg in self.terms.args[term]:
            column = self._sum(*self.terms.split(arg))
            if column is None:
                return None
            columns.append([column[0] * value for value in column[1]])
        known: dict[tuple[mpq, ...], mpq] = {}
        found: list[mpq] = []
        for row in zip(*columns, strict=True):
            if row not in known:
                known[row] = evaluate(op, payload, row)
            found.append(known[row])
        step = reduce(common_step, known.values(), ZERO)
        return (step, [int(value / step) for value in found]) if step else (ONE, [0] * len(found))


@dataclass(frozen=True)
class Sorting:
    """A strict total order of the positions of any word: by `order` of the symbols, then from the left or the right."""

    order: tuple[int, ...]
    left: bool

    def rank(self, point: Point) -> int:
        """How many positions come before one with these surroundings."""
        symbol, before, after = point
        smaller = self.order[: self.order.index(symbol)]
        return sum(before[a] + after[a] for a in smaller) + (before if self.left else after)[symbol]

    def sort(self, word: Sequence[int]) -> list[int]:
        """The positions of a word, from 0, in this order."""
        index = [self.order.index(symbol) for symbol in word]
        return sorted(range(len(word)), key=lambda place: (index[place], place if self.left else -place))


class Everywhere:
    """All points of all places, sorted by the counts of the whole word and, in these, by rank.

    `spans` says where the points of one vector of counts and one rank are.
    """

    def __init__(self, around: Sequence[Around], sorting: Sorting) -> None:
        self.around = around
        places = [(each, index) for each, around in enumerate(self.around) for index in range(len(around.points))]
        points = [self.around[each].points[index] for each, index in places]
        keys = [(_total(point), sorting.rank(point)) for point in points]
        self._order = sorted(range(len(points)), key=keys.__getitem__)
        self._places = [places[number] for number in self._order]
        self.spans: dict[Counts, dict[int, tuple[int, int]]] = {}
        for number, index in enumerate(self._order):
            counts, rank = keys[index]
            ranks = self.spans.setdefault(counts, {})
            ranks[rank] = ranks.get(rank, (number, number))[0], number + 1

    def column(self, several: Sequence[Term]) -> Column | None:
        """One term for each place, all of their columns in one; None where one of them has none."""
        columns: list[Column] = []
        for around, term in zip(self.around, several, strict=True):
            column = around.column(term)
            if column is None:
                return None
            columns.append(column)
        step = reduce(common_step, (unit for unit, _ in columns))
        flat = list(chain.from_iterable(_times(int(unit / step), values) for unit, values in columns))
        return step, [flat[index] for index in self._order]

    def values(self, several: Sequence[Term], span: tuple[int, int]) -> set[mpq] | None:
        """The values in a span of the points; None where one of the terms has no column."""
        found: set[mpq] = set()
        for each, index in self._places[slice(*span)]:
            value = self.around[each].value(several[each], index)
            if value is None:
                return None
            found.add(value)
        return found


def _times(factor: int, values: list[int]) -> list[int]:
    return values if factor == 1 else [factor * value for value in values]


def _total(point: Point) -> Counts:
    here, before, after = point
    return tuple(a + b + (symbol == here) for symbol, (a, b) in enumerate(zip(before, after, strict=True)))
