"""The estimate of work: small for all that ships, great for whatever fills time or memory."""

from __future__ import annotations

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.model.build import Builder
from logbits.encode.program.expression import parse
from logbits.encode.program.program import Program
from logbits.encode.program.work import HEAVY, work


def squares(number: int) -> Program:
    t = Builder("squares", ["a", "b"])
    x = t.embed({"a": 3, "b": 2})
    for _ in range(number):
        x = t.product(x, x)
    return t.accept(x)


def embedding(text: str) -> Program:
    t = Builder("embedding", ["a"])
    return t.accept(t.embed({"a": parse(text)}))


@pytest.mark.parametrize("name", CASES)
def test_whatever_ships_is_no_work(name: str) -> None:
    program = CASES[name].program
    assert work(program, min(12, program.max_length or 12)) < HEAVY


@pytest.mark.parametrize("number", [26, 39, 2000])
def test_numbers_that_double_in_length_are_heavy(number: int) -> None:
    assert work(squares(5), 8) < HEAVY < work(squares(number), 8)


def test_places_count() -> None:
    assert work(embedding("i / (n + 1)"), 100) < HEAVY < work(embedding("i / (n + 1)"), 1000)
    assert work(embedding("i / 2"), 10_000) < HEAVY < work(embedding("i / 2"), 65536)
    assert work(embedding("7/3"), 65536) < 100


def test_operations_and_symbols_count() -> None:
    t = Builder("chain", ["a"])
    x = first = t.embed({"a": 1})
    for _ in range(40_000):
        x = t.store(x / 2 + first)
    assert work(t.accept(x), 2) > HEAVY
