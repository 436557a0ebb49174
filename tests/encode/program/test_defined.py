"""Where embeddings are defined: what intervals say is what trying every place says, in every arithmetic."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse as arithmetic
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program import defined
from logbits.encode.program.expression import parse
from logbits.encode.program.position import MAX_DEPTH, Position, constant, evaluate, i, n
from logbits.encode.program.program import BOS, EOS, Program, ProgramError

BOUND = 6
LEAVES = st.one_of(st.sampled_from([i, n]), st.fractions(-3, 3, max_denominator=3).map(constant))
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/", "mod", "**", "=", "<"]), inner, inner).map(
            lambda t: Position(t[0], (t[1], t[2]))
        ),
        inner.map(lambda e: Position("floor", (e,))),
        st.lists(inner, min_size=2, max_size=8).map(lambda several: Position("choose", tuple(several))),
    ),
    max_leaves=6,
)


def acceptor(expression: Position, **options: bool) -> Program:
    t = Builder("tried", ["a"], **options)
    return t.accept(t.embed({"a": expression}, name="x"))


def is_defined(expression: Position, symbol: str) -> bool:
    where = {BOS: (0, 0), EOS: None}
    for length in range(1, BOUND + 1):
        low, high = where.get(symbol, (1, length)) or (length + 1, length + 1)
        for place in range(low, high + 1):
            try:
                evaluate(expression, place, length)
            except ValueError:
                return False
    return True


@given(EXPRESSIONS, st.sampled_from(["a", BOS, EOS]))
def test_what_intervals_show_to_be_defined_is(expression: Position, symbol: str) -> None:
    if defined._surely(expression, symbol, BOUND):
        assert is_defined(expression, symbol)


@given(EXPRESSIONS)
def test_a_program_is_refused_iff_it_is_undefined_somewhere(expression: Position) -> None:
    program = acceptor(expression)
    if is_defined(expression, "a"):
        defined.require_defined(program, BOUND)
    else:
        with pytest.raises(ProgramError, match="x is undefined for 'a'"):
            defined.require_defined(program, BOUND)


@pytest.mark.parametrize(
    "text",
    [
        "i / (n + 1)",
        "(i - 1) mod 3",
        "2 ** (0 - (i mod 5))",
        "choose(1 + (i mod 2): 5, 1/3)",
        "1 / (i * i + 1/2 + n)",
        "floor(i / 2) / (1 + (i = n))",
        "(0 - 2) ** (i mod 7)",
    ],
)
def test_intervals_show_it_at_once_where_every_place_is_out_of_reach(text: str) -> None:
    begun = time.monotonic()
    defined.require_defined(acceptor(parse(text)), 65536)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("1 / (i - 1)", "i=1, n=1"),
        ("1 / (n - i)", "i=1, n=1"),
        ("i mod (i - 5)", "i=5, n=5"),
        ("choose(i: 1, 2, 3)", "i=4, n=4"),
        ("0 ** (2 - i)", "i=3, n=3"),
        ("choose(i / 2: 1, 2, 3, 4)", "i=1, n=1"),
    ],
)
@pytest.mark.parametrize("words", ["fixed(4)", "dyadic quotient(6)", "dyadic reciprocal(0)", "exact", "bf16", "int8"])
def test_every_arithmetic_refuses_it_and_names_feature_and_position(text: str, where: str, words: str) -> None:
    with pytest.raises(ValueError, match=rf"x is undefined for 'a': .* at {where}"):
        Claim(acceptor(parse(text)), EXACT, arithmetic(words), BOUND)


def test_the_places_of_bos_and_eos_are_their_own() -> None:
    t = Builder("ends", ["a"], bos=True, eos=True)
    x = t.embed({"a": 1 / i, BOS: 1 / (i - 1), EOS: 1 / (i - 1)}, name="x")
    defined.require_defined(t.accept(x), BOUND)
    u = Builder("ends", ["a"], bos=True, eos=True)
    y = u.embed({"a": 1, BOS: 1, EOS: 1 / (i - 4)}, name="y")
    with pytest.raises(ProgramError, match=r"y is undefined for 'EOS': .* at i=4, n=3"):
        defined.require_defined(u.accept(y), BOUND)


@pytest.mark.parametrize(
    ("grow", "why"), [(lambda e: e + 1, f"more than {MAX_DEPTH} deep"), (lambda e: e * e, "parts")]
)
def test_expressions_that_no_walk_could_walk_are_refused_when_they_are_made(
    grow: Callable[[Position], Position], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        reduce(lambda e, _: grow(e), range(5000), i)


@pytest.mark.parametrize(("symbol", "place"), [("a", 1), ("a", BOUND), (BOS, 0), (EOS, 2), (EOS, BOUND + 1)])
def test_the_first_and_the_last_place_of_each_symbol_count(symbol: str, place: int) -> None:
    t = Builder("ends", ["a"], bos=True, eos=True)
    x = t.embed({"a": 1, BOS: 1, EOS: 1} | {symbol: 1 / (i - place)}, name="x")
    with pytest.raises(ProgramError, match=f"x is undefined for '{symbol}'"):
        defined.require_defined(t.accept(x), BOUND)
