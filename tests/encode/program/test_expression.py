"""Position expressions as text: what is written is read back, what is not in the language is refused."""

from __future__ import annotations

import re

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st
from logbits.encode.program.expression import MAX_DEPTH, MAX_TEXT, ExpressionError, parse
from logbits.encode.program.position import Position, choose, constant, evaluate, i, n

CONSTANTS = st.builds(lambda a, b: constant(mpq(a, b)), st.integers(-9, 9), st.integers(1, 9))
EXPRESSIONS = st.recursive(
    st.sampled_from((i, n)) | CONSTANTS,
    lambda inner: (
        inner.map(Position.floor)
        | st.builds(choose, inner, st.lists(inner, min_size=1, max_size=6))
        | st.builds(
            lambda op, a, b: Position(op, (a, b)),
            st.sampled_from(("+", "-", "*", "/", "**", "mod", "=", "<")),
            inner,
            inner,
        )
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_every_expression_comes_back(expression: Position) -> None:
    assert parse(expression.text()) == expression


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("i", i),
        (" n ", n),
        ("12", constant(12)),
        ("0.25", constant("1/4")),
        ("1/3", constant("1/3")),
        ("-1/3", constant("-1/3")),
        ("-2", constant(-2)),
        ("i/(n+1)", i / (n + 1)),
        ("2*i - 1", 2 * i - 1),
        ("i - n - 1", (i - n) - 1),
        ("i + 2/3", i + constant("2/3")),
        ("i*2/3", (i * 2) / 3),
        ("2/3*i", constant("2/3") * i),
        ("i mod 4/2", (i % 4) / 2),
        ("2/3**2", 2 / constant(3) ** 2),
        ("-2**2", -(constant(2) ** 2)),
        ("(-2)**2", constant(-2) ** 2),
        ("2**-i", constant(2) ** -i),
        ("2**3**2", constant(2) ** (constant(3) ** 2)),
        ("-i", -i),
        ("choose(i: 1, 1/3, -n)", choose(i, (1, "1/3", -n))),
        ("- - 2", Position("-", (constant(0), constant(-2)))),
        ("floor(i/2) mod 2 = 0", ((i / 2).floor() % 2).equals(0)),
        ("2*(i = 4) + (i < 3)", 2 * i.equals(4) + i.less(3)),
    ],
)
def test_texts_mean_what_they_mean_everywhere(text: str, expression: Position) -> None:
    assert parse(text) == expression


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' ends where a number, i, n, floor, choose or a parenthesis is expected"),
        ("i +", "'i +' ends where a number"),
        ("i i", "'i' at character 3 of 'i i', where the end or an operation is expected"),
        ("(i", "'(i' ends where ')' is expected"),
        ("i)", "')' at character 2 of 'i)', where the end or an operation"),
        ("i = n = 1", "'=' at character 7"),
        ("floor i", "where '(' is expected"),
        ("j", "'j' at character 1 of 'j', where a number, i, n, floor, choose or a parenthesis is expected"),
        ("__import__('os').system('true')", '"\'" at character 12'),
        ("exit()", "'exit' at character 1 of 'exit()'"),
        ("i.real", "'.' at character 2 of 'i.real' means nothing there"),
        ("i[0]", "'[' at character 2"),
        ("lambda: 1", "'lambda' at character 1"),
        ("choose(i)", "')' at character 9"),
        ("choose(i: )", "')' at character 11"),
        ("1e9", "'e9' at character 2"),
        ("i % 2", "'%' at character 3"),
        ("i ^ 2", "'^' at character 3"),
        ("²", "'²' at character 1"),
        ("\u0663", "'\u0663' at character 1"),
        ("9" * 5000, "a number of 5000 digits"),
        ("i" * 200_000, f"an expression of 200000 characters: at most {MAX_TEXT} are read"),
        ("(" * 5000, f"nested more than {MAX_DEPTH} deep"),
        ("-" * 5000 + "i", f"nested more than {MAX_DEPTH} deep"),
        ("2**" * 5000 + "i", f"nested more than {MAX_DEPTH} deep"),
        ("floor(" * 5000, f"nested more than {MAX_DEPTH} deep"),
        ("+".join("i" * 5000), f"nested more than {MAX_DEPTH} deep: write long sums with parentheses"),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_expression_is_told_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(message)) as caught:
        parse(text)
    assert len(str(caught.value)) < 200


@pytest.mark.slow
@given(st.text(st.sampled_from("inmodflr0123456789./*-+=<() "), max_size=30) | st.text(max_size=20))
def test_any_text_is_an_expression_or_a_fault(text: str) -> None:
    try:
        made = parse(text)
    except ExpressionError:
        return
    assert parse(made.text()) == made


def test_a_tower_of_powers_fills_no_memory() -> None:
    with pytest.raises(ValueError, match="cannot raise to that power"):
        evaluate(parse("((9**4096)**4096)**4096"), 1, 1)
    assert evaluate(parse("1/2 - 2**-4096"), 1, 1).denominator == 2**4096
