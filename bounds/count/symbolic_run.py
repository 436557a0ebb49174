"""A run of a symmetric program with the length and the counts left symbolic.

What is stored at a symbol, at BOS or EOS is a function of n and of how often each symbol occurs; here it is built as
integer terms (`logbits.encode.integer.symbolic`), operation by operation, a class at a time. It is the same program
that `logbits.bounds.count.run` runs in numbers: the tests compare the two on all counts of small lengths.

Each value comes with an interval, by the rule of its own operation alone; where it lies within a format's range the
clamp is left out. Values at symbols that do not occur are built too, and read by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from gmpy2 import mpq

from ...encode.arithmetic.intervals import embedding_values
from ...encode.claim.kind import Kind
from ...encode.integer.ratio import Node, Polynomial, Ratio, constant, linear, number
from ...encode.integer.symbolic import FALSE, TRUE, Symbolic
from ...encode.number.rational import ONE, ZERO, nearest_integer
from ...encode.number.rounding import Rounding
from ...encode.program.position import Position
from ...encode.program.program import (
    EOS,
    Accept,
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Nearest,
    Outputs,
    Product,
    Program,
    Relation,
    Round,
    Score,
    Steps,
    Table,
    forms,
    used_scores,
)
from ...encode.term.terms import divide
from .symbolic_value import Value, chain, fixed, holds, product, shifted

HALF = mpq(1, 2)


class UnsupportedError(ValueError):
    """A program that cannot be put into integer terms with n symbolic; the message says which part."""


@dataclass(frozen=True)
class Setting:
    """What several runs share: the terms, the length (1..last) and how often each symbol of the alphabet occurs."""

    symbolic: Symbolic
    length: Polynomial
    counts: tuple[Polynomial, ...]
    last: int


class SymbolicRun:
    """One run: `values[op][class]`, the outcome at each class, and where it fails."""

    def __init__(self, setting: Setting, program: Program) -> None:
        self.setting, self.program, self.symbolic = setting, program, setting.symbolic
        special = len(program.symbols()) - len(setting.counts)
        self.classes = range(len(program.symbols()))
        self.weights = [*setting.counts, *[number(ONE)] * special]
        self.present = [self.symbolic.at_least(weight - number(ONE)) for weight in self.weights]
        self.size = setting.length + number(mpq(special))
        self.failures: list[Node] = []
        self.values: list[list[Value]] = []
        self.scores: dict[int, list[list[Value]]] = {}
        self.used = used_scores(program.ops)
        for index in range(len(program.ops)):
            self._interpret(index)

    def agrees(self, other: SymbolicRun, c: int, kind: Kind) -> Node:
        """Whether what a claim of this kind reads of two runs at a class agrees.

        Raises:
            UnsupportedError: for attention.
        """
        if kind.reads == "attention":
            raise UnsupportedError("sets of positions are not put into integer terms")
        outcome = kind.reads == "outcome"
        mine, theirs = (run._outcome(c) if outcome else run._accumulators(c) for run in (self, other))
        pairs = zip(mine, theirs, strict=True)
        return self.symbolic.conjunction([self._within(a, b, kind.margin) for a, b in pairs])

    def _within(self, a: Ratio, b: Ratio, margin: mpq) -> Node:
        if not margin:
            return self.symbolic.equal(a, b)
        reaches = [self.symbolic.reaches(linear(margin, [(ONE, x)]), y) for x, y in ((a, b), (b, a))]
        return self.symbolic.conjunction(reaches)

    def _accumulators(self, c: int) -> list[Ratio]:
        return [self._form(form, c).ratio for form in forms(self.program.readout)]

    def _outcome(self, c: int) -> list[Ratio]:
        """The outcome at a class: a number, or a 1 at the place of what was chosen among several."""
        row = self._accumulators(c)
        match self.program.readout:
            case Accept():
                return [self._truth(self.symbolic.positive(row[0]))]
            case Outputs(labels=labels) if labels:
                return [self._truth(self._is_first_maximal(row, index)) for index in range(len(row))]
            case _:
                return row

    def _is_first_maximal(self, row: Sequence[Ratio], index: int) -> Node:
        reaches, negation = self.symbolic.reaches, self.symbolic.negation
        before = [negation(reaches(other, row[index])) for other in row[:index]]
        return self.symbolic.conjunction([*before, *(reaches(row[index], other) for other in row[index + 1 :])])

    def _interpret(self, index: int) -> None:
        op = self.program.ops[index]
        match op:
            case Score():
                self.scores[index] = [[self._score(op, q, k) for k in self.classes] for q in self.classes]
                self.values.append([])
            case Round(arg, rounding) if arg in self.scores:
                rows = self.scores[arg]
                if index in self.used:
                    for q in self.classes:
                        for k in self.classes:
                            self._overflow(rows[q][k], rounding, [self.present[q], self.present[k]])
                self.scores[index] = [[self._round(score, rounding) for score in row] for row in rows]
                self.values.append([])
            case Attend():
                self.values.append([self._attend(op, c) for c in self.classes])
            case _:
                self.values.append([self._value(index, c) for c in self.classes])

    def _value(self, index: int, c: int) -> Value:
        op, symbolic = self.program.ops[index], self.symbolic
        match op:
            case Embed(table):
                return self._embed(dict(table)[self.program.symbols()[c]], c)
            case Affine(form):
                return self._form(form, c)
            case Product(left, right):
                a, b = self.values[left][c], self.values[right][c]
                return product(a, b)
            case Max(several):
                return reduce(self._greater, (self._form(form, c) for form in several))
            case Compare(form, relation):
                return self._compare(self._form(form, c), relation)
            case Nearest(form):
                value = self._form(form, c)
                above = linear(HALF, [(ONE, value.ratio)])
                return Value(Ratio(symbolic.floor(above)), nearest_integer(value.low), nearest_integer(value.high))
            case Table(form, entries):
                value = self._form(form, c)
                hits = [(self._compare(shifted(value, -key), "="), result) for key, result in entries]
                inside = symbolic.disjunction(holds(symbolic, truth.ratio) for truth, _ in hits)
                self.failures.append(symbolic.conjunction([self.present[c], symbolic.negation(inside)]))
                return chain(symbolic, ZERO, [(holds(symbolic, truth.ratio), result) for truth, result in hits])
            case Steps(form, base, jumps):
                value = self._form(form, c)
                cuts = [(self._compare(shifted(value, -cut), ">="), result) for cut, result in jumps]
                return chain(symbolic, base, [(holds(symbolic, truth.ratio), result) for truth, result in cuts])
            case Round(arg, rounding):
                self._overflow(self.values[arg][c], rounding, [self.present[c]])
                return self._round(self.values[arg][c], rounding)
            case Score() | Attend():
                raise ValueError("heads and scores are interpreted elsewhere")

    # -- positions

    def _embed(self, expression: Position, c: int) -> Value:
        symbol = self.program.symbols()[c]
        values = embedding_values(expression, symbol, self.setting.last)
        if min(values) == max(values):
            return fixed(values[0])
        return Value(self._expression(expression, symbol), min(values), max(values))

    def _expression(self, expression: Position, symbol: str) -> Ratio:
        args = [self._expression(arg, symbol) for arg in expression.args]
        match expression.op, args:
            case "const", []:
                return constant(expression.value)
            case "i", []:
                return Ratio(self.setting.length + number(ONE)) if symbol == EOS else constant(ZERO)
            case "n", []:
                return Ratio(self.setting.length)
            case "+", [a, b]:
                return linear(ZERO, [(ONE, a), (ONE, b)])
            case "-", [a, b]:
                return linear(ZERO, [(ONE, a), (-ONE, b)])
            case "*", [a, b]:
                return a * b
            case "/", [a, b] if min(embedding_values(expression.args[1], symbol, self.setting.last)) > 0:
                return self._over(a * Ratio(Polynomial(((b.below, ONE),))), b.above)
            case "floor", [a]:
                return Ratio(self.symbolic.floor(a))
            case _:
                raise UnsupportedError(f"{expression} is not put into integer terms with n symbolic")

    def _over(self, ratio: Ratio, divisor: Polynomial) -> Ratio:
        """A ratio divided by a positive polynomial."""
        atoms, factor = self.symbolic.integer(divisor)
        return ratio * Ratio(number(ONE / factor), atoms)

    # -- operations

    def _form(self, form: Form, c: int) -> Value:
        parts = [(coefficient, self.values[feature][c]) for coefficient, feature in form.terms]
        low = high = form.const
        for coefficient, value in parts:
            below, above = sorted((coefficient * value.low, coefficient * value.high))
            low, high = low + below, high + above
        if low == high:
            return fixed(low)
        return Value(linear(form.const, [(a, value.ratio) for a, value in parts]), low, high)

    def _score(self, score: Score, query: int, key: int) -> Value:
        parts: list[tuple[mpq, Value]] = []
        for m in score.monomials:
            factors = [self.values[f][query] for f in m.queries] + [self.values[f][key] for f in m.keys]
            parts.append((m.coefficient, reduce(product, factors, fixed(ONE))))
        low = sum((min(c * v.low, c * v.high) for c, v in parts), ZERO)
        high = sum((max(c * v.low, c * v.high) for c, v in parts), ZERO)
        return fixed(low) if low == high else Value(linear(ZERO, [(c, v.ratio) for c, v in parts]), low, high)

    def _greater(self, a: Value, b: Value) -> Value:
        if a.low >= b.high or b.low >= a.high:
            return a if a.low >= b.high else b
        ratio = self.symbolic.choose(self.symbolic.reaches(a.ratio, b.ratio), a.ratio, b.ratio)
        return Value(ratio, max(a.low, b.low), max(a.high, b.high))

    def _compare(self, value: Value, relation: Relation) -> Value:
        zero = constant(ZERO)
        if relation == "=":
            truth = FALSE if value.low > 0 or value.high < 0 else self.symbolic.equal(value.ratio, zero)
        elif relation == ">=":
            decided = value.low >= 0 or value.high < 0
            truth = (TRUE if value.low >= 0 else FALSE) if decided else self.symbolic.reaches(value.ratio, zero)
        else:
            decided = value.low > 0 or value.high <= 0
            truth = (TRUE if value.low > 0 else FALSE) if decided else self.symbolic.positive(value.ratio)
        return chain(self.symbolic, ZERO, [(truth, ONE)])

    def _truth(self, truth: Node) -> Ratio:
        return self.symbolic.choose(truth, constant(ONE), constant(ZERO))

    def _overflow(self, value: Value, rounding: Rounding, where: Iterable[Node]) -> None:
        if rounding.overflow != "error" or rounding.low is None or rounding.high is None:
            return
        units = self._units(value, rounding)
        low, high = (number(mpq(end)) for end in (rounding.low, rounding.high))
        inside = [self.symbolic.at_least(units - low), self.symbolic.at_least(high - units)]
        if rounding.overflows(value.low) or rounding.overflows(value.high):
            outside = self.symbolic.negation(self.symbolic.conjunction(inside))
            self.failures.append(self.symbolic.conjunction([*where, outside]))

    def _round(self, value: Value, rounding: Rounding) -> Value:
        if value.number is not None:
            return fixed(rounding.apply(value.number))
        units, low, high = self._units(value, rounding), rounding.units(value.low), rounding.units(value.high)
        if rounding.low is not None and rounding.high is not None and not rounding.low <= low <= high <= rounding.high:
            if rounding.overflow == "wrap":
                size = mpq(rounding.high - rounding.low + 1)
                moved = units - number(mpq(rounding.low))
                units = units - self.symbolic.quotient(moved, number(size)).scaled(size)
                low, high = rounding.low, rounding.high
            else:
                for end, turned in ((rounding.high, ONE), (rounding.low, -ONE)):
                    beyond = self.symbolic.at_least((units - number(mpq(end))).scaled(turned))
                    units = self.symbolic.choice(beyond, number(mpq(end)), units)
                low, high = (min(max(end, rounding.low), rounding.high) for end in (low, high))
        unit = rounding.unit
        return fixed(low * unit) if low == high else Value(Ratio(units.scaled(unit)), low * unit, high * unit)

    def _units(self, value: Value, rounding: Rounding) -> Polynomial:
        """The value on the grid, an integer: `Rounding.units`, in terms."""
        if rounding.precision is not None:
            raise UnsupportedError("a floating format is not put into integer terms with n symbolic")
        symbolic, unit = self.symbolic, ONE / rounding.unit
        exact = Ratio(value.ratio.above.scaled(unit), value.ratio.below)
        minus = Ratio(exact.above.scaled(-ONE), exact.below)

        def below() -> Polynomial:
            return symbolic.floor(exact)

        def above() -> Polynomial:
            return symbolic.floor(minus).scaled(-ONE)

        match rounding.mode:
            case "floor":
                return below()
            case "ceil":
                return above()
            case "toward-zero":
                return self._by_sign(value, below, above)
            case "nearest-away":
                half = linear(HALF, [(ONE, exact)]), linear(HALF, [(ONE, minus)])
                return self._by_sign(
                    value, lambda: symbolic.floor(half[0]), lambda: symbolic.floor(half[1]).scaled(-ONE)
                )
            case "nearest-even":
                near = symbolic.floor(linear(HALF, [(ONE, exact)]))
                tie = symbolic.equal(linear(HALF, [(ONE, exact)]), Ratio(near))
                odd = symbolic.at_least(near - symbolic.quotient(near, number(mpq(2))).scaled(mpq(2)) - number(ONE))
                return near - symbolic.choice(symbolic.conjunction([tie, odd]), number(ONE), number(ZERO))

    def _by_sign(self, value: Value, other: Callable[[], Polynomial], negative: Callable[[], Polynomial]) -> Polynomial:
        if value.low >= 0 or value.high <= 0:
            return other() if value.low >= 0 else negative()
        return self.symbolic.choice(self.symbolic.reaches(value.ratio, constant(ZERO)), other(), negative())

    # -- heads

    def _attend(self, op: Attend, query: int) -> Value:
        values, symbolic = self.values[op.value], self.symbolic
        low, high = min(value.low for value in values), max(value.high for value in values)
        if op.reciprocal is not None:
            low, high = min(low, ZERO), max(high, ZERO)
        if low == high and op.total is None:
            return fixed(low)
        parts = [Ratio(weight) * value.ratio for weight, value in zip(self.weights, values, strict=True)]
        if op.score is None:
            return self._mean(linear(ZERO, [(ONE, part) for part in parts]), self.size, op, query, (low, high))
        row, nothing = self.scores[op.score][query], constant(ZERO)
        chosen = [self._is_maximal(row, key) for key in self.classes]
        total = linear(ZERO, [(ONE, symbolic.choose(t, part, nothing)) for t, part in zip(chosen, parts, strict=True)])
        number_of = reduce(
            Polynomial.__add__,
            (symbolic.choice(t, weight, number(ZERO)) for t, weight in zip(chosen, self.weights, strict=True)),
        )
        # Where the query's symbol does not occur, nothing is read; where it does, the set is not empty.
        return self._mean(total, number_of, op, query, (low, high))

    def _mean(self, total: Ratio, size: Polynomial, op: Attend, query: int, inside: tuple[mpq, mpq]) -> Value:
        """The mean of `size` values that lie `inside`, its sum stored before it is divided where the head says so."""
        if op.total is None:
            return Value(self._divided(total, size, op), *inside)
        most = self.setting.last + len(self.weights) - len(self.setting.counts)
        summed = Value(total, min(inside[0], inside[0] * most), max(inside[1], inside[1] * most))
        self._overflow(summed, op.total, [self.present[query]])
        stored = self._round(summed, op.total)
        return Value(self._divided(stored.ratio, size, op), min(stored.low, ZERO), max(stored.high, ZERO))

    def _is_maximal(self, row: Sequence[Value], key: int) -> Node:
        symbolic = self.symbolic
        reasons: list[Node] = []  # not that the key occurs: where it does not, its weight is 0
        for other in self.classes:
            if other == key or row[key].low >= row[other].high:
                continue
            reached = FALSE if row[key].high < row[other].low else symbolic.reaches(row[key].ratio, row[other].ratio)
            reasons.append(symbolic.disjunction([symbolic.negation(self.present[other]), reached]))
        return symbolic.conjunction(reasons)

    def _divided(self, total: Ratio, size: Polynomial, op: Attend) -> Ratio:
        """The mean total / size by the head's rule; `size` is at least 1 and at most the number of positions."""
        known = size.value
        if known is not None:
            return total * constant(divide(ONE, int(known), op.reciprocal))
        if op.reciprocal is None:
            return self._over(total, size)
        power, longest = number(mpq(2 << op.reciprocal)), self.setting.last + 2
        for length in range(2, longest.bit_length() + 1):
            reached = self.symbolic.at_least(size - number(mpq(1 << length - 1)))
            power = self.symbolic.choice(reached, number(mpq(1 << length + op.reciprocal)), power)
        inverse = self.symbolic.quotient(power, size)
        return self._over(total * Ratio(inverse), power)
