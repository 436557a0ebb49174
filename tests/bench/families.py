"""The families that are compared: a model, an arithmetic for each length, and a precision that suffices for it.

A precision is the number of bits behind the point of `dyadic quotient(t)`, or for `induction`, which this arithmetic
cannot break, the bits b of `fixed(b)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """`suffices` is one precision that suffices for each length, about the least one; `short` is one that does not."""

    model: str
    arithmetic: str
    law: str
    """What suffices, written."""

    suffices: Callable[[int], int]
    short: Callable[[int], int]
    acceptor: bool = False
    """Whether it accepts or rejects: then both its runs are circuits, and can be compared."""

    def text(self, precision: int | str) -> str:
        """The arithmetic, as `logbits` reads it."""
        return self.arithmetic.format(precision)


def _once(n: int) -> int:
    """Tells multiples of 1/(2n) from one another."""
    return (2 * n).bit_length()


def _twice(n: int) -> int:
    """Tells quotients by different numbers up to n from one another."""
    return 2 * n.bit_length()


def _scores(n: int) -> int:
    """Holds the integers up to 2n² + n."""
    return (2 * n * n + n).bit_length()


QUOTIENT = "dyadic quotient({})"

FAMILIES = {
    family.model: family
    for family in (
        Family("majority-affine", QUOTIENT, "⌊log₂ n⌋ + 2", _once, lambda n: 1, acceptor=True),
        Family("dyck1-relu", QUOTIENT, "2⌊log₂ n⌋ + 2", _twice, lambda n: 1, acceptor=True),
        Family("prefix-argmax", QUOTIENT, "2⌊log₂ n⌋ + 2", _twice, lambda n: 1),
        Family("palindrome", QUOTIENT, "⌊log₂ n⌋ + 2", _once, lambda n: 1, acceptor=True),
        Family("induction", "fixed({})", "⌊log₂ (2n² + n)⌋ + 1", _scores, lambda n: _scores(n) - 2),
        Family("most-frequent", QUOTIENT, "⌊log₂ n⌋ + 2", _once, lambda n: 1),
    )
}
