"""Lookups by rank: what is around a place, and what a rank says of a maximum, on every word."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import ranks, reduce
from logbits.bounds.reduce.around import Around, Everywhere, Sorting, number_of_points
from logbits.bounds.reduce.derivation import Derivation
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import grid
from logbits.encode.term.terms import Term, evaluate_all
from logbits.verify.question.question import Question
from support.marks import slow
from support.means import NEAREST, UPWARD, Short, rule
from support.random_terms import words
from support.rules import attend, maximal, multiply


def new(alphabet: int, length: int) -> Derivation:
    return reduce.new(alphabet, length)


def sortings(alphabet: int) -> list[Sorting]:
    return [Sorting(o, left) for o in itertools.permutations(range(alphabet)) for left in (True, False)]


def around(word: tuple[int, ...], place: int, alphabet: int) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """The surroundings of a place, as they are defined."""
    before, after = word[: place - 1], word[place:]
    return word[place - 1], tuple(map(before.count, range(alphabet))), tuple(map(after.count, range(alphabet)))


def stored_rank(facts: Derivation, place: int, sorting: Sorting, noise: mpq = ZERO) -> Term:
    """The rank of a place, as a sum of products; with `noise` times the number of symbols of the first kind before."""
    terms = facts.terms
    parts: list[tuple[mpq, Term]] = [(noise, terms.symbol(k, sorting.order[0])) for k in range(1, place)]
    for index, symbol in enumerate(sorting.order):
        earlier = [
            terms.symbol(k, a)
            for k in range(1, terms.length + 1)
            for a in sorting.order[: index + 1]
            if k != place and (a != symbol or (k < place) == sorting.left)
        ]
        count = terms.affine(ZERO, [(ONE, truth) for truth in earlier])
        parts.append((ONE, multiply(facts, terms.symbol(place, symbol), count)))
    return terms.affine(ZERO, parts)


def lookup(facts: Derivation, sorting: Sorting, rank: mpq, noise: mpq = ZERO) -> list[Term]:
    """The scores of a lookup of a rank: -(rank of j - rank)²."""
    scores: list[Term] = []
    for place in range(1, facts.terms.length + 1):
        gap = facts.terms.affine(-rank, [(ONE, stored_rank(facts, place, sorting, noise))])
        scores.append(facts.terms.affine(ZERO, [(-ONE, facts.terms.add("mul", (gap, gap)))]))
    return scores


# -- what is around a place


@pytest.mark.parametrize(("alphabet", "length"), [(2, 1), (2, 4), (3, 4), (4, 3)])
def test_all_surroundings(alphabet: int, length: int) -> None:
    facts = new(alphabet, length)
    every = list(words(facts.terms))
    for place in range(1, length + 1):
        listed = Around(facts.terms, place).points
        assert len(listed) == number_of_points(alphabet, length, place)
        assert set(listed) == {around(tuple(word), place, alphabet) for word in every}
        assert len(set(listed)) == len(listed)


@pytest.mark.parametrize(("alphabet", "length"), [(2, 2), (2, 5), (3, 4)])
def test_everywhere(alphabet: int, length: int) -> None:
    """Each position of each word is where its counts and its rank say; ranks are those of a stable sort."""
    facts = new(alphabet, length)
    for sorting in sortings(alphabet):
        everywhere = Everywhere([Around(facts.terms, place) for place in range(1, length + 1)], sorting)
        places = [facts.terms.const(mpq(place)) for place in range(1, length + 1)]
        flat = everywhere.column(places)
        assert flat is not None
        for word in map(tuple, words(facts.terms)):
            counts = tuple(map(word.count, range(alphabet)))
            order = sorting.sort(word)
            assert sorted(order) == list(range(length))
            keys = [sorting.order.index(word[each]) for each in order]
            assert keys == sorted(keys)
            for rank, each in enumerate(order):
                assert sorting.rank(around(word, each + 1, alphabet)) == rank
                span = everywhere.spans[counts][rank]
                assert flat[0] * (each + 1) in {flat[0] * value for value in flat[1][slice(*span)]}
                assert mpq(each + 1) in (everywhere.values(places, span) or set())
            copies = [each for each in order if word[each] == word[order[0]]]
            assert copies == sorted(copies, reverse=not sorting.left)


def some_terms(facts: Derivation, place: int, rng: random.Random) -> list[Term]:
    """Functions of what is around a place, of all operations."""
    terms, places = facts.terms, range(1, facts.terms.length + 1)
    weights = {(side, a): mpq(rng.randint(-4, 4), rng.choice((1, 2, 3))) for side in (-1, 0, 1) for a in (0, 1)}
    sums = [
        terms.affine(
            mpq(rng.randint(-2, 2), 3),
            [(c, terms.symbol(k, a)) for (s, a), c in weights.items() for k in places if sign(k - place) == s],
        )
    ]
    sums.append(terms.symbol(place, 1))
    product = terms.add("mul", (sums[0], sums[0]))
    rounded = terms.add("round", (product,), grid(1))
    positive = terms.add("compare", (rounded,), ">=")
    both = terms.add("and", (positive, sums[1]))
    return [*sums, product, rounded, positive, both, terms.affine(ONE, [(mpq(2, 3), both), (-ONE, rounded)])]


def sign(number: int) -> int:
    return (number > 0) - (number < 0)


@pytest.mark.parametrize("seed", range(12))
def test_columns(seed: int) -> None:
    rng = random.Random(seed)
    alphabet, length = rng.choice(((2, 5), (3, 4), (3, 3)))
    facts = new(alphabet, length)
    for place in range(1, length + 1):
        here = Around(facts.terms, place)
        several = some_terms(facts, place, rng)
        columns = [here.column(term) for term in several]
        assert None not in columns
        for word in map(tuple, words(facts.terms)):
            values = evaluate_all(facts.terms, word, several)
            index = here.points.index(around(word, place, alphabet))
            assert [values[term] for term in several] == [c[0] * c[1][index] for c in columns if c is not None]


def test_a_long_chain_of_operations() -> None:
    """As the sums of an iterative mean are: deeper than calls may be."""
    facts = new(2, 3)
    term = facts.terms.symbol(2, 1)
    for k in range(1, 2000):
        term = facts.terms.add("round", (facts.terms.affine(mpq(1, k), [(mpq(1, 2), term)]),), grid(4))
    column = Around(facts.terms, 2).column(term)
    assert column is not None
    for word in ((0, 0, 0), (0, 1, 0)):
        index = Around(facts.terms, 2).points.index(around(word, 2, 2))
        assert column[0] * column[1][index] == evaluate_all(facts.terms, word, [term])[term]


def test_what_is_no_function_of_it() -> None:
    facts = new(3, 5)
    terms = facts.terms
    here = Around(terms, 3)
    assert here.column(terms.symbol(1, 1)) is None
    assert here.column(terms.affine(ZERO, [(ONE, terms.symbol(1, 1)), (mpq(2), terms.symbol(2, 1))])) is None
    assert here.column(terms.affine(ZERO, [(ONE, terms.symbol(1, 1)), (ONE, terms.symbol(2, 2))])) is None
    assert here.column(terms.affine(ZERO, [(ONE, terms.symbol(2, 1)), (ONE, terms.symbol(4, 1))])) is None
    assert here.column(terms.affine(ZERO, [(ONE, terms.symbol(4, 1)), (ONE, terms.symbol(5, 1))])) is not None
    assert here.column(terms.add("mul", (terms.symbol(3, 1), terms.symbol(4, 1)))) is None
    assert Around(terms, 2).column(terms.add("mul", (terms.symbol(2, 1), terms.symbol(1, 1)))) is not None


# -- what a rank says of a maximum


def value_at_rank(facts: Derivation, values: list[Term], scores: list[Term], *, alone: bool) -> Term | None:
    offer = ranks.value_at_rank(facts, values, scores, alone=alone)
    if offer is None:
        return None
    assert isinstance(offer.right, int)
    return offer.right


def check(facts: Derivation, scores: list[Term], values: list[Term], ties: str, guard: Short) -> None:
    """The head and what is maximal, on every word."""
    truths = maximal(facts, scores)
    head = attend(facts, values + scores, (ties, rule(guard)))
    defined = facts.terms.add("attend", values + scores, (ties, rule(guard)))
    for word in words(facts.terms):
        found = evaluate_all(facts.terms, word, [head, defined, *scores, *truths])
        best = max(found[score] for score in scores)
        assert found[head] == found[defined]
        assert [found[truth] for truth in truths] == [found[score] == best for score in scores]


@pytest.mark.first(1)
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(("alphabet", "length"), [(2, 4), (2, 5), (3, 4)])
def test_lookups_of_each_rank(alphabet: int, length: int, number: int) -> None:
    """Symbols and places at each rank, in each order, with what is stored a little off."""
    for sorting in sortings(alphabet)[number::4]:
        for rank in range(length):
            facts = new(alphabet, length)
            scores = lookup(facts, sorting, mpq(rank), mpq(1, 4 * length))
            symbols = [facts.terms.symbol(place, sorting.order[-1]) for place in range(1, length + 1)]
            assert ranks.one_rank(facts, scores) is not None
            assert value_at_rank(facts, symbols, scores, alone=True) is not None
            check(facts, scores, symbols, "saturated", None)
            check(facts, scores, [facts.terms.const(mpq(k * k)) for k in range(length)], "saturated", 2)


@pytest.mark.first(24)
@pytest.mark.parametrize("ties", ["saturated", "hard", "rightmost"])
@pytest.mark.parametrize("guard", [None, 1, UPWARD, NEAREST], ids=str)
@pytest.mark.parametrize("seed", range(16))
def test_any_noise(ties: str, guard: Short, seed: int) -> None:
    """Whatever is stored and looked for, and rounded or not, what comes out is right."""
    rng = random.Random(seed)
    alphabet, length = rng.choice(((2, 4), (2, 5), (3, 3)))
    facts = new(alphabet, length)
    sorting = rng.choice(sortings(alphabet))
    wanted, noise = mpq(rng.randint(-1, 2 * length), rng.choice((1, 2, 3))), mpq(rng.randint(-4, 4), rng.choice((3, 8)))
    scores = lookup(facts, sorting, wanted, noise)
    if seed % 3 == 0:
        scores = [facts.make("round", [score], grid(rng.choice((-1, 0, 1)))) for score in scores]
    symbols = [facts.terms.symbol(place, rng.randrange(1, alphabet)) for place in range(1, length + 1)]
    check(facts, scores, symbols if seed % 2 else symbols[:1] * length, ties, guard)


def test_between_two_ranks() -> None:
    """Either rank may be maximal, or both: the value is known where both have the same symbol, by an exact mean."""
    for alphabet, length, rank in ((2, 5, mpq(3, 2)), (3, 4, mpq(5, 2))):
        for noise in (ZERO, mpq(1, 40)):
            facts = new(alphabet, length)
            scores = lookup(facts, Sorting(tuple(range(alphabet)), left=True), rank, noise)
            assert ranks.one_rank(facts, scores) is None
            same = [facts.terms.one] * length
            assert value_at_rank(facts, same, scores, alone=False) == facts.terms.one
            assert value_at_rank(facts, same, scores, alone=True) is None
            symbols = [facts.terms.symbol(place, 1) for place in range(1, length + 1)]
            assert noise or value_at_rank(facts, symbols, scores, alone=False) is None
            check(facts, scores, symbols, "saturated", None)


def test_three_ranks_that_tie_have_another_mean_by_a_reciprocal() -> None:
    facts = new(2, 5)
    scores = [facts.make("round", [s], grid(-1)) for s in lookup(facts, Sorting((0, 1), left=True), ONE)]
    same = [facts.terms.one] * 5
    assert value_at_rank(facts, same, scores, alone=False) == facts.terms.one
    check(facts, scores, same, "saturated", 1)  # 3/4 on every word
    check(facts, scores, same, "saturated", None)


def test_values_that_are_no_functions_of_what_is_around() -> None:
    facts = new(2, 5)
    scores = lookup(facts, Sorting((0, 1), left=True), ONE)
    values = [facts.terms.symbol(5, 1), *[facts.terms.zero] * 4]
    assert value_at_rank(facts, values, scores, alone=False) is None
    check(facts, scores, values, "saturated", None)


def test_where_it_is_not_used() -> None:
    facts = new(2, 5)
    scores = lookup(facts, Sorting((0, 1), left=True), ONE)
    assert ranks.one_rank(facts, scores[:-1]) is None
    assert ranks.one_rank(facts, scores[1:]) is None  # a score for each position
    assert ranks.one_rank(facts, scores[::-1]) is None  # in order
    facts = new(2, 90)
    assert number_of_points(2, 90, 45) > ranks.POINTS
    assert ranks.one_rank(facts, [facts.terms.symbol(k, 1) for k in range(1, 91)]) is None
    facts = new(1, 4)
    assert ranks.one_rank(facts, [facts.terms.const(mpq(k)) for k in range(4)]) is None


def test_two_lookups_that_sort_otherwise() -> None:
    facts = new(2, 5)
    for sorting in sortings(2):
        scores = lookup(facts, sorting, mpq(3))
        assert ranks.one_rank(facts, scores) is not None
        check(facts, scores, [facts.terms.symbol(k, 1) for k in range(1, 6)], "saturated", None)


@pytest.mark.first(1)
@pytest.mark.parametrize(("text", "length"), [("Q(12)", 24), slow("Q(12)", 50), ("R(8)", 12), ("bf16 nearest-even", 9)])
def test_what_it_is_there_for(text: str, length: int) -> None:
    question = Question(Claim(CASES["sort"].program, EXACT, parse(text), 64), length)
    assert question.decided()
    assert not Question(Claim(CASES["sort"].program, EXACT, parse("Q(4)"), 8), 6).decided()
