"""Comparisons pulled back: each rule listed in `logbits.bounds.reduce.comparisons`, on every word, and random sums."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import comparisons, reduce
from logbits.bounds.reduce.derivation import Derivation
from logbits.bounds.reduce.functions import Key
from logbits.encode.number.mean import Weights
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import MODES, Mode, Rounding, fixed_point, power
from logbits.encode.term.terms import Term, Terms, evaluate, evaluate_all
from support.marks import slow_after
from support.means import UPWARD, Short, rule
from support.paths import at
from support.random_terms import random_rounding, words
from support.rules import at_least, compare, conjunction, disjunction

CONSTANTS = sorted({mpq(k, d) for d in (1, 2, 3) for k in range(-6 * d, 6 * d + 1)})


def new(length: int, alphabet: int = 2) -> Derivation:
    return reduce.new(alphabet, length)


def count(facts: Derivation, *positions: int) -> Term:
    places = positions or range(1, facts.terms.length + 1)
    return facts.terms.affine(ZERO, [(ONE, facts.terms.symbol(i, 1)) for i in places])


def wide(facts: Derivation, *positions: int) -> Term:
    """A sum without a small key that is shared with anything else."""
    return facts.terms.affine(ZERO, [(mpq(3) ** k, facts.terms.symbol(i, 1)) for k, i in enumerate(positions)])


def right(facts: Derivation, term: Term) -> None:
    """All three comparisons of the term with 0, on every word."""
    found = {relation: compare(facts, term, relation) for relation in (">", ">=", "=")}
    for word in words(facts.terms):
        values = evaluate_all(facts.terms, word, [term, *found.values()])
        for relation, truth in found.items():
            assert values[truth] == evaluate("compare", relation, [values[term]]), (word, relation, values[term])


def shifted(facts: Derivation, term: Term, const: mpq, factor: mpq = ONE) -> Term:
    return facts.terms.affine(const, [(factor, term)])


@pytest.mark.parametrize("const", CONSTANTS)
def test_counts(const: mpq) -> None:
    facts = new(4)
    for factor in map(mpq, ("1", "-1", "2/3", "-3")):
        right(facts, shifted(facts, count(facts), const, factor))
    right(facts, facts.terms.const(const))


def test_a_comparison_that_the_range_decides_is_a_number() -> None:
    facts = new(4)
    assert at_least(facts, count(facts)) == facts.terms.one
    assert at_least(facts, shifted(facts, count(facts), mpq(-4))) != facts.terms.zero
    assert at_least(facts, shifted(facts, count(facts), mpq(-9, 2))) == facts.terms.zero
    assert compare(facts, shifted(facts, count(facts), mpq(1, 2)), "=") == facts.terms.zero


def test_comparisons_at_the_same_threshold_are_one_term() -> None:
    facts = new(4)
    number = count(facts)
    first = at_least(facts, shifted(facts, number, mpq(-2)))
    assert at_least(facts, shifted(facts, number, mpq(-5, 3))) == first
    assert at_least(facts, shifted(facts, number, mpq(-14), mpq(7))) == first
    assert compare(facts, shifted(facts, number, mpq(-1)), ">") == first
    assert at_least(facts, shifted(facts, number, mpq(3, 2), -ONE)) == facts.terms.negate(first)


@pytest.mark.first(1)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("overflow", ["saturate", "wrap", "error"])
def test_roundings_are_pulled_back(mode: Mode, overflow: str) -> None:
    facts = new(5)
    for coefficients in ((1, 2, 4, 8, 16), (-9, 1, 2, 5, -3)):
        arg = facts.terms.affine(
            mpq(1, 4), [(mpq(c, 4), facts.terms.symbol(i, 1)) for i, c in enumerate(coefficients, start=1)]
        )
        for bits, fraction, signed in ((3, 0, True), (3, 1, True), (2, -1, False), (5, 1, False), (1, 0, True)):
            rounding = fixed_point(bits, fraction, signed, mode, overflow)  # type: ignore[arg-type]
            stored = facts.terms.add("round", (arg,), rounding)
            for const in CONSTANTS[::4]:
                right(facts, shifted(facts, stored, const))
                right(facts, shifted(facts, stored, const, mpq(-1, 3)))


def test_a_rounding_becomes_a_threshold_of_its_operand() -> None:
    facts = new(5)
    arg = facts.terms.affine(ZERO, [(mpq(2) ** k / 8, facts.terms.symbol(k + 1, 1)) for k in range(5)])
    for mode, least in (
        ("floor", mpq(2)),
        ("ceil", mpq(9, 8)),
        ("nearest-even", mpq(3, 2)),
        ("nearest-away", mpq(3, 2)),
    ):
        stored = facts.terms.add("round", (arg,), Rounding(power(0), None, None, mode))  # type: ignore[arg-type]
        assert at_least(facts, shifted(facts, stored, mpq(-2))) == at_least(facts, shifted(facts, arg, -least))


@pytest.mark.parametrize("values", list(itertools.product(map(mpq, (0, 1, 3)), repeat=3)))
def test_tables_are_pulled_back(values: tuple[mpq, ...]) -> None:
    facts = new(2)
    number = count(facts)
    table = facts.terms.add("table", (number,), tuple(((mpq(k),), v) for k, v in enumerate(values)))
    for const in map(mpq, (-3, -2, -1, 0)):
        for factor in (ONE, -ONE):
            right(facts, shifted(facts, table, const, factor))


def test_a_table_over_a_sum_becomes_a_threshold_of_the_sum() -> None:
    facts = new(4)
    stored = facts.terms.add("round", (wide(facts, 1, 2, 3, 4),), Rounding(power(1), None, None))
    points = facts.points(Key(terms=(stored,)))
    table = facts.tabulate(Key(terms=(stored,)), [mpq(p[0] > 20) * 5 + mpq(p[0] > 30) for p in points])
    assert facts.terms.ops[facts.terms.split(table)[1][0][1]] == "table"
    for const in map(mpq, range(-7, 1)):
        right(facts, shifted(facts, table, const))
    assert at_least(facts, shifted(facts, table, mpq(-5))) == at_least(facts, shifted(facts, stored, mpq(-21)))


@pytest.mark.parametrize("values", list(itertools.product(map(mpq, (0, 1)), repeat=4)))
def test_a_table_that_changes_more_than_once_is_no_threshold(values: tuple[mpq, ...]) -> None:
    facts = new(4)
    stored = facts.terms.add("round", (wide(facts, 1, 2, 3, 4),), Rounding(power(4), None, None))
    key = Key(terms=(stored,))
    assert len(facts.points(key)) == 3
    table = facts.tabulate(key, values[:3])
    for const in map(mpq, (-2, -1, 0)):
        right(facts, shifted(facts, table, const))
        right(facts, shifted(facts, table, const + 1, -ONE))


@pytest.mark.parametrize("const", CONSTANTS[::3])
def test_maxima_are_pulled_back(const: mpq) -> None:
    facts = new(4)
    a, b = wide(facts, 1, 2), shifted(facts, wide(facts, 3, 4), mpq(-1))
    top = facts.terms.add("max", (a, b))
    for factor in (ONE, -ONE, mpq(2, 5)):
        right(facts, shifted(facts, top, const, factor))
    either = [at_least(facts, shifted(facts, each, const)) for each in (a, b)]
    assert at_least(facts, shifted(facts, top, const)) == disjunction(facts, either)
    below = [at_least(facts, shifted(facts, each, const, -ONE)) for each in (a, b)]
    assert at_least(facts, shifted(facts, top, const, -ONE)) == conjunction(facts, below)


@pytest.mark.parametrize("guard", [None, 0, 1, UPWARD], ids=str)
@pytest.mark.parametrize("least", [0, 1, 2])
def test_means_are_pulled_back(guard: Short, least: int) -> None:
    facts = new(5)
    terms = facts.terms
    number = terms.affine(mpq(least), [(ONE, terms.symbol(1, 1)), (ONE, terms.symbol(2, 1))])
    total = terms.affine(-number * ZERO, [(mpq(-1), number), (ONE, terms.add("mul", (number, count(facts, 3, 4))))])
    mean = terms.add("mean", (total, number), (rule(guard), mpq(-1), ONE))
    for const in CONSTANTS[::3]:
        for factor in (ONE, mpq(-1, 2)):
            right(facts, shifted(facts, mean, const, factor))


def test_means_by_weights_that_may_be_0_are_not_compared_as_their_sums() -> None:
    """With three of a set, 1/3 is stored as 0: then no mean is less than another."""
    floor, near = (fixed_point(2, 1, False, mode, "saturate") for mode in ("floor", "nearest-even"))
    for rounding, most, alike in ((floor, 3, False), (floor, 2, True), (near, 3, True), (near, 4, False)):
        facts = new(8)
        number = count(facts, *range(5, 5 + most))
        inside = [facts.terms.symbol(k, 1) for k in range(5, 5 + most)]
        total, other = (
            facts.terms.affine(ZERO, [(ONE, facts.make("and", (facts.terms.symbol(i, 1), each))) for each in inside])
            for i in (1, 2)
        )
        first, second = (
            facts.terms.add("mean", (each, number), (Weights(rounding), ZERO, ONE)) for each in (total, other)
        )
        found = comparisons.one_set(facts, (facts.terms.affine(ZERO, [(ONE, first), (-ONE, second)]),), ">=")
        assert (found is not None) is alike
        if most < 4:
            right(facts, facts.terms.affine(ZERO, [(ONE, first), (-ONE, second)]))


def part(facts: Derivation, i: int, low: mpq, gap: mpq, high: mpq) -> Term:
    """A term that is `low`, `low + gap` or `high`, by the letter at position i, and is no symbol."""
    rows = (((ZERO,), low), ((ONE,), low + gap), ((mpq(2),), high))
    letter = facts.terms.affine(ZERO, [(ONE, facts.terms.symbol(i, 1)), (mpq(2), facts.terms.symbol(i, 2))])
    return facts.terms.add("table", (letter,), rows)


@pytest.mark.parametrize("const", [mpq(k, 2) for k in range(-13, 6)])
def test_sums_of_terms_that_are_nothing_or_enough(const: mpq) -> None:
    """At every threshold around the gaps, from both ends: a wrong `>=` for `>` shows at one of them."""
    for gaps in ((1, 1, 1), (1, 2, 1), (2, 1, 3)):
        facts = new(3, 3)
        parts = [part(facts, i, ZERO, mpq(gap), mpq(3)) for i, gap in enumerate(gaps, start=1)]
        right(facts, facts.terms.affine(const, [(ONE, each) for each in parts]))
        right(facts, facts.terms.affine(const + 4, [(-ONE, each) for each in parts]))
        right(facts, facts.terms.affine(const, [(ONE, parts[0]), (-ONE, parts[1]), (mpq(1, 2), parts[2])]))


def test_a_sum_of_roundings_is_zero_iff_each_is() -> None:
    facts = new(6)
    sums = [wide(facts, i, i + 1) for i in (1, 3, 5)]
    stored = [
        facts.terms.add("round", (shifted(facts, each, ZERO, mpq(1, 7)),), Rounding(power(-3), 0, 7)) for each in sums
    ]
    total = facts.terms.affine(ZERO, [(mpq(1, k + 2), each) for k, each in enumerate(stored)])
    right(facts, total)
    zero = conjunction(facts, [compare(facts, each, "=") for each in stored])
    assert compare(facts, total, "=") == zero


@pytest.mark.first(1)
@pytest.mark.parametrize("limit", [1, 4096])
@pytest.mark.parametrize("chunk", slow_after(2, range(4)))
def test_random_sums(chunk: int, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of symbols, roundings, maxima and tables, at thresholds that some word meets exactly.

    With the smallest limit no table is made and gaps come from steps.
    """
    monkeypatch.setattr(*at("logbits.bounds.reduce.functions.LIMIT"), limit)
    monkeypatch.setattr(*at("logbits.bounds.reduce.comparisons.LIMIT"), limit)
    for seed in range(chunk * 25, chunk * 25 + 25):
        rng = random.Random(seed)
        facts = new(4, rng.choice((2, 3)))
        terms = facts.terms

        def some_sum(rng: random.Random = rng, terms: Terms = terms) -> Term:
            places = rng.sample(range(1, 5), rng.randint(1, 3))
            return terms.affine(
                mpq(rng.randint(-2, 2), 2),
                [(mpq(rng.randint(-4, 4), rng.choice((1, 2, 3))), terms.symbol(i, 1)) for i in places],
            )

        bases: list[Term] = []
        for _ in range(rng.randint(2, 4)):
            base = some_sum()
            kind = rng.choice(("sum", "round", "round", "max"))
            if kind == "round":
                base = terms.add("round", (base,), random_rounding(rng))
            if kind == "max":
                base = terms.add("max", (base, some_sum()))
            bases.append(base)
        total = terms.affine(ZERO, [(rng.choice((ONE, -ONE, mpq(2), mpq(1, 3))), base) for base in bases])
        values = {evaluate_all(terms, word, [total])[total] for word in words(terms)}
        for value in rng.sample(sorted(values), min(3, len(values))):
            right(facts, shifted(facts, total, -value))
            right(facts, shifted(facts, total, mpq(1, 4) - value))
