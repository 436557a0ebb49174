"""The score of a head, as authors write it: a polynomial in features at the query and at the key position.

`t.query(f)` is f at i and `t.key(f)` is f at j; both support +, -, * and **, and numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from gmpy2 import mpq

from ..number.given import described
from ..number.rational import ZERO, Number, rational
from ..program.program import Monomial, ProgramError
from . import arguments
from .unknown import Unknown

if TYPE_CHECKING:
    from .build import Builder

MAX_POWER = 64
"""The greatest power of a score that is multiplied out."""


@dataclass(frozen=True, eq=False, repr=False)
class Polynomial(Unknown):
    """A polynomial in query and key features of one builder, None if it reads none; monomials as they were written."""

    NOUN: ClassVar[str] = "a score"
    INSTEAD: ClassVar[Mapping[str, str]] = {
        "truth": "write t.attend(score, value), which selects where it is greatest",
        **dict.fromkeys(
            ("==", "!=", "<", "<=", ">", ">="),
            "heads select where a score is greatest; features are compared before, with a.equals(b), a < b, ...",
        ),
        "/": "a score is a polynomial; to divide by a number, multiply by '1/2', for example",
    }

    monomials: tuple[Monomial, ...]
    builder: Builder | None = None

    def __repr__(self) -> str:
        return f"<score {_shown(self.monomials)}>"

    def __add__(self, other: Polynomial | Number) -> Polynomial:
        right = polynomial(other)
        return _collect(self.monomials + right.monomials, _shared(self, right))

    __radd__ = __add__

    def __sub__(self, other: Polynomial | Number) -> Polynomial:
        return self + polynomial(other) * -1

    def __rsub__(self, other: Polynomial | Number) -> Polynomial:
        return polynomial(other) + self * -1

    def __neg__(self) -> Polynomial:
        return self * -1

    def __pos__(self) -> Polynomial:
        return self

    def __mul__(self, other: Polynomial | Number) -> Polynomial:
        right = polynomial(other)
        monomials = (
            Monomial(
                a.coefficient * b.coefficient,
                tuple(sorted(a.queries + b.queries)),
                tuple(sorted(a.keys + b.keys)),
            )
            for a in self.monomials
            for b in right.monomials
        )
        return _collect(monomials, _shared(self, right))

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Polynomial:
        result = Polynomial(polynomial(1).monomials, self.builder)
        for _ in range(
            arguments.whole("the power of a score (a polynomial: no negative powers)", exponent, 0, MAX_POWER)
        ):
            result = result * self
        return result


def polynomial(value: Polynomial | Number) -> Polynomial:
    """`value` as a polynomial: unchanged if it is one, else a number."""
    if isinstance(value, Polynomial):
        return value
    if isinstance(cast(object, value), Unknown):
        raise TypeError(f"{described(value)} is no part of a score: write t.query(a) at i, or t.key(a) at j")
    return Polynomial((Monomial(rational(value)),))


def _shared(left: Polynomial, right: Polynomial) -> Builder | None:
    """The builder whose features both read."""
    if left.builder is not None and right.builder is not None and left.builder is not right.builder:
        raise ProgramError(f"scores of {left.builder.name} and of {right.builder.name} cannot be mixed")
    return left.builder or right.builder


def _collect(monomials: Iterable[Monomial], builder: Builder | None) -> Polynomial:
    sums: dict[tuple[tuple[int, ...], tuple[int, ...]], mpq] = {}
    for m in monomials:
        key = m.queries, m.keys
        sums[key] = sums.get(key, ZERO) + m.coefficient
    return Polynomial(tuple(Monomial(c, q, k) for (q, k), c in sums.items() if c != 0), builder)


def _shown(monomials: tuple[Monomial, ...], most: int = 3) -> str:
    shown = [
        "·".join([described(m.coefficient), *(f"x{f}(i)" for f in m.queries), *(f"x{f}(j)" for f in m.keys)])
        for m in monomials[:most]
    ]
    return " + ".join([*shown, *(["…"] if len(monomials) > most else [])]) or "0"
