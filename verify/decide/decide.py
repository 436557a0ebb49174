"""From what became of a length to what is known about it: decided as it is, or by solvers, or by a word that replays.

    Decided     VERIFIED, once a word is known that is asked about, or that there is none
    Open        solvers are asked: UNSAT is VERIFIED unless simulation knows better, a word is tested
    Broken      the word is tested
    Fault       ERROR

A word counts when the reference run says so, in a child. Where that, or a solver, finds no end, dies or is stopped,
nothing follows but UNKNOWN and its reason.
"""

from __future__ import annotations

import time
from dataclasses import replace

from ...encode.claim.claim import Claim
from ..solver.child import DiedError, ExpiredError, StoppedError
from ..solver.opinions import Outcome
from ..verdict.verdict import Certificate, Decided, Evidence, Status
from . import reply
from .encoder import FaultError, Stopped
from .limits import Limits
from .solving import Task, kept, solve
from .words import Words


class Obligation:
    """One claim, with what it takes to decide its lengths."""

    def __init__(self, claim: Claim, limits: Limits, words: Words) -> None:
        self.claim, self.limits, self.words = claim, limits, words

    def decide(self, lengths: range, said: reply.Single, stopped: Stopped) -> Decided:
        """What is known about lengths of which one thing was said.

        Raises:
            StoppedError: when the answer is no longer wanted.
        """
        if stopped():
            raise StoppedError
        try:
            return self._decide(lengths, said, stopped)
        except ExpiredError:
            return unknown(lengths, f"{self.limits.reached(lengths.start)}, while replaying a word")
        except DiedError as died:
            return unknown(lengths, f"replaying a word of length {lengths.start}: {died}")
        except FaultError as error:
            return fault(self.claim, lengths, str(error))

    def _decide(self, lengths: range, said: reply.Single, stopped: Stopped) -> Decided:
        match said:
            case reply.Decided():
                return self._verified(lengths, said, stopped)
            case reply.Open():
                return self._open(lengths.start, said, stopped)
            case reply.Broken(word, least):
                return self._refuted(lengths.start, Outcome("sat", word=word, least=least), stopped)
            case reply.Fault(reason):
                return fault(self.claim, lengths, reason)

    def _verified(self, lengths: range, said: reply.Decided, stopped: Stopped) -> Decided:
        """VERIFIED by rules, once it is known whether any word is asked about: all may hold because there is none."""
        note = f"no derivation: {said.unkept}" if said.unkept else ""
        found = Decided(lengths.start, Status.VERIFIED, said.evidence, size=len(lengths), note=note)
        return self._inhabited(found, said.members, stopped)

    def _inhabited(self, found: Decided, members: reply.Members, stopped: Stopped) -> Decided:
        if not isinstance(members, reply.Unseen):
            return found
        if self.claim.assume is None or found.size > 1:
            return fault(self.claim, found.lengths, "a word was to be found where all words are asked about")
        length = found.length
        about = f"whether any word of length {length} is in the assumed language"
        task = Task("language", members.texts, length, members.width, len(self.claim.program.alphabet))
        outcome, certificate = solve(
            task,
            self.limits,
            lambda word: len(word) == length and self.words.belongs(word, stopped),
            stopped,
        )
        match outcome.kind:
            case "unsat":
                return self._unsat(length, "vacuous", outcome, certificate)
            case "sat":
                return replace(found, inside=self.words.spell(outcome.word))
            case "error":
                told = f"{outcome.solver} gives a word that is not, when asked {about}" if outcome.solver else ""
                return fault(self.claim, found.lengths, told or f"{outcome.reason}, when asked {about}")
            case "unknown":
                late = f"time limit of {self.limits.seconds:g} s reached"
                return unknown(found.lengths, f"not known {about}: {outcome.reason or late}")

    def _unsat(self, length: int, evidence: Evidence, outcome: Outcome, certificate: Certificate | None) -> Decided:
        return Decided(
            length,
            Status.VERIFIED,
            evidence,
            solver=outcome.solver,
            certificate=certificate,
            note=outcome.note,
        )

    def _open(self, length: int, left: reply.Open, stopped: Stopped) -> Decided:
        """What solvers make of a question, and simulation, which may have come across a word."""
        task = Task("question", left.question, length, left.width, len(self.claim.program.alphabet))
        outcome, certificate = solve(
            task,
            self.limits,
            lambda word: len(word) == length and self.words.witness(word, stopped) is not None,
            stopped,
            left.unkept,
        )
        if outcome.kind == "unsat" and left.word is not None:  # simulation knows better
            note = f"{outcome.solver} said unsat, wrongly; {kept(task, self.limits)}"
            outcome = Outcome("sat", word=left.word, note=note)
        match outcome.kind:
            case "unsat":
                found = self._unsat(length, "solver" if certificate is None else "proof", outcome, certificate)
                return self._inhabited(found, left.members, stopped)
            case "sat":
                return self._refuted(length, outcome, stopped)
            case "error":
                return fault(self.claim, range(length, length + 1), self._spelled(outcome))
            case "unknown" if left.word is not None:
                return self._refuted(length, Outcome("sat", word=left.word), stopped)
            case "unknown":
                late = time.monotonic() >= self.limits.deadline
                reason = f"{self.limits.reached(length)}, while solving" if late else outcome.reason
                return unknown(range(length, length + 1), reason)

    def _refuted(self, length: int, outcome: Outcome, stopped: Stopped) -> Decided:
        """REFUTED, once the word has been replayed."""
        word = outcome.word
        witness = self.words.witness(word, stopped) if len(word) == length else None
        if witness is None:
            told = f"{outcome.solver or 'simulation'}: the word {' '.join(self.words.spell(word))} does not replay"
            return fault(self.claim, range(length, length + 1), told)
        witness = replace(witness, least=outcome.least)
        return Decided(length, Status.REFUTED, witness=witness, solver=outcome.solver, note=outcome.note)

    def _spelled(self, outcome: Outcome) -> str:
        """The reason of an error, with the symbols of a word in place of their numbers."""
        numbers = " ".join(map(str, outcome.word))
        return outcome.reason.replace(f"the word {numbers} ", f"the word {' '.join(self.words.spell(outcome.word))} ")


def unknown(lengths: range, reason: str) -> Decided:
    """That lengths are not decided, and why."""
    return Decided(lengths.start, Status.UNKNOWN, reason=reason, size=len(lengths))


def fault(claim: Claim, lengths: range, what: str) -> Decided:
    """An error of this software, with the model and the length that it was met at."""
    return Decided(
        lengths.start, Status.ERROR, reason=f"{claim.program.name}, length {lengths.start}: {what}", size=len(lengths)
    )
