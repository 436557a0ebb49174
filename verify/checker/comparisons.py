"""Checks of steps about comparisons; which relation each is about is looked at before, in `steps`.

The rows of a table are at the points of its key, all of them, in order: no other table is a term (`Checker`).
"""

from __future__ import annotations

from itertools import pairwise

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO, ceil, floor, rational
from ...encode.term.terms import Payload, Term
from .facts import monotone
from .known import LIMIT, Known
from .logic import conjunction
from .refused import Refused
from .step import Step


def strict(c: Known, s: Step) -> bool:
    """Greater is not less or equal."""
    return s.result == c.terms.negate(c.at_least(c.affine(ZERO, (-ONE, s.args[0]))))


def equal(c: Known, s: Step) -> bool:
    """Equal is neither less nor greater."""
    negative = c.affine(ZERO, (-ONE, s.args[0]))
    return s.result == conjunction(c, [c.at_least(s.args[0]), c.at_least(negative)])


def sign(c: Known, s: Step) -> bool:
    """The interval decides."""
    low, high = c.facts.interval(s.args[0])
    return s.result == (c.terms.one if low >= 0 else c.terms.zero if high < 0 else None)


def single(c: Known, term: Term, op: str) -> tuple[mpq, mpq, Term]:
    """a, b and t where the term is a·t + b and t is of this operation."""
    const, bases = c.terms.split(term)
    if len(bases) != 1 or c.terms.ops[bases[0][1]] != op:
        raise Refused(f"a term that is not one {op}")
    return bases[0][0], const, bases[0][1]


def through_rounding(c: Known, s: Step) -> bool:
    """[a·round(x) + b >= 0] changes at the cut, and nowhere else, as rounding is monotone."""
    (a, b, base), [cut] = single(c, s.args[0], "round"), map(rational, s.numbers)
    [x], rounding = c.terms.args[base], c.terms.payloads[base]
    (low, high), step, rising = c.facts.interval(x), c.facts.step(x), a > 0

    def reached(value: mpq) -> bool:
        return (a * rounding.apply(value) + b >= 0) == rising

    if not (monotone(rounding, low, high) and (cut / step).denominator == 1 and low <= cut <= high + step):
        return False
    changes = (cut > high or reached(cut)) and (cut - step < low or not reached(cut - step))
    above = c.at_least(x, cut)
    return changes and s.result == (above if rising else c.terms.negate(above))


def greatest(c: Known, s: Step) -> bool:
    """A maximum reaches a constant iff one of its arguments does."""
    a, b, base = single(c, s.args[0], "max")
    cases = [c.at_least(c.affine(b, (a, x))) for x in c.terms.args[base]]
    return s.result == (c.any_of(cases) if a > 0 else conjunction(c, cases))


def threshold(c: Known, s: Step) -> bool:
    """At each point of its key the table says what a threshold of the key says."""
    (a, b, base), [cut] = single(c, s.args[0], "table"), map(rational, s.numbers)
    [key], rows = c.terms.args[base], c.terms.payloads[base]
    above = c.at_least(key, cut)
    rising = a * rows[-1][1] + b >= 0
    alike = all(((a * value + b >= 0) == rising) == (point >= cut) for (point,), value in rows)
    return alike and s.result == (above if rising else c.terms.negate(above))


def quotient(c: Known, s: Step) -> bool:
    """A mean of at least one value is compared without dividing."""
    a, b, base = single(c, s.args[0], "mean")
    (total, count), rule = c.terms.args[base], c.terms.payloads[base][0]
    low, high = map(int, c.facts.interval(count))
    whole = low >= 1 and all(k * rule.weight(k) == 1 for k in range(low, high + 1))
    return whole and s.result == c.at_least(c.affine(ZERO, (a, total), (b, count)))


def one_set(c: Known, s: Step) -> bool:
    """S and T are compared, as they are divided by one k, or by tables over S and k, T and k.

    Where k = 0 both means are 0, and so are S and T; the weight of a mean of at least one value has to be positive.
    """
    const, ((a, left), (b, right)) = c.terms.split(s.args[0])
    if a < 0:
        a, b, left, right = b, a, right, left
    (total, count), (other, count_too) = c.terms.args[left], c.terms.args[right]
    first, second = c.terms.payloads[left], c.terms.payloads[right]
    match c.terms.ops[left], c.terms.ops[right]:
        case "mean", "mean":
            low, high = map(int, c.facts.interval(count))
            positive = all(first[0].weight(k) > 0 for k in range(max(low, 1), high + 1))
            alike = positive and first[0] == second[0] and const == 0 and a == -b
        case "table", "table":
            same_points = c.points((total, count)) == c.points((other, count))
            alike = same_points and _meet(first, second, a, b, const)
        case _:
            return False
    return alike and count == count_too and s.result == c.at_least(c.affine(ZERO, (ONE, total), (-ONE, other)))


def _meet(first: Payload, second: Payload, a: mpq, b: mpq, const: mpq) -> bool:
    """Whether, at each k, a·f(s) + const >= -b·g(t) iff s >= t, for the points of two tables.

    The left side at s is not less than the right side at s, and less than that at the next sum; so both sides ascend.
    """
    at: dict[mpq, list[tuple[mpq, mpq, mpq]]] = {}
    for ((total, count), x), (_, y) in zip(first, second, strict=True):
        at.setdefault(count, []).append((total, a * x + const, -b * y))
    for rows in map(sorted, at.values()):
        if any(x < y for _, x, y in rows) or any(x >= beyond for (_, x, _), (_, _, beyond) in pairwise(rows)):
            return False
    return True


def all_or_nothing(c: Known, s: Step) -> bool:
    """Heavy addends, each with no value strictly between its end and the gap from it, are taken out of a sum."""
    (const, bases), (kind, *gaps) = c.terms.split(s.args[0]), s.numbers
    ends = {base: sorted(weight * end for end in c.facts.interval(base)) for weight, base in bases}
    some = {"some": True, "all": False}[kind]
    heavy = dict(zip(s.terms, map(rational, gaps), strict=True))
    room = const + sum((ends[base][0 if some else 1] for _, base in bases), ZERO)
    cases: list[Term] = []
    for weight, base in bases:
        if base in heavy:
            (low, high), gap = ends[base], heavy[base]
            empty = (low, low + gap) if some else (high - gap, high)
            if gap <= 0 or (gap < -room if some else gap <= room) or _inside(c, weight, base, *empty):
                return False
            cases.append(c.at_least(c.affine(ZERO, (weight, base)), low + gap if some else high))
    fixed = const + sum((ends[base][0 if some else 1] for base in heavy), ZERO)
    cases.append(c.at_least(c.affine(fixed, *((weight, base) for weight, base in bases if base not in heavy))))
    return s.result == (c.any_of(cases) if some else conjunction(c, cases))


def _inside(c: Known, weight: mpq, base: Term, low: mpq, high: mpq) -> bool:
    """Whether weight · base may have a value strictly between."""
    domain = c.facts.domain(base, LIMIT)
    if domain is not None:
        return any(low < weight * value < high for value in domain)
    step = abs(weight) * c.facts.step(base)
    return (floor(low / step) + 1) * step < high


def on_grid(c: Known, s: Step) -> bool:
    """[a·P + b >= 0], and [P - cut >= 0] or its negation: no multiple of the step of P lies between the two."""
    right, negated = s.result, c.terms.negate(s.result)
    rising = c.terms.ops[right] == "compare"
    node = right if rising else negated
    if c.terms.payloads[node] != ">=":
        return False
    (shift, inner), (const, bases) = c.terms.split(c.terms.args[node][0]), c.terms.split(s.args[0])
    primitive, cut, a = c.affine(ZERO, *inner), -shift, bases[0][0] / inner[0][0]
    if c.affine(const, (a, primitive)) != s.args[0] or (a > 0) != rising:
        return False
    bound, step = -const / a, c.facts.step(primitive)
    between = (ceil(bound / step), ceil(cut / step)) if rising else (floor(bound / step) + 1, ceil(cut / step))
    return between[0] == between[1]


def two_counts(c: Known, s: Step) -> bool:
    """At each point of the key one is not less than the other iff the right side says so."""
    x, y = map(c.columns(s.key).of, s.args)
    return [mpq(a >= b) for a, b in zip(x, y, strict=True)] == c.columns(s.key).of(s.result)


def difference(c: Known, s: Step) -> bool:
    """Not less is a difference that is not negative."""
    return s.result == c.at_least(c.affine(ZERO, (ONE, s.args[0]), (-ONE, s.args[1])))
