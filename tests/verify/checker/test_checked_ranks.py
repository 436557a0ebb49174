"""Checks of lookups by rank: each condition, by a step that is wrong for want of it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from gmpy2 import mpq
from logbits.encode.number.mean import EXACT_MEAN, Division, Reciprocal
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import grid
from logbits.encode.term.terms import Term, evaluate_all
from support.derivations import Told, says

WHOLE = grid(0, "floor")
Ranked = Callable[[Sequence[int], int], int]
"""How many positions of a word come before one, from 0."""


def left(word: Sequence[int], place: int) -> int:
    """Zeros first, from the left."""
    return sorted(range(len(word)), key=lambda k: (word[k], k)).index(place)


def right(word: Sequence[int], place: int) -> int:
    """Zeros first, from the right."""
    return sorted(range(len(word)), key=lambda k: (word[k], -k)).index(place)


def rank(c: Told, place: int, *, from_left: bool = True) -> Term:
    """The rank of a place, as a term: of a zero the zeros before it, of a one all zeros and the ones before."""
    others = [k for k in range(1, c.terms.length + 1) if k != place]
    before = [k for k in others if (k < place) == from_left]
    ones = c.affine(ZERO, *((ONE, c.terms.symbol(k, 1)) for k in before))
    zeros = c.affine(mpq(len(others)), *((-ONE, c.terms.symbol(k, 1)) for k in others))
    zeros_before = c.affine(mpq(len(before)), (-ONE, ones))
    here = c.terms.symbol(place, 1)
    of_one, of_zero = c.affine(ZERO, (ONE, zeros), (ONE, ones)), zeros_before
    return c.affine(ZERO, (ONE, c.same("mul", (here, of_one))), (ONE, c.same("mul", (c.terms.negate(here), of_zero))))


def lookup(c: Told, wanted: int, *, from_left: bool = True, noise: str = "0") -> tuple[Term, ...]:
    """Scores -(rank - wanted)², and something of the symbol."""
    found: list[Term] = []
    for place in range(1, c.terms.length + 1):
        gap = c.affine(mpq(-wanted), (ONE, rank(c, place, from_left=from_left)))
        found.append(c.affine(ZERO, (-ONE, c.terms.add("mul", (gap, gap))), (mpq(noise), c.terms.symbol(place, 1))))
    return tuple(found)


def has_rank(c: Told, wanted: int, *, from_left: bool = True) -> list[Term]:
    return [c.equals(rank(c, place, from_left=from_left), mpq(wanted)) for place in range(1, c.terms.length + 1)]


def test_ranks_are_what_they_are() -> None:
    c = Told(2, 3)
    for from_left, ranked in ((True, left), (False, right)):
        terms = [rank(c, place, from_left=from_left) for place in (1, 2, 3)]
        for word in product(range(2), repeat=3):
            values = evaluate_all(c.terms, word, terms)
            assert [values[term] for term in terms] == [ranked(word, k) for k in range(3)]


@pytest.mark.parametrize("from_left", [True, False])
@pytest.mark.parametrize("wanted", [0, 1, 2])
def test_the_position_of_a_rank_is_maximal(wanted: int, from_left: bool) -> None:
    c = Told(2, 3)
    side, other = ("left", "right") if from_left else ("right", "left")
    scores, row = lookup(c, wanted, from_left=from_left), has_rank(c, wanted, from_left=from_left)
    assert not says(c, "rank", "row", scores, row, numbers=f"{wanted} {other} 0 1")
    assert not says(c, "rank", "row", scores, row, numbers=f"{(wanted + 1) % 3} {side} 0 1")
    assert not says(c, "rank", "row", scores, row, numbers=f"{wanted} {side} 1 0")
    assert not says(c, "rank", "row", scores, row[::-1], numbers=f"{wanted} {side} 0 1")
    assert not says(c, "rank", "row", scores, row[:2], numbers=f"{wanted} {side} 0 1")
    assert not says(
        c, "rank", "row", scores, has_rank(c, (wanted + 1) % 3, from_left=from_left), numbers=f"{wanted} {side} 0 1"
    )
    assert scores not in c.unique
    assert says(c, "rank", "row", scores, row, numbers=f"{wanted} {side} 0 1")
    assert scores in c.unique


@pytest.mark.parametrize("words", ["left", "left 0", "left 0 0", "left 1 1", "up 0 1", "left 0 1 2", "left 0 -1"])
def test_an_order_is_one_of_all_symbols(words: str) -> None:
    c = Told(2, 3)
    assert not says(c, "rank", "row", lookup(c, 1), has_rank(c, 1), numbers=f"1 {words}")


def test_ties_are_no_rank() -> None:
    """With 1 for a one, the scores of two ranks may be equal, or the wrong one greater."""
    c = Told(2, 3)
    for noise in ("1", "2"):
        assert not says(c, "rank", "row", lookup(c, 0, noise=noise), has_rank(c, 0), numbers="0 left 0 1")


def test_what_depends_on_the_place_may_be_greater_elsewhere() -> None:
    """Rank 0 at place 1 has less than rank 1 at place 3, though it has more at the same place."""
    c = Told(2, 3)
    scores = [c.affine(mpq(3 * place, 4), (ONE, score)) for place, score in enumerate(lookup(c, 0), 1)]
    assert not says(c, "rank", "row", scores, has_rank(c, 0), numbers="0 left 0 1")
    slightly = [c.affine(mpq(place, 9), (ONE, score)) for place, score in enumerate(lookup(c, 0), 1)]
    assert says(c, "rank", "row", slightly, has_rank(c, 0), numbers="0 left 0 1")


def test_there_is_a_score_for_each_position() -> None:
    c = Told(2, 3)
    scores, row = lookup(c, 2), has_rank(c, 2)
    assert not says(c, "rank", "row", scores[:2], row[:2], numbers="2 left 0 1")
    assert not says(c, "rank", "row", lookup(c, 0)[:2], has_rank(c, 0), numbers="0 left 0 1")
    first = lookup(c, 0)
    assert not says(c, "rank", "row", first[:2], has_rank(c, 0)[:2], numbers="0 left 0 1")


def head(
    c: Told,
    values: Sequence[Term],
    scores: Sequence[Term],
    result: Term,
    key: tuple[Term, ...],
    ties: str = "saturated",
    rule: Division = EXACT_MEAN,
    numbers: str = "left 0 1",
) -> bool:
    return says(
        c, "value at rank", "attend", (*values, *scores), result, payload=(ties, rule), key=key, numbers=numbers
    )


def symbols(c: Told) -> list[Term]:
    return [c.terms.symbol(place, 1) for place in range(1, c.terms.length + 1)]


@pytest.mark.parametrize("ties", ["saturated", "hard", "rightmost"])
@pytest.mark.parametrize("rule", [EXACT_MEAN, Reciprocal(0)])
def test_the_symbol_at_a_rank(ties: str, rule: Division) -> None:
    c = Told(2, 3)
    key = c.cover(c.count())
    for wanted, column in ((0, (0, 0, 0, 1)), (1, (0, 0, 1, 1)), (2, (0, 1, 1, 1))):
        result = c.table(key, *column)
        assert head(c, symbols(c), lookup(c, wanted), result, key, ties, rule)
        assert not head(c, symbols(c)[::-1], lookup(c, wanted), result, key, ties, rule)
        for index in range(4):
            wrong = c.table(key, *(value ^ (index == k) for k, value in enumerate(column)))
            assert not head(c, symbols(c), lookup(c, wanted), wrong, key, ties, rule)


def test_values_differ_where_positions_of_one_rank_do() -> None:
    c = Told(2, 3)
    key = c.cover(c.count())
    numbers = [c.terms.const(mpq(place)) for place in (1, 2, 3)]
    for column in product((1, 3), repeat=4):
        assert not head(c, numbers, lookup(c, 1), c.table(key, *column), key)


@pytest.mark.parametrize("rule", [EXACT_MEAN, Reciprocal(0, "ceil")])
def test_several_ranks_may_be_maximal_where_a_mean_is_exact(rule: Division) -> None:
    """All scores equal, all values 1: a mean by a rounded reciprocal of three is no 1."""
    c = Told(2, 3)
    key = c.cover(c.count())
    ones, equal = [c.terms.one] * 3, [c.terms.zero] * 3
    exact = rule is EXACT_MEAN
    scores = [c.same("round", (c.affine(ZERO, (mpq(1, 9), rank(c, place))),), WHOLE) for place in (1, 2, 3)]
    assert head(c, ones, scores, c.terms.one, key, rule=rule) is exact
    assert head(c, ones, equal, c.terms.one, key, rule=rule) is exact
    assert head(c, ones, scores, c.terms.one, key, ties="hard", rule=rule)


def test_a_reciprocal_of_one_that_is_not_one_is_refused() -> None:
    class Half(Reciprocal):
        def weight(self, count: int) -> mpq:
            return mpq(1, 2 * count)

    c = Told(2, 3)
    key = c.cover(c.count())
    result = c.table(key, 0, 0, 1, 1)
    assert not head(c, symbols(c), lookup(c, 1), result, key, rule=Half(1))


def test_a_key_that_says_more_than_the_counts() -> None:
    """Where points of equal counts have other values, the right side is no function of the counts."""
    c = Told(2, 3)
    key = c.cover(c.terms.symbol(1, 1), c.count())
    honest = [int(count >= 2) for _, count in c.points(key)]
    assert head(c, symbols(c), lookup(c, 1), c.table(key, *honest), key)
    for index, _ in enumerate(honest):
        wrong = [value ^ (k == index) for k, value in enumerate(honest)]
        assert not head(c, symbols(c), lookup(c, 1), c.table(key, *wrong), key)


def test_every_vector_of_counts_has_a_point() -> None:
    c = Told(2, 3)
    key = (c.count(),)
    c.covers[key] = [(mpq(value),) for value in (0, 1, 2)]
    assert not head(c, symbols(c), lookup(c, 1), c.table(key, 0, 0, 1), key)
