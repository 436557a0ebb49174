"""Features as authors write them: affine forms over the operations of one builder, with Python's operators.

+, - and multiplication by numbers yield forms, which are not stored; <, <=, >, >= and `equals` are comparisons, exact
0/1 features. What Python's other operators would mean is an operation of its own, and the message says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NoReturn, cast

from gmpy2 import mpq

from ..number.given import described
from ..number.rational import ONE, ZERO, Number, rational
from ..program.program import Form, ProgramError
from .unknown import Unknown

if TYPE_CHECKING:
    from .build import Builder

half = mpq(1, 2)


@dataclass(frozen=True, eq=False, repr=False)
class Expression(Unknown):
    """An affine form over the features of one builder."""

    NOUN: ClassVar[str] = "a feature"
    INSTEAD: ClassVar[Mapping[str, str]] = {
        "truth": "write t.both(0 <= x, x <= 1), not 0 <= x <= 1, and a.equals(b), not a == b",
        "==": "write a.equals(b), which is 1 where both are equal",
        "!=": "write a.equals(b).negate(), which is 1 where they are not equal",
        "&": "write t.both(a, b)",
        "|": "write t.maximum(a, b)",
        "~": "write a.negate()",
        "**": "write t.product(a, a); a score is made of t.query(a) and t.key(a), which have powers",
        "%": "write t.table(a, {0: 0, 1: 1, 2: 0}), a finite table, or put it in t.position(i % 2)",
        "//": "write t.steps(a, 0, {2: 1, 4: 2}), a step function",
        "abs": "write t.maximum(a, -a)",
        "rounding": "write t.nearest(a)",
    }

    builder: Builder
    form: Form

    def __repr__(self) -> str:
        names = self.builder.names
        terms = [f"{names[f]!r}" if c == 1 else f"{described(c)}·{names[f]!r}" for c, f in self.form.terms[:4]]
        terms += ["…"] if len(self.form.terms) > 4 else []
        terms += [described(self.form.const)] if self.form.const != 0 or not terms else []
        return f"<feature {' + '.join(terms)} of {self.builder.name}>"

    def __add__(self, other: Value) -> Expression:
        return _combine(self, ONE, self.builder.expression(other), ONE)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Expression:
        return _combine(self, ONE, self.builder.expression(other), -ONE)

    def __rsub__(self, other: Value) -> Expression:
        return _combine(self.builder.expression(other), ONE, self, -ONE)

    def __neg__(self) -> Expression:
        return self * -1

    def __pos__(self) -> Expression:
        return self

    def __mul__(self, factor: Number) -> Expression:
        _check_number("*", factor, "for a product of features write t.product(a, b)")
        return _combine(self, rational(factor), self, ZERO)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Number) -> Expression:
        _check_number("/", divisor, _STEPS)
        by = rational(divisor)
        if by == 0:
            raise ZeroDivisionError(f"{self!r} is divided by zero")
        return self * (1 / by)

    def __rtruediv__(self, dividend: Number) -> NoReturn:
        raise TypeError(f"{described(dividend)} cannot be divided by a feature: {_STEPS}")

    def __gt__(self, other: Value) -> Expression:
        return self.builder.compare(self - other, ">")

    def __ge__(self, other: Value) -> Expression:
        return self.builder.compare(self - other, ">=")

    def __lt__(self, other: Value) -> Expression:
        return self.builder.compare(-(self - other), ">")

    def __le__(self, other: Value) -> Expression:
        return self.builder.compare(-(self - other), ">=")

    def equals(self, other: Value) -> Expression:
        """1 where both sides are equal, else 0."""
        return self.builder.compare(self - other, "=")

    def negate(self) -> Expression:
        """1 where this 0/1 feature is 0, else 0."""
        return self.builder.compare(half - self, ">")


_STEPS = "there is no division by a feature; thresholds say the same, t.steps(a, base, {threshold: value})"

Value = Expression | Number
"""What may stand where a feature is read: a form, or a number, which is the same at every position."""


def _check_number(operation: str, value: object, instead: str) -> None:
    if isinstance(value, Unknown):
        raise TypeError(f"{operation} takes a number, and {described(value)} is not an exact number: {instead}")


def _combine(left: Expression, a: mpq, right: Expression, b: mpq) -> Expression:
    if left.builder is not right.builder:
        raise ProgramError(f"features of {left.builder.name} and of {right.builder.name} cannot be mixed")
    coefficients: dict[int, mpq] = {}
    for factor, form in ((a, left.form), (b, right.form)):
        for coefficient, feature in form.terms:
            coefficients[feature] = coefficients.get(feature, ZERO) + factor * coefficient
    terms = tuple((c, f) for f, c in coefficients.items() if c != 0)
    return Expression(left.builder, Form(a * left.form.const + b * right.form.const, terms))


def single(form: Form) -> int | None:
    """The feature that the form is, None if it is more than a feature."""
    if form.const == 0 and len(form.terms) == 1 and form.terms[0][0] == 1:
        return form.terms[0][1]
    return None


def as_expression(builder: Builder, value: object) -> Expression:
    """`value` as an affine form of the features of `builder`.

    Raises:
        TypeError: for what is neither a feature nor an exact number.
        ProgramError: for a feature of another builder.
    """
    if isinstance(value, Expression):
        if value.builder is not builder:
            raise ProgramError(f"features of {builder.name} and of {value.builder.name} cannot be mixed")
        return value
    instead = _INSTEAD.get(described(value))
    if instead:
        raise TypeError(f"{described(value)} is not a feature nor an exact number: {instead}")
    try:
        return Expression(builder, Form(rational(cast(Number, value))))
    except ValueError as error:
        if value in builder.alphabet:
            raise ProgramError(f"{error}; t.symbol({value!r}) is 1 where that symbol is") from error
        raise


_INSTEAD = {
    "a score": "features are read at one position, scores at two; t.attend(score, value) is a feature",
    "a position expression": "write t.position(expression)",
    "an s-op": "its number is sop.value()",
    "a selector": "write r.aggregate(selector, values)",
}
