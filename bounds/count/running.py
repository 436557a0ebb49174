"""Running sums of equal terms: what is stored after each addition, however the sum is rounded.

Adding 0 to what is stored changes nothing, since every format holds 0 and what it has stored. So a sum of terms that
are 0 or one other number, stored after every addition, is a function of how often that number occurs, and not of the
order in which it does. A table of these sums is made once for each format, start and term, and goes on as far as it is
asked; where a sum sticks it ends.
"""

from __future__ import annotations

from functools import lru_cache

from gmpy2 import mpq

from ...encode.number.rational import ZERO
from ...encode.number.rounding import Rounding


class Running:
    """Sums of 0, 1, 2, … times a term, added to a start that the format holds."""

    def __init__(self, rounding: Rounding, start: mpq, term: mpq) -> None:
        self.rounding, self.term = rounding, term
        self._sums = [start]
        self._stuck = False
        self.overflows: int | None = None
        """The number of the first addition that leaves the format, of those that were made."""

    def after(self, count: int) -> mpq:
        """The sum after so many additions."""
        while len(self._sums) <= count and not self._stuck:
            exact = self._sums[-1] + self.term
            if self.overflows is None and self.rounding.overflows(exact):
                self.overflows = len(self._sums)
            stored = self.rounding.apply(exact)
            self._stuck = stored == self._sums[-1]
            self._sums.append(stored)
        return self._sums[min(count, len(self._sums) - 1)]

    def fails(self, count: int) -> bool:
        """Whether one of the first `count` additions overflows, and that is a failure."""
        self.after(count)
        return self.rounding.overflow == "error" and self.overflows is not None and self.overflows <= count


@lru_cache(maxsize=256)
def running(rounding: Rounding, start: mpq, term: mpq) -> Running:
    """The table of these sums."""
    return Running(rounding, start, term)


def furthest(rounding: Rounding, term: mpq, count: int) -> mpq | None:
    """Beyond this no sum of up to `count` terms between 0 and `term` gets, in whatever order; None if one may overflow.

    To store turns no two numbers round, so the sum of the greatest terms is never behind. That it is no further than
    where overflow begins holds for the sum of other terms too.
    """
    sums = running(rounding, ZERO, term)
    reached = sums.after(count)
    return None if sums.overflows is not None and sums.overflows <= count else reached
