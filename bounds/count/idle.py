"""Roundings that are idle on a whole program: overflow that cannot happen, sums of which nothing is lost.

A pass over a program with its roundings in, that changes no value and no failure of any run up to length N. Forward
intervals (`logbits.encode.arithmetic.intervals`) and steps, one of each per feature, show that a value never leaves its
format: then its overflow rule does not matter, and a program that cannot fail may be monotone. They show that a sum is
stored as it is after every addition: then the order of a word does not matter, and the program may be symmetric.

Ranges that a model declares are not used: they are claims of its author. The alternative, to look at every addition at
every length, is what circuits do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from gmpy2 import mpq

from ...encode.arithmetic.intervals import Interval, Intervals
from ...encode.arithmetic.multiples import Multiples, Step
from ...encode.number.mean import HeadRule, Iterative, Weights
from ...encode.number.rational import ONE, ZERO, common_step
from ...encode.number.rounding import Rounding
from ...encode.program.program import Attend, Embed, Op, Program, Relation, Round
from ...encode.program.walk import Jumps, once
from .running import furthest

Known = tuple[Interval, Step]
"""An interval that holds a value, and a step of which it is a multiple."""


def without_idle(program: Program, bound: int) -> Program:
    """The same runs, with fewer roundings of sums and fewer overflow rules; `bound` is N."""
    ops: list[Op] = []
    known: list[Known] = []
    domain, positions = _Known(bound), bound + program.bos + program.eos
    for op in program.ops:
        inside, step = once(domain, op, known)
        match op:
            case Round(arg, rounding):
                ops.append(replace(op, rounding=_calm(rounding, known[arg][0])))
            case Attend(total=total):
                counted = replace(op, mean=_counted(op.mean, positions))
                if total is None:
                    ops.append(counted)
                else:
                    summed, grid = _summed(op.mean, *known[op.value], positions)
                    way = _furthest(op, total, known[op.value][0], positions) if op.stepwise else None
                    changed = _sum(counted, total, grid, summed, way)
                    ops.append(changed)
                    if changed.total is not None:  # it is divided by a count of at least 1 where that is still to come
                        low, high = way or _reach(total) if op.stepwise else total.image(*summed)
                        share = ONE if op.mean.before else op.mean.share(positions)
                        inside = min(low * share, ZERO), max(high * share, ZERO)
            case _:
                ops.append(op)
        known.append((inside, step))
    return replace(program, ops=tuple(ops))


class _Known:
    """The domain of both: intervals and steps side by side, each by its own rules, but where a rounding needs both."""

    def __init__(self, bound: int) -> None:
        self.intervals, self.multiples = Intervals(bound), Multiples(bound)

    def embed(self, op: Embed, place: None) -> Known:
        return self.intervals.embed(op, place), self.multiples.embed(op, place)

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Known]]) -> Known:
        inside = self.intervals.linear(const, [(c, inside) for c, (inside, _) in parts])
        return inside, self.multiples.linear(const, [(c, step) for c, (_, step) in parts])

    def product(self, factors: Sequence[Known]) -> Known:
        return self.intervals.product(_first(factors)), self.multiples.product(_second(factors))

    def greatest(self, values: Sequence[Known]) -> Known:
        return self.intervals.greatest(_first(values)), self.multiples.greatest(_second(values))

    def compare(self, value: Known, relation: Relation) -> Known:
        return self.intervals.compare(value[0], relation), self.multiples.compare(value[1], relation)

    def nearest(self, value: Known) -> Known:
        return self.intervals.nearest(value[0]), self.multiples.nearest(value[1])

    def table(self, value: Known, entries: Jumps, where: object) -> Known:
        return self.intervals.table(value[0], entries, where), self.multiples.table(value[1], entries, where)

    def steps(self, value: Known, base: mpq, jumps: Jumps) -> Known:
        return self.intervals.steps(value[0], base, jumps), self.multiples.steps(value[1], base, jumps)

    def stored(self, value: Known, rounding: Rounding, where: object) -> Known:
        inside, step = value
        image = self.intervals.stored(inside, rounding, where)
        if step is not None and rounding.fixes(step, *inside):
            return image, step
        return image, self.multiples.stored(step, rounding, where)

    def attend(self, op: Attend, place: None, values: Sequence[Known], scores: object) -> Known:
        inside = self.intervals.attend(op, place, _first(values), scores)
        return inside, self.multiples.attend(op, place, _second(values), scores)


def _first(several: Sequence[Known]) -> list[Interval]:
    return [inside for inside, _ in several]


def _second(several: Sequence[Known]) -> list[Step]:
    return [step for _, step in several]


def _calm(rounding: Rounding, inside: Interval) -> Rounding:
    """The rounding with a rule for overflow only where overflow may happen."""
    if rounding.overflow == "saturate" or any(map(rounding.overflows, inside)):
        return rounding
    return replace(rounding, overflow="saturate")


def _counted(rule: HeadRule, positions: int) -> HeadRule:
    """The rule, which fails only if it may for so many positions."""
    if not isinstance(rule, Weights) or rule.denominator is None or rule.fails(positions):
        return rule
    return replace(rule, denominator=replace(rule.denominator, overflow="saturate"))


def _summed(rule: HeadRule, inside: Interval, step: Step, positions: int) -> Known:
    """What is known of the sum of a head, and of all its parts: of the values, or of these times their weights."""
    low, high = inside
    if not rule.before:
        return (min(low, low * positions), max(high, high * positions)), step
    weights = reduce(common_step, (rule.weight(k) for k in range(1, positions + 1)), ZERO)
    share = rule.share(positions)
    return (min(low * share, ZERO), max(high * share, ZERO)), None if step is None else step * weights


def _sum(head: Attend, total: Rounding, step: Step, summed: Interval, way: Interval | None) -> Attend:
    """A head whose sum is stored only where that may change it. All partial sums lie within `summed`, and so does 0.

    A partial sum that was rounded may be farther out than the exact one, and lies within `way`, if none may overflow.
    """
    low, high = min(summed[0], ZERO), max(summed[1], ZERO)
    if step is not None and total.fixes(step, low, high):
        return replace(head, total=None, mean=head.mean.division)
    if head.stepwise:
        return head if way is None else replace(head, total=replace(total, overflow="saturate"))
    return replace(head, total=_calm(total, summed))


def _furthest(head: Attend, rounding: Rounding, inside: Interval, most: int) -> Interval | None:
    """Where all sums of at most so many values that lie `inside` are, where no addition may overflow."""
    if head.mean != Iterative():
        return None
    low, high = (furthest(rounding, end, most) for end in (min(inside[0], ZERO), max(inside[1], ZERO)))
    return None if low is None or high is None else (low, high)


def _reach(rounding: Rounding) -> Interval:
    assert rounding.low is not None
    assert rounding.high is not None
    return rounding.low * rounding.unit, rounding.high * rounding.unit
