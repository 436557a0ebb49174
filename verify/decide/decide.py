"""Deciding obligations: one length, or many lengths at once where the length can stay symbolic.

One length goes: make and simulate the question (child) → decided, or ask the solvers in turn (children) → replay the
witness here, with the reference run. Many lengths at once are one question about integers; each word that a solver
finds narrows the range below it, until a shortest one is left. Lengths about which no solver says anything are not
decided here, and are asked for one by one afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...bounds.count.run import classes, first_word
from ...encode.claim.claim import Claim
from ..proof.files import write_whole
from ..proof.proving import Rejected, prove, provers, stem_of, wrong_of
from ..question.question import Texts
from ..reference.pair import Pair
from ..solver.ask import Answer, ask, ask_integers
from ..solver.child import DiedError, ExpiredError, StoppedError
from ..solver.opinions import Outcome, combine, consult
from ..solver.table import BACKENDS
from ..verdict.refutation import replay
from ..verdict.verdict import Certificate, Decided, Status, Witness
from .answer import Reply
from .encoder import Encoder

Stopped = Callable[[], bool]


@dataclass(frozen=True)
class Limits:
    """How one request is decided: `deadline` is a reading of `time.monotonic()`, `memory` is in MiB for each child.

    With `every` all solvers are asked, else the first answer counts. Proofs are kept in the folder `proofs`.
    """

    deadline: float
    seconds: float
    memory: int
    solvers: tuple[str, ...]
    every: bool = False
    proofs: Path | None = None


class Obligation:
    """One claim, with what it takes to decide its lengths."""

    def __init__(self, encoder: Encoder, claim: Claim, pair: Pair, limits: Limits) -> None:
        self.encoder, self.claim, self.pair, self.limits = encoder, claim, pair, limits
        self._replayed: dict[tuple[int, ...], Witness | None] = {}

    def decide(self, length: int, stopped: Stopped) -> Decided:
        """Decides one length.

        Raises:
            StoppedError: when the answer is no longer wanted.
        """
        begun = time.monotonic()
        decided = self._decide(length, stopped)
        return replace(decided, seconds=time.monotonic() - begun)

    def _decide(self, length: int, stopped: Stopped) -> Decided:
        if stopped():
            raise StoppedError
        deadline = self.limits.deadline
        out_of_time = f"time limit of {self.limits.seconds:g} s reached at length {length}"
        if time.monotonic() >= deadline:
            return Decided(length, Status.UNKNOWN, reason=out_of_time)
        try:
            reply = self.encoder.ask(self.claim, length, deadline, stopped)
        except ExpiredError:
            return Decided(length, Status.UNKNOWN, reason=f"{out_of_time}, while encoding or looking at all words")
        except DiedError as died:
            return Decided(length, Status.UNKNOWN, reason=f"encoding length {length}: {died}")
        if reply.error:
            return Decided(length, Status.ERROR, reason=reply.error)
        if reply.evidence is not None:
            return self._inhabited(reply, Decided(length, Status.VERIFIED, reply.evidence), stopped)
        outcome, certificate = Outcome("unknown", least=reply.least), None
        if reply.question is not None:
            outcome, certificate = self._solve("question", reply.question, length, reply, self._breaks, stopped)
        if outcome.kind == "unsat" and reply.word is not None and reply.question is not None:  # simulation knows better
            note = f"{outcome.solver} said unsat, wrongly; {self._keep('question', reply.question, length)}"
            outcome = Outcome("sat", "", reply.word, note=note)
        if outcome.kind == "unsat":
            verified = Decided(length, Status.VERIFIED, "solver", solver=outcome.solver, note=outcome.note)
            if certificate is not None:
                verified = replace(verified, evidence="proof", certificate=certificate)
            return self._inhabited(reply, verified, stopped)
        if outcome.kind == "error":
            return Decided(length, Status.ERROR, reason=self._spelled(outcome))
        word = outcome.word if outcome.kind == "sat" else reply.word
        if word is None:
            late = time.monotonic() >= deadline
            reason = f"{out_of_time}, while solving" if late else outcome.reason
            return Decided(length, Status.UNKNOWN, reason=reason)
        witness = self._replay(word)
        if witness is None:
            shown = " ".join(self.pair.spell(word))
            return Decided(length, Status.ERROR, reason=f"simulation: the word {shown} does not replay")
        witness = replace(witness, least=outcome.least)
        return Decided(length, Status.REFUTED, witness=witness, solver=outcome.solver, note=outcome.note)

    def _replay(self, word: tuple[int, ...]) -> Witness | None:
        """The witness that a word is, if it is one; long words take a while, and are replayed once."""
        if word not in self._replayed:
            self._replayed[word] = replay(self.pair, word)
        return self._replayed[word]

    def _inhabited(self, reply: Reply, verified: Decided, stopped: Stopped) -> Decided:
        """VERIFIED, once it is known whether any word is asked about: all may hold because there is none."""
        if self.claim.assume is None or reply.inhabited or verified.evidence == "vacuous":
            return verified
        length = verified.length
        about = f"whether any word of length {length} is in the assumed language"
        if reply.language is None:
            return Decided(length, Status.UNKNOWN, reason=f"nobody asked {about}")
        outcome, certificate = self._solve("language", reply.language, length, reply, self._is_member, stopped)
        match outcome.kind:
            case "unsat":
                if certificate is not None:
                    certificate = replace(certificate, about="language")
                found = Decided(length, Status.VERIFIED, "vacuous", solver=outcome.solver, note=outcome.note)
                return replace(found, certificate=certificate)
            case "sat":
                return replace(verified, inside=self.pair.spell(outcome.word))
            case "error":
                reason = f"{outcome.solver} gives a word that is not, when asked {about}"
                return Decided(length, Status.ERROR, reason=reason)
            case "unknown":
                late = f"time limit of {self.limits.seconds:g} s reached"
                return Decided(length, Status.UNKNOWN, reason=f"not known {about}: {outcome.reason or late}")

    def _breaks(self, length: int, word: tuple[int, ...]) -> bool:
        return len(word) == length and self._replay(word) is not None

    def _is_member(self, length: int, word: tuple[int, ...]) -> bool:
        return len(word) == length and self.pair.member(self.pair.spell(word))

    def _spelled(self, outcome: Outcome) -> str:
        """The reason of an error, with the symbols of a word in place of their numbers."""
        numbers = " ".join(map(str, outcome.word))
        return outcome.reason.replace(f"the word {numbers} ", f"the word {' '.join(self.pair.spell(outcome.word))} ")

    def _solve(
        self,
        about: str,
        texts: Texts,
        length: int,
        reply: Reply,
        stands: Callable[[int, tuple[int, ...]], bool],
        stopped: Stopped,
    ) -> tuple[Outcome, Certificate | None]:
        """What solvers say about a question, with a checked proof where one is wanted and can be had."""
        limits, certificate = self.limits, None
        form = {"length": length, "width": reply.width, "alphabet": len(self.claim.program.alphabet)}
        common: dict[str, Any] = form | {"deadline": limits.deadline, "memory": limits.memory}
        proved: dict[str, Answer] = {}
        unproved: list[str] = []
        if limits.proofs is not None:
            stem = stem_of(limits.proofs, length, about)
            for solver in provers(limits.solvers, limits.every):
                try:
                    proved[solver], certificate = prove(solver, texts.dimacs, stem, stopped=stopped, **common)
                except Rejected as rejected:
                    return Outcome("error", solver, reason=str(rejected)), None
                if proved[solver].kind != "unknown":
                    break
            if certificate is None:
                unproved = [answer.reason for answer in proved.values() if answer.kind != "sat" and answer.reason]
                unproved = unproved or ["no solver that leaves proofs was asked"] * (not proved)

        def answer(solver: str, stopped: Stopped) -> Answer:
            text = texts.dimacs if BACKENDS[solver].dialect == "dimacs" else texts.smt2
            return proved.get(solver) or ask(solver, text, stopped=stopped, **common)

        def is_right(word: tuple[int, ...]) -> bool:
            return stands(length, word)

        done = [each for each in proved.values() if each.kind != "unknown"]
        if done and not limits.every:
            outcome = combine(done, is_right)
        else:
            outcome = consult(limits.solvers, limits.every, answer, is_right, stopped)
        if outcome.kind == "unsat" and unproved:
            return replace(outcome, note=f"no proof: {'; '.join(unproved)}"), None
        if outcome.kind == "sat" and outcome.note:
            outcome = replace(outcome, note=f"{outcome.note}; {self._keep(about, texts, length)}")
        if outcome.kind == "error":
            outcome = replace(outcome, reason=f"{outcome.reason}; {self._keep(about, texts, length)}")
        return outcome, certificate

    def _keep(self, about: str, texts: Texts, length: int) -> str:
        """Keeps a question that a solver got wrong, to be reported to its authors; says where."""
        if self.limits.proofs is None:
            return "--proofs DIR keeps such questions"
        files = wrong_of(stem_of(self.limits.proofs, length, about))
        try:
            for file, text in zip(files, (texts.smt2, texts.dimacs), strict=True):
                write_whole(file, text.encode())
        except OSError as error:
            return f"the question could not be kept: {error.strerror}"
        return f"the question is kept in {files[0].name} and {files[1].name}"

    # -- many lengths at once

    def decide_together(self, lengths: range, stopped: Stopped) -> tuple[list[Decided], range]:
        """Decides many lengths at once: what is decided, and the lengths below the least refuted one that are not.

        Raises:
            StoppedError: when the answers are no longer wanted.
        """
        begun = time.monotonic()
        done: list[Decided] = []
        refuted: Decided | None = None
        rest, halve = lengths, False
        while rest and (refuted is None or refuted.status == Status.REFUTED):
            asked = rest[: (len(rest) + 1) // 2] if halve else rest
            try:
                reply = self.encoder.ask_together(self.claim, asked, self.limits.deadline, stopped)
            except (ExpiredError, DiedError):
                break
            if reply.error:
                refuted = Decided(rest.start, Status.ERROR, reason=reply.error)
                break
            if not reply.integers:
                break
            outcome = self._solve_integers(reply, asked, stopped)
            if outcome.kind == "unknown":
                break
            if outcome.kind == "unsat" and reply.word is not None:  # which simulation came across
                counts = [reply.word.count(symbol) for symbol in range(len(self.claim.program.alphabet))]
                note = f"{outcome.solver} said unsat, wrongly"
                outcome = Outcome("sat", "simulation", (len(reply.word), *counts), note=note)
            if outcome.kind == "unsat":
                note = "" if self.limits.proofs is None else "no proof: a question about integers leaves none"
                found = Decided(0, Status.VERIFIED, "solver", solver=outcome.solver, note=note)
                done += [replace(found, length=length) for length in asked]
                rest, halve = range(asked.stop, rest.stop), False
                continue
            found = self._refuted(asked, outcome)
            if refuted is not None and found.status == Status.ERROR:
                done.append(found)  # beside a word that replayed
                rest = range(0)
                break
            refuted = found
            rest, halve = range(rest.start, min(refuted.length, rest.stop)), not halve
        if refuted is not None:
            done.append(refuted)
        if refuted is not None and refuted.status == Status.ERROR:
            rest = range(0)
        seconds = (time.monotonic() - begun) / max(len(done), 1)
        return [replace(each, seconds=seconds) for each in done], rest

    def _solve_integers(self, reply: Reply, asked: range, stopped: Stopped) -> Outcome:
        solvers = [solver for solver in self.limits.solvers if BACKENDS[solver].integers]

        def answer(solver: str, stopped: Stopped) -> Answer:
            deadline, memory = self.limits.deadline, self.limits.memory
            return ask_integers(solver, reply.integers, reply.names, deadline=deadline, memory=memory, stopped=stopped)

        def is_right(word: tuple[int, ...]) -> bool:
            return self._refuted(asked, Outcome("sat", "", word)).status == Status.REFUTED

        return consult(solvers, self.limits.every, answer, is_right, stopped)

    def _refuted(self, asked: range, outcome: Outcome) -> Decided:
        """The refutation that an assignment to n and the counts stands for, or the error that it shows."""
        length, *counts = outcome.word
        told = f"{outcome.solver} gives length {length} and counts {', '.join(map(str, counts))}"
        if length not in asked or length != sum(counts) or min(counts) < 0:
            span = f"{asked.start}..{asked.stop - 1}"
            return Decided(asked.start, Status.ERROR, reason=f"{told}, when asked about {span}")
        program = self.claim.program
        words = sorted({first_word(program, counts, c) for c in classes(program, counts)})
        witness = next((found for word in words if (found := self._replay(word)) is not None), None)
        if witness is None:
            return Decided(length, Status.ERROR, reason=f"{told}, which does not replay")
        return Decided(length, Status.REFUTED, witness=witness, solver=outcome.solver, note=outcome.note)
