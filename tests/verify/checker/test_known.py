"""What was accepted is looked up, and what was not is refused."""

from __future__ import annotations

import pytest
from gmpy2 import mpq
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import grid
from logbits.verify.checker.known import AROUND, Known, in_order
from logbits.verify.checker.refused import Refused


def known() -> Known:
    return Known(2, 3)


def test_an_operation_equals_what_was_accepted() -> None:
    c = known()
    x, y = c.terms.symbol(1, 1), c.terms.symbol(2, 1)
    for op, args, payload in (
        ("mul", (x, y), None),
        ("compare", (x,), ">="),
        ("round", (x,), grid(0)),
        ("and", (x, y), None),
        ("max", (x, y), None),
        ("ge", (x, y), None),
        ("ge", (c.terms.one, c.terms.zero), None),
    ):
        with pytest.raises(Refused, match="no step says"):
            c.same(op, args, payload)
        c.accept((op, args, payload), c.terms.one)
        assert c.same(op, args, payload) == c.terms.one
        with pytest.raises(Refused, match="again"):
            c.accept((op, args, payload), c.terms.one)
    for op, args, payload in (
        ("mul", (y, x), None),
        ("compare", (x,), ">"),
        ("compare", (y,), ">="),
        ("round", (x,), grid(1)),
        ("ge", (y, x), None),
    ):
        with pytest.raises(Refused):
            c.same(op, args, payload)


def test_the_order_of_a_conjunction_makes_no_difference() -> None:
    c = known()
    x, y = c.terms.symbol(1, 1), c.terms.symbol(2, 1)
    for op in ("and", "max"):
        c.accept((op, (x, y), None), c.terms.zero)
        assert c.same(op, (y, x, y)) == c.terms.zero
        assert in_order(op, (y, x, y)) == (x, y)
    assert in_order("mul", (y, x, y)) == (y, x, y)


def test_what_needs_no_step() -> None:
    c = known()
    x, two = c.terms.symbol(1, 1), c.terms.const(mpq(2))
    double = c.affine(ZERO, (mpq(2), x))
    assert c.same("affine", (x,), (ZERO, (mpq(2),))) == double
    assert c.same("mul", (two, two)) == c.terms.const(mpq(4))
    assert c.same("and", ()) == c.terms.one
    assert c.same("max", (double, double)) == double
    assert c.same("and", (x, x)) == x
    with pytest.raises(Refused, match="truth value"):
        c.same("and", (double, double))
    with pytest.raises(Refused):
        c.same("mul", (x, two))


def test_a_row_is_no_term_and_a_term_no_row() -> None:
    c = known()
    x, y = c.terms.symbol(1, 1), c.terms.symbol(2, 1)
    with pytest.raises(Refused):
        c.row((x, y))
    c.accept(("row", (x, y), None), (x, y))
    assert c.row((x, y)) == (x, y)
    with pytest.raises(Refused):
        c.row((y, x))
    with pytest.raises(Refused):
        c.same("row", (x, y))
    c.accept(("row", (y, y), None), x)
    with pytest.raises(Refused):
        c.row((y, y))


def test_truth_values() -> None:
    c = known()
    x, y = c.terms.symbol(1, 1), c.terms.symbol(2, 1)
    number, other, third = (c.affine(mpq(k), (ONE, x), (ONE, y)) for k in (0, 5, 9))
    assert c.truth(x) == x
    assert c.truth(c.terms.negate(x)) == c.terms.negate(x)
    for wrong in (
        number,
        c.affine(ZERO, (mpq(2), x)),
        c.affine(ZERO, (mpq(1, 2), x)),
        c.affine(ZERO, (-ONE, x)),
        c.affine(ONE, (ONE, x)),
    ):
        with pytest.raises(Refused):
            c.truth(wrong)
    for op in ("mul", "max"):
        for several in ((other, y), (x, other)):
            c.accept((op, several, None), number)
            with pytest.raises(Refused):
                c.truth(number)
    c.accept(("xor", (x, y), None), number)  # whatever it is, it differs or not
    assert c.truth(number) == number
    assert c.truth(c.terms.negate(number)) == c.terms.negate(number)
    c.accept(("row", (x, y), None), (x, other))
    assert c.truth(other) == other
    for op in ("mul", "max"):
        known_too = c.affine(mpq(11), (ONE, x), (mpq(-1 if op == "mul" else 1), y))
        c.accept((op, (x, y), None), known_too)
        assert c.truth(known_too) == known_too
    for op in ("round", "mean", "attend", "steps", "table"):
        c.accept((op, (x, y), None), third)
        with pytest.raises(Refused):
            c.truth(third)


def test_conditions() -> None:
    c = known()
    x, y = c.terms.symbol(1, 1), c.terms.symbol(2, 1)
    number = c.affine(mpq(-2), (ONE, c.affine(ZERO, (ONE, x), (ONE, y))))
    c.accept(("compare", (number,), ">="), x)
    c.accept(("compare", (number,), "="), y)
    count = c.affine(mpq(2), (ONE, number))
    assert (c.at_least(count, mpq(2)), c.at_least(number), c.equals(count, mpq(2))) == (x, x, y)
    with pytest.raises(Refused):
        c.at_least(count, ONE)
    c.accept(("and", in_order("and", (c.terms.negate(x), c.terms.negate(y))), None), c.terms.zero)
    assert c.any_of([x, y]) == c.terms.one
    assert c.any_of([x]) == x
    assert c.any_of([]) == c.terms.zero
    double = c.affine(ZERO, (mpq(2), x))
    c.accept(("and", in_order("and", (c.terms.negate(double), c.terms.negate(y))), None), c.terms.zero)
    for several in ([double], [double, y]):
        with pytest.raises(Refused):
            c.any_of(several)


def test_keys() -> None:
    c = known()
    x = c.terms.symbol(1, 1)
    with pytest.raises(Refused):
        c.points((x,))
    with pytest.raises(Refused):
        c.columns((x,))
    c.covers[x,] = [(ZERO,), (ONE,)]
    assert c.columns((x,)).of(x) == [ZERO, ONE]
    assert c.columns("@1").of(x) == [ZERO, ONE]
    for wrong in ("@0", "@4", "@01", "@-1", "@+1", "@ 1"):
        with pytest.raises(Refused):
            c.columns(wrong)
    for wrong in ("@", "@x"):
        with pytest.raises(ValueError, match="int"):
            c.columns(wrong)


def test_surroundings() -> None:
    c = known()
    assert len(c.around(1).surroundings) == 6
    for place in (0, 4, -1):
        with pytest.raises(Refused):
            c.around(place)
    many = Known(8, 40)
    assert AROUND < 10**6
    with pytest.raises(Refused, match="too many"):
        many.around(20)
