"""The way of runs: both runs on every word, exactly, of programs whose numbers are too many and too long for circuits.

Weights that were trained are some thousand numbers of 24 bits. A circuit has a multiplier for each of them at each
position, and fills the memory at length 2; exact runs need only look at what differs (`logbits.bounds.words`). What is
decided so rests on enumeration, and leaves no proof that others can check, so it is not tried where proofs or the
opinions of solvers are asked for.

One child has all lengths, as each goes on from the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ...bounds.prefix.kinds import UnsupportedError
from ...bounds.words.runs import Runs
from ...encode.claim.claim import Claim
from ...encode.program.operation import numbers
from ...encode.program.program import Program
from .agreeing import compare, due
from .portion import Portion
from .reply import Broken, Decided, Nowhere, Seen
from .way import Desk

NUMBERS = 1 << 14
"""The least number of bits, in all numbers that a program is written with, for which circuits are not tried first."""

WORDS = 1 << 40
"""The greatest number of words of a length."""

NEAR, FAR = 6, 64
"""All lengths up to the one are simulated, then those that are powers of two, up to the other."""


class EveryRun:
    """Lengths with at most `WORDS` words, of claims about programs with long numbers."""

    name = "runs"
    together = False

    def applies(self, claim: Claim, lengths: range) -> range:
        """The lengths from the first on that have few enough words, or none."""
        letters = len(claim.program.alphabet)
        longest = lengths.stop if letters == 1 else next(n for n in range(WORDS) if letters ** (n + 1) > WORDS)
        few = range(lengths.start, min(lengths.stop, longest + 1))
        return few if few and long(claim) and supported(claim) else lengths[:0]

    def portions(self, claim: Claim, lengths: range) -> Iterable[Portion]:
        """All in one."""
        return [Portion(lengths, self.name, len(lengths))]

    def decide(self, desk: Desk, lengths: range) -> Decided | Broken | None:
        """What becomes of one length; None where there is not enough memory to tell positions apart.

        Raises:
            EncodingError: when runs disagree with the reference run.
        """
        [length] = lengths
        if desk.spent:
            return None
        if desk.runs is None:
            desk.runs = Runs(desk.claim)
        if due(length, NEAR, FAR):
            compare(desk.pair, length, desk.runs.breaking, "runs")
        try:
            word, inhabited = desk.runs.first_break(length)
        except MemoryError:
            desk.runs, desk.spent = None, True
            return None
        if word is not None:
            return Broken(word, least=True)
        return Decided("enumeration", Seen()) if inhabited else Decided("vacuous", Nowhere())


def long(claim: Claim) -> bool:
    """Whether a claim is about a program that is written with many bits."""
    return max(_bits(program) for program, _ in claim.runs()) >= NUMBERS


def _bits(program: Program) -> int:
    several = (number for op in (*program.ops, program.readout) for number in numbers(op))
    return sum(int(n.numerator).bit_length() + int(n.denominator).bit_length() - 1 for n in several)


@lru_cache(maxsize=4)
def supported(claim: Claim) -> bool:
    """Whether all words of a claim can be run."""
    try:
        Runs(claim)
    except UnsupportedError:
        return False
    return True
