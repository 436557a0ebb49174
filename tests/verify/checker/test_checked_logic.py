"""Checks of steps about truth values: each condition, by a step that is wrong for want of it alone."""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq
from logbits.encode.term.terms import Term
from support.derivations import Told, says


def known() -> tuple[Told, list[Term]]:
    """Words of three symbols of two, and the three truth values."""
    c = Told(2, 3)
    return c, [c.terms.symbol(place, 1) for place in (1, 2, 3)]


def conjunction(
    c: Told, rule: str, args: Sequence[Term], right: Term, *, terms: Sequence[Term] = (), numbers: str = ""
) -> bool:
    return says(c, rule, "and", args, right, terms=terms, numbers=numbers)


def test_a_conjunction_is_a_set() -> None:
    c, (x, y, z) = known()
    both, all_three = c.same("and", (x, y)), c.same("and", (x, y, z))
    assert conjunction(c, "flat", (both, z), all_three)
    assert conjunction(c, "flat", (x, c.terms.negate(x), z), c.terms.zero)
    assert conjunction(c, "flat", (both, c.terms.negate(y)), c.terms.zero)
    assert conjunction(c, "flat", (x, y, c.terms.zero), c.terms.zero)
    assert conjunction(c, "flat", (x, y, c.terms.one), both)
    assert not conjunction(c, "flat", (both, z), both)
    assert not conjunction(c, "flat", (both, c.terms.negate(z)), c.terms.zero)
    assert not conjunction(c, "flat", (c.terms.negate(both), x), c.terms.zero)
    assert not conjunction(c, "flat", (x, y, c.terms.one), c.terms.one)
    assert not conjunction(c, "flat", (x, y, c.terms.zero), both)


def test_one_literal_is_its_conjunction_where_it_is_a_truth_value() -> None:
    c, (x, y, _) = known()
    total = c.affine(mpq(0), (mpq(1), x), (mpq(1), y))
    assert conjunction(c, "flat", (x, c.terms.one), x)
    assert not conjunction(c, "flat", (total, c.terms.one), total)


def test_groups_are_merged() -> None:
    c, (x, y, z) = known()
    both = c.same("and", (x, y))
    assert conjunction(c, "merge", (x, y, z), c.same("and", (both, z)), terms=(x, y), numbers="2") is False
    merged = c.table(c.cover(c.affine(mpq(0), (mpq(1), x), (mpq(1), y))), 0, 0, 1)
    c.equal["and", (x, y), None] = merged
    assert conjunction(c, "merge", (x, y, z), c.same("and", (merged, z)), terms=(x, y), numbers="2")
    assert not conjunction(c, "merge", (x, y, z), merged, terms=(x, y), numbers="2")
    assert not conjunction(c, "merge", (x, z), c.same("and", (merged, z)), terms=(x, y), numbers="2")
    assert not conjunction(c, "merge", (y, z), c.same("and", (merged, z)), terms=(x, y), numbers="2")
    assert not conjunction(c, "merge", (x, y, z), z, terms=(x, y), numbers="0 2")


def test_what_the_others_say_is_absorbed() -> None:
    c, (x, y, z) = known()
    negate = c.terms.negate
    not_both = negate(c.same("and", (x, y)))
    assert conjunction(c, "absorb", (x, not_both), c.same("and", (x, negate(y))))
    assert conjunction(c, "absorb", (negate(x), not_both), negate(x))
    assert conjunction(c, "absorb", (x, y, not_both), c.terms.zero)
    assert conjunction(c, "absorb", (z, not_both), c.same("and", (z, not_both)))
    assert not conjunction(c, "absorb", (z, not_both), z)
    assert not conjunction(c, "absorb", (x, not_both), x)
    assert not conjunction(c, "absorb", (negate(x), not_both), c.same("and", (negate(x), negate(y))))
    assert not conjunction(c, "absorb", (z, not_both), c.same("and", (z, negate(y))))
    assert not conjunction(c, "absorb", (x, c.same("and", (negate(x), y))), x)  # and(1 - x, y) is not negated
    other = c.affine(mpq(2), (mpq(-1), c.same("and", (x, y))))
    assert not conjunction(c, "absorb", (negate(x), other), negate(x))


def test_equal_truth_values_do_not_differ() -> None:
    c, (x, y, _) = known()
    assert says(c, "same", "xor", (x, x), c.terms.zero)
    assert not says(c, "same", "xor", (x, y), c.terms.zero)
    assert not says(c, "same", "xor", (x, x), c.terms.one)


def test_one_and_not_the_other() -> None:
    c, (x, y, _) = known()
    negate = c.terms.negate
    right = c.any_of([c.same("and", (x, negate(y))), c.same("and", (negate(x), y))])
    assert says(c, "either", "xor", (x, y), right)
    assert not says(c, "either", "xor", (x, negate(y)), right)
    assert not says(c, "either", "xor", (x, y), c.same("and", (x, negate(y))))
    two, three = (c.affine(mpq(k), (mpq(1), x)) for k in (2, 3))
    right = c.any_of([c.same("and", (two, negate(three))), c.same("and", (negate(two), three))])
    assert not says(c, "either", "xor", (two, three), right)


def test_what_both_have_in_common_stands_before() -> None:
    c, (x, y, z) = known()
    negate = c.terms.negate
    left, other = c.same("and", (x, y)), c.same("and", (x, z))
    right = c.same("and", (x, c.same("xor", (y, z))))
    assert says(c, "common factor", "xor", (left, other), right, terms=(x,))
    assert says(c, "common factor", "xor", (negate(left), negate(other)), right, terms=(x,))
    assert says(c, "common factor", "xor", (x, other), c.same("and", (x, c.same("xor", (c.terms.one, z)))), terms=(x,))
    assert not says(c, "common factor", "xor", (left, negate(other)), right, terms=(x,))
    assert not says(c, "common factor", "xor", (left, z), right, terms=(x,))
    assert not says(c, "common factor", "xor", (left, z), c.same("and", (x, c.same("xor", (y, z)))), terms=(x,))
    assert not says(c, "common factor", "xor", (y, z), c.same("and", (x, c.same("xor", (y, z)))), terms=(x,))
    assert not says(c, "common factor", "xor", (left, other), c.same("xor", (y, z)), terms=(x,))
    double = c.affine(mpq(0), (mpq(2), x))
    both = c.same("and", (double, y))
    right = c.same("and", (double, c.same("xor", (c.terms.one, y))))
    assert not says(c, "common factor", "xor", (double, both), right, terms=(double,))
