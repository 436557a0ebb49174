"""Obligations, without solvers: what is asked of which lengths, and what is left to a solver.

`plan` says which lengths are asked about one by one and which in one question. `answer` makes the question for one
length, `answer_together` that for many; both simulate it before anything counts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import NamedTuple

from ...encode.claim.claim import Claim
from ..question.question import Question, Texts
from ..question.simulation import EncodingError, sample, simulate, unseen
from ..question.workspace import Workspaces
from ..reference.pair import Pair
from ..verdict.verdict import Evidence
from .counting import FAR, Counting, counting
from .exhaustion import affordable, first_break
from .together import together

SAMPLES = 8
"""The number of words on which each question is simulated, where not all words are few enough."""


class Asked(NamedTuple):
    """What the encoding process is asked: lengths of a claim, one by one or in one question (`together`)."""

    claim: Claim
    lengths: range
    together: bool
    every_word: bool


@dataclass(frozen=True)
class Reply:
    """What became of a question.

    Decided: `evidence` is set. Open: `question` is set, `width` is that of a letter code, and `word` breaks the claim
    if simulation came across such a word. Broken: only `word` is set, which breaks the claim, and `least`, as no word
    before it does. Wrong: `error` is set.

    Where the claim assumes a language, it must have a word before the length counts as VERIFIED: `inhabited` says that
    one is known, `language` asks for one.

    Where many lengths are asked about together, `integers` is the question, empty if there is none, and `names` are
    its variables (the length, then how often each symbol occurs).
    """

    evidence: Evidence | None = None
    question: Texts | None = None
    inhabited: bool = False
    language: Texts | None = None
    width: int = 0
    word: tuple[int, ...] | None = None
    least: bool = False
    error: str = ""
    integers: str = ""
    names: tuple[str, ...] = ()
    seconds: float = 0.0


def answer(
    claim: Claim, pair: Pair, length: int, places: Workspaces | None = None, *, every_word: bool = False
) -> Reply:
    """Makes the question for one length, simulates it, and says what is left to a solver.

    With `every_word` a question that rules do not decide is put to all words, if they are few.
    """
    start = time.monotonic()
    counted = counting(claim)
    if counted is not None and counted.serves(length):
        return _on_counts(counted, pair, length, start)
    question = Question(claim, length, places.at(claim, length) if places else None)
    words = list(sample(len(claim.program.alphabet), length, SAMPLES))
    language: Texts | None = None
    try:
        word = simulate(question, pair, iter(words))
        if not question.vacuous():
            language = unseen(question, pair, iter(words))
    except EncodingError as error:
        return Reply(error=str(error), seconds=time.monotonic() - start)
    made = Reply(
        inhabited=language is None and not question.vacuous(),
        language=language,
        width=question.bits.circuit.code_width,
        word=word,
    )
    if question.decided():
        made = replace(made, evidence="vacuous" if question.vacuous() else question.evidence())
    elif every_word and affordable(question):
        made = _on_every_word(question, made)
    else:
        made = replace(made, question=question.texts())
    return replace(made, seconds=time.monotonic() - start)


def _on_every_word(question: Question, made: Reply) -> Reply:
    """The reply to a question that every word is put to; where memory is not enough, what is known without that."""
    try:
        word = first_break(question)
    except MemoryError:
        return replace(made, question=question.texts())
    if word is None and made.word is not None:
        return Reply(error="no word breaks the claim, but one of the simulation does")
    return replace(made, word=word, least=word is not None, evidence="enumeration" if word is None else None)


def _on_counts(counted: Counting, pair: Pair, length: int, start: float) -> Reply:
    """The obligation of a symmetric program: decided here, whatever the answer."""
    try:
        if length <= FAR:
            counted.simulate(pair, sample(len(counted.claim.program.alphabet), length, SAMPLES))
    except EncodingError as error:
        return Reply(error=str(error), seconds=time.monotonic() - start)
    word = counted.breaking_word(length)
    if word is None:
        return Reply(evidence=counted.evidence(length), inhabited=True, seconds=time.monotonic() - start)
    return Reply(word=word, least=True, seconds=time.monotonic() - start)


def answer_together(claim: Claim, pair: Pair, lengths: range) -> Reply:
    """Makes one question for many lengths of a symmetric program, and simulates it the first time."""
    start = time.monotonic()
    made = together(claim)
    if made is None:
        return Reply(seconds=time.monotonic() - start)
    try:
        made.simulate(pair)
    except EncodingError as error:
        return Reply(error=str(error), seconds=time.monotonic() - start)
    word = made.breaking_word(lengths)
    return Reply(integers=made.script(lengths), names=made.names, word=word, seconds=time.monotonic() - start)
