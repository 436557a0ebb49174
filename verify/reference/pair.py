"""The reference runs of both sides of a claim, and of what it assumes."""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ...encode.arithmetic.arithmetic import EXACT
from ...encode.claim.claim import Claim
from .reading import reading, stored
from .run import Reference, Run, differ


class Pair:
    """The reference runs of both sides of a claim, and of what it assumes."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.left = Reference(claim.other or claim.program, claim.left, claim.bound)
        self.right = Reference(claim.program, claim.right, claim.bound)
        self._assumed = None if claim.assume is None else Reference(claim.assume, EXACT, claim.bound)

    @property
    def references(self) -> tuple[Reference, ...]:
        """Left, right, and what is assumed, if anything is."""
        return self.left, self.right, *(() if self._assumed is None else (self._assumed,))

    def run(self, word: Sequence[str]) -> tuple[Run, Run]:
        """Both runs on a word."""
        return self.left.run(word), self.right.run(word)

    def readings(self, left: Run, right: Run) -> tuple[list[mpq] | None, list[mpq] | None]:
        """What the claim compares of either run, as numbers; None for a run that fails."""
        kind, labels = self.claim.kind, self.claim.labels
        sides = ((self.left, left), (self.right, right))
        a, b = (reading(kind, of.program, run, labels) if run.failure is None else None for of, run in sides)
        if a is not None and self.claim.stored is not None:
            output = stored(self.left.computed, left, self.claim.stored)
            a = None if output is None else list(output)
        return a, b

    def differ(self, left: Run, right: Run) -> bool:
        """Whether the runs break the claim: their readings do not agree, or either has failed."""
        if self.claim.kind.reading.decides and self.claim.stored is None:
            return differ(left, right)
        a, b = self.readings(left, right)
        return a is None or b is None or self.claim.kind.agreement.apart(a, b)

    def breaks(self, word: Sequence[str]) -> bool:
        """Whether a word breaks the claim."""
        return self.member(word) and self.differ(*self.run(word))

    def member(self, word: Sequence[str]) -> bool:
        """Whether the claim is about this word."""
        return self._assumed is None or contains(self._assumed, word)

    def spell(self, word: Sequence[int]) -> tuple[str, ...]:
        """A word of symbol numbers as symbols."""
        return tuple(self.claim.program.alphabet[symbol] for symbol in word)


def contains(assumed: Reference, word: Sequence[str]) -> bool:
    """Whether a word is in the language that this (exact) reference run accepts."""
    return accepts(assumed.run(word))


def accepts(run: Run) -> bool:
    """Whether a run of what is assumed accepts."""
    return run.failure is None and run.outcome is True
