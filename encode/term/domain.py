"""Operations over terms: what `logbits.encode.program.walk` asks of a domain, for one length."""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..number.rational import ONE
from ..number.rounding import Rounding, grid
from ..program import position
from ..program.program import BOS, EOS, Embed, Relation
from ..program.walk import Jumps
from .terms import Term, Terms

HALF = mpq(1, 2)
INTEGERS = grid(0, "floor")


class Positions:
    """The domain of terms: a place is a position, of words of one length."""

    def __init__(self, alphabet: tuple[str, ...], terms: Terms, length: int) -> None:
        self.alphabet, self.terms, self.length = alphabet, terms, length

    def embed(self, op: Embed, place: int) -> Term:
        """φ at a position, for each symbol."""
        table, length = dict(op.table), self.length
        if place in (0, length + 1):
            return self.terms.const(position.evaluate(table[BOS if place == 0 else EOS], place, length))
        base, *others = (position.evaluate(table[symbol], place, length) for symbol in self.alphabet)
        symbols = enumerate(others, start=1)
        return self.terms.affine(base, [(value - base, self.terms.symbol(place, a)) for a, value in symbols])

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Term]]) -> Term:
        """A sum in normal form."""
        return self.terms.affine(const, parts)

    def product(self, factors: Sequence[Term]) -> Term:
        """The product."""
        return self.terms.product(factors)

    def greatest(self, values: Sequence[Term]) -> Term:
        """The maximum."""
        return self.terms.add("max", values)

    def compare(self, value: Term, relation: Relation) -> Term:
        """A comparison with 0."""
        return self.terms.add("compare", (value,), relation)

    def nearest(self, value: Term) -> Term:
        """The floor of half more."""
        return self.terms.add("round", (self.terms.affine(HALF, [(ONE, value)]),), INTEGERS)

    def table(self, value: Term, entries: Jumps, where: object) -> Term:
        """A table of the model, ascending."""
        return self.terms.add("table", (value,), tuple(((key,), result) for key, result in sorted(entries)))

    def steps(self, value: Term, base: mpq, jumps: Jumps) -> Term:
        """The thresholds as they are."""
        return self.terms.add("steps", (value,), (base, jumps))

    def stored(self, value: Term, rounding: Rounding, where: object) -> Term:
        """A rounding."""
        return self.terms.add("round", (value,), rounding)
