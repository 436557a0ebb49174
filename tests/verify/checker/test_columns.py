"""Columns: a term at each point of a key is what it is on every word that has that point, or there is no column."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce.around import Around as RuleAround
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import grid
from logbits.encode.term.terms import Term, Terms
from logbits.verify.checker.columns import Around, Columns, at_place, vectors
from logbits.verify.checker.refused import Refused
from support.derivations import all_values


def agrees(columns: Columns, term: Term) -> bool:
    """Whether there is a column; that it agrees with the values on all words is asserted."""
    try:
        column = columns.of(term)
    except Refused:
        return False
    at = dict(zip(columns.points, column, strict=True))
    for values in all_values(columns.terms):
        point = tuple(values[each] for each in columns.key)
        assert values[term] == at[point], (term, point)
    return True


def over(terms: Terms, *key: Term) -> Columns:
    """The columns over a key with the points that it has."""
    points = sorted({tuple(values[each] for each in key) for values in all_values(terms)})
    return Columns(terms, key, points)


def operations(terms: Terms, several: list[Term], rng: random.Random) -> list[Term]:
    """Terms that are made of some."""
    found = list(several)
    for _ in range(8):
        a, b = rng.choices(found, k=2)
        sums = terms.affine(mpq(rng.randint(-2, 2), 2), [(mpq(rng.randint(-3, 3)), a), (mpq(1, 2), b)])
        found += [
            sums,
            terms.add("mul", (a, b)),
            terms.add("max", (a, sums)),
            terms.add("compare", (sums,), rng.choice((">", ">=", "="))),
            terms.add("round", (sums,), grid(rng.randint(-1, 1))),
        ]
    return found


def count(terms: Terms, *places: int) -> Term:
    return terms.affine(ZERO, [(ONE, terms.symbol(place, 1)) for place in places])


@pytest.mark.parametrize("seed", range(2))
def test_what_is_made_of_a_key_is_a_function_of_it(seed: int) -> None:
    rng, terms = random.Random(seed), Terms(2, 4)
    first, whole, weighted = (
        count(terms, 1, 2),
        count(terms, 1, 2, 3, 4),
        terms.affine(ONE, [(mpq(2), count(terms, 2, 3)), (-ONE, terms.symbol(1, 1))]),
    )
    rounded = terms.add("round", (weighted,), grid(-1))
    for key in ((first,), (whole,), (first, whole), (whole, first), (weighted,), (rounded,), (rounded, first)):
        columns = over(terms, *key)
        for term in operations(terms, list(key), rng):
            assert agrees(columns, term)


@pytest.mark.parametrize("seed", range(2))
def test_of_other_terms_there_is_no_wrong_column(seed: int) -> None:
    rng, terms = random.Random(seed), Terms(3, 3)
    symbols = [terms.symbol(place, a) for place in (1, 2, 3) for a in (1, 2)]
    several = operations(terms, symbols, rng)
    found = []
    for key in [
        (count(terms, 1, 2, 3),),
        (count(terms, 1, 2), count(terms, 1, 2, 3)),
        *((rng.choice(several),) for _ in range(4)),
    ]:
        columns = over(terms, *key)
        found += [agrees(columns, term) for term in several]
    assert not all(found)


def test_no_function_of_the_key() -> None:
    terms = Terms(2, 3)
    columns = over(terms, count(terms, 1, 2))
    for other in (
        count(terms, 1),
        count(terms, 1, 2, 3),
        terms.affine(ZERO, [(ONE, terms.symbol(1, 1)), (mpq(2), terms.symbol(2, 1))]),
        terms.symbol(3, 1),
    ):
        assert not agrees(columns, other)
        assert not agrees(columns, terms.add("compare", (other,), ">="))
    assert agrees(columns, terms.affine(mpq(3), [(mpq(-2), count(terms, 1, 2))]))
    assert agrees(columns, terms.const(mpq(5)))


def test_a_table_over_the_key_is_looked_up_and_one_over_another_is_evaluated() -> None:
    terms = Terms(2, 3)
    whole, first = count(terms, 1, 2, 3), count(terms, 1)
    columns = over(terms, whole)
    own = terms.add("table", (whole,), tuple(((mpq(k),), mpq(k * k)) for k in range(4)))
    part = terms.add("table", (whole,), tuple(((mpq(k),), mpq(k * k + 1)) for k in (1, 2)))
    moved = terms.add("table", (terms.affine(ONE, [(ONE, whole)]),), tuple(((mpq(k),), mpq(k * k)) for k in range(4)))
    other = terms.add("table", (first,), (((ZERO,), ONE), ((ONE,), mpq(2))))
    swapped = over(terms, first, whole)
    both = terms.add(
        "table",
        (whole, first),
        tuple((point[::-1], mpq(3) * point[0] + point[1]) for point in sorted(swapped.points, key=lambda p: p[::-1])),
    )
    assert agrees(columns, own)
    assert agrees(columns, part)
    assert agrees(columns, moved)
    assert not agrees(columns, other)
    assert agrees(swapped, both)
    assert agrees(over(terms, first), other)


def test_many_columns_are_forgotten_and_made_again() -> None:
    terms = Terms(2, 3)
    columns = over(terms, count(terms, 1, 2, 3))
    several = [terms.affine(mpq(k), [(mpq(k), columns.key[0])]) for k in range(1, 200)]
    for term in (*several, *several):
        assert columns.of(term) == [mpq(terms.payloads[term][0]) * (1 + value) for (value,) in columns.points]


def test_an_operation_of_nothing_has_no_column() -> None:
    terms = Terms(2, 3)
    with pytest.raises(Refused):
        over(terms, count(terms, 1)).values("and", None, ())


@pytest.mark.parametrize(("alphabet", "size"), [(1, 3), (2, 0), (2, 3), (3, 3), (4, 2)])
def test_vectors_are_all_ways(alphabet: int, size: int) -> None:
    words = itertools.product(range(alphabet), repeat=size)
    assert sorted(vectors(alphabet, size)) == sorted({tuple(map(word.count, range(alphabet))) for word in words})


@pytest.mark.parametrize("alphabet", [1, 2, 3])
def test_the_symbol_at_a_place(alphabet: int) -> None:
    terms = Terms(alphabet, 2)
    for place in (1, 2):
        columns = at_place(terms, place)
        assert len(columns.points) == alphabet
        here = [terms.symbol(place, a) for a in range(alphabet)]
        weighted = terms.affine(ONE, [(mpq(a + 2), each) for a, each in enumerate(here)])
        assert all(agrees(columns, term) for term in (*here, weighted, terms.add("mul", (weighted, weighted))))
        if alphabet > 1:
            assert not agrees(columns, terms.symbol(3 - place, 1))


@pytest.mark.parametrize(("alphabet", "length"), [(2, 1), (2, 4), (3, 3)])
def test_what_is_around_a_place(alphabet: int, length: int) -> None:
    terms = Terms(alphabet, length)
    for place in range(1, length + 1):
        around = Around(terms, place)
        assert sorted(around.surroundings) == sorted(RuleAround(terms, place).points)
        assert len(around.columns.points) == len(around.surroundings)
        for (here, before, after), point in zip(around.surroundings, around.columns.points, strict=True):
            assert point == tuple(map(mpq, [*(here == a for a in range(1, alphabet)), *before[1:], *after[1:]]))
        sides = [
            terms.affine(ZERO, [(mpq(a + 1), terms.symbol(k, a)) for k in several for a in range(alphabet)])
            for several in (range(1, place), range(place, place + 1), range(place + 1, length + 1))
        ]
        assert all(agrees(around.columns, each) for each in (*sides, terms.add("max", sides)))
        if length > 3:
            assert not all(agrees(around.columns, terms.symbol(k, 1)) for k in range(1, length + 1))
