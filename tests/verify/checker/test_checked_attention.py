"""Checks of steps about attention: each condition, by a step that is wrong for want of it alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest
from gmpy2 import mpq
from logbits.encode.number.mean import EXACT_MEAN, Division, Reciprocal
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.term.terms import Term
from logbits.verify.checker.logic import conjunction
from support.derivations import Told, says

SATURATED = ("saturated", EXACT_MEAN)


def known(alphabet: int = 2, length: int = 3) -> tuple[Told, list[Term]]:
    c = Told(alphabet, length)
    return c, [c.terms.symbol(place, 1) for place in range(1, length + 1)]


def plus(c: Told, const: int | str, *parts: tuple[int | str, Term]) -> Term:
    return c.affine(mpq(const), *((mpq(weight), term) for weight, term in parts))


def test_an_entry_of_a_row() -> None:
    c, (x, y, z) = known()
    scores = (x, plus(c, 0, (1, y), (1, z)))
    row = c.row(scores)
    for index in (0, 1):
        assert says(c, "entry", "maximal", scores, row[index], payload=index)
        assert not says(c, "entry", "maximal", scores, row[1 - index], payload=index)
    assert not says(c, "entry", "maximal", scores, row[0], payload=-2)
    assert not says(c, "entry", "maximal", scores, row[1], payload=2)


def test_equal_scores() -> None:
    c, (x, y, _) = known()
    one = c.terms.one
    assert says(c, "alike", "row", (x, x), (one, one))
    assert not says(c, "alike", "row", (x, y), (one, one))
    assert not says(c, "alike", "row", (x, x), (one, c.terms.zero))
    assert not says(c, "alike", "row", (x, x), (one,))


def test_a_row_over_a_key() -> None:
    c, (x, y, z) = known()
    count = c.count()
    key = c.cover(count)
    scores = (count, plus(c, 2, (-1, count)))
    row = (c.table(key, 0, 1, 1, 1), c.table(key, 1, 1, 0, 0))
    assert says(c, "table", "row", scores, row, key=key)
    assert scores not in c.unique
    assert not says(c, "table", "row", scores, row[::-1], key=key)
    assert not says(c, "table", "row", scores, (c.terms.one, row[1]), key=key)
    assert not says(c, "table", "row", scores, row[:1], key=key)
    assert not says(c, "table", "row", scores, (*row, c.terms.zero), key=key)
    apart = (count, plus(c, "5/2", (-1, count)))
    assert says(c, "table", "row", apart, (c.table(key, 0, 0, 1, 1), c.table(key, 1, 1, 0, 0)), key=key)
    assert apart in c.unique
    assert not says(c, "table", "row", (x, y), row, key=key)
    assert not says(c, "table", "row", scores, (x, z), key=key)


def by_levels(c: Told, scores: Sequence[Term], domains: Sequence[Sequence[int]]) -> list[Term]:
    """What levels say, from the definition."""
    above, several = c.terms.one, [list[Term]() for _ in scores]
    for level in sorted({each for domain in domains for each in domain}, reverse=True):
        at = {k: c.equals(score, mpq(level)) for k, score in enumerate(scores) if level in domains[k]}
        for k, truth in at.items():
            several[k].append(conjunction(c, [above, truth]))
        above = conjunction(c, [above, *map(c.terms.negate, at.values())])
    return [c.any_of(each) for each in several]


def test_levels() -> None:
    c, (x, y, z) = known()
    scores = (plus(c, 0, (2, x)), plus(c, 1, (1, y), (-1, z)), z)
    right = by_levels(c, scores, ([0, 2], [0, 1, 2], [0, 1]))
    assert says(c, "levels", "row", scores, right)
    for other in permutations(range(3)):
        assert says(c, "levels", "row", scores, [right[k] for k in other]) is (other == (0, 1, 2))
    assert not says(c, "levels", "row", scores, by_levels(c, scores, ([0, 2], [0, 1], [0, 1])))
    assert not says(c, "levels", "row", scores, right[:2])


def test_pairs_and_the_greatest() -> None:
    c, (x, y, z) = known()
    scores = (plus(c, 0, (2, x)), plus(c, 1, (1, y), (-1, z)), z)
    pairs = [c.same("and", [c.same("ge", (a, b)) for b in scores if b != a]) for a in scores]
    most = c.same("max", scores)
    greatest = [c.same("ge", (a, most)) for a in scores]
    for rule, right in (("pairs", pairs), ("greatest", greatest)):
        assert says(c, rule, "row", scores, right)
        assert not says(c, rule, "row", scores, right[::-1])
        assert not says(c, rule, "row", scores, right[:2])
    some = [c.same("and", [c.same("ge", (a, b)) for b in scores[:2] if b != a]) for a in scores]
    assert not says(c, "pairs", "row", scores, some)
    most = c.same("max", scores[:2])
    assert not says(c, "greatest", "row", scores, [c.same("ge", (a, most)) for a in scores])


@pytest.mark.parametrize("rule", [EXACT_MEAN, Reciprocal(1)])
def test_a_head_at_levels(rule: Division) -> None:
    """Values equal to the scores but for a constant: at three ones, or three zeros, a mean of three."""
    c, scores = known()
    key = c.cover(c.count())
    values = [plus(c, 2, (1, score)) for score in scores]
    column = [rule.divide(mpq(6), 3), *(rule.divide(mpq(3 * k), k) for k in (1, 2, 3))]
    args = (*values, *scores)
    for score, value in zip(scores, values, strict=True):
        for level, truth in ((0, c.terms.negate(score)), (1, score)):
            c.accept(("compare", (plus(c, -level, (1, score)),), "="), truth)
            c.accept(("mul", (truth, value), None), plus(c, 0, (2 + level, truth)))
            c.accept(("mul", (truth, c.terms.const(mpq(3))), None), plus(c, 0, (3, truth)))
    assert says(c, "table at levels", "attend", args, c.table(key, *column), payload=("saturated", rule), key=key)
    for index in range(4):
        wrong = c.table(key, *(value + (k == index) for k, value in enumerate(column)))
        assert not says(c, "table at levels", "attend", args, wrong, payload=("saturated", rule), key=key)
    swapped = (*values[1:], values[0], *scores)
    assert not says(
        c, "table at levels", "attend", swapped, c.table(key, *column), payload=("saturated", rule), key=key
    )


@pytest.mark.parametrize("ties", ["hard", "rightmost"])
def test_levels_are_for_means(ties: str) -> None:
    c, (x, y, z) = known()
    values = [c.count()] * 2 + [c.terms.zero]
    first = (*values, x, y, z)
    key = c.cover(c.count())
    mean = c.table(key, 0, 1, 1, 2)
    assert not says(c, "table at levels", "attend", first, mean, payload=(ties, EXACT_MEAN), key=key)
    same = [x, x, x]
    key = c.cover(x)
    assert not says(c, "table at levels", "attend", (*values[:2], x, *same), x, payload=(ties, EXACT_MEAN), key=key)
    mixed = (c.terms.zero, c.terms.const(mpq(2)), x, x)
    assert says(c, "table at levels", "attend", mixed, c.terms.one, payload=SATURATED, key=key)
    assert not says(c, "table at levels", "attend", mixed, c.terms.one, payload=(ties, EXACT_MEAN), key=key)


# -- the definition


def products(c: Told, truths: Sequence[Term], values: Sequence[Term]) -> list[Term]:
    return [c.same("mul", pair) for pair in zip(truths, values, strict=True)]


def total(c: Told, several: Sequence[Term]) -> Term:
    return c.affine(ZERO, *((ONE, each) for each in several))


def averaged(
    c: Told, truths: Sequence[Term], values: Sequence[Term], rule: Division, low: int, high: int, *, alone: bool = False
) -> Term:
    """The mean term of a head."""
    summed, count = total(c, products(c, truths, values)), c.terms.one if alone else total(c, truths)
    return c.same("mean", (summed, count), (rule, mpq(low), mpq(high)))


def head(
    c: Told, args: Sequence[Term], right: Term, numbers: str = "0", ties: str = "saturated", rule: Division = EXACT_MEAN
) -> bool:
    return says(c, "chosen", "attend", tuple(args), right, payload=(ties, rule), numbers=numbers)


@pytest.mark.parametrize("rule", [EXACT_MEAN, Reciprocal(0)])
def test_a_mean_over_the_maximal(rule: Division) -> None:
    c, (x, y, z) = known()
    values, scores = [plus(c, 0, (2, y)), plus(c, 1, (1, z)), x], (x, y, z)
    row = c.row(scores)
    right = averaged(c, row, values, rule, 0, 2)
    assert head(c, (*values, *scores), right, rule=rule)
    assert not head(c, (*values[::-1], *scores), right, rule=rule)
    assert not head(c, (*values, *scores), averaged(c, row, values, rule, 0, 8, alone=True), rule=rule)
    assert not head(c, (*values, *scores), total(c, products(c, row, values)), rule=rule)
    assert not head(c, (*values, *scores), c.any_of(products(c, row, [x, y, z])), rule=rule)
    assert not head(c, (*values, *scores), averaged(c, row, values, rule, 0, 8, alone=True), numbers="1", rule=rule)


def firsts(c: Told, truths: Sequence[Term]) -> list[Term]:
    """Which is the first that is 1."""
    earlier, found = c.terms.zero, list[Term]()
    for truth in truths:
        found.append(conjunction(c, [truth, c.terms.negate(earlier)]))
        earlier = c.any_of([earlier, truth])
    return found


@pytest.mark.parametrize("ties", ["hard", "rightmost"])
def test_the_first_or_the_last_of_the_maximal(ties: str) -> None:
    c, (x, y, z) = known()
    values, scores = [plus(c, 0, (2, y)), plus(c, 1, (1, z)), x], (x, y, z)
    row = c.row(scores)
    first, last = firsts(c, row), firsts(c, row[::-1])[::-1]
    sums = {"hard": total(c, products(c, first, values)), "rightmost": total(c, products(c, last, values))}
    for other, right in sums.items():
        assert head(c, (*values, *scores), right, ties=ties) is (other == ties)
        assert not head(c, (*values, *scores), right, ties="saturated")
    assert not head(c, (*values, *scores), total(c, products(c, row, values)), ties=ties)
    assert not head(c, (*values, *scores), total(c, products(c, row, values)), ties=ties, numbers="1")
    assert sums[ties] in c.among
    truths = [y, z, x]
    chosen = c.any_of(products(c, first if ties == "hard" else last, truths))
    assert head(c, (*truths, *scores), chosen, ties=ties)
    assert not head(c, (*truths, *scores), c.any_of(products(c, row, truths)), ties=ties)


def test_one_maximal_position_needs_a_reason() -> None:
    c, (x, y, z) = known()
    values = [plus(c, 0, (-1, z)), plus(c, 3, (1, x))]  # of both the sum is in the interval of one, too
    for scores, alone in (((x, plus(c, 0, (2, y))), False), ((x, plus(c, "1/2", (2, y))), True)):
        right = averaged(c, c.row(scores), values, EXACT_MEAN, -1, 4, alone=True)
        assert head(c, (*values, *scores), right, numbers="1") is alone
        assert (total(c, products(c, c.row(scores), values)) in c.among) is alone
    scores = (x, plus(c, 1, (1, x)))  # domains meet, and there is no tie
    right = averaged(c, c.row(scores), values, EXACT_MEAN, -1, 4, alone=True)
    assert not head(c, (*values, *scores), right, numbers="1")
    c.unique.add((x, z))
    assert not head(c, (*values, *scores), right, numbers="1")
    c.unique.add(scores)  # by a rule for rows
    assert head(c, (*values, *scores), right, numbers="1")


def test_a_sum_over_several_is_not_the_value_of_one() -> None:
    c, (x, y, z) = known()
    values, scores = [plus(c, 0, (2, y)), plus(c, 1, (1, z))], (x, y)
    assert head(c, (*values, *scores), averaged(c, c.row(scores), values, EXACT_MEAN, 0, 2))
    assert not c.among
    assert not head(c, (z, x, *scores), c.any_of(products(c, c.row(scores), (z, x))))


@pytest.mark.parametrize("ends", [(0, 3), (-1, 2)])
def test_the_interval_of_a_mean_is_that_of_its_values(ends: tuple[int, int]) -> None:
    c, (x, y, z) = known()
    values, scores = [plus(c, 0, (2, y)), plus(c, 1, (1, z))], (x, y)
    assert not head(c, (*values, *scores), averaged(c, c.row(scores), values, EXACT_MEAN, *ends))


def test_what_is_left_out_is_exceeded_on_every_word() -> None:
    c, (x, y, z) = known()
    values = [plus(c, 0, (2, z)), plus(c, 3, (1, x)), y]
    scores = (plus(c, 0, (1, y)), plus(c, 1, (2, x)), plus(c, "1/2", (2, x)))
    kept = [1]
    best = averaged(c, c.row(scores[1:2]), values[1:2], EXACT_MEAN, 3, 4)
    assert not head(c, (*values, *scores), best, numbers="0 1 1")  # y may be as great as 1
    two = averaged(c, c.row(scores[:2]), values[:2], EXACT_MEAN, 0, 4)
    assert head(c, (*values, *scores), two, numbers="0 1 0 1")
    assert not head(c, (*values, *scores), two, numbers="0 0 0 1")  # the first does not exceed the third
    assert not head(c, (*values, *scores), two, numbers="0 1 1 0")
    assert not head(c, (*values, *scores), two, numbers="0 2 0 1")
    assert kept
    apart = (scores[1], plus(c, 2, (2, x)))
    assert head(c, (*values[:2], *apart), averaged(c, c.row(apart[1:]), values[1:2], EXACT_MEAN, 3, 4), numbers="0 1 1")
    assert not head(
        c, (*values[:2], *apart), averaged(c, c.row(apart[:1]), values[:1], EXACT_MEAN, 0, 2), numbers="0 0 0"
    )
    low = averaged(c, c.row(apart[:1]), values[:1], EXACT_MEAN, 0, 2)
    assert not head(c, (*values[:2], *apart), low, numbers="0 1 0")  # the greatest one itself was left out


def test_a_tie_on_one_word_is_enough_to_be_kept() -> None:
    c, places = known(2, 4)
    great, small = plus(c, 1, (1, places[0]), (1, places[3])), plus(c, 0, *((1, place) for place in places[:2]))
    values = [c.terms.const(mpq(5)), c.terms.const(mpq(7))]
    right = averaged(c, c.row((great,)), values[:1], EXACT_MEAN, 5, 5)
    assert not head(c, (*values, great, small), right, numbers="0 0 0")
    above = plus(c, "1/2", (1, great))
    right = averaged(c, c.row((above,)), values[:1], EXACT_MEAN, 5, 5)
    assert head(c, (*values, above, small), right, numbers="0 0 0")


def test_scores_that_read_many_places_are_not_evaluated() -> None:
    c, places = known(2, 9)
    great, small = plus(c, 1, *((1, place) for place in places)), plus(c, 0, *((1, place) for place in places))
    values = [c.terms.const(mpq(5)), c.terms.const(mpq(7))]
    right = averaged(c, c.row((great,)), values[:1], EXACT_MEAN, 5, 5)
    assert not head(c, (*values, great, small), right, numbers="0 0 0")
