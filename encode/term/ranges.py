"""What is known of a term's values from its own operation: an interval, a step, a finite domain.

Every rule is local and sound on its own: it looks at one operation and at the facts of its arguments, never at a
relation between arguments, with one exception that the definition of a word gives: of the symbols at one position, at
most one is 1. Widths of bit-vectors and every identity by range rest on this file, so each rule is compared with the
values on all words by the tests.

The *step* of a term is a positive rational g such that every value is a multiple of g; 0 for the term that is always 0.
"""

from __future__ import annotations

from functools import reduce
from itertools import groupby
from typing import Protocol, cast

from gmpy2 import mpq

from ..number.mean import Division
from ..number.rational import ONE, ZERO, ceil, common_step, floor
from ..number.rounding import Rounding
from .terms import Term, Terms

Interval = tuple[mpq, mpq]


class Widths(Protocol):
    """What a circuit has to know of terms: for numbers an interval and a step, and which are truth values."""

    def interval(self, term: Term) -> Interval:
        """[low, high] that holds every value of the term."""
        ...

    def step(self, term: Term) -> mpq:
        """The step g >= 0, such that every value of the term is a multiple of g."""
        ...

    def is_truth(self, term: Term) -> bool:
        """Whether every value of the term is known to be 0 or 1."""
        ...

    def domain(self, term: Term, limit: int) -> list[mpq] | None:
        """All values that the term may have, ascending; None where they are many."""
        ...


class Ranges:
    """Intervals and steps of the terms of one list, extended as the list grows; arrays beside it, never fields."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._intervals: list[Interval] = []
        self._steps: list[mpq] = []

    def interval(self, term: Term) -> Interval:
        """[low, high] such that every value of the term lies within."""
        self._extend()
        return self._intervals[term]

    def step(self, term: Term) -> mpq:
        """The step g >= 0, such that every value of the term is a multiple of g."""
        self._extend()
        return self._steps[term]

    def is_truth(self, term: Term) -> bool:
        """Whether the term is known to be 0 or 1 everywhere."""
        low, high = self.interval(term)
        return low >= 0 and high <= 1 and self.step(term) in (ZERO, ONE)

    def domain(self, term: Term, limit: int) -> list[mpq] | None:
        """All values that the term may take, ascending, if there are at most `limit` candidates, else None."""
        terms = self.terms
        if terms.ops[term] == "table":
            values = {value for _, value in terms.payloads[term]}
            return sorted(values | {ZERO}) if len(values) < limit else None
        low, high = self.interval(term)
        offset, step = ZERO, self.step(term)
        if terms.ops[term] == "affine":  # a constant moves the grid, and need not lie on it
            offset, coefficients = terms.payloads[term]
            steps = (c * self.step(arg) for c, arg in zip(coefficients, terms.args[term], strict=True))
            step = abs(reduce(common_step, steps))
        if low == high:
            return [low]
        if (high - low) >= step * limit:
            return None
        return [offset + step * k for k in range(ceil((low - offset) / step), floor((high - offset) / step) + 1)]

    def _extend(self) -> None:
        while len(self._intervals) < len(self.terms):
            term = len(self._intervals)
            interval, step = self._fact(term)
            self._intervals.append(interval)
            self._steps.append(step)

    def _fact(self, term: Term) -> tuple[Interval, mpq]:
        terms = self.terms
        op, args, payload = terms.ops[term], terms.args[term], terms.payloads[term]
        intervals = [self._intervals[arg] for arg in args]
        steps = [self._steps[arg] for arg in args]
        match op:
            case "const":
                return (payload, payload), abs(payload)
            case "symbol" | "compare" | "and" | "xor" | "maximal":
                return (ZERO, ONE), ONE
            case "affine":
                const, coefficients = payload
                step = reduce(common_step, (c * s for c, s in zip(coefficients, steps, strict=True)), const)
                return self._sum(const, coefficients, args), abs(step)
            case "mul":
                corners = [x * y for x in intervals[0] for y in intervals[1]]
                return (min(corners), max(corners)), steps[0] * steps[1]
            case "max":
                return (max(low for low, _ in intervals), max(high for _, high in intervals)), reduce(
                    common_step, steps
                )
            case "round":
                rounding = cast(Rounding, payload)
                return rounding.image(*intervals[0]), rounding.step(steps[0])
            case "table":
                values = [value for _, value in payload] + [ZERO]
                return (min(values), max(values)), reduce(common_step, values)
            case "steps":
                values = [payload[0], *(value for _, value in payload[1])]
                return (min(values), max(values)), reduce(common_step, values)
            case "attend":
                return self._attend(payload, intervals, steps)
            case "mean":
                return self._mean(term)
            case _:
                raise ValueError(f"no range for {op!r}")

    def _sum(self, const: mpq, coefficients: tuple[mpq, ...], args: tuple[Term, ...]) -> Interval:
        terms, low, high = self.terms, const, const

        def place(pair: tuple[mpq, Term]) -> int:
            return terms.payloads[pair[1]][0] if terms.ops[pair[1]] == "symbol" else -1

        for position, group in groupby(zip(coefficients, args, strict=True), key=place):
            if position < 0:
                for coefficient, arg in group:
                    ends = [coefficient * end for end in self._intervals[arg]]
                    low, high = low + min(ends), high + max(ends)
            else:  # at most one symbol of the alphabet stands at a position
                choices = [coefficient for coefficient, _ in group]
                low, high = low + min(*choices, ZERO), high + max(*choices, ZERO)
        return low, high

    def _attend(
        self, payload: tuple[str, Division], intervals: list[Interval], steps: list[mpq]
    ) -> tuple[Interval, mpq]:
        ties, rule = payload
        half = len(intervals) // 2
        low = min(low for low, _ in intervals[:half])
        high = max(high for _, high in intervals[:half])
        step = reduce(common_step, steps[:half])
        if ties != "saturated":
            return (low, high), step
        return rule.image(low, high, half), step * reduce(common_step, map(rule.weight, range(1, half + 1)))

    def _mean(self, term: Term) -> tuple[Interval, mpq]:
        (rule, low, high), (total, count) = self.terms.payloads[term], self.terms.args[term]
        fewest, most = (int(end) for end in self._intervals[count])
        low, high = rule.image(low, high, most)
        if fewest <= 0:
            low, high = min(low, ZERO), max(high, ZERO)
        weights = map(rule.weight, range(max(fewest, 1), most + 1))
        return (low, high), self._steps[total] * reduce(common_step, weights, ZERO)


def check(terms: Terms, ranges: Widths, values: dict[Term, mpq]) -> Term | None:
    """The first term whose value contradicts its facts, None if all agree: what simulation asserts on every word."""
    for term, value in values.items():
        low, high = ranges.interval(term)
        step = ranges.step(term)
        if not low <= value <= high or (value != 0 if step == 0 else (value / step).denominator != 1):
            return term
    return None
