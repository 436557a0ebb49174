"""The builder: what authors write is what the program says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from gmpy2 import mpq
from logbits.encode.model.build import Builder, Expression, half
from logbits.encode.program.position import constant, i, n
from logbits.encode.program.program import (
    Accept,
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Monomial,
    Nearest,
    Outputs,
    Product,
    ProgramError,
    Score,
    Table,
)

ZERO, ONE = mpq(0), mpq(1)


def form(const: int | str, *terms: tuple[int | str, int]) -> Form:
    return Form(mpq(const), tuple((mpq(c), f) for c, f in terms))


@pytest.fixture
def t() -> Builder:
    return Builder("p", "ab")


def test_embeddings_list_the_alphabet_then_bos_and_eos() -> None:
    t = Builder("p", ["x", "yy"], bos=True, eos=True)
    value = t.embed({"yy": 2 * i, "EOS": "1/2"}, -1)
    ops = t.accept(value).ops
    assert ops == (Embed((("x", constant(-1)), ("yy", 2 * i), ("BOS", constant(-1)), ("EOS", constant("1/2")))),)


def test_symbol_and_position_features(t: Builder) -> None:
    a, p = t.symbol("a"), t.position(i + 1)
    program = t.accept(a + p)
    assert program.ops == (
        Embed((("a", constant(1)), ("b", constant(0)))),
        Embed((("a", i + 1), ("b", i + 1))),
    )
    assert program.names == ("is a", "(i + 1)")


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda a, b: a + b, form(0, (1, 0), (1, 1))),
        (lambda a, b: a - b, form(0, (1, 0), (-1, 1))),
        (lambda a, b: a - a, form(0)),
        (lambda a, b: a + b - a, form(0, (1, 1))),
        (lambda a, b: 1 + a, form(1, (1, 0))),
        (lambda a, b: 1 - a, form(1, (-1, 0))),
        (lambda a, b: a - "1/3", form("-1/3", (1, 0))),
        (lambda a, b: -a, form(0, (-1, 0))),
        (lambda a, b: 3 * a * "1/2", form(0, ("3/2", 0))),
        (lambda a, b: (a + 1) / 4, form("1/4", ("1/4", 0))),
        (lambda a, b: 0 * a, form(0)),
        (lambda a, b: 2 * (a - b + 1) - (b - a), form(2, (3, 0), (-3, 1))),
    ],
)
def test_affine_forms(t: Builder, write: Callable[[Expression, Expression], Expression], expected: Form) -> None:
    a, b = t.symbol("a"), t.symbol("b")
    program = t.accept(write(a, b))
    assert program.readout == Accept(expected, "last")
    assert len(program.ops) == 2


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda a, b: a > b, Compare(form(0, (1, 0), (-1, 1)), ">")),
        (lambda a, b: a >= b, Compare(form(0, (1, 0), (-1, 1)), ">=")),
        (lambda a, b: a < b, Compare(form(0, (-1, 0), (1, 1)), ">")),
        (lambda a, b: a <= 2, Compare(form(2, (-1, 0)), ">=")),
        (lambda a, b: a.equals(b), Compare(form(0, (1, 0), (-1, 1)), "=")),
        (lambda a, b: a.negate(), Compare(form("1/2", (-1, 0)), ">")),
    ],
)
def test_comparisons(t: Builder, write: Callable[[Expression, Expression], Expression], expected: Compare) -> None:
    program = t.accept(write(t.symbol("a"), t.symbol("b")))
    assert program.ops[2:] == (expected,)
    assert program.readout == Accept(form(0, (1, 2)), "last")


def test_chained_comparisons_are_refused(t: Builder) -> None:
    a = t.symbol("a")
    with pytest.raises(TypeError, match="not true or false"):
        _ = 0 <= a <= 1


def test_relu_of_a_difference_is_one_site(t: Builder) -> None:
    a, b = t.symbol("a"), t.symbol("b")
    program = t.accept(t.relu(a - b))
    assert program.ops[2:] == (Max((form(0, (1, 0), (-1, 1)), form(0))),)


def test_both_is_one_comparison_of_the_sum(t: Builder) -> None:
    a, b = t.symbol("a"), t.symbol("b")
    assert t.accept(t.both(a, b)).ops[2:] == (Compare(form(-2, (1, 0), (1, 1)), ">="),)


def test_a_form_is_stored_where_a_feature_is_needed(t: Builder) -> None:
    a, b = t.symbol("a"), t.symbol("b")
    program = t.accept(t.product(a - b, b))
    assert program.ops[2:] == (Affine(form(0, (1, 0), (-1, 1))), Product(1, 2))


def test_storing_a_feature_adds_nothing(t: Builder) -> None:
    a = t.symbol("a")
    assert len(t.accept(t.store(a) + t.store(2 * a) + t.store(3)).ops) == 3


def test_nearest_and_table(t: Builder) -> None:
    a = t.symbol("a")
    program = t.accept(t.nearest(a / 2) + t.table(a, {1: "1/3", 0: 2}))
    assert program.ops[1:] == (
        Nearest(form(0, ("1/2", 0))),
        Table(form(0, (1, 0)), ((ZERO, mpq(2)), (ONE, mpq(1, 3)))),
    )


def test_equal_operations_are_shared(t: Builder) -> None:
    a = t.symbol("a")
    assert len(t.accept(t.relu(a) + t.relu(t.symbol("a")) - t.uniform(a) * "2").ops) == 3


def test_scores_are_expanded_in_the_order_written(t: Builder) -> None:
    a, b = t.symbol("a"), t.symbol("b")
    q, k = t.query(a), t.key(b)
    program = t.accept(t.attend(2 * k * (q + 1 - t.query(b)) - k**2 + 3, a, "causal", "hard"))
    assert program.ops[2] == Score(
        (
            Monomial(mpq(2), (0,), (1,)),
            Monomial(mpq(2), (), (1,)),
            Monomial(mpq(-2), (1,), (1,)),
            Monomial(mpq(-1), (), (1, 1)),
            Monomial(mpq(3)),
        )
    )
    assert program.ops[3] == Attend(0, 2, "causal", "hard")


def test_like_monomials_are_collected_and_zeros_dropped(t: Builder) -> None:
    q, k = t.query(t.symbol("a")), t.key(t.symbol("a"))
    program = t.accept(t.attend((q - k) ** 2 - q * q, t.symbol("a")))
    assert program.ops[1] == Score((Monomial(mpq(-2), (0,), (0,)), Monomial(ONE, (), (0, 0))))
    empty = Builder("p", "ab")
    k = empty.key(empty.symbol("a"))
    assert empty.accept(empty.attend(k - k, empty.symbol("a"))).ops[1] == Score((Monomial(ZERO),))


def test_declared_ranges(t: Builder) -> None:
    a = t.symbol("a")
    head = t.attend(t.key(a), a, within=(0, "1/2"))
    program = t.accept(t.store(head * 2, within=(-1, 1)))
    assert program.ranges == ((1, (ZERO, mpq(1, 2))), (3, (-ONE, ONE)))
    assert t.accept(t.store(a - 1, within=(1 - n, 0))).ranges[-1] == (4, (1 - n, ZERO))


def test_readouts(t: Builder) -> None:
    a = t.symbol("a")
    assert t.accept(a - half, "first").readout == Accept(form("-1/2", (1, 0)), "first")
    assert t.output(a).readout == Outputs((form(0, (1, 0)),))
    assert t.classify({"x": a, "y": "1/2"}).readout == Outputs((form(0, (1, 0)), form("1/2")), ("x", "y"))


def test_what_is_said_about_the_program() -> None:
    t = Builder("name", "ab", eos=True, max_length=9, formula="f", source="s")
    program = t.accept(t.symbol("a"), "eos")
    assert (program.name, program.alphabet, program.bos, program.eos) == ("name", ("a", "b"), False, True)
    assert (program.max_length, program.formula, program.source) == (9, "f", "s")


@pytest.mark.parametrize(
    ("write", "error", "hint"),
    [
        (lambda t, a: t.symbol("c"), ProgramError, "not a symbol of this model: 'c'"),
        (lambda t, a: t.embed({"BOS": 1}), ProgramError, "not a symbol of this model: 'BOS'"),
        (lambda t, a: a + Builder("q", "ab").symbol("a"), ProgramError, "features of p and of q cannot be mixed"),
        (lambda t, a: t.key(a) ** -1, ProgramError, "no negative powers"),
        (lambda t, a: a + 0.5, TypeError, "not an exact number: 0.5"),
        (lambda t, a: a * a, TypeError, "not an exact number"),
        (lambda t, a: a + "x", ValueError, "not a number: 'x'"),
        (lambda t, a: a / 0, ZeroDivisionError, "zero"),
        (lambda t, a: t.both(a == a, a), TypeError, "a.equals"),
        (lambda t, a: t.accept(a, "eos"), ProgramError, "the readout is at EOS"),
        (lambda t, a: t.classify({}), ProgramError, "there is no output"),
    ],
)
def test_what_cannot_be_expressed(write: Callable[[Builder, Any], object], error: type[Exception], hint: str) -> None:
    t = Builder("p", "ab")
    with pytest.raises(error, match=hint):
        write(t, t.symbol("a"))
