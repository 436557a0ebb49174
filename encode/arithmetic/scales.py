"""Which rounding each site gets: rule `scales/1`, and the formats that need no rule.

Scales are defined, not optimised: a verdict about "8 bits" must mean the same to everybody, so nothing clever may enter
here. The rule is forward interval arithmetic on the rounded program, one operation at a time as the model wrote it (a
polynomial score monomial by monomial), no relation between operands, one interval per scalar feature joined over
symbols, positions and lengths up to N. Cleverness about ranges belongs to proofs (`logbits.bounds`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gmpy2 import mpq

from ..number.mean import Iterative, Quotient
from ..number.rational import ONE, ZERO, is_dyadic, show
from ..number.rounding import Rounding, grid
from ..program import position
from ..program.operation import OPERATIONS, numbers
from ..program.program import Attend, Embed, Op, Program, Score
from ..program.walk import once
from .arithmetic import Arithmetic
from .format import Fixed, Int8
from .intervals import Interval, Intervals, embedding_values, is_mean
from .multiples import Multiples, Step
from .parameters import rounded
from .storage import accumulator, storage


@dataclass(frozen=True)
class Site:
    """How one operation stores its value: None where as it is.

    `accumulator` comes first, for what is summed exactly otherwise; for a head's output it stores the sum of the
    values, once or after every addition, by the mean rule. `stored` is the site itself.
    """

    stored: Rounding | None = None
    accumulator: Rounding | None = None

    def __str__(self) -> str:
        summed = [] if self.accumulator is None else [f"summed in {self.accumulator}"]
        return ", ".join([*([] if self.stored is None else [str(self.stored)]), *summed])


def sites(program: Program, arithmetic: Arithmetic, bound: int) -> tuple[Site, ...]:
    """For each operation how its value is stored.

    `program` has exact parameters (they are rounded here, where the arithmetic says so). `bound` is N: scales are
    chosen once for all lengths up to it.

    Raises:
        ValueError: when a position expression is undefined somewhere, no scale fits, or a parameter overflows.
    """
    program = rounded(program, arithmetic)
    if arithmetic.rounds_sites:
        return _Chooser(program, arithmetic, bound).sites()
    if isinstance(arithmetic.mean, Quotient) and arithmetic.mean.bits is not None:
        means = Site(grid(arithmetic.mean.bits, arithmetic.rounding))
        return tuple(means if is_mean(op) else Site() for op in program.ops)
    return tuple(Site() for _ in program.ops)


class _Chooser:
    """The choice of all sites: operation after operation, the interval of each, and the unit of what it stores."""

    def __init__(self, program: Program, arithmetic: Arithmetic, bound: int) -> None:
        self.program, self.arithmetic, self.bound = program, arithmetic, bound
        self.declared = _declared(program, bound)
        self.scaled = any(isinstance(each, Fixed) or each == Int8() for each in arithmetic.formats())
        self.intervals: list[Interval] = []
        self.units: list[Step] = []
        self.most = bound + program.bos + program.eos
        rule = arithmetic.rule(self.most, stepwise=False) if arithmetic.weights or arithmetic.denominator else None
        self._domain = Intervals(bound, rule or arithmetic.mean, self.most)

    def sites(self) -> tuple[Site, ...]:
        return tuple(self._site(index, op) for index, op in enumerate(self.program.ops))

    def _site(self, index: int, op: Op) -> Site:
        interval = self._range(index, op)
        site = (
            Site(self._stored(op, interval), self._accumulator(op, interval)) if OPERATIONS[type(op)].site else Site()
        )
        for rounding in (None if is_mean(op) else site.accumulator, site.stored):
            interval = interval if rounding is None else rounding.image(*interval)
        self.intervals.append(interval)
        self.units.append(site.stored.unit if site.stored else ONE)
        return site

    def _range(self, index: int, op: Op) -> Interval:
        if not self.scaled:
            return ZERO, ZERO  # every site has the same format
        return self.declared.get(index) or once(self._domain, op, self.intervals)

    def _stored(self, op: Op, interval: Interval) -> Rounding | None:
        arithmetic = self.arithmetic
        chosen = arithmetic.scores if isinstance(op, Score) and arithmetic.scores else arithmetic.format
        return storage(chosen, arithmetic, *interval)

    def _accumulator(self, op: Op, interval: Interval) -> Rounding | None:
        arithmetic, chosen = self.arithmetic, self.arithmetic.accumulators
        if isinstance(op, Attend):
            iterative = isinstance(arithmetic.mean, Iterative) and not isinstance(arithmetic.format, Int8)
            summed = chosen or (arithmetic.format if iterative else None)
            if summed is None or not is_mean(op):
                return None
            return storage(summed, arithmetic, *self._summed(op, interval))
        if not OPERATIONS[type(op)].sums:
            return None
        if chosen is None and isinstance(arithmetic.format, Int8):
            return accumulator(once(Multiples(self.bound), op, self.units) or ONE, arithmetic)
        return None if chosen is None else storage(chosen, arithmetic, *interval)

    def _summed(self, op: Attend, mean: Interval) -> Interval:
        """Where the sum of a mean lies, and all its parts: of weighted values, or of as many values as there may be."""
        if self.arithmetic.weights is not None:
            return mean
        low, high = mean if self.arithmetic.denominator is None or not self.scaled else self.intervals[op.value]
        return min(low, low * self.most), max(high, high * self.most)


def _declared(program: Program, bound: int) -> dict[int, Interval]:
    """The declared ranges, their ends at the bound."""
    found: dict[int, Interval] = {}
    for index, ends in program.ranges:
        low, high = (position.evaluate(position.position(end), 0, bound) for end in ends)
        if low > high:
            raise ValueError(f"{program.name}: the range declared for {program.names[index]} is empty at n={bound}")
        found[index] = low, high
    return found


def undyadic(program: Program, bound: int) -> tuple[str, ...]:
    """What lies outside F and therefore stays exact under `dyadic`: to be reported with the verdict."""
    found: list[str] = []
    written = [(name, list(_numbers(op, bound))) for op, name in zip(program.ops, program.names, strict=True)]
    for name, values in [*written, ("the readout", list(numbers(program.readout)))]:
        outside = next((value for value in values if not is_dyadic(value)), None)
        if outside is not None:
            found.append(f"{show(outside)} in {name} is not dyadic and stays exact")
    return tuple(dict.fromkeys(found))


def _numbers(op: Op, bound: int) -> Iterator[mpq]:
    if isinstance(op, Embed):
        yield from (v for symbol, e in op.table for v in embedding_values(e, symbol, bound))
    yield from numbers(op)
