"""States that are closed: whatever follows, at every greater length up to the bound, both runs agree.

From what a state remembers, each operation has an interval of what it may store at any later position: a sum goes on
from where it is, by no more than the letters that are left add to it, and is divided by some later count. Where the
decisions of both runs follow from these intervals and are the same, and nothing can fail, no word through the state
breaks the claim at a greater length. A word of `dyck1` that once went below zero is rejected, whatever comes: that
leaves some hundred states of ten thousands.

Intervals at all later positions at once are coarse, and cheap. Nothing is lost where they say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from gmpy2 import mpq

from ...encode.arithmetic.intervals import Intervals
from ...encode.number.rational import ONE, ZERO, nearest_integer
from ...encode.number.rounding import Rounding
from ...encode.program import position
from ...encode.program.operation import forms
from ...encode.program.program import EOS, Accept, Attend, Embed, Outputs, Relation, Table
from ...encode.program.walk import Jumps, form, local, once
from ...encode.term.terms import evaluate
from ..batch.many import Many, Truths, below, chosen, greatest, less, linear, mapped, one, product, stored, truth
from .memory import Slot, Sum
from .reading import Reading
from .runner import Runner
from .states import States

Range = tuple[Many, Many]
Ends = tuple[mpq, mpq]


class Future:
    """What may come after a state, for lengths up to `bound`."""

    def __init__(self, runner: Runner, reading: Reading, bound: int) -> None:
        self.runner, self.reading, self.bound = runner, reading, bound
        self.program = runner.program
        self.static = _static(runner, bound)
        tables = any(isinstance(op, Table) for op in runner.merged.ops)
        self.blind = tables or reading.assumed is not None or bool(reading.compared(runner.twins))
        """Whether nothing is ever known here."""
        self._embedded: dict[int, list[Ends]] = {}
        self._weights: dict[int, list[Ends]] = {}

    def closed(self, states: States, length: int) -> Truths:
        """The states of a length that no word which breaks the claim goes on from."""
        ranges = _Ranges(self, states.slots, length)
        for index in self.runner.order:
            op = self.runner.merged.ops[index]
            if isinstance(op, Attend):
                ranges.known[index] = ranges.attend(index, op)
            elif isinstance(op, Embed):
                ranges.known[index] = ranges.constant(*self.embedded(index, op)[length])
            else:
                ranges.known[index] = local(ranges, op, None, ranges.known.__getitem__)
        agree = self._agree(ranges) & ~states.broken
        for unknown in ranges.may_fail:
            agree = agree & ~unknown
        return np.broadcast_to(agree, (states.count,))

    def _agree(self, ranges: _Ranges) -> Truths:
        left, right = self.reading.left.readout, self.reading.right.readout
        if left == right:
            return np.ones(1, dtype=np.bool_)
        ours, theirs = ([form(ranges, each, ranges.known.__getitem__) for each in forms(r)] for r in (left, right))
        if self.reading.outcome and isinstance(left, Accept):
            return _truths_agree(ours[0], theirs[0])
        if self.reading.outcome and isinstance(left, Outputs) and left.labels:
            assert isinstance(right, Outputs)
            return _labels_agree(ours, left.labels, theirs, right.labels)
        found = np.ones(1, dtype=np.bool_)
        for a, b in zip(ours, theirs, strict=True):
            for (low, _), (_, high) in ((a, b), (b, a)):
                gap = linear(ZERO, [(ONE, high), (-ONE, low)])
                found = found & below(gap, self.reading.margin, strictly=False)
        return found

    def embedded(self, index: int, op: Embed) -> list[Ends]:
        """For each length what an embedding may be at later positions."""
        found = self._embedded.get(index)
        if found is None:
            table = dict(op.table)
            here: list[Ends] = []
            for place in range(1, self.bound + 2):
                values = [
                    position.evaluate(table[symbol], place, 0)
                    for symbol in self.program.symbols()[: len(self.program.alphabet)]
                    if place <= self.bound
                ]
                if self.program.eos and place > 1:
                    values.append(position.evaluate(table[EOS], place, 0))
                here.append((min(values), max(values)) if values else here[-1])
            found = self._embedded[index] = _after(here)
        return found

    def weights(self, index: int, head: Attend) -> list[Ends]:
        """For each count what a value may be multiplied with at it and greater ones."""
        found = self._weights.get(index)
        if found is None:
            most = self.bound + self.program.bos + self.program.eos
            each = [head.mean.weight(count) for count in range(1, most + 1)]
            found = self._weights[index] = _after([(weight, weight) for weight in each])
        return found


def _static(runner: Runner, bound: int) -> list[Ends]:
    """An interval of each operation at all positions of all words; a stored sum may reach farther than values do."""
    found: list[Ends] = []
    domain, positions = Intervals(bound), bound + runner.program.bos + runner.program.eos
    for op in runner.merged.ops:
        low, high = once(domain, op, found)
        if isinstance(op, Attend) and op.total is not None:
            least, most = found[op.value]
            if op.stepwise:
                assert op.total.low is not None
                assert op.total.high is not None
                least, most = op.total.low * op.total.unit, op.total.high * op.total.unit
            else:
                least, most = op.total.image(min(least, least * positions), max(most, most * positions))
            share = op.mean.share(positions)
            low, high = min(least * share, ZERO), max(most * share, ZERO)
        found.append((low, high))
    return found


def _after(here: Sequence[Ends]) -> list[Ends]:
    """The hull of all from each on."""
    found = [here[-1]]
    for low, high in reversed(here[:-1]):
        found.append((min(low, found[-1][0]), max(high, found[-1][1])))
    return found[::-1]


@dataclass
class _Ranges:
    """The domain of intervals, for many states at once; `may_fail` are states after which something may fail."""

    future: Future
    slots: dict[Slot, Many]
    length: int
    known: dict[int, Range] = field(default_factory=dict[int, Range])
    may_fail: list[Truths] = field(default_factory=list[Truths])

    def constant(self, low: mpq, high: mpq) -> Range:
        return one(low), one(high)

    def embed(self, op: Embed, place: None) -> Range:
        raise NotImplementedError

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Range]]) -> Range:
        low = [(c, ends[0] if c > 0 else ends[1]) for c, ends in parts]
        high = [(c, ends[1] if c > 0 else ends[0]) for c, ends in parts]
        return linear(const, low), linear(const, high)

    def product(self, factors: Sequence[Range]) -> Range:
        found = self.constant(ONE, ONE)
        for factor in factors:
            corners = [product(a, b) for a in found for b in factor]
            found = _least(corners), greatest(corners)
        return found

    def greatest(self, values: Sequence[Range]) -> Range:
        return greatest([low for low, _ in values]), greatest([high for _, high in values])

    def compare(self, value: Range, relation: Relation) -> Range:
        low, high = value
        if relation == "=":
            inside = below(low, ZERO, strictly=False) & ~below(high, ZERO, strictly=True)
            surely = ~below(low, ZERO, strictly=True) & below(high, ZERO, strictly=False)
            return truth(surely), truth(inside)
        strictly = relation == ">="
        return truth(~below(low, ZERO, strictly=strictly)), truth(~below(high, ZERO, strictly=strictly))

    def nearest(self, value: Range) -> Range:
        return mapped(value[0], nearest_integer), mapped(value[1], nearest_integer)

    def table(self, value: Range, entries: Jumps, where: object) -> Range:
        raise NotImplementedError

    def steps(self, value: Range, base: mpq, jumps: Jumps) -> Range:
        results = [base, *(result for _, result in jumps)]
        if results == sorted(results):
            low, high = (mapped(end, lambda each: evaluate("steps", (base, jumps), (each,))) for end in value)
            return low, high
        return self.constant(min(results), max(results))

    def stored(self, value: Range, rounding: Rounding, where: object) -> Range:
        (low, under), (high, over) = stored(value[0], rounding), stored(value[1], rounding)
        outside = under | over
        if rounding.overflow == "error":
            self.may_fail.append(outside)
        if rounding.overflow == "wrap" and outside.any():
            assert rounding.low is not None
            assert rounding.high is not None
            low = chosen(outside, one(rounding.low * rounding.unit), low)
            high = chosen(outside, one(rounding.high * rounding.unit), high)
        return low, high

    def attend(self, index: int, head: Attend) -> Range:
        """A uniform head goes on from its sum; of another no more is known than what its program says of it."""
        if head.score is not None:
            if head.total is not None and head.total.overflow == "error":
                self.may_fail.append(np.ones(1, dtype=np.bool_))
            return self.constant(*self.future.static[index])
        slot = Sum(head.value, head.total if head.stepwise else None)
        summed = self._summed(slot, self.slots.get(slot, one(ZERO)), self.known[head.value])
        if head.total is not None and not head.stepwise:
            summed = self.stored(summed, head.total, None)
        program = self.future.program
        least = self.length + 1 + program.bos - (head.mask == "strict")
        weights = self.future.weights(index, head)[max(least, 1) - 1]
        low, high = self.product([summed, self.constant(*weights)])
        return (_least([low, one(ZERO)]), greatest([high, one(ZERO)])) if least < 1 else (low, high)

    def _summed(self, slot: Sum, now: Many, value: Range) -> Range:
        left = mpq(self.future.bound + self.future.program.eos - self.length)
        low = linear(ZERO, [(ONE, now), (left, _least([value[0], one(ZERO)]))])
        high = linear(ZERO, [(ONE, now), (left, greatest([value[1], one(ZERO)]))])
        if slot.total is None:
            return low, high
        # What is added to a stored sum and rounded is on the same side of it as what is added; more is not known.
        if slot.total.overflow == "error":
            self.may_fail.append(np.ones(1, dtype=np.bool_))
        assert slot.total.low is not None
        assert slot.total.high is not None
        ends = one(slot.total.low * slot.total.unit), one(slot.total.high * slot.total.unit)
        if slot.total.overflow == "wrap":
            return ends
        rises, falls = ~below(value[0], ZERO, strictly=True), below(value[1], ZERO, strictly=False)
        return chosen(rises, now, ends[0]), chosen(falls, now, ends[1])


def _least(columns: Sequence[Many]) -> Many:
    turned = [linear(ZERO, [(-ONE, column)]) for column in columns]
    return linear(ZERO, [(-ONE, greatest(turned))])


def _truths_agree(ours: Range, theirs: Range) -> Truths:
    """Where both accept, or both reject, for sure."""
    accept = ~below(ours[0], ZERO, strictly=False) & ~below(theirs[0], ZERO, strictly=False)
    return accept | (below(ours[1], ZERO, strictly=False) & below(theirs[1], ZERO, strictly=False))


def _labels_agree(
    ours: Sequence[Range], labels: Sequence[str], theirs: Sequence[Range], others: Sequence[str]
) -> Truths:
    """Where one class has the greatest value on both sides for sure."""
    found = np.zeros(1, dtype=np.bool_)
    for label in labels:
        if label in others:
            found = found | (_wins(ours, labels.index(label)) & _wins(theirs, others.index(label)))
    return found


def _wins(row: Sequence[Range], index: int) -> Truths:
    found = np.ones(1, dtype=np.bool_)
    for other, (_, high) in enumerate(row):
        if other != index:
            found = found & less(high, row[index][0])
    return found
