"""Words of a length on which what decides it is compared with the reference run, where it says which words break."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..question.simulation import EncodingError
from ..question.trials import SAMPLES, sample
from ..reference.pair import Pair


def due(length: int, near: int, far: int) -> bool:
    """Whether a length is compared: each up to `near`, then those that are powers of two, up to `far`."""
    return length <= near or (length <= far and length & (length - 1) == 0)


def compare(pair: Pair, length: int, breaking: Callable[[Sequence[Sequence[int]]], Sequence[bool]], who: str) -> None:
    """Compares which of some words of a length break the claim.

    Raises:
        EncodingError: when the reference run says otherwise.
    """
    words = list(sample(len(pair.claim.program.alphabet), length, SAMPLES))
    for word, broken in zip(words, breaking(words), strict=True):
        if broken != pair.breaks(pair.spell(word)):
            raise EncodingError(f"{who} and the reference run disagree on the word {' '.join(pair.spell(word))}")
