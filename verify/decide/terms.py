"""The way of terms: both runs on a length as terms that rules reduce; what these leave open is left to solvers."""

from __future__ import annotations

from collections.abc import Iterable

from ...encode.claim.claim import Claim
from ..question.question import Question
from ..question.simulation import sample, simulate, unseen
from .portion import Portion, blocks
from .reply import Decided, Members, Nowhere, Open, Seen, Single, Unseen
from .way import SAMPLES, Desk


class Terms:
    """Every length of every claim."""

    name = "terms"
    together = False

    def applies(self, claim: Claim, lengths: range) -> range:
        """All lengths."""
        return lengths

    def portions(self, claim: Claim, lengths: range) -> Iterable[Portion]:
        """The lengths that are made in one workspace."""
        return blocks(claim, lengths, self.name)

    def decide(self, desk: Desk, lengths: range) -> Single:
        """What becomes of one length.

        Raises:
            EncodingError: when the question disagrees with the reference run.
        """
        [length] = lengths
        question, word, members = made(desk, length)
        return by_rules(question, word, members)


def made(desk: Desk, length: int) -> tuple[Question, tuple[int, ...] | None, Members]:
    """The question, simulated, with a word that breaks the claim if simulation came across one, and its language.

    Raises:
        EncodingError: when the question disagrees with the reference run.
    """
    claim = desk.claim
    question = Question(claim, length, desk.places.at(claim, length))
    words = list(sample(len(claim.program.alphabet), length, SAMPLES))
    word = simulate(question, desk.pair, iter(words))
    if question.vacuous():
        return question, word, Nowhere()
    language = unseen(question, desk.pair, iter(words))
    return question, word, Seen() if language is None else Unseen(language, question.bits.circuit.code_width)


def by_rules(question: Question, word: tuple[int, ...] | None, members: Members) -> Single:
    """What rules make of a simulated question."""
    if isinstance(members, Nowhere):
        return Decided("vacuous", members)
    if question.decided():
        return Decided("bound", members)
    return Open(question.texts(), question.bits.circuit.code_width, members, word)
