"""Operations on words of bits against Python's integers: every input of small widths, for three kinds of bits.

Python bools are always constants, truth tables are equal where they mean the same, literals of graphs where they are
built in the same way: each takes other short cuts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
from logbits.encode.circuit import words
from logbits.encode.circuit.aig import Aig
from logbits.encode.circuit.words import B, Logic
from support.circuit_values import Booleans, Tables

WIDTHS = range(1, 6)
Operation = Callable[[Logic[B], list[list[B]]], list[B]]
T = TypeVar("T")


def split(bits: Sequence[T], widths: Sequence[int]) -> list[list[T]]:
    ends = list(itertools.accumulate(widths))
    return [list(bits[end - width : end]) for end, width in zip(ends, widths, strict=True)]


def number(bits: Sequence[int]) -> int:
    return sum(bit << place for place, bit in enumerate(bits))


def signed(value: int, width: int) -> int:
    return value - (1 << width) if value >> (width - 1) else value


def computes(operation: Operation[Any], widths: Sequence[int], expected: Callable[..., int]) -> None:
    """On all operands of these widths the operation has the expected value, as an unsigned number."""
    inputs = sum(widths)
    tables, aig = Tables(inputs), Aig(inputs)
    as_table = operation(tables, split(tables.inputs, widths))
    literals = operation(aig, split([aig.input(k + 1) for k in range(inputs)], widths))
    as_graph = aig.evaluate(literals, tables.inputs, tables.rows)
    for row in range(tables.rows):
        bits = [bool(row >> k & 1) for k in range(inputs)]
        operands = split(bits, widths)
        wanted = expected(*map(number, operands))
        assert number(operation(Booleans(), operands)) == wanted, operands
        assert number([table >> row & 1 for table in as_table]) == wanted, operands
        assert number([value >> row & 1 for value in as_graph]) == wanted, operands


def test_bits() -> None:
    computes(lambda g, w: [g.either(w[0][0], w[1][0])], (1, 1), lambda a, b: a | b)
    computes(lambda g, w: [g.differ(w[0][0], w[1][0])], (1, 1), lambda a, b: a ^ b)
    computes(lambda g, w: [g.choose(w[0][0], w[1][0], w[2][0])], (1, 1, 1), lambda a, b, c: b if a else c)
    computes(lambda g, w: [g.majority(w[0][0], w[1][0], w[2][0])], (1, 1, 1), lambda a, b, c: int(a + b + c > 1))
    for width in range(8):
        computes(lambda g, w: [g.conjunction(w[0])], (width,), lambda a, w=width: int(a == (1 << w) - 1))


@pytest.mark.parametrize("width", WIDTHS)
def test_sums(width: int) -> None:
    top = 1 << width
    computes(lambda g, w: words.add(g, w[0], w[1], w[2][0]), (width, width, 1), lambda a, b, c: (a + b + c) % top)
    computes(lambda g, w: words.negative(g, w[0]), (width,), lambda a: -a % top)


@pytest.mark.parametrize("width", WIDTHS)
def test_comparisons_and_choices(width: int) -> None:
    computes(lambda g, w: [words.equal(g, w[0], w[1])], (width, width), lambda a, b: int(a == b))
    computes(
        lambda g, w: [words.at_most(g, w[0], w[1])],
        (width, width),
        lambda a, b: int(signed(a, width) <= signed(b, width)),
    )
    if width < 5:
        computes(lambda g, w: words.choose(g, w[0][0], w[1], w[2]), (1, width, width), lambda c, a, b: a if c else b)


@pytest.mark.parametrize("width", WIDTHS)
def test_products(width: int) -> None:
    top = 1 << width
    computes(lambda g, w: words.multiply(g, w[0], w[1]), (width, width), lambda a, b: a * b % top)
    computes(lambda g, w: words.multiply(g, w[0], w[0]), (width,), lambda a: a * a % top)
    for c in range(top):
        computes(
            lambda g, w, c=c: words.multiply(g, w[0], words.constant(g, c, width)), (width,), lambda a, c=c: a * c % top
        )


@pytest.mark.parametrize("narrow", [1, 2, 3])
@pytest.mark.parametrize("width", [4, 6, 7])
def test_extended_operands(narrow: int, width: int) -> None:
    """Repeated top bits are cut and the result is extended again."""
    top, widths = 1 << width, (narrow, 3)

    def on(function: Callable[[int, int], int]) -> Callable[[int, int], int]:
        return lambda a, b: function(signed(a, narrow), signed(b, 3))

    def extended(w: list[list[B]]) -> tuple[list[B], list[B]]:
        a, b = (words.sign_extended(each, width) for each in w)
        return a, b

    computes(lambda g, w: words.add(g, *extended(w), g.false), widths, on(lambda a, b: (a + b) % top))
    computes(lambda g, w: words.add(g, *extended(w), g.true), widths, on(lambda a, b: (a + b + 1) % top))
    computes(lambda g, w: words.multiply(g, *extended(w)), widths, on(lambda a, b: a * b % top))
    computes(lambda g, w: [words.at_most(g, *extended(w))], widths, on(lambda a, b: int(a <= b)))
    computes(lambda g, w: words.negative(g, extended(w)[1]), widths, on(lambda a, b: -b % top))


@pytest.mark.first(1)
@pytest.mark.parametrize("width", range(1, 8))
def test_quotients(width: int) -> None:
    for divisor in range(1, (1 << width) + 3):
        computes(lambda g, w, d=divisor: words.divide(g, w[0], d), (width,), lambda a, d=divisor: a // d)


@pytest.mark.parametrize("divisor", [0, -1])
def test_a_divisor_is_at_least_one(divisor: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        words.divide(Booleans(), [True], divisor)


@pytest.mark.parametrize("width", range(1, 7))
def test_weighted_sums(width: int) -> None:
    top = 1 << width
    for weights in ((1, 1, 1), (3, -5, 7), (-1, -1, 2), (1 << width, 5, -(1 << width)), (0, 11, -13), (6, 6, 6)):
        computes(
            lambda g, w, weights=weights: words.weighted_sum(
                g, width, [*zip(w[0], weights, strict=True), (g.true, 21), (g.false, 9)]
            ),
            (3,),
            lambda a, weights=weights: (21 + sum(c for k, c in enumerate(weights) if a >> k & 1)) % top,
        )


def test_signed_digits_are_few() -> None:
    for weight in range(-200, 201):
        digits = list(words._signed_digits(weight, 12))
        assert sum(digit << place for place, digit in digits) % (1 << 12) == weight % (1 << 12)
        assert all(after - before > 1 for (before, _), (after, _) in itertools.pairwise(digits))
        assert {digit for _, digit in digits} <= {1, -1}


def test_extensions() -> None:
    for value in range(8):
        word = words.constant(Booleans(), value, 3)
        assert number(word) == value
        assert signed(number(words.sign_extended(word, 5)), 5) == signed(value, 3)
        assert number(words.zero_extended(Booleans(), word, 5)) == value
    assert words.constant(Booleans(), -3, 4) == [True, False, True, True]


def test_full_adders_are_small() -> None:
    """Sizes are part of what is promised: an adder has eight gates a bit, and nothing is made that nobody needs."""
    aig = Aig(16)
    a, b = ([aig.input(k + start) for k in range(8)] for start in (1, 9))
    total = words.add(aig, a, b, aig.false)
    assert len(aig.cone(total)) == 3 + 6 * 8 + 6
    aig = Aig(8)
    words.multiply(aig, [aig.input(k + 1) for k in range(8)], words.constant(aig, 64, 8))
    assert len(aig) == 9
