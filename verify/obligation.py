"""One obligation, without solvers: make the question for one length, simulate it, and say what is left to a solver."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .question import Claim, EncodingError, Pair, Question, Workspace, sample, simulate, unseen
from .verdict import Evidence

SAMPLES = 8
"""The number of words on which each question is simulated, where not all words are few enough."""


@dataclass(frozen=True)
class Reply:
    """What became of a question.

    Decided: `evidence` is set. Open: `script` is set, `width` is that of a letter code, and `word` breaks the claim if
    simulation came across such a word. Wrong: `error` is set.

    Where the claim assumes a language, `language` is the script that asks for any word of it, to be answered before the
    length counts as VERIFIED; empty if a word is known, None if that was not looked at.
    """

    evidence: Evidence | None = None
    script: str = ""
    language: str | None = None
    width: int = 0
    word: tuple[int, ...] | None = None
    error: str = ""
    seconds: float = 0.0


def answer(claim: Claim, pair: Pair, length: int, place: Workspace | None = None) -> Reply:
    """Makes the question for one length, simulates it, and says what is left to a solver."""
    start = time.monotonic()
    question = Question(claim, length, place)
    words = list(sample(len(claim.program.alphabet), length, SAMPLES))
    language: str | None = None
    try:
        word = simulate(question, pair, iter(words))
        if not question.vacuous():
            language = unseen(question, pair, iter(words))
    except EncodingError as error:
        return Reply(error=str(error), seconds=time.monotonic() - start)
    width = question.bits.circuit.code_width
    if question.decided():
        evidence = "vacuous" if question.vacuous() else question.evidence()
        return Reply(evidence=evidence, language=language, width=width, seconds=time.monotonic() - start)
    script = question.script()
    return Reply(script=script, language=language, width=width, word=word, seconds=time.monotonic() - start)
