"""What solvers say about one question: the first answer, or the opinions of several, compared.

Without a choice of solvers they are a portfolio: the preferred one begins, each next one joins when none has answered
after a while, and the first answer counts. Solvers that the user names are all asked, and all that they say counts:

    a word that stands the test        sat, whatever others say; who said unsat has a bug, which is noted
    a word that does not               an error, unless another word does
    unsat from one, no word            unsat; those who gave up are no witnesses of anything
    nothing from anybody               unknown, with all reasons

The test of a word is the caller's: the reference run on both sides, in exact arithmetic.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from .ask import Answer
from .child import StoppedError

STAGGER = 5.0
"""The seconds after which the next solver of a portfolio joins those that have not answered yet."""

Ask = Callable[[str, Callable[[], bool]], Answer]
"""Asks the solver with this name, and gives up with `StoppedError` when the second argument becomes true."""


Test = Callable[[tuple[int, ...]], bool]
"""Whether a word shows what it is said to show."""


@dataclass(frozen=True)
class Outcome:
    """What is made of the answers: `word` and `least` after sat; `note` tells of solvers that were wrong."""

    kind: Literal["sat", "unsat", "unknown", "error"]
    solver: str = ""
    word: tuple[int, ...] = ()
    least: bool = False
    reason: str = ""
    note: str = ""


def consult(
    solvers: Sequence[str],
    every: bool,
    ask: Ask,
    stands: Callable[[tuple[int, ...]], bool],
    stopped: Callable[[], bool],
) -> Outcome:
    """Asks `every` one of the solvers, or until one answers.

    Raises:
        StoppedError: when `stopped()` becomes true; nobody is being asked any more then.
    """
    return combine(_all(solvers, ask, stopped) if every else _first(solvers, ask, stopped), stands)


def combine(answers: Sequence[Answer], stands: Test) -> Outcome:
    """The outcome of several answers to one question."""
    given: dict[str, list[Answer]] = {"sat": [], "unsat": [], "unknown": []}
    for answer in answers:
        given[answer.kind].append(answer)
    unsat = _names(given["unsat"])
    standing = [answer for answer in given["sat"] if stands(answer.word)]
    fallen = [answer for answer in given["sat"] if answer not in standing]
    shown = "; ".join(f"{answer.solver}: the word {' '.join(map(str, answer.word))}" for answer in fallen)
    if standing:
        best = min(standing, key=lambda answer: (not answer.least, answer.word))
        notes = [f"{unsat} said unsat, wrongly"] if unsat else []
        notes += [f"{shown} does not replay"] if fallen else []
        return Outcome("sat", best.solver, best.word, best.least, note="; ".join(notes))
    if fallen:
        against = f", and {unsat} said unsat" if unsat else ""
        return Outcome("error", _names(fallen), fallen[0].word, reason=f"{shown} does not replay{against}")
    if unsat:
        return Outcome("unsat", unsat)
    return Outcome("unknown", reason="; ".join(answer.reason for answer in given["unknown"] if answer.reason))


def _names(answers: Sequence[Answer]) -> str:
    return ", ".join(answer.solver for answer in answers)


def _all(solvers: Sequence[str], ask: Ask, stopped: Callable[[], bool]) -> list[Answer]:
    return [ask(solver, stopped) for solver in solvers]


def _first(solvers: Sequence[str], ask: Ask, stopped: Callable[[], bool]) -> list[Answer]:
    """The first answer, after those who gave up before; each solver is asked in a thread, which only waits."""
    said: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()
    enough = threading.Event()

    def put(solver: str) -> None:
        try:
            said.put(ask(solver, lambda: enough.is_set() or stopped()))
        except BaseException as error:  # told to the thread that waits
            said.put(error)

    waiting, threads, answers = list(solvers), list[threading.Thread](), list[Answer]()
    try:
        while waiting or len(answers) < len(threads):
            if waiting:
                threads.append(threading.Thread(target=put, args=(waiting.pop(0),), daemon=True))
                threads[-1].start()
            try:
                answer = said.get(timeout=STAGGER if waiting else None)
            except queue.Empty:
                continue
            if isinstance(answer, BaseException):
                raise answer
            answers.append(answer)
            if answer.kind != "unknown":
                break
    finally:
        enough.set()
        for thread in threads:
            thread.join()
    if stopped():
        raise StoppedError
    return answers
