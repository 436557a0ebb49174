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

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from gmpy2 import mpq

from ..number.enclosed import Unit
from ..number.rational import ONE, ZERO, Number
from ..program import program as ir
from ..program.position import Operand, by_place, constant
from ..program.program import Form, Mask, Monomial, Op, Place, Program, Relation, Ties
from ..program.wellformed import validate
from . import arguments
from .feature import Expression, Value, as_expression, half, single
from .score import Polynomial, polynomial
from .waves import MAX_PLACE, SINGLE, Wave, WaveName

__all__ = ["Builder", "Expression", "Polynomial", "Value", "half"]

MAX_LENGTH = 1 << 20
"""The greatest `max_length`: far beyond the lengths that are asked about."""

_PLACES: tuple[Place, ...] = ("bos", "first", "last", "eos")
_RELATIONS: tuple[Relation, ...] = (">", ">=", "=")
_TIES: tuple[Ties, ...] = ("saturated", "hard", "rightmost")
_MEANT = {
    **dict.fromkeys(("future", "left", "past", "prefix", "lower", "autoregressive"), "causal allows the keys j <= i"),
    **dict.fromkeys(("full", "all", "", "bidirectional", "no"), "'none' allows all keys"),
    **dict.fromkeys(("hard", "saturated", "rightmost"), "that is a tie rule: write ties=…"),
    **dict.fromkeys(("soft", "softmax"), "attention is saturated, or hard: there is no softmax"),
    **dict.fromkeys(("leftmost", "argmax"), "'hard' takes the leftmost maximum"),
    "uniform": "write t.uniform(value, mask), which has no score",
    "==": "'=' compares with 0",
    **dict.fromkeys(("<", "<="), "write the negative of the value, with '>' or '>='"),
}


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
        self.name, self.alphabet = arguments.text("name", name), arguments.alphabet(alphabet)
        if not name:
            raise ir.ProgramError("name must be a text that is not empty: verdicts show it")
        self.bos, self.eos = arguments.flag("bos", bos), arguments.flag("eos", eos)
        self.max_length = None if max_length is None else arguments.whole("max_length", max_length, 1, MAX_LENGTH)
        self.formula, self.source = arguments.text("formula", formula), arguments.text("source", source)
        self._ops: dict[Op, int] = {}
        self._names: list[str] = []
        self._ranges: dict[int, tuple[ir.End, ir.End]] = {}
        self._special = ((ir.BOS,) if bos else ()) + ((ir.EOS,) if eos else ())

    def __repr__(self) -> str:
        count = len(self._ops)
        return f"<Builder {self.name} with {count} operation{'' if count == 1 else 's'}>"

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each operation so far."""
        return tuple(self._names)

    # -- embeddings

    def embed(self, table: Mapping[str, Operand], default: Operand = 0, *, name: str = "") -> Expression:
        """φ(w_i, i): for each symbol (or "BOS", "EOS") a number or a position expression; the others get `default`.

        A position expression may also be its text, as in files: "i / (n + 1)".
        """
        known = self.alphabet + self._special
        given = {
            arguments.symbol("embed: table, a key", symbol, known): arguments.place(f"embed: table, {symbol!r}", value)
            for symbol, value in arguments.mapping("embed: table", table, "{'a': 1, 'b': i / 2}").items()
        }
        otherwise = arguments.place("embed: default", default)
        return self._add(ir.Embed(tuple((s, given.get(s, otherwise)) for s in known)), name, "embed")

    def symbol(self, *symbols: str, name: str = "") -> Expression:
        """1 at the positions that hold one of `symbols`, else 0."""
        known = self.alphabet + self._special
        given = {arguments.symbol("symbol", each, known): constant(1) for each in symbols}
        return self.embed(given, name=arguments.text("symbol: name", name) or "is " + ("|".join(symbols) or "nothing"))

    def position(self, expression: Operand, *, name: str = "") -> Expression:
        """A feature of the position alone, BOS and EOS among them: an expression of i and n, or its text."""
        made = arguments.place("position: expression", expression)
        return self.embed({}, made, name=arguments.text("position: name", name) or str(made))

    def tabulated(self, values: Iterable[Number] | Callable[[int], Number], *, name: str = "") -> Expression:
        """A feature of the position alone, by a table: of the first position (BOS, if there is one), the next, ...

        `values` may be a function too, which is asked once for each position up to `max_length`, 0 for BOS. Numbers are
        exact; those of sines and cosines are `wave`.
        """
        places = self._places("tabulated")
        given = map(values, places) if callable(values) else arguments.several("tabulated: values", values)
        found = [arguments.number("tabulated: each value", value) for value in given]
        if len(found) < len(places):
            least = f"up to max_length = {self.max_length} there are {len(places)} positions"
            raise ir.ProgramError(f"tabulated: values: {least}, and {len(found)} values")
        return self.position(by_place(found, places[0]), name=arguments.text("tabulated: name", name) or "table")

    def wave(
        self,
        wave: WaveName,
        frequency: Number = 1,
        *,
        base: Number = 1,
        exponent: Number = 0,
        unit: Unit = "radians",
        stored: str = SINGLE,
        first: int = 0,
        name: str = "",
    ) -> Expression:
        """Sin or cos ("sin", "cos") of frequency · base**exponent · p, in radians or whole turns ("turns").

        p is `first` at the first position (BOS, if there is one), first + 1 at the next. Each value is rounded
        correctly, once, to the format and by the mode that `stored` says: that table is the exact definition.
        """
        places = self._places("wave")
        start = arguments.whole("wave: first", first, -MAX_PLACE, MAX_PLACE)
        table = Wave(
            arguments.one_of("wave: wave", wave, ("sin", "cos")),
            start,
            start + len(places) - 1,
            arguments.number("wave: frequency", frequency),
            arguments.number("wave: base", base),
            arguments.number("wave: exponent", exponent),
            arguments.one_of("wave: unit", unit, ("radians", "turns")),
            arguments.text("wave: stored", stored),
        )
        named = arguments.text("wave: name", name) or str(table)
        return self.position(by_place(table.values(), places[0]), name=named)

    def sinusoid(
        self,
        k: int,
        d: int,
        *,
        wave: WaveName = "sin",
        base: Number = 10000,
        stored: str = SINGLE,
        first: int = 0,
        name: str = "",
    ) -> Expression:
        """Sin or cos of p / base**(2k/d): of the k-th of d/2 pairs, from 0, in the encoding of Vaswani et al. 2017."""
        size = arguments.whole("sinusoid: d", d, 1, MAX_LENGTH)
        pair = arguments.whole("sinusoid: k", k, 0, (size - 1) // 2)
        return self.wave(wave, base=base, exponent=mpq(-2 * pair, size), stored=stored, first=first, name=name)

    def _places(self, method: str) -> range:
        if self.max_length is None:
            raise ir.ProgramError(f"{method}: a table has an end: give Builder a max_length")
        return range(0 if self.bos else 1, self.max_length + (2 if self.eos else 1))

    # -- local operations

    def expression(self, value: Value) -> Expression:
        """`value` as an affine form of this builder's features."""
        return as_expression(self, value)

    def store(self, value: Value, *, name: str = "", within: tuple[Operand, Operand] | None = None) -> Expression:
        """`value` as a stored feature; `within` declares its range, in n perhaps (then that of the bound)."""
        form, _ = self._form("store: value", value), arguments.text("store: name", name)
        declared = None if within is None else arguments.ends("store: within", within)
        stored = self.expression(value) if single(form) is not None else self._add(ir.Affine(form), name, "affine")
        if declared is not None:
            self._ranges[self._operation(stored)] = declared
        return stored

    def product(self, left: Value, right: Value, *, name: str = "") -> Expression:
        """The product of two values, stored."""
        pair = sorted((self._feature("product: left", left), self._feature("product: right", right)))
        return self._add(ir.Product(pair[0], pair[1]), name, "product")

    def maximum(self, *values: Value, name: str = "") -> Expression:
        """The greatest of several forms, one site."""
        if not values:
            raise ir.ProgramError("maximum: give at least one value: the maximum of nothing does not exist")
        return self._add(ir.Max(tuple(self._form("maximum: each value", v) for v in values)), name, "max")

    def relu(self, value: Value, *, name: str = "") -> Expression:
        """max(value, 0), one site."""
        return self._add(ir.Max((self._form("relu: value", value), Form(ZERO))), name, "relu")

    def compare(self, value: Value, relation: Relation, *, name: str = "") -> Expression:
        """Whether value > 0, value >= 0 or value = 0, as an exact 0/1."""
        form = self._form("compare: value", value)
        chosen = arguments.one_of("compare: relation", relation, _RELATIONS, _MEANT)
        return self._add(ir.Compare(form, chosen), name, f"[{chosen} 0]")

    def both(self, *values: Value) -> Expression:
        """1 where all of these 0/1 features are 1, else 0: one comparison of their sum."""
        total = self.expression(0)
        for value in values:
            total = total + Expression(self, self._form("both: each value", value))
        return total >= len(values)

    def nearest(self, value: Value, *, name: str = "") -> Expression:
        """The nearest integer, halves upward."""
        return self._add(ir.Nearest(self._form("nearest: value", value)), name, "round")

    def table(self, value: Value, entries: Mapping[Number, Number], *, name: str = "") -> Expression:
        """A finite table; a value outside its domain is a failure of the run."""
        rows = arguments.numbers("table: entries", entries, "{0: 1, 1: '1/2'}")
        return self._add(ir.Table(self._form("table: value", value), rows), name, "table")

    def steps(self, value: Value, base: Number, jumps: Mapping[Number, Number], *, name: str = "") -> Expression:
        """A step function: `base`, and from each threshold on (value >= threshold) its entry in `jumps` instead."""
        rows = arguments.numbers("steps: jumps", jumps, "{'1/2': 1, 2: 0}")
        below = arguments.number("steps: base", base)
        return self._add(ir.Steps(self._form("steps: value", value), below, rows), name, "steps")

    # -- attention

    def query(self, value: Value) -> Polynomial:
        """A feature at the query position i, for use in a score."""
        return Polynomial((Monomial(ONE, (self._feature("query: value", value),), ()),), self)

    def key(self, value: Value) -> Polynomial:
        """A feature at the key position j, for use in a score."""
        return Polynomial((Monomial(ONE, (), (self._feature("key: value", value),)),), self)

    def uniform(self, value: Value, mask: Mask = "none", *, name: str = "") -> Expression:
        """The mean of `value` over all allowed positions."""
        allowed = arguments.one_of("uniform: mask", mask, ir.MASKS, _MEANT)
        return self._add(ir.Attend(self._feature("uniform: value", value), None, allowed, "uniform"), name, "mean")

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
        if not isinstance(cast(object, score), Polynomial):
            wish = "made of t.query(a) and t.key(b), such as t.query(a) * t.key(b) or -t.key(b)"
            raise arguments.wanted("attend: score", wish, score)
        if score.builder is not None and score.builder is not self:
            raise ir.ProgramError(f"attend: score reads features of {score.builder.name}, not of {self.name}")
        allowed = arguments.one_of("attend: mask", mask, ir.MASKS, _MEANT)
        chosen = arguments.one_of("attend: ties", ties, _TIES, _MEANT)
        arguments.text("attend: name", name)
        self._form("attend: value", value)
        declared = None if within is None else arguments.ends("attend: within", within)
        monomials = score.monomials or polynomial(0).monomials
        scored = self._add(ir.Score(monomials), f"score of {name}" if name else "", "score")
        head = ir.Attend(self._feature("attend: value", value), self._operation(scored), allowed, chosen)
        if declared is not None:
            self._ranges[self._operation(scored)] = declared
        return self._add(head, name, "head")

    # -- readouts

    def accept(self, value: Value, at: Place = "last") -> Program:
        """The finished acceptor: accept iff `value` > 0 at the named position."""
        form = self._form("accept: value", value)
        return self._finish(ir.Accept(form, arguments.one_of("accept: at", at, _PLACES)))

    def output(self, value: Value) -> Program:
        """The finished program that outputs the number `value` at every word position."""
        return self._finish(ir.Outputs((self._form("output: value", value),)))

    def classify(self, classes: Mapping[str, Value]) -> Program:
        """The finished program that outputs, at every word position, the first label with the greatest value."""
        given = arguments.mapping("classify: classes", classes, "{'yes': a, 'no': 1 - a}")
        if not given:
            raise ir.ProgramError("classify: classes is empty: there is no output")
        labels = tuple(arguments.text("classify: each label", label) for label in given)
        forms = tuple(self._form(f"classify: {label!r}", cast(Value, value)) for label, value in given.items())
        return self._finish(ir.Outputs(forms, labels))

    def attended(self, head: Expression, at: Place = "last") -> Program:
        """The finished program whose outcome is the set M of positions that `head` selects at the named position."""
        feature = single(self._form("attended: head", head))
        if feature is None:
            raise ir.ProgramError("attended: head must be one head of t.attend or t.uniform, not a sum of features")
        return self._finish(ir.Attended(feature, arguments.one_of("attended: at", at, _PLACES)))

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

    def _form(self, argument: str, value: Value) -> Form:
        """The form that an argument is.

        Raises:
            TypeError, ValueError: naming the argument.
        """
        try:
            return self.expression(value).form
        except (TypeError, ValueError) as error:
            raise type(error)(f"{argument}: {error}") from error

    def _feature(self, argument: str, value: Value) -> int:
        form = self._form(argument, value)
        feature = single(form)
        return self._operation(self._add(ir.Affine(form), "", "affine")) if feature is None else feature

    def _operation(self, stored: Expression) -> int:
        feature = single(stored.form)
        assert feature is not None
        return feature

    def _add(self, op: Op, name: str, otherwise: str) -> Expression:
        """The operation as a feature: the one that is there already, or a new one, which gets the name."""
        given = arguments.text("name", name) or otherwise
        index = self._ops.setdefault(op, len(self._ops))
        if index == len(self._names):
            self._names.append(given)
        return Expression(self, Form(ZERO, ((ONE, index),)))
