"""Intervals, steps and domains: golden facts for each rule, and soundness on every word."""

from __future__ import annotations

import random
from math import gcd

import pytest
from gmpy2 import mpq
from logbits.encode.number.rational import ONE, ZERO, common_step
from logbits.encode.number.rounding import MODES, Mode, Rounding, fixed_point, power
from logbits.encode.term.ranges import Ranges, check
from logbits.encode.term.terms import Payload, Term, Terms, evaluate_all
from support.means import Short, rule
from support.random_terms import random_terms, words


def facts(terms: Terms, term: Term) -> tuple[mpq, mpq, mpq]:
    ranges = Ranges(terms)
    return *ranges.interval(term), ranges.step(term)


def rationals(*values: int | str) -> tuple[mpq, ...]:
    return tuple(map(mpq, values))


@pytest.fixture
def terms() -> Terms:
    return Terms(3, 4)


def count(terms: Terms, *positions: int) -> Term:
    return terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in positions])


def test_the_common_step_is_the_greatest_that_divides_both() -> None:
    for a in range(-12, 13):
        for b in range(-12, 13):
            step = common_step(mpq(a, 6), mpq(b, 6))
            assert step == mpq(gcd(a, b), 6)
    assert common_step(mpq(1, 2), mpq(1, 3)) == mpq(1, 6)
    assert common_step(ZERO, mpq(5, 7)) == mpq(5, 7)


def test_numbers_and_truths(terms: Terms) -> None:
    assert facts(terms, terms.const(mpq(-3, 2))) == rationals("-3/2", "-3/2", "3/2")
    assert facts(terms, terms.zero) == rationals(0, 0, 0)
    for truth in (
        terms.symbol(2, 1),
        terms.symbol(2, 0),
        terms.add("compare", (count(terms, 1, 2),), ">"),
        terms.add("and", (terms.symbol(1, 1), terms.symbol(2, 1))),
    ):
        assert facts(terms, truth) == rationals(0, 1, 1)
        assert Ranges(terms).is_truth(truth)
    assert Ranges(terms).is_truth(terms.zero)
    assert not Ranges(terms).is_truth(count(terms, 1, 2))
    assert not Ranges(terms).is_truth(terms.affine(ZERO, [(mpq(1, 2), terms.symbol(1, 1))]))


def test_of_the_symbols_at_a_position_at_most_one_is_there(terms: Terms) -> None:
    a, b, c = terms.symbol(1, 1), terms.symbol(1, 2), terms.symbol(2, 1)
    assert facts(terms, terms.affine(ZERO, [(mpq(2), a), (mpq(3), b)])) == rationals(0, 3, 1)
    assert facts(terms, terms.affine(ONE, [(mpq(2), a), (mpq(-4), b)])) == rationals(-3, 3, 1)
    assert facts(terms, terms.affine(ZERO, [(mpq(2), a), (mpq(3), b), (mpq(-5), c)])) == rationals(-5, 3, 1)
    assert facts(terms, terms.affine(ZERO, [(mpq(-2), a), (mpq(-4), b)])) == rationals(-4, 0, 2)


def test_sums_products_and_maxima(terms: Terms) -> None:
    four, two = count(terms, 1, 2, 3, 4), count(terms, 1, 2)
    assert facts(terms, terms.affine(mpq(1, 2), [(mpq(-3, 2), four)])) == rationals("-11/2", "1/2", "1/2")
    assert facts(terms, terms.affine(mpq(3), [(mpq(-3), four)])) == rationals(-9, 3, 3)
    centred = terms.affine(mpq(-1), [(ONE, four)])
    assert facts(terms, terms.add("mul", (centred, terms.affine(mpq(-2), [(mpq(2), two)])))) == rationals(-6, 6, 2)
    assert facts(terms, terms.add("max", (centred, two))) == rationals(0, 3, 1)
    assert facts(terms, terms.add("max", (centred, terms.const(mpq(1, 2))))) == rationals("1/2", 3, "1/2")


@pytest.mark.parametrize("mode", MODES)
def test_roundings(terms: Terms, mode: Mode) -> None:
    four = count(terms, 1, 2, 3, 4)
    arg = terms.affine(mpq(-1), [(mpq(3, 4), four)])  # -1 .. 2
    for rounding, expected in [
        (fixed_point(8, 1, True, mode, "wrap"), rationals(-1, 2, "1/2")),
        (fixed_point(2, 0, True, mode, "saturate"), rationals(-1, 1, 1)),
        (fixed_point(2, 0, True, mode, "error"), rationals(-1, 1, 1)),
        (fixed_point(2, 0, True, mode, "wrap"), rationals(-2, 1, 1)),
        (fixed_point(3, 1, False, mode, "saturate"), rationals(0, 2, "1/2")),
        (
            Rounding(power(1), None, None, mode),
            (*map(Rounding(power(1), None, None, mode).apply, rationals(-1, 2)), mpq(2)),
        ),
    ]:
        assert facts(terms, terms.add("round", (arg,), rounding)) == expected


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (("hard", rule(None)), (-1, "3/2", "1/2")),
        (("rightmost", rule(None)), (-1, "3/2", "1/2")),
        (("saturated", rule(None)), (-1, "3/2", "1/12")),
        (("saturated", rule(0)), (-1, "3/2", "1/8")),
        (("saturated", rule(2)), (-1, "3/2", "1/32")),
    ],
)
def test_attention(terms: Terms, payload: Payload, expected: tuple[int | str, ...]) -> None:
    values = [terms.affine(mpq(-1), [(mpq(i, 2), terms.symbol(i, 1))]) for i in (1, 3)]
    values.append(terms.affine(mpq(1, 2), [(ONE, terms.symbol(2, 2))]))
    scores = [terms.symbol(i, 2) for i in (1, 2, 3)]
    assert facts(terms, terms.add("attend", values + scores, payload)) == rationals(*expected)


def test_a_reciprocal_mean_may_fall_below_its_values(terms: Terms) -> None:
    values = [terms.affine(mpq(2), [(ONE, terms.symbol(i, 1))]) for i in (1, 2, 3)]
    scores = [terms.symbol(i, 2) for i in (1, 2, 3)]
    assert facts(terms, terms.add("attend", values + scores, ("saturated", rule(0))))[:2] == rationals(0, 3)
    assert facts(terms, terms.add("attend", values + scores, ("saturated", rule(None))))[:2] == rationals(2, 3)


@pytest.mark.parametrize(
    ("least", "guard", "expected"),
    [
        (0, None, (0, 3, "1/2")),
        (1, None, (2, 3, "1/6")),
        (1, 0, (0, 3, "1/4")),
        (2, 2, (0, 3, "1/16")),
        (3, None, (2, 3, "1/60")),
        (5, None, (2, 3, "1/210")),
    ],
)
def test_means(terms: Terms, least: int, guard: Short, expected: tuple[int | str, ...]) -> None:
    number = terms.affine(mpq(least), [(ONE, terms.symbol(1, 1)), (ONE, terms.symbol(2, 1))])
    total = terms.affine(ZERO, [(mpq(1), terms.symbol(3, 1)), (mpq(4), number)])
    mean = terms.add("mean", (total, number), (rule(guard), mpq(2), mpq(3)))
    assert facts(terms, mean) == rationals(*expected)


def test_tables_count_the_points_that_are_not_listed(terms: Terms) -> None:
    table = terms.add("table", (count(terms, 1, 2),), (((ZERO,), mpq(3)), ((ONE,), mpq(9, 2))))
    assert facts(terms, table) == rationals(0, "9/2", "3/2")
    assert Ranges(terms).domain(table, 3) == list(rationals(0, 3, "9/2"))
    assert Ranges(terms).domain(table, 2) is None


def test_domains(terms: Terms) -> None:
    ranges = Ranges(terms)
    number = terms.affine(mpq(1, 2), [(mpq(-3, 2), count(terms, 1, 2, 3))])
    assert ranges.domain(number, 3) is None
    assert ranges.domain(number, 4) == [mpq(k, 2) for k in (-8, -5, -2, 1)]
    assert ranges.domain(terms.const(mpq(5)), 1) == [mpq(5)]
    assert ranges.domain(terms.zero, 1) == [ZERO]
    number, total = (terms.affine(c, [(mpq(w), terms.symbol(w, 1))]) for c, w in ((ONE, 1), (ZERO, 2)))
    mean = terms.add(
        "mean", (total, number), (rule(None), ZERO, mpq(5, 2))
    )  # multiples of 1, whose interval ends between two
    assert Ranges(terms).domain(mean, 9) == [ZERO, ONE, mpq(2)]
    assert Ranges(terms).domain(terms.affine(ONE, [(mpq(-1), mean)]), 9) == [mpq(-1), ZERO, ONE]


@pytest.mark.first(1)
@pytest.mark.parametrize("chunk", range(6))
def test_every_value_lies_within_the_facts(chunk: int) -> None:
    for seed in range(chunk * 50, chunk * 50 + 50):
        terms, found, truths = random_terms(random.Random(seed), 12)
        ranges = Ranges(terms)
        assert all(ranges.is_truth(truth) for truth in truths)
        for word in words(terms):
            values = evaluate_all(terms, word, found)
            assert check(terms, ranges, values) is None, seed
            for term, value in values.items():
                domain = ranges.domain(term, 200)
                assert domain is None or value in domain, seed
                assert domain is None or domain == sorted(set(domain))
                low, high = ranges.interval(term)
                assert domain is None or terms.ops[term] == "table" or (low <= domain[0] and domain[-1] <= high)


def test_check_names_the_term_that_breaks_its_facts(terms: Terms) -> None:
    ranges, number = Ranges(terms), count(terms, 1, 2)
    assert check(terms, ranges, {number: mpq(2)}) is None
    for wrong in rationals(-1, 3, "1/2"):
        assert check(terms, ranges, {terms.zero: ZERO, number: wrong}) == number
    assert check(terms, ranges, {terms.zero: ONE}) == terms.zero
