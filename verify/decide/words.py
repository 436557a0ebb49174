"""Words that are said to break a claim, or to be in its language: tested by the reference run, in a child.

A reference run takes time in the square of a long word, so that it has to have limits like everything else; a word that
was found just before the time is up is still tested for a moment. Each word is tested once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from ...encode.claim.claim import Claim
from ..verdict.verdict import Witness
from .encoder import Encoder, Stopped

GRACE = 2.0
"""The seconds that a test may take beyond the time limit."""

Lend = Callable[[], AbstractContextManager[Encoder]]
"""Lends an encoding child that nobody is using."""


class Words:
    """Tests words of one claim. What is raised is what `Encoder` raises: then nothing is known about the word."""

    def __init__(self, claim: Claim, deadline: float, lend: Lend) -> None:
        self.claim, self._deadline, self._lend = claim, deadline, lend
        self._replayed: dict[tuple[int, ...], Witness | None] = {}

    def witness(self, word: tuple[int, ...], stopped: Stopped) -> Witness | None:
        """The witness that a word is; None if the claim holds on it, or is not about it."""
        if word not in self._replayed:
            with self._lend() as encoder:
                self._replayed[word] = encoder.replay(self.claim, word, self._until(), stopped)
        return self._replayed[word]

    def belongs(self, word: tuple[int, ...], stopped: Stopped) -> bool:
        """Whether the claim is about a word."""
        with self._lend() as encoder:
            return encoder.belongs(self.claim, word, self._until(), stopped)

    def spell(self, word: tuple[int, ...]) -> tuple[str, ...]:
        """A word as symbols."""
        return tuple(self.claim.program.alphabet[symbol] for symbol in word)

    def _until(self) -> float:
        return max(self._deadline, time.monotonic() + GRACE)
