"""One question and all solvers that are asked about it, with a checked proof where one is wanted and can be had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..proof.files import write_whole
from ..proof.proving import Rejected, prove, provers, stem_of, wrong_of
from ..question.question import Texts
from ..solver.ask import Answer, ask
from ..solver.opinions import Outcome, Test, combine, consult
from ..solver.table import BACKENDS
from ..verdict.verdict import Certificate
from .limits import Limits

Stopped = Callable[[], bool]


@dataclass(frozen=True)
class Task:
    """A question about words of one length over an alphabet, in letter codes of `width` bits.

    It is about a word that breaks the claim, or about any word of the assumed language.
    """

    about: Literal["question", "language"]
    texts: Texts
    length: int
    width: int
    alphabet: int

    def form(self, limits: Limits) -> dict[str, Any]:
        """What a solver has to know besides the text."""
        form = {"length": self.length, "width": self.width, "alphabet": self.alphabet}
        return form | {"deadline": limits.deadline, "memory": limits.memory}


@dataclass(frozen=True)
class Proved:
    """What those who leave proofs said, by name: with a `certificate`, or with the reasons why there is none."""

    answers: dict[str, Answer]
    certificate: Certificate | None
    unproved: tuple[str, ...]


def solve(
    task: Task, limits: Limits, stands: Test, stopped: Stopped, unkept: str = ""
) -> tuple[Outcome, Certificate | None]:
    """What solvers say about a question; `stands` tests a word that they give.

    Where its derivation is `unkept`, a proof would prove nothing that can be checked again, and none is asked for.

    Raises:
        StoppedError: when `stopped()` becomes true.
    """
    proved = Proved({}, None, (unkept,) if unkept else ())
    if limits.proofs is not None and not unkept:
        try:
            proved = _proved(task, limits, stopped)
        except Rejected as rejected:
            return Outcome("error", reason=str(rejected)), None

    def answer(solver: str, stopped: Stopped) -> Answer:
        text = task.texts.dimacs if BACKENDS[solver].dialect == "dimacs" else task.texts.smt2
        return proved.answers.get(solver) or ask(solver, text, stopped=stopped, **task.form(limits))

    done = [each for each in proved.answers.values() if each.kind != "unknown"]
    if done and not limits.every:
        outcome = combine(done, stands)
    else:
        outcome = consult(limits.solvers, limits.every, answer, stands, stopped)
    if outcome.kind == "unsat" and proved.unproved:
        return replace(outcome, note=f"no proof: {'; '.join(proved.unproved)}"), None
    if outcome.kind == "sat" and outcome.note:
        outcome = replace(outcome, note=f"{outcome.note}; {kept(task, limits)}")
    if outcome.kind == "error":
        outcome = replace(outcome, reason=f"{outcome.reason}; {kept(task, limits)}")
    return outcome, proved.certificate


def _proved(task: Task, limits: Limits, stopped: Stopped) -> Proved:
    """What those who are to leave a proof say, until one of them answers.

    Raises:
        Rejected: when a proof is none.
        StoppedError: when `stopped()` becomes true.
    """
    assert limits.proofs is not None
    stem = stem_of(limits.proofs, task.length, task.about)
    answers: dict[str, Answer] = {}
    certificate: Certificate | None = None
    for solver in provers(limits.solvers, limits.every):
        answers[solver], certificate = prove(solver, task.texts.dimacs, stem, stopped=stopped, **task.form(limits))
        if answers[solver].kind != "unknown":
            break
    if certificate is not None:
        return Proved(answers, replace(certificate, about=task.about), ())
    reasons = [answer.reason for answer in answers.values() if answer.kind != "sat" and answer.reason]
    return Proved(answers, None, tuple(reasons or ["no solver that leaves proofs was asked"] * (not answers)))


def kept(task: Task, limits: Limits) -> str:
    """Keeps a question that a solver got wrong, to be reported to its authors; says where."""
    if limits.proofs is None:
        return "--proofs DIR keeps such questions"
    files = wrong_of(stem_of(limits.proofs, task.length, task.about))
    try:
        for file, text in zip(files, (task.texts.smt2, task.texts.dimacs), strict=True):
            write_whole(file, text.encode())
    except OSError as error:
        return f"the question could not be kept: {error.strerror}"
    return f"the question is kept in {files[0].name} and {files[1].name}"
