"""Attention as comparisons: three ways to say "maximal" that must agree, and the heads made of them."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import attention, reduce
from logbits.bounds.reduce.derivation import Derivation
from logbits.encode.number.mean import EXACT_MEAN, Division
from logbits.encode.number.rational import ZERO
from logbits.encode.term.terms import evaluate, evaluate_all
from support.means import NEAREST, UPWARD, rule
from support.random_terms import random_scores, words
from support.rules import attend, maximal

WAYS = ("levels", "maximum", "pairs")


def force(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes `maximal` choose one of its ways."""
    if way != "levels":
        monkeypatch.setattr(attention, "LEVELS", 0)
    # A pair's grid is made to look narrow, or as wide as all.
    monkeypatch.setattr(attention, "_grid_bits", lambda _, scores: len(scores) if way == "pairs" else 1)


def new(alphabet: int = 3, length: int = 4) -> Derivation:
    return reduce.new(alphabet, length)


@pytest.mark.first(1)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_maximal_positions(way: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    force(way, monkeypatch)
    for seed in range(25):
        facts = new()
        scores = random_scores(random.Random(f"{count} {seed}"), facts.terms, count)
        truths = maximal(facts, scores)
        for word in words(facts.terms):
            values = evaluate_all(facts.terms, word, [*scores, *truths])
            best = max(values[score] for score in scores)
            assert [values[t] for t in truths] == [values[score] == best for score in scores]


def test_each_way_is_taken_where_it_fits() -> None:
    facts = new(2, 4)
    terms = facts.terms
    few = [terms.symbol(i, 1) for i in (1, 2, 3)]
    assert all(terms.ops[base] in ("and", "symbol") for t in maximal(facts, few) for _, base in terms.split(t)[1])
    many = [
        terms.affine(ZERO, [(mpq(2) ** k, terms.symbol(i, 1)) for k, i in enumerate(p)])
        for p in itertools.permutations((1, 2, 3, 4), 4)
    ]
    many = [terms.affine(ZERO, [(mpq(3), m), (mpq(1, 2), terms.symbol(1, 1))]) for m in many[:4]]
    before = terms.ops.count("max")
    maximal(facts, many)
    assert terms.ops.count("max") > before
    primes = [mpq(1, p) for p in (101, 103, 107, 109, 113, 127, 131, 137)]
    narrow = [
        terms.affine(ZERO, [(p, terms.symbol(i % 4 + 1, 1)), (20 * p, terms.symbol((i + 1) % 4 + 1, 1))])
        for i, p in enumerate(primes)
    ]
    before = terms.ops.count("max")
    maximal(facts, narrow)
    assert terms.ops.count("max") == before


@pytest.mark.parametrize("way", WAYS)
def test_equal_scores_are_all_maximal(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    force(way, monkeypatch)
    facts = new()
    score = facts.terms.affine(ZERO, [(mpq(37), facts.terms.symbol(1, 1)), (mpq(1, 41), facts.terms.symbol(2, 1))])
    assert maximal(facts, [score]) == [facts.terms.one]
    assert maximal(facts, [score] * 3) == [facts.terms.one] * 3


@pytest.mark.first(2)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "payload",
    [
        *(("saturated", rule(short)) for short in (None, 0, 2, UPWARD, NEAREST)),
        ("hard", EXACT_MEAN),
        ("rightmost", EXACT_MEAN),
    ],
    ids=str,
)
def test_heads(payload: tuple[str, Division], way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    force(way, monkeypatch)
    for seed in range(15):
        rng, facts = random.Random(seed), new()
        count = rng.randint(1, 4)
        scores, values = random_scores(rng, facts.terms, count), random_scores(rng, facts.terms, count)
        head = attend(facts, values + scores, payload)
        for word in words(facts.terms):
            found = evaluate_all(facts.terms, word, [head, *scores, *values])
            assert found[head] == evaluate("attend", payload, [found[t] for t in values + scores])


def test_ties_go_to_the_first_or_the_last() -> None:
    facts = new(2, 3)
    terms = facts.terms
    scores = [terms.symbol(i, 1) for i in (1, 2, 3)]
    values = [terms.const(mpq(k)) for k in (10, 20, 40)]
    all_ties = ("hard", "rightmost", "saturated")
    first, last, mean = (attend(facts, values + scores, (ties, EXACT_MEAN)) for ties in all_ties)
    expected = {
        (0, 0, 0): (10, 40, mpq(70, 3)),
        (0, 1, 0): (20, 20, 20),
        (0, 1, 1): (20, 40, 30),
        (1, 0, 1): (10, 40, 25),
    }
    for word, numbers in expected.items():
        found = evaluate_all(terms, word, [first, last, mean])
        assert (found[first], found[last], found[mean]) == numbers
