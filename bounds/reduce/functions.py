"""Local lemmas: a term that depends on the word through one small key is a table over that key.

What one average does is a function of few integers: a count, a sum and a count, the symbol at one position. Such a
function has few points, and is enumerated here exactly, in integers, without a solver. Equal as functions, equal as
terms: a table is kept in a normal form (first value 0, coprime integers, first non-zero positive; affine functions are
not tables at all), so twins that compute the same function by different arithmetic become one term.

A *key* is either the symbol at a position, or a tuple of terms with finitely many candidate points. The candidates
are a superset of what really occurs, so two functions found equal are equal; the converse may fail, and then a solver
decides. The alternative, asking a solver for each rounding of each mean, is what makes hand-written encodings slow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO, common_step
from ...encode.term.ranges import Ranges
from ...encode.term.terms import Payload, Term, Terms

LIMIT = 4096
"""The greatest number of points that a local lemma enumerates."""

Point = tuple[mpq, ...]


@dataclass(frozen=True)
class Key:
    """What a function depends on: the symbol at word position `position`, or the values of `terms`."""

    terms: tuple[Term, ...] = ()
    position: int = 0


@dataclass(frozen=True)
class Cover:
    """Why the points of a key are all that can occur, and (of `one of`) the term and what it is one of.

    domain    one term: the multiples of its step in its interval, or the values that its table has
    counts    two counts of symbols, of which the second includes the first
    one of    one term, of which another (`term`) is a multiple, but for a constant, that has the value of one of
              others: a head that selects one position, which `because` is
    mean      the sum and the number of a mean whose values lie in [low, high]
    """

    kind: Literal["domain", "counts", "one of", "mean"]
    term: Term = 0
    because: tuple[str, tuple[Term, ...], Payload] | None = None
    ends: tuple[mpq, mpq] = (ZERO, ZERO)


class Functions:
    """Functions of keys over one list of terms: which keys there are, what values terms have there, and back to terms.

    `covers` says of each key of terms that has points why these are all.
    """

    def __init__(self, terms: Terms, ranges: Ranges) -> None:
        self.terms, self.ranges = terms, ranges
        self.covers: dict[tuple[Term, ...], Cover] = {}
        self._among: dict[Term, tuple[list[mpq], Cover]] = {}
        self._points: dict[Key, list[Point]] = {}
        self._counts: set[Key] = set()
        self._known: dict[Term, tuple[frozenset[Term], list[mpq]] | None] = {}

    def primitive(self, term: Term) -> Term:
        """P such that the term is a·P + b, with coprime integer coefficients, the first positive, and no constant."""
        _, bases = self.terms.split(term)
        if not bases:
            return self.terms.zero
        content = reduce(common_step, (c for c, _ in bases), ZERO)
        if bases[0][0] < 0:
            content = -content
        return self.terms.affine(ZERO, [(c / content, base) for c, base in bases])

    def common_key(self, args: Sequence[Term]) -> Key | None:
        """A key of which all the terms are functions, if one is seen."""
        bases = {base for arg in args for _, base in self.terms.split(arg)[1]}
        if not bases:
            return None
        places = {self._place(base) for base in bases}
        if len(places) == 1 and (place := places.pop()):
            return Key(position=place)
        key = self.count_key(args)
        return self._opaque_key(args, bases) if key is None else key

    def count_key(self, args: Sequence[Term]) -> Key | None:
        """One count of symbols, or two, of which the terms are functions: the second includes the first."""
        found = blocks(self.terms, args)
        return self._key_of_blocks(found) if found else None

    def _key_of_blocks(self, found: Sequence[Sequence[Term]]) -> Key | None:
        """The key of cumulated counts of the blocks, None if it has too many points."""
        sums: list[Term] = []
        bits: list[Term] = []
        for block in found:
            bits += block
            sums.append(self.terms.affine(ZERO, [(ONE, bit) for bit in bits]))
        key = Key(terms=tuple(sums))
        if len(found) == 2 and key not in self._points:
            each = [self.ranges.domain(self.terms.affine(ZERO, [(ONE, b) for b in block]), LIMIT) for block in found]
            both = self.ranges.domain(sums[1], LIMIT)
            if each[0] is None or each[1] is None or both is None or len(each[0]) * len(each[1]) > LIMIT:
                return None
            # Symbols at one position exclude each other, so the sum may reach less than the blocks do apart.
            reached = set(both)
            pairs = ((first, first + more) for first in each[0] for more in each[1])
            self._points[key] = sorted(pair for pair in pairs if pair[1] in reached)
            self.covers[key.terms] = Cover("counts")
        if not self.points(key):
            return None
        self._counts.add(key)
        return key

    def order(self, left: Term, right: Term) -> tuple[Key, Term] | None:
        """[left >= right] for functions of one count each: a table over both counts; None where it is not that.

        The same term as the comparison of the difference would yield, without ever building the difference.
        """
        a, b = self._of_count(left), self._of_count(right)
        if a is None or b is None:
            return None
        parts = [sorted(part) for part in (a[0] & b[0], a[0] - b[0], b[0] - a[0]) if part]
        key = self._key_of_blocks(sorted(parts)) if len(parts) <= 2 else None
        if key is None:
            return None
        inside = [(part[0] in a[0], part[0] in b[0]) for part in sorted(parts)]
        (in_a, in_b), (more_a, more_b) = inside[0], inside[1] if len(inside) == 2 else (False, False)
        values: list[mpq] = []
        for point in self.points(key):
            first, more = int(point[0]), int(point[-1] - point[0])
            x, y = a[1][in_a * first + more_a * more], b[1][in_b * first + more_b * more]
            values.append(ONE if x >= y else ZERO)
        return key, self.tabulate(key, values)

    def _of_count(self, term: Term) -> tuple[frozenset[Term], list[mpq]] | None:
        """The symbols that a term counts, and its value for each number of them."""
        if term not in self._known:
            key = self.count_key((term,))
            known = None
            if key is not None and len(key.terms) == 1:
                bits = frozenset(self._bits(key.terms[0]))
                if len(self.points(key)) == len(bits) + 1:
                    known = bits, self.values(key, term)
            self._known[term] = known
        return self._known[term]

    def _opaque_key(self, args: Sequence[Term], bases: set[Term]) -> Key | None:
        """A key of terms of any kind: that of the only tables among the bases, or the first term itself."""
        keys = {self.terms.args[base] for base in bases if self.terms.ops[base] == "table"}
        first = next(arg for arg in args if self.terms.value(arg) is None)
        key = Key(terms=keys.pop()) if len(keys) == 1 else Key(terms=(self.primitive(first),))
        fits = self.points(key) and all(self._is_over(key, arg) for arg in args)
        if not fits and len(args) == 1:
            key = Key(terms=(self.primitive(first),))
            fits = bool(self.points(key))
        return key if fits else None

    def points(self, key: Key) -> list[Point]:
        """The candidate points of a key, in order; none if there are too many."""
        found = self._points.get(key)
        if found is None:
            if key.position:
                found = [(mpq(symbol),) for symbol in range(self.terms.alphabet)]
            else:
                domain, cover = self._candidates(key.terms[0]) if len(key.terms) == 1 else (None, None)
                found = [(value,) for value in domain or []]
                if found and cover is not None:
                    self.covers[key.terms] = cover
            self._points[key] = found
        return found

    def _candidates(self, term: Term) -> tuple[list[mpq] | None, Cover]:
        return self._among.get(term) or (self.ranges.domain(term, LIMIT), Cover("domain"))

    def is_among(self, term: Term, values: Sequence[Term], because: tuple[str, tuple[Term, ...], Payload]) -> None:
        """Notes that on every word the term has the value of one of the others, which the caller knows."""
        _, bases = self.terms.split(term)
        if len(bases) < 2:
            return
        domains = [self.ranges.domain(value, LIMIT) for value in values]
        primitive = self.primitive(term)
        if primitive in self._among or Key(terms=(primitive,)) in self._points:
            return
        const, ((factor, _), *_) = self.terms.split(term)
        factor /= self.terms.split(primitive)[1][0][0]
        found = {(value - const) / factor for domain in domains if domain is not None for value in domain}
        if all(domain is not None for domain in domains) and len(found) <= LIMIT:
            self._among[primitive] = sorted(found), Cover("one of", term, because)

    def pair(self, total: Term, count: Term, low: mpq, high: mpq) -> Key | None:
        """The key (S, k) of a mean whose values lie in [low, high], so that low·k <= S <= high·k."""
        key = Key(terms=(total, count))
        if key not in self._points:
            sums, counts = self.ranges.domain(total, LIMIT), self.ranges.domain(count, LIMIT)
            if sums is None or counts is None or len(counts) > LIMIT // 2:
                return None
            found = [(s, k) for s in sums for k in counts if low * k <= s <= high * k]
            self._points[key] = found if len(found) <= LIMIT else []
            if self._points[key]:
                self.covers[key.terms] = Cover("mean", ends=(low, high))
        return key if self._points[key] else None

    def values(self, key: Key, term: Term) -> list[mpq]:
        """The value of the term at each point of the key; the term must be a function of it (`common_key` says so)."""
        const, bases = self.terms.split(term)
        points = self.points(key)
        if key.position:
            weights = {self.terms.payloads[base][1]: c for c, base in bases}
            return [const + weights.get(int(symbol), ZERO) for (symbol,) in points]
        result = [const] * len(points)
        rest: dict[Term, mpq] = {}
        for c, base in bases:
            if self.terms.ops[base] == "table" and self.terms.args[base] == key.terms:
                result = [r + c * v for r, (_, v) in zip(result, self.terms.payloads[base], strict=True)]
            elif self.terms.ops[base] != "table" or key not in self._counts:
                rest[base] = c
            else:
                rows = dict(self.terms.payloads[base])
                columns = [self._direct(key, dict.fromkeys(self._bits(part), ONE)) for part in self.terms.args[base]]
                # A point that the table does not list is one that no word reaches.
                found = [rows.get(point, ZERO) for point in zip(*columns, strict=True)]
                result = [r + c * v for r, v in zip(result, found, strict=True)]
        if rest:
            result = [r + v for r, v in zip(result, self._direct(key, rest), strict=True)]
        return result

    def _bits(self, count: Term) -> list[Term]:
        return [base for _, base in self.terms.split(count)[1]]

    def _direct(self, key: Key, weights: dict[Term, mpq]) -> list[mpq]:
        """The sum of weight times base at each point of the key."""
        points = self.points(key)
        if len(key.terms) == 2:
            inner = self._bits(key.terms[0])
            outer = next(base for base in self._bits(key.terms[1]) if base not in inner)
            a, b = weights.get(inner[0], ZERO), weights.get(outer, ZERO)
            return [a * first + b * (second - first) for first, second in points]
        factor = self._factor(key, weights)
        assert factor is not None
        shift, _ = self.terms.split(key.terms[0])
        return [factor * (p[0] - shift) for p in points]

    def tabulate(self, key: Key, values: Sequence[mpq]) -> Term:
        """The term, in normal form, that takes these values at the points of the key."""
        terms, points = self.terms, self.points(key)
        first = values[0]
        distinct = set(values)
        if len(distinct) == 1:
            return terms.const(first)
        if key.position:
            return terms.affine(first, [(v - first, terms.symbol(key.position, a)) for a, v in enumerate(values) if a])
        if len(key.terms) == 2 and (simpler := self._of_one_count(key, values)) is not None:
            return simpler
        if len(key.terms) == 1:
            slope = (values[1] - first) / (points[1][0] - points[0][0])
            if all(v - first == slope * (p[0] - points[0][0]) for p, v in zip(points, values, strict=True)):
                return terms.affine(first - slope * points[0][0], [(slope, key.terms[0])])
        content = reduce(common_step, (value - first for value in distinct), ZERO)
        if next(value for value in values if value != first) < first:
            content = -content
        rows = tuple((point, (value - first) / content) for point, value in zip(points, values, strict=True))
        return terms.affine(first, [(content, terms.add("table", key.terms, rows))])

    def _of_one_count(self, key: Key, values: Sequence[mpq]) -> Term | None:
        """The normal form of a function over two counts that is a function of one of them, or of their difference."""
        inner, outer = (self._bits(part) for part in key.terms)
        if not set(inner) < set(outer):
            return None  # a sum and a number, not two counts
        between = self.terms.affine(ZERO, [(ONE, bit) for bit in outer if bit not in inner])
        points = self.points(key)
        for term, column in (
            (key.terms[0], [first for first, _ in points]),
            (key.terms[1], [second for _, second in points]),
            (between, [second - first for first, second in points]),
        ):
            function: dict[mpq, mpq] = {}
            if all(function.setdefault(x, value) == value for x, value in zip(column, values, strict=True)):
                single = Key(terms=(term,))
                if [x for (x,) in self.points(single)] == sorted(function):
                    return self.tabulate(single, [function[x] for (x,) in self.points(single)])
        return self._affine_in_two(key, between, values)

    def _affine_in_two(self, key: Key, between: Term, values: Sequence[mpq]) -> Term | None:
        table = dict(zip(self.points(key), values, strict=True))
        base, (low, high) = values[0], self.points(key)[0]
        if (low, high + 1) not in table or (low + 1, high + 1) not in table:
            return None
        b, a = table[low, high + 1] - base, table[low + 1, high + 1] - base
        if any(v != base + a * (p - low) + b * ((q - p) - (high - low)) for (p, q), v in table.items()):
            return None
        const = base - a * low - b * (high - low)
        return self.terms.affine(const, [(a, key.terms[0]), (b, between)])

    def map(self, key: Key, args: Sequence[Term], function: Callable[[list[mpq]], mpq]) -> Term:
        """The term for `function` of the arguments, enumerated over the key."""
        columns = [self.values(key, arg) for arg in args]
        return self.tabulate(
            key, [function([column[row] for column in columns]) for row in range(len(self.points(key)))]
        )

    def _place(self, base: Term) -> int:
        return self.terms.payloads[base][0] if self.terms.ops[base] == "symbol" else 0

    def _is_over(self, key: Key, term: Term) -> bool:
        _, bases = self.terms.split(term)
        rest = {
            base: c for c, base in bases if not (self.terms.ops[base] == "table" and self.terms.args[base] == key.terms)
        }
        return not rest or self._factor(key, rest) is not None

    def _factor(self, key: Key, rest: dict[Term, mpq]) -> mpq | None:
        """The a such that the bases in `rest` sum to a times the key (without its constant)."""
        if len(key.terms) != 1:
            return None
        _, bases = self.terms.split(key.terms[0])
        if len(bases) != len(rest):
            return None
        factor = rest.get(bases[0][1], ZERO) / bases[0][0]
        return factor if all(rest.get(base) == factor * c for c, base in bases) else None


def blocks(terms: Terms, args: Sequence[Term]) -> list[list[Term]] | None:
    """The symbols that the terms read, in at most two blocks such that only the number of ones in each matters.

    Two symbols are in one block if every term has them with one weight, and every table's counts have both or neither.
    None if a term reads anything but symbols and tables over counts of symbols, or needs more blocks.
    """
    seen: set[Term] = set()
    signatures: dict[Term, list[tuple[int, mpq]]] = {}
    for index, arg in enumerate(args):
        for c, base in terms.split(arg)[1]:
            if terms.ops[base] == "symbol":
                signatures.setdefault(base, []).append((index, c))
                continue
            if terms.ops[base] != "table":
                return None
            for part in terms.args[base]:
                if part not in seen:
                    seen.add(part)
                    const, bits = terms.split(part)
                    if const != 0 or any(weight != 1 or terms.ops[bit] != "symbol" for weight, bit in bits):
                        return None
                    for _, bit in bits:
                        signatures.setdefault(bit, []).append((-1 - part, ONE))
    groups: dict[tuple[tuple[int, mpq], ...], list[Term]] = {}
    for bit in sorted(signatures):
        groups.setdefault(tuple(signatures[bit]), []).append(bit)
        if len(groups) > 2:
            return None
    return list(groups.values())


def is_complement(terms: Terms, term: Term) -> Term | None:
    """The base b if the term is 1 - b, else None."""
    const, bases = terms.split(term)
    return bases[0][1] if const == 1 and len(bases) == 1 and bases[0][0] == -ONE else None
