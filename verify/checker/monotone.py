"""Thresholds, checked: two acceptors over two symbols decide alike on every word of a length, by few of its words.

On words of length n a symmetric run is a function of c, how often the second symbol occurs. Where what is read moves in
one direction (`moves.py` has the rules), the counts with which a run accepts are those from a change on, or up to it.
The change is found by bisection, and both runs must accept with the same counts.

Nothing may fail, nor be rounded on its way in a sum. A value of which that could be said moves in one direction too,
and so do the sum of the positive values and that of the negative ones in a mean. So it would be where c is least or
greatest at each symbol: the runs with c = 0, 1, n - 1 and n are made. A sum that would wrap counts as one that fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...encode.claim.kind import Kind
from ...encode.program.program import BOS, EOS, Accept, Attend, Op, Program
from .counts import check_counts, require_alike, spelled
from .ends import seen_from_the_end
from .moves import UNKNOWN, form_moves, moves
from .refused import Refused
from .symmetric import Column, Symmetric

_DECISIONS = ("decision", "output", "language", "equivalent")


def check_thresholds(left: Program, right: Program, kind: Kind, lengths: range, tick: Callable[[], None]) -> int:
    """Checks that two acceptors with their roundings in decide alike on every word of these lengths.

    `tick` is called before each run, and may raise to stop. What is returned is the number of lengths.

    Raises:
        Refused: for claims and programs that thresholds are not for; where a run may fail, or is not known to be
            monotone; and with the first count of a length with which they decide differently.
    """
    require_alike(left, right)
    if len(left.alphabet) != 2 or kind.name not in _DECISIONS:
        raise Refused(f"{left.name}: thresholds are of decisions over two symbols, not of the claim {kind}")
    several = [_Acceptor(program, tick) for program in (left, right)]
    for length in lengths:
        if length < 2:
            check_counts(left, right, kind, length, tick)
            continue
        ours, theirs = (acceptor.accepted(length) for acceptor in several)
        for place, counts in ours.items():
            if counts != theirs[place]:
                c = next(c for c in range(length + 1) if (c in counts) != (c in theirs[place]))
                word = spelled({left.alphabet[0]: length - c, left.alphabet[1]: c})
                raise Refused(f"on {word}, read at {place}: the claim {kind} does not hold")
    return len(lengths)


class _Acceptor:
    """One side, and the last change found at each place: that of the next length is near."""

    def __init__(self, program: Program, tick: Callable[[], None]) -> None:
        if not isinstance(program.readout, Accept):
            raise Refused(f"{program.name} has no decision")
        self.readout = program.readout
        self.program, self.tick = replace(program, ops=tuple(map(_failing, program.ops))), tick
        self._last: dict[str, int] = {}

    def accepted(self, length: int) -> dict[str, range]:
        """The counts with which words of a length of at least 2 are accepted, by where it is read.

        Raises:
            Refused: where it is not known that they are an interval, or a run may fail.
        """
        program = seen_from_the_end(self.program, length)
        side, first, second = Symmetric(program, length), *program.alphabet
        stored: dict[int, dict[str, Column]] = {}

        def run(c: int) -> dict[str, Column]:
            if c not in stored:
                self.tick()
                stored[c] = side.run({first: length - c, second: c})
            return stored[c]

        known = moves(program.ops, [run(c) for c in (0, 1, length - 1, length)], first, second)
        way = form_moves(self.readout.form, known)
        if way == UNKNOWN:
            raise Refused(f"{self.program.name} is not known to be monotone in a count")
        found: dict[str, range] = {}
        for place, (low, high) in _read_at(self.readout, self.program.alphabet, length).items():

            def holds(c: int, place: str = place) -> bool:
                return (side.read(run(c))[place][0] > 0) == way.up

            change = _change(holds, low, high + 1, self._last.get(place, low))
            found[place] = range(change, high + 1) if way.up else range(low, change)
            self._last[place] = change
        return found


def _change(holds: Callable[[int], bool], low: int, above: int, near: int) -> int:
    """The least count from `low` on at which what holds from some count on holds, `above` if there is none below it."""
    guesses = [near + 1, near, near - 1]
    while low < above:
        middle = guesses.pop() if guesses else (low + above) // 2
        if low <= middle < above:
            low, above = (low, middle) if holds(middle) else (middle + 1, above)
    return low


def _read_at(readout: Accept, alphabet: tuple[str, ...], length: int) -> dict[str, tuple[int, int]]:
    """Where a word may be read, and the least and the greatest count of second symbols in such a word."""
    if readout.place in ("bos", "eos"):
        return {BOS if readout.place == "bos" else EOS: (0, length)}
    return {alphabet[0]: (0, length - 1), alphabet[1]: (1, length)}


def _failing(op: Op) -> Op:
    """The operation with a sum that would wrap as one that fails."""
    if isinstance(op, Attend) and op.total is not None and op.total.overflow == "wrap":
        return replace(op, total=replace(op.total, overflow="error"))
    return op
