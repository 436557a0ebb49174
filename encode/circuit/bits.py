"""Terms → bit-vector circuit.

A term is represented by an integer, its value divided by its step (`logbits.encode.term.ranges`), in as many bits as
its interval needs. A truth value is a Bool. Three choices matter:

- Counts are unary first: each threshold [S >= c] of a sum of truth values is one Bool, and prefix counts share theirs.
- A table is a tree of thresholds of its key, never an array and never a division.
- A division by a count that depends on the word is a case split over the count; divisors are constants.

All operations of `logbits.encode.term.terms` are covered, so terms can be encoded with or without the reductions of
`logbits.bounds`; the tests compare both with the reference run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from typing import TypeVar

from gmpy2 import mpq

from ..number.mean import Division
from ..number.rational import ONE, ZERO, ceil, common_step, floor
from ..number.rounding import Mode, Rounding
from ..term.ranges import Widths
from ..term.terms import Payload, Term, Terms, reachable
from .circuit import FALSE, TRUE, Circuit, Node, Number

TABLE_LIMIT = 1 << 16
"""The greatest number of points for which a table of the model becomes a tree; beyond, a chain of equalities."""

L = TypeVar("L", Node, Number)
Choose = Callable[[Node, L, L], L]


class Bits:
    """The circuit for terms of one list; `truth` and `number` give the nodes of terms."""

    def __init__(self, terms: Terms, ranges: Widths, length: int | None = None) -> None:
        """A circuit over the first `length` symbols, or over all of them."""
        self.terms, self.ranges = terms, ranges
        self.circuit = Circuit(terms.alphabet, terms.length if length is None else length)
        self._numbers: dict[Term, Number] = {}
        self._truths: dict[Term, Node] = {}
        self._unary: dict[tuple[int, Term], int] = {}
        self._counts: list[list[Node]] = [[]]

    def question(self, root: Term) -> Node:
        """The Bool for a truth value; whatever it is made of is encoded, children first."""
        for term in reachable(self.terms, [root]):
            if self.ranges.is_truth(term):
                self.truth(term)
            else:
                self.number(term)
        return self.truth(root)

    def truth(self, term: Term) -> Node:
        """The Bool of a term whose values are 0 and 1."""
        found = self._truths.get(term)
        if found is None:
            found = self._truths[term] = self._truth(term)
        return found

    def number(self, term: Term) -> Number:
        """The integer value / step of a term."""
        found = self._numbers.get(term)
        if found is None:
            if self.ranges.is_truth(term) and self.terms.value(term) is None:
                found = self.circuit.choose(self.truth(term), self.circuit.number(1), self.circuit.number(0))
            else:
                found = self._number(term)
            self._numbers[term] = found
        return found

    # -- truth values

    def _truth(self, term: Term) -> Node:
        terms, circuit = self.terms, self.circuit
        op, args, payload = terms.ops[term], terms.args[term], terms.payloads[term]
        match op:
            case "const":
                return TRUE if payload == 1 else FALSE
            case "symbol":
                return circuit.is_symbol(*payload)
            case "and":
                return circuit.conjunction([self.truth(arg) for arg in args])
            case "xor":
                left, right = map(self.truth, args)
                one, other = [left, circuit.negation(right)], [circuit.negation(left), right]
                return circuit.disjunction([circuit.conjunction(one), circuit.conjunction(other)])
            case "compare":
                return self._compare(args[0], payload)
            case "maximal":
                scores = self._aligned(args)
                return circuit.conjunction([circuit.at_least(scores[int(payload)], other) for other in scores])
            case "table":
                return self._table(args, payload, lambda value: TRUE if value == 1 else FALSE, self._choose_truth)
            case "affine" if payload == (ONE, (-ONE,)) and self.ranges.is_truth(args[0]):
                return circuit.negation(self.truth(args[0]))
            case _:
                step = self.ranges.step(term)
                one = self.circuit.number(int(ONE / step)) if step else circuit.number(1)
                return circuit.equal(self._number(term), one)

    def _compare(self, arg: Term, relation: str) -> Node:
        circuit, number = self.circuit, self.number(arg)
        zero = circuit.number(0)
        if relation == "=":
            return circuit.equal(number, zero)
        return circuit.at_least(number, zero) if relation == ">=" else circuit.negation(circuit.at_least(zero, number))

    def threshold(self, term: Term, value: mpq) -> Node:
        """[term >= value]: a literal of a unary count where the term is a sum of truth values, else a comparison."""
        const, bases = self.terms.split(term)
        if len(bases) > 1 and all(c == 1 and self.ranges.is_truth(base) for c, base in bases):
            needed = ceil(value - const)
            counts = self._unary_count([base for _, base in bases])
            return TRUE if needed <= 0 else FALSE if needed > len(counts) else counts[needed - 1]
        step = self.ranges.step(term)
        return self.circuit.at_least(self.number(term), self.circuit.number(ceil(value / step)))

    def _unary_count(self, bases: Sequence[Term]) -> list[Node]:
        """For c = 1, 2, .. whether at least c of the bases are 1; prefixes share."""
        state, circuit = 0, self.circuit
        for base in bases:
            following = self._unary.get((state, base))
            if following is None:
                before, bit = self._counts[state], self.truth(base)
                after: list[Node] = []
                for c in range(len(before) + 1):
                    stay = before[c] if c < len(before) else FALSE
                    step = circuit.conjunction([bit, before[c - 1] if c else TRUE])
                    after.append(circuit.disjunction([stay, step]))
                following = self._unary[state, base] = len(self._counts)
                self._counts.append(after)
            state = following
        return self._counts[state]

    # -- numbers

    def _number(self, term: Term) -> Number:
        terms, circuit = self.terms, self.circuit
        op, args, payload = terms.ops[term], terms.args[term], terms.payloads[term]
        step = self.ranges.step(term)
        if step == 0:
            return circuit.number(0)
        match op:
            case "const":
                return circuit.number(int(payload / step))
            case "affine":
                const, coefficients = payload
                total = circuit.number(0)
                for c, arg in zip(coefficients, args, strict=True):
                    total = circuit.add(total, self._scaled(arg, c / step))
                return circuit.add(total, circuit.number(int(const / step)))
            case "mul":
                return circuit.multiply(self.number(args[0]), self.number(args[1]))
            case "max":
                best = self._scaled(args[0], ONE / step)
                for arg in args[1:]:
                    other = self._scaled(arg, ONE / step)
                    best = circuit.choose(circuit.at_least(best, other), best, other)
                return best
            case "round":
                return self._round(args[0], payload)
            case "table":
                return self._table(args, payload, lambda v: circuit.number(int(v / step)), circuit.choose)
            case "steps":
                base, jumps = payload
                result = circuit.number(int(base / step))
                for cut, value in jumps:
                    result = circuit.choose(self.threshold(args[0], cut), circuit.number(int(value / step)), result)
                return result
            case "mean":
                return self._mean(args, payload, step)
            case "attend":
                return self._attend(args, payload, step)
            case _:
                raise ValueError(f"no number for {op!r}")

    def _scaled(self, term: Term, factor: mpq) -> Number:
        """The number term · factor, which must be an integer multiple of the term's own integer."""
        multiple = factor * self.ranges.step(term)
        assert multiple.denominator == 1
        if self.ranges.is_truth(term) and self.terms.value(term) is None:
            return self.circuit.choose(self.truth(term), self.circuit.number(int(multiple)), self.circuit.number(0))
        return self.circuit.multiply(self.number(term), self.circuit.number(int(multiple)))

    def _round(self, arg: Term, rounding: Rounding) -> Number:
        """The stored value, in units of its step: a power of two times the format's unit."""
        circuit, step = self.circuit, rounding.step(self.ranges.step(arg))
        units = self._on_grid(arg, rounding, step)
        if rounding.low is None or rounding.high is None:
            return units
        low, high = (int(end * rounding.unit / step) for end in (rounding.low, rounding.high))
        if low <= units.low and units.high <= high:
            return units
        if rounding.overflow == "wrap":
            bits, moved = (high - low).bit_length(), 0 if low in (0, -(1 << (high - low).bit_length() - 1)) else low
            return circuit.add(
                circuit.wrap(circuit.add(units, circuit.number(-moved)), bits, low < 0 and not moved),
                circuit.number(moved),
            )
        least, most = circuit.number(low), circuit.number(high)
        above = self._clamped(circuit.at_least(units, most), most, units, units.low, max(units.low, high))
        return self._clamped(circuit.at_least(least, above), least, above, max(above.low, low), above.high)

    def _on_grid(self, arg: Term, rounding: Rounding, step: mpq) -> Number:
        """The value rounded as if there were no bounds: for each power of two that it reaches, to the grid there."""
        circuit, ratio = self.circuit, self.ranges.step(arg) / step
        p, q = int(ratio.numerator), int(ratio.denominator)
        exact = circuit.multiply(self.number(arg), circuit.number(p))
        units = self._divide(exact, q, rounding.mode)
        if rounding.precision is None:
            return units
        # Below 2**spare0 · 2**precision units of the format, `step` is the grid: what is smaller is 0.
        first = rounding.precision + int(step / rounding.unit).bit_length() - 1
        last = max(floor(abs(end) / rounding.unit).bit_length() for end in self.ranges.interval(arg))
        for length in range(first + 1, last + 1):
            spare = int((1 << length - rounding.precision) * rounding.unit / step)
            coarse = circuit.multiply(self._divide(exact, q * spare, rounding.mode), circuit.number(spare))
            reach = circuit.number(int(q * (1 << length - 1) * rounding.unit / step))
            beyond = [circuit.at_least(exact, reach), circuit.at_least(circuit.negative(reach), exact)]
            units = circuit.choose(circuit.disjunction(beyond), coarse, units)
        return units

    def _clamped(self, condition: Node, end: Number, inside: Number, low: int, high: int) -> Number:
        """The chosen number with the interval that the clamp gives it."""
        chosen = self.circuit.choose(condition, end, inside)
        low, high = max(low, chosen.low), min(high, chosen.high)
        return chosen if low > high else self.circuit.narrow(Number(chosen.node, low, high))

    def _divide(self, x: Number, q: int, mode: Mode) -> Number:
        """The quotient x / q rounded to an integer."""
        circuit = self.circuit
        if q == 1:
            return x
        match mode:
            case "floor":
                return circuit.floor_divide(x, q)
            case "ceil":
                return circuit.negative(circuit.floor_divide(circuit.negative(x), q))
            case "toward-zero":
                below, opposite = circuit.floor_divide(x, q), circuit.floor_divide(circuit.negative(x), q)
                return circuit.choose(self._is_negative(x), circuit.negative(opposite), below)
            case "nearest-even" | "nearest-away":
                return self._divide_nearest(x, q, even=mode == "nearest-even")

    def _divide_nearest(self, x: Number, q: int, *, even: bool) -> Number:
        """The integer nearest to x / q; of two the even one, or the one that is farther from 0."""
        circuit = self.circuit
        below = circuit.floor_divide(x, q)
        rest = circuit.add(x, circuit.negative(circuit.multiply(below, circuit.number(q))))
        twice = circuit.multiply(rest, circuit.number(2))
        more, tie = circuit.at_least(twice, circuit.number(q + 1)), circuit.equal(twice, circuit.number(q))
        if even:
            upward = circuit.equal(circuit.wrap(below, 1, False), circuit.number(1))  # below is odd
        else:
            upward = circuit.negation(self._is_negative(x))
        up = circuit.disjunction([more, circuit.conjunction([tie, upward])])
        return circuit.choose(up, circuit.add(below, circuit.number(1)), below)

    def _is_negative(self, x: Number) -> Node:
        return self.circuit.negation(self.circuit.at_least(x, self.circuit.number(0)))

    def _mean(self, args: Sequence[Term], payload: tuple[Division, mpq, mpq], step: mpq) -> Number:
        total, count = args
        low, high = self.ranges.interval(count)
        result = self.circuit.number(0)
        for k in range(max(int(low), 1), int(high) + 1):
            here = self._scaled(total, payload[0].weight(k) / step)
            result = self.circuit.choose(self.threshold(count, mpq(k)), here, result)
        return result

    def _attend(self, args: Sequence[Term], payload: tuple[str, Division], step: mpq) -> Number:
        """Attention by its definition, for terms that were not reduced: compare each score with each."""
        circuit, (ties, rule) = self.circuit, payload
        half = len(args) // 2
        scores = self._aligned(args[half:])
        chosen = [circuit.conjunction([circuit.at_least(a, b) for b in scores]) for a in scores]
        if ties != "saturated":
            order = range(half) if ties == "hard" else range(half - 1, -1, -1)
            result = circuit.number(0)
            for index in reversed(order):
                result = circuit.choose(chosen[index], self._scaled(args[index], ONE / step), result)
            return result
        unit = self._aligned_step(args[:half])
        total = count = circuit.number(0)
        for truth, value in zip(chosen, args[:half], strict=True):
            total = circuit.add(total, circuit.choose(truth, self._scaled(value, ONE / unit), circuit.number(0)))
            count = circuit.add(count, circuit.choose(truth, circuit.number(1), circuit.number(0)))
        result = circuit.number(0)
        for k in range(1, half + 1):
            here = circuit.multiply(total, circuit.number(int(unit * rule.weight(k) / step)))
            result = circuit.choose(circuit.at_least(count, circuit.number(k)), here, result)
        return result

    def _aligned_step(self, group: Sequence[Term]) -> mpq:
        """A step that divides the steps of all the terms."""
        return reduce(common_step, map(self.ranges.step, group), ZERO) or ONE

    def _aligned(self, group: Sequence[Term]) -> list[Number]:
        unit = self._aligned_step(group)
        return [self._scaled(term, ONE / unit) for term in group]

    # -- tables

    def _table(self, args: Sequence[Term], rows: Payload, leaf: Callable[[mpq], L], choose: Choose[L]) -> L:
        """A tree of thresholds of the key. A second argument, a count, is split over first.

        A table over two terms comes from the lemma about means, whose points are all that can occur.
        """
        if len(args) == 2:
            blocks: dict[mpq, list[tuple[tuple[mpq, ...], mpq]]] = {}
            for (total, count), value in rows:
                blocks.setdefault(count, []).append(((total,), value))
            leaves = [(k, self._tree(args[0], [(p, leaf(v)) for (p,), v in blocks[k]], choose)) for k in sorted(blocks)]
            return self._tree(args[1], leaves, choose)
        listed = {point: value for (point,), value in rows}
        domain = self.ranges.domain(args[0], TABLE_LIMIT)
        if domain is not None:
            return self._tree(args[0], [(v, leaf(listed.get(v, ZERO))) for v in domain], choose)
        result, step = leaf(ZERO), self.ranges.step(args[0])
        for point, value in listed.items():
            if (point / step).denominator == 1:
                here = self.circuit.equal(self.number(args[0]), self.circuit.number(int(point / step)))
                result = choose(here, leaf(value), result)
        return result

    def _tree(self, key: Term, leaves: Sequence[tuple[mpq, L]], choose: Choose[L]) -> L:
        """The leaf of the greatest point that the key reaches, as a balanced tree over runs of equal leaves."""
        runs = [leaves[0]]
        runs += [after for before, after in pairwise(leaves) if after[1] != before[1]]

        def build(start: int, stop: int) -> L:
            if stop - start == 1:
                return runs[start][1]
            middle = (start + stop) // 2
            return choose(self.threshold(key, runs[middle][0]), build(middle, stop), build(start, middle))

        return build(0, len(runs))

    def _choose_truth(self, condition: Node, then: Node, otherwise: Node) -> Node:
        circuit = self.circuit
        return circuit.disjunction(
            [circuit.conjunction([condition, then]), circuit.conjunction([circuit.negation(condition), otherwise])]
        )
