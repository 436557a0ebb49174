"""Rotary encodings: both readings are the rotation that is meant, and what is stored is what is said."""

from __future__ import annotations

import itertools
import math
from typing import Any, cast

import pytest
from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.scales import sites
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.build import Builder, Expression, Polynomial
from logbits.encode.model.rotary import Order, Rotary, rotate, turned
from logbits.encode.model.textbook import Head, Layer, Linear, transformer
from logbits.encode.program.program import Affine, Product, Program, ProgramError, Score
from logbits.verify.reference.run import Reference

QUERY = ({"a": 1, "b": "-1/2"}, {"a": "1/3", "b": 2}, {"a": -1, "b": 1}, {"a": 0, "b": "3/4"})
KEY = ({"a": 2, "b": 1}, {"a": -1, "b": "1/5"}, {"a": 1, "b": 0}, {"a": "1/2", "b": 1})


def features(t: Builder) -> tuple[list[Expression], list[Expression]]:
    return [t.embed(each) for each in QUERY], [t.embed(each) for each in KEY]  # type: ignore[arg-type]


def stored_reading(t: Builder, rotary: Rotary) -> Polynomial:
    query, key = features(t)
    query, key = rotate(t, query, rotary, "q"), rotate(t, key, rotary, "k")
    return sum((t.query(a) * t.key(b) for a, b in zip(query, key, strict=True)), Polynomial((), t))


def fused_reading(t: Builder, rotary: Rotary) -> Polynomial:
    return turned(t, *features(t), rotary)


def program(reading: Any, rotary: Rotary, length: int = 5) -> Program:  # noqa: ANN401
    t = Builder("rotary", "ab", max_length=length)
    return t.output(t.attend(reading(t, rotary), t.symbol("b"), "causal"))


def scores(made: Program, word: str) -> list[list[mpq]]:
    """The score at each pair j <= i, summed here from the features that the monomials name."""
    run = Reference(made, EXACT, len(word)).run(word)
    [score] = [op for op in made.ops if isinstance(op, Score)]

    def at(i: int, j: int) -> mpq:
        total = mpq(0)
        for monomial in score.monomials:
            product = monomial.coefficient
            for feature, place in [*((f, i) for f in monomial.queries), *((f, j) for f in monomial.keys)]:
                product *= cast(mpq, run.values[feature][place])
            total += product
        return total

    return [[at(i, j) for j in range(i + 1)] for i in range(len(word))]


@pytest.mark.parametrize("order", ["halves", "neighbours"])
@pytest.mark.parametrize("size", [None, 2])
def test_both_readings_are_the_rotation(order: Order, size: int | None) -> None:
    rotary = Rotary(mpq(100), order, size=size)
    readings = [program(each, rotary) for each in (stored_reading, fused_reading)]
    turned_size = size or 4
    half = turned_size // 2
    pairs = [(2 * k, 2 * k + 1) if order == "neighbours" else (k, k + half) for k in range(half)]

    def rotated(vector: list[float], place: int) -> list[float]:
        found = list(vector)
        for k, (a, b) in enumerate(pairs):
            angle = place * 100 ** (-2 * k / turned_size)
            found[a] = vector[a] * math.cos(angle) - vector[b] * math.sin(angle)
            found[b] = vector[b] * math.cos(angle) + vector[a] * math.sin(angle)
        return found

    for word in map("".join, itertools.product("ab", repeat=5)):
        stored, fused = (scores(each, word) for each in readings)
        assert stored == fused
        queries = [rotated([float(mpq(each[s])) for each in QUERY], p) for p, s in enumerate(word)]
        keys = [rotated([float(mpq(each[s])) for each in KEY], p) for p, s in enumerate(word)]
        for i, j in itertools.product(range(5), repeat=2):
            if j <= i:
                wanted = sum(a * b for a, b in zip(queries[i], keys[j], strict=True))
                assert abs(float(stored[i][j]) - wanted) < 1e-5


def test_the_place_of_the_first_position_changes_no_exact_score_by_more_than_the_table() -> None:
    """Of exact angles it would change none: only i - j matters."""
    near, far = (scores(program(fused_reading, Rotary(first=first)), "abbab") for first in (0, 900))
    for a, b in zip(itertools.chain(*near), itertools.chain(*far), strict=True):
        assert abs(a - b) < mpq(1, 1 << 20)


def test_one_reading_stores_products_and_sums_and_the_other_one_score() -> None:
    stored, fused = (program(each, Rotary()) for each in (stored_reading, fused_reading))
    kinds = [type(op) for op in stored.ops]
    assert (kinds.count(Product), kinds.count(Affine)) == (16, 8)
    assert not [op for op in fused.ops if isinstance(op, (Product, Affine))]
    for made in (stored, fused):
        assert all(site.stored is not None for site in sites(made, parse("bf16"), 5))


def test_layers_and_matrices_turn_what_they_store() -> None:
    """A head of two coordinates, one of the queries 0: its products are left out."""

    def made(rotary: Rotary | None) -> Program:
        t = Builder("layer", "ab", max_length=6)
        maps = Linear([[1, 0], [1, 0]]), Linear([[1, 2], [0, 1]]), Linear([[1], [0]])
        x = transformer(t, {"a": [1, 0], "b": [0, 1]}, [], [Layer((Head(*maps, [[1, 0]]),), rotary=rotary)])
        return t.output(x[0])

    plain, rotated = made(None), made(Rotary())
    assert sum(isinstance(op, Product) for op in rotated.ops) == 2 + 4
    assert any("key turned[0]" in name for name in rotated.names)
    runs = [Reference(each, EXACT, 6) for each in (plain, rotated)]
    outcomes = [[run.run(word).outcome for word in itertools.product("ab", repeat=4)] for run in runs]
    assert outcomes[0] != outcomes[1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: Rotary(size=3), "rotary: the size must be a positive even number, not 3"),
        (lambda _: Rotary(size=0), "rotary: the size must be a positive even number, not 0"),
        (lambda _: Rotary(order=cast(Order, "thirds")), "rotary: the order must be 'neighbours' or 'halves'"),
        (lambda _: Rotary(base=cast(mpq, 0.5)), "rotary: base: not an exact number: 0.5"),
        (lambda t: rotate(t, features(t)[0][:3], Rotary()), "rotary: 3 of 3 coordinates cannot be turned in pairs"),
        (lambda t: rotate(t, features(t)[0], Rotary(size=6)), "rotary: 6 of 4 coordinates cannot be turned"),
        (lambda t: turned(t, features(t)[0], [], Rotary()), "rotary: a query of size 4 and a key of size 0"),
        (lambda t: rotate(t, features(t)[0], Rotary(base=mpq(-1))), "the base of a power must be positive"),
        (lambda t: rotate(t, features(t)[0], Rotary(stored="bf16")), "does not say how it rounds"),
        (
            lambda _: Rotary().angles(Builder("long", "a", max_length=1 << 20), 4),
            "rotary: 4 coordinates of 1048576 places are more than 262144 values",
        ),
    ],
)
def test_what_cannot_be_turned_is_refused(make: Any, message: str) -> None:  # noqa: ANN401
    with pytest.raises((ProgramError, ValueError, TypeError)) as caught:
        make(Builder("rotary", "ab", max_length=3))
    assert message in str(caught.value)
