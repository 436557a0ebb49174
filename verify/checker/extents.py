"""Within which ends all values of an operation lie, for the checker of counts, and whether it can fail within them.

One interval for each operation, for all words of one length, all positions and all pairs of them, by a rule of its own:
ends are stored as values are, sums and products are those of ends. A sum that is rounded on its way lies between the
running sums of the least and of the greatest value, since to store never turns two values round, unless it wraps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq

from ...encode.number.mean import Iterative, Reciprocal, Weights
from ...encode.number.rational import ONE, ZERO, floor
from ...encode.number.rounding import Rounding
from ...encode.program.position import evaluate
from ...encode.program.program import (
    BOS,
    EOS,
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Nearest,
    Op,
    Product,
    Program,
    Round,
    Score,
    Steps,
    Table,
)
from .refused import Refused

Ends = tuple[mpq, mpq]


class Extents:
    """The ends of each operation on words of one length, and those operations that may fail there.

    Raises:
        Refused: for an operation that is not understood.
    """

    def __init__(self, program: Program, length: int) -> None:
        self.program, self.length = program, length
        self.positions = length + program.bos + program.eos
        self.ends: list[Ends] = []
        self.failing: set[int] = set()
        for index, op in enumerate(program.ops):
            self.ends.append(self._of(index, op))

    def _of(self, index: int, op: Op) -> Ends:
        ends = self.ends
        match op:
            case Embed():
                return _hull(self._embedded(op))
            case Affine(written):
                return self._form(written)
            case Product(left, right):
                return _times(ends[left], ends[right])
            case Max(forms):
                several = [self._form(written) for written in forms]
                return max(low for low, _ in several), max(high for _, high in several)
            case Compare():
                return ZERO, ONE
            case Nearest(written):
                low, high = self._form(written)
                return mpq(floor(low + mpq(1, 2))), mpq(floor(high + mpq(1, 2)))
            case Table(entries=entries):
                self.failing.add(index)
                return _hull([ZERO, *(result for _, result in entries)])
            case Steps(base=base, jumps=jumps):
                return _hull([base, *(result for _, result in jumps)])
            case Score(monomials):
                total = ZERO, ZERO
                for each in monomials:
                    part = each.coefficient, each.coefficient
                    for feature in (*each.queries, *each.keys):
                        part = _times(part, ends[feature])
                    total = total[0] + part[0], total[1] + part[1]
                return total
            case Round(arg, rounding):
                return self._stored(index, rounding, ends[arg])
            case Attend():
                return self._mean(index, op)

    def _embedded(self, op: Embed) -> Iterable[mpq]:
        for symbol, expression in op.table:
            places = {BOS: range(1), EOS: range(self.length + 1, self.length + 2)}
            constant = expression.op == "const"
            for place in places.get(symbol, range(1, 2 if constant else self.length + 1)):
                yield evaluate(expression, place, self.length)

    def _form(self, written: Form) -> Ends:
        low = high = written.const
        for coefficient, feature in written.terms:
            part = _times((coefficient, coefficient), self.ends[feature])
            low, high = low + part[0], high + part[1]
        return low, high

    def _stored(self, index: int, rounding: Rounding, ends: Ends) -> Ends:
        if any(map(rounding.overflows, ends)):
            if rounding.overflow == "error":
                self.failing.add(index)
            if rounding.overflow == "wrap":
                assert rounding.low is not None
                assert rounding.high is not None
                return rounding.low * rounding.unit, rounding.high * rounding.unit
        return rounding.apply(ends[0]), rounding.apply(ends[1])

    def _mean(self, index: int, op: Attend) -> Ends:
        low, high = self.ends[op.value]
        if isinstance(op.mean, Weights):
            return self._weighed(index, op, op.mean, (low, high))
        if op.total is None and not isinstance(op.mean, Reciprocal):
            return (low, high) if op.mask != "strict" else _hull((low, high, ZERO))
        if op.total is not None:
            low, high = self._total(index, op, op.total, (low, high))  # which is divided by 1 or more
        more = ONE + mpq(1, 1 << op.mean.bits) if isinstance(op.mean, Reciprocal) else ONE
        return min(low * more, ZERO), max(high * more, ZERO)

    def _weighed(self, index: int, op: Attend, rule: Weights, ends: Ends) -> Ends:
        """Where weights are stored, or the denominator is: of one to all positions."""
        counts = range(1, self.positions + 1)
        if rule.denominator is not None and any(map(rule.fails, counts)):
            self.failing.add(index)
        share = max(count * rule.weight(count) for count in counts)
        low, high = min(ends[0] * share, ZERO), max(ends[1] * share, ZERO)
        if op.total is None:
            return low, high
        if op.stepwise:
            if op.total.overflow == "error":
                self.failing.add(index)
            if op.total.low is None or op.total.high is None:
                raise Refused("a sum without bounds is not understood")
            return op.total.low * op.total.unit, op.total.high * op.total.unit
        if rule.weights is not None:
            return self._stored(index, op.total, (low, high))
        sums = [end * self.positions for end in ends]
        return _hull((ZERO, *self._stored(index, op.total, (min(*ends, *sums), max(*ends, *sums)))))

    def _total(self, index: int, op: Attend, rounding: Rounding, ends: Ends) -> Ends:
        if isinstance(op.mean, Iterative) and op.mean != Iterative():
            if rounding.low is None or rounding.high is None:
                raise Refused("a sum without bounds is not understood")
            if rounding.overflow == "error":
                self.failing.add(index)
            return rounding.low * rounding.unit, rounding.high * rounding.unit
        if not isinstance(op.mean, Iterative):
            low, high = (end * self.positions for end in ends)
            return self._stored(index, rounding, (min(ends[0], low), max(ends[1], high)))
        low, high = (running(rounding, end, self.positions) for end in (min(ends[0], ZERO), max(ends[1], ZERO)))
        if low is not None and high is not None:
            return low, high
        if rounding.low is None or rounding.high is None:
            raise Refused("a sum without bounds overflows")
        if rounding.overflow == "error":
            self.failing.add(index)
        return rounding.low * rounding.unit, rounding.high * rounding.unit


def running(rounding: Rounding, value: mpq, most: int) -> mpq | None:
    """The sum of `most` times one value, stored after every addition; None where an addition overflows."""
    total = ZERO
    for _ in range(most):
        if rounding.overflows(total + value):
            return None
        following = rounding.apply(total + value)
        if following == total:
            break
        total = following
    return total


def _times(a: Ends, b: Ends) -> Ends:
    return _hull([x * y for x in a for y in b])


def _hull(values: Iterable[mpq]) -> Ends:
    several: Sequence[mpq] = list(values)
    if not several:
        raise Refused("a value is embedded for no symbol")
    return min(several), max(several)
