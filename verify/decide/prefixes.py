"""The way of prefixes: both runs on all words at once, letter by letter, without a solver.

One sweep goes through all lengths, so that one child has them all, and each is an answer of its own. It goes on as long
as the states of a length are few enough (`ROWS`); the lengths that are left are decided by the first way after it that
is for one alone, in the same child.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ...bounds.prefix.kinds import UnsupportedError
from ...bounds.prefix.sweep import Sweep
from ...encode.claim.claim import Claim
from .agreeing import compare, due
from .portion import Portion
from .reply import Broken, Decided, Nowhere, Seen
from .way import Desk

ROWS = 1 << 20
"""The greatest number of states, times symbols, of one length that a sweep goes on from."""

NEAR, FAR = 8, 128
"""All lengths up to the one are simulated, then those that are powers of two, up to the other."""


class Prefixes:
    """All lengths of a claim that can be followed letter by letter, from the first on, while states are few enough."""

    name = "prefixes"
    together = False

    def applies(self, claim: Claim, lengths: range) -> range:
        """All lengths, or none."""
        return lengths if lengths and followed(claim) else lengths[:0]

    def portions(self, claim: Claim, lengths: range) -> Iterable[Portion]:
        """All in one."""
        return [Portion(lengths, self.name, len(lengths))]

    def decide(self, desk: Desk, lengths: range) -> Decided | Broken | None:
        """What becomes of one length; None where there are too many states.

        Raises:
            EncodingError: when a sweep disagrees with the reference run.
        """
        [length] = lengths
        sweep = _before(desk, length)
        if sweep is None:
            return None
        if due(length, NEAR, FAR):
            compare(desk.pair, length, Sweep(desk.claim, length).breaking, "prefixes")
        try:
            level = sweep.advance()
        except MemoryError:
            return _too_many(desk)
        if level.word is not None:
            return Broken(level.word, least=True)
        return Decided("enumeration", Seen()) if level.inhabited else Decided("vacuous", Nowhere())


@lru_cache(maxsize=4)
def followed(claim: Claim) -> bool:
    """Whether a claim can be followed letter by letter."""
    try:
        Sweep(claim)
    except UnsupportedError:
        return False
    return True


def _before(desk: Desk, length: int) -> Sweep | None:
    """The sweep, one length before this one; None where it has ended."""
    if desk.swept:
        return None
    if desk.sweep is None or not desk.sweep.first <= length == desk.sweep.length + 1:
        desk.sweep = Sweep(desk.claim, length)
    sweep, letters = desk.sweep, len(desk.claim.program.alphabet)
    try:
        while sweep.states.count * letters <= ROWS and sweep.length < length - 1:
            sweep.advance()
    except MemoryError:
        return _too_many(desk)
    return sweep if sweep.states.count * letters <= ROWS else _too_many(desk)


def _too_many(desk: Desk) -> None:
    """Ends the sweep: what it holds is given back."""
    desk.sweep, desk.swept = None, True
