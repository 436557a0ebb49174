"""Sums in every order: as terms, as circuits and by solvers what the reference run says, on every word."""

from __future__ import annotations

from typing import cast

import pytest
from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.build import Builder
from logbits.encode.number.rational import show
from logbits.encode.program.position import i
from logbits.encode.program.program import Mask, Program
from logbits.verify.reference.run import Reference
from support.differential import compare
from support.random_questions import Instance

ORDERS = ("iterative", "iterative(right)", "iterative(tree)", "iterative(blocks(2))", "iterative(blocks(3))")


def uniform(mask: Mask = "none") -> Program:
    """Values of which a sum in two bits loses some."""
    t = Builder("uniform", "abc")
    return t.output(t.uniform(t.embed({"a": 3, "b": "1/2", "c": -1}), mask))


def selected(mask: Mask = "none") -> Program:
    """A head that looks at the symbols which the word has, so that the word decides how its summands meet."""
    t = Builder("selected", "abc")
    score = t.key(t.embed({"a": 1, "b": 1, "c": 0}))
    return t.output(t.attend(score, t.embed({"a": 3, "b": 1, "c": -1}), mask))


def instance(program: Program, arithmetic: str, length: int) -> Instance:
    return Instance(program, EXACT, parse(arithmetic), length, length)


@pytest.mark.parametrize("order", ORDERS[1:])
@pytest.mark.parametrize("form", ["float(2, 4) nearest-even", "fixed(4, 0) error", "fixed(3, 0) wrap"])
def test_every_word(form: str, order: str) -> None:
    for program in (uniform(), uniform("causal"), selected(), selected("strict")):
        compare(instance(program, f"{form} {order}", 4), single=False)


@pytest.mark.parametrize("order", ORDERS[1:])
def test_values_wider_than_their_accumulator(order: str) -> None:
    """A value that has no neighbour is stored as it meets the others, as a 0 would."""
    t = Builder("wide", "ab", bos=True)
    program = t.output(t.attend(t.key(t.embed({"a": 1, "b": 0, "BOS": 1})), t.embed({"a": 5, "b": -7, "BOS": 9})))
    compare(instance(program, f"fixed(6, 0) floor {order} accumulators(float(2, 4))", 4), single=False)


def test_orders_differ() -> None:
    """16 + 1 + 1 + 2 + 1 + 3 + 1 + 2 = 27, each addition in three bits, by hand.

    left 16, 16, 16, 16, 16, 20, 20, 24; right 2, 3, 6, 7, 8, 8, 8, 24; tree 16 3 4 3, 20 7, 28; blocks of two
    16 3 4 3, then 16, 20, 24, 28; blocks of three 16 6 3, then 16, 24, 28.
    """
    t = Builder("sum", "abcd")
    program = t.output(t.uniform(t.embed({"a": 16, "b": 1, "c": 2, "d": 3})))
    found: list[str] = []
    for order in ORDERS:
        stored = parse(f"float(9, 8) accumulators(float(3, 6)) nearest-even {order}")
        outcome = Reference(program, stored, 8).run("abbcbdbc").outcome
        assert isinstance(outcome, tuple)
        found.append(show(cast(mpq, outcome[0]) * 8))
    assert found == ["24", "24", "28", "28", "28"]


def test_a_sum_of_positions() -> None:
    t = Builder("positions", "ab")
    program = t.output(t.attend(t.key(t.symbol("b")), t.position(i)))
    for order in ORDERS:
        compare(instance(program, f"float(2, 5) ceil {order}", 5), single=False)
