"""Orders of sums: what meets what, as text, and zeros that change nothing."""

from __future__ import annotations

import random

import pytest
from gmpy2 import mpq
from logbits.encode.number.order import ORDERS, Order, add_up
from logbits.encode.number.rounding import MODES, Rounding, floating


def spelled(order: Order, size: int | None, values: str) -> str:
    return add_up(order, size, values, "0", lambda a, b: f"({a}{b})")


@pytest.mark.parametrize(
    ("order", "size", "sums"),
    [
        ("left", None, ["0", "(0a)", "((0a)b)", "(((0a)b)c)"]),
        ("right", None, ["0", "(0a)", "((0b)a)", "(((0c)b)a)"]),
        ("tree", None, ["0", "(a0)", "(ab)", "((ab)(c0))", "((ab)(cd))", "(((ab)(cd))(e0))"]),
        ("tree", None, ["0", "(a0)", "(ab)", "((ab)(c0))", "((ab)(cd))", "(((ab)(cd))(e0))", "(((ab)(cd))(ef))"]),
        ("blocks", 2, ["0", "(0(0a))", "(0((0a)b))", "((0((0a)b))(0c))"]),
        ("blocks", 9, ["0", "(0(0a))", "(0((0a)b))", "(0(((0a)b)c))"]),
    ],
)
def test_what_meets_what(order: Order, size: int | None, sums: list[str]) -> None:
    assert [spelled(order, size, "abcdefgh"[:k]) for k in range(len(sums))] == sums


@pytest.mark.parametrize("order", ORDERS)
def test_zeros_behind_the_summands_change_nothing(order: Order) -> None:
    """On which terms rest, where the word decides how many values are summed up."""
    rng = random.Random(4)
    size = 3 if order == "blocks" else None
    for mode in MODES:
        rounding = floating(2, 4, finite=False, mode=mode, overflow="saturate")

        def add(a: mpq, b: mpq, rounding: Rounding = rounding) -> mpq:
            return rounding.apply(a + b)

        for length in range(9):
            values = [mpq(rng.randint(-9, 9), 4) for _ in range(length)]
            found = {add_up(order, size, values + [mpq(0)] * more, mpq(0), add) for more in range(9)}
            assert len(found) == 1
