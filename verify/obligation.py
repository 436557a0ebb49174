"""One obligation, without solvers: make the question for one length, simulate it, and say what is left to a solver."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .question import Claim, EncodingError, Pair, Question, Workspace, sample, simulate
from .verdict import Evidence

SAMPLES = 8
"""The number of words on which each question is simulated, where not all words are few enough."""


@dataclass(frozen=True)
class Reply:
    """What became of a question.

    Decided: `evidence` is set. Open: `script` is set, `width` is that of a letter code, and `word` breaks the claim if
    simulation came across such a word. Wrong: `error` is set.
    """

    evidence: Evidence | None = None
    script: str = ""
    width: int = 0
    word: tuple[int, ...] | None = None
    error: str = ""
    seconds: float = 0.0


def answer(claim: Claim, pair: Pair, length: int, place: Workspace | None = None) -> Reply:
    """Makes the question for one length, simulates it, and says what is left to a solver."""
    start = time.monotonic()
    question = Question(claim, length, place)
    try:
        word = simulate(question, pair, sample(len(claim.program.alphabet), length, SAMPLES))
    except EncodingError as error:
        return Reply(error=str(error), seconds=time.monotonic() - start)
    if question.decided():
        return Reply(evidence=question.evidence(), seconds=time.monotonic() - start)
    script, width = question.script(), question.bits.circuit.code_width
    return Reply(script=script, width=width, word=word, seconds=time.monotonic() - start)
