"""How many there are, as a format holds it: the running sum of ones, each addition stored.

In a format of p significant bits it sticks at 2**p where it is rounded to nearest even or toward zero. So it is worked
out once for each format, as far as it is asked for, and no further than where it stays.
"""

from __future__ import annotations

from functools import cache

from gmpy2 import mpq

from .rational import ONE, ZERO
from .rounding import Rounding


class Ones:
    """The running sums 1, 1 + 1, … in a format; with overflow `error` as they go on with the saturated value."""

    def __init__(self, rounding: Rounding) -> None:
        self.rounding = rounding
        self._sums: list[mpq] = [ZERO]
        self._stays = False
        self._overflows: int | None = None

    def sum(self, count: int) -> mpq:
        """The sum of so many ones."""
        self._extend(count)
        return self._sums[min(count, len(self._sums) - 1)]

    def overflow(self, count: int) -> bool:
        """Whether one of the first `count` additions overflows."""
        self._extend(count)
        return self._overflows is not None and self._overflows <= count

    def _extend(self, count: int) -> None:
        while len(self._sums) <= count and not self._stays:
            exact = self._sums[-1] + ONE
            if self._overflows is None and self.rounding.overflows(exact):
                self._overflows = len(self._sums)
            following = self.rounding.apply(exact)
            self._stays = following == self._sums[-1]
            if not self._stays:
                self._sums.append(following)


@cache
def ones(rounding: Rounding) -> Ones:
    """The running sums of ones in a format, shared by all who ask for them."""
    return Ones(rounding)
