"""Checks of steps about numbers: each condition, by a step that is wrong for want of it alone."""

from __future__ import annotations

import pytest
from gmpy2 import mpq
from logbits.encode.number.mean import EXACT_MEAN, Reciprocal
from logbits.encode.number.rational import ONE
from logbits.encode.number.rounding import Rounding, fixed_point, floating, grid, power
from logbits.encode.term.terms import Term
from support.derivations import Told, is_so, says

WHOLE = grid(0, "floor")


def known() -> tuple[Told, list[Term]]:
    c = Told(2, 3)
    return c, [c.terms.symbol(place, 1) for place in (1, 2, 3)]


def plus(c: Told, const: int | str, *parts: tuple[int | str, Term]) -> Term:
    return c.affine(mpq(const), *((mpq(weight), term) for weight, term in parts))


def test_products_and_maxima_of_truth_values() -> None:
    c, (x, y, _) = known()
    both, one = c.same("and", (x, y)), c.any_of([x, y])
    assert says(c, "truths", "mul", (x, y), both)
    assert says(c, "truths", "mul", (x, x), x)
    assert says(c, "truths", "max", (x, y), one)
    assert not says(c, "truths", "mul", (x, y), one)
    assert not says(c, "truths", "max", (x, y), both)
    for double in (plus(c, 0, (2, x)), plus(c, 0, (1, x), (1, y)), plus(c, -1, (1, x)), plus(c, 0, ("1/2", x))):
        assert not says(c, "truths", "mul", (double, y), c.terms.add("and", sorted((double, y))))
        assert not says(
            c,
            "truths",
            "max",
            (double, y),
            c.terms.negate(c.terms.add("and", sorted((c.terms.negate(double), c.terms.negate(y))))),
        )


def test_a_product_is_multiplied_out() -> None:
    c, (x, y, z) = known()
    p, q = plus(c, 0, (1, x), (1, y)), plus(c, 0, (1, y), (1, z))
    core = c.terms.add("mul", sorted((p, q)))
    left, other = plus(c, 3, (2, p)), plus(c, -1, ("1/2", q))
    right = plus(c, -3, (1, core), ("3/2", q), (-2, p))
    assert says(c, "expanded", "mul", (left, other), right, terms=(p, q))
    assert says(c, "expanded", "mul", (other, left), right, terms=(q, p))
    shifted = plus(c, 5, (1, p))
    cores = c.terms.add("mul", sorted((shifted, q)))
    assert says(c, "expanded", "mul", (p, q), plus(c, 0, (1, cores), (-5, q)), terms=(shifted, q))
    for wrong in ((p, p), (q, p), (x, q)):
        assert not says(c, "expanded", "mul", (left, other), right, terms=wrong)
    for more in (
        plus(c, 1, (1, right)),
        plus(c, 0, (1, right), (1, p)),
        plus(c, 0, (1, right), (1, q)),
        plus(c, 0, (1, right), (-1, core)),
    ):
        assert not says(c, "expanded", "mul", (left, other), more, terms=(p, q))
    # Not a multiple of what is named, and a constant.
    uneven = plus(c, 0, (1, x), (2, y))
    assert not says(c, "expanded", "mul", (uneven, q), core, terms=(p, q))
    assert not says(c, "expanded", "mul", (q, uneven), core, terms=(q, p))
    assert says(c, "expanded", "mul", (c.terms.const(mpq(3)), q), plus(c, 0, (3, q)))
    assert not says(c, "expanded", "mul", (c.terms.const(mpq(3)), q), plus(c, 0, (2, q)))


def test_the_core_of_a_product_is_a_conjunction_of_truth_values_only() -> None:
    c, (x, y, z) = known()
    both = c.same("and", (x, y))
    assert says(
        c, "expanded", "mul", (plus(c, 0, (2, x)), plus(c, 1, (1, y))), plus(c, 0, (2, both), (2, x)), terms=(x, y)
    )
    p = plus(c, 0, (1, x), (1, z))
    for several in ((p, y), (y, p)):
        assert not says(c, "expanded", "mul", several, c.terms.add("and", sorted(several)), terms=several)


def mean(c: Told, rule: object, low: int = 0, high: int = 9) -> tuple[object, mpq, mpq]:
    return rule, mpq(low), mpq(high)


@pytest.mark.parametrize("rule", [EXACT_MEAN, Reciprocal(0), Reciprocal(2, "ceil")])
def test_a_mean_of_a_known_number(rule: Reciprocal) -> None:
    c, (x, y, _) = known()
    total, three = plus(c, 0, (1, x), (1, y)), c.terms.const(mpq(3))
    payload = mean(c, rule)
    assert says(c, "weight", "mean", (total, three), plus(c, 0, (str(rule.weight(3)), total)), payload=payload)
    assert not says(c, "weight", "mean", (total, three), plus(c, 0, (str(rule.weight(2)), total)), payload=payload)
    assert not says(c, "weight", "mean", (total, three), plus(c, 0, ("2/3", total)), payload=payload)
    assert not says(
        c, "weight", "mean", (total, plus(c, 1, (2, y))), plus(c, 0, (str(rule.weight(3)), total)), payload=payload
    )
    assert says(c, "weight", "mean", (total, c.terms.zero), c.terms.zero, payload=payload)


def test_a_mean_case_by_case() -> None:
    c, (x, y, z) = known()
    total, count = plus(c, 0, (1, x), (1, z)), plus(c, 0, (1, x), (1, y))
    payload = mean(c, EXACT_MEAN)

    def case(k: int, term: Term) -> Term:
        return c.same("mul", (c.equals(count, mpq(k)), term))

    for k, value in ((0, c.terms.zero), (1, total), (2, plus(c, 0, ("1/2", total)))):
        c.accept(("mean", (total, c.terms.const(mpq(k))), payload), value)
    cases = [case(0, c.terms.zero), case(1, total), case(2, plus(c, 0, ("1/2", total)))]
    every = plus(c, 0, *((1, each) for each in cases))
    assert says(c, "cases", "mean", (total, count), every, payload=payload)
    assert not says(c, "cases", "mean", (total, count), plus(c, 0, (1, cases[0]), (1, cases[2])), payload=payload)
    assert not says(c, "cases", "mean", (total, count), plus(c, 0, (1, cases[0]), (1, cases[1])), payload=payload)
    assert not says(c, "cases", "mean", (total, plus(c, 1, (1, y))), every, payload=payload)


def test_a_rounded_mean_case_by_case() -> None:
    c, (x, y, z) = known()
    total, count = plus(c, 0, (1, x), (1, z)), plus(c, 0, (1, x), (1, y))
    payload = mean(c, EXACT_MEAN, 0, 2)
    c.facts.promised.add((total, count, mpq(0), mpq(2)))
    base = c.terms.add("mean", (total, count), payload)
    values = {0: c.terms.zero, 1: total, 2: plus(c, 0, ("1/2", total))}
    for k, value in values.items():
        c.accept(("mean", (total, c.terms.const(mpq(k))), payload), value)

    def cases(a: str, b: str, rounding: Rounding) -> Term:
        here = {k: c.same("round", (plus(c, b, (a, value)),), rounding) for k, value in values.items()}
        return plus(c, 0, *((1, c.same("mul", (c.equals(count, mpq(k)), each))) for k, each in here.items()))

    term, right = plus(c, "1/3", (3, base)), cases("3", "1/3", WHOLE)
    inside = plus(c, 0, (1, c.same("and", (x, z))), (1, c.same("and", (x, y))))
    assert not says(c, "cases of mean", "round", (term,), cases("3", "0", WHOLE), payload=WHOLE)
    assert not says(c, "cases of mean", "round", (term,), cases("2", "1/3", WHOLE), payload=WHOLE)
    assert not says(c, "cases of mean", "round", (term,), right, payload=grid(1))
    assert not says(c, "cases of mean", "round", (inside,), right, payload=WHOLE)
    assert says(c, "cases of mean", "round", (term,), right, payload=WHOLE)


SMALL = floating(2, 3, False, "toward-zero", "saturate")


def test_what_a_format_stores_as_it_is() -> None:
    c, (x, y, _) = known()
    unsigned = fixed_point(2, 1, False, "floor", "saturate")  # 0, 1/2, 1, 3/2
    two = plus(c, 0, (1, x), ("1/2", y))
    for stored in (x, two, plus(c, 0, ("1/2", x))):
        assert says(c, "fixed", "round", (stored,), stored, payload=unsigned)
    for other in (plus(c, 1, (1, x)), plus(c, "-1/2", (1, x)), plus(c, 0, ("1/4", x)), plus(c, "1/4", ("1/2", x))):
        assert not is_so(c, "round", (other,), other, unsigned)
        assert not says(c, "fixed", "round", (other,), other, payload=unsigned)
    assert not says(c, "fixed", "round", (two,), x, payload=unsigned)


def test_a_precision_is_enough_where_steps_are_as_large_as_values() -> None:
    """Two significant bits: 4 and 6 are stored, 5 is not; 8 is a power of two, 10 is none."""
    c, (x, y, z) = known()
    wide = Rounding(ONE, -256, 256, "toward-zero", "saturate", 2)
    for parts, fits in (
        ((4, 2), True),
        ((4, 1), False),
        ((4, 2, 2), True),
        ((4, 4, 2), False),
        ((16, 8, 8), True),
        ((3, 6), False),
    ):
        term = plus(c, 0, *((part, each) for part, each in zip(parts, (x, y, z), strict=False)))
        assert says(c, "fixed", "round", (term,), term, payload=wide) is fits
        negative = plus(c, 0, (-1, term))
        assert says(c, "fixed", "round", (negative,), negative, payload=wide) is fits
        quarter = plus(c, 0, ("1/4", term))
        finer = Rounding(power(-2), -256, 256, "toward-zero", "saturate", 2)
        assert says(c, "fixed", "round", (quarter,), quarter, payload=finer) is fits
    assert says(c, "fixed", "round", (c.terms.zero,), c.terms.zero, payload=SMALL)


def test_what_is_left_out_of_a_maximum() -> None:
    c, (x, y, z) = known()
    two, one = plus(c, 2, (1, x)), plus(c, 1, (1, y))
    assert says(c, "lesser", "max", (two, one), two, terms=(two,))
    assert not says(c, "lesser", "max", (two, one), one, terms=(one,))
    assert not says(c, "lesser", "max", (two, plus(c, 1, (2, y))), two, terms=(two,))
    several = (two, one, plus(c, 1, (2, z)))
    kept = (two, plus(c, 1, (2, z)))
    assert says(c, "lesser", "max", several, c.same("max", kept), terms=kept)
    assert not says(c, "lesser", "max", (two, one), plus(c, 5, (1, x)), terms=(plus(c, 5, (1, x)),))
    assert not says(c, "lesser", "max", (two, one), two, terms=())


def test_step_functions_and_tables() -> None:
    c, (x, y, z) = known()
    count = plus(c, 0, (1, x), (1, y), (1, z))
    at_least = {cut: c.at_least(count, mpq(cut)) for cut in (1, 2)}
    right = plus(c, 5, (2, at_least[1]), (-3, at_least[2]))
    cuts = (mpq(5), ((mpq(1), mpq(7)), (mpq(2), mpq(4))))
    assert says(c, "cuts", "steps", (count,), right, payload=cuts)
    assert not says(c, "cuts", "steps", (count,), plus(c, 0, (1, right), (1, at_least[2])), payload=cuts)
    assert not says(c, "cuts", "steps", (count,), plus(c, -5, (1, right)), payload=cuts)
    descending = (mpq(5), (cuts[1][1], cuts[1][0]))
    wrong = plus(c, 5, (-1, at_least[2]), (3, at_least[1]))
    assert not is_so(c, "steps", (count,), wrong, descending)
    assert not says(c, "cuts", "steps", (count,), wrong, payload=descending)
    equals = {value: c.equals(count, mpq(value)) for value in (1, 2)}
    rows = (((mpq(1),), mpq(7)), ((mpq(2),), mpq(4)))
    right = plus(c, 0, (7, equals[1]), (4, equals[2]))
    assert says(c, "points", "table", (count,), right, payload=rows)
    assert not says(c, "points", "table", (count,), plus(c, 0, (4, equals[1]), (7, equals[2])), payload=rows)
    assert not says(c, "points", "table", (count,), right, payload=(rows[1], rows[0]))
    twice = (rows[0], ((mpq(1),), mpq(4)))
    assert not says(c, "points", "table", (count,), plus(c, 0, (11, equals[1])), payload=twice)
