"""Position expressions: printed, compared and evaluated in Q."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from gmpy2 import mpq
from logbits.encode.number.rational import rational
from logbits.encode.program.position import Position, choose, constant, evaluate, i, n, position, reads


@pytest.mark.parametrize(
    ("expression", "value", "text"),
    [
        (constant("2/6"), mpq(1, 3), "1/3"),
        (i, mpq(3), "i"),
        (n, mpq(7), "n"),
        (i + n, mpq(10), "(i + n)"),
        (2 + i, mpq(5), "(2 + i)"),
        (i - n, mpq(-4), "(i - n)"),
        (2 - i, mpq(-1), "(2 - i)"),
        (-i, mpq(-3), "(0 - i)"),
        (i * i, mpq(9), "(i * i)"),
        (2 * i, mpq(6), "(2 * i)"),
        (i / n, mpq(3, 7), "(i / n)"),
        (1 / i, mpq(1, 3), "(1 / i)"),
        (i**2, mpq(9), "(i ** 2)"),
        ((-1) ** i, mpq(-1), "((-1) ** i)"),
        (constant(2) ** -3, mpq(1, 8), "(2 ** (-3))"),
        ((i - 3) ** 0, mpq(1), "((i - 3) ** 0)"),
        ((i - 3) ** 2, mpq(0), "((i - 3) ** 2)"),
        (n % 2, mpq(1), "(n mod 2)"),
        ((0 - i) % 2, mpq(1), "((0 - i) mod 2)"),
        ((i / 2).floor(), mpq(1), "floor((i / 2))"),
        ((0 - i / 2).floor(), mpq(-2), "floor((0 - (i / 2)))"),
        (i.equals(3), mpq(1), "(i = 3)"),
        (i.equals(n), mpq(0), "(i = n)"),
        (i.less(n), mpq(1), "(i < n)"),
        (n.less(7), mpq(0), "(n < 7)"),
        (choose(i - 1, [2, n, 5]), mpq(7), "choose((i - 1): 2, n, 5)"),
        (choose(i, range(10, 20)), mpq(12), "choose(i: 10, 11, 12, 13, …)"),
    ],
)
def test_values_and_text(expression: Position, value: mpq, text: str) -> None:
    assert evaluate(expression, 3, 7) == value
    assert str(expression) == text


def test_expressions_are_data() -> None:
    assert 2 * i + 1 == 2 * i + 1
    assert hash(2 * i + 1) == hash(2 * i + 1)
    assert 2 * i != i * 2
    assert position(i) is i
    assert position("1/2") == constant(Fraction(1, 2))


def test_reading_the_length() -> None:
    assert reads((i / (n + 1)).floor(), "n")
    assert not reads((i / 2).floor(), "n")


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        (1 / (i - 3), "division by zero in (1 / (i - 3)) at i=3, n=7"),
        (i % (i - 3), "division by zero"),
        ((i - 3) ** -1, "cannot raise"),
        (i ** constant("1/2"), "cannot raise"),
        (i**5000, "cannot raise"),
        (Position("?", (i,)), "unknown position operation '?'"),
        (choose(i, [1, 2]), "choose(i: 1, 2) has no entry 3"),
        (choose(i - 3, [1, 2]), "choose((i - 3): 1, 2) has no entry 0"),
        (choose(i / 2, [1, 2]), "choose((i / 2): 1, 2) has no entry 3/2"),
    ],
)
def test_undefined_values_are_refused(expression: Position, hint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(hint)):
        evaluate(expression, 3, 7)


@pytest.mark.parametrize("number", [0.1, True, None, 1j])
def test_only_exact_numbers(number: object) -> None:
    with pytest.raises(TypeError, match="not an exact number"):
        rational(number)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "x", "1/0", "1/00", "1e3", "0x1", "1/2/3", "1 ", "٣", "1/٠", "inf", "9" * 5000])
def test_texts_that_are_not_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="not a number") as caught:
        rational(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "value"), [("-0.25", mpq(-1, 4)), ("+3", mpq(3)), ("6/4", mpq(3, 2)), ("0.1", mpq(1, 10))]
)
def test_texts_that_are_numbers(text: str, value: mpq) -> None:
    assert rational(text) == value


def test_numbers_that_grow_too_large_are_refused() -> None:
    huge = (constant(9) ** 99) ** 3000
    for expression in (huge * huge * huge, huge * huge / (huge * huge + 1)):
        with pytest.raises(ValueError, match=r"grows too large|cannot raise"):
            evaluate(expression, 1, 1)
    with pytest.raises(ValueError, match="unknown position operation"):
        evaluate(Position("choose"), 1, 1)
