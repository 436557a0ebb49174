"""Transformers from matrices: W_Q, W_K, W_V, W_O, W_1, b_1, W_2, b_2 and embeddings, as a sequence program.

    t = Builder("mine", "ab", max_length=8)
    x = transformer(t, {"a": [1, 0], "b": [0, 1]}, positions, [Layer((Head(query, key, value, output),), bias)])
    logits = linear(t, x, unembedding)
    program = t.accept(logits[1] - logits[0])

The computation is the one that is written in textbooks, without layer normalisation and with saturated attention in
place of softmax: x_i = token[w_i] + position[i]; in each layer x += Σ_heads W_O·head + b_O, then
x += W_2·relu(W_1·x + b_1) + b_2. A positive factor of all scores, 1/sqrt(key size), does not change a maximum and is
left out. What is stored, and so rounded, is what such a model stores: each coordinate of x_i (φ is evaluated in Q), of
q_i, k_j and v_j, each score q_i·k_j, each coordinate of a head, of relu(W_1·x + b_1), and of x after each of the two
sums of a layer, which are one affine map together with W_O or W_2. Queries and keys that are turned by `rotary` are
stored again, with each product on the way.

Coefficients that are 0 are left out, and so is what is 0 whatever the word: a coordinate that nothing is added to is
not stored again, and a product with 0 is no part of a score. Neither changes a value in any arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from gmpy2 import mpq

from ..number.rational import ZERO, Number
from ..program.position import Position, by_place, constant
from ..program.program import BOS, EOS, Form, Mask, ProgramError
from . import arguments
from .build import Builder, Expression, Polynomial
from .rotary import Rotary, rotate

T = TypeVar("T")

Vector = Sequence[Number]
Matrix = Sequence[Vector]
"""[inputs][outputs]: x·W, as in papers; torch stores the transpose."""


@dataclass(frozen=True)
class Linear:
    """x·weight + bias: `weight` is [inputs][outputs], `bias` is [outputs], zero unless given."""

    weight: Matrix
    bias: Vector = ()


@dataclass(frozen=True)
class Head:
    """One head: `query` and `key` are [d][k], `value` is [d][v] and `output`, its part of W_O, is [v][d]."""

    query: Linear
    key: Linear
    value: Linear
    output: Matrix


@dataclass(frozen=True)
class Layer:
    """Heads with the bias [d] of W_O, then `hidden` [d][h], ReLU and `out` [h][d], both or neither.

    With `rotary`, queries and keys are turned before they meet.
    """

    heads: tuple[Head, ...]
    bias: Vector = ()
    hidden: Linear | None = None
    out: Linear | None = None
    mask: Mask = "none"
    rotary: Rotary | None = None


Features = list[Expression]


def transformer(
    t: Builder,
    tokens: Mapping[str, Vector],
    positions: Matrix | Sequence[Position],
    layers: Iterable[Layer],
    labels: Sequence[str] = (),
) -> Features:
    """The coordinates of x after the last layer, as features of `t`.

    Args:
        t: collects the operations; its `max_length` must not exceed what `positions` tells.
        tokens: a row of d numbers for each symbol of `t`, "BOS" and "EOS" among them where the model has them.
        positions: a row of d numbers for each position, the first for BOS where the model has it; [] for none. Or d
            position expressions, one for each coordinate.
        layers: in the order of the computation.
        labels: names for the d coordinates.

    Raises:
        ProgramError: for shapes that do not fit, and where positions are not known up to `max_length`.
        TypeError: for numbers that are not exact, and for what is of a wrong type.
    """
    _is("t", t, Builder, "a Builder")
    _is("tokens", tokens, Mapping, "a dict such as {'a': [1, 0], 'b': [0, 1]}")
    for each in (layers := list(_rows("layers", layers))):
        _is("layers: each", each, Layer, "a Layer")
    labels = [arguments.text("labels: each", label) for label in _rows("labels", labels)]
    x = _embed(t, tokens, _rows("positions", cast(Matrix, positions)), labels)
    named = labels or [f"x[{c}]" for c in range(len(x))]
    for number, layer in enumerate(layers):
        x = _layer(t, x, layer, f"layer {number}", named)
    return x


def linear(t: Builder, x: Features, map_: Linear, name: str = "logit") -> Features:
    """The features x·weight + bias, stored, but for those that are 0 whatever the word.

    Raises:
        ProgramError: for shapes that do not fit.
        TypeError: for numbers that are not exact, and for what is of a wrong type.
    """
    _is("t", t, Builder, "a Builder")
    x = [t.expression(each) for each in _rows("x", x)]
    sums = enumerate(_apply(t, x, map_, arguments.text("name", name)))
    return [each if _is_zero(each) else t.store(each, name=f"{name}[{c}]") for c, each in sums]


def _embed(
    t: Builder, tokens: Mapping[str, Vector], positions: Matrix | Sequence[Position], labels: Sequence[str]
) -> Features:
    symbols = t.alphabet + ((BOS,) if t.bos else ()) + ((EOS,) if t.eos else ())
    if set(tokens) != set(symbols):
        raise ProgramError(f"{t.name}: the embedding must have a row for each of {' '.join(symbols)}, and no other")
    if not t.alphabet:
        raise ProgramError(f"{t.name}: the alphabet is empty")
    size = len(_rows(f"tokens, {symbols[0]!r}", tokens[symbols[0]]))
    _shape(t, "the embedding", list(tokens.values()), len(symbols), size)
    places = _columns(t, positions, size)
    if len(labels) not in (0, size):
        raise ProgramError(f"{t.name}: {len(labels)} labels for {size} coordinates")
    found: Features = []
    for c, place in enumerate(places):
        table = {symbol: _plus(arguments.number(f"tokens, {symbol!r}", tokens[symbol][c]), place) for symbol in symbols}
        zero = all(each == constant(0) for each in table.values())
        found.append(t.expression(0) if zero else t.embed(table, name=labels[c] if labels else f"x[{c}]"))
    return found


def _columns(t: Builder, positions: Matrix | Sequence[Position], size: int) -> list[Position]:
    """The part of each coordinate that the position decides."""
    expressions = [each for each in positions if isinstance(each, Position)]
    if expressions:
        if not len(expressions) == len(positions) == size:
            raise ProgramError(f"{t.name}: positions must be {size} expressions, or rows of {size} numbers")
        return expressions
    rows = cast(Matrix, positions)
    _shape(t, "the table of positions", rows, len(rows), size)
    first = 0 if t.bos else 1
    known = len(rows) + first - (2 if t.eos else 1)
    if rows and (t.max_length is None or t.max_length > known):
        raise ProgramError(f"{t.name}: the table of positions ends at n = {known}, so that max_length must be given")
    return [by_place([arguments.number("positions", row[c]) for row in rows], first) for c in range(size)]


def _plus(token: mpq, place: Position) -> Position:
    if place.op == "const":
        return constant(token + place.value)
    return place if token == 0 else token + place


def _layer(t: Builder, x: Features, layer: Layer, name: str, labels: Sequence[str]) -> Features:
    if (layer.hidden is None) != (layer.out is None):
        raise ProgramError(f"{t.name}: {name} has one of the two maps around ReLU, but not the other")
    outputs: Features = []
    rows: list[Vector] = []
    for number, head in enumerate(_rows(f"{name} heads", layer.heads)):
        at = f"{name} head {number}"
        _is(at, head, Head, "a Head")
        outputs += _head(t, x, head, layer, at)
        rows.extend(head.output)
    x = _residual(t, x, outputs, Linear(rows, layer.bias), f"{name} attention", labels)
    if layer.hidden is None or layer.out is None:
        return x
    sums = _apply(t, x, layer.hidden, f"{name} hidden")
    hidden = [_relu(t, each, f"{name} hidden[{c}]") for c, each in enumerate(sums)]
    return _residual(t, x, hidden, layer.out, f"{name} mlp", labels)


def _relu(t: Builder, value: Expression, name: str) -> Expression:
    """A hidden unit, stored, be it constant, unless it is 0 whatever the word."""
    if not value.form.terms and value.form.const <= 0:
        return t.expression(0)
    return t.relu(value, name=name)


def _head(t: Builder, x: Features, head: Head, layer: Layer, name: str) -> Features:
    queries, keys, values = (
        linear(t, x, map_, f"{name} {role}")
        for role, map_ in (("query", head.query), ("key", head.key), ("value", head.value))
    )
    if len(queries) != len(keys):
        raise ProgramError(f"{t.name}: {name} has queries of size {len(queries)} and keys of size {len(keys)}")
    _shape(t, f"{name} output", head.output, len(values), len(x))
    if layer.rotary is not None:
        queries = rotate(t, queries, layer.rotary, f"{name} query turned")
        keys = rotate(t, keys, layer.rotary, f"{name} key turned")
    pairs = [pair for pair in zip(queries, keys, strict=True) if not any(map(_is_zero, pair))]
    score = Polynomial(tuple(part for query, key in pairs for part in (t.query(query) * t.key(key)).monomials), t)
    return [
        value if _is_zero(value) else t.attend(score, value, layer.mask, name=f"{name}[{c}]")
        for c, value in enumerate(values)
    ]


def _residual(t: Builder, x: Features, added: Features, map_: Linear, name: str, labels: Sequence[str]) -> Features:
    """The x + added·weight + bias, stored where anything is added."""
    sums = _apply(t, added, map_, name, len(x))
    return [
        old if _is_zero(new) else t.store(_sum(old, new), name=f"{label} after {name}")
        for old, new, label in zip(x, sums, labels, strict=True)
    ]


def _sum(left: Expression, right: Expression) -> Expression:
    """The sum as it is written: features that are the same are not added up, as nothing is known of them."""
    return Expression(left.builder, Form(left.form.const + right.form.const, left.form.terms + right.form.terms))


def _apply(t: Builder, x: Features, map_: Linear, name: str, outputs: int | None = None) -> Features:
    """The forms x·weight + bias, not stored; the products with 0 left out."""
    _is(name, map_, Linear, "a Linear")
    _rows(f"{name} bias", map_.bias)
    if outputs is None:
        for row in _rows(f"{name} weight", map_.weight)[:1]:
            _rows(f"{name} weight, each row", row)
        outputs = len(map_.weight[0]) if len(map_.weight) else 0
    _shape(t, name, map_.weight, len(x), outputs)
    if len(map_.bias) not in (0, outputs):
        raise ProgramError(f"{t.name}: {name} has {outputs} outputs, but a bias of size {len(map_.bias)}")
    biases = [arguments.number(f"{name} bias", bias) for bias in map_.bias] or [ZERO] * outputs
    weights = [[arguments.number(f"{name} weight", weight) for weight in row] for row in map_.weight]
    found: Features = []
    for c, bias in enumerate(biases):
        used = [(row[c], feature) for row, feature in zip(weights, x, strict=True) if row[c] and not _is_zero(feature)]
        terms = tuple((weight * own, index) for weight, feature in used for own, index in feature.form.terms)
        found.append(Expression(t, Form(bias, terms)))
    return found


def _is_zero(value: Expression) -> bool:
    return value.form == Form(ZERO)


def _shape(t: Builder, what: str, matrix: Matrix, rows: int, columns: int) -> None:
    sizes = {len(_rows(f"{what}, each row", row)) for row in _rows(what, matrix)}
    if len(matrix) != rows or sizes - {columns}:
        given = f"{len(matrix)} × {'/'.join(map(str, sorted(sizes))) or 0}"
        raise ProgramError(f"{t.name}: {what} must be {rows} × {columns}, not {given}")


def _rows(argument: str, value: Iterable[T]) -> Sequence[T]:
    """A sequence: of numbers, or of rows of numbers; arrays of other packages too.

    Raises:
        TypeError: for a text, a mapping, a set, and what cannot be gone through.
    """
    if isinstance(value, (str, bytes, Mapping, set, frozenset)) or not isinstance(cast(object, value), Iterable):
        raise arguments.wanted(argument, "a list", cast(object, value))
    try:
        return value if isinstance(value, Sequence) else list(value)
    except TypeError as error:  # of an array without dimensions
        raise arguments.wanted(argument, "a list", cast(object, value)) from error


def _is(argument: str, value: object, kind: type, wish: str) -> None:
    if not isinstance(value, kind):
        raise arguments.wanted(argument, wish, value)
