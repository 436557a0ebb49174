"""Circuits for terms: every operation, raw and at small widths, against the terms themselves on every word."""

from __future__ import annotations

import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce.functions import Functions, Key
from logbits.encode.circuit.bits import Bits
from logbits.encode.circuit.circuit import width_of
from logbits.encode.number.mean import Division
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import (
    MODES,
    OVERFLOWS,
    Mode,
    Rounding,
    fixed_point,
    floating,
    mantissa_exponent,
    power,
    quantized,
)
from logbits.encode.term.ranges import Ranges
from logbits.encode.term.terms import Term, Terms, evaluate_all
from support.circuit_values import columns, signed
from support.means import NEAREST, UPWARD, Short, rule
from support.paths import at
from support.random_terms import random_terms, words


def number_line(terms: Terms, low: int, step: mpq = ONE) -> Term:
    """low, low + 1, .. times step: each word is one value, in binary."""
    places = range(1, terms.length + 1)
    return terms.affine(low * step, [(step * 2 ** (i - 1), terms.symbol(i, 1)) for i in places])


def agree(terms: Terms, roots: list[Term]) -> Bits:
    """The circuits of the roots have the values of the terms, within the intervals, at the least width."""
    ranges = Ranges(terms)
    bits, every = Bits(terms, ranges), words(terms)
    truths = {term: bits.truth(term) for term in roots if ranges.is_truth(term)}
    numbers = {term: bits.number(term) for term in roots}
    found = columns(bits.circuit, every)
    for row, word in enumerate(every):
        values = evaluate_all(terms, word, roots)
        for term, node in truths.items():
            assert found[node][row] == values[term], (word, term)
        for term, number in numbers.items():
            integer = signed(bits.circuit, number.node, found[number.node][row])
            assert number.low <= integer <= number.high
            assert bits.circuit.widths[number.node] == width_of(number.low, number.high)
            scaled = integer if term in truths else integer * ranges.step(term)
            assert scaled == values[term], (word, term)
    return bits


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("overflow", OVERFLOWS)
def test_roundings(mode: Mode, overflow: str) -> None:
    """16 values around 0, on grids finer, coarser and across the format's, in and out of range."""
    for step in map(mpq, ("1", "1/2", "1/3", "3/4", "5/2", "1/12", "-2/7")):
        for fraction in (-2, -1, 0, 1, 2):
            terms = Terms(2, 4)
            arg = number_line(terms, -8, step)
            stored = [terms.add("round", (arg,), Rounding(power(-fraction), None, None, mode))]
            for bits in range(1, 5):
                for is_signed in (False, True):
                    rounding = fixed_point(bits, fraction, is_signed, mode, overflow)  # type: ignore[arg-type]
                    stored.append(terms.add("round", (arg,), rounding))
            agree(terms, stored)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("overflow", ["saturate", "error"])
def test_floating_roundings(mode: Mode, overflow: str) -> None:
    """16 values around 0 and beyond the greatest number, on grids finer, coarser and across the formats'."""
    for step in map(mpq, ("1", "1/2", "1/3", "3/4", "5/2", "1/12", "-2/7", "1/64")):
        terms = Terms(2, 4)
        args = [number_line(terms, low, step) for low in (-8, 5)]
        stored: list[Term] = []
        for arg in args:
            for precision, exponent in ((1, 2), (2, 2), (3, 3), (4, 3), (11, 5)):
                rounding = floating(precision, exponent, False, mode, overflow)  # type: ignore[arg-type]
                stored.append(terms.add("round", (arg,), rounding))
            stored.append(terms.add("round", (arg,), mantissa_exponent(6, mode, overflow)))  # type: ignore[arg-type]
            stored.append(terms.add("round", (arg,), quantized(mpq(-1), mpq(2), mode, overflow)))  # type: ignore[arg-type]
        agree(terms, stored)


@pytest.mark.parametrize("mode", MODES)
def test_quantized_values_wrap(mode: Mode) -> None:
    terms = Terms(2, 4)
    arg = number_line(terms, -8, mpq(1, 3))
    agree(
        terms,
        [
            terms.add("round", (arg,), quantized(mpq(low), mpq(high), mode, "wrap"))
            for low, high in ((-1, 2), (0, 1), (-2, 0))
        ],
    )


@pytest.mark.parametrize("low", [-20, -15, 0, 3, 40])
def test_roundings_of_values_far_out_of_range(low: int) -> None:
    terms = Terms(2, 4)
    arg = number_line(terms, low, mpq(1, 2))
    formats = [fixed_point(b, 0, s, m, o) for b in (1, 3) for s in (False, True) for m in MODES for o in OVERFLOWS]
    agree(terms, [terms.add("round", (arg,), rounding) for rounding in formats])


def test_affine_products_maxima_and_comparisons() -> None:
    terms = Terms(3, 3)
    a = terms.affine(mpq(-1, 2), [(mpq(3, 2), terms.symbol(1, 1)), (mpq(-2), terms.symbol(2, 2))])
    b = terms.affine(mpq(1, 3), [(mpq(-1, 3), terms.symbol(3, 1)), (mpq(5), terms.symbol(3, 2))])
    c = terms.affine(ZERO, [(mpq(6), a), (mpq(-3, 7), b), (ONE, terms.symbol(1, 2))])
    roots = [a, b, c, terms.add("mul", (a, b)), terms.add("mul", (c, c)), terms.add("max", (a, b, c))]
    roots += [terms.add("max", (a, terms.zero)), terms.const(mpq(-7, 3)), terms.zero, terms.one]
    for relation in (">", ">=", "="):
        for const in (ZERO, mpq(1, 2), mpq(-1, 3), mpq(-5, 2)):
            roots.append(terms.add("compare", (terms.affine(const, [(ONE, a)]),), relation))
            roots.append(terms.add("compare", (terms.affine(const, [(ONE, a), (-ONE, b)]),), relation))
    agree(terms, roots)


def test_truth_values_that_are_computed_as_numbers() -> None:
    terms = Terms(3, 2)
    x, y = terms.symbol(1, 1), terms.symbol(2, 1)
    both = terms.add("mul", (x, y))
    largest = terms.add("max", (x, y))
    stored = terms.add("round", (terms.affine(ZERO, [(mpq(3, 4), x)]),), Rounding(power(0), 0, 1, "nearest-away"))
    same = terms.affine(ZERO, [(ONE, x), (ONE, terms.symbol(1, 2))])
    conjunction = terms.add("and", (both, largest, terms.negate(stored), same))
    bits = agree(terms, [both, largest, stored, same, terms.negate(both), conjunction])
    assert all(bits.ranges.is_truth(term) for term in (both, largest, stored, same))


@pytest.mark.parametrize("limit", [1, 1 << 16])
def test_tables(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As trees of thresholds, and as chains of equalities."""
    monkeypatch.setattr(*at("logbits.encode.circuit.bits.TABLE_LIMIT"), limit)
    for seed in range(30):
        rng = random.Random(seed)
        terms = Terms(2, 4)
        step = rng.choice((ONE, mpq(1, 2), mpq(1, 3)))
        key = number_line(terms, -8, step)
        points = sorted(rng.sample([mpq(k, 2) for k in range(-18, 18)], rng.randint(1, 12)))
        values = [mpq(rng.randint(-4, 4), rng.choice((1, 3))) for _ in points]
        rows = tuple(((point,), value) for point, value in zip(points, values, strict=True))
        truth = tuple(((point,), mpq(rng.randint(0, 1))) for point in points)
        total = terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in range(1, 5)])
        roots = [terms.add("table", (arg,), payload) for arg in (key, total) for payload in (rows, truth)]
        agree(terms, roots)


@pytest.mark.parametrize("guard", [None, 0, 1, 3, UPWARD, NEAREST], ids=str)
def test_means(guard: Short) -> None:
    for least in (0, 1, 2):
        terms = Terms(3, 4)
        number = terms.affine(mpq(least), [(ONE, terms.symbol(i, 1)) for i in (1, 2, 3)])
        each = [terms.affine(mpq(-1), [(mpq(5, 2), terms.symbol(4, 1)), (ONE, terms.symbol(i, 2))]) for i in (1, 2)]
        total = terms.add("mul", (number, each[0]))
        mean = terms.add("mean", (total, number), (rule(guard), mpq(-1), mpq(5, 2)))
        agree(terms, [mean, terms.add("round", (mean,), Rounding(power(-2), -8, 7))])


@pytest.mark.parametrize(
    "payload",
    [
        ("saturated", rule(None)),
        ("saturated", rule(0)),
        ("saturated", rule(2)),
        ("hard", rule(None)),
        ("rightmost", rule(None)),
    ],
)
def test_heads(payload: tuple[str, Division]) -> None:
    terms = Terms(3, 4)
    values = [
        terms.affine(mpq(-1, 3), [(mpq(i, 2), terms.symbol(i, 1)), (ONE, terms.symbol(5 - i, 2))]) for i in range(1, 5)
    ]
    scores = [
        terms.affine(ZERO, [(mpq(1, 2), terms.symbol(i, 1)), (mpq(i, 3), terms.symbol(2, 2))]) for i in range(1, 5)
    ]
    roots = [terms.add("attend", values[:k] + scores[:k], payload) for k in range(1, 5)]
    numbers = [terms.const(mpq(k)) for k in range(4)]
    agree(terms, [*roots, terms.add("attend", numbers + scores, ("hard", rule(None)))])


def test_tables_over_a_sum_and_a_count() -> None:
    terms = Terms(3, 4)
    facts = Functions(terms, Ranges(terms))
    number = terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in (1, 2, 3, 4)])
    total = terms.affine(ZERO, [(mpq(i, 2), terms.symbol(i, 1)) for i in (1, 2, 3, 4)])
    key = facts.pair(total, number, ZERO, mpq(2))
    assert isinstance(key, Key)
    rng = random.Random(7)
    for choices in ((ZERO, ONE), (mpq(-2), mpq(1, 3), mpq(5))):
        agree(terms, [facts.tabulate(key, [rng.choice(choices) for _ in facts.points(key)])])


def test_counts_are_unary_and_prefixes_share() -> None:
    terms = Terms(2, 6)
    bits = Bits(terms, Ranges(terms))
    long = terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in range(1, 7)])
    short = terms.affine(mpq(3), [(ONE, terms.symbol(i, 1)) for i in range(1, 5)])
    nodes = {(t, c): bits.threshold(t, mpq(c, 2)) for t in (long, short) for c in range(-2, 18)}
    size = len(bits.circuit)
    bits.threshold(terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in range(1, 6)]), mpq(3))
    assert len(bits.circuit) == size
    every = words(terms)
    found = columns(bits.circuit, every)
    for (term, c), node in nodes.items():
        for row, word in enumerate(every):
            assert found[node][row] == (evaluate_all(terms, word, [term])[term] >= mpq(c, 2))


@pytest.mark.parametrize("chunk", range(5))
def test_random_terms(chunk: int) -> None:
    for seed in range(chunk * 30, chunk * 30 + 30):
        terms, found, _ = random_terms(random.Random(seed), 9)
        try:
            agree(terms, found)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error
