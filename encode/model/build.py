"""Writing a transformer in a few readable lines.

    t = Builder("majority-affine", "01", formula="U[1_1] > 1/2")
    ones = t.symbol("1")
    majority = t.accept(t.uniform(ones) - half)

Features support +, - and multiplication by numbers, which yields affine *forms* that are not stored; comparisons,
`relu`, `maximum` and the readout take forms and decide on the exact accumulator (`relu(a - b)` is one site). Where a
stored feature is needed (a factor of a product, the value of a head, a feature of a score) a form is stored first, as
an affine map: one more site. `store` does that explicitly. Equal operations are shared.

In a score, `t.query(f)` is f at i and `t.key(f)` is f at j; both support +, -, * and **.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gmpy2 import mpq

from ..number.rational import ONE, ZERO, Number, rational
from ..program import program as ir
from ..program.position import Operand, Position, constant, position
from ..program.program import Form, Mask, Monomial, Op, Place, Program, Relation, Ties
from ..program.wellformed import validate

half = mpq(1, 2)


@dataclass(frozen=True, eq=False)
class Expression:
    """An affine form over the features of one builder."""

    builder: Builder
    form: Form

    def __add__(self, other: Value) -> Expression:
        return _combine(self, ONE, self.builder.expression(other), ONE)

    __radd__ = __add__

    def __sub__(self, other: Value) -> Expression:
        return _combine(self, ONE, self.builder.expression(other), -ONE)

    def __rsub__(self, other: Value) -> Expression:
        return _combine(self.builder.expression(other), ONE, self, -ONE)

    def __neg__(self) -> Expression:
        return self * -1

    def __mul__(self, factor: Number) -> Expression:
        return _combine(self, rational(factor), self, ZERO)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Number) -> Expression:
        return self * (1 / rational(divisor))

    def __gt__(self, other: Value) -> Expression:
        return self.builder.compare(self - other, ">")

    def __ge__(self, other: Value) -> Expression:
        return self.builder.compare(self - other, ">=")

    def __lt__(self, other: Value) -> Expression:
        return self.builder.compare(-(self - other), ">")

    def __le__(self, other: Value) -> Expression:
        return self.builder.compare(-(self - other), ">=")

    def __bool__(self) -> bool:
        # Python reads `0 <= x <= 1` as `0 <= x and x <= 1` and would silently drop the first half.
        raise TypeError("a feature is not true or false here: write t.both(0 <= x, x <= 1), not 0 <= x <= 1")

    def equals(self, other: Value) -> Expression:
        """1 where both sides are equal, else 0."""
        return self.builder.compare(self - other, "=")

    def negate(self) -> Expression:
        """1 where this 0/1 feature is 0, else 0."""
        return self.builder.compare(half - self, ">")


Value = Expression | Number


def _combine(left: Expression, a: mpq, right: Expression, b: mpq) -> Expression:
    if left.builder is not right.builder:
        raise ir.ProgramError(f"features of {left.builder.name} and of {right.builder.name} cannot be mixed")
    coefficients: dict[int, mpq] = {}
    for factor, form in ((a, left.form), (b, right.form)):
        for coefficient, feature in form.terms:
            coefficients[feature] = coefficients.get(feature, ZERO) + factor * coefficient
    terms = tuple((c, f) for f, c in coefficients.items() if c != 0)
    return Expression(left.builder, Form(a * left.form.const + b * right.form.const, terms))


@dataclass(frozen=True)
class Polynomial:
    """A polynomial in query and key features: the score of a head, monomials in the order they were written."""

    monomials: tuple[Monomial, ...]

    def __add__(self, other: Polynomial | Number) -> Polynomial:
        return _collect(self.monomials + _polynomial(other).monomials)

    __radd__ = __add__

    def __sub__(self, other: Polynomial | Number) -> Polynomial:
        return self + _polynomial(other) * -1

    def __rsub__(self, other: Polynomial | Number) -> Polynomial:
        return _polynomial(other) + self * -1

    def __neg__(self) -> Polynomial:
        return self * -1

    def __mul__(self, other: Polynomial | Number) -> Polynomial:
        return _collect(
            Monomial(
                a.coefficient * b.coefficient,
                tuple(sorted(a.queries + b.queries)),
                tuple(sorted(a.keys + b.keys)),
            )
            for a in self.monomials
            for b in _polynomial(other).monomials
        )

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Polynomial:
        if exponent < 0:
            raise ir.ProgramError("a score is a polynomial: no negative powers")
        result = _polynomial(1)
        for _ in range(exponent):
            result = result * self
        return result


def _polynomial(value: Polynomial | Number) -> Polynomial:
    return value if isinstance(value, Polynomial) else Polynomial((Monomial(rational(value)),))


def _collect(monomials: Iterable[Monomial]) -> Polynomial:
    sums: dict[tuple[tuple[int, ...], tuple[int, ...]], mpq] = {}
    for m in monomials:
        key = m.queries, m.keys
        sums[key] = sums.get(key, ZERO) + m.coefficient
    return Polynomial(tuple(Monomial(c, q, k) for (q, k), c in sums.items() if c != 0))


class Builder:
    """Collects the operations of one program; `accept`, `output` and `classify` finish it.

    `alphabet` is an iterable of symbols (a string gives one symbol a letter). `max_length` bounds the lengths for
    which the model knows positions. All methods raise `ProgramError` for what a program cannot express, and
    `TypeError` or `ValueError` for numbers that are not exact.
    """

    def __init__(
        self,
        name: str,
        alphabet: Iterable[str],
        *,
        bos: bool = False,
        eos: bool = False,
        max_length: int | None = None,
        formula: str = "",
        source: str = "",
    ) -> None:
        self.name, self.alphabet = name, tuple(alphabet)
        self.bos, self.eos, self.max_length = bos, eos, max_length
        self.formula, self.source = formula, source
        self._ops: dict[Op, int] = {}
        self._names: list[str] = []
        self._ranges: dict[int, tuple[ir.End, ir.End]] = {}
        self._special = ((ir.BOS,) if bos else ()) + ((ir.EOS,) if eos else ())

    # -- embeddings

    def embed(self, table: Mapping[str, Operand], default: Operand = 0, *, name: str = "") -> Expression:
        """φ(w_i, i): for each symbol (or "BOS", "EOS") a number or a position expression; the others get `default`."""
        unknown = set(table) - set(self.alphabet) - set(self._special)
        if unknown:
            raise ir.ProgramError(f"{self.name}: not a symbol of this model: {min(unknown)!r}")
        rows = tuple((s, position(table.get(s, default))) for s in self.alphabet + self._special)
        return self._add(ir.Embed(rows), name or "embed")

    def symbol(self, *symbols: str, name: str = "") -> Expression:
        """1 at the positions that hold one of `symbols`, else 0."""
        return self.embed(dict.fromkeys(symbols, constant(1)), name=name or "is " + "|".join(symbols))

    def position(self, expression: Position, *, name: str = "") -> Expression:
        """A feature of the position alone, BOS and EOS among them."""
        return self.embed({}, expression, name=name or str(expression))

    # -- local operations

    def expression(self, value: Value) -> Expression:
        """`value` as an affine form of this builder's features."""
        return value if isinstance(value, Expression) else Expression(self, Form(rational(value)))

    def store(self, value: Value, *, name: str = "", within: tuple[Operand, Operand] | None = None) -> Expression:
        """`value` as a stored feature; `within` declares its range, in n perhaps (then that of the bound)."""
        expression = self.expression(value)
        feature = _single(expression.form)
        stored = expression if feature is not None else self._add(ir.Affine(expression.form), name or "affine")
        return self._declare(stored, within)

    def product(self, left: Value, right: Value, *, name: str = "") -> Expression:
        """The product of two values, stored."""
        pair = sorted((self._feature(left), self._feature(right)))
        return self._add(ir.Product(pair[0], pair[1]), name or "product")

    def maximum(self, *values: Value, name: str = "") -> Expression:
        """The greatest of several forms, one site."""
        return self._add(ir.Max(tuple(self.expression(v).form for v in values)), name or "max")

    def relu(self, value: Value, *, name: str = "") -> Expression:
        """max(value, 0), one site."""
        return self.maximum(value, 0, name=name or "relu")

    def compare(self, value: Value, relation: Relation, *, name: str = "") -> Expression:
        """Whether value > 0, value >= 0 or value = 0, as an exact 0/1."""
        return self._add(ir.Compare(self.expression(value).form, relation), name or f"[{relation} 0]")

    def both(self, *values: Expression) -> Expression:
        """1 where all of these 0/1 features are 1, else 0: one comparison of their sum."""
        total = self.expression(0)
        for value in values:
            total = total + value
        return total >= len(values)

    def nearest(self, value: Value, *, name: str = "") -> Expression:
        """The nearest integer, halves upward."""
        return self._add(ir.Nearest(self.expression(value).form), name or "round")

    def table(self, value: Value, entries: Mapping[Number, Number], *, name: str = "") -> Expression:
        """A finite table; a value outside its domain is a failure of the run."""
        rows = tuple(sorted((rational(k), rational(v)) for k, v in entries.items()))
        return self._add(ir.Table(self.expression(value).form, rows), name or "table")

    def steps(self, value: Value, base: Number, jumps: Mapping[Number, Number], *, name: str = "") -> Expression:
        """A step function: `base`, and from each threshold on (value >= threshold) its entry in `jumps` instead."""
        rows = tuple(sorted((rational(k), rational(v)) for k, v in jumps.items()))
        return self._add(ir.Steps(self.expression(value).form, rational(base), rows), name or "steps")

    # -- attention

    def query(self, value: Value) -> Polynomial:
        """A feature at the query position i, for use in a score."""
        return Polynomial((Monomial(ONE, (self._feature(value),), ()),))

    def key(self, value: Value) -> Polynomial:
        """A feature at the key position j, for use in a score."""
        return Polynomial((Monomial(ONE, (), (self._feature(value),)),))

    def uniform(self, value: Value, mask: Mask = "none", *, name: str = "") -> Expression:
        """The mean of `value` over all allowed positions."""
        return self._add(ir.Attend(self._feature(value), None, mask, "uniform"), name or "mean")

    def attend(
        self,
        score: Polynomial,
        value: Value,
        mask: Mask = "none",
        ties: Ties = "saturated",
        *,
        name: str = "",
        within: tuple[Operand, Operand] | None = None,
    ) -> Expression:
        """Attention to the maximal `score`: the mean over ties (saturated), the leftmost (hard) or the rightmost.

        `within` declares the range of the score's site.
        """
        if not score.monomials:
            score = _polynomial(0)
        scored = self._declare(self._add(ir.Score(score.monomials), f"score of {name}" if name else "score"), within)
        return self._add(ir.Attend(self._feature(value), self._feature(scored), mask, ties), name or "head")

    # -- readouts

    def accept(self, value: Value, at: Place = "last") -> Program:
        """The finished acceptor: accept iff `value` > 0 at the named position."""
        return self._finish(ir.Accept(self.expression(value).form, at))

    def output(self, value: Value) -> Program:
        """The finished program that outputs the number `value` at every word position."""
        return self._finish(ir.Outputs((self.expression(value).form,)))

    def classify(self, classes: Mapping[str, Value]) -> Program:
        """The finished program that outputs, at every word position, the first label with the greatest value."""
        forms = tuple(self.expression(value).form for value in classes.values())
        return self._finish(ir.Outputs(forms, tuple(classes)))

    def attended(self, head: Expression, at: Place = "last") -> Program:
        """The finished program whose outcome is the set M of positions that `head` selects at the named position."""
        feature = _single(head.form)
        if feature is None:
            raise ir.ProgramError(f"{self.name}: the readout names a head, not a sum of features")
        return self._finish(ir.Attended(feature, at))

    # -- inside

    def _finish(self, readout: ir.Readout) -> Program:
        return validate(
            Program(
                self.name,
                self.alphabet,
                tuple(self._ops),
                readout,
                tuple(self._names),
                self.bos,
                self.eos,
                self.max_length,
                tuple(sorted(self._ranges.items())),
                self.formula,
                self.source,
            )
        )

    def _feature(self, value: Value) -> int:
        feature = _single(self.store(value).form)
        assert feature is not None
        return feature

    def _add(self, op: Op, name: str) -> Expression:
        index = self._ops.setdefault(op, len(self._ops))
        if index == len(self._names):
            self._names.append(name)
        return Expression(self, Form(ZERO, ((ONE, index),)))

    def _declare(self, stored: Expression, within: tuple[Operand, Operand] | None) -> Expression:
        if within is not None:
            feature = _single(stored.form)
            assert feature is not None
            low, high = (end if isinstance(end, Position) else rational(end) for end in within)
            self._ranges[feature] = low, high
        return stored


def _single(form: Form) -> int | None:
    """The feature that the form is, None if it is more than a feature."""
    if form.const == 0 and len(form.terms) == 1 and form.terms[0][0] == 1:
        return form.terms[0][1]
    return None
