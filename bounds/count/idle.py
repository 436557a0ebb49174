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

from ...encode.arithmetic.intervals import Interval, embedding_values, interval, is_mean
from ...encode.number.rational import ONE, ZERO, common_step
from ...encode.number.rounding import Rounding
from ...encode.program.program import (
    Affine,
    Attend,
    Compare,
    Embed,
    Max,
    Nearest,
    Op,
    Product,
    Program,
    Round,
    Score,
    Steps,
    Table,
    forms,
)

Step = mpq | None
"""A positive g (or 0 for what is always 0) of which every value is a multiple, None where none is known."""


def without_idle(program: Program, bound: int) -> Program:
    """The same runs, with fewer roundings of sums and fewer overflow rules; `bound` is N."""
    ops: list[Op] = []
    intervals: list[Interval] = []
    steps: list[Step] = []
    positions = bound + program.bos + program.eos
    for op in program.ops:
        inside = interval(op, intervals, bound, reciprocal=isinstance(op, Attend) and op.reciprocal is not None)
        match op:
            case Round(arg, rounding):
                ops.append(replace(op, rounding=_calm(rounding, intervals[arg])))
            case Attend(total=total) if total is not None:
                low, high = intervals[op.value]
                summed = min(low, low * positions), max(high, high * positions)
                changed = _sum(op, total, steps[op.value], summed)
                ops.append(changed)
                if changed.total is not None:  # it is divided by a count of at least 1, or nothing is selected at all
                    low, high = _reach(total) if op.stepwise else total.image(*summed)
                    inside = min(low, ZERO), max(high, ZERO)
            case _:
                ops.append(op)
        intervals.append(inside)
        steps.append(_step(op, steps, intervals, bound))
    return replace(program, ops=tuple(ops))


def _calm(rounding: Rounding, inside: Interval) -> Rounding:
    """The rounding with a rule for overflow only where overflow may happen."""
    if rounding.overflow == "saturate" or any(map(rounding.overflows, inside)):
        return rounding
    return replace(rounding, overflow="saturate")


def _sum(head: Attend, total: Rounding, step: Step, summed: Interval) -> Attend:
    """A head whose sum is stored only where that may change it. All partial sums lie within `summed`, and so does 0."""
    low, high = min(summed[0], ZERO), max(summed[1], ZERO)
    if step is not None and total.fixes(step, low, high):
        return replace(head, total=None, stepwise=False)
    # A partial sum that was rounded may be farther out than the exact one, so only one rounding can be judged.
    return head if head.stepwise else replace(head, total=_calm(total, summed))


def _reach(rounding: Rounding) -> Interval:
    assert rounding.low is not None
    assert rounding.high is not None
    return rounding.low * rounding.unit, rounding.high * rounding.unit


def _step(op: Op, steps: Sequence[Step], intervals: Sequence[Interval], bound: int) -> Step:
    match op:
        case Embed(table):
            return reduce(common_step, (v for symbol, e in table for v in embedding_values(e, symbol, bound)), ZERO)
        case Affine() | Max():
            return _common(
                [u for form in forms(op) for u in (form.const, *(_times(steps[f], c) for c, f in form.terms))]
            )
        case Product(left, right):
            return _times(steps[left], steps[right])
        case Compare() | Nearest():
            return ONE
        case Table(_, entries):
            return reduce(common_step, (value for _, value in entries), ZERO)
        case Steps(_, base, jumps):
            return reduce(common_step, (base, *(value for _, value in jumps)), ZERO)
        case Score(monomials):
            return _common([reduce(_times, (steps[f] for f in m.queries + m.keys), m.coefficient) for m in monomials])
        case Attend(value):
            return None if is_mean(op) else steps[value]
        case Round(arg, rounding):
            known = steps[arg]
            if known is None:
                return rounding.unit
            return known if rounding.fixes(known, *intervals[arg]) else rounding.step(known)


def _times(a: Step, b: Step) -> Step:
    return None if a is None or b is None else a * b


def _common(several: Sequence[Step]) -> Step:
    known = [each for each in several if each is not None]
    return reduce(common_step, known, ZERO) if len(known) == len(several) else None
