"""Covers: every point that a key has on some word is listed; and bounds of means hold."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from gmpy2 import mpq
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import grid
from logbits.encode.term.terms import Term
from logbits.verify.checker.covers import points_of, require_bounded
from logbits.verify.checker.refused import Refused
from support.derivations import Told, all_values


def covered(
    c: Told, kind: str, key: Sequence[Term], head: Sequence[Term] = (), ends: Sequence[int | str] = ()
) -> list[tuple[mpq, ...]] | None:
    """The points, None where refused; that all are there is asserted."""
    try:
        points = points_of(c, kind, tuple(key), tuple(head), tuple(map(mpq, ends)))
    except (Refused, ValueError, LookupError, ArithmeticError):
        return None
    assert {tuple(values[each] for each in key) for values in all_values(c.terms)} <= set(points)
    assert points == sorted(set(points))
    return points


def plus(c: Told, const: int | str, *parts: tuple[int | str, Term]) -> Term:
    return c.affine(mpq(const), *((mpq(weight), term) for weight, term in parts))


def ones(c: Told, *places: int) -> Term:
    return plus(c, 0, *((1, c.terms.symbol(place, 1)) for place in places))


def test_a_domain() -> None:
    c = Told(2, 3)
    assert covered(c, "domain", (ones(c, 1, 2, 3),)) == [(mpq(k),) for k in range(4)]
    assert covered(c, "domain", (plus(c, "1/3", (-2, c.terms.symbol(1, 1))),)) == [(mpq(-5, 3),), (mpq(1, 3),)]
    assert covered(c, "domain", (plus(c, 0, (9999, ones(c, 1)), (1, ones(c, 2, 3))),)) is None
    assert covered(c, "domain", (ones(c, 1), ones(c, 1, 2))) is None
    assert covered(c, "domain", (ones(c, 1),), ends=(0, 1)) is None
    assert covered(c, "all", (ones(c, 1),)) is None


def test_two_counts() -> None:
    c = Told(3, 3)
    first, whole = ones(c, 1), ones(c, 1, 2, 3)
    assert covered(c, "counts", (first, whole)) == [(mpq(a), mpq(a + b)) for a in (0, 1) for b in range(3)]
    both = plus(c, 0, (1, c.terms.symbol(1, 1)), (1, c.terms.symbol(1, 2)))
    assert covered(c, "counts", (first, both)) == [(mpq(0), mpq(0)), (mpq(0), mpq(1)), (mpq(1), mpq(1))]
    for wrong in (
        (whole, first),
        (first, first),
        (ones(c, 1, 2), ones(c, 2, 3)),
        (first, plus(c, 0, (2, whole))),
        (plus(c, 0, (2, first)), whole),
        (first, plus(c, 1, (1, whole))),
        (plus(c, 1, (1, first)), whole),
        (first, plus(c, 0, (1, whole), (1, c.same("and", (c.terms.symbol(2, 1), c.terms.symbol(3, 1)))))),
        (
            c.same("and", (c.terms.symbol(2, 1), c.terms.symbol(3, 1))),
            plus(c, 0, (1, whole), (1, c.same("and", (c.terms.symbol(2, 1), c.terms.symbol(3, 1))))),
        ),
        (first,),
        (first, whole, whole),
    ):
        assert covered(c, "counts", wrong) is None


def test_a_value_of_one_of_several() -> None:
    c = Told(2, 3)
    x, y, z = (c.terms.symbol(place, 1) for place in (1, 2, 3))
    values = (plus(c, 2, (3, x)), plus(c, 7, (2, y)))
    whole = plus(c, 0, (1, c.same("mul", (z, values[0]))), (1, c.same("mul", (c.terms.negate(z), values[1]))))
    assert covered(c, "one of", (whole,), (whole,)) is None
    c.among[whole] = values
    assert covered(c, "one of", (whole,), (whole,)) == [(mpq(2),), (mpq(5),), (mpq(7),), (mpq(9),)]
    for factor, shift in ((2, 1), (-3, 5), ("-1/2", 0)):
        part = plus(c, shift, (factor, whole))
        assert covered(c, "one of", (part,), (whole,)) == sorted((mpq(shift) + mpq(factor) * k,) for k in (2, 5, 7, 9))
    uneven = plus(c, 0, (1, whole), (1, c.same("mul", (z, values[0]))))
    assert covered(c, "one of", (uneven,), (whole,)) is None
    assert covered(c, "one of", (x,), (whole,)) is None
    assert covered(c, "one of", (whole,), (x,)) is None
    assert covered(c, "one of", (whole,), (whole, whole)) is None
    shifted = plus(c, 1, (-2, whole))
    c.among[shifted] = tuple(plus(c, 1, (-2, value)) for value in values)
    assert covered(c, "one of", (whole,), (shifted,)) == [(mpq(2),), (mpq(5),), (mpq(7),), (mpq(9),)]


def test_a_sum_and_a_number() -> None:
    c = Told(2, 3)
    x, y, z = (c.terms.symbol(place, 1) for place in (1, 2, 3))
    total = plus(c, 0, (1, c.same("and", (x, y))), (1, c.same("and", (x, z))))
    count = ones(c, 2, 3)
    assert covered(c, "mean", (total, count), ends=(0, 1)) is None
    c.facts.promised.add((total, count, ZERO, ONE))
    assert covered(c, "mean", (total, count), ends=(0, 1)) == [(mpq(s), mpq(k)) for s in range(3) for k in range(s, 3)]
    assert covered(c, "mean", (total, count), ends=(0, "1/2")) is None
    assert covered(c, "mean", (total, count), ends=(1, 1)) is None
    assert covered(c, "mean", (count, total), ends=(0, 1)) is None
    assert covered(c, "mean", (total, count), (total,), ends=(0, 1)) is None


def test_a_key_has_some_points_and_not_too_many() -> None:
    c = Told(2, 3)
    x, y = c.terms.symbol(1, 1), c.terms.symbol(2, 1)
    wide = c.same("round", (plus(c, 0, (100, x), (1, y)),), grid(0))
    c.facts.promised |= {(wide, wide, ZERO, ONE), (x, y, ONE, ZERO)}
    assert covered(c, "mean", (wide, wide), ends=(0, 1)) is None  # 101 · 102 / 2
    c.facts.promised.add((x, plus(c, 1, (1, y)), mpq(5), mpq(6)))  # which is not so
    with pytest.raises(Refused):
        points_of(c, "mean", (x, plus(c, 1, (1, y))), (), (mpq(5), mpq(6)))


# -- bounds of means


def bounded(
    c: Told, kind: str, total: Term, count: Term, low: int | str, high: int | str, parts: Sequence[Term] = ()
) -> bool:
    """Whether it is accepted; that it is so is asserted."""
    try:
        require_bounded(c, kind, total, count, (mpq(low), mpq(high)), tuple(parts))
    except (Refused, ValueError, LookupError):
        return False
    for values in all_values(c.terms):
        assert mpq(low) * values[count] <= values[total] <= mpq(high) * values[count]
    return True


def test_each_addend_is_in_the_interval() -> None:
    c = Told(2, 3)
    x, y, z = (c.terms.symbol(place, 1) for place in (1, 2, 3))
    truths, values = [x, y], [plus(c, 1, (1, z)), plus(c, -1, (3, z))]
    total = plus(c, 0, *((1, c.same("mul", pair)) for pair in zip(truths, values, strict=True)))
    count = ones(c, 1, 2)
    assert bounded(c, "each", total, count, -1, 2, (*truths, *values))
    assert bounded(c, "each", total, count, -2, 5, (*truths, *values))
    for low, high in ((0, 2), (-1, 1), ("-1/2", 2), (-1, "3/2")):
        assert not bounded(c, "each", total, count, low, high, (*truths, *values))
    assert not bounded(c, "each", total, plus(c, 1, (1, count)), -1, 2, (*truths, *values))
    assert not bounded(c, "each", total, x, -1, 2, (*truths, *values))
    assert not bounded(c, "each", plus(c, 0, (2, total)), count, -1, 2, (*truths, *values))
    assert not bounded(c, "each", plus(c, 3, (1, total)), count, -1, 2, (*truths, *values))
    assert not bounded(c, "each", total, count, -1, 2, (*truths, *values[::-1]))
    assert not bounded(c, "each", total, count, -1, 2, (*truths, *values, x))
    assert not bounded(c, "each", c.terms.one, c.terms.zero, -1, 2)
    assert not bounded(c, "some", total, count, -1, 2, (*truths, *values))
    assert not bounded(c, "all", total, count, -1, 2, (*truths, *values))
    double = plus(c, 0, (-2, x))
    product = c.same("mul", (double, values[0]))
    assert not bounded(c, "each", product, double, 1, 2, (double, values[0]))


def test_where_there_is_some() -> None:
    c = Told(2, 3)
    x, y, z = (c.terms.symbol(place, 1) for place in (1, 2, 3))
    total, some, none = plus(c, 0, (2, x), (-1, y)), plus(c, 1, (1, z)), ones(c, 2, 3)
    assert bounded(c, "some", total, some, -1, 2)
    assert not bounded(c, "any", total, some, -1, 2)
    for low, high in ((0, 2), (-1, 1), (-1, 0)):
        assert not bounded(c, "some", total, some, low, high)
    assert not bounded(c, "some", total, none, -1, 2)
    above = plus(c, 1, (1, x))
    assert not bounded(c, "some", above, some, 1, 2)  # 1 is no mean of two that are at least 1
    assert not bounded(c, "some", plus(c, 0, (-1, above)), some, -2, -1)
    assert bounded(c, "some", above, some, 0, 2)
    halves = plus(c, 1, ("1/2", z))
    assert not bounded(c, "some", total, halves, -1, 2)  # a number is whole
    assert not bounded(c, "some", total, plus(c, 0, ("1/2", z)), -1, 2)


def test_some_score_is_maximal() -> None:
    c = Told(2, 3)
    x, y, z = (c.terms.symbol(place, 1) for place in (1, 2, 3))
    total, scores = plus(c, 0, (2, x), (-1, y)), (x, plus(c, 0, (2, z)))
    count = plus(c, 0, *((1, truth) for truth in c.row(scores)))
    assert bounded(c, "some", total, count, -1, 2, scores)
    assert not bounded(c, "some", total, count, -1, 2)
    assert not bounded(c, "some", total, ones(c, 1, 2), -1, 2, scores)
    assert not bounded(c, "some", total, plus(c, -1, (1, count)), -1, 2, scores)
    for low, high in ((0, 2), (-1, 1), (1, 2)):
        assert not bounded(c, "some", total, count, low, high, scores)
