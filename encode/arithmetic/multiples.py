"""Of which rational all values of a feature are multiples: a domain of `logbits.encode.program.walk`.

A *step* is a positive g (or 0 for what is always 0) of which every value is a multiple; None where none is known. One
place stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from gmpy2 import mpq

from ..number.rational import ONE, ZERO, common_step
from ..number.rounding import Rounding
from ..program.program import Attend, Embed, Relation
from ..program.walk import Jumps
from .intervals import embedding_values, is_mean

Step = mpq | None


class Multiples:
    """The domain, for lengths up to `bound`."""

    def __init__(self, bound: int) -> None:
        self.bound = bound

    def embed(self, op: Embed, place: None) -> Step:
        """The common step of all values of an embedding."""
        return reduce(common_step, (v for symbol, e in op.table for v in embedding_values(e, symbol, self.bound)), ZERO)

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Step]]) -> Step:
        """The common step of all that is added up."""
        return common([const, *(_times(coefficient, step) for coefficient, step in parts)])

    def product(self, factors: Sequence[Step]) -> Step:
        """The product of the steps."""
        return reduce(_times, factors, ONE)

    def greatest(self, values: Sequence[Step]) -> Step:
        """The common step."""
        return common(values)

    def compare(self, value: Step, relation: Relation) -> Step:
        """0 or 1."""
        return ONE

    def nearest(self, value: Step) -> Step:
        """Integers."""
        return ONE

    def table(self, value: Step, entries: Jumps, where: object) -> Step:
        """The common step of the entries, and of 0."""
        return reduce(common_step, (result for _, result in entries), ZERO)

    def steps(self, value: Step, base: mpq, jumps: Jumps) -> Step:
        """The common step of all results."""
        return reduce(common_step, (base, *(result for _, result in jumps)), ZERO)

    def stored(self, value: Step, rounding: Rounding, where: object) -> Step:
        """What is known of a step after rounding."""
        return rounding.unit if value is None else rounding.step(value)

    def attend(self, op: Attend, place: None, values: Sequence[Step], scores: object) -> Step:
        """That of the values, where nothing is divided."""
        return None if is_mean(op) else values[0]


def _times(a: Step, b: Step) -> Step:
    return None if a is None or b is None else a * b


def common(several: Iterable[Step]) -> Step:
    """The greatest step of which all are multiples."""
    found = ZERO
    for each in several:
        if each is None:
            return None
        found = common_step(found, each)
    return found
