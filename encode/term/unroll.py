"""Substituting one length: sequence program → terms.

`Unrolled` reads a program (with its roundings in) at one length n, on demand: only what the readout needs becomes a
term, and whatever does not depend on the word is a number at once, so position-only attention is decided here, by the
definition. What depends on the word and cannot be decided becomes an `attend` term.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from gmpy2 import mpq

from ..claim.kind import Reads
from ..number.mean import EXACT_MEAN, Division
from ..number.rational import ONE, ZERO
from ..number.rounding import Rounding
from ..program.operation import Read, operands, pairwise, reads
from ..program.program import (
    Accept,
    Attend,
    Attended,
    Form,
    Mask,
    Outputs,
    Program,
    Round,
    Score,
    Table,
    Ties,
)
from ..program.walk import form, local, score
from .domain import Positions
from .ranges import Ranges
from .rows import Parts, Row, Rows
from .sums import addends, total
from .terms import Term, Terms, select


class Unrolled:
    """One program at one length, over a (shared) list of terms. Several programs over one list are twins."""

    def __init__(self, program: Program, terms: Terms, rows: Rows | None = None) -> None:
        """The program at the length of the list; `rows` are those of the same program at other lengths."""
        self.program, self.terms, self.length = program, terms, terms.length
        self.positions = program.positions(terms.length)
        self._domain = Positions(program.alphabet, terms, self.length)
        self._features: dict[tuple[int, int], Term] = {}
        self._scores: dict[tuple[int, int, int], Term] = {}
        self._selections: dict[tuple[int | None, Mask, Ties, int], list[int] | None] = {}
        self._score_reads: dict[int, list[tuple[int, Read]]] = {}
        self._rows = Rows(program) if rows is None else rows
        self._row_keys: dict[int, list[Parts]] = {}
        self._made: dict[int, int] = {}
        self._operands = [tuple(operands(op)) for op in program.ops]
        self._pairwise = pairwise(program.ops)
        self._ranges = Ranges(terms)

    def prefix(self, length: int) -> Unrolled:
        """The same causal program on the first `length` symbols: one circuit holds every prefix.

        Raises:
            ValueError: for a program that is not causal, whose features depend on what follows.
        """
        if not self.program.causal or length > self.length:
            raise ValueError(f"{self.program.name} at length {self.length} has no prefix of length {length}")
        shorter = copy(self)  # with one store of features, scores and selections: a prefix does not see what follows
        shorter.length, shorter.positions = length, self.program.positions(length)
        shorter._domain = Positions(self.program.alphabet, self.terms, length)
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
        row = self._row(op.score, i, len(keys))
        if row is not None:
            best = {keys[index] for index in row.maximal(len(keys))}
            return {j: self.terms.one if j in best else self.terms.zero for j in keys}
        scores = [self.score(op.score, i, j) for j in keys]
        return {j: self.terms.add("maximal", scores, index) for index, j in enumerate(keys)}

    def failures(self) -> list[Term]:
        """Truth values, one for each place where the run can fail: overflow `error`, a table outside its domain."""
        found: list[Term] = []
        for number, op in enumerate(self.program.ops):
            match op:
                case Round(arg, rounding) if rounding.overflow == "error" and rounding.low is not None:
                    found += self._overflows(number, arg, rounding)
                case Attend(total=stored):
                    places = self._places(op)
                    if op.mean.may_fail:
                        found += [self._uncounted(op, i) for i in places]
                    if stored is not None and stored.overflow == "error":
                        found += [self._overflow(term, stored) for i in places for term in self._sums(op, i)]
                case Table(form, entries):
                    domain = tuple(((key,), ONE) for key, _ in sorted(entries))
                    for i in self.positions:
                        inside = self.terms.add("table", (self._form(form, i),), domain)
                        found.append(self.terms.negate(inside))
                case _:
                    pass
        return [term for term in dict.fromkeys(found) if term != self.terms.zero]

    def feature(self, index: int, i: int) -> Term:
        """Feature `index` at position i, made with all that it reads and that is not there yet."""
        found = self._features.get((index, i))
        if found is not None:
            return found
        stack = [(index, i)]
        while stack:  # not by recursion: programs may be thousands of operations deep
            place = stack[-1]
            missing = () if place in self._features else self._missing(*place)
            if missing:
                stack += missing
                continue
            if place not in self._features:
                self._features[place] = self._compute(*place)
            stack.pop()
        return self._features[index, i]

    def _missing(self, index: int, i: int) -> list[tuple[int, int]]:
        """What has to be there before a feature can be made, and is not: of a head, first what its scores read."""
        op, features = self.program.ops[index], self._features
        if not isinstance(op, Attend):
            return [(arg, i) for arg in self._operands[index] if (arg, i) not in features]
        keys = self.allowed(op.mask, i)
        if op.score is not None:
            reads = self._read_by_score(op.score)
            missing = [(arg, i) for arg, read in reads if read == "here" and (arg, i) not in features]
            missing += [place for arg, read in reads if read != "here" for place in self._unmade(arg, len(keys))]
            if missing:
                return missing
        chosen = None if op.total is not None else self._chosen(op, i)
        return [(op.value, j) for j in (keys if chosen is None else chosen) if (op.value, j) not in features]

    def _unmade(self, index: int, count: int) -> list[tuple[int, int]]:
        """Where a feature is not there among the first `count` positions; it stays where it is."""
        known = self._made.get(index, 0)
        missing = [(index, j) for j in self.positions[known:count] if (index, j) not in self._features]
        if not missing and count > known:
            self._made[index] = count
        return missing

    def _read_by_score(self, index: int) -> list[tuple[int, Read]]:
        found = self._score_reads.get(index)
        if found is None:
            op = self.program.ops[index]
            while isinstance(op, Round):
                op = self.program.ops[op.arg]
            found = self._score_reads[index] = list(dict.fromkeys(reads(op)))
        return found

    def score(self, index: int, i: int, j: int) -> Term:
        """Score `index` of query i and key j."""
        found = self._scores.get((index, i, j))
        if found is not None:
            return found
        op, features = self.program.ops[index], self._features
        if isinstance(op, Round):  # one or two on each other, put in by an arithmetic
            made = self._domain.stored(self.score(op.arg, i, j), op.rounding, (i, j))
        else:
            assert isinstance(op, Score)
            for arg, read in self._read_by_score(index):
                place = i if read == "here" else j
                if (arg, place) not in features:
                    self.feature(arg, place)
            made = score(self._domain, op, lambda f: features[f, i], lambda f: features[f, j])
        self._scores[index, i, j] = made
        return made

    def _row(self, index: int, i: int, count: int) -> Row | None:
        """The row of a score, for a query and the first `count` positions as keys, where all it reads are numbers."""
        scores, reads = self._rows.of(index), self._read_by_score(index)
        keys = self._row_keys.setdefault(index, [])
        for j in self.positions[len(keys) : count]:
            key = self._numbers([f for f, read in reads if read == "keys"], j)
            if key is None:
                return None
            keys.append(scores.key(key.__getitem__))
        query = self._numbers([f for f, read in reads if read == "here"], i)
        return None if query is None else scores.row(scores.query(query.__getitem__), keys, count)

    def _numbers(self, features: Sequence[int], i: int) -> dict[int, mpq] | None:
        """The values of features at a position, where no word changes them; else None."""
        found: dict[int, mpq] = {}
        for feature in features:
            value = self.terms.value(self.feature(feature, i))
            if value is None:
                return None
            found[feature] = value
        return found

    def allowed(self, mask: Mask, i: int) -> list[int]:
        """The key positions that the mask allows for query i."""
        if mask == "none":
            return list(self.positions)
        return [j for j in self.positions if j < i or (j == i and mask == "causal")]

    def _compute(self, index: int, i: int) -> Term:
        op = self.program.ops[index]
        if isinstance(op, Attend):
            return self._attend(index, op, i)
        return local(self._domain, op, i, lambda f: self._features[f, i])

    def _form(self, written: Form, i: int) -> Term:
        return form(self._domain, written, lambda f: self.feature(f, i))

    def _places(self, op: Attend) -> range:
        """The positions at which a head gives something of its own: one where it sees the same at all."""
        return self.positions[:1] if op.mask == "none" and op.score is None else self.positions

    def _attend(self, index: int, op: Attend, i: int) -> Term:
        terms, keys = self.terms, self.allowed(op.mask, i)
        chosen = self._chosen(op, i)
        if chosen is not None:
            known = self._features.get((index, self._places(op)[0]))
            if known is not None and len(self._places(op)) == 1:
                return known
            return self._mean([self.feature(op.value, j) for j in chosen], op)
        scores = [self.score(op.score, i, j) for j in keys] if op.score is not None else []
        if op.total is None:
            return terms.add("attend", [self.feature(op.value, j) for j in keys] + scores, (op.ties, op.mean.division))
        summed, _ = total(terms, self._addends(op, i), op.total, op.mean.steps)
        return summed if op.mean.before else self._divided(summed, self._count(op, i), op.mean.division)

    def _divided(self, summed: Term, count: Term, division: Division) -> Term:
        """What a sum is by its count, where this is 0 only if nothing was summed up."""
        low, high = self._ranges.interval(summed)
        # As k >= 1 wherever the sum is not empty, it lies in [low · k, high · k] for these low <= 0 <= high.
        return self.terms.add("mean", (summed, count), (division, min(low, ZERO), max(high, ZERO)))

    def _count(self, op: Attend, i: int) -> Term:
        """How many positions a head selects."""
        chosen, keys = self._chosen(op, i), self.allowed(op.mask, i)
        if chosen is not None:
            return self.terms.const(mpq(len(chosen)))
        assert op.score is not None
        scores = [self.score(op.score, i, j) for j in keys]
        return self.terms.affine(ZERO, [(ONE, self.terms.add("maximal", scores, k)) for k in range(len(keys))])

    def _chosen(self, op: Attend, i: int) -> list[int] | None:
        """The positions that a head selects, None if the word decides; heads with one score select alike."""
        head = op.score, op.mask, op.ties, i
        if head not in self._selections:
            keys = self.allowed(op.mask, i)
            self._selections[head] = self._select(op.score, op.ties, i, keys)
        return self._selections[head]

    def _select(self, index: int | None, ties: str, i: int, keys: list[int]) -> list[int] | None:
        if index is None or not keys:
            return keys
        row = self._row(index, i, len(keys))
        if row is not None:
            best = [keys[place] for place in row.maximal(len(keys))]
            return {"saturated": best, "hard": best[:1], "rightmost": best[-1:]}[ties]
        known: list[mpq] = []
        for j in keys:
            value = self.terms.value(self.score(index, i, j))
            if value is None:
                return None
            known.append(value)
        return [keys[place] for place in select(ties, known)]

    def _mean(self, values: list[Term], op: Attend) -> Term:
        if not values:
            return self.terms.zero
        weight = op.mean.weight(len(values))
        if op.total is not None:
            summed, _ = total(self.terms, self._weighted(values, op), op.total, op.mean.steps)
            return summed if op.mean.before else self.terms.affine(ZERO, [(weight, summed)])
        return self.terms.affine(ZERO, [(weight, value) for value in values])

    def _weighted(self, values: list[Term], op: Attend) -> list[Term]:
        """What is summed up of known positions: their values, times their weights where these come before."""
        if not op.mean.before or not values:
            return values
        share = op.mean.weight(len(values))
        return [self.terms.affine(ZERO, [(share, value)]) for value in values]

    def _addends(self, op: Attend, i: int) -> list[Term]:
        """What is summed up by a head: the values of selected positions, perhaps times their weights, and zeros."""
        keys = self.allowed(op.mask, i)
        values, chosen = [self.feature(op.value, j) for j in keys], self._chosen(op, i)
        if chosen is not None:
            return self._weighted([value for j, value in zip(keys, values, strict=True) if j in chosen], op)
        assert op.score is not None
        scores = [self.score(op.score, i, j) for j in keys]
        bits = [self.terms.add("maximal", scores, index) for index in range(len(keys))]
        selected = [self.terms.product(pair) for pair in zip(bits, values, strict=True)]
        if op.mean.before:
            count = self._count(op, i)
            selected = [self._divided(each, count, op.mean.division) for each in selected]
        return addends(self.terms, bits, selected, op.mean.steps)

    def _sums(self, op: Attend, i: int) -> list[Term]:
        summed = self._addends(op, i)
        return total(self.terms, summed, op.total, op.mean.steps)[1] if op.total and summed else []

    def _uncounted(self, op: Attend, i: int) -> Term:
        """Whether a head selects more positions than its denominator counts."""
        most = len(self.allowed(op.mask, i))
        first = next((k for k in range(1, most + 1) if op.mean.fails(k)), None)
        if first is None:
            return self.terms.zero
        return self.terms.add("compare", (self.terms.affine(mpq(-first), [(ONE, self._count(op, i))]),), ">=")

    def _first_maximal(self, row: list[Term], numbers: list[mpq]) -> Term:
        classes = [self.terms.const(number) for number in numbers]
        known = [value for value in map(self.terms.value, row) if value is not None]
        if len(known) == len(row):
            return classes[select("hard", known)[0]]
        return self.terms.add("attend", classes + row, ("hard", EXACT_MEAN))

    def _overflows(self, index: int, arg: int, rounding: Rounding) -> list[Term]:
        """Where a rounding, that is operation `index`, is given what overflows: truth values."""
        if not self._pairwise[arg]:
            return [self._overflow(self.feature(arg, i), rounding) for i in self.positions]
        masks: set[Mask] = {op.mask for op in self.program.ops if isinstance(op, Attend) and self._reads(op.score, arg)}
        found: list[Term] = []
        for i in self.positions:
            keys = max(([], *(self.allowed(mask, i) for mask in masks)), key=len)
            row = self._row(index, i, len(keys))
            if row is None:
                found += [self._overflow(self.score(arg, i, j), rounding) for j in keys]
            elif row.overflows(rounding, len(keys)):
                found.append(self.terms.one)
        return found

    def _reads(self, read: int | None, index: int) -> bool:
        while read is not None and read != index:
            op = self.program.ops[read]
            read = op.arg if isinstance(op, Round) else None
        return read == index

    def _overflow(self, term: Term, rounding: Rounding) -> Term:
        number = self.terms.value(term)
        if number is not None:
            return self.terms.one if rounding.overflows(number) else self.terms.zero
        terms, boundless = self.terms, replace(rounding, low=None, high=None, overflow="saturate")
        assert rounding.low is not None
        assert rounding.high is not None
        stored = terms.add("round", (term,), boundless)
        low, high = rounding.low * rounding.unit, rounding.high * rounding.unit
        above = terms.add("compare", (terms.affine(-high, [(ONE, stored)]),), ">")
        below = terms.add("compare", (terms.affine(low, [(-ONE, stored)]),), ">")
        return terms.negate(terms.add("and", (terms.negate(above), terms.negate(below))))
