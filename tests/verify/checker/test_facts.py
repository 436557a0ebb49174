"""Facts of the checker: they hold on every word, and are those that rules rely on."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce.reduce import Reduced
from logbits.encode.number.mean import EXACT_MEAN, Division, Reciprocal
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import MODES, OVERFLOWS, Rounding, fixed_point, floating, grid, quantized
from logbits.encode.term.ranges import Ranges, check
from logbits.encode.term.terms import Terms
from logbits.verify.checker import facts as checked
from logbits.verify.checker.facts import Facts, fixes, monotone
from logbits.verify.checker.known import LIMIT
from logbits.verify.checker.refused import Refused
from support.derivations import Told, all_values
from support.means import UPWARD, rule
from support.rule_terms import anything, rows, sets, steps

ROUNDINGS = [
    *(
        fixed_point(bits, 1, signed, mode, over)
        for bits in (1, 3)
        for signed in (True, False)
        for mode in MODES
        for over in OVERFLOWS
    ),
    *(floating(precision, 3, False, mode, "saturate") for precision in (1, 2, 3) for mode in MODES),
    *(quantized(mpq(-1, 2), mpq(high, 3), mode, over) for high in (0, 5) for mode in MODES for over in OVERFLOWS),
    *(grid(fraction, mode) for fraction in (-1, 0, 2) for mode in MODES),
    *(
        Rounding(ONE, low, high, mode, over, 2)
        for low, high in ((-5, 7), (-48, 20), (-20, 48), (0, 3))
        for mode in MODES
        for over in OVERFLOWS
    ),
]


@pytest.mark.parametrize("seed", range(8))
def test_facts_hold_on_every_word_and_are_those_of_ranges(seed: int) -> None:
    """Intervals, steps and domains, of reduced terms; covers and offers depend on both being equal."""
    for made in (anything, sets, rows, steps):
        source, roots = made(random.Random(f"facts {made.__name__} {seed}"))
        reduced = Reduced(source.alphabet, source.length)
        reduced.add(source, roots)
        terms = reduced.terms
        facts, ranges = Facts(terms), Ranges(terms)
        facts.promised |= set(reduced.facts.bounded)
        values = all_values(terms)
        for each in values:
            assert check(terms, facts, each) is None
        for term in range(len(terms)):
            assert facts.interval(term) == ranges.interval(term)
            assert facts.step(term) == ranges.step(term)
            assert facts.is_truth(term) == ranges.is_truth(term)
            for limit in (2, 16, LIMIT):
                domain = facts.domain(term, limit)
                assert domain == ranges.domain(term, limit)
                if domain is not None:
                    assert {each[term] for each in values} <= set(domain)


@pytest.mark.parametrize("rounding", ROUNDINGS, ids=str)
def test_every_format(rounding: Rounding) -> None:
    """What is stored of the multiples of a step in an interval, exhaustively."""
    for step in (mpq(1, 4), mpq(1, 2), ONE, mpq(3), mpq(4), mpq(16), mpq(2, 3)):
        for low, high in ((0, 1), (0, 5), (-3, 2), (-6, -1), (2, 9), (16, 24)):
            terms = Terms(2, 5)
            parts = [(step * 2 ** min(k, 3), terms.symbol(k + 1, 1)) for k in range(5)]
            inside = terms.affine(low * step, parts[: high - low])
            stored = terms.add("round", (inside,), rounding)
            facts, ranges = Facts(terms), Ranges(terms)
            values = all_values(terms)
            assert all(check(terms, facts, each) is None for each in values)
            assert facts.interval(stored) == ranges.interval(stored)
            if rounding.overflow != "wrap" or rounding.precision is None:  # both at once is no format that is offered
                assert facts.step(stored) == ranges.step(stored)
            least, most = facts.interval(inside)
            found = fixes(rounding, facts.step(inside), least, most)
            assert found == rounding.fixes(facts.step(inside), least, most)
            assert not found or all(each[inside] == each[stored] for each in values)
            if monotone(rounding, least, most):
                pairs = sorted((each[inside], each[stored]) for each in values)
                assert [stored for _, stored in pairs] == sorted(stored for _, stored in pairs)


def test_operations_on_numbers_that_are_no_integers() -> None:
    """Products of halves, a maximum of thirds and halves, constants beside the grid, a table that is never 0."""
    terms = Terms(3, 3)
    x, y, z = (terms.symbol(place, 1) for place in (1, 2, 3))
    half, third = (
        terms.affine(mpq(-1, 2), [(mpq(3, 2), x)]),
        terms.affine(mpq(1, 3), [(mpq(-2, 3), y), (ONE, terms.symbol(2, 2))]),
    )
    rows = (((ZERO,), mpq(5)), ((ONE,), mpq(3, 2)))
    several = [
        terms.add("mul", (half, half)),
        terms.add("mul", (half, third)),
        terms.add("mul", (terms.affine(ZERO, [(-ONE, x), (mpq(2), z)]), terms.affine(ZERO, [(ONE, y), (mpq(-3), z)]))),
        terms.add("max", (half, third)),
        terms.affine(mpq(1, 7), [(mpq(2), half), (mpq(-3), third)]),
        terms.add("table", (x,), rows),
        terms.add(
            "max", (terms.add("mul", (half, half)), terms.affine(ZERO, [(mpq(-2), terms.add("table", (y,), rows))]))
        ),
    ]
    facts, ranges = Facts(terms), Ranges(terms)
    values = all_values(terms)
    assert all(check(terms, facts, each) is None for each in values)
    for term in several:
        assert (facts.interval(term), facts.step(term)) == (ranges.interval(term), ranges.step(term))
        assert facts.domain(term, 99) == ranges.domain(term, 99)
        assert facts.is_truth(term) is False


def test_wrapping_is_not_monotone_beyond_either_end() -> None:
    wraps = fixed_point(2, 0, True, "floor", "wrap")  # -2..1
    assert monotone(wraps, mpq(-2), mpq(1))
    assert not monotone(wraps, mpq(-2), mpq(2))
    assert not monotone(wraps, mpq(-3), mpq(1))
    assert monotone(fixed_point(2, 0, True, "floor", "saturate"), mpq(-3), mpq(2))


@pytest.mark.parametrize(
    "rule", [EXACT_MEAN, Reciprocal(0), Reciprocal(2), Reciprocal(0, "ceil"), Reciprocal(1, "nearest-even")]
)
@pytest.mark.parametrize("least", [0, 1, 2])
def test_means(rule: Division, least: int) -> None:
    c = Told(2, 4)
    count = c.affine(mpq(least), *((ONE, c.terms.symbol(k, 1)) for k in (1, 2)))
    values = [c.affine(ZERO, (mpq(weight), c.terms.symbol(k + 2, 1))) for k, weight in ((1, 2), (2, -1))]
    chosen = [c.terms.symbol(1, 1), c.terms.symbol(2, 1)]
    total = c.affine(mpq(least), *((ONE, c.same("mul", pair)) for pair in zip(chosen, values, strict=True)))
    term = c.same("mean", (total, count), (rule, mpq(-1), mpq(2)))
    ranges = Ranges(c.terms)
    assert c.facts.interval(term) == ranges.interval(term)
    assert c.facts.step(term) == ranges.step(term)
    positive = c.affine(mpq(2 * least), *((mpq(2), truth) for truth in chosen))
    term = c.same("mean", (positive, count), (rule, ONE, mpq(3)))
    assert c.facts.interval(term) == ranges.interval(term)
    assert all(check(c.terms, c.facts, each) is None for each in all_values(c.terms))


def test_a_mean_has_facts_where_its_interval_was_accepted() -> None:
    terms = Terms(2, 3)
    total, count = terms.symbol(1, 1), terms.affine(ONE, [(ONE, terms.symbol(2, 1))])
    term = terms.add("mean", (total, count), (EXACT_MEAN, ZERO, ONE))
    other = terms.add("mean", (total, count), (EXACT_MEAN, ZERO, mpq(2)))
    for promised, known in (({(total, count, ZERO, mpq(2))}, False), ({(total, count, ZERO, ONE)}, True)):
        facts = Facts(terms)
        facts.promised |= promised | ({(total, count, ZERO, mpq(2))} if known else set())
        if known:
            assert facts.interval(term) == (ZERO, ONE)
            assert facts.interval(other) == (ZERO, mpq(2))
        else:
            with pytest.raises(Refused):
                facts.interval(term)


def test_a_mean_lies_in_the_interval_of_its_rule() -> None:
    """Were a rule's own interval too narrow, its weights would say so."""

    class Narrow(Reciprocal):
        ends: tuple[int, int] = (0, 0)

        def image(self, low: mpq, high: mpq, most: int) -> tuple[mpq, mpq]:
            return mpq(self.ends[0], 2), mpq(self.ends[1], 2)

    for ends, fits in (((-3, 5), True), ((-2, 5), False), ((-3, 4), False)):
        Narrow.ends = ends
        terms = Terms(2, 3)
        total, count = terms.symbol(1, 1), terms.affine(ONE, [(mpq(2), terms.symbol(2, 1))])
        term = terms.add("mean", (total, count), (Narrow(0, "ceil"), mpq(-1), mpq(3, 2)))
        facts = Facts(terms)
        facts.promised.add((total, count, mpq(-1), mpq(3, 2)))
        if fits:
            assert facts.interval(term) == (mpq(-3, 2), mpq(5, 2))
        else:
            with pytest.raises(Refused):
                facts.interval(term)


def test_nothing_is_known_of_other_operations() -> None:
    terms = Terms(2, 2)
    made = terms.add("ge", (terms.symbol(1, 1), terms.symbol(2, 1)), 0)
    with pytest.raises(Refused):
        Facts(terms).interval(made)


@pytest.mark.parametrize("seed", range(8))
def test_facts_hold_of_operations_that_stay_as_they_are(seed: int) -> None:
    """Heads by every rule, entries of rows, step functions and tables, as they are unrolled."""
    rng = random.Random(f"kept {seed}")
    for made in (anything, rows, steps):
        terms, _ = made(rng)
        some = [term for term in range(2, len(terms)) if terms.ops[term] != "mean"]
        for ties, short in product(("saturated", "hard", "rightmost"), (None, 0, UPWARD)):
            terms.add("attend", rng.choices(some, k=6), (ties, rule(short)))
        terms.add("maximal", some[-3:], 1)
        terms.add("xor", (terms.symbol(1, 1), terms.negate(terms.symbol(1, 1))))
        facts = Facts(terms)
        for total, count, (_, low, high) in (
            (*terms.args[t], terms.payloads[t]) for t in range(len(terms)) if terms.ops[t] == "mean"
        ):
            facts.promised.add((total, count, low, high))
        for each in all_values(terms):
            assert check(terms, facts, each) is None


def test_they_are_written_once_more() -> None:
    source = Path(checked.__file__).read_text(encoding="utf-8")
    assert "import Ranges" not in source
    assert "term.ranges import" not in source
