"""Substituting one length: sequence program → terms.

`Unrolled` reads a program (with its roundings in) at one length n, on demand: only what the readout needs becomes a
term, and whatever does not depend on the word is a number at once, so position-only attention is decided here, by the
definition. What depends on the word and cannot be decided becomes an `attend` term.
"""

from __future__ import annotations

from gmpy2 import mpq

from . import position
from .formats import Rounding, scale
from .program import (
    BOS,
    EOS,
    Accept,
    Affine,
    Attend,
    Attended,
    Compare,
    Embed,
    Form,
    Mask,
    Max,
    Nearest,
    Op,
    Outputs,
    Product,
    Program,
    Round,
    Score,
    Steps,
    Table,
    is_pairwise,
)
from .rational import ONE, ZERO
from .terms import Term, Terms, divide, select

HALF = mpq(1, 2)
INTEGERS = Rounding(0, None, None, "floor")


class Unrolled:
    """One program at one length, over a (shared) list of terms. Several programs over one list are twins."""

    def __init__(self, program: Program, terms: Terms, prefix_of: Unrolled | None = None) -> None:
        """The program at the length of `terms`, or at one where `prefix_of` stands, with its features (`prefix`)."""
        self.program, self.terms, self.length = program, terms, terms.length
        self.positions = program.positions(terms.length)
        self._features: dict[tuple[int, int], Term] = {} if prefix_of is None else prefix_of._features
        self._scores: dict[tuple[int, int, int], Term] = {} if prefix_of is None else prefix_of._scores

    def prefix(self, length: int) -> Unrolled:
        """The same causal program on the first `length` symbols: one circuit holds every prefix.

        Raises:
            ValueError: for a program that is not causal, whose features depend on what follows.
        """
        if not self.program.causal or length > self.length:
            raise ValueError(f"{self.program.name} at length {self.length} has no prefix of length {length}")
        shorter = Unrolled(self.program, self.terms, self)
        shorter.length, shorter.positions = length, self.program.positions(length)
        return shorter

    def outcome(self) -> list[Term]:
        """The terms that claim `decision` compares: the accept bit, or an output (a class by number) per position."""
        match self.program.readout:
            case Accept(form, place):
                accumulator = self._form(form, self.program.place(place, self.length))
                return [self.terms.add("compare", (accumulator,), ">")]
            case Attended(head, place):
                op = self.program.ops[head]
                assert isinstance(op, Attend)
                return self._selected(op, self.program.place(place, self.length))
            case Outputs(several, labels):
                rows = [[self._form(form, i) for form in several] for i in range(1, self.length + 1)]
                return [self._first_maximal(row) if labels else row[0] for row in rows]

    def _selected(self, op: Attend, i: int) -> list[Term]:
        """For each word position whether the head selects it at position i."""
        keys, found = self.allowed(op.mask, i), dict.fromkeys(range(1, self.length + 1), self.terms.zero)
        if op.score is None:
            found.update((j, self.terms.one) for j in keys if j in found)
        else:
            scores = [self.score(op.score, i, j) for j in keys]
            maximal = ((j, self.terms.add("maximal", scores, index)) for index, j in enumerate(keys))
            found.update((j, term) for j, term in maximal if j in found)
        return list(found.values())

    def failures(self) -> list[Term]:
        """Truth values, one for each place where the run can fail: overflow `error`, a table outside its domain."""
        found: list[Term] = []
        for op in self.program.ops:
            match op:
                case Round(arg, rounding) if rounding.overflow == "error" and rounding.low is not None:
                    found += [self._overflow(term, rounding) for term in self._all(arg)]
                case Table(form, entries):
                    domain = tuple(((key,), ONE) for key, _ in sorted(entries))
                    for i in self.positions:
                        inside = self.terms.add("table", (self._form(form, i),), domain)
                        found.append(self.terms.negate(inside))
                case _:
                    pass
        return [term for term in dict.fromkeys(found) if term != self.terms.zero]

    def feature(self, index: int, i: int) -> Term:
        """Feature `index` at position i."""
        key = index, i
        found = self._features.get(key)
        if found is None:
            found = self._features[key] = self._compute(self.program.ops[index], i)
        return found

    def score(self, index: int, i: int, j: int) -> Term:
        """Score `index` of query i and key j."""
        key = index, i, j
        found = self._scores.get(key)
        if found is None:
            op = self.program.ops[index]
            if isinstance(op, Round):
                found = self.terms.add("round", (self.score(op.arg, i, j),), op.rounding)
            else:
                assert isinstance(op, Score)
                found = self._polynomial(op, i, j)
            self._scores[key] = found
        return found

    def allowed(self, mask: Mask, i: int) -> list[int]:
        """The key positions that the mask allows for query i."""
        if mask == "none":
            return list(self.positions)
        return [j for j in self.positions if j < i or (j == i and mask == "causal")]

    def _compute(self, op: Op, i: int) -> Term:
        terms = self.terms
        match op:
            case Embed(table):
                return self._embed(dict(table), i)
            case Affine(form):
                return self._form(form, i)
            case Compare(form, relation):
                return terms.add("compare", (self._form(form, i),), relation)
            case Nearest(form):
                return terms.add("round", (terms.affine(HALF, [(ONE, self._form(form, i))]),), INTEGERS)
            case Table(form, entries):
                return terms.add("table", (self._form(form, i),), tuple(((k,), v) for k, v in sorted(entries)))
            case Steps(form, base, jumps):
                return terms.add("steps", (self._form(form, i),), (base, jumps))
            case Max(several):
                return terms.add("max", [self._form(form, i) for form in several])
            case Product(left, right):
                return terms.product((self.feature(left, i), self.feature(right, i)))
            case Round(arg, rounding):
                return terms.add("round", (self.feature(arg, i),), rounding)
            case Attend():
                return self._attend(op, i)
            case Score():
                raise ValueError("a score has no value at a single position")

    def _embed(self, table: dict[str, position.Position], i: int) -> Term:
        def at(symbol: str) -> mpq:
            return position.evaluate(table[symbol], i, self.length)

        if i in (0, self.length + 1):
            return self.terms.const(at(BOS if i == 0 else EOS))
        base, *others = (at(symbol) for symbol in self.program.alphabet)
        return self.terms.affine(
            base, [(value - base, self.terms.symbol(i, a)) for a, value in enumerate(others, start=1)]
        )

    def _form(self, form: Form, i: int) -> Term:
        return self.terms.affine(form.const, [(c, self.feature(f, i)) for c, f in form.terms])

    def _polynomial(self, score: Score, i: int, j: int) -> Term:
        parts: list[tuple[mpq, Term]] = []
        for monomial in score.monomials:
            factors = [self.feature(f, i) for f in monomial.queries] + [self.feature(f, j) for f in monomial.keys]
            parts.append((monomial.coefficient, self.terms.product(factors)))
        return self.terms.affine(ZERO, parts)

    def _attend(self, op: Attend, i: int) -> Term:
        terms, keys = self.terms, self.allowed(op.mask, i)
        if not keys:
            return terms.zero
        values = [self.feature(op.value, j) for j in keys]
        if op.score is None:
            return self._mean(values, op.reciprocal)
        scores = [self.score(op.score, i, j) for j in keys]
        known = [value for value in map(terms.value, scores) if value is not None]
        if len(known) == len(scores):
            return self._mean([values[index] for index in select(op.ties, known)], op.reciprocal)
        return terms.add("attend", values + scores, (op.ties, op.reciprocal))

    def _mean(self, values: list[Term], guard: int | None) -> Term:
        weight = divide(ONE, len(values), guard)
        return self.terms.affine(ZERO, [(weight, value) for value in values])

    def _first_maximal(self, row: list[Term]) -> Term:
        numbers = [self.terms.const(mpq(number)) for number in range(len(row))]
        known = [value for value in map(self.terms.value, row) if value is not None]
        if len(known) == len(row):
            return numbers[select("hard", known)[0]]
        return self.terms.add("attend", numbers + row, ("hard", None))

    def _all(self, index: int) -> list[Term]:
        if is_pairwise(self.program.ops, index):
            masks: set[Mask] = {
                op.mask for op in self.program.ops if isinstance(op, Attend) and self._reads(op.score, index)
            }
            pairs = {(i, j) for mask in masks for i in self.positions for j in self.allowed(mask, i)}
            return [self.score(index, i, j) for i, j in sorted(pairs)]
        return [self.feature(index, i) for i in self.positions]

    def _reads(self, score: int | None, index: int) -> bool:
        while score is not None and score != index:
            op = self.program.ops[score]
            score = op.arg if isinstance(op, Round) else None
        return score == index

    def _overflow(self, term: Term, rounding: Rounding) -> Term:
        terms, unit = self.terms, Rounding(rounding.fraction, None, None, rounding.mode)
        assert rounding.low is not None
        assert rounding.high is not None
        stored = terms.add("round", (term,), unit)
        low, high = scale(mpq(rounding.low), -rounding.fraction), scale(mpq(rounding.high), -rounding.fraction)
        above = terms.add("compare", (terms.affine(-high, [(ONE, stored)]),), ">")
        below = terms.add("compare", (terms.affine(low, [(-ONE, stored)]),), ">")
        return terms.negate(terms.add("and", (terms.negate(above), terms.negate(below))))
