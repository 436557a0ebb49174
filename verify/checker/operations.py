"""What operations give in numbers, written from the definitions (docs/semantics.md): for the checker of counts.

The reference run has its own, which works on positions of unrounded programs; here programs have their roundings in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import gcd, prod
from typing import TypeVar

from gmpy2 import mpq

from ...encode.number.mean import Iterative, Quotient, Reciprocal, Weights
from ...encode.number.rational import ZERO, floor, show
from ...encode.number.rounding import Rounding, round_integer
from ...encode.program.program import (
    Affine,
    Attend,
    Compare,
    Feature,
    Form,
    Max,
    Nearest,
    Op,
    Product,
    Round,
    Score,
    Steps,
    Table,
)
from .refused import Refused

V = TypeVar("V")
Part = tuple[int, mpq]
"""How often a value occurs in a sum, and the value."""


class Stored(dict[Feature, V]):
    """What each operation so far has stored somewhere: what reads anything else is refused."""

    def __missing__(self, feature: Feature) -> V:
        raise Refused(f"operation {feature} has no value where it is read")


def require_understood(op: Op) -> None:
    """Checks what an operation of a symmetric program must be like, whatever it reads.

    Raises:
        Refused: saying what it is instead.
    """
    match op:
        case Attend(score=score, mask=mask, ties=ties, mean=mean, total=total):
            if mask != "none" or ties != ("uniform" if score is None else "saturated"):
                raise Refused(f"a head with mask {mask} and ties {ties} does not look at counts alone")
            understood = False
            match mean:
                case Quotient(bits):
                    understood = bits is None
                case Iterative():
                    understood = total is not None
                case Weights(_, counted, order):
                    wraps = counted is not None and counted.overflow == "wrap"
                    understood = not wraps and (order is None or total is not None)
                case Reciprocal():
                    understood = True
            if not understood:
                raise Refused(f"a mean by {mean} is not understood")
        case Max(()):
            raise Refused("a maximum of nothing")
        case Compare(relation=relation) if relation not in (">", ">=", "="):
            raise Refused(f"the relation {relation} is not understood")
        case Table(entries=entries) if len(dict(entries)) < len(entries):
            raise Refused("a table has a key twice")
        case Steps(jumps=jumps) if any(a >= b for (a, _), (b, _) in pairwise(jumps)):
            raise Refused("thresholds do not ascend")
        case _:
            pass


def form(written: Form, here: Mapping[Feature, mpq]) -> mpq:
    """The exact accumulator of an affine form."""
    total = written.const
    for coefficient, feature in written.terms:
        total += coefficient * here[feature]
    return total


def local(op: Op, here: Mapping[Feature, mpq]) -> mpq:
    """An operation that stays at its position, of what is stored there.

    Raises:
        Refused: where it fails, and for what does not stay at its position.
    """
    match op:
        case Affine(written):
            return form(written, here)
        case Product(left, right):
            return here[left] * here[right]
        case Max(forms):
            return max(form(written, here) for written in forms)
        case Compare(written, relation):
            value = form(written, here)
            return mpq(value == 0 if relation == "=" else value > 0 or (value == 0 and relation == ">="))
        case Nearest(written):
            return mpq(floor(form(written, here) + mpq(1, 2)))
        case Table(written, entries):
            value = form(written, here)
            for key, result in entries:
                if key == value:
                    return result
            raise Refused(f"a table has no entry {show(value)}")
        case Steps(written, base, jumps):
            value = form(written, here)
            return [base, *(result for cut, result in jumps if cut <= value)][-1]
        case Round(arg, rounding):
            return store(here[arg], rounding)
        case _:
            raise Refused(f"{type(op).__name__} has no value at a single position")


def store(value: mpq, rounding: Rounding) -> mpq:
    """The value in a format.

    Raises:
        Refused: where it overflows, and that is a failure.
    """
    if rounding.overflow == "error" and rounding.overflows(value):
        raise Refused(f"{show(value)} overflows {rounding}")
    return rounding.apply(value)


def score(op: Score, query: Mapping[Feature, mpq], key: Mapping[Feature, mpq]) -> mpq:
    """The exact score of a query position towards a key position."""
    return sum(
        (m.coefficient * prod([query[f] for f in m.queries]) * prod([key[f] for f in m.keys]) for m in op.monomials),
        ZERO,
    )


def mean(op: Attend, parts: Sequence[Part]) -> mpq:
    """The mean of one or more values by the rule of a head, as it is before it is stored.

    Raises:
        Refused: where the sum overflows, and that is a failure, or is rounded on its way.
    """
    count = sum(weight for weight, _ in parts)
    number, share = mpq(count), None
    if isinstance(op.mean, Weights):
        number = number if op.mean.denominator is None else _counted(count, op.mean.denominator)
        share = None if op.mean.weights is None else store(1 / number, op.mean.weights)
    summands = parts if share is None else [(weight, share * value) for weight, value in parts]
    total = sum((weight * value for weight, value in summands), ZERO)
    if op.total is not None and not op.stepwise:
        total = store(total, op.total)
    elif op.total is not None and not _never_rounds(op.total, summands):
        raise Refused("a sum may be rounded on its way, so that the order of a word matters")
    if isinstance(op.mean, Reciprocal):
        grid = 1 << count.bit_length() + op.mean.bits
        return total * mpq(round_integer(mpq(grid, count), op.mean.mode), grid)
    return total if share is not None else total / number


def _counted(count: int, rounding: Rounding) -> mpq:
    """The running sum of so many ones, each addition stored."""
    total = ZERO
    for _ in range(count):
        following = store(total + 1, rounding)
        if following == total:  # and so it stays
            return total
        total = following
    return total


def _never_rounds(rounding: Rounding, parts: Sequence[Part]) -> bool:
    """Whether all partial sums, in whatever order, are surely stored as they are.

    All are multiples of one power of two times the unit, and lie between the sum of the negative values and that of
    the positive ones.
    """
    units = [(weight, value / rounding.unit) for weight, value in parts]
    if any(value.denominator != 1 for _, value in units):
        return False
    low, high = (sum((weight * value for weight, value in units if (value > 0) == up), ZERO) for up in (False, True))
    if rounding.low is not None and rounding.high is not None and not rounding.low <= low <= high <= rounding.high:
        return False
    common = gcd(*(int(value) for _, value in units))
    return rounding.precision is None or max(-low, high) <= (common & -common) << rounding.precision
