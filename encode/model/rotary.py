"""Rotary encodings (Su et al. 2021, "RoFormer"): queries and keys turned by angles that their places decide.

The pair (a, b) at the place p becomes (a cos pθ − b sin pθ, b cos pθ + a sin pθ), θ = base^(−2k/size) for the k-th
pair, so that the score of a query at i with a key at j depends on i − j only, in exact numbers; not in numbers that are
rounded, and not with the table of cosines and sines that stands for them here (`logbits.encode.model.waves`).

Two readings, with different sites. `rotate` stores what libraries store: each of the four products, then each of the
two sums; the score follows. `turned` leaves all that within the score, a polynomial in the features a, b, cos and sin
at i and at j, one site, as a kernel does that keeps the turned vectors in its accumulator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from gmpy2 import mpq

from ..program.program import Form, ProgramError
from . import arguments
from .build import Builder, Expression, Polynomial
from .score import polynomial
from .waves import MAX_WAVES, SINGLE

Order = Literal["neighbours", "halves"]
"""Which coordinates are a pair: 0 and 1, 2 and 3, …, or the first of each half, the second, …"""

V = TypeVar("V", Expression, Polynomial)

_BASE = mpq(10000)


@dataclass(frozen=True)
class Rotary:
    """The angles, and which of a head's coordinates are turned: the first `size`, all unless it is given.

    p is `first` at the first place; `stored` is how the cosines and sines are.

    Raises:
        ProgramError: for a size that is no positive even number.
    """

    base: mpq = _BASE
    order: Order = "halves"
    first: int = 0
    size: int | None = None
    stored: str = SINGLE

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", arguments.number("rotary: base", self.base))
        if self.size is not None and (self.size < 2 or self.size % 2):
            raise ProgramError(f"rotary: the size must be a positive even number, not {self.size}")
        if self.order not in ("neighbours", "halves"):
            raise ProgramError(f"rotary: the order must be 'neighbours' or 'halves', not {str(self.order)[:40]!r}")

    def angles(self, t: Builder, size: int) -> list[tuple[int, int, Expression, Expression]]:
        """Each pair of the coordinates of a head with its features cosine and sine.

        Raises:
            ProgramError: where the coordinates are no pairs, or the builder has no `max_length`.
        """
        turned = size if self.size is None else self.size
        if turned % 2 or turned > size:
            raise ProgramError(f"rotary: {turned} of {size} coordinates cannot be turned in pairs")
        half, places = turned // 2, t.max_length or 0
        if turned * places > MAX_WAVES:
            raise ProgramError(f"rotary: {turned} coordinates of {places} places are more than {MAX_WAVES} values")
        found: list[tuple[int, int, Expression, Expression]] = []
        for k in range(half):
            a, b = (2 * k, 2 * k + 1) if self.order == "neighbours" else (k, k + half)
            exponent = mpq(-2 * k, turned)
            cosine = t.wave("cos", base=self.base, exponent=exponent, stored=self.stored, first=self.first)
            sine = t.wave("sin", base=self.base, exponent=exponent, stored=self.stored, first=self.first)
            found.append((a, b, cosine, sine))
        return found


def rotate(t: Builder, x: Sequence[Expression], rotary: Rotary, name: str = "turned") -> list[Expression]:
    """The coordinates of a query or a key, turned; each product is stored, and each sum.

    Raises:
        ProgramError: where the coordinates are no pairs, or the builder has no `max_length`.
    """

    def product(value: Expression, wave: Expression) -> Expression:
        return t.expression(0) if value.form == Form(mpq(0)) else t.product(value, wave)

    def stored(value: Expression, c: int) -> Expression:
        return t.store(value, name=f"{name}[{c}]") if value.form.terms else value

    found = list(x)
    for a, b, cosine, sine in rotary.angles(t, len(x)):
        found[a], found[b] = _turn(x[a], x[b], lambda v, c=cosine: product(v, c), lambda v, s=sine: product(v, s))
        found[a], found[b] = stored(found[a], a), stored(found[b], b)
    return found


def turned(t: Builder, query: Sequence[Expression], key: Sequence[Expression], rotary: Rotary) -> Polynomial:
    """The score of the turned query with the turned key, one polynomial.

    Raises:
        ProgramError: where the coordinates are no pairs, or the builder has no `max_length`.
    """
    if len(query) != len(key):
        raise ProgramError(f"rotary: a query of size {len(query)} and a key of size {len(key)}")
    queries, keys = [t.query(each) for each in query], [t.key(each) for each in key]
    for read, side in ((t.query, queries), (t.key, keys)):
        for a, b, cosine, sine in rotary.angles(t, len(side)):
            c, s = read(cosine), read(sine)
            side[a], side[b] = _turn(side[a], side[b], lambda v, c=c: v * c, lambda v, s=s: v * s)
    total = polynomial(0)
    for left, right in zip(queries, keys, strict=True):
        total = total + left * right
    return total


def _turn(a: V, b: V, cosine: Callable[[V], V], sine: Callable[[V], V]) -> tuple[V, V]:
    return cosine(a) - sine(b), cosine(b) + sine(a)
