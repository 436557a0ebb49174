"""Products, means, roundings and maxima: identities on all words, and the shapes that their rules promise."""

from __future__ import annotations

import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import reduce
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import MODES, Rounding, fixed_point, power
from logbits.encode.term.terms import Terms, evaluate_all, reachable
from support.means import NEAREST, UPWARD, Short, rule
from support.paths import at
from support.random_terms import count_of, random_scores, words
from support.rules import agree, multiply


@pytest.mark.first(1)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("overflow", ["saturate", "wrap"])
def test_a_rounding_is_the_identity_on_grid_and_range_only(mode: str, overflow: str) -> None:
    terms = Terms(2, 4)
    count = count_of(terms)  # 0..4
    for factor in (mpq(1), mpq(1, 2), mpq(-1, 2), mpq(1, 3)):
        for bits in (1, 2, 3, 4):
            for fraction in (-1, 0, 1, 2):
                for signed in (False, True):
                    rounding = fixed_point(bits, fraction, signed, mode, overflow)  # type: ignore[arg-type]
                    arg = terms.affine(ZERO, [(factor, count)])
                    stored = terms.add("round", (arg,), rounding)
                    reduced = agree(terms, [arg, stored])
                    same = all(rounding.apply(factor * k) == factor * k for k in range(5))
                    assert (reduced.of[arg] == reduced.of[stored]) == same


def test_a_grid_without_bounds_never_overflows() -> None:
    terms = Terms(2, 4)
    arg = terms.affine(mpq(1000), [(mpq(1, 4), count_of(terms))])
    stored = terms.add("round", (arg,), Rounding(power(-2), None, None))
    assert agree(terms, [arg, stored]).of[stored] == agree(terms, [arg, stored]).of[arg]


def test_maxima_drop_what_is_nowhere_greater() -> None:
    terms = Terms(2, 6)
    a, b = (
        terms.affine(ZERO, [(mpq(3) ** k, terms.symbol(i, 1)) for k, i in enumerate(places)])
        for places in ((1, 2, 3), (4, 5, 6))
    )
    low = terms.affine(mpq(-20), [(ONE, terms.symbol(1, 1)), (mpq("1/7"), terms.symbol(4, 1))])
    root = terms.add("max", (a, low, b, terms.const(mpq(-3))))
    reduced = agree(terms, [root, a, b])
    assert reduced.terms.ops[reduced.of[root]] == "max"
    assert set(reduced.terms.args[reduced.of[root]]) == {reduced.of[a], reduced.of[b]}
    relu = terms.add("max", (terms.affine(mpq(-14), [(ONE, a)]), terms.zero))
    assert agree(terms, [relu]).of[relu] == 0


@pytest.mark.first(3)
@pytest.mark.parametrize("guard", [None, 0, 2, UPWARD], ids=str)
@pytest.mark.parametrize("fraction", [0, 2, 5])
@pytest.mark.parametrize("limit", [2, 4096])
def test_means_over_counts_that_depend_on_the_word(
    guard: Short, fraction: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As tables over the sum and the count, and as cases over the count."""
    monkeypatch.setattr(*at("logbits.bounds.reduce.functions.LIMIT"), limit)
    terms = Terms(3, 4)
    scores = [terms.symbol(i, 1) for i in range(1, 5)]
    values = [terms.affine(mpq(-1, 2), [(mpq(3), terms.symbol(i, 2)), (ONE, terms.symbol(i, 1))]) for i in range(1, 5)]
    head = terms.add("attend", values[::-1] + scores, ("saturated", rule(guard)))
    stored = terms.add("round", (head,), Rounding(power(-fraction), -8, 7))
    reduced = agree(terms, [head, stored])
    assert "mean" not in {reduced.terms.ops[term] for term in reachable(reduced.terms, [reduced.of[stored]])}


def test_a_rounded_mean_over_too_many_counts_is_not_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*at("logbits.bounds.reduce.functions.LIMIT"), 2)
    monkeypatch.setattr(*at("logbits.bounds.reduce.numbers.SPLIT"), 2)
    terms = Terms(3, 4)
    scores = [terms.symbol(i, 1) for i in range(1, 5)]
    values = [terms.affine(mpq(-1, 2), [(mpq(3), terms.symbol(i, 2))]) for i in range(1, 5)]
    stored = terms.add(
        "round", (terms.add("attend", values + scores, ("saturated", rule(None))),), Rounding(power(-2), -8, 7)
    )
    reduced = agree(terms, [stored])
    assert reduced.terms.ops[reduced.of[stored]] == "round"
    assert "mean" in reduced.terms.ops


@pytest.mark.parametrize("guard", [None, 1, UPWARD, NEAREST], ids=str)
def test_means_are_reduced_again(guard: Short) -> None:
    terms = Terms(3, 4)
    number = terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in range(1, 5)])
    total = terms.affine(ZERO, [(mpq(2), terms.symbol(i, 1)) for i in range(1, 4)])
    agree(terms, [terms.add("mean", (total, number), (rule(guard), ZERO, mpq(2)))])


@pytest.mark.parametrize("sign", [1, -1])
def test_an_interval_of_a_mean_is_seen_and_not_believed(sign: int) -> None:
    """S has the ends 1 and 2, or -2 and -1, and these are no ends of S / k where k may be 2."""
    terms = Terms(2, 4)
    first, second, both = (terms.add("and", [terms.symbol(i, 1) for i in pair]) for pair in ((1, 2), (3, 4), (1, 3)))
    count = terms.affine(ONE, [(ONE, first), (ONE, second)])
    total = terms.affine(mpq(sign), [(mpq(sign), both)])
    low, high = sorted((mpq(sign), mpq(2 * sign)))
    agree(terms, [terms.add("mean", (total, count), (rule(None), low, high))])


@pytest.mark.parametrize("seed", range(40))
def test_products(seed: int) -> None:
    rng, facts = random.Random(seed), reduce.new(3, 4)
    left, right = random_scores(rng, facts.terms, 2)
    if rng.random() < 0.3:
        right = facts.terms.affine(ONE, [(mpq(-2), left)])
    product = multiply(facts, left, right)
    for word in words(facts.terms):
        found = evaluate_all(facts.terms, word, [product, left, right])
        assert found[product] == found[left] * found[right]
