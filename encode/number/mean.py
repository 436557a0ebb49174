"""Mean rules: how the sum S of k values becomes their mean, as values with their own methods.

    quotient            S / k, one division
    quotient(t)         the same, rounded to multiples of 2**-t: dyadic arithmetic, where nothing else rounds
    reciprocal(t)       S · ρ(k), with ρ(k) the reciprocal of k to t + 1 significant bits, truncated
    reciprocal(t, mode) the same, rounded by a mode
    iterative           S / k, where S is rounded after every addition, from left to right
    iterative(order)    the same in another order (`logbits.encode.number.order`)

What a program stores of a rule is only how it divides (`division`): rounding, and sums that round, are put in as
operations. `divide` is used by everything that interprets programs but the reference run, which has its own.

Where an arithmetic stores the weights 1/k of a head, or counts k by a sum that rounds, `Weights` stands in the heads of
programs instead. It is put in by `logbits.encode.arithmetic.twin`, and no word of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from gmpy2 import mpq

from .ones import ones
from .order import ORDERS, Order
from .rational import ONE, ZERO
from .rounding import MODES, Mode, Rounding, round_integer

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

    def share(self, most: int) -> mpq:
        """A number that k times the weight of k values never exceeds, for k up to `most`."""
        return ONE

    @property
    def before(self) -> bool:
        """Whether values meet their weights before they are summed up and the sum is stored."""
        return False

    def fails(self, count: int) -> bool:
        """Whether a run fails where `count` values are averaged."""
        return False

    @property
    def may_fail(self) -> bool:
        """Whether it fails for some counts."""
        return False

    @property
    def whole(self) -> bool:
        """Whether k times the weight of k values is 1 always, so that a mean lies between its values."""
        return True

    def image(self, low: mpq, high: mpq, most: int) -> tuple[mpq, mpq]:
        """An interval that holds the mean of one to `most` values in [low, high]."""
        if self.whole:
            return low, high
        share = self.share(most)
        return min(low * share, ZERO), max(high * share, ZERO)

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

    def share(self, most: int) -> mpq:
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


@dataclass(frozen=True)
class Weights(_Division):
    """Each value times its weight, which is 1/k as a format holds it; or S / k with k as a format holds it; or both.

    `weights` stores 1/k, `denominator` every addition of the running sum of ones that stands for k; None where these
    are exact. `order` is that of a sum that is stored after every addition: of the values times their weights where
    weights are stored, else of the values. Formats of weights and denominators hold 1, which is checked where an
    arithmetic is made.
    """

    weights: Rounding | None = None
    denominator: Rounding | None = None
    order: Iterative | None = None

    def __str__(self) -> str:
        parts = [] if self.weights is None else [f"weights in {self.weights} {self.weights.mode}"]
        parts += [] if self.denominator is None else [f"a count in {self.denominator} {self.denominator.mode}"]
        return ", ".join([*parts, *([] if self.order is None else [str(self.order)])])

    def weight(self, count: int) -> mpq:
        """1/k, as it is stored."""
        exact = 1 / (mpq(count) if self.denominator is None else ones(self.denominator).sum(count))
        return exact if self.weights is None else self.weights.apply(exact)

    def share(self, most: int) -> mpq:
        """The greatest there is."""
        return _greatest_share(self.division, most)

    @property
    def whole(self) -> bool:
        """That there are counts for which it is so is not looked at."""
        return False

    @property
    def before(self) -> bool:
        """Where weights are stored: a denominator alone divides the sum."""
        return self.weights is not None

    def fails(self, count: int) -> bool:
        """Where the running sum of ones overflows, if that is an error."""
        return self.may_fail and self.denominator is not None and ones(self.denominator).overflow(count)

    @property
    def may_fail(self) -> bool:
        """As the format of the denominator says."""
        return self.denominator is not None and self.denominator.overflow == "error"

    @property
    def division(self) -> Weights:
        """The same without an order."""
        return replace(self, order=None)

    @property
    def steps(self) -> Iterative | None:
        """The order, if there is one."""
        return self.order


@cache
def _greatest_share(rule: Weights, most: int) -> mpq:
    return max((k * rule.weight(k) for k in range(1, most + 1)), default=ONE)


MeanRule = Quotient | Reciprocal | Iterative
"""What an arithmetic says of means."""

HeadRule = MeanRule | Weights
"""What a head with its roundings in says of them."""

Division = Quotient | Reciprocal | Weights
"""How a stored sum is divided: exactly (`EXACT_MEAN`), by a reciprocal, or by what is stored of its weights."""

EXACT_MEAN = Quotient()
