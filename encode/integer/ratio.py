"""Rationals that depend on integers: a polynomial over a product of positive atoms.

Means with a symbolic length need no lcm(1..n): the length stays below the line, comparisons only multiply out, and sums
share what they can. An atom is an integer that `logbits.encode.integer.symbolic` knows by its number; nothing here
looks at what it is, only that those below the line are positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from gmpy2 import mpq

from ..number.rational import ONE, ZERO, common_step

Node = int
"""An atom or a truth: an index into the list of `logbits.encode.integer.symbolic`."""

Monomial = tuple[Node, ...]
"""A product of atoms, sorted, with repetitions; () is 1."""


@dataclass(frozen=True)
class Polynomial:
    """A sum of coefficient times monomial, in order of the monomials, without zero coefficients."""

    terms: tuple[tuple[Monomial, mpq], ...]

    def __add__(self, other: Polynomial) -> Polynomial:
        return _sum([(ONE, self), (ONE, other)])

    def __sub__(self, other: Polynomial) -> Polynomial:
        return _sum([(ONE, self), (-ONE, other)])

    def __mul__(self, other: Polynomial) -> Polynomial:
        found: dict[Monomial, mpq] = {}
        for a, x in self.terms:
            for b, y in other.terms:
                product = tuple(sorted(a + b))
                found[product] = found.get(product, ZERO) + x * y
        return _normal(found)

    def scaled(self, factor: mpq) -> Polynomial:
        """The polynomial times a number."""
        return _sum([(factor, self)])

    @property
    def value(self) -> mpq | None:
        """The number that it is, if it is one."""
        if not self.terms:
            return ZERO
        return self.terms[0][1] if len(self.terms) == 1 and not self.terms[0][0] else None


def _normal(coefficients: Mapping[Monomial, mpq]) -> Polynomial:
    return Polynomial(tuple((m, coefficients[m]) for m in sorted(coefficients) if coefficients[m]))


def _sum(parts: Iterable[tuple[mpq, Polynomial]]) -> Polynomial:
    found: dict[Monomial, mpq] = {}
    for factor, polynomial in parts:
        for monomial, c in polynomial.terms:
            found[monomial] = found.get(monomial, ZERO) + factor * c
    return _normal(found)


def number(value: mpq) -> Polynomial:
    """A constant."""
    return _normal({(): value})


@dataclass(frozen=True)
class Ratio:
    """A rational: a polynomial over a product of atoms that are positive."""

    above: Polynomial
    below: Monomial = ()

    def __mul__(self, other: Ratio) -> Ratio:
        return cancelled(self.above * other.above, tuple(sorted(self.below + other.below)))


def constant(value: mpq) -> Ratio:
    """A rational number."""
    return Ratio(number(value))


def common(ratios: Sequence[Ratio]) -> tuple[list[Polynomial], Monomial]:
    """The ratios over one product: what stands above, and the product below."""
    below: Monomial = ()
    for ratio in ratios:
        below = tuple(sorted(below + _without(ratio.below, below)))
    return [r.above * Polynomial(((_without(below, r.below), ONE),)) for r in ratios], below


def linear(const: mpq, parts: Sequence[tuple[mpq, Ratio]]) -> Ratio:
    """The constant plus the sum of coefficient times ratio."""
    above, below = common([constant(const), *(ratio for _, ratio in parts)])
    return cancelled(_sum(zip([ONE, *(c for c, _ in parts)], above, strict=True)), below)


def cancelled(above: Polynomial, below: Monomial) -> Ratio:
    """The ratio above / below, without the atoms that divide every monomial above."""
    for atom in sorted(set(below)):
        while atom in below and above.terms and all(atom in monomial for monomial, _ in above.terms):
            above = _normal({_without(monomial, (atom,)): c for monomial, c in above.terms})
            below = _without(below, (atom,))
    return Ratio(above, below if above.terms else ())


def _without(monomial: Monomial, taken: Monomial) -> Monomial:
    """The monomial without the atoms of another, each as often as it occurs there."""
    rest = list(monomial)
    for atom in taken:
        if atom in rest:
            rest.remove(atom)
    return tuple(rest)


def content(polynomial: Polynomial) -> mpq:
    """The greatest number such that all coefficients are integer multiples of it."""
    return reduce(common_step, (c for _, c in polynomial.terms), ZERO)
