"""The reductions: identities on all words, for random terms; and the shapes that they promise."""

from __future__ import annotations

import os
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce.reduce import Reduced
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import MODES, Rounding, fixed_point, power
from logbits.encode.term.ranges import check
from logbits.encode.term.terms import Term, Terms, evaluate_all, reachable
from support.means import NEAREST, UPWARD, Short, rule
from support.paths import at
from support.random_terms import random_terms, words

SEEDS = int(os.environ.get("LOGBITS_FUZZ", "300"))
CHUNK = 25


def agree(terms: Terms, roots: list[Term]) -> Reduced:
    """Reduces, and compares old and new terms, and the facts about new ones, on every word."""
    reduced = Reduced(terms.alphabet, terms.length)
    new = reduced.add(terms, roots)
    for word in words(terms):
        before = evaluate_all(terms, word, roots)
        after = evaluate_all(reduced.terms, word, [*new, *reduced.of.values()])
        assert [after[term] for term in new] == [before[term] for term in roots], word
        assert all(after[reduced.of[term]] == value for term, value in before.items()), word
        assert check(reduced.terms, reduced.facts.ranges, after) is None, word
    return reduced


@pytest.mark.first(1)
@pytest.mark.parametrize("chunk", range(0, SEEDS, CHUNK))
def test_random_terms_keep_their_values(chunk: int) -> None:
    for seed in range(chunk, chunk + CHUNK):
        rng = random.Random(seed)
        terms, found, _ = random_terms(rng, rng.randint(3, 14))
        try:
            agree(terms, found)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error


def test_adding_again_gives_the_same_terms() -> None:
    terms, found, _ = random_terms(random.Random(5), 12)
    reduced = Reduced(terms.alphabet, terms.length)
    first = reduced.add(terms, found)
    size = len(reduced.terms)
    assert reduced.add(terms, found) == first
    assert len(reduced.terms) == size


def count_of(terms: Terms) -> Term:
    return terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in range(1, terms.length + 1)])


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


def test_twins_that_compute_one_function_become_one_term() -> None:
    terms = Terms(2, 5)
    count = count_of(terms)
    double = terms.add("max", (terms.affine(ZERO, [(mpq(2), count)]), terms.affine(mpq(-1), [(ONE, count)])))
    product = terms.add("mul", (count, terms.affine(mpq(5), [(-ONE, count)])))
    other = terms.affine(ZERO, [(mpq(5), count), (-ONE, terms.add("mul", (count, count)))])
    equal = terms.add("compare", (terms.affine(ZERO, [(ONE, product), (-ONE, other)]),), "=")
    reduced = agree(terms, [double, equal])
    assert reduced.of[double] == reduced.terms.affine(ZERO, [(mpq(2), reduced.of[count])])
    assert reduced.of[equal] == reduced.terms.one


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


@pytest.mark.parametrize("limit", [2, 4096])
def test_the_limits_change_no_value(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the smallest limits nearly nothing is tabulated, and the other rules have to be right."""
    for module in ("functions", "comparisons"):
        monkeypatch.setattr(*at(f"logbits.bounds.reduce.{module}.LIMIT"), limit)
    monkeypatch.setattr(*at("logbits.bounds.reduce.attention.LEVELS"), limit // 2)
    for seed in range(1000, 1060):
        terms, found, _ = random_terms(random.Random(seed), 8)
        agree(terms, found)
