"""The domain of columns: each operation of a walk for many runs at once, that all stand at one position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from gmpy2 import mpq

from ...encode.number.rational import ZERO, nearest_integer
from ...encode.number.rounding import Rounding
from ...encode.program import position
from ...encode.program.program import Embed, Relation
from ...encode.program.walk import Jumps
from ...encode.term.terms import evaluate
from ..batch.many import Integers, Many, Truths, below, greatest, linear, many, mapped, product, stored, truth


@dataclass(frozen=True)
class Here:
    """Where all runs of a batch stand: the position, and the symbol there in each run, as a number."""

    index: int
    symbols: tuple[str, ...]
    letters: Integers


@dataclass
class Columns:
    """The domain; `failed` collects the runs that fail at the operations that are worked on.

    `length` is that of the words, where φ reads it.
    """

    length: int = 0
    failed: list[Truths] = field(default_factory=list[Truths])

    def embed(self, op: Embed, place: Here) -> Many:
        """φ at the position, by the symbol of each run."""
        table = dict(op.table)
        values = many([position.evaluate(table[symbol], place.index, self.length) for symbol in place.symbols])
        if len(set(values.numerators.tolist())) == 1:
            return Many(values.numerators[:1], values.denominator)
        return Many(values.numerators[place.letters], values.denominator)

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Many]]) -> Many:
        """The sums."""
        return linear(const, parts)

    def product(self, factors: Sequence[Many]) -> Many:
        """The products."""
        found = many([mpq(1)])
        for factor in factors:
            found = product(found, factor)
        return found

    def greatest(self, values: Sequence[Many]) -> Many:
        """The greatest of several."""
        return greatest(values)

    def compare(self, value: Many, relation: Relation) -> Many:
        """1 and 0."""
        if relation == "=":
            return truth((value.numerators == 0).astype(np.bool_))
        return truth(~below(value, ZERO, strictly=relation == ">="))

    def nearest(self, value: Many) -> Many:
        """The nearest integers, halves upward."""
        return mapped(value, nearest_integer)

    def table(self, value: Many, entries: Jumps, where: object) -> Many:
        """The entries; where there is none the run fails."""
        known = dict(entries)
        inside = mapped(value, lambda each: mpq(each in known))
        self.failed.append(inside.numerators == 0)
        return mapped(value, lambda each: known.get(each, ZERO))

    def steps(self, value: Many, base: mpq, jumps: Jumps) -> Many:
        """The results of the greatest thresholds that are reached."""
        return mapped(value, lambda each: evaluate("steps", (base, jumps), (each,)))

    def stored(self, value: Many, rounding: Rounding, where: object) -> Many:
        """What a format holds; under overflow `error` a run may fail."""
        kept, outside = stored(value, rounding)
        if rounding.overflow == "error":
            self.failed.append(outside)
        return kept
