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
from itertools import pairwise, product
from operator import eq, ge, gt, le, lt, ne
from typing import cast

from gmpy2 import mpq

from ..number.given import described
from ..number.rational import ONE, ZERO, Number, rational
from ..program.position import i
from ..program.program import BOS, Monomial, Place, Program, ProgramError
from . import arguments
from .build import Builder
from .feature import Expression
from .score import Polynomial
from .sop import MOST, Comparison, Operand, Predicate, Selector, SOp, Symbol, comparable
from .unknown import Unknown

__all__ = ["Comparison", "Operand", "Predicate", "Rasp", "SOp", "Selector", "Symbol"]

_COMPARISONS: dict[Comparison, Callable[..., bool]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_MEANT = {
    **dict.fromkeys(("=", "eq", "EQ", "is", "≡"), "write '=='"),
    **dict.fromkeys(("≠", "<>", "=!", "ne", "NEQ", "neq"), "write '!='"),
    **dict.fromkeys(("≤", "=<", "le", "LEQ", "leq"), "write '<='"),
    **dict.fromkeys(("≥", "=>", "ge", "GEQ", "geq"), "write '>='"),
    **dict.fromkeys(("lt", "LT"), "write '<'"),
    **dict.fromkeys(("gt", "GT"), "write '>'"),
    **dict.fromkeys(("true", "True", "TRUE", "all"), "r.full() selects everything"),
}


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
        longest = max_length if max_length is not None and max_length <= MOST else None
        self.indices = self.numbers(index, None if longest is None else map(mpq, range(longest)), True)
        """0, 1, …, n - 1."""

    def __repr__(self) -> str:
        return f"<Rasp {self.name} over {' '.join(self.builder.alphabet[:12])}>"

    # -- s-ops

    @property
    def length(self) -> SOp:
        """The number n of symbols, at every position: the width of `full()`."""
        return self.selector_width(self.full())

    def sop(self, value: Operand | str) -> SOp:
        """`value` as an s-op: unchanged if it is one, else the same at all positions."""
        if isinstance(value, SOp):
            if value.rasp is not self:
                raise ProgramError(f"s-ops of {self.name} and of {value.rasp.name} cannot be mixed")
            return value
        if isinstance(value, str) and value in self.builder.alphabet:
            return SOp(self, None, (value,), features=(self.builder.expression(1),))
        if isinstance(cast(object, value), Unknown):
            instead = _INSTEAD.get(described(value), "there are r.tokens and r.indices")
            raise TypeError(f"{described(value)} is not an s-op nor an exact number: {instead}")
        try:
            number = rational(value)
        except ValueError as error:
            symbols = ", ".join(map(repr, self.builder.alphabet[:12]))
            raise ProgramError(f"{error}; symbols of this model are {symbols}") from error
        return self.numbers(self.builder.expression(number), (number,), number.denominator == 1)

    def numbers(self, number: Expression, domain: Iterable[mpq] | None, integral: bool) -> SOp:
        """An s-op of numbers, from a form over the features of `builder`; `domain` are all its values, if known."""
        form = self.builder.expression(number)
        if domain is not None and (isinstance(domain, str) or not isinstance(cast(object, domain), Iterable)):
            raise arguments.wanted("numbers: domain", "the values as a list, or None", domain)
        values = None if domain is None else tuple(sorted({arguments.number("numbers: domain", v) for v in domain}))
        whole = arguments.flag("numbers: integral", integral)
        return SOp(self, form, None if values is None or len(values) > MOST else values, whole)

    def truth(self, number: Expression) -> SOp:
        """An s-op of truth values, from a form that is 0 or 1."""
        return self.numbers(number, (ZERO, ONE), True)

    def map(self, function: Callable[..., Symbol | bool], *sops: SOp) -> SOp:
        """`function` of the values of these s-ops, all of finite domains, as a table."""
        if not callable(function):
            raise arguments.wanted("map: function", "a function of the values, such as lambda v: v + 1", function)
        if not sops:
            raise TypeError("map: give the s-ops too, as in r.map(lambda x, y: x * y, a, b)")
        given = tuple(self._sop("map: each argument after the function", sop) for sop in sops)
        rows: list[tuple[tuple[Symbol, ...], Symbol]] = []
        for values in product(*(self._domain(sop) for sop in given)):
            result = _result(function(*values), values)
            rows.append((values, result))
        found = dict.fromkeys(result for _, result in rows)
        numbers = [result for result in found if not isinstance(result, str)]
        if len(numbers) == len(found):
            total = self._table(given, {values: cast(mpq, result) for values, result in rows})
            return self.numbers(total, numbers, all(v.denominator == 1 for v in numbers))
        labels = tuple(dict.fromkeys(map(str, found)))
        tables = ({values: mpq(str(result) == label) for values, result in rows} for label in labels)
        return SOp(self, None, labels, features=tuple(self._table(given, table) for table in tables))

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
        key, query = self._sop("select: keys", keys), self._sop("select: queries", queries)
        if not callable(predicate):
            wish: list[Comparison] = list(_COMPARISONS)
            predicate = arguments.one_of("select: predicate (or a function)", predicate, wish, _MEANT)
            comparable(key, query)
        if key is query is self.indices and predicate in ("<", "<="):
            return Selector(self._constant(1), mask="strict" if predicate == "<" else "causal")
        if predicate == "==" and key.number is not None and key.integral and query.integral:
            distance = self._at(self.builder.key, key.number) - self._at(self.builder.query, query.value())
            return Selector(1 - distance**2, binary=False)
        score, compare = self._constant(0), self._predicate(predicate, key, query)

        def holds(k: Symbol, q: Symbol) -> bool:
            return _truth(compare(k, q), k, q)

        for q in self._domain(query):
            chosen = self.read(key, {k: mpq(holds(k, q)) for k in self._domain(key)})
            score += self._at(self.builder.query, query.indicator(q)) * self._at(self.builder.key, chosen)
        return Selector(score)

    def full(self) -> Selector:
        """Selects everything."""
        return Selector(self._constant(1))

    def aggregate(self, selector: Selector, values: SOp, default: Operand | str = 0, *, one: bool = False) -> SOp:
        """The mean of `values` over what is selected; where nothing is, `default`.

        Symbols are averaged feature by feature, which makes sense where one position is selected, or for `output`,
        which takes the most frequent; the default 0 is no symbol. `one` promises that never more than one position is
        selected: numbers then keep their domain.
        """
        selector, values = self._selector("aggregate: selector", selector), self._proper("aggregate: values", values)
        missing = self._default(values, self._sop("aggregate: default", default))
        one = arguments.flag("aggregate: one", one)
        score = 2 * self._of_words(selector.score) + self.builder.key(self._bos)

        def mean(value: Expression, otherwise: mpq) -> Expression:
            seen = self._of_word(value) + otherwise * self._bos
            return self.builder.attend(score, seen, selector.mask, name="aggregate")

        if values.number is not None:
            assert missing.domain is not None
            otherwise = cast(mpq, missing.domain[0])
            domain = None if values.domain is None or not one else {*cast(tuple[mpq, ...], values.domain), otherwise}
            return self.numbers(mean(values.number, otherwise), domain, one and values.integral and missing.integral)
        features = (mean(values.indicator(v), mpq(missing.domain == (v,))) for v in self._domain(values))
        return SOp(self, None, values.domain, features=tuple(features))

    def selector_width(self, selector: Selector) -> SOp:
        """How many positions are selected: the head returns 1/(1 + width), read by thresholds at 2/(2m + 1)."""
        selector = self._selector("selector_width: selector", selector)
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
        sop = self._proper("output: sop", sop)
        if sop.number is not None:
            return self.builder.output(sop.number)
        return self.builder.classify(dict(zip(map(str, self._domain(sop)), sop.features, strict=True)))

    def accept(self, sop: SOp, at: Place = "last") -> Program:
        """The finished acceptor: accept iff the truth value (or number) is > 0 at the named position."""
        return self.builder.accept(self._proper("accept: sop", sop).value(), at)

    # -- inside

    def _domain(self, sop: SOp) -> tuple[Symbol, ...]:
        if sop.domain is None:
            raise ProgramError(f"{self.name}: this needs an s-op of finitely many values (positions: give max_length)")
        return sop.domain

    def _default(self, values: SOp, default: SOp) -> SOp:
        """The default of an aggregate, if it is one value, and one that `values` can have (or 0, for no symbol)."""
        if default.domain is None or len(default.domain) != 1:
            raise ProgramError(f"{self.name}: the default of an aggregate is one value")
        (value,) = default.domain
        if values.number is not None and isinstance(value, str):
            raise ProgramError(f"aggregate: default must be a number, as the values are, not {value!r}")
        if values.number is None and value != 0 and value not in self._domain(values):
            among = " ".join(map(str, self._domain(values)))
            raise ProgramError(f"aggregate: default must be 0 for no symbol, or one of {among}, not {described(value)}")
        return default

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

    def _at(self, side: Callable[[Expression], Polynomial], form: Expression) -> Polynomial:
        """A form as a factor of a score, at the key or at the query; numbers stay numbers."""
        stored = form - form.form.const
        return (side(stored) if stored.form.terms else self._constant(0)) + form.form.const

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
        return Polynomial(tuple(silent), self.builder) + Polynomial(tuple(others), self.builder) * word

    def _constant(self, number: int) -> Polynomial:
        return Polynomial((Monomial(mpq(number)),) if number else (), self.builder)

    def _sop(self, argument: str, value: Operand | str) -> SOp:
        """The s-op that an argument is.

        Raises:
            TypeError, ValueError: naming the argument.
        """
        try:
            return self.sop(value)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{argument}: {error}") from error

    def _proper(self, argument: str, value: object) -> SOp:
        """An argument that must be an s-op, and no number."""
        if not isinstance(value, SOp):
            raise arguments.wanted(argument, "an s-op, such as r.tokens or r.indices", value)
        return self._sop(argument, value)

    def _selector(self, argument: str, value: object) -> Selector:
        """An argument that must be a selector of this program."""
        if not isinstance(value, Selector):
            raise arguments.wanted(argument, "a selector, such as r.select(r.tokens, r.tokens, '==')", value)
        if value.score.builder not in (None, self.builder):
            raise ProgramError(f"{argument}: selectors of {self.name} and of others cannot be mixed")
        return value


_INSTEAD = {
    "a selector": "r.aggregate(selector, values) and r.selector_width(selector) are s-ops",
    "a feature": "r.numbers(feature, domain, integral) makes one of a feature of r.builder",
    "a score": "r.select(keys, queries, predicate) makes selectors, r.aggregate(selector, values) s-ops",
}


def _truth(result: object, key: Symbol, query: Symbol) -> bool:
    """What a predicate says of a key and a query, if it is True or False."""
    if not isinstance(result, bool):
        of = f"key {described(key)} and query {described(query)}"
        raise TypeError(f"select: predicate gives {described(result)} for {of}, and must give True or False")
    return result


def _result(result: object, values: tuple[Symbol, ...]) -> Symbol:
    """What a function of values gave, if it is a symbol, a truth value or an exact number."""
    if isinstance(result, str):
        return arguments.text("map: each symbol that the function gives", result)
    try:
        return mpq(result) if isinstance(result, bool) else rational(cast(Number, result))
    except TypeError as error:
        of = ", ".join(map(described, values))
        raise TypeError(
            f"map: the function gives {described(result)} for {of}, not an exact number, a truth value or a symbol"
        ) from error
