"""Obligations of programs that see words through counts: all words of a length, in exact integers, without a solver.

Two ways (`logbits.bounds`): every vector of counts is run, or, where the decision is proved to be monotone in one
count, only the thresholds are compared, which reaches lengths in the ten thousands. Where neither is affordable, one
question is asked about many lengths (`logbits.verify.decide.together`). Both are simulated against the
reference run before they count, at every length up to NEAR and at powers of two up to FAR; beyond it the same few
operations on greater integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import comb

from gmpy2 import mpq

from ...bounds.count.idle import without_idle
from ...bounds.count.kinds import kinds, symmetric
from ...bounds.count.monotone import Monotone, proves
from ...bounds.count.run import CountRun, alike, breaking_word, breaks, read_at
from ...bounds.count.side_by_side import SideBySide
from ...bounds.count.unmasked import without_masks
from ...encode.claim.claim import Claim
from ...encode.program.program import Program
from ..question.simulation import EncodingError
from ..reference.pair import Pair
from ..verdict.verdict import Evidence
from .agreeing import due

ENTRIES = 50_000_000
"""The greatest number of entries, numbers in runs on all vectors of counts, that one length is decided on: a second."""

TOTAL = 500_000_000
"""The same for all lengths of one claim together, one length after the other."""

CALLS = 50_000
"""About as many entries take the time of the calls that each length takes."""

PLAIN = 8
"""Up to so many vectors of counts are run one by one, where no position is read."""

FEW = 129
"""The greatest number of vectors of counts for which thresholds are not worth while."""

NEAR, FAR = 32, 256
"""The length beyond which words are simulated at powers of two alone, and that beyond which none is: runs take time."""


class Counting:
    """Both runs of a claim on counts."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        left, right = programs(claim)
        self.sides = SideBySide(left, right, claim.kind)
        self.runs = (CountRun(left), CountRun(right)) if symmetric(left) and symmetric(right) else None
        decides = claim.kind.reading.decides and proves(left) and proves(right)  # thresholds of nothing else
        self.monotone = Monotone(left, right) if decides else None

    def evidence(self, length: int) -> Evidence:
        """What stands behind a length without a breaking word."""
        return "enumeration" if self._thresholds(length) is None else "bound"

    def serves(self, length: int) -> bool:
        """Whether a length can be decided here."""
        return self.monotone is not None or self._entries(length) <= ENTRIES

    def affordable(self, lengths: range) -> range:
        """The first of these lengths, as many as are decided on all their vectors of counts in reasonable time.

        Of a monotone decision these are the lengths for which thresholds are not worth while.
        """
        spent = 0
        for index, length in enumerate(lengths):
            spent += self._entries(length) + CALLS
            if spent > TOTAL or not self.serves(length) or self._thresholds(length) is not None:
                return lengths[:index]
        return lengths

    def breaking_word(self, length: int) -> tuple[int, ...] | None:
        """The first word of a length, in the order of the alphabet, that breaks the claim."""
        thresholds = self._thresholds(length)
        if thresholds is not None:
            return thresholds.breaking_word(length)
        if self.runs is not None and self._vectors(length) <= PLAIN:
            return breaking_word(*self.runs, length, self.claim.kind)
        return self.sides.breaking_word(length)

    def parts(self, counts: Sequence[int]) -> bool:
        """Whether some word with these counts breaks the claim, where no position is read.

        Raises:
            ValueError: where one is.
        """
        if self.runs is None:
            raise ValueError(f"{self.claim.program.name} reads positions")
        return breaks(*self.runs, counts, self.claim.kind) != []

    def _entries(self, length: int) -> int:
        return self._vectors(length) * self.sides.width(length)

    def _vectors(self, length: int) -> int:
        alphabet = len(self.claim.program.alphabet)
        return comb(length + alphabet - 1, alphabet - 1)

    def _thresholds(self, length: int) -> Monotone | None:
        return self.monotone if self._vectors(length) > FEW else None

    def simulates(self, length: int) -> bool:
        """Whether words of a length are put to the reference run."""
        return due(length, NEAR, FAR)

    def simulate(self, pair: Pair, words: Iterator[tuple[int, ...]]) -> None:
        """Compares the runs on counts with the reference run on the words.

        Raises:
            EncodingError: when they disagree.
        """
        several = [*words]
        for word, found in zip(several, self.sides.readings(several) if several else [], strict=True):
            expected = list(pair.readings(*pair.run(pair.spell(word))))
            if found != expected or not self._counted(word, expected):
                shown = " ".join(pair.spell(word))
                raise EncodingError(f"counts and the reference run disagree on the word {shown}")

    def _counted(self, word: Sequence[int], expected: Sequence[list[mpq] | None]) -> bool:
        """Whether runs on one vector of counts agree, where no position is read."""
        counts = [word.count(symbol) for symbol in range(len(self.claim.program.alphabet))]
        return all(
            self._agree(run, counts, word, reading)
            for run, reading in zip(() if self.runs is None else self.runs, expected, strict=self.runs is not None)
        )

    def _agree(self, run: CountRun, counts: Sequence[int], word: Sequence[int], expected: list[mpq] | None) -> bool:
        counted, kind = run.run(counts), self.claim.kind
        if counted.failed or expected is None:
            return counted.failed == (expected is None)
        return [value for c in read_at(run.program, word) for value in counted.read(kind, c)] == expected


@lru_cache(maxsize=4)
def counting(claim: Claim) -> Counting | None:
    """The runs on counts, where both sides see words through counts, roundings in, and no language is assumed.

    Attention is not read from counts, and two programs must be read at the same class.
    """
    if claim.assume is not None or not claim.kind.reading.counted:
        return None
    left, right = programs(claim)
    return Counting(claim) if kinds(left) is not None and kinds(right) is not None and alike(left, right) else None


def programs(claim: Claim) -> tuple[Program, Program]:
    """Both sides with the roundings in that are not idle, without masks that nothing sees."""
    left, right, *_ = (without_masks(without_idle(side, claim.bound)) for side in claim.twins())
    return left, right
