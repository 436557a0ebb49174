"""Irrational numbers are rounded correctly: compared with series summed in integers, and where it is known exactly."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from gmpy2 import mpq
from logbits.encode.number import enclosed
from logbits.encode.number.enclosed import EnclosureError, Power, Sine, Unit, correctly_rounded
from logbits.encode.number.rounding import MODES, Mode, Rounding, fixed_point, floating

BITS = 400
"""The precision of the series here: far beyond what is rounded to."""

SINGLE = floating(24, 8, False, "nearest-even", "error")


def sine(x: Fraction, turned: bool) -> Fraction:
    """The sine of x, or of x · π/2 if it is turned, within 2**-300: by the series, of an angle within a turn."""
    quarters = x if turned else x / QUARTER
    angle = (quarters % 4) * QUARTER
    x = Fraction(round(angle * 2**BITS), 2**BITS)
    total, term, k = x, x, 1
    while abs(term) > Fraction(1, 2**BITS):
        term = -term * x * x / ((k + 1) * (k + 2))
        term = Fraction(round(term * 2**BITS), 2**BITS)
        total, k = total + term, k + 2
    return total


def quarter_turn() -> Fraction:
    """π/2 by Machin: 2 (4 arctan 1/5 - arctan 1/239)."""

    def arctan(inverse: int) -> Fraction:
        return sum((Fraction((-1) ** k, (2 * k + 1) * inverse ** (2 * k + 1)) for k in range(180)), Fraction(0))

    return 2 * (4 * arctan(5) - arctan(239))


QUARTER = quarter_turn()


def plain(value: mpq) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))


def stored_as(value: Fraction, rounding: Rounding) -> set[mpq]:
    """What numbers around the value are stored as: one, unless it is near a border."""
    near = Fraction(1, 2**300)
    return {rounding.apply(mpq(each)) for each in (value - near, value + near)}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("unit", ["radians", "turns"])
def test_sines_are_rounded_as_their_series_are(unit: Unit, mode: Mode) -> None:
    draw = random.Random(f"{unit} {mode}")
    formats = [floating(p, e, False, mode, "error") for p, e in ((24, 8), (8, 8), (4, 4), (2, 3), (53, 11))] + [
        fixed_point(8, 6, True, mode, "error")
    ]
    for _ in range(60):
        step = mpq(draw.randrange(-99, 100), draw.randrange(1, 99))
        x, quarter = mpq(draw.randrange(-9, 60)), draw.randrange(2)
        rounding = draw.choice(formats)
        if (12 * step * x).denominator == 1:
            continue  # a rational sine, perhaps, which are tried below
        if unit == "radians":
            exact = sine(plain(step * x) + quarter * QUARTER, False)
        else:
            exact = sine(4 * plain(step * x) + quarter, True)
        assert Sine(step, unit, quarter).rounded(x, rounding) in stored_as(exact, rounding)


@pytest.mark.parametrize("quarter", range(2))
@pytest.mark.parametrize("unit", ["radians", "turns"])
@pytest.mark.parametrize("step", [Power(mpq(10000), mpq(-2, 7)), mpq(3, 113)])
def test_an_enclosure_holds_the_value_and_shrinks(step: mpq | Power, unit: Unit, quarter: int) -> None:
    sine = Sine(step, unit, quarter)
    for x in map(mpq, (1, 2, 50, 4095, -3)):
        narrow = sine.enclosure(x, 512)
        for precision in (64, 128, 256):
            low, high = sine.enclosure(x, precision)
            assert low <= narrow[0] <= narrow[1] <= high
            assert high - low < mpq(abs(x) + 20, 1 << precision - 4)


def test_powers_lie_between_their_rational_neighbours() -> None:
    """A number r is b^(p/q) rounded down iff r^q <= b^p < (r + ulp)^q: nothing but integers."""
    down = fixed_point(80, 60, True, "floor", "error")
    for base in ("2", "10000", "3/7", "1/1024"):
        for exponent in ("-8/12", "1/3", "5/7", "-1/32", "13/10"):
            b, e = mpq(base), mpq(exponent)
            found = Power(b, e).rounded(down)
            times, root = int(e.numerator), int(e.denominator)
            assert found**root <= b**times < (found + down.unit) ** root


@pytest.mark.parametrize(
    ("base", "exponent", "value"),
    [("2", "-3", "1/8"), ("2", "6/3", "4"), ("4/9", "-3/2", "27/8"), ("1", "5/7", "1"), ("10000", "-1/4", "1/10")],
)
def test_powers_that_are_rational_are_known_exactly(base: str, exponent: str, value: str) -> None:
    assert Power(mpq(base), mpq(exponent)).rational == mpq(value)


@pytest.mark.parametrize(("base", "exponent"), [("2", "1/2"), ("8", "1/2"), ("4/3", "1/2"), ("10000", "-1/8")])
def test_powers_that_are_not_rational(base: str, exponent: str) -> None:
    assert Power(mpq(base), mpq(exponent)).rational is None


def test_sines_that_are_rational_are_known_exactly() -> None:
    """Those of twelfths of a turn, where no precision would decide; other fractions of a turn have none."""
    halves = {0: 0, 1: 1, 3: 2, 5: 1, 6: 0, 7: -1, 9: -2, 11: -1}
    for mode in MODES:
        half = Rounding(mpq(1, 2), -2, 2, mode)
        for k in range(-12, 25):
            value = halves.get(k % 12)
            found = Sine(mpq(1, 12), "turns").rounded(mpq(k), half)
            assert found == (stored_as(sine(Fraction(k, 3), True), half).pop() if value is None else mpq(value, 2))
            assert Sine(mpq(1, 12), "turns", 1).rounded(mpq(k - 3), half) == found
    assert Sine(mpq(5)).rounded(mpq(0), SINGLE) == 0
    assert Sine(mpq(5), "radians", 1).rounded(mpq(0), SINGLE) == 1
    assert Sine(Power(mpq(2), mpq(1, 2)), "turns", 1).rounded(mpq(0), SINGLE) == 1


@pytest.mark.parametrize(("mode", "value"), [("toward-zero", 2**24 - 1), ("ceil", 2**24), ("nearest-even", 2**24)])
def test_a_value_close_to_a_border_takes_more_precision(mode: Mode, value: int) -> None:
    """The sine of 2^-40 is below 2^-40 by 2^-122 or so."""
    rounding = floating(24, 8, False, mode, "error")
    asked: list[int] = []

    def enclosure(precision: int) -> tuple[mpq, mpq]:
        asked.append(precision)
        return Sine(mpq(1, 2**40)).enclosure(mpq(1), precision)

    assert correctly_rounded(enclosure, rounding) == mpq(value, 2**64)
    assert asked == ([64, 128] if mode == "toward-zero" else [64])


def test_nothing_is_decided_by_an_enclosure_that_never_shrinks() -> None:
    with pytest.raises(EnclosureError, match="no precision up to 65536 bits"):
        correctly_rounded(lambda _: (mpq(0), mpq(1)), SINGLE)


@pytest.mark.parametrize(
    ("base", "exponent", "message"),
    [
        ("0", "1", "the base of a power must be positive, not 0"),
        ("-2", "1", "the base of a power must be positive, not -2"),
        ("2", "1/100000", "an exponent must be a quotient of numbers up to 65536"),
        (f"1/{10**400}", "60000", "a power of more than about 1048576 bits"),
    ],
)
def test_powers_that_are_not_computed(base: str, exponent: str, message: str) -> None:
    with pytest.raises(EnclosureError, match=message):
        Power(mpq(base), mpq(exponent))


def test_what_overflows_is_refused_whatever_overflow_does() -> None:
    for overflow in ("saturate", "error"):
        with pytest.raises(EnclosureError, match=r"overflows s8\.7"):
            Power(mpq(2), mpq(3, 2)).rounded(fixed_point(8, 7, True, "floor", overflow))
        with pytest.raises(EnclosureError, match=r"1 overflows s8\.7"):
            Sine(mpq(1), "radians", 1).rounded(mpq(0), fixed_point(8, 7, True, "floor", overflow))


def test_precisions_double() -> None:
    assert enclosed.PRECISIONS[:3] == (64, 128, 256)
