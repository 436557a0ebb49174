"""What RASP computes with: s-ops, a value at each position, and selectors, which keys each query selects.

An *s-op* holds a symbol, as one 0/1 feature for each of its values, or a number, as one feature. Truth values are the
numbers 0 and 1. How both become operations is said in `logbits.encode.model.rasp`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from operator import eq
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from gmpy2 import mpq

from ..number.given import LONGEST, described
from ..number.rational import Number, rational
from ..program.program import MASKS, Mask, ProgramError
from . import arguments
from .feature import Expression
from .score import Polynomial
from .unknown import Unknown

if TYPE_CHECKING:
    from .rasp import Rasp

Symbol = mpq | str
"""A value of an s-op: a number, or a symbol."""

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
Predicate = Comparison | Callable[[Symbol, Symbol], bool]
"""How a key compares with a query; a function is called for each pair of values, while the program is built."""

MOST = 512
"""The greatest domain that is kept: beyond it an s-op is a number like any other."""


@dataclass(frozen=True, eq=False, repr=False)
class SOp(Unknown):
    """A value at each position: `number`, or for an s-op of symbols `features`, one 0/1 feature for each symbol.

    `domain` are all values at word positions, ascending (symbols in the order of the alphabet), None where they are too
    many or not known. `integral` says that all are integers.
    """

    NOUN: ClassVar[str] = "an s-op"
    INSTEAD: ClassVar[Mapping[str, str]] = {
        "truth": "write a & b and ~a, a.equals(b), and 0 <= x and x <= 1 apart",
        "==": "write a.equals(b), which is 1 where both are equal",
        "!=": "write ~a.equals(b), which is 1 where they are not equal",
        "%": "write a.map(lambda v: v % 2)",
        "//": "write a.map(lambda v: v // 2)",
        "**": "write a.map(lambda v: v**2)",
        "abs": "write a.map(abs)",
        "rounding": "write a.map(round)",
        "[]": "write r.aggregate(selector, a), which takes values from other positions",
        "in": "write a.map(lambda v: v in 'ab')",
    }

    rasp: Rasp
    number: Expression | None = None
    domain: tuple[Symbol, ...] | None = None
    integral: bool = False
    features: tuple[Expression, ...] = ()

    def __repr__(self) -> str:
        shown = [v[:LONGEST] if isinstance(v, str) else described(v) for v in (self.domain or ())[:6]]
        shown += ["…"] if self.domain is not None and len(self.domain) > 6 else []
        kind = "symbols" if self.number is None else "numbers"
        return f"<s-op of {' '.join([kind, *shown])} of {self.rasp.name}>"

    def __add__(self, other: Operand) -> SOp:
        return self._combine(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Operand) -> SOp:
        return self._combine(other, -1)

    def __rsub__(self, other: Operand) -> SOp:
        return -self + other

    def __neg__(self) -> SOp:
        return self * -1

    def __pos__(self) -> SOp:
        return self

    def __mul__(self, factor: Number) -> SOp:
        if isinstance(factor, Unknown):
            kind = described(factor)
            raise TypeError(
                f"* takes a number, not {kind}: write r.map(lambda x, y: x * y, a, b) for a product of s-ops"
            )
        number, by = self.value(), rational(factor)
        values = None if self.domain is None else {cast(mpq, v) * by for v in self.domain}
        return self.rasp.numbers(number * by, values, self.integral and by.denominator == 1)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Number) -> SOp:
        if isinstance(divisor, Unknown):
            kind = described(divisor)
            raise TypeError(
                f"/ takes a number, not {kind}: write r.map(lambda x, y: x / y, a, b), for y that are not 0"
            )
        by = rational(divisor)
        if by == 0:
            raise ZeroDivisionError(f"{self!r} is divided by zero")
        return self * (1 / by)

    def __lt__(self, other: Operand) -> SOp:
        return self.rasp.truth(self.value() < self.rasp.sop(other).value())

    def __le__(self, other: Operand) -> SOp:
        return self.rasp.truth(self.value() <= self.rasp.sop(other).value())

    def __gt__(self, other: Operand) -> SOp:
        return self.rasp.sop(other) < self

    def __ge__(self, other: Operand) -> SOp:
        return self.rasp.sop(other) <= self

    def __and__(self, other: Operand) -> SOp:
        return self.rasp.truth(self.value() + self.rasp.sop(other).value() >= 2)

    __rand__ = __and__

    def __or__(self, other: Operand) -> SOp:
        return self.rasp.truth(self.value() + self.rasp.sop(other).value() >= 1)

    __ror__ = __or__

    def __invert__(self) -> SOp:
        return self.rasp.truth(1 - self.value())

    def equals(self, other: Operand | str) -> SOp:
        """1 where both are equal, else 0."""
        right = self.rasp.sop(other)
        comparable(self, right)
        if self.number is None:
            return self.rasp.map(eq, self, right)
        return self.rasp.truth(self.value().equals(right.value()))

    def map(self, function: Callable[[Symbol], Symbol | bool]) -> SOp:
        """`function` of each value: an s-op of numbers if all its results are numbers, else of symbols."""
        return self.rasp.map(function, self)

    def value(self) -> Expression:
        """The number, as a form."""
        if self.number is None:
            raise ProgramError(f"{self.rasp.name}: symbols are no numbers; map them first")
        return self.number

    def indicator(self, value: Symbol) -> Expression:
        """1 where the s-op has that value of its domain, else 0."""
        domain = self.domain or ()
        if self.number is None:
            return self.features[domain.index(value)]
        return self.rasp.read(self, {v: mpq(v == value) for v in domain})

    def _combine(self, other: Operand, sign: int) -> SOp:
        right = self.rasp.sop(other)
        number = self.value() + right.value() * sign
        values = None
        if self.domain is not None and right.domain is not None and len(self.domain) * len(right.domain) <= MOST**2:
            values = {cast(mpq, a) + sign * cast(mpq, b) for a, b in product(self.domain, right.domain)}
        return self.rasp.numbers(number, values, self.integral and right.integral)


Operand = SOp | Number


def comparable(left: SOp, right: SOp) -> None:
    """Checks that two s-ops can have equal values: both are of symbols, or both of numbers.

    Raises:
        ProgramError: where one is of symbols, the other of numbers; an empty selection of symbols has none, too.
    """
    if (left.number is None) != (right.number is None):
        symbols, numbers = (left, right) if left.number is None else (right, left)
        raise ProgramError(
            f"symbols are no numbers: {symbols!r} never equals {numbers!r}; write 'a' for the symbol a, or map them"
        )


@dataclass(frozen=True, eq=False, repr=False)
class Selector(Unknown):
    """Which keys each query selects: those that `mask` allows and whose `score` is 1; other scores are integers < 1.

    `binary` says that the score is 0 or 1, which "or" and "not" need. A conjunction of masks is the stricter one.
    """

    NOUN: ClassVar[str] = "a selector"
    INSTEAD: ClassVar[Mapping[str, str]] = {
        "truth": "join selectors by &, | and ~",
        **dict.fromkeys(
            ("+", "*", "-"), "join selectors by &, | and ~; r.selector_width(selector) is a number, and has + and *"
        ),
        **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), "compare s-ops, such as r.selector_width(selector)"),
    }

    score: Polynomial
    binary: bool = True
    mask: Mask = "none"

    def __repr__(self) -> str:
        return f"<selector under the {self.mask} mask>" if self.mask != "none" else "<selector>"

    def __and__(self, other: Selector) -> Selector:
        self._check("&", other)
        both = self.binary and other.binary
        score = self.score * other.score if both else self.score + other.score - 1
        return Selector(score, both, MASKS[max(map(MASKS.index, (self.mask, other.mask)))])

    def __or__(self, other: Selector) -> Selector:
        self._check("|", other)
        if not (self.binary and other.binary and self.mask == other.mask):
            raise ProgramError(f'"or" of selectors {_FINITE}')
        return Selector(self.score + other.score - self.score * other.score, mask=self.mask)

    def __invert__(self) -> Selector:
        if not self.binary or self.mask != "none":
            raise ProgramError(f'"not" of a selector {_FINITE}')
        return Selector(1 - self.score)

    def _check(self, operation: str, other: object) -> None:
        if not isinstance(other, Selector):
            raise arguments.wanted(f"the other side of {operation}", "a selector too, as r.select makes", other)


_FINITE = "needs scores 0 and 1: compare values of finite domains, not integers for equality nor indices for order"
