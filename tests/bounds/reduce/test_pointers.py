"""Means over one set, and maxima over a pointer: the rules, on every word, and where they must not be used."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import reduce
from logbits.bounds.reduce.derivation import Derivation
from logbits.bounds.reduce.functions import Key
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import MODES, Mode, grid
from logbits.encode.term.terms import Term, evaluate_all
from logbits.verify.question.question import Question
from support.means import NEAREST, UPWARD, Short, rule
from support.random_terms import words
from support.rules import at_least, attend, maximal, mean, of_one_count

HAIRS = tuple(map(mpq, ("-1/500", "0", "1/500")))


def new(alphabet: int = 3, length: int = 5) -> Derivation:
    return reduce.new(alphabet, length)


def chosen(facts: Derivation) -> tuple[Term, Term, Term]:
    """A set of positions that no small key knows: its size, and how many of two kinds are in it."""
    terms = facts.terms
    inside = [terms.add("and", (terms.symbol(i, 1), terms.negate(terms.symbol(i - 1, 1)))) for i in range(2, 6)]
    inside[0] = terms.symbol(1, 2)
    first = [terms.add("and", (truth, terms.symbol(k + 1, 2))) for k, truth in enumerate(inside)]
    second = [terms.add("and", (truth, terms.negate(terms.symbol(k + 1, 2)))) for k, truth in enumerate(inside)]
    size, left, right = (terms.affine(ZERO, [(ONE, t) for t in several]) for several in (inside, first, second))
    return size, left, right


def means(facts: Derivation, fraction: int | None, mode: Mode = "toward-zero") -> tuple[Term, Term, Term, Term]:
    """The two means, rounded or not, and the two sums."""
    size, left, right = chosen(facts)
    found = [mean(facts, total, size, (rule(None), ZERO, ONE)) for total in (left, right)]
    if fraction is not None:
        found = [facts.make("round", [each], grid(fraction, mode)) for each in found]
    return found[0], found[1], left, right


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fraction", [None, 0, 1, 2, 3, 5])
def test_means_over_one_set_compare_as_sums(fraction: int | None, mode: Mode) -> None:
    facts = new()
    a, b, left, right = means(facts, fraction, mode)
    sums = facts.terms.affine(ZERO, [(ONE, left), (-ONE, right)])
    truth, plain = of_one_count(facts, a, b), at_least(facts, sums)
    if fraction is None or fraction >= 3:
        assert truth == plain  # up to 4 in the set: multiples of 1/8 tell all quotients apart
    direct = at_least(facts, facts.terms.affine(ZERO, [(ONE, a), (-ONE, b)]))
    for word in words(facts.terms):
        values = evaluate_all(facts.terms, word, [a, b, direct, *([] if truth is None else [truth])])
        assert values[direct] == (values[a] >= values[b])
        assert truth is None or values[truth] == (values[a] >= values[b])


def test_means_that_are_shifted_or_scaled_do_not() -> None:
    facts = new()
    a, b, *_ = means(facts, None)
    for c, d, const in ((2, 1, 0), (1, 1, mpq(1, 4)), (1, 1, mpq(-1, 4)), (1, 3, 0)):
        terms = facts.terms
        gap = terms.affine(mpq(const), [(mpq(c), a), (mpq(-d), b)])
        truth = at_least(facts, gap)
        for word in words(terms):
            values = evaluate_all(terms, word, [gap, truth])
            assert values[truth] == (values[gap] >= 0)


@pytest.mark.parametrize("guard", [None, 0, 1, 5, UPWARD, NEAREST], ids=str)
def test_means_that_are_no_tables_compare_as_sums(guard: Short) -> None:
    """S / k or S · ρ(k), as `mean` leaves them where S and k have too many candidates: one positive weight for both."""
    facts = new()
    terms = facts.terms
    size, left, right = chosen(facts)
    a, b = (terms.add("mean", (total, size), (rule(guard), ZERO, ONE)) for total in (left, right))
    sums = terms.affine(ZERO, [(ONE, left), (-ONE, right)])
    assert of_one_count(facts, a, b) == at_least(facts, sums)
    # Rounded by two rules, shifted or scaled they do not.
    assert of_one_count(facts, a, terms.add("mean", (right, size), (rule(3), ZERO, ONE))) is None
    gaps = [
        terms.affine(mpq(const), [(mpq(c), a), (mpq(-d), b)])
        for const, c, d in ((0, 1, 1), (-1, 2, 2), (mpq(1, 2), 1, 1), (0, 2, 1))
    ]
    truths = [at_least(facts, gap) for gap in gaps]
    for word in words(terms):
        values = evaluate_all(terms, word, [*gaps, *truths])
        for gap, truth in zip(gaps, truths, strict=True):
            assert values[truth] == (values[gap] >= 0)


@pytest.mark.parametrize("factor", [ONE, mpq(3, 4), mpq(5, 4)])
@pytest.mark.parametrize("const", sorted({c + d for c in (-1, mpq(-1, 4), 0, mpq(1, 4), 1) for d in HAIRS}))
def test_tables_over_one_set_compare_as_sums_up_to_a_hair(const: mpq, factor: mpq) -> None:
    """S / k + const >= factor · T / k is S >= T or is not said to be, however little is wanting at one point."""
    facts = new(4, 4)
    terms = facts.terms
    size = terms.affine(ZERO, [(ONE, terms.negate(terms.symbol(i, 0))) for i in range(1, 5)])
    sums = [terms.affine(ZERO, [(ONE, terms.symbol(i, a)) for i in range(1, 5)]) for a in (1, 2)]
    points = [(mpq(s), mpq(k)) for s in range(5) for k in range(5) if s <= k]
    rows = tuple((point, point[0] / point[1] if point[1] else ZERO) for point in points)
    a, b = (terms.add("table", (total, size), rows) for total in sums)
    left, right = terms.affine(const, [(ONE, a)]), terms.affine(ZERO, [(factor, b)])
    truth = of_one_count(facts, left, right)
    if truth is None:
        assert const != 0 or factor != 1
        return
    for word in words(terms):
        found = evaluate_all(terms, word, [left, right, truth])
        assert found[truth] == (found[left] >= found[right])


def test_means_over_other_sets_do_not() -> None:
    """Neither as tables nor as they are left where these would be too large."""
    facts = new()
    size, left, right = chosen(facts)
    other, payload = facts.terms.affine(ONE, [(ONE, size)]), (rule(None), ZERO, ONE)
    a, b = mean(facts, left, size, payload), mean(facts, right, other, payload)
    assert of_one_count(facts, a, b) is None
    a, b = (facts.terms.add("mean", pair, payload) for pair in ((left, size), (right, other)))
    assert of_one_count(facts, a, b) is None


def pointer(facts: Derivation, rng: random.Random, ties: str) -> tuple[Term, list[Term]]:
    """A pointer: where the score is greatest, which symbols at two places decide."""
    terms, length = facts.terms, facts.terms.length
    scores = [
        terms.affine(mpq(rng.randint(1, 9)), [(mpq(rng.choice((7, 40))), terms.symbol(j, 1 + j % 2))])
        for j in range(1, length + 1)
    ]
    places = [terms.const(mpq(j)) for j in range(1, length + 1)]
    return attend(facts, places + scores, (ties, rule(None))), scores


@pytest.mark.first(4)
@pytest.mark.parametrize("ties", ["saturated", "hard", "rightmost"])
@pytest.mark.parametrize("seed", range(12))
def test_lookups_at_a_pointer(ties: str, seed: int) -> None:
    """Quadratic lookups, exact and rounded: which is maximal, and the head, on every word."""
    rng, facts = random.Random(seed), new()
    terms = facts.terms
    place, _ = pointer(facts, rng, ties)
    scores = [terms.affine(mpq(-j * j), [(mpq(2 * j), place)]) for j in range(1, 6)]
    if seed % 3 == 1:
        scores = [facts.make("round", [score], grid(-2)) for score in scores]
    truths = maximal(facts, scores)
    values = [terms.symbol(j, 1) for j in range(1, 6)]
    head = attend(facts, values + scores, ("saturated", rule(None)))
    for word in words(terms):
        found = evaluate_all(terms, word, [head, place, *scores, *truths, *values])
        best = max(found[score] for score in scores)
        inside = [found[score] == best for score in scores]
        assert [found[truth] for truth in truths] == inside
        selected = [found[value] for value, here in zip(values, inside, strict=True) if here]
        assert found[head] == sum(selected, ZERO) / len(selected)


@pytest.mark.first(1)
@pytest.mark.parametrize("seed", range(12))
def test_what_is_known_of_a_pointer_is_true(seed: int) -> None:
    """The candidates of a head that takes one position's value hold its value on every word."""
    for ties in ("saturated", "hard", "rightmost"):
        facts = new()
        place, _ = pointer(facts, random.Random(seed), ties)
        key = Key(terms=(facts.primitive(place),))
        listed = {point[0] for point in facts.points(key)}
        for word in words(facts.terms):
            assert evaluate_all(facts.terms, word, key.terms)[key.terms[0]] in listed


def test_a_pointer_of_which_ties_are_averaged_is_not_said_to_be_among_the_places() -> None:
    facts = new(2, 4)
    terms = facts.terms
    places = [terms.const(mpq(j)) for j in (1, 2, 4, 8)]
    tied = attend(facts, places + [terms.symbol(j, 1) for j in range(1, 5)], ("saturated", rule(None)))
    values = {evaluate_all(terms, word, [tied])[tied] for word in words(terms)}
    assert mpq(3, 2) in values
    [(_, average)] = terms.split(tied)[1]
    for key in [Key(terms=(facts.primitive(term),)) for term in (tied, *terms.args[average])]:
        listed = {point[0] for point in facts.points(key)}
        found = {evaluate_all(terms, word, key.terms)[key.terms[0]] for word in words(terms)}
        assert not listed or found <= listed


@pytest.mark.parametrize(("const", "factor"), [(0, 1), (3, 2), (mpq(-1, 2), -1)])
def test_candidates_of_a_term_with_a_constant(const: mpq, factor: mpq) -> None:
    facts = new(2, 4)
    terms = facts.terms
    total = terms.affine(mpq(const), [(mpq(factor), terms.symbol(1, 1)), (mpq(2 * factor), terms.symbol(2, 1))])
    reached = {evaluate_all(terms, word, [total])[total] for word in words(terms)}
    facts.is_among(total, [terms.const(value) for value in sorted(reached)], ("attend", (), None))
    key = Key(terms=(facts.primitive(total),))
    found = {evaluate_all(terms, word, key.terms)[key.terms[0]] for word in words(terms)}
    assert {point[0] for point in facts.points(key)} == found


@pytest.mark.parametrize(("name", "length"), [("k-hop", 12), ("induction-average", 12)])
def test_what_they_are_there_for(name: str, length: int) -> None:
    question = Question(Claim(CASES[name].program, EXACT, parse("Q(12)"), 64), length)
    assert question.decided()
    coarse = Question(Claim(CASES["induction-average"].program, EXACT, parse("Q(1)"), 8), 8)
    assert not coarse.decided()


def test_all_pairs_of_places() -> None:
    """Every pointer and every lookup there: no candidate that a word reaches is left out."""
    for weights in itertools.permutations((3, 5, 17), 3):
        facts = new(2, 3)
        terms = facts.terms
        scores = [terms.affine(mpq(j), [(mpq(w), terms.symbol(j, 1))]) for j, w in enumerate(weights, start=1)]
        place = attend(facts, [terms.const(mpq(j)) for j in (1, 2, 3)] + scores, ("rightmost", rule(None)))
        lookups = [terms.affine(mpq(-j * j), [(mpq(2 * j), place)]) for j in (1, 2, 3)]
        head = attend(facts, [terms.const(mpq(10 * j)) for j in (1, 2, 3)] + lookups, ("saturated", rule(None)))
        for word in words(terms):
            found = evaluate_all(terms, word, [head, place])
            assert found[head] == 10 * found[place]
