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
from ...encode.number.mean import Division, Quotient, Weights
from ...encode.number.rational import ONE, ZERO, nearest_integer
from ...encode.number.rounding import Mode, Rounding
from ...encode.program.position import Position
from ...encode.program.program import EOS, Accept, Attend, Embed, Outputs, Program, Relation
from ...encode.program.walk import Jumps, Walk, accumulators
from .symbolic_value import Value, chain, fixed, product, shifted

_WEIGHTS = "stored weights and denominators are not put into integer terms with n symbolic"
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
    """One run: `values[op][class]`, the outcome at each class, and where it fails.

    It is the domain of integer terms too: a place is a class, whether its symbol occurs or not.
    """

    def __init__(self, setting: Setting, program: Program) -> None:
        self.setting, self.program, self.symbolic = setting, program, setting.symbolic
        special = len(program.symbols()) - len(setting.counts)
        self.classes = range(len(program.symbols()))
        self.weights = [*setting.counts, *[number(ONE)] * special]
        self.present = [self.symbolic.at_least(weight - number(ONE)) for weight in self.weights]
        self.size = setting.length + number(mpq(special))
        self.failures: list[Node] = []
        self.values = Walk[int](program).over(self, self.classes)

    def agrees(self, other: SymbolicRun, c: int, kind: Kind) -> Node:
        """Whether what a claim of this kind reads of two runs at a class agrees.

        Raises:
            UnsupportedError: for attention.
        """
        if not kind.reading.counted:
            raise UnsupportedError("sets of positions are not put into integer terms")
        outcome = kind.reading.name == "outcome"
        mine, theirs = (run._outcome(c) if outcome else run._accumulators(c) for run in (self, other))
        pairs = zip(mine, theirs, strict=True)
        return self.symbolic.conjunction([self._within(a, b, kind.agreement.margin) for a, b in pairs])

    def _within(self, a: Ratio, b: Ratio, margin: mpq) -> Node:
        if not margin:
            return self.symbolic.equal(a, b)
        reaches = [self.symbolic.reaches(linear(margin, [(ONE, x)]), y) for x, y in ((a, b), (b, a))]
        return self.symbolic.conjunction(reaches)

    def _accumulators(self, c: int) -> list[Ratio]:
        return [value.ratio for value in accumulators(self, self.program.readout, lambda f: self.values[f][c])]

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

    # -- the domain

    def embed(self, op: Embed, place: int) -> Value:
        """φ at a class."""
        symbol = self.program.symbols()[place]
        expression = dict(op.table)[symbol]
        values = embedding_values(expression, symbol, self.setting.last)
        if min(values) == max(values):
            return fixed(values[0])
        return Value(self._expression(expression, symbol), min(values), max(values))

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Value]]) -> Value:
        """A sum, with the sum of the ends."""
        low = high = const
        for coefficient, value in parts:
            below, above = sorted((coefficient * value.low, coefficient * value.high))
            low, high = low + below, high + above
        if low == high:
            return fixed(low)
        return Value(linear(const, [(c, value.ratio) for c, value in parts]), low, high)

    def product(self, factors: Sequence[Value]) -> Value:
        """A product of several values."""
        return reduce(product, factors) if factors else fixed(ONE)

    def greatest(self, values: Sequence[Value]) -> Value:
        """The maximum, of two at a time."""
        return reduce(self._greater, values)

    def compare(self, value: Value, relation: Relation) -> Value:
        """A comparison, decided where the interval says so."""
        return chain(self.symbolic, ZERO, [(self._truth_of(value, relation), ONE)])

    def nearest(self, value: Value) -> Value:
        """The floor of half more."""
        above = linear(HALF, [(ONE, value.ratio)])
        return Value(Ratio(self.symbolic.floor(above)), nearest_integer(value.low), nearest_integer(value.high))

    def table(self, value: Value, entries: Jumps, where: tuple[int, int | None]) -> Value:
        """The entry that is hit; it fails where none is and the place is there."""
        hits = [(self._truth_of(shifted(value, -key), "="), result) for key, result in entries]
        outside = self.symbolic.negation(self.symbolic.disjunction(truth for truth, _ in hits))
        self.failures.append(self.symbolic.conjunction([*self._there(where), outside]))
        return chain(self.symbolic, ZERO, hits)

    def steps(self, value: Value, base: mpq, jumps: Jumps) -> Value:
        """The result of the last threshold that is reached."""
        return chain(self.symbolic, base, [(self._truth_of(shifted(value, -cut), ">="), v) for cut, v in jumps])

    def stored(self, value: Value, rounding: Rounding, where: tuple[int, int | None]) -> Value:
        """The value in a format; it fails where it overflows and the place is there."""
        self._overflow(value, rounding, self._there(where))
        return self._round(value, rounding)

    def attend(self, op: Attend, place: int, values: Sequence[Value], scores: Sequence[Value] | None) -> Value:
        """The mean of the values at the classes whose scores are maximal, as often as each occurs."""
        if op.stepwise:
            raise UnsupportedError("a sum that is rounded on its way is not put into integer terms with n symbolic")
        symbolic = self.symbolic
        if isinstance(op.mean, Weights):
            raise UnsupportedError(_WEIGHTS)
        most = self.setting.last + len(self.weights) - len(self.setting.counts)
        low, high = op.mean.image(min(value.low for value in values), max(value.high for value in values), most)
        if low == high and op.total is None:
            return fixed(low)
        parts = [Ratio(weight) * value.ratio for weight, value in zip(self.weights, values, strict=True)]
        if scores is None:
            return self._mean(linear(ZERO, [(ONE, part) for part in parts]), self.size, op, place, (low, high))
        nothing = constant(ZERO)
        chosen = [self._is_maximal(scores, key) for key in self.classes]
        total = linear(ZERO, [(ONE, symbolic.choose(t, part, nothing)) for t, part in zip(chosen, parts, strict=True)])
        number_of = reduce(
            Polynomial.__add__,
            (symbolic.choice(t, weight, number(ZERO)) for t, weight in zip(chosen, self.weights, strict=True)),
        )
        # Where the query's symbol does not occur, nothing is read; where it does, the set is not empty.
        return self._mean(total, number_of, op, place, (low, high))

    def _there(self, where: tuple[int, int | None]) -> list[Node]:
        return [self.present[c] for c in where if c is not None]

    # -- positions

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

    def _greater(self, a: Value, b: Value) -> Value:
        if a.low >= b.high or b.low >= a.high:
            return a if a.low >= b.high else b
        ratio = self.symbolic.choose(self.symbolic.reaches(a.ratio, b.ratio), a.ratio, b.ratio)
        return Value(ratio, max(a.low, b.low), max(a.high, b.high))

    def _truth_of(self, value: Value, relation: Relation) -> Node:
        zero = constant(ZERO)
        match relation:
            case "=":
                return FALSE if value.low > 0 or value.high < 0 else self.symbolic.equal(value.ratio, zero)
            case ">=":
                decided = value.low >= 0 or value.high < 0
                return (TRUE if value.low >= 0 else FALSE) if decided else self.symbolic.reaches(value.ratio, zero)
            case ">":
                decided = value.low > 0 or value.high <= 0
                return (TRUE if value.low > 0 else FALSE) if decided else self.symbolic.positive(value.ratio)

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

    def _mean(self, total: Ratio, size: Polynomial, op: Attend, query: int, inside: tuple[mpq, mpq]) -> Value:
        """The mean of `size` values that lie `inside`, its sum stored before it is divided where the head says so."""
        if op.total is None:
            return Value(self._divided(total, size, op.mean.division), *inside)
        most = self.setting.last + len(self.weights) - len(self.setting.counts)
        summed = Value(total, min(inside[0], inside[0] * most), max(inside[1], inside[1] * most))
        stored, share = self.stored(summed, op.total, (query, None)), op.mean.share(most)
        low, high = min(stored.low * share, ZERO), max(stored.high * share, ZERO)
        return Value(self._divided(stored.ratio, size, op.mean.division), low, high)

    def _is_maximal(self, row: Sequence[Value], key: int) -> Node:
        symbolic = self.symbolic
        reasons: list[Node] = []  # not that the key occurs: where it does not, its weight is 0
        for other in self.classes:
            if other == key or row[key].low >= row[other].high:
                continue
            reached = FALSE if row[key].high < row[other].low else symbolic.reaches(row[key].ratio, row[other].ratio)
            reasons.append(symbolic.disjunction([symbolic.negation(self.present[other]), reached]))
        return symbolic.conjunction(reasons)

    def _divided(self, total: Ratio, size: Polynomial, rule: Division) -> Ratio:
        """The mean total / size by a rule; `size` is at least 1 and at most the number of positions."""
        known = size.value
        if known is not None:
            return total * constant(rule.weight(int(known)))
        if isinstance(rule, Weights):
            raise UnsupportedError(_WEIGHTS)
        if isinstance(rule, Quotient):
            return self._over(total, size)
        power, longest = number(mpq(2 << rule.bits)), self.setting.last + 2
        for length in range(2, longest.bit_length() + 1):
            reached = self.symbolic.at_least(size - number(mpq(1 << length - 1)))
            power = self.symbolic.choice(reached, number(mpq(1 << length + rule.bits)), power)
        return self._over(total * Ratio(self._rounded_quotient(power, size, rule.mode)), power)

    def _rounded_quotient(self, above: Polynomial, below: Polynomial, mode: Mode) -> Polynomial:
        """The quotient of a power of two and a smaller positive integer, rounded.

        It is halfway between two integers never: the divisor would be a power of two, which divides the power.
        """
        match mode:
            case "toward-zero" | "floor":
                return self.symbolic.quotient(above, below)
            case "ceil":
                return self.symbolic.quotient(above + below - number(ONE), below)
            case "nearest-even" | "nearest-away":
                return self.symbolic.quotient(above.scaled(mpq(2)) + below, below.scaled(mpq(2)))
