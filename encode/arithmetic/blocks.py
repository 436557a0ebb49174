"""Blocks of features that share a scale: which features they are, and which scales can occur.

A block is a run of operations of one kind that follow one another in the program, none of which reads another of them;
a run longer than the format's `size` is cut after each `size`. So the coordinates of x, the outputs of one head, or the
units of a hidden layer stand together as programs and weights files list them. Comparisons are no sites. A score has a
value for each pair of positions, and is alone, with a scale of its own.

At each position the scale is the finest at which none of the block overflows. As each set of elements is symmetric and
rounds symmetrically, the greatest absolute value alone decides; and what does so is written into the program as
operations that there are already, by `logbits.encode.arithmetic.twin`:

    peak = max(x, -x, y, -y, …)                  exactly
    o_e  = peak overflows at the scale e         a comparison, for each scale that can occur but the coarsest
    x stored = x at the finest + Σ o_e · (x at the scale after e - x at e)

No other scale occurs than those from that of the least peak above 0 up to that of the greatest. Where all values are
multiples of a step, the finer ones may be left out from the first on that stores all of these as they are: so do then
the finer ones. Each embedding is looked at by itself, with the others of its block, at every place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from gmpy2 import mpq

from ..number.rational import ZERO, common_step
from ..number.rounding import Mode, Overflow, Rounding
from ..program.defined import places
from ..program.operation import OPERATIONS, operands
from ..program.position import evaluate
from ..program.program import Embed, Op, Program, Relation, Score
from .elements import COARSEST, FINEST, element
from .format import Mx

Interval = tuple[mpq, mpq]


def members(program: Program, size: int) -> dict[int, range]:
    """For each operation that is stored in a block of several, the operations of its block."""
    found: dict[int, range] = {}
    start = 0
    for index in range(1, len(program.ops) + 1):
        if index < len(program.ops) and index - start < size and _joins(program.ops, start, index):
            continue
        if index - start > 1:
            found.update(dict.fromkeys(range(start, index), range(start, index)))
        start = index
    return found


def _joins(ops: Sequence[Op], start: int, index: int) -> bool:
    """Whether an operation goes on with the block that begins at `start`."""
    kind = type(ops[index])
    if kind is not type(ops[start]) or not OPERATIONS[kind].site or kind is Score:
        return False
    return all(operand < start for operand in operands(ops[index]))


@dataclass(frozen=True)
class Shared:
    """How a block is stored: its operations, the scales that can occur, ascending, and the rest of what is said."""

    members: range
    form: Mx
    scales: tuple[int, ...]
    mode: Mode
    overflow: Overflow

    def __str__(self) -> str:
        low, high = self.scales[0], self.scales[-1]
        return f"{self.form.element} times {f'2^{low}' if low == high else f'2^{low}..2^{high}'}"

    def roundings(self) -> tuple[Rounding, ...]:
        """For each scale how a number is stored, without overflow but at the coarsest scale that there is."""
        top = self.scales[-1]
        return tuple(
            element(self.form, scale, self.mode, self.overflow if scale == COARSEST else "saturate", top)
            for scale in self.scales
        )

    def limits(self) -> tuple[tuple[mpq, Relation], ...]:
        """For each scale but the last at which peaks a number overflows: those >, or >=, this one."""
        return tuple(limit(element(self.form, scale, self.mode, "error")) for scale in self.scales[:-1])

    def image(self, interval: Interval) -> Interval:
        """An interval that holds what values in this one are stored as, whatever the scale."""
        images = [rounding.image(*interval) for rounding in self.roundings()]
        return min(low for low, _ in images), max(high for _, high in images)

    def step(self, step: mpq | None, interval: Interval) -> mpq:
        """A step of what is stored of multiples of `step` in an interval, whatever the scale."""
        endless = self.scales[-1] < COARSEST  # then nothing is stored as an end because it overflows

        def after(rounding: Rounding) -> mpq:
            if step is None:
                return rounding.unit
            if rounding.fixes(step, *interval):
                return step
            return replace(rounding, low=None, high=None).step(step) if endless else rounding.step(step)

        return reduce(common_step, map(after, self.roundings()), ZERO)


def limit(rounding: Rounding) -> tuple[mpq, Relation]:
    """Which positive numbers overflow: those >, or >=, this one."""
    assert rounding.high is not None
    last = rounding.high * rounding.unit
    following = last + rounding.unit * (1 << rounding.spare(mpq(rounding.high)))
    half = (last + following) / 2
    if rounding.overflows(half):
        return half, ">="
    return (half, ">") if rounding.mode.startswith("nearest") else (following, ">=")


def finest(form: Mx, mode: Mode, peak: mpq) -> int:
    """The exponent of the scale of a block with this greatest absolute value; the coarsest where all overflow."""
    scales = range(FINEST, COARSEST)
    return FINEST + bisect_left(scales, True, key=lambda e: not element(form, e, mode, "error").overflows(peak))


def scales(form: Mx, mode: Mode, intervals: Sequence[Interval], least: mpq | None, step: mpq | None) -> tuple[int, ...]:
    """The scales that can occur, or all that have to be told apart.

    Args:
        form: the format.
        mode: how it rounds, alike for both signs.
        intervals: one for each member, that holds its values.
        least: no member has a value other than 0 that is smaller, in absolute value; None if none is known.
        step: all values are multiples of this; 0 if all are 0, None if none is known.
    """
    peak = max(abs(end) for interval in intervals for end in interval)
    top = finest(form, mode, peak)
    if peak == 0 or step == 0:
        return (top,)
    bottom = FINEST if least is None else min(top, finest(form, mode, least))
    found = [top]
    while found[-1] > bottom:
        if step is not None:
            rounding = element(form, found[-1], mode, "error")
            largest, _ = limit(rounding)
            if element(form, found[-1], mode, "error", found[-1] + 1).fixes(step, -largest, largest):
                break
        found.append(found[-1] - 1)
    return tuple(reversed(found))


def embedded(form: Mx, mode: Mode, ops: Sequence[Embed], bound: int) -> tuple[int, ...]:
    """The scales that occur at all where these embeddings are a block."""
    found: set[int] = set()
    peaks: set[mpq] = set()
    for symbol, _ in ops[0].table:
        expressions = [dict(op.table)[symbol] for op in ops]
        joint = {place for each in expressions for place in places(each, symbol, bound)}
        peaks |= {max(abs(evaluate(each, i, n)) for each in expressions) for i, n in joint}
    found = {finest(form, mode, peak) for peak in peaks if peak != 0}
    return tuple(sorted(found)) or (FINEST,)
