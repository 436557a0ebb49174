"""RASP, as a way to write programs: s-ops, selectors, `select`, `aggregate`, `selector_width`.

    r = Rasp("reverse", "ab", max_length=64)
    mirror = r.select(r.indices, r.length - 1 - r.indices, "==")
    program = r.output(r.aggregate(mirror, r.tokens))

RASP (Weiss, Goldberg and Yahav 2021, "Thinking Like Transformers") describes transformers by what their heads select;
Tracr (Lindner et al. 2023) compiles it to weights. Here it is compiled to the operations of
`logbits.encode.program.program`, through the same Builder as everything else, so that a program in RASP has sites and
scales like any other.

An *s-op* has a value at each position: a symbol, held as one 0/1 feature for each of its values, or a number, held as
one feature. Truth values are the numbers 0 and 1. A *selector* says for each query position which key positions it
selects; predicates compare key with query, in that order: `select(indices, indices, "<")` selects what comes before.

How a selector becomes a score: a polynomial that is 1 where it selects and an integer below 1 elsewhere. Where one side
has finitely many values v that is Σ_v [query = v]·[key pred v]; equality of integers is 1 - (key - query)²; and order
between the indices is a mask. BOS, position 0, takes part in every head, as in Tracr. In `aggregate` its score lies
between, so that it is selected just where nothing else is: *the mean over an empty selection is the default*, which is
0 for numbers and no symbol at all for symbols (each feature is 0, and `output` takes the first class). In
`selector_width` its score is 1, and the head returns 1/(1 + width), which thresholds read back. Indices count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise, product
from operator import eq, ge, gt, le, lt, ne
from typing import Literal, cast

from gmpy2 import mpq

from ..number.rational import ONE, ZERO, Number, rational
from ..program.position import i
from ..program.program import BOS, MASKS, Mask, Monomial, Place, Program, ProgramError
from .build import Builder, Expression, Polynomial

Symbol = mpq | str
"""A value of an s-op: a number, or a symbol."""

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
Predicate = Comparison | Callable[[Symbol, Symbol], bool]
"""How a key compares with a query; a function is called for each pair of values, while the program is built."""

_COMPARISONS: dict[str, Callable[..., bool]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_MOST = 512
"""The greatest domain that is kept: beyond it an s-op is a number like any other."""


@dataclass(frozen=True, eq=False)
class SOp:
    """A value at each position: `number`, or for an s-op of symbols `features`, one 0/1 feature for each symbol.

    `domain` are all values at word positions, ascending (symbols in the order of the alphabet), None where they are too
    many or not known. `integral` says that all are integers.
    """

    rasp: Rasp
    number: Expression | None = None
    domain: tuple[Symbol, ...] | None = None
    integral: bool = False
    features: tuple[Expression, ...] = ()

    def __add__(self, other: Operand) -> SOp:
        return self._combine(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Operand) -> SOp:
        return self._combine(other, -1)

    def __rsub__(self, other: Operand) -> SOp:
        return -self + other

    def __neg__(self) -> SOp:
        return self * -1

    def __mul__(self, factor: Number) -> SOp:
        number, by = self.value(), rational(factor)
        values = None if self.domain is None else {cast(mpq, v) * by for v in self.domain}
        return self.rasp.numbers(number * by, values, self.integral and by.denominator == 1)

    __rmul__ = __mul__

    def __lt__(self, other: Operand) -> SOp:
        return self.rasp.truth(self.value() < self.rasp.sop(other).value())

    def __le__(self, other: Operand) -> SOp:
        return self.rasp.truth(self.value() <= self.rasp.sop(other).value())

    def __gt__(self, other: Operand) -> SOp:
        return self.rasp.sop(other) < self

    def __ge__(self, other: Operand) -> SOp:
        return self.rasp.sop(other) <= self

    def __and__(self, other: SOp) -> SOp:
        return self.rasp.truth(self.value() + other.value() >= 2)

    def __or__(self, other: SOp) -> SOp:
        return self.rasp.truth(self.value() + other.value() >= 1)

    def __invert__(self) -> SOp:
        return self.rasp.truth(1 - self.value())

    def __bool__(self) -> bool:
        raise TypeError("an s-op is not true or false here: write a & b and ~a, and 0 <= x and x <= 1 apart")

    def equals(self, other: Operand | str) -> SOp:
        """1 where both are equal, else 0."""
        right = self.rasp.sop(other)
        if self.number is None and right.domain is not None:
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
        if self.domain is not None and right.domain is not None and len(self.domain) * len(right.domain) <= _MOST**2:
            values = {cast(mpq, a) + sign * cast(mpq, b) for a, b in product(self.domain, right.domain)}
        return self.rasp.numbers(number, values, self.integral and right.integral)


Operand = SOp | Number


@dataclass(frozen=True, eq=False)
class Selector:
    """Which keys each query selects: those that `mask` allows and whose `score` is 1; other scores are integers < 1.

    `binary` says that the score is 0 or 1, which "or" and "not" need. A conjunction of masks is the stricter one.
    """

    score: Polynomial
    binary: bool = True
    mask: Mask = "none"

    def __and__(self, other: Selector) -> Selector:
        both = self.binary and other.binary
        score = self.score * other.score if both else self.score + other.score - 1
        return Selector(score, both, MASKS[max(map(MASKS.index, (self.mask, other.mask)))])

    def __or__(self, other: Selector) -> Selector:
        if not (self.binary and other.binary and self.mask == other.mask):
            raise ProgramError(f'"or" of selectors {_FINITE}')
        return Selector(self.score + other.score - self.score * other.score, mask=self.mask)

    def __invert__(self) -> Selector:
        if not self.binary or self.mask != "none":
            raise ProgramError(f'"not" of a selector {_FINITE}')
        return Selector(1 - self.score)


_FINITE = "needs scores 0 and 1: compare values of finite domains, not integers for equality nor indices for order"


class Rasp:
    """Collects one program; `output` and `accept` finish it. `builder` is the Builder beneath.

    `max_length` bounds the lengths for which positions are known; `selector_width`, `length` and comparisons of
    positions other than `==`, and `<` and `<=` between the indices, need it.
    """

    def __init__(
        self, name: str, alphabet: Iterable[str], *, max_length: int | None = None, formula: str = "", source: str = ""
    ) -> None:
        t = Builder(name, alphabet, bos=True, max_length=max_length, formula=formula, source=source)
        self.builder, self.name, self.max_length = t, name, max_length
        self._bos = t.symbol(BOS)
        self._word = t.symbol(*t.alphabet, name="is no BOS")
        symbols = tuple(t.symbol(symbol) for symbol in t.alphabet)
        index = t.embed(dict.fromkeys(t.alphabet, i - 1), name="index")
        self._silent = {feature for each in (self._word, index, *symbols) for _, feature in each.form.terms}
        self.tokens = SOp(self, None, t.alphabet, features=symbols)
        """The symbols of the word."""
        self.indices = self.numbers(index, None if max_length is None else map(mpq, range(max_length)), True)
        """0, 1, …, n - 1."""

    # -- s-ops

    @property
    def length(self) -> SOp:
        """The number n of symbols, at every position: the width of `full()`."""
        return self.selector_width(self.full())

    def sop(self, value: Operand | str) -> SOp:
        """`value` as an s-op: unchanged if it is one, else the same at all positions."""
        if isinstance(value, SOp):
            return value
        if isinstance(value, str) and value in self.builder.alphabet:
            return SOp(self, None, (value,), features=(self.builder.expression(1),))
        number = rational(value)
        return self.numbers(self.builder.expression(number), (number,), number.denominator == 1)

    def numbers(self, number: Expression, domain: Iterable[mpq] | None, integral: bool) -> SOp:
        """An s-op of numbers, from a form over the features of `builder`."""
        values = None if domain is None else tuple(sorted(set(domain)))
        return SOp(self, number, None if values is None or len(values) > _MOST else values, integral)

    def truth(self, number: Expression) -> SOp:
        """An s-op of truth values, from a form that is 0 or 1."""
        return self.numbers(number, (ZERO, ONE), True)

    def map(self, function: Callable[..., Symbol | bool], *sops: SOp) -> SOp:
        """`function` of the values of these s-ops, all of finite domains, as a table."""
        rows: list[tuple[tuple[Symbol, ...], Symbol]] = []
        for values in product(*(self._domain(sop) for sop in sops)):
            result = function(*values)
            rows.append((values, result if isinstance(result, str) else mpq(result)))
        found = dict.fromkeys(result for _, result in rows)
        numbers = [result for result in found if not isinstance(result, str)]
        if len(numbers) == len(found):
            total = self._table(sops, {values: cast(mpq, result) for values, result in rows})
            return self.numbers(total, numbers, all(v.denominator == 1 for v in numbers))
        labels = tuple(map(str, found))
        tables = ({values: mpq(str(result) == label) for values, result in rows} for label in labels)
        return SOp(self, None, labels, features=tuple(self._table(sops, table) for table in tables))

    def read(self, sop: SOp, table: dict[Symbol, mpq]) -> Expression:
        """A table over the domain of one s-op; between two numbers of the domain, what the nearer one has."""
        if sop.number is None:
            return sum((sop.indicator(v) * result for v, result in table.items() if result), self.builder.expression(0))
        values = sorted(cast(dict[mpq, mpq], table).items())
        if len(values) == 1:
            return self.builder.expression(values[0][1])
        if sop.domain == (ZERO, ONE):
            return sop.number * (values[1][1] - values[0][1]) + values[0][1]
        jumps: dict[Number, Number] = {(a + b) / 2: y for (a, x), (b, y) in pairwise(values) if x != y}
        if not jumps:
            return self.builder.expression(values[0][1])
        return self.builder.steps(sop.number, values[0][1], jumps, name="map")

    # -- selectors

    def select(self, keys: Operand | str, queries: Operand | str, predicate: Predicate) -> Selector:
        """Selects the keys for which "key predicate query" holds."""
        key, query = self.sop(keys), self.sop(queries)
        if key is query is self.indices and predicate in ("<", "<="):
            return Selector(_polynomial(1), mask="strict" if predicate == "<" else "causal")
        if predicate == "==" and key.number is not None and key.integral and query.integral:
            distance = self._at(self.builder.key, key.number) - self._at(self.builder.query, query.value())
            return Selector(1 - distance**2, binary=False)
        score, holds = _polynomial(0), self._predicate(predicate, key, query)
        for q in self._domain(query):
            chosen = self.read(key, {k: mpq(holds(k, q)) for k in self._domain(key)})
            score += self._at(self.builder.query, query.indicator(q)) * self._at(self.builder.key, chosen)
        return Selector(score)

    def full(self) -> Selector:
        """Selects everything."""
        return Selector(_polynomial(1))

    def aggregate(self, selector: Selector, values: SOp, default: Operand | str = 0, *, one: bool = False) -> SOp:
        """The mean of `values` over what is selected; where nothing is, `default`.

        Symbols are averaged feature by feature, which makes sense where one position is selected, or for `output`,
        which takes the most frequent; the default 0 is no symbol. `one` promises that never more than one position is
        selected: numbers then keep their domain.
        """
        missing = self.sop(default)
        score = 2 * self._of_words(selector.score) + self.builder.key(self._bos)

        def mean(value: Expression, otherwise: mpq) -> Expression:
            seen = self._of_word(value) + otherwise * self._bos
            return self.builder.attend(score, seen, selector.mask, name="aggregate")

        if values.number is not None:
            if missing.domain is None or len(missing.domain) != 1:
                raise ProgramError(f"{self.name}: the default of an aggregate is one value")
            otherwise = cast(mpq, missing.domain[0])
            domain = None if values.domain is None or not one else {*cast(tuple[mpq, ...], values.domain), otherwise}
            return self.numbers(mean(values.number, otherwise), domain, one and values.integral and missing.integral)
        features = (mean(values.indicator(v), mpq(missing.domain == (v,))) for v in self._domain(values))
        return SOp(self, None, values.domain, features=tuple(features))

    def selector_width(self, selector: Selector) -> SOp:
        """How many positions are selected: the head returns 1/(1 + width), read by thresholds at 2/(2m + 1)."""
        if self.max_length is None:
            raise ProgramError(f"{self.name}: selector_width has a threshold for each width, and needs max_length")
        score = self._of_words(selector.score) + self.builder.key(self._bos)
        share = self.builder.attend(score, self._bos, selector.mask, name="1/(1 + width)")
        jumps: dict[Number, Number] = {mpq(-2, 2 * m + 1): m for m in range(1, self.max_length + 1)}
        width = self.builder.steps(-share, 0, jumps, name="width")
        return self.numbers(width, map(mpq, range(self.max_length + 1)), integral=True)

    # -- readouts

    def output(self, sop: SOp) -> Program:
        """The finished program: a number at every word position, or the first symbol with the greatest feature."""
        if sop.number is not None:
            return self.builder.output(sop.number)
        return self.builder.classify(dict(zip(map(str, self._domain(sop)), sop.features, strict=True)))

    def accept(self, sop: SOp, at: Place = "last") -> Program:
        """The finished acceptor: accept iff the truth value (or number) is > 0 at the named position."""
        return self.builder.accept(sop.value(), at)

    # -- inside

    def _domain(self, sop: SOp) -> tuple[Symbol, ...]:
        if sop.domain is None:
            raise ProgramError(f"{self.name}: this needs an s-op of finitely many values (positions: give max_length)")
        return sop.domain

    def _predicate(self, predicate: Predicate, key: SOp, query: SOp) -> Callable[[Symbol, Symbol], bool]:
        """The predicate on values; symbols are ordered as the alphabet is."""
        if callable(predicate):
            return predicate
        compare, letters = _COMPARISONS[predicate], self.builder.alphabet
        if predicate in ("==", "!=") or key.number is not None or query.number is not None:
            return compare
        return lambda k, q: compare(letters.index(str(k)), letters.index(str(q)))

    def _table(self, sops: tuple[SOp, ...], table: dict[tuple[Symbol, ...], mpq]) -> Expression:
        """A table over the domains of several s-ops, one after the other."""
        first, rest = sops[0], sops[1:]
        if not rest:
            return self.read(first, {v: result for (v,), result in table.items()})
        total = self.builder.expression(0)
        for v in self._domain(first):
            under = self._table(rest, {values[1:]: result for values, result in table.items() if values[0] == v})
            total += self._times(first.indicator(v), under)
        return total

    def _times(self, left: Expression, right: Expression) -> Expression:
        """The product, which is no operation where one side is a number."""
        if not left.form.terms:
            return right * left.form.const
        if not right.form.terms:
            return left * right.form.const
        return self.builder.product(left, right)

    @staticmethod
    def _at(side: Callable[[Expression], Polynomial], form: Expression) -> Polynomial:
        """A form as a factor of a score, at the key or at the query; numbers stay numbers."""
        stored = form - form.form.const
        return (side(stored) if stored.form.terms else _polynomial(0)) + form.form.const

    def _of_word(self, value: Expression) -> Expression:
        """`value` at word positions, 0 at BOS."""
        if value.form.const == 0 and all(feature in self._silent for _, feature in value.form.terms):
            return value
        return self._times(self._word, value)

    def _of_words(self, score: Polynomial) -> Polynomial:
        """`score` where the key is a word position, 0 where it is BOS."""
        word = self.builder.key(self._word)
        silent = (m for m in score.monomials if self._silent & set(m.keys))
        others = (m for m in score.monomials if not self._silent & set(m.keys))
        return Polynomial(tuple(silent)) + Polynomial(tuple(others)) * word


def _polynomial(number: int) -> Polynomial:
    return Polynomial((Monomial(mpq(number)),)) if number else Polynomial(())
