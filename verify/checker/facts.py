"""What the checker knows of a term from its operation alone: an interval, a step, a small domain, by one rule each.

    interval   [low, high] that holds every value
    step       g >= 0 such that every value is a multiple of g; 0 for what is always 0
    domain     all values that the term may have, ascending: those that its table has, and 0; else the multiples of the
               step in the interval, counted from the constant of an affine term

A sum is looked at addend by addend, but that of the symbols at one position at most one is 1. Nothing here is taken
from `logbits.encode.term.ranges`, which says the same to the rules: where the two differ a derivation is refused.
"""

from __future__ import annotations

from functools import reduce
from itertools import product

from gmpy2 import mpq

from ...encode.number.mean import Division
from ...encode.number.rational import ONE, ZERO, ceil, common_step, floor
from ...encode.number.rounding import Rounding
from ...encode.term.terms import Term, Terms
from .refused import Refused

Interval = tuple[mpq, mpq]


class Facts:
    """Facts about the terms of a list, which grows. `promised` holds (S, k, low, high) with low·k <= S <= high·k."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.promised: set[tuple[Term, Term, mpq, mpq]] = set()
        self._intervals: list[Interval] = []
        self._steps: list[mpq] = []

    def interval(self, term: Term) -> Interval:
        """[low, high] that holds every value of the term."""
        self._extend()
        return self._intervals[term]

    def step(self, term: Term) -> mpq:
        """G >= 0 such that every value of the term is a multiple of g."""
        self._extend()
        return self._steps[term]

    def is_truth(self, term: Term) -> bool:
        """Whether every value is 0 or 1, by interval and step."""
        low, high = self.interval(term)
        return low >= 0 and high <= 1 and self.step(term) in (ZERO, ONE)

    def domain(self, term: Term, limit: int) -> list[mpq] | None:
        """All values that the term may have, ascending; None where there are more than about `limit`."""
        op, payload = self.terms.ops[term], self.terms.payloads[term]
        if op == "table":
            values = {value for _, value in payload}
            return sorted({ZERO, *values}) if len(values) < limit else None
        (low, high), step, start = self.interval(term), self.step(term), ZERO
        if op == "affine":
            start, weights = payload
            step = reduce(common_step, (c * self.step(b) for c, b in zip(weights, self.terms.args[term], strict=True)))
        if low == high:
            return [low]
        if high - low >= abs(step) * limit:
            return None
        first, last = ceil((low - start) / abs(step)), floor((high - start) / abs(step))
        return [start + abs(step) * number for number in range(first, last + 1)]

    def _extend(self) -> None:
        while len(self._intervals) < len(self.terms):
            interval, step = self._of(len(self._intervals))
            self._intervals.append(interval)
            self._steps.append(abs(step))

    def _of(self, term: Term) -> tuple[Interval, mpq]:
        op, args, payload = self.terms.ops[term], self.terms.args[term], self.terms.payloads[term]
        ends, steps = [self._intervals[arg] for arg in args], [self._steps[arg] for arg in args]
        match op:
            case "const":
                return (payload, payload), payload
            case "symbol" | "compare" | "and" | "xor" | "maximal":
                return (ZERO, ONE), ONE
            case "affine":
                step = reduce(common_step, (c * s for c, s in zip(payload[1], steps, strict=True)), payload[0])
                return self._sum(term), step
            case "mul":
                corners = [x * y for x, y in product(*ends)]
                return (min(corners), max(corners)), steps[0] * steps[1]
            case "max":
                return (max(low for low, _ in ends), max(high for _, high in ends)), reduce(common_step, steps)
            case "round":
                return _image(payload, *ends[0]), _rounded_step(payload, steps[0])
            case "table":
                values = [ZERO, *(value for _, value in payload)]
                return (min(values), max(values)), reduce(common_step, values)
            case "steps":
                values = [payload[0], *(value for _, value in payload[1])]
                return (min(values), max(values)), reduce(common_step, values)
            case "attend":
                return self._attend(payload, ends[: len(ends) // 2], steps[: len(ends) // 2])
            case "mean":
                return self._mean(term)
            case _:
                raise Refused(f"nothing is known of {op}")

    def _sum(self, term: Term) -> Interval:
        terms, (low, weights) = self.terms, self.terms.payloads[term]
        high, at = low, dict[int, list[mpq]]()
        for weight, base in zip(weights, terms.args[term], strict=True):
            if terms.ops[base] == "symbol":
                at.setdefault(terms.payloads[base][0], [ZERO]).append(weight)
            else:
                ends = sorted(weight * end for end in self._intervals[base])
                low, high = low + ends[0], high + ends[1]
        for choices in at.values():
            low, high = low + min(choices), high + max(choices)
        return low, high

    def _attend(self, payload: tuple[str, Division], ends: list[Interval], steps: list[mpq]) -> tuple[Interval, mpq]:
        """One of several values, or the mean of some of them: between these, but for what the rule makes of them."""
        ties, rule = payload
        low, high, step = min(low for low, _ in ends), max(high for _, high in ends), reduce(common_step, steps)
        if ties != "saturated":
            return (low, high), step
        weights = [(k, rule.weight(k)) for k in range(1, len(ends) + 1)]
        means = [end * k * w for k, w in weights for end in (low, high)]
        return (min(means), max(means)), step * reduce(common_step, (w for _, w in weights))

    def _mean(self, term: Term) -> tuple[Interval, mpq]:
        (total, count), (rule, low, high) = self.terms.args[term], self.terms.payloads[term]
        if (total, count, low, high) not in self.promised:
            raise Refused("a mean of which no interval is known")
        fewest, most = (int(end) for end in self._intervals[count])
        least, greatest = rule.image(low, high, most)
        if fewest <= 0:
            least, greatest = min(least, ZERO), max(greatest, ZERO)
        weights = [(k, rule.weight(k)) for k in range(max(fewest, 1), most + 1)]
        if any(low * k * w < least or high * k * w > greatest for k, w in weights):
            raise Refused("a mean outside the interval of its rule")
        return (least, greatest), self._steps[total] * reduce(common_step, (w for _, w in weights), ZERO)


def monotone(rounding: Rounding, low: mpq, high: mpq) -> bool:
    """Whether rounding is monotone on [low, high]: always, unless it wraps around there."""
    return rounding.overflow != "wrap" or not (rounding.overflows(low) or rounding.overflows(high))


def fixes(rounding: Rounding, step: mpq, low: mpq, high: mpq) -> bool:
    """Whether every multiple of `step` in [low, high] is a value of the format.

    Values are integers, in units, of the range; with a precision p such as are below 2**p times a power of two that
    divides them.
    """
    unit = step / rounding.unit
    least, most = low / rounding.unit, high / rounding.unit
    if unit.denominator != 1:
        return False
    if rounding.low is not None and rounding.high is not None and not rounding.low <= least <= most <= rounding.high:
        return False
    if rounding.precision is None or unit == 0:
        return True
    return max(abs(least), abs(most)) <= (_power_in(int(unit)) << rounding.precision)


def _image(rounding: Rounding, low: mpq, high: mpq) -> Interval:
    if monotone(rounding, low, high):
        return rounding.apply(low), rounding.apply(high)
    assert rounding.low is not None
    assert rounding.high is not None
    return rounding.low * rounding.unit, rounding.high * rounding.unit


def _rounded_step(rounding: Rounding, step: mpq) -> mpq:
    """What is not 0 is a multiple of 2**s units, if its magnitude needs s bits more than there are; so are the ends."""
    if rounding.precision is None or rounding.overflow == "wrap":
        return rounding.unit
    spare = 1 << max(floor(step / rounding.unit).bit_length() - rounding.precision, 0)
    return rounding.unit * min([spare, *(_power_in(end) for end in (rounding.low, rounding.high) if end)])


def _power_in(number: int) -> int:
    """The greatest power of two that divides a number other than 0."""
    return abs(number) & -abs(number)
