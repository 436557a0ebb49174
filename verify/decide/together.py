"""The way of all lengths at once: many lengths of a symmetric program are one question, with the length symbolic.

It is about integers, and simulated before it is asked. z3 says that there is no such word, for all these lengths, or
gives one of them and counts; a word of it that replays narrows the range below (`logbits.verify.decide.narrowing`).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import lru_cache

from ...bounds.count.parametric import Parametric
from ...bounds.count.run import classes, first_word
from ...bounds.count.symbolic_run import UnsupportedError
from ...encode.claim.claim import Claim
from ..question.simulation import EncodingError
from ..reference.pair import Pair
from .counting import FAR, counting, programs
from .portion import Portion
from .reply import OpenTogether
from .way import Desk

SAMPLES = 12
"""The number of vectors of counts on which a question is simulated, against either run."""


SYMBOLS = 64
"""The greatest alphabet that is put so: each symbol is a variable, and a row of terms for each operation."""


class EveryLength:
    """All lengths of a symmetric program that can be put into integers."""

    name = "together"
    together = True

    def applies(self, claim: Claim, lengths: range) -> range:
        """All, or none."""
        return lengths if lengths and together(claim) is not None else lengths[:0]

    def portions(self, claim: Claim, lengths: range) -> Iterable[Portion]:
        """All at once."""
        return [Portion(lengths, self.name, len(lengths))]

    def decide(self, desk: Desk, lengths: range) -> OpenTogether:
        """The question about these lengths.

        Raises:
            EncodingError: when it disagrees with the reference run, or with the runs on counts.
            ValueError: for a claim that cannot be put into integers.
        """
        asked = together(desk.claim)
        if asked is None:
            raise ValueError(f"{desk.claim.program.name} is not asked about at all lengths at once")
        asked.simulate(desk.pair)
        return OpenTogether(asked.script(lengths), asked.names, asked.breaking_word(lengths))


class Together:
    """The question about a claim with the length symbolic."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self._made = Parametric(*programs(claim), claim.bound, claim.kind)
        self._simulated = False
        self._broken: list[tuple[int, ...]] = []

    @property
    def names(self) -> tuple[str, ...]:
        """The variables: the length, then how often each symbol of the alphabet occurs."""
        return tuple(self._made.bounds(range(1, 2)))

    def script(self, lengths: range) -> str:
        """The question about these lengths as SMT-LIB 2 text."""
        about = f"{self.claim}, lengths {lengths.start}..{lengths.stop - 1}"
        return self._made.script(lengths, (about, f"scales of bound {self.claim.bound}"))

    def parts(self, counts: Sequence[int]) -> bool:
        """Whether some word with these counts breaks the claim, by the terms."""
        return self._made.parts(counts)

    def simulate(self, pair: Pair) -> None:
        """Compares the terms with the reference run on short words, and with runs on counts up to the bound.

        Raises:
            EncodingError: when they disagree.
        """
        if self._simulated:
            return
        program, counted = self.claim.program, counting(self.claim)
        assert counted is not None
        for counts in self._sample(min(self.claim.bound, FAR)):
            words = {first_word(program, counts, c) for c in classes(program, counts)}
            broken = [word for word in words if pair.breaks(pair.spell(word))]
            if self.parts(counts) != bool(broken):
                raise self._mismatch(counts, "the reference run")
            self._broken += broken
        for counts in self._sample(self.claim.bound):
            if self.parts(counts) != counted.parts(counts):
                raise self._mismatch(counts, "the run on counts")
        self._simulated = True

    def breaking_word(self, lengths: range) -> tuple[int, ...] | None:
        """A shortest of the words of these lengths that simulation found to break the claim."""
        found = [word for word in self._broken if len(word) in lengths]
        return min(found, key=len, default=None)

    def _sample(self, bound: int) -> list[tuple[int, ...]]:
        """Vectors of counts with sums up to the bound: even ones, lopsided ones, random ones; always the same."""
        choose, letters = random.Random(f"{bound}"), len(self.claim.program.alphabet)
        found: list[tuple[int, ...]] = []
        for index in range(SAMPLES):
            length = max(1, bound >> index) if index < SAMPLES // 2 else choose.randint(1, bound)
            cuts = sorted(choose.choices(range(length + 1), k=letters - 1))
            if index % 3 == 0:
                cuts = [length * cut // letters for cut in range(1, letters)]
            elif index % 3 == 1:
                cuts = sorted(choose.choices((0, 1, length - 1, length), k=letters - 1))
            found.append(tuple(b - a for a, b in zip([0, *cuts], [*cuts, length], strict=True)))
        return found

    def _mismatch(self, counts: tuple[int, ...], other: str) -> EncodingError:
        numbers = ", ".join(map(str, counts))
        return EncodingError(f"the integer terms and {other} disagree on words with counts {numbers}")


@lru_cache(maxsize=4)
def together(claim: Claim) -> Together | None:
    """The question with the length symbolic, where the program is symmetric and can be put so."""
    try:
        few, counted = len(claim.program.alphabet) <= SYMBOLS, counting(claim)
        return Together(claim) if few and counted is not None and counted.runs is not None else None
    except UnsupportedError:
        return None
