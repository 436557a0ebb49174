"""Mean rules: how the sum S of k values becomes their mean, as values with their own methods.

    quotient            S / k, one division
    quotient(t)         the same, rounded to multiples of 2**-t: dyadic arithmetic, where nothing else rounds
    reciprocal(t)       S · ρ(k), with ρ(k) the reciprocal of k to t + 1 significant bits, truncated
    reciprocal(t, mode) the same, rounded by a mode
    iterative           S / k, where S is rounded after every addition, from left to right
    iterative(order)    the same in another order (`logbits.encode.number.order`)

What a program stores of a rule is only how it divides (`division`): rounding, and sums that round, are put in as
operations. `divide` is used by everything that interprets programs but the reference run, which has its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from gmpy2 import mpq

from .order import ORDERS, Order
from .rational import ONE, ZERO
from .rounding import MODES, Mode, round_integer

MAX_BITS = 1024
"""The widest format and the most guard bits accepted: far beyond any use, and small enough never to exhaust memory."""

MAX_BLOCK = 1 << 20
"""The greatest size of the blocks of a sum: longer than any word."""

_ORDERS = "left, right, tree or blocks(k)"


class InvalidArithmeticError(ValueError):
    """An arithmetic that does not exist or does not fit together: the message says what to write instead."""


def within(what: str, value: int, least: int, most: int = MAX_BITS) -> int:
    """`value`, if it is from `least` to `most`.

    Raises:
        InvalidArithmeticError: if it is not, or is no whole number.
    """
    if isinstance(value, bool) or not isinstance(value, int):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArithmeticError(f"{what} must be a whole number from {least} to {most}, not {value!r}")
    if not least <= value <= most:
        raise InvalidArithmeticError(f"{what} must be from {least} to {most}, not {value}")
    return value


class _Division:
    """What all rules share: a mean of nothing is 0."""

    def weight(self, count: int) -> mpq:
        """What each of `count` >= 1 values is multiplied with."""
        return mpq(1, count)

    def divide(self, total: mpq, count: int) -> mpq:
        """The mean of `count` values with this sum; 0 for the empty set."""
        return total * self.weight(count) if count else ZERO

    @property
    def share(self) -> mpq:
        """A number that k times the weight of k values never exceeds."""
        return ONE

    @property
    def whole(self) -> bool:
        """Whether k times the weight of k values is 1 always, so that a mean lies between its values."""
        return True

    def image(self, low: mpq, high: mpq) -> tuple[mpq, mpq]:
        """An interval that holds the mean of one or more values in [low, high]."""
        return (low, high) if self.whole else (min(low * self.share, ZERO), max(high * self.share, ZERO))

    @property
    def division(self) -> Division:
        """The rule by which a sum, once it is stored, is divided."""
        return EXACT_MEAN

    @property
    def steps(self) -> Iterative | None:
        """The order of the additions after each of which a sum is stored; None where it is stored at its end."""
        return None


@dataclass(frozen=True)
class Quotient(_Division):
    """S / k: exact sum, one division, one rounding; with `dyadic`, to the multiples of 2**-bits."""

    bits: int | None = None

    def __post_init__(self) -> None:
        if self.bits is not None:
            within("the t of quotient", self.bits, 0)

    def __str__(self) -> str:
        return "quotient" if self.bits is None else f"quotient({self.bits})"


@dataclass(frozen=True)
class Reciprocal(_Division):
    """S · ρ with ρ = floor(2**(len k + t) / k) / 2**(len k + t), or rounded by another mode than truncation.

    t = 0, truncated, is the division of Merrill, Sabharwal and Smith 2022 (appendix A).
    """

    bits: int
    mode: Mode = "toward-zero"

    def __post_init__(self) -> None:
        within("the t of reciprocal", self.bits, 0)
        if self.mode not in MODES:
            raise InvalidArithmeticError(f"the mode of reciprocal must be one of {', '.join(MODES)}, not {self.mode!r}")

    def __str__(self) -> str:
        return f"reciprocal({self.bits})" if self.mode == "toward-zero" else f"reciprocal({self.bits}, {self.mode})"

    def weight(self, count: int) -> mpq:
        """ρ(count)."""
        power = 1 << (count.bit_length() + self.bits)
        return mpq(round_integer(mpq(power, count), self.mode), power)

    @property
    def share(self) -> mpq:
        """k·ρ(k) < 1 + k / 2**(len k + t) < 1 + 2**-t where ρ is rounded up, and at most 1 where it is truncated."""
        return ONE if self.mode in ("toward-zero", "floor") else 1 + mpq(1, 1 << self.bits)

    @property
    def whole(self) -> bool:
        """ρ(3) is never 1/3."""
        return False

    @property
    def division(self) -> Division:
        """This rule itself."""
        return self


@dataclass(frozen=True)
class Iterative(_Division):
    """S / k with S rounded after every addition: in the accumulator's format, else the value's.

    `size` is that of blocks, and None in other orders.
    """

    order: Order = "left"
    size: int | None = None

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise InvalidArithmeticError(f"the order of iterative must be {_ORDERS}, not {str(self.order)[:40]!r}")
        if self.order == "blocks":
            within("the k of blocks", 0 if self.size is None else self.size, 1, MAX_BLOCK)
        elif self.size is not None:
            raise InvalidArithmeticError(f"only blocks have a size: write 'iterative({self.order})'")

    @property
    def steps(self) -> Iterative | None:
        """This order itself."""
        return self

    def __str__(self) -> str:
        if self.order == "left":
            return "iterative"
        return f"iterative({self.order})" if self.size is None else f"iterative({self.order}({self.size}))"


MeanRule = Quotient | Reciprocal | Iterative
Division = Quotient | Reciprocal
"""How a stored sum is divided: exactly (`EXACT_MEAN`), or by a reciprocal."""

EXACT_MEAN = Quotient()
