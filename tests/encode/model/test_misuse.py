"""What authors get wrong: Builder and Rasp refuse it where it is written, in one line that names the argument."""

# pyright: reportArgumentType=false, reportOperatorIssue=false, reportCallIssue=false, reportUnnecessaryContains=false
# What is written here is what the types forbid.

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.model.build import Builder
from logbits.encode.model.rasp import Rasp
from logbits.encode.model.textbook import Head, Layer, Linear, linear, transformer
from logbits.encode.program.position import i, n
from logbits.encode.program.program import Embed

T, U = Builder("p", "ab", bos=True, eos=True), Builder("q", "ab")
R, O = Rasp("r", "ab", max_length=5), Rasp("o", "ab", max_length=5)  # noqa: E741
A, B, OTHER = T.symbol("a"), T.symbol("b"), U.symbol("a")
SELECTOR = R.select(R.tokens, R.tokens, "==")

STRANGERS: list[Any] = [
    None, True, 0.5, float("nan"), "", "zz", [], [1], (1, 2, 3), {}, {0.5: 1}, {"zz": 1}, b"x", {"a"}, object(), print,
    i, OTHER, U.key(OTHER), T.key(A), R.tokens, O.tokens, O.indices, SELECTOR, O.full(), T, R, CASES["majority"],
    CASES["majority"].program, np.float64(0.5), np.array([1, 2]), np.True_, 10**5000, -1,
]  # fmt: skip

BUILDER: dict[str, dict[str, Any]] = {
    "embed": {"table": {"a": 1}, "default": 0, "name": ""},
    "position": {"expression": i, "name": ""},
    "expression": {"value": A},
    "store": {"value": A, "name": "", "within": None},
    "product": {"left": A, "right": B, "name": ""},
    "relu": {"value": A, "name": ""},
    "compare": {"value": A, "relation": ">", "name": ""},
    "nearest": {"value": A, "name": ""},
    "table": {"value": A, "entries": {0: 1, 1: 2}, "name": ""},
    "steps": {"value": A, "base": 0, "jumps": {1: 2}, "name": ""},
    "query": {"value": A},
    "key": {"value": A},
    "uniform": {"value": A, "mask": "none", "name": ""},
    "attend": {"score": T.key(A), "value": A, "mask": "none", "ties": "hard", "name": "", "within": None},
    "accept": {"value": A, "at": "last"},
    "output": {"value": A},
    "classify": {"classes": {"x": A}},
    "attended": {"head": T.uniform(A), "at": "last"},
}
RASP: dict[str, dict[str, Any]] = {
    "sop": {"value": 1},
    "numbers": {"number": T.expression(1), "domain": None, "integral": False},
    "truth": {"number": T.expression(1)},
    "select": {"keys": R.tokens, "queries": R.tokens, "predicate": "=="},
    "aggregate": {"selector": SELECTOR, "values": R.tokens, "default": 0, "one": False},
    "selector_width": {"selector": SELECTOR},
    "output": {"sop": R.tokens},
    "accept": {"sop": R.indices, "at": "last"},
}
RASP["numbers"]["number"] = RASP["truth"]["number"] = R.builder.expression(1)
MAKE = {"alphabet": "ab", "max_length": 5, "formula": "", "source": "", "name": "p"}


LINEAR = {"weight": [[1, 0], [0, 1]], "bias": [0, 0]}
HEAD: dict[str, Any] = {role: Linear([[1, 0], [0, 1]]) for role in ("query", "key", "value")} | {"output": [[1, 0]] * 2}
LAYER = {"heads": (Head(**HEAD),), "bias": (), "hidden": None, "out": None, "mask": "none"}
NAMED = {"tokens": {s: [1, 0] for s in ("a", "b", "BOS", "EOS")}, "positions": [], "layers": [], "labels": []}


def with_weights(**changes: object) -> None:
    linear(T, [A, B], Linear(**changes))  # type: ignore[arg-type]


def with_head(**changes: object) -> None:
    transformer(T, NAMED["tokens"], [], [Layer((Head(**changes),))])  # type: ignore[arg-type]


def with_layer(**changes: object) -> None:
    transformer(T, NAMED["tokens"], [], [Layer(**changes)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("maker", "good", "argument"),
    [
        (maker, good, argument)
        for maker, good in (
            (transformer, {"t": T} | NAMED),
            (linear, {"t": T, "x": [A, B], "map_": Linear([[1], [0]]), "name": "logit"}),
            (with_weights, LINEAR),
            (with_head, HEAD),
            (with_layer, LAYER),
        )
        for argument in good
    ],
)
def test_every_argument_of_the_textbook(maker: Callable[..., object], good: Mapping[str, Any], argument: str) -> None:
    refused = 0
    for stranger in STRANGERS:
        try:
            maker(**{**good, argument: stranger})
        except (TypeError, ValueError) as error:
            refused += 1
            said = str(error)
            assert said.isprintable()
            assert "0x" not in said
            assert len(said) < 330
    assert refused > 10


def test_arrays_of_whole_numbers_are_matrices() -> None:
    with_weights(weight=np.eye(2, dtype=int), bias=np.zeros(2, dtype=np.int8))
    with_head(**{role: Linear(np.eye(2, dtype=int)) for role in HEAD if role != "output"}, output=np.eye(2, dtype=int))  # type: ignore[arg-type]
    t = Builder("p", "ab", max_length=3)
    tokens = dict(zip("ab", np.eye(2, dtype=int), strict=True))
    assert len(transformer(t, tokens, np.arange(6).reshape(3, 2), [])) == 2  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"logit weight: not an exact number: np\.float64\(1\.0\)"):
        with_weights(weight=np.eye(2))


def every(maker: Callable[..., object], good: Mapping[str, Any], argument: str) -> None:
    """Each stranger as that argument is either taken, or refused in one short line without an address."""
    refused = 0
    for stranger in STRANGERS:
        try:
            maker(**{**good, argument: stranger})
        except (TypeError, ValueError) as error:
            refused += 1
            said = str(error)
            single = good.keys() in ({"value"}, {"number"})
            assert argument in said or single or "mixed" in said or "label" in said or "symbols" in said, said
            assert "0x" not in said
            assert said.isprintable()
            assert len(said) < 330
    assert refused > 10


@pytest.mark.parametrize(
    ("method", "argument"), [(method, argument) for method, good in BUILDER.items() for argument in good]
)
def test_every_argument_of_a_builder(method: str, argument: str) -> None:
    every(getattr(T, method), BUILDER[method], argument)


@pytest.mark.parametrize(
    ("method", "argument"), [(method, argument) for method, good in RASP.items() for argument in good]
)
def test_every_argument_of_rasp(method: str, argument: str) -> None:
    every(getattr(R, method), RASP[method], argument)


@pytest.mark.parametrize("argument", [*MAKE, "bos", "eos"])
def test_every_argument_of_the_makers(argument: str) -> None:
    every(Builder, MAKE | {"bos": False, "eos": False}, argument)
    if argument in MAKE:
        every(Rasp, MAKE, argument)


@pytest.mark.parametrize("value", [A, T.key(A), R.tokens, R.indices, SELECTOR], ids=repr)
def test_python_cannot_answer_for_what_is_not_known_yet(value: object) -> None:
    for compare in (operator.eq, operator.ne):
        for other in (B, 1, "1/2", None, R.indices, value):
            with pytest.raises(TypeError, match=r"write|compare"):
                compare(value, other)
            with pytest.raises(TypeError, match=r"write|compare"):
                compare(other, value)
    for ask in (bool, operator.not_, lambda v: v in [B, 1], lambda v: [v].index(1), lambda v: v and 1):
        with pytest.raises(TypeError):
            ask(value)
    for refused in (len, list, abs, round, int, float, lambda v: v[0], lambda v: 1 in v, lambda v: v**0.5, divmod):
        with pytest.raises(TypeError) as caught:
            refused(value)
        assert "0x" not in str(caught.value)
    assert {value: 1}[value] == 1
    assert repr(value).startswith("<")
    assert "0x" not in repr(value)


@pytest.mark.parametrize(
    ("write", "hint"),
    [
        (lambda: A * A, r"t\.product\(a, b\)"),
        (lambda: A**2, r"t\.product\(a, a\)"),
        (lambda: 1 / A, "no division by a feature"),
        (lambda: A / A, "no division by a feature"),
        (lambda: A % 2, "t.table"),
        (lambda: A & B, r"t\.both\(a, b\)"),
        (lambda: A | B, r"t\.maximum\(a, b\)"),
        (lambda: ~A, "a.negate"),
        (lambda: abs(A), r"t\.maximum\(a, -a\)"),
        (lambda: A == B, r"a\.equals\(b\)"),
        (lambda: A + i, r"t\.position\(expression\)"),
        (lambda: i + A, r"t\.position\(expression\)"),
        (lambda: i * A, r"t\.position\(expression\)"),
        (lambda: A + T.key(A), "a score is not a feature"),
        (lambda: T.key(A) + A, r"t\.query\(a\)"),
        (lambda: T.key(A) / 2, "multiply by '1/2'"),
        (lambda: T.key(A) < T.key(B), "features are compared"),
        (lambda: T.key(A) ** -1, "no negative powers"),
        (lambda: T.key(A) ** "2", "whole number"),
        (lambda: T.key(A) + U.key(OTHER), "scores of p and of q cannot be mixed"),
        (lambda: A + R.indices, r"sop\.value\(\)"),
        (lambda: A + "a", r"t\.symbol\('a'\) is 1"),
        (lambda: A * np.float64(2), "not an exact number"),
        (lambda: np.float64(2) * A, "not an exact number"),
        (lambda: T.accept(OTHER), "features of p and of q cannot be mixed"),
        (lambda: T.relu(OTHER), "relu: value: features of p and of q cannot be mixed"),
        (lambda: T.attend(A, A), "attend: score must be made of t.query"),
        (lambda: T.attend(U.key(OTHER), A), "attend: score reads features of q, not of p"),
        (lambda: T.attend(T.key(A), A, "future"), "attend: mask must be one of 'none', 'causal', 'strict', not 'f"),
        (lambda: T.attend(T.key(A), A, "casual"), "did you mean 'causal'"),
        (lambda: T.attend(T.key(A), A, "hard"), "tie rule"),
        (lambda: T.attend(T.key(A), A, ties="uniform"), r"t\.uniform\(value, mask\)"),
        (lambda: T.attend(T.key(A), A, ties="softmax"), "no softmax"),
        (lambda: T.attend(T.key(A), A, within=(1, 0)), "attend: within: the range from 1 to 0 is empty"),
        (lambda: T.store(A, within=(0, i)), "within: a range is declared to depend on i"),
        (lambda: T.store(A, within=3), r"store: within must be a pair \(low, high\), not 3"),
        (lambda: T.uniform(A, "left"), "causal allows"),
        (lambda: T.compare(A, "=="), "'=' compares with 0"),
        (lambda: T.compare(A, "<"), "negative"),
        (lambda: T.maximum(), "at least one value"),
        (lambda: T.table(A, {}), "table: entries is empty"),
        (lambda: T.table(A, {1: 2, "1": 3}), "gives the key 1 twice"),
        (lambda: T.table(A, [1, 2]), r"must be a dict such as"),
        (lambda: T.symbol("ab"), "apart: 'a', 'b'"),
        (lambda: T.symbol(["a", "b"]), r"symbol must be a symbol, one of 'a', 'b', 'BOS', 'EOS', not \['a', 'b'\]"),
        (lambda: T.position("i//n"), "position: expression: no position expression"),
        (lambda: T.position(i == n), "not what == of two position expressions gives"),
        (lambda: T.embed({"a": A}), "embed: table, 'a' must be a number or an expression of the position"),
        (lambda: T.embed({"a": 0.5}), "embed: table, 'a' must be"),
        (lambda: T.accept(A, "end"), "accept: at must be one of"),
        (lambda: T.attended(A + B), "one head"),
        (lambda: T.classify([A, B]), "classify: classes must be a dict"),
        (lambda: Builder("p", {"a", "b"}), "a set has none"),
        (lambda: Builder("p", "aa"), "occurs twice"),
        (lambda: Builder("p", ""), "alphabet is empty"),
        (lambda: Builder("", "a"), "not empty"),
        (lambda: Builder("p", "a", max_length="8"), "max_length must be a whole number"),
        (lambda: Builder("p", "a", bos="yes"), "bos must be True or False, not 'yes'"),
        (lambda: R.indices % 2, r"a\.map\(lambda v: v % 2\)"),
        (lambda: R.indices // 2, r"a\.map"),
        (lambda: R.indices * R.indices, r"r\.map\(lambda x, y"),
        (lambda: R.indices / R.indices, r"r\.map\(lambda x, y"),
        (lambda: R.indices + 0.5, "not an exact number: 0.5"),
        (lambda: R.tokens == "a", r"a\.equals"),
        (lambda: R.tokens[0], "aggregate"),
        (lambda: R.tokens.equals(1), "symbols are no numbers"),
        (lambda: R.tokens.equals("c"), "symbols of this model are 'a', 'b'"),
        (lambda: R.indices.equals("a"), "symbols are no numbers"),
        (lambda: R.indices + O.indices, "s-ops of r and of o cannot be mixed"),
        (lambda: R.indices + A, r"r\.numbers\(feature"),
        (lambda: R.select(R.indices, R.indices, "≤"), "not '≤'; write '<='"),
        (lambda: R.select(R.indices, R.indices, "="), "write '=='"),
        (lambda: R.select(R.indices, R.indices, True), "one of '==', '!='"),
        (lambda: R.select(R.tokens, 1, "=="), "symbols are no numbers"),
        (lambda: R.select(R.tokens, R.tokens, lambda k, q: 1.0), "predicate gives 1.0 for key 'a' and query 'a'"),
        (lambda: R.aggregate(SELECTOR, 1), r"aggregate: values must be an s-op, .*, not 1"),
        (lambda: R.aggregate(R.tokens, R.tokens), "aggregate: selector must be a selector, .* not an s-op"),
        (lambda: R.aggregate(SELECTOR, R.tokens, "c"), "aggregate: default"),
        (lambda: R.aggregate(SELECTOR, R.tokens, 1), "0 for no symbol, or one of a b"),
        (lambda: R.aggregate(SELECTOR, R.indices, "a"), "must be a number"),
        (lambda: R.aggregate(O.full(), R.tokens), "selectors of r and of others cannot be mixed"),
        (lambda: R.selector_width(O.full()), "selectors of r and of others cannot be mixed"),
        (lambda: SELECTOR & R.tokens, "must be a selector too"),
        (lambda: SELECTOR + SELECTOR, "&, | and ~"),
        (lambda: SELECTOR & O.full(), "cannot be mixed"),
        (lambda: R.tokens.map(lambda v: 0.5), "gives 0.5 for 'a', not an exact number"),
        (lambda: R.tokens.map(lambda v: None), "gives None for 'a'"),
        (lambda: R.tokens.map("upper"), "map: function must be a function"),
        (lambda: R.map(lambda: 1), "give the s-ops too"),
        (lambda: R.output(R.indices.value()), "output: sop must be an s-op"),
    ],
)  # fmt: skip
def test_the_line_says_what_to_write(write: Callable[[], object], hint: str) -> None:
    with pytest.raises((TypeError, ValueError), match=hint) as caught:
        write()
    assert str(caught.value).isprintable()


def test_what_python_may_say_of_position_expressions() -> None:
    assert i + 0 != i
    assert i + 1 == i + 1
    assert i + 1 != i + 2
    assert {i + 1: "x"}[i + 1] == "x"
    for wrong in (lambda: i == 1, lambda: i != 1, lambda: i == "1/2", lambda: i == 0.5, lambda: 2 * (i == n),
                  lambda: 1 - (i != n), lambda: i < 1, lambda: i >= 0, lambda: i // 2, lambda: bool(i),
                  lambda: i and n, lambda: [1].index(i), lambda: (i == n) & (i == n)):  # fmt: skip
        with pytest.raises(TypeError, match=r"write|product"):
            wrong()


def test_what_is_meant_and_exact_is_taken() -> None:
    t = Builder("p", ("a", "b"), max_length=np.int64(9))  # type: ignore[arg-type]
    a, b = t.symbol("a"), t.symbol("b")
    assert t.position("i / (n + 1)").form == t.position(i / (n + 1)).form
    assert t.position("1/3").form == t.position(Fraction(1, 3)).form
    assert t.embed({"a": "i mod 2"}, "-1/2").form == t.embed({"a": i % 2}, Fraction(-1, 2)).form
    assert (np.int64(2) * a + b).form == (2 * a + b).form == (a * np.int64(2) + b).form  # type: ignore[operator]
    assert (+a).form == a.form
    program = t.accept(t.store(a - b, within=("1 - n", "n")))
    assert program.ranges == ((len(program.ops) - 1, (1 - n, n)),)
    assert isinstance(program.ops[0], Embed)
    assert repr(t) == "<Builder p with 6 operations>"
    assert repr(a - b * "1/2" + 1) == "<feature 'is a' + -1/2·'is b' + 1 of p>"


def test_numbers_divide_s_ops_and_take_part_in_and_and_or() -> None:
    assert [str(v) for v in (R.indices / 2).domain or ()] == ["0", "1/2", "1", "3/2", "2"]
    assert (R.tokens.equals("a") & 1).domain == (R.tokens.equals("a") | 0).domain
    assert repr(R.indices) == "<s-op of numbers 0 1 2 3 4 of r>"
    assert repr(R) == "<Rasp r over a b>"
    assert repr(CASES["majority"]) == "<case majority>"
