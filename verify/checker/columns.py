"""Terms as functions of a key: a key is a few terms, with all points of values that they can have together.

A *column* is a term's value at each point. A term has one if it is a sum of the terms of the key and of operations on
terms that have one; what else it reads makes it no function of the key, and it is refused. A bound symbol of the key
(one that only one of its terms has) says how often that term is in a sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Term, Terms, evaluate
from .refused import Refused

Column = list[mpq]
Point = tuple[mpq, ...]
Surrounding = tuple[int, tuple[int, ...], tuple[int, ...]]
"""A symbol, and how often each symbol occurs before and after it."""
KEPT = 64


class Columns:
    """The columns over one key."""

    def __init__(self, terms: Terms, key: Sequence[Term], points: Sequence[Point]) -> None:
        self.terms, self.key, self.points = terms, tuple(key), points
        self._own: dict[Term, Column] = {each: [point[k] for point in points] for k, each in enumerate(key)}
        self._known = dict(self._own)
        self._pivots: list[tuple[Term, Term]] = []
        seen: set[Term] = set()
        for each in sorted(set(key), key=lambda term: len(terms.split(term)[1])):
            bases = [base for _, base in terms.split(each)[1]]
            pivot = next((base for base in bases if base not in seen), None)
            if pivot is not None:
                self._pivots.insert(0, (each, pivot))
            seen |= set(bases)

    def of(self, term: Term) -> Column:
        """The term's value at each point.

        Raises:
            Refused: for a term that is not seen to be a function of the key.
        """
        found = self._known.get(term)
        if found is None:
            if len(self._known) > len(self._own) + KEPT:
                self._known = dict(self._own)
            op = self.terms.ops[term]
            found = self._known[term] = (
                self._sum(term) if op in ("const", "affine", "symbol") else self._operation(term)
            )
        return found

    def _sum(self, term: Term) -> Column:
        const, bases = self.terms.split(term)
        rest, parts = {base: c for c, base in bases}, list[tuple[mpq, Column]]()
        for each, pivot in self._pivots:
            if pivot in rest:
                shift, own = self.terms.split(each)
                weight = rest[pivot] / next(c for c, base in own if base == pivot)
                for c, base in own:
                    rest[base] = rest.get(base, ZERO) - weight * c
                const -= weight * shift
                parts.append((weight, self._own[each]))
        for base, c in rest.items():
            if c and self.terms.ops[base] == "symbol":
                raise Refused("a term that is no function of the key")
            if c:
                parts.append((c, self.of(base)))
        column = [const] * len(self.points)
        for c, other in parts:
            column = [x + y for x, y in zip(column, other, strict=True)] if c == ONE else _plus(column, c, other)
        return column

    def _operation(self, term: Term) -> Column:
        op, payload = self.terms.ops[term], self.terms.payloads[term]
        if op == "table" and self.terms.args[term] == self.key and [point for point, _ in payload] == self.points:
            return [value for _, value in payload]
        return self.values(op, payload, self.terms.args[term])

    def values(self, op: str, payload: object, args: Sequence[Term]) -> Column:
        """An operation on terms, at each point."""
        if not args:
            raise Refused(f"{op} of nothing")
        known: dict[Point, mpq] = {}
        column: Column = []
        for row in zip(*map(self.of, args), strict=True):
            if row not in known:
                known[row] = evaluate(op, payload, row)
            column.append(known[row])
        return column


def _plus(column: Column, c: mpq, other: Column) -> Column:
    return [x + c * y for x, y in zip(column, other, strict=True)]


def vectors(alphabet: int, size: int) -> Iterator[tuple[int, ...]]:
    """All ways in which `size` positions may have symbols, by how often each occurs."""
    if alphabet == 1:
        yield (size,)
        return
    for first in range(size + 1):
        for rest in vectors(alphabet - 1, size - first):
            yield (first, *rest)


def at_place(terms: Terms, place: int) -> Columns:
    """The symbol at a place: at most one of those that are counted is 1."""
    others = range(1, terms.alphabet)
    points = [tuple(mpq(a == b) for b in others) for a in range(terms.alphabet)]
    return Columns(terms, [terms.symbol(place, a) for a in others], points)


class Around:
    """What is around a place: the symbol there, and how often each symbol occurs before and after.

    `surroundings` are those of all words, in the order of the points of `columns`.
    """

    def __init__(self, terms: Terms, place: int) -> None:
        alphabet, length = terms.alphabet, terms.length
        sides = [list(vectors(alphabet, size)) for size in (place - 1, length - place)]
        self.surroundings: list[Surrounding] = list(product(range(alphabet), sides[0], sides[1]))
        others = range(1, alphabet)
        key = [terms.symbol(place, a) for a in others]
        for several in (range(1, place), range(place + 1, length + 1)):
            key += [terms.affine(ZERO, [(ONE, terms.symbol(p, a)) for p in several]) for a in others]
        points = [
            tuple(map(mpq, [*(here == a for a in others), *before[1:], *after[1:]]))
            for here, before, after in self.surroundings
        ]
        self.columns = Columns(terms, key, points)
