"""The way of terms: both runs on a length as terms that rules reduce; what these leave open is left to solvers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...encode.claim.claim import Claim
from ..question.question import Question
from ..question.simulation import compare, unseen
from ..question.trials import Trials
from .portion import Portion, blocks
from .reply import Decided, Members, Nowhere, Open, Seen, Single, Unseen
from .way import Desk


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
        return by_rules(made(desk, length))


@dataclass(frozen=True)
class Simulated:
    """A question, simulated: with a word that breaks the claim, if one was come across, and its language.

    It is `derived` if the checker accepted it, step by step; `unkept` says why its derivation was not kept.
    """

    question: Question
    word: tuple[int, ...] | None
    members: Members
    derived: bool = False
    unkept: str = ""


def made(desk: Desk, length: int) -> Simulated:
    """The question about a length.

    Raises:
        EncodingError: when it disagrees with the reference run, or its derivation is not accepted.
    """
    if desk.derivations is None:
        return simulated(Question(desk.claim, length, desk.places.at(desk.claim, length)), desk.trials)
    question, unkept = desk.derivations.question(length)
    return replace(simulated(question, desk.trials), derived=True, unkept=unkept)


def simulated(question: Question, trials: Trials) -> Simulated:
    """The question, compared with the reference run.

    Raises:
        EncodingError: when it disagrees.
    """
    tried = list(trials.of(question))
    word = compare(question, trials.pair, tried)
    if question.vacuous():
        return Simulated(question, word, Nowhere())
    language = unseen(question, tried)
    return Simulated(question, word, Seen() if language is None else Unseen(language, question.bits.circuit.code_width))


def by_rules(made: Simulated) -> Single:
    """What rules make of a simulated question."""
    question, members = made.question, made.members
    if isinstance(members, Nowhere):
        return Decided("vacuous", members, made.unkept)
    if question.decided():
        return Decided("derivation" if made.derived and not made.unkept else "bound", members, made.unkept)
    return Open(question.texts(), question.bits.circuit.code_width, members, made.word, made.unkept)
