"""Which rounding each site gets: rule `scales/1`, and the formats that need no rule.

Scales are defined, not optimised: a verdict about "8 bits" must mean the same to everybody, so nothing clever may enter
here. The rule is forward interval arithmetic on the rounded program, one operation at a time as the model wrote it (a
polynomial score monomial by monomial), no relation between operands, one interval per scalar feature joined over
symbols, positions and lengths up to N. Cleverness about ranges belongs to proofs (`logbits.bounds`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gmpy2 import mpq

from ..number.mean import Iterative, Quotient
from ..number.rational import ONE, ZERO, is_dyadic, show
from ..number.rounding import Rounding, grid
from ..program import position
from ..program.operation import OPERATIONS, numbers
from ..program.program import Attend, Embed, Op, Program, Score
from ..program.walk import once
from . import blocks
from .arithmetic import Arithmetic
from .blocks import Shared
from .format import Fixed, Int8, Mx
from .intervals import Interval, Intervals, embedding_values, is_mean
from .multiples import Multiples, Step, common
from .parameters import rounded
from .storage import accumulator, storage


@dataclass(frozen=True)
class Site:
    """How one operation stores its value: None where as it is.

    `accumulator` comes first, for what is summed exactly otherwise; for a head's output it stores the sum of the
    values, once or after every addition, by the mean rule. `stored` is the site itself; or it is one of a block of
    several that share a scale, and `shared` says how these are stored.
    """

    stored: Rounding | None = None
    accumulator: Rounding | None = None
    shared: Shared | None = None

    @property
    def rounds(self) -> bool:
        """Whether the value is stored in a format."""
        return self.stored is not None or self.shared is not None

    def __str__(self) -> str:
        summed = [] if self.accumulator is None else [f"summed in {self.accumulator}"]
        return ", ".join([*(str(each) for each in (self.stored, self.shared) if each is not None), *summed])


def sites(program: Program, arithmetic: Arithmetic, bound: int) -> tuple[Site, ...]:
    """For each operation how its value is stored.

    `program` has exact parameters (they are rounded here, where the arithmetic says so). `bound` is N: scales are
    chosen once for all lengths up to it.

    Raises:
        ValueError: when a position expression is undefined somewhere, no scale fits, or a parameter overflows.
    """
    program = rounded(program, arithmetic)
    if isinstance(arithmetic.format, Mx):
        return _Sharing(program, arithmetic, arithmetic.format, bound).sites()
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


class _Sharing:
    """The choice of all sites where blocks share a scale: which scales can occur follows from intervals and steps.

    Declared ranges choose no scale here: what is stored decides it, wherever it lies.
    """

    def __init__(self, program: Program, arithmetic: Arithmetic, form: Mx, bound: int) -> None:
        self.program, self.arithmetic, self.form, self.bound = program, arithmetic, form, bound
        self.most = bound + program.bos + program.eos
        self.members = blocks.members(program, form.size)
        self.intervals: list[Interval] = []
        self.steps: list[Step] = []
        self.least: list[mpq | None] = []
        self.accumulators: list[Rounding | None] = []

    def sites(self) -> tuple[Site, ...]:
        found: list[Site] = []
        for index, op in enumerate(self.program.ops):
            self._exact(op)
            block = self.members.get(index)
            if block is None and OPERATIONS[type(op)].site:
                found.append(self._alone(index, op))
            elif block is None:
                found.append(Site())
            elif index == block[-1]:
                shared = self._shared(block)
                found += [Site(None, self.accumulators[each], shared) for each in block]
        return tuple(found)

    def _exact(self, op: Op) -> None:
        """What is known of an operation before it is stored, but after its accumulator."""
        arithmetic = self.arithmetic
        interval = once(Intervals(self.bound, arithmetic.mean), op, self.intervals)
        step = once(Multiples(self.bound), op, self.steps)
        summed = arithmetic.accumulators if OPERATIONS[type(op)].sums or is_mean(op) else None
        least: mpq | None = step
        rounding = None
        if isinstance(op, Attend) and is_mean(op):
            step, least = None, self.steps[op.value]
            low, high = self.intervals[op.value]
            if summed is not None:
                # A sum of k values lies within k times their interval, and rounding is monotone.
                rounding = storage(summed, arithmetic, min(low, low * self.most), max(high, high * self.most))
            counts, weight = range(1, self.most + 1), arithmetic.mean.division.weight
            if rounding is not None:
                ends = [rounding.image(k * low, k * high) for k in counts]
                lows = [end * weight(k) for k, (end, _) in zip(counts, ends, strict=True)]
                highs = [end * weight(k) for k, (_, end) in zip(counts, ends, strict=True)]
                interval = min(*lows, ZERO), max(*highs, ZERO)
                least = rounding.unit if least is None else rounding.step(least)
            smallest = min(found for found in map(weight, counts) if found > 0)
            least = None if least is None else least * smallest
        elif summed is not None:
            rounding = storage(summed, arithmetic, *interval)
            if rounding is not None:
                interval = rounding.image(*interval)
                step = least = rounding.unit if step is None else rounding.step(step)
        self.intervals.append(interval)
        self.steps.append(step)
        self.least.append(least)
        self.accumulators.append(rounding)

    def _alone(self, index: int, op: Op) -> Site:
        arithmetic = self.arithmetic
        chosen = arithmetic.scores if isinstance(op, Score) and arithmetic.scores else self.form
        stored = storage(chosen, arithmetic, *self.intervals[index])
        if stored is not None:
            step, interval = self.steps[index], self.intervals[index]
            if step is None or not stored.fixes(step, *interval):
                self.steps[index] = stored.unit if step is None else stored.step(step)
            self.intervals[index] = stored.image(*interval)
        return Site(stored, self.accumulators[index])

    def _shared(self, block: range) -> Shared:
        form, mode = self.form, self.arithmetic.rounding
        embeddings = [op for op in (self.program.ops[each] for each in block) if isinstance(op, Embed)]
        if len(embeddings) == len(block):
            scales = blocks.embedded(form, mode, embeddings, self.bound)
        else:
            least = _least(self.least[each] for each in block)
            step = common(self.steps[each] for each in block)
            scales = blocks.scales(form, mode, [self.intervals[each] for each in block], least, step)
        shared = Shared(block, form, scales, mode, self.arithmetic.overflow)
        for each in block:
            self.steps[each] = shared.step(self.steps[each], self.intervals[each])
            self.intervals[each] = shared.image(self.intervals[each])
        return shared


def _least(several: Iterable[mpq | None]) -> mpq | None:
    """The least number above 0; 0 if there is none, and None where one is not known."""
    found = list(several)
    known = [each for each in found if each is not None]
    return None if len(known) < len(found) else min((each for each in known if each), default=ZERO)


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
