"""Many lengths in one question: a word that replays narrows the range below it, until a shortest one is left.

Where no solver says anything, the lengths that are left are not decided here, and are asked about one by one.
"""

from __future__ import annotations

import time
from dataclasses import replace

from ...bounds.count.run import classes, first_word
from ..solver.ask import Answer, ask_integers
from ..solver.child import DiedError, ExpiredError
from ..solver.opinions import Outcome, consult
from ..solver.table import BACKENDS
from ..verdict.verdict import Decided, Status
from . import reply
from .decide import Obligation, fault
from .encoder import Encoder, FaultError, Reading, Stopped
from .portion import Portion


class Narrowing:
    """The lengths of one portion, in questions about integers."""

    def __init__(self, obligation: Obligation, encoder: Encoder, portion: Portion) -> None:
        self.obligation, self.encoder, self.portion = obligation, encoder, portion
        self.claim, self.limits = obligation.claim, obligation.limits

    def decide(self, stopped: Stopped) -> tuple[list[Decided], range]:
        """What is decided, and the lengths below the least refuted one that are not.

        Raises:
            StoppedError: when the answers are no longer wanted.
        """
        begun = time.monotonic()
        done: list[Decided] = []
        refuted: list[Decided] = []
        rest, halve = self.portion.lengths, False
        while rest:
            asked = rest[: (len(rest) + 1) // 2] if halve else rest
            try:
                found = self._about(asked, stopped)
            except (ExpiredError, DiedError):
                break  # nothing is known: they are asked about one by one
            except FaultError as error:
                found = fault(self.claim, asked, str(error))
            if found is None:
                break
            if found.status == Status.REFUTED:
                refuted, rest, halve = [found], range(rest.start, found.length), not halve
            elif found.status == Status.VERIFIED:
                done, rest, halve = [*done, found], rest[len(asked) :], False
            else:
                done, rest = [*done, replace(found, length=rest.start, size=len(rest))], range(0)
        done += refuted
        seconds = (time.monotonic() - begun) / max(len(done), 1)
        return [replace(each, seconds=seconds) for each in done], rest

    def _about(self, asked: range, stopped: Stopped) -> Decided | None:
        """What one question about lengths decides: that all hold, a word of one of them, or an error; None if nothing.

        Raises:
            ExpiredError, DiedError, StoppedError, FaultError: see `Encoder`.
        """
        portion = replace(self.portion, lengths=asked)
        lengths, said = Reading(self.encoder, self.claim, portion).read(self.limits.deadline, stopped)
        if isinstance(said, reply.Fault):
            raise FaultError(said.reason)
        if lengths != asked or not isinstance(said, reply.OpenTogether):
            raise DiedError("answered another question")
        outcome = self._solve(said, asked, stopped)
        if outcome.kind == "unsat" and said.word is not None:  # which simulation came across
            counts = [said.word.count(symbol) for symbol in range(len(self.claim.program.alphabet))]
            note = f"{outcome.solver} said unsat, wrongly"
            outcome = Outcome("sat", "simulation", (len(said.word), *counts), note=note)
        match outcome.kind:
            case "unknown":
                return None
            case "unsat":
                note = "" if self.limits.proofs is None else "no proof: a question about integers leaves none"
                found = Decided(asked.start, Status.VERIFIED, "solver", solver=outcome.solver, note=note)
                return replace(found, size=len(asked))
            case "sat" | "error":
                return self._refuted(asked, outcome, stopped)

    def _solve(self, said: reply.OpenTogether, asked: range, stopped: Stopped) -> Outcome:
        solvers = [solver for solver in self.limits.solvers if BACKENDS[solver].integers]
        limits = self.limits

        def answer(solver: str, stopped: Stopped) -> Answer:
            return ask_integers(
                solver, said.script, said.names, deadline=limits.deadline, memory=limits.memory, stopped=stopped
            )

        def is_right(word: tuple[int, ...]) -> bool:
            return self._refuted(asked, Outcome("sat", "", word), stopped).status == Status.REFUTED

        return consult(solvers, limits.every, answer, is_right, stopped)

    def _refuted(self, asked: range, outcome: Outcome, stopped: Stopped) -> Decided:
        """The refutation that an assignment to n and the counts stands for, or the error that it shows."""
        length, *counts = outcome.word
        told = f"{outcome.solver} gives length {length} and counts {', '.join(map(str, counts))}"
        if length not in asked or length != sum(counts) or min(counts) < 0:
            return fault(self.claim, asked, f"{told}, when asked about {asked.start}..{asked.stop - 1}")
        program, words = self.claim.program, self.obligation.words
        candidates = sorted({first_word(program, counts, c) for c in classes(program, counts)})
        found = (words.witness(word, stopped) for word in candidates)
        witness = next((each for each in found if each is not None), None)
        if witness is None:
            return fault(self.claim, range(length, length + 1), f"{told}, which does not replay")
        return Decided(length, Status.REFUTED, witness=witness, solver=outcome.solver, note=outcome.note)
