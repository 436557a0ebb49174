"""The few numbers that a value may be, at each class of a symmetric program: a domain of the walk.

A class is a symbol, BOS or EOS. An embedding that reads no length is one number at each, a comparison is 0 or 1, and
what is made of few numbers is one of few. Of means, and of what reads the length, nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO, nearest_integer
from ...encode.number.rounding import Rounding
from ...encode.program import position
from ...encode.program.program import Attend, Embed, Program, Relation
from ...encode.program.walk import Jumps
from ...encode.term.terms import evaluate

MOST = 16
"""The greatest number of numbers that are told apart."""

Alternatives = frozenset[mpq] | None
"""What a value may be; None where it is not known, or too many numbers."""


class Few:
    """The domain: a place is a class."""

    def __init__(self, program: Program) -> None:
        self._symbols = program.symbols()

    def embed(self, op: Embed, place: int) -> Alternatives:
        """The number, unless it is another at other lengths."""
        expression = dict(op.table)[self._symbols[place]]
        if position.reads(expression, "i") or position.reads(expression, "n"):
            return None
        return frozenset([position.evaluate(expression, 1, 1)])

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Alternatives]]) -> Alternatives:
        """Each sum."""
        coefficients = [coefficient for coefficient, _ in parts]

        def total(*values: mpq) -> mpq:
            return sum((c * v for c, v in zip(coefficients, values, strict=True)), const)

        return _each(total, [value for _, value in parts])

    def product(self, factors: Sequence[Alternatives]) -> Alternatives:
        """Each product."""

        def times(*values: mpq) -> mpq:
            return prod(values, start=ONE)

        return _each(times, factors)

    def greatest(self, values: Sequence[Alternatives]) -> Alternatives:
        """Each maximum."""

        def most(*several: mpq) -> mpq:
            return max(several)

        return _each(most, values)

    def compare(self, value: Alternatives, relation: Relation) -> Alternatives:
        """0 or 1."""
        return (
            frozenset((ZERO, ONE)) if value is None else frozenset(evaluate("compare", relation, (a,)) for a in value)
        )

    def nearest(self, value: Alternatives) -> Alternatives:
        """Each, rounded."""
        return _each(nearest_integer, [value])

    def table(self, value: Alternatives, entries: Jumps, where: object) -> Alternatives:
        """The entries, or one of them; 0 where none is hit."""
        results = dict(entries)
        return _limited({ZERO, *results.values()} if value is None else {results.get(a, ZERO) for a in value})

    def steps(self, value: Alternatives, base: mpq, jumps: Jumps) -> Alternatives:
        """The results, or those that are reached."""
        if value is None:
            return _limited({base, *(result for _, result in jumps)})
        return _limited({evaluate("steps", (base, jumps), (a,)) for a in value})

    def stored(self, value: Alternatives, rounding: Rounding, where: object) -> Alternatives:
        """Each as it is stored."""
        return _each(rounding.apply, [value])

    def attend(self, op: Attend, place: int, values: Sequence[Alternatives], scores: object) -> Alternatives:
        """Nothing is known."""
        return None


def _each(function: Callable[..., mpq], several: Sequence[Alternatives]) -> Alternatives:
    """What a function may give."""
    known = [each for each in several if each is not None]
    if len(known) < len(several) or prod(map(len, known)) > MOST:
        return None
    return _limited({function(*values) for values in product(*known)})


def _limited(found: set[mpq]) -> Alternatives:
    return frozenset(found) if len(found) <= MOST else None
