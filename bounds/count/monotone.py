"""All lengths up to a great N: acceptors whose decision is monotone in one count, decided by their thresholds.

For a symmetric program over two symbols and a fixed length n, a run is a function of c, the number of second symbols.
If every operation from the means to the readout is monotone in c, the decision changes at most once, at a threshold,
and two runs agree on all words of length n iff they accept the same interval of counts. The threshold of n + 1 lies
next to that of n, so a few exact evaluations decide a length: 65,536 lengths take seconds, where all counts would be
2·10^9.

That it is monotone is proved on the program with its roundings in (`logbits.bounds.count.directions`). Where no rule
applies nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable

from gmpy2 import mpq

from ...encode.program.program import BOS, EOS, Accept, Program
from .directions import directions
from .kinds import symmetric
from .run import CountRun, alike, first_word
from .unmasked import can_fail


class Monotone:
    """Two runs of acceptors whose readouts are monotone in the number of second symbols: do they decide alike?

    Thresholds say nothing of accumulators, so that other kinds of claims are not for here.

    Raises:
        ValueError: where monotonicity is not proved (`proves` says so beforehand), or the runs are not read alike.
    """

    def __init__(self, left: Program, right: Program) -> None:
        if not proves(left) or not proves(right) or not alike(left, right):
            raise ValueError(f"{left.name} and {right.name} are not known to be monotone in the same count")
        self._runs = CountRun(left), CountRun(right)
        self._directions = directions(left), directions(right)
        self._last: dict[tuple[int, int], int] = {}
        self._outcomes: dict[tuple[int, int], tuple[mpq, ...]] = {}

    def breaking_word(self, length: int) -> tuple[int, ...] | None:
        """The first word of a length, in the order of the alphabet, on which the runs decide differently."""
        program = self._runs[0].program
        self._outcomes.clear()
        found: tuple[int, ...] | None = None
        for c, (low, high) in _reached(program, length).items():
            accepted = [self._accepted(side, c, length, low, high) for side in (0, 1)]
            if accepted[0] != accepted[1]:
                first = _first_difference(accepted[0], accepted[1])
                word = first_word(program, (length - first, first), c)
                found = word if found is None else min(found, word)
        return found

    def _accepted(self, side: int, c: int, length: int, low: int, high: int) -> range:
        """The counts low..high with which a run accepts, its outcome read at class c."""
        rises = self._directions[side][c] != -1
        change = self._change(lambda count: self._accepts(side, c, length, count) == rises, (side, c), low, high)
        accepted = range(change, high + 1) if rises else range(low, change)
        return accepted or range(0)

    def _accepts(self, side: int, c: int, length: int, count: int) -> bool:
        key = side, count
        if key not in self._outcomes:
            self._outcomes[key] = self._runs[side].run((length - count, count)).outcomes
        return self._outcomes[key][c] == 1

    def _change(self, holds: Callable[[int], bool], key: tuple[int, int], low: int, high: int) -> int:
        """The least count in low..high at which the monotone truth holds, high + 1 if none: a search from the last."""
        above = min(max(self._last.get(key, low), low), high + 1)
        stride = 1
        while above <= high and not holds(above):
            low, above, stride = above + 1, min(above + stride, high + 1), 2 * stride
        below, stride = above - 1, 1
        while below >= low and holds(below):
            above, below, stride = below, max(below - stride, low - 1), 2 * stride
        low = max(low, below + 1)
        while low < above:
            middle = (low + above) // 2
            if holds(middle):
                above = middle
            else:
                low = middle + 1
        self._last[key] = above
        return above


def _reached(program: Program, length: int) -> dict[int, tuple[int, int]]:
    """The classes at which the outcome can be read, each with the least and the greatest count that it goes with."""
    assert isinstance(program.readout, Accept)
    match program.readout.place:
        case "bos":
            return {program.symbols().index(BOS): (0, length)}
        case "eos":
            return {program.symbols().index(EOS): (0, length)}
        case "first" | "last":
            return {0: (0, length - 1), 1: (1, length)}


def _first_difference(a: range, b: range) -> int:
    """The least element of one of two different ranges that is not in the other."""
    if not a or not b or a.start != b.start:
        return min(each.start for each in (a, b) if each)
    return min(a.stop, b.stop)


def proves(program: Program) -> bool:
    """Whether the decision of a program, with its roundings in, is proved to be monotone in a count."""
    if not symmetric(program) or len(program.alphabet) != 2 or program.length_aware:
        return False
    if not isinstance(program.readout, Accept) or any(can_fail(op) for op in program.ops):
        return False
    return all(moved is not None for moved in directions(program))
