"""Checks of steps about comparisons: each condition, by a step that is wrong for want of it alone."""

from __future__ import annotations

import pytest
from gmpy2 import mpq
from logbits.encode.number.mean import EXACT_MEAN, Reciprocal, Weights
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import Mode, Rounding, fixed_point, grid
from logbits.encode.term.terms import Term
from support.derivations import Told, says

WHOLE = grid(0, "floor")


def known(length: int = 3) -> Told:
    return Told(2, length)


def plus(c: Told, const: int | str, *parts: tuple[int | str, Term]) -> Term:
    return c.affine(mpq(const), *((mpq(weight), term) for weight, term in parts))


def compares(
    c: Told,
    rule: str,
    term: Term,
    right: Term,
    *,
    relation: str = ">=",
    terms: tuple[Term, ...] = (),
    numbers: str = "",
) -> bool:
    return says(c, rule, "compare", (term,), right, payload=relation, terms=terms, numbers=numbers)


def test_strict_and_equal() -> None:
    c = known()
    x = plus(c, -1, (1, c.count()))
    above, below = c.at_least(x), c.at_least(plus(c, 0, (-1, x)))
    assert compares(c, "strict", x, c.terms.negate(below), relation=">")
    assert not compares(c, "strict", x, c.terms.negate(above), relation=">")
    assert not compares(c, "strict", x, above, relation=">")
    both = c.same("and", (above, below))
    assert compares(c, "equal", x, both, relation="=")
    assert not any(compares(c, "equal", x, wrong, relation="=") for wrong in (above, below, c.terms.zero))


@pytest.mark.parametrize("relation", [">", "="])
def test_what_holds_of_one_relation_is_not_said_of_another(relation: str) -> None:
    """[x >= 0] is 1 for a count, [x > 0] is not; each rule, on what it accepts of [x >= 0]."""
    c = known()
    count = c.count()
    rounded, greatest = c.same("round", (count,), WHOLE), c.same("max", (count, c.terms.symbol(1, 1)))
    table = c.table(c.cover(count), 0, 0, 1, 2)
    for rule, term, right, numbers in (
        ("sign", count, c.terms.one, ""),
        ("through rounding", plus(c, -1, (1, rounded)), c.at_least(count, ONE), "1"),
        (
            "greatest",
            plus(c, -1, (1, greatest)),
            c.any_of([c.at_least(c.terms.symbol(1, 1), ONE), c.at_least(count, ONE)]),
            "",
        ),
        ("threshold", plus(c, -1, (1, table)), c.at_least(count, mpq(2)), "2"),
        ("on grid", plus(c, -1, (2, count)), c.at_least(count, ONE), ""),
    ):
        assert compares(c, rule, term, right, numbers=numbers), rule
        assert not compares(c, rule, term, right, numbers=numbers, relation=relation)


def test_the_sign_of_an_interval() -> None:
    c = known()
    count = c.count()
    for term, right in ((count, c.terms.one), (plus(c, -4, (1, count)), c.terms.zero)):
        assert compares(c, "sign", term, right)
        assert not compares(c, "sign", term, c.terms.negate(right))
    for shift in (-3, -2, -1):
        term = plus(c, shift, (1, count))
        assert not any(compares(c, "sign", term, right) for right in (c.terms.one, c.terms.zero))


def through(c: Told, rounding: Rounding, x: Term, a: int, b: int | str, cut: str, *, above: bool = True) -> bool:
    """[a·round(x) + b >= 0] is [x >= cut], or its negation."""
    term = plus(c, b, (a, c.same("round", (x,), rounding)))
    reached = c.at_least(x, mpq(cut))
    return compares(c, "through rounding", term, reached if above else c.terms.negate(reached), numbers=cut)


def test_a_threshold_before_rounding() -> None:
    c = known()
    half = plus(c, 0, ("1/2", c.count()))
    assert through(c, WHOLE, half, 1, -1, "1")
    assert through(c, WHOLE, half, -1, 0, "1", above=False)
    assert not through(c, WHOLE, half, -1, 0, "1")
    assert not through(c, WHOLE, half, 1, -1, "1", above=False)
    for cut in ("1/2", "3/2", "3/4", "5/4", "0", "2"):
        assert not through(c, WHOLE, half, 1, -1, cut)
        assert not through(c, WHOLE, half, -1, 0, cut, above=False)
    assert through(c, WHOLE, half, 1, -2, "2")  # beyond what is reached: never
    assert through(c, WHOLE, half, 1, 0, "0")  # always
    assert not through(c, WHOLE, half, 1, -2, "5/2")


def test_the_threshold_is_one_of_the_values_that_are_stored() -> None:
    c = known()
    assert through(c, WHOLE, c.count(), 1, -1, "1")
    assert not through(c, WHOLE, c.count(), 1, -1, "3/2")
    assert not through(c, WHOLE, c.count(), 1, -1, "5/4")
    assert not through(c, WHOLE, c.count(), 1, -5, "3")  # the greatest value does not reach
    assert not through(c, WHOLE, c.count(), 1, 0, "1")  # the least does


def test_rounding_that_wraps_is_not_monotone() -> None:
    c = known()
    unsigned, signed = fixed_point(1, 0, False, "floor", "wrap"), fixed_point(2, 0, True, "floor", "wrap")
    bit = c.terms.symbol(1, 1)
    assert through(c, unsigned, bit, 1, -1, "1")
    assert not through(c, unsigned, c.count(), 1, -1, "1")  # 2 is stored as 0
    assert not through(c, unsigned, plus(c, -1, (1, bit)), 1, -1, "0")  # and -1 as 1
    assert not through(c, signed, bit, 1, -1, "-3")  # -3 would be stored as 1, but is below the interval
    assert not through(c, unsigned, bit, 1, -1, "3")  # and 2, above it, as 0


@pytest.mark.parametrize("a", [1, -1])
def test_a_maximum(a: int) -> None:
    c = known()
    x, y = c.count(), plus(c, 1, (1, c.terms.symbol(1, 1)))
    term = plus(c, -2 * a, (a, c.same("max", (x, y))))
    cases = [c.at_least(plus(c, -2 * a, (a, each))) for each in (x, y)]
    both, one = c.same("and", cases), c.any_of(cases)
    assert compares(c, "greatest", term, one if a > 0 else both)
    assert not compares(c, "greatest", term, both if a > 0 else one)
    assert not compares(c, "greatest", term, cases[0])
    two = plus(c, 0, (1, term), (1, c.same("round", (y,), WHOLE)))
    assert not compares(c, "greatest", two, one if a > 0 else both)
    assert not compares(c, "greatest", plus(c, -2 * a, (a, c.same("round", (x,), WHOLE))), cases[0])


@pytest.mark.parametrize("a", [2, -2])
def test_a_threshold_of_a_table(a: int) -> None:
    c = known()
    count = c.count()
    rising, bent = (c.table(c.cover(count), *column) for column in ((0, 1, 3, 3), (0, 3, 1, 3)))
    reached = {cut: c.at_least(count, mpq(cut)) for cut in (1, 2, 3)}

    def is_threshold(table: Term, cut: int, b: int, *, above: bool) -> bool:
        right = reached[cut] if above else c.terms.negate(reached[cut])
        return compares(c, "threshold", plus(c, b, (a, table)), right, numbers=str(cut))

    b = -4 if a > 0 else 3
    assert is_threshold(rising, 2, b, above=a > 0)
    assert not is_threshold(rising, 2, b, above=a < 0)
    assert not any(is_threshold(rising, cut, b, above=a > 0) for cut in (1, 3))
    assert not any(is_threshold(bent, cut, b, above=above) for cut in (1, 2, 3) for above in (True, False))
    assert not is_threshold(rising, 2, -2 if a > 0 else 1, above=a > 0)


def mean(c: Told, total: Term, count: Term, rule: object, low: int, high: int) -> Term:
    """A mean, with an interval that the test knows."""
    c.facts.promised.add((total, count, mpq(low), mpq(high)))
    return c.terms.add("mean", (total, count), (rule, mpq(low), mpq(high)))


def test_a_mean_is_compared_without_dividing() -> None:
    c = known()
    total, some = c.count(), plus(c, 1, (1, c.terms.symbol(3, 1)))
    none = plus(c, 0, (1, c.terms.symbol(2, 1)), (1, c.terms.symbol(3, 1)))
    divided = mean(c, total, some, EXACT_MEAN, 0, 3)
    right = c.at_least(plus(c, 0, (1, total), (-1, some)))
    assert compares(c, "quotient", plus(c, -1, (1, divided)), right)
    assert not compares(c, "quotient", plus(c, 1, (-1, divided)), right)
    inside = c.same("and", (c.terms.symbol(2, 1), c.terms.symbol(1, 1)))
    empty = mean(c, inside, none, EXACT_MEAN, 0, 3)
    right = c.at_least(plus(c, 0, (1, inside), (-1, none)))
    assert not compares(c, "quotient", plus(c, -1, (1, empty)), right)  # 0 is not at least 1 where there is none


def test_a_rounded_mean_of_one_or_two_is_no_quotient_but_where_its_weights_are() -> None:
    """1 and 1/2 are exact to any number of bits, 1/3 is not."""
    c = known()
    total = c.count()
    for count, exact in ((plus(c, 1, (1, c.terms.symbol(3, 1))), True), (plus(c, 1, (2, c.terms.symbol(3, 1))), False)):
        right = c.at_least(plus(c, 0, (1, total), (-1, count)))
        term = plus(c, -1, (1, mean(c, total, count, Reciprocal(0), 0, 3)))
        assert compares(c, "quotient", term, right) is exact


def pair_of_means(c: Told) -> tuple[Term, Term, Term, Term]:
    """Two sums of numbers of a set, their number, and another number."""
    inside = [c.terms.symbol(place, 1) for place in (2, 3)]
    total = c.affine(ZERO, *((ONE, c.same("and", (truth, c.terms.symbol(1, 1)))) for truth in inside))
    other = c.affine(ZERO, *((ONE, c.same("and", pair)) for pair in ((inside[0], inside[1]),)))
    count = c.affine(ZERO, *((ONE, truth) for truth in inside))
    return total, other, count, plus(c, 1, (1, c.terms.symbol(2, 1)))


def test_means_over_one_set() -> None:
    c = known()
    total, other, count, another = pair_of_means(c)
    right = c.at_least(plus(c, 0, (1, total), (-1, other)))
    left, beside = (mean(c, each, count, EXACT_MEAN, 0, 1) for each in (total, other))
    assert compares(c, "one set", plus(c, 0, (1, left), (-1, beside)), right)
    assert compares(c, "one set", plus(c, 0, (-2, beside), (2, left)), right)
    assert not compares(c, "one set", plus(c, 0, (-1, left), (1, beside)), right)
    assert not compares(c, "one set", plus(c, "-1/4", (1, left), (-1, beside)), right)
    assert not compares(c, "one set", plus(c, 0, (2, left), (-1, beside)), right)
    assert not compares(c, "one set", plus(c, 0, (1, left), (1, beside)), right)
    assert not compares(c, "one set", plus(c, -1, (-1, left), (-1, beside)), right)
    assert not compares(c, "one set", plus(c, 0, (1, left), (-1, mean(c, other, another, EXACT_MEAN, 0, 1))), right)
    rough = mean(c, total, count, Reciprocal(0), 0, 3)
    upward = mean(c, total, count, Reciprocal(0, "ceil"), 0, 3)
    assert not compares(c, "one set", plus(c, 0, (1, rough), (-1, upward)), c.terms.one)


def test_means_by_weights_that_may_be_0_are_not_compared_as_their_sums() -> None:
    modes: dict[Mode, bool] = {"ceil": True, "floor": False}
    for mode, holds in modes.items():
        c = known()
        total, other, count, _ = pair_of_means(c)
        stored = Weights(Rounding(ONE, 0, 1, mode))  # 1/2 is stored as 1 or as 0
        first, second = (mean(c, each, count, stored, 0, 1) for each in (total, other))
        right = c.at_least(plus(c, 0, (1, total), (-1, other)))
        assert compares(c, "one set", plus(c, 0, (1, first), (-1, second)), right) is holds


def tables(columns: tuple[tuple[int | str, ...], ...], weights: tuple[int | str, int | str], const: int | str) -> bool:
    """[a·f(S, k) + b·g(T, k) + const >= 0] is [S >= T], for these values of f and g."""
    c = known()
    total, other, count, _ = pair_of_means(c)
    points = [(mpq(s), mpq(k)) for s, k in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))]
    c.covers[total, count] = c.covers[other, count] = points
    first = c.table((total, count), *columns[0])
    second = c.table((other, count), *columns[-1])
    term = plus(c, const, (weights[0], first), (weights[1], second))
    return compares(c, "one set", term, c.at_least(plus(c, 0, (1, total), (-1, other))))


HALVES = (0, 0, 0, 1, "1/2", 1)


def test_tables_over_one_set() -> None:
    assert tables((HALVES,), (1, -1), 0)
    assert tables((HALVES,), (3, -3), "1/4")
    assert tables((HALVES, (0, 0, 0, 1, "1/3", "2/3")), (1, -1), 0)
    assert not tables((HALVES,), (1, -1), "1/2")  # 0 + 1/2 is at least 1/2
    assert not tables((HALVES,), (1, -1), "-1/8")  # 0 is not at least 0 plus something
    assert not tables((HALVES,), (-1, 1), 0)
    assert not tables((HALVES,), (1, 1), 0)
    assert not tables(((0, 0, "1/2", 1, 0, 1), HALVES), (1, -1), 0)  # the left side does not ascend
    assert not tables(((0, 0, 1, 1, 1, 1), (0, 0, 1, 1, 0, 1)), (1, -1), 0)  # nor the right
    assert not tables(((0, 0, 0, 1, 0, 1), (0, 0, 0, 1, 0, 1)), (1, -1), 0)  # what is less is not told apart


@pytest.mark.parametrize("wrong", [(1, 3, 2), (3, 1, 2), (1, 2, 1)])
def test_each_side_of_two_tables_ascends(wrong: tuple[int, int, int]) -> None:
    """Sums from 0 to 2 of one number, where one side turns."""
    for side in (0, 1):
        c = known()
        total = plus(c, 0, *((1, c.terms.symbol(place, 1)) for place in (1, 2)))
        other = plus(c, 0, *((1, c.terms.symbol(place, 1)) for place in (2, 3)))
        one = plus(c, 1, (1, c.same("and", [c.terms.symbol(p, 1) for p in (1, 2, 3)])))
        points = [(mpq(s), mpq(k)) for s in range(3) for k in (1, 2)]
        c.covers[total, one] = c.covers[other, one] = points
        right = [each for each in (1, 2, 3) for _ in "ab"]
        columns = [[each for each in wrong for _ in "ab"], right]
        first, second = (
            c.table((each, one), *column) for each, column in zip((total, other), columns[:: 1 - 2 * side], strict=True)
        )
        term = plus(c, 0, (1, first), (-1, second))
        assert not compares(c, "one set", term, c.at_least(plus(c, 0, (1, total), (-1, other))))


def test_tables_over_other_points() -> None:
    c = known()
    total, other, count, _ = pair_of_means(c)
    first = c.table(c.cover(total, count), *range(len(c.points((total, count)))))
    second = c.table(c.cover(other, count), *range(len(c.points((other, count)))))
    assert c.points((total, count)) != c.points((other, count))
    right = c.at_least(plus(c, 0, (1, total), (-1, other)))
    assert not compares(c, "one set", plus(c, 0, (1, first), (-1, second)), right)
    bit, double = c.terms.symbol(1, 1), plus(c, 0, (2, c.terms.symbol(2, 1)))
    first, second = (c.table(c.cover(each, c.terms.one), 0, 1) for each in (bit, double))
    right = c.at_least(plus(c, 0, (1, bit), (-1, double)))
    assert not compares(c, "one set", plus(c, 0, (1, first), (-1, second)), right)


def test_tables_with_other_counts() -> None:
    c = known()
    total, other = c.terms.symbol(1, 1), c.terms.symbol(2, 1)
    one, two = plus(c, 1, (1, c.terms.symbol(3, 1))), plus(c, 2, (-1, c.terms.symbol(3, 1)))
    first, second = (c.table(c.cover(*key), 0, 1, 5, 6) for key in ((total, one), (other, two)))
    right = c.at_least(plus(c, 0, (1, total), (-1, other)))
    assert not compares(c, "one set", plus(c, 0, (1, first), (-1, second)), right)


def heavy(c: Told, term: Term, right: Term, heavies: tuple[Term, ...], numbers: str) -> bool:
    return compares(c, "all or nothing", term, right, terms=heavies, numbers=numbers)


def test_some_addend_decides() -> None:
    c = known()
    x, y, z = (c.terms.symbol(place, 1) for place in (1, 2, 3))
    both = c.same("and", (x, y))
    term = plus(c, -2, (2, both), (1, z), ("1/2", x))
    one = c.at_least(plus(c, 0, (2, both)), mpq(2))
    light = c.at_least(plus(c, -2, (1, z), ("1/2", x)))
    assert heavy(c, term, c.any_of([one, light]), (both,), "some 2")
    assert not heavy(c, term, c.same("and", (one, light)), (both,), "some 2")
    assert not heavy(c, term, c.same("and", (one, light)), (both,), "all 2")
    assert not heavy(c, term, one, (both,), "some 2")
    assert not heavy(c, term, c.any_of([one, light]), (both,), "every 2")
    assert not heavy(c, term, c.any_of([one, light]), (both, both), "some 2")
    assert not heavy(c, term, c.any_of([one, light]), (both, y), "some 2 2")
    assert not heavy(c, term, c.any_of([one, light]), (), "some")
    # An addend that is too small to decide alone.
    small = c.any_of([c.at_least(z, ONE), c.at_least(plus(c, -2, (2, both), ("1/2", x)))])
    assert not heavy(c, term, small, (z,), "some 1")
    # A gap that is none: 1 is between 0 and 2.
    count = plus(c, 0, (1, both), (1, c.same("and", (y, z))))
    term = plus(c, "-3/2", (1, count), ("1/2", x))
    assert not heavy(
        c,
        term,
        c.any_of([c.at_least(both, mpq(2)), c.at_least(plus(c, "-3/2", (1, c.same("and", (y, z))), ("1/2", x)))]),
        (both,),
        "some 2",
    )


def test_a_gap_has_nothing_inside_it() -> None:
    """By the values of a table, or the multiples of a step where they are many."""
    c = known()
    key = c.cover(c.count())
    table, other = c.table(key, 1, 2, 3, 1), c.terms.symbol(1, 1)
    term = plus(c, -3, (1, table), (1, other))
    wrong = c.any_of([c.at_least(table, mpq(3)), c.at_least(plus(c, -3, (1, other)))])
    assert not heavy(c, term, wrong, (table,), "some 3")  # 2 and 1 is enough
    falling = plus(c, 4, (-1, table), (-1, other))
    assert not heavy(
        c,
        falling,
        c.same("and", (c.at_least(plus(c, 0, (-1, table)), ZERO), c.at_least(plus(c, 4, (-1, other))))),
        (table,),
        "all 5",
    )


def test_many_values_are_multiples_of_a_step() -> None:
    c = known()
    x, y = c.terms.symbol(1, 1), c.terms.symbol(2, 1)
    many = c.same("round", (plus(c, 0, (5000, x), (1, y)),), WHOLE)
    term = plus(c, -2, (1, many), (1, c.terms.symbol(3, 1)))
    assert heavy(
        c,
        plus(c, -1, (1, many), ("1/2", y)),
        c.any_of([c.at_least(many, ONE), c.at_least(plus(c, -1, ("1/2", y)))]),
        (many,),
        "some 1",
    )
    wrong = c.any_of([c.at_least(many, mpq(2)), c.at_least(plus(c, -2, (1, c.terms.symbol(3, 1))))])
    assert not heavy(c, term, wrong, (many,), "some 2")
    half, rest = plus(c, 0, ("1/2", many)), plus(c, -1, ("1/2", x))
    wrong = c.any_of([c.at_least(half, ONE), c.at_least(rest)])
    assert not heavy(c, plus(c, 0, (1, half), (1, rest)), wrong, (many,), "some 1")


def test_every_addend_is_needed() -> None:
    c = known()
    x, y, z = (c.terms.symbol(place, 1) for place in (1, 2, 3))
    both = c.same("and", (x, y))
    term = plus(c, -2, (2, both), (1, z))
    full, light = c.at_least(plus(c, 0, (2, both)), mpq(2)), c.at_least(z)
    assert heavy(c, term, c.same("and", (full, light)), (both,), "all 2")
    assert not heavy(c, term, c.any_of([full, light]), (both,), "all 2")
    # One whose loss leaves exactly enough is not needed.
    exact = plus(c, -1, (2, both), (1, z))
    assert not heavy(c, exact, c.same("and", (full, c.at_least(plus(c, 1, (1, z))))), (both,), "all 2")
    negative = plus(c, 1, (-1, x), (-1, both))
    assert not heavy(
        c, negative, c.same("and", (c.at_least(plus(c, 0, (-1, x))), c.at_least(plus(c, 1, (-1, both))))), (x,), "all 1"
    )


@pytest.mark.parametrize("gap", ["0", "-1"])
@pytest.mark.parametrize("kind", ["some", "all"])
def test_a_gap_is_positive(gap: str, kind: str) -> None:
    c = known()
    both, z = c.same("and", (c.terms.symbol(1, 1), c.terms.symbol(2, 1))), c.terms.symbol(3, 1)
    term = plus(c, 1 if kind == "some" else -2, (1, both), (1 if kind == "some" else -1, z))
    low = mpq(gap) if kind == "some" else ONE
    rest = c.at_least(plus(c, 1 if kind == "some" else -1, (1 if kind == "some" else -1, z)))
    cases = [c.at_least(both, low), rest]
    right = c.any_of(cases) if kind == "some" else c.same("and", cases)
    assert not heavy(c, term, right, (both,), f"{kind} {gap}")


def test_on_one_grid() -> None:
    c = known()
    count = c.count()
    reached = {cut: c.at_least(count, mpq(cut)) for cut in (0, 1, 2, 3)}
    assert compares(c, "on grid", plus(c, -3, (2, count)), reached[2])
    assert compares(c, "on grid", plus(c, -4, (2, count)), reached[2])
    assert compares(c, "on grid", plus(c, 3, (-2, count)), c.terms.negate(reached[2]))
    assert compares(c, "on grid", plus(c, 2, (-2, count)), c.terms.negate(reached[2]))
    for cut in (0, 1, 3):
        assert not compares(c, "on grid", plus(c, -3, (2, count)), reached[cut])
        assert not compares(c, "on grid", plus(c, 3, (-2, count)), c.terms.negate(reached[cut]))
        assert not compares(c, "on grid", plus(c, 2, (-2, count)), c.terms.negate(reached[cut]))
    assert not compares(c, "on grid", plus(c, 3, (-2, count)), reached[2])
    assert not compares(c, "on grid", plus(c, -3, (2, count)), c.terms.negate(reached[2]))
    assert compares(c, "on grid", plus(c, -3, (2, count)), c.at_least(count, mpq("3/2")))
    uneven = plus(c, -3, (2, c.terms.symbol(1, 1)), (4, c.terms.symbol(2, 1)), (2, c.terms.symbol(3, 1)))
    assert not compares(c, "on grid", uneven, reached[2])
    assert not compares(c, "on grid", plus(c, -4, (2, count)), c.terms.add("compare", (plus(c, -2, (1, count)),), ">"))
    assert not compares(c, "on grid", plus(c, -4, (2, count)), c.terms.add("and", (plus(c, -2, (1, count)),)))


def test_two_counts() -> None:
    c = known()
    first, whole = plus(c, 0, (1, c.terms.symbol(1, 1))), c.count()
    key = c.cover(first, whole)
    column = [int(2 * a >= b) for a, b in c.points(key)]
    twice = plus(c, 0, (2, first))
    assert says(c, "table", "ge", (twice, whole), c.table(key, *column), key=key)
    assert not says(c, "table", "ge", (whole, twice), c.table(key, *column), key=key)
    assert not says(c, "table", "ge", (twice, whole), c.table(key, *[1 - each for each in column]), key=key)
    right = c.at_least(plus(c, 0, (1, twice), (-1, whole)))
    assert says(c, "difference", "ge", (twice, whole), right)
    assert not says(c, "difference", "ge", (whole, twice), right)
