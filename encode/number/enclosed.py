"""Numbers that are not rational, rounded correctly: sines, cosines and powers with rational exponents.

Such a number is known by *enclosures*: for each precision an interval with rational ends that holds it. Rounding is
monotone, so where both ends are stored as the same number, the number itself is stored so too, and that is proved; else
the precision is doubled (Ziv 1991, "Fast evaluation of elementary mathematical functions with correctly rounded last
bit"). This ends, as what is asked for here is never on the border between two stored numbers, which is rational, unless
it is rational itself. Which of them are, is known, and these are computed exactly:

    b^(p/q), p/q in lowest terms, is rational iff b is the q-th power of a rational (unique factorisation)
    sin x and cos x of an algebraic x ≠ 0 are transcendental (Lindemann), so is sin 2πx of an irrational algebraic x
    (Gelfond and Schneider), and of a rational x sin 2πx is rational only where it is 0, ±1/2 or ±1 (Niven)

Ends come from MPFR, in contexts of their own with directed rounding, and are exact rationals from there on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import gmpy2
from gmpy2 import mpq

from .rational import ONE, ZERO, floor, show
from .rounding import Rounding

Interval = tuple[mpq, mpq]
Unit = Literal["radians", "turns"]

PRECISIONS = tuple(64 << k for k in range(11))
"""The precisions that are tried; nobody waits for more."""

MAX_ROOT = 1 << 16
"""The greatest numerator and denominator of an exponent."""

MAX_BITS = 1 << 20
"""The greatest size, in bits, of a base raised to the numerator of an exponent."""


class EnclosureError(ValueError):
    """A number that is not computed: the message says why."""


def correctly_rounded(enclosure: Callable[[int], Interval], rounding: Rounding) -> mpq:
    """What an irrational number is stored as; `enclosure` gives an interval that holds it, for each precision.

    Raises:
        EnclosureError: where it overflows, whatever overflow does elsewhere, and where no precision decides.
    """
    for precision in PRECISIONS:
        low, high = enclosure(precision)
        if rounding.units(low) == rounding.units(high):
            return fitting(low, rounding)
    raise EnclosureError(f"no precision up to {PRECISIONS[-1]} bits tells how a value is rounded")


def fitting(value: mpq, rounding: Rounding) -> mpq:
    """What a rational is stored as.

    Raises:
        EnclosureError: where it overflows.
    """
    if rounding.overflows(value):
        raise EnclosureError(f"{'a value' if len(show(value)) > 20 else show(value)} overflows {rounding}")
    return rounding.apply(value)


@dataclass(frozen=True)
class Power:
    """base**exponent, for a positive base: `rational` where it is one, else None.

    Raises:
        EnclosureError: for a base that is not positive, and for numbers that are too large.
    """

    base: mpq
    exponent: mpq

    def __post_init__(self) -> None:
        if self.base <= 0:
            raise EnclosureError(f"the base of a power must be positive, not {show(self.base)[:40]}")
        if max(abs(self._times), self._root) > MAX_ROOT:
            raise EnclosureError(f"an exponent must be a quotient of numbers up to {MAX_ROOT}")
        if (self.base.numerator.bit_length() + self.base.denominator.bit_length()) * abs(self._times) > MAX_BITS:
            raise EnclosureError(f"a power of more than about {MAX_BITS} bits")

    @property
    def _times(self) -> int:
        return int(self.exponent.numerator)

    @property
    def _root(self) -> int:
        return int(self.exponent.denominator)

    @property
    def rational(self) -> mpq | None:
        """The power, if it is rational."""
        parts = [gmpy2.iroot(part, self._root) for part in (self.base.numerator, self.base.denominator)]
        if not all(exact for _, exact in parts):
            return None
        return mpq(parts[0][0], parts[1][0]) ** self._times

    def enclosure(self, precision: int) -> Interval:
        """An interval that holds the power."""
        radicand = self.base**self._times
        ends = (_context(precision, mode) for mode in (gmpy2.RoundDown, gmpy2.RoundUp))
        low, high = (mpq(c.rootn(c.div(radicand.numerator, radicand.denominator), self._root)) for c in ends)
        return low, high

    def rounded(self, rounding: Rounding) -> mpq:
        """What the power is stored as.

        Raises:
            EnclosureError: where it overflows.
        """
        exact = self.rational
        return correctly_rounded(self.enclosure, rounding) if exact is None else fitting(exact, rounding)


@dataclass(frozen=True)
class Sine:
    """sin (x · step), or sin 2π(x · step + quarter/4) with `unit` "turns"; a quarter in radians is π/2 too."""

    step: mpq | Power
    unit: Unit = "radians"
    quarter: int = 0

    def rounded(self, x: mpq, rounding: Rounding) -> mpq:
        """What the sine at x is stored as.

        Raises:
            EnclosureError: where it overflows.
        """
        exact = self._rational(x)
        if exact is not None:
            return fitting(exact, rounding)
        return correctly_rounded(lambda precision: self.enclosure(x, precision), rounding)

    def _rational(self, x: mpq) -> mpq | None:
        """The value where it is rational."""
        step = self.step.rational if isinstance(self.step, Power) else self.step
        if x == 0:
            step = ZERO
        if step is None:
            return None
        if self.unit == "radians":
            return _TWELFTHS[3 * self.quarter % 12] if x * step == 0 else None
        twelfths = 12 * (x * step) + 3 * self.quarter
        if twelfths.denominator != 1:
            return None
        return _TWELFTHS.get(int(twelfths.numerator) % 12)

    def enclosure(self, x: mpq, precision: int) -> Interval:
        """An interval that holds the sine at x: of the low end of the angle, as no sine is steeper than 1."""
        down, up = (_context(precision, mode) for mode in (gmpy2.RoundDown, gmpy2.RoundUp))
        step = self.step.enclosure(precision) if isinstance(self.step, Power) else (self.step, self.step)
        ends = sorted(x * end for end in step)
        turn = mpq(down.const_pi()) * 2, mpq(up.const_pi()) * 2
        if self.unit == "turns":
            ends = [end + mpq(self.quarter, 4) for end in ends]
            whole = floor(ends[0])  # sines do not change by whole turns
            corners = [(end - whole) * pi for end in ends for pi in turn]
        else:
            corners = [end + pi * mpq(self.quarter, 4) for end in ends for pi in turn]
        low, high = min(corners), max(corners)
        angle = down.div(low.numerator, low.denominator)
        steep = high - mpq(angle)
        return max(mpq(down.sin(angle)) - steep, -ONE), min(mpq(up.sin(angle)) + steep, ONE)


_TWELFTHS = {0: ZERO, 1: mpq(1, 2), 3: ONE, 5: mpq(1, 2), 6: ZERO, 7: mpq(-1, 2), 9: -ONE, 11: mpq(-1, 2)}
"""The rational sines of twelfths of a turn."""


def _context(precision: int, mode: int) -> gmpy2.context:
    return gmpy2.context(precision=precision, round=mode)
