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
from typing import Any

from ..bounds.counts import classes, first_word
from .child import DiedError, ExpiredError, StoppedError
from .encoder import Encoder
from .obligation import Reply
from .question import Claim, Pair
from .refutation import replay
from .solvers import Answer, ask, ask_integers
from .verdict import Decided, Status


@dataclass(frozen=True)
class Limits:
    """What one request may take: `deadline` is a reading of `time.monotonic()`, `memory` is in MiB for each child."""

    deadline: float
    seconds: float
    memory: int
    solvers: tuple[str, ...]


def decide_length(
    encoder: Encoder, claim: Claim, pair: Pair, length: int, limits: Limits, stopped: Callable[[], bool]
) -> Decided:
    """Decides one length.

    Raises:
        StoppedError: when the answer is no longer wanted.
    """
    begun = time.monotonic()
    deadline = limits.deadline

    def decided(status: Status, **known: Any) -> Decided:  # noqa: ANN401 (the fields of Decided)
        return Decided(length, status, seconds=time.monotonic() - begun, **known)

    def verified(reply: Reply, **known: Any) -> Decided:  # noqa: ANN401
        """VERIFIED, once it is known whether any word is asked about: all may hold because there is none."""
        if claim.assume is None or reply.language == "" or reply.evidence == "vacuous":
            return decided(Status.VERIFIED, **known)
        about = f"whether any word of length {length} is in the assumed language"
        if reply.language is None:
            return decided(Status.UNKNOWN, reason=f"nobody asked {about}")
        answer = _solve(claim, length, replace(reply, script=reply.language), limits, stopped)
        if answer.kind == "unsat":
            return decided(Status.VERIFIED, evidence="vacuous", solver=answer.solver)
        if answer.kind == "unknown":
            return decided(Status.UNKNOWN, reason=f"not known {about}: {answer.reason or out_of_time}")
        if len(answer.word) != length or not pair.member(pair.spell(answer.word)):
            return decided(Status.ERROR, reason=f"{answer.solver} gives a word that is not, when asked {about}")
        return decided(Status.VERIFIED, **known)

    if stopped():
        raise StoppedError
    out_of_time = f"time limit of {limits.seconds:g} s reached at length {length}"
    if begun >= deadline:
        return decided(Status.UNKNOWN, reason=out_of_time)
    try:
        reply = encoder.ask(claim, length, deadline, stopped)
    except ExpiredError:
        return decided(Status.UNKNOWN, reason=f"{out_of_time}, while encoding")
    except DiedError as died:
        return decided(Status.UNKNOWN, reason=f"encoding length {length}: {died}")
    if reply.error:
        return decided(Status.ERROR, reason=reply.error)
    if reply.evidence is not None:
        return verified(reply, evidence=reply.evidence)
    answer = Answer("unknown", "", least=reply.least)
    if reply.script:
        answer = _solve(claim, length, reply, limits, stopped)
    if answer.kind == "unsat":
        if reply.word is not None:
            return decided(Status.ERROR, reason=f"{answer.solver} says unsat, but a word breaks the claim")
        return verified(reply, evidence="solver", solver=answer.solver)
    word = answer.word if answer.kind == "sat" else reply.word
    if word is None:
        late = time.monotonic() >= deadline
        return decided(Status.UNKNOWN, reason=f"{out_of_time}, while solving" if late else answer.reason)
    witness = replay(pair, word, answer.least)
    if witness is None:
        shown = " ".join(pair.spell(word))
        return decided(Status.ERROR, reason=f"{answer.solver or 'simulation'}: the word {shown} does not replay")
    return decided(Status.REFUTED, witness=witness, solver=answer.solver if answer.kind == "sat" else "")


def _solve(claim: Claim, length: int, reply: Reply, limits: Limits, stopped: Callable[[], bool]) -> Answer:
    """The first answer that one of the solvers gives; the reasons of all if none does."""
    reasons: list[str] = []
    for solver in limits.solvers:
        answer = ask(
            solver,
            reply.script,
            length=length,
            width=reply.width,
            alphabet=len(claim.program.alphabet),
            deadline=limits.deadline,
            memory=limits.memory,
            stopped=stopped,
        )
        if answer.kind != "unknown":
            return answer
        reasons.append(answer.reason)
    return Answer("unknown", limits.solvers[-1], reason="; ".join(reasons))


def decide_together(
    encoder: Encoder, claim: Claim, pair: Pair, lengths: range, limits: Limits, stopped: Callable[[], bool]
) -> tuple[list[Decided], range]:
    """Decides many lengths at once: what is decided, and the lengths below the least refuted one that are not.

    Raises:
        StoppedError: when the answers are no longer wanted.
    """
    begun = time.monotonic()
    verified: list[range] = []
    refuted: Decided | None = None
    rest, halve, solver = lengths, False, ""
    while rest and not (refuted is not None and refuted.status == Status.ERROR):
        asked = rest[: (len(rest) + 1) // 2] if halve else rest
        try:
            reply = encoder.ask_together(claim, asked, limits.deadline, stopped)
        except (ExpiredError, DiedError):
            break
        if reply.error:
            return [Decided(rest.start, Status.ERROR, reason=reply.error)], range(0)
        if not reply.script:
            break
        answer = ask_integers(
            limits.solvers, reply.script, reply.names, deadline=limits.deadline, memory=limits.memory, stopped=stopped
        )
        solver = answer.solver
        if answer.kind == "unknown":
            break
        if answer.kind == "unsat":
            verified.append(asked)
            rest, halve = range(asked.stop, rest.stop), False
            continue
        found = _refuted(claim, pair, asked, answer)
        refuted, rest, halve = found, range(rest.start, min(found.length, rest.stop)), not halve
    done = [Decided(length, Status.VERIFIED, "solver", solver=solver) for each in verified for length in each]
    results = [*done, *([refuted] if refuted else [])]
    seconds = (time.monotonic() - begun) / max(len(results), 1)
    return [replace(each, seconds=seconds) for each in results], rest


def _refuted(claim: Claim, pair: Pair, asked: range, answer: Answer) -> Decided:
    """The refutation that an assignment to n and the counts stands for, or the error that it shows."""
    length, *counts = answer.word
    told = f"{answer.solver} gives length {length} and counts {', '.join(map(str, counts))}"
    if length not in asked or length != sum(counts) or min(counts) < 0:
        return Decided(asked.start, Status.ERROR, reason=f"{told}, when asked about {asked.start}..{asked.stop - 1}")
    program = claim.program
    words = sorted({first_word(program, counts, c) for c in classes(program, counts)})
    witness = next((found for word in words if (found := replay(pair, word, False)) is not None), None)
    if witness is None:
        return Decided(length, Status.ERROR, reason=f"{told}, which does not replay")
    return Decided(length, Status.REFUTED, witness=witness, solver=answer.solver)
