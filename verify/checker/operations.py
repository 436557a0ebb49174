"""What operations give in numbers, written from the definitions (docs/semantics.md): for the checker of counts.

The reference run has its own, which works on positions of unrounded programs; here programs have their roundings in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
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


def require_understood(op: Op, ties: Collection[str] = ("saturated",)) -> None:
    """Checks what an operation must be like, whatever it reads; heads with scores have one of these `ties`.

    Raises:
        Refused: saying what it is instead.
    """
    match op:
        case Attend(score=score, mask=mask, ties=taken, mean=mean, total=total):
            if mask != "none" or taken not in (("uniform",) if score is None else ties):
                raise Refused(f"a head with mask {mask} and ties {taken} does not look at counts alone")
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


def mean(op: Attend, parts: Sequence[Part], first: int = 0, last: int = 0, *, in_order: bool = False) -> mpq:
    """The mean of one or more values by the rule of a head, as it is before it is stored.

    The first `first` and the last `last` of the parts are BOS and EOS, which come first and last in every word; with
    `in_order` all parts come in this order in every word.

    Raises:
        Refused: where the sum overflows, and that is a failure, or is rounded on its way so that order matters.
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
        if op.mean != Iterative():
            raise Refused("a sum may be rounded on its way, so that the order of a word matters")
        total = _in_order(op.total, parts) if in_order else _one_by_one(op.total, parts, first, last)
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


def _in_order(rounding: Rounding, parts: Sequence[Part]) -> mpq:
    """The sum that is stored after every addition, where the order is known."""
    total = ZERO
    for weight, value in parts:
        total = _repeated(rounding, total, value, weight)
    return total


def _one_by_one(rounding: Rounding, parts: Sequence[Part], first: int, last: int) -> mpq:
    """The sum that is stored after every addition, where the terms at symbols of words are 0 or one number.

    What is stored is not changed when 0 is added to it, as every format holds 0 and what it has stored.
    """
    words = [(weight, value) for weight, value in parts[first : len(parts) - last] if value]
    if len({value for _, value in words}) > 1:
        raise Refused("a sum may be rounded on its way, so that the order of a word matters")
    total = ZERO
    for _, value in parts[:first]:
        total = store(total + value, rounding)
    if words:
        total = _repeated(rounding, total, words[0][1], sum(weight for weight, _ in words))
    for _, value in parts[len(parts) - last :]:
        total = store(total + value, rounding)
    return total


def _repeated(rounding: Rounding, start: mpq, value: mpq, times: int) -> mpq:
    """A start and so many times one value, stored after every addition."""
    sums = _sums(rounding, start, value)
    while len(sums) <= times:
        following = store(sums[-1] + value, rounding)
        if following == sums[-1]:
            return following
        sums.append(following)
    return sums[times]


@lru_cache(maxsize=64)
def _sums(rounding: Rounding, start: mpq, value: mpq) -> list[mpq]:
    """The sums that were made so far, from the start on; none of them has failed."""
    return [start]


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
