"""Substituting one length: sequence program → terms.

`Unrolled` reads a program (with its roundings in) at one length n, on demand: only what the readout needs becomes a
term, and whatever does not depend on the word is a number at once, so position-only attention is decided here, by the
definition. What depends on the word and cannot be decided becomes an `attend` term.
"""

from __future__ import annotations

from dataclasses import replace

from gmpy2 import mpq

from ..claim.kind import Reads
from ..number.rational import ONE, ZERO
from ..number.rounding import Rounding, grid
from ..program import position
from ..program.program import (
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
from .ranges import Ranges
from .terms import Term, Terms, divide, select

HALF = mpq(1, 2)
INTEGERS = grid(0, "floor")


class Unrolled:
    """One program at one length, over a (shared) list of terms. Several programs over one list are twins."""

    def __init__(self, program: Program, terms: Terms, prefix_of: Unrolled | None = None) -> None:
        """The program at the length of `terms`, or at one where `prefix_of` stands, with its features (`prefix`)."""
        self.program, self.terms, self.length = program, terms, terms.length
        self.positions = program.positions(terms.length)
        self._features: dict[tuple[int, int], Term] = {} if prefix_of is None else prefix_of._features
        self._scores: dict[tuple[int, int, int], Term] = {} if prefix_of is None else prefix_of._scores
        self._ranges: Ranges = Ranges(terms) if prefix_of is None else prefix_of._ranges

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

    def read(self, reads: Reads, labels: tuple[str, ...] = ()) -> list[Term]:
        """The terms that a kind of claim compares, in the order of `logbits.verify.question.agreement`.

        A class is the number of its label among `labels`, which two programs may list in different orders.
        """
        match reads:
            case "outcome":
                return self.outcome(labels)
            case "accumulators":
                return self._accumulators()
            case "attention":
                return self._attention()

    def outcome(self, labels: tuple[str, ...] = ()) -> list[Term]:
        """The accept bit, or an output (a class by its number) for each word position."""
        readout = self.program.readout
        sums = self._accumulators()
        match readout:
            case Accept():
                return [self.terms.add("compare", (sums[0],), ">")]
            case Outputs(several, own) if own:
                numbers = [mpq((labels or own).index(label)) for label in own]
                rows = [sums[start : start + len(several)] for start in range(0, len(sums), len(several))]
                return [self._first_maximal(row, numbers) for row in rows]
            case _:
                return sums

    def _accumulators(self) -> list[Term]:
        """The exact accumulators of the readout: of each form, at each place where it is read."""
        match self.program.readout:
            case Accept(form, place):
                return [self._form(form, self.program.place(place, self.length))]
            case Attended(head, place):
                op = self.program.ops[head]
                assert isinstance(op, Attend)
                selected = self._selected(op, self.program.place(place, self.length))
                return [selected.get(j, self.terms.zero) for j in range(1, self.length + 1)]
            case Outputs(several):
                return [self._form(form, i) for i in range(1, self.length + 1) for form in several]

    def _attention(self) -> list[Term]:
        """For each head with a score, each position and each allowed key, whether it is in M_i."""
        heads = {(op.score, op.mask): op for op in self.program.ops if isinstance(op, Attend) and op.score is not None}
        return [term for op in heads.values() for i in self.positions for term in self._selected(op, i).values()]

    def _selected(self, op: Attend, i: int) -> dict[int, Term]:
        """For each key position that a head may look at from position i whether it is in M_i."""
        keys = self.allowed(op.mask, i)
        if op.score is None:
            return dict.fromkeys(keys, self.terms.one)
        scores = [self.score(op.score, i, j) for j in keys]
        return {j: self.terms.add("maximal", scores, index) for index, j in enumerate(keys)}

    def failures(self) -> list[Term]:
        """Truth values, one for each place where the run can fail: overflow `error`, a table outside its domain."""
        found: list[Term] = []
        for op in self.program.ops:
            match op:
                case Round(arg, rounding) if rounding.overflow == "error" and rounding.low is not None:
                    found += [self._overflow(term, rounding) for term in self._all(arg)]
                case Attend(total=total) if total is not None and total.overflow == "error":
                    found += [self._overflow(term, total) for i in self.positions for term in self._sums(op, i)]
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
        chosen = self._chosen(op, i, keys)
        if chosen is not None:
            return self._mean([self.feature(op.value, j) for j in chosen], op)
        scores = [self.score(op.score, i, j) for j in keys] if op.score is not None else []
        if op.total is None:
            return terms.add("attend", [self.feature(op.value, j) for j in keys] + scores, (op.ties, op.reciprocal))
        total, _ = self._total(self._addends(op, i), op.total, op.stepwise)
        count = terms.affine(ZERO, [(ONE, terms.add("maximal", scores, index)) for index in range(len(keys))])
        low, high = self._ranges.interval(total)
        # As k >= 1 wherever the sum is not empty, it lies in [low · k, high · k] for these low <= 0 <= high.
        return terms.add("mean", (total, count), (op.reciprocal, min(low, ZERO), max(high, ZERO)))

    def _chosen(self, op: Attend, i: int, keys: list[int]) -> list[int] | None:
        """The positions that a head selects, None if the word decides."""
        if op.score is None or not keys:
            return keys
        known = [value for j in keys if (value := self.terms.value(self.score(op.score, i, j))) is not None]
        return [keys[index] for index in select(op.ties, known)] if len(known) == len(keys) else None

    def _mean(self, values: list[Term], op: Attend) -> Term:
        if not values:
            return self.terms.zero
        weight = divide(ONE, len(values), op.reciprocal)
        if op.total is not None:
            values = [self._total(values, op.total, op.stepwise)[0]]
        return self.terms.affine(ZERO, [(weight, value) for value in values])

    def _addends(self, op: Attend, i: int) -> list[Term]:
        """What is summed up by a head: the values of selected positions, and 0 at others."""
        keys = self.allowed(op.mask, i)
        values, chosen = [self.feature(op.value, j) for j in keys], self._chosen(op, i, keys)
        if chosen is not None:
            return [value for j, value in zip(keys, values, strict=True) if j in chosen]
        assert op.score is not None
        scores = [self.score(op.score, i, j) for j in keys]
        bits = (self.terms.add("maximal", scores, index) for index in range(len(keys)))
        return [self.terms.product((bit, value)) for bit, value in zip(bits, values, strict=True)]

    def _total(self, addends: list[Term], stored: Rounding, stepwise: bool) -> tuple[Term, list[Term]]:
        """The sum as it is stored, at its end or after every addition, and what was stored on the way.

        To add the 0 of a position that is not selected, and to store the sum again, changes nothing.
        """
        terms, exact = self.terms, list[Term]()
        if not stepwise:
            exact.append(terms.affine(ZERO, [(ONE, each) for each in addends]))
            return terms.add("round", exact, stored), exact
        total = terms.zero
        for each in addends:
            exact.append(terms.affine(ZERO, [(ONE, total), (ONE, each)]))
            total = terms.add("round", exact[-1:], stored)
        return total, exact

    def _sums(self, op: Attend, i: int) -> list[Term]:
        addends = self._addends(op, i)
        return self._total(addends, op.total, op.stepwise)[1] if op.total and addends else []

    def _first_maximal(self, row: list[Term], numbers: list[mpq]) -> Term:
        classes = [self.terms.const(number) for number in numbers]
        known = [value for value in map(self.terms.value, row) if value is not None]
        if len(known) == len(row):
            return classes[select("hard", known)[0]]
        return self.terms.add("attend", classes + row, ("hard", None))

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
        terms, boundless = self.terms, replace(rounding, low=None, high=None, overflow="saturate")
        assert rounding.low is not None
        assert rounding.high is not None
        stored = terms.add("round", (term,), boundless)
        low, high = rounding.low * rounding.unit, rounding.high * rounding.unit
        above = terms.add("compare", (terms.affine(-high, [(ONE, stored)]),), ">")
        below = terms.add("compare", (terms.affine(low, [(-ONE, stored)]),), ">")
        return terms.negate(terms.add("and", (terms.negate(above), terms.negate(below))))
