"""Checks of steps about numbers: products, means, roundings, maxima, and the step functions of models."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Term, evaluate
from .comparisons import single
from .facts import fixes
from .known import Known
from .refused import Refused
from .step import Step

SPLIT = 256


def truths(c: Known, s: Step) -> bool:
    """Of truth values a product is the conjunction, and a maximum the disjunction."""
    several = list(map(c.truth, s.args))
    return s.result == (c.same("and", several) if s.op == "mul" else c.any_of(several))


def expanded(c: Known, s: Step) -> bool:
    """(a + e·P)·(b + f·Q) is multiplied out."""
    x, y = s.args
    for number, other in ((x, y), (y, x)):
        if c.terms.ops[number] == "const":
            return s.result == c.affine(ZERO, (c.terms.payloads[number], other))
    p, q = s.terms
    sides: list[tuple[mpq, mpq]] = []
    for side, core in ((x, p), (y, q)):
        (const, bases), (shift, own) = c.terms.split(side), c.terms.split(core)
        factor = bases[0][0] / own[0][0]
        sides.append((const - factor * shift, factor))
        if c.affine(sides[-1][0], (factor, core)) != side:
            return False
    (a, e), (b, f) = sides
    both = c.facts.is_truth(p) and c.facts.is_truth(q)
    core = c.same("and", (p, q)) if both else c.terms.add("mul", sorted((p, q)))
    return s.result == c.affine(a * b, (e * f, core), (a * f, q), (e * b, p))


def weight(c: Known, s: Step) -> bool:
    """A mean of a known number is a multiple of the sum."""
    total, number = s.args[0], c.terms.value(s.args[1])
    return number is not None and s.result == c.affine(ZERO, (evaluate("mean", s.payload, [ONE, number]), total))


def _cases(c: Known, count: Term, value: Callable[[mpq], Term]) -> Term:
    """Σ [k = κ]·value(κ), over the domain of k."""
    domain = c.facts.domain(count, SPLIT)
    if domain is None:
        raise Refused("a number of too many values")
    return c.affine(ZERO, *((ONE, c.same("mul", (c.equals(count, k), value(k)))) for k in domain))


def cases(c: Known, s: Step) -> bool:
    """A mean is one of few multiples of the sum."""
    total, count = s.args
    return s.result == _cases(c, count, lambda k: c.same("mean", (total, c.terms.const(k)), s.payload))


def cases_of_mean(c: Known, s: Step) -> bool:
    """Rounding a mean is one of few roundings of multiples of the sum."""
    a, b, base = single(c, s.args[0], "mean")
    (total, count), rule = c.terms.args[base], c.terms.payloads[base]

    def here(k: mpq) -> Term:
        return c.same("round", (c.affine(b, (a, c.same("mean", (total, c.terms.const(k)), rule))),), s.payload)

    return s.result == _cases(c, count, here)


def fixed(c: Known, s: Step) -> bool:
    """What lies in the format's set of values is stored as it is."""
    [x] = s.args
    return s.result == x and fixes(s.payload, c.facts.step(x), *c.facts.interval(x))


def lesser(c: Known, s: Step) -> bool:
    """Each argument that is left out is at most one that is kept."""
    lows = [c.facts.interval(kept)[0] for kept in s.terms]
    left_out = set(s.args) - set(s.terms)
    below = all(c.facts.interval(arg)[1] <= max(lows) for arg in left_out)
    return set(s.terms) <= set(s.args) and below and s.result == c.same("max", s.terms)


def cuts(c: Known, s: Step) -> bool:
    """A step function of ascending cuts is its base and what is added at each cut."""
    base, jumps = s.payload
    if any(cut >= following for (cut, _), (following, _) in pairwise(jumps)):
        return False
    before = [base, *(value for _, value in jumps)]
    added = [(value - u, c.at_least(s.args[0], cut)) for u, (cut, value) in zip(before, jumps, strict=False)]
    return s.result == c.affine(base, *added)


def points(c: Known, s: Step) -> bool:
    """A table is a sum over its points."""
    if any(point >= following for (point, _), (following, _) in pairwise(s.payload)):
        return False
    return s.result == c.affine(ZERO, *((value, c.equals(s.args[0], point)) for (point,), value in s.payload))
