"""Asking a solver, from the parent's side: a question goes in, an `Answer` comes out, whatever happens to the child.

A question is a text in the dialect of the solver: SMT-LIB for the SMT solvers, DIMACS for the SAT solvers. A timeout, a
crash, a refusal or an empty answer is `unknown` with the reason; nothing else ever is.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from .child import Child, DiedError, ExpiredError, StoppedError
from .solve import unfinished
from .table import BACKENDS

SOLVERS = ("bitwuzla", "cadical", "z3")
"""The portfolio: the solvers that are asked until one answers, unless others are wanted, the preferred one first."""


def missing(solver: str) -> str:
    """What to do about a solver that is not installed; empty if it is."""
    backend = BACKENDS[solver]
    return "" if backend.installed() else f"{solver} is not installed: pip install '{backend.install}'"


@dataclass(frozen=True)
class Answer:
    """What a solver said: `word` (as symbol numbers) after sat, `least` if it is the first such word of its length.

    After unsat, `proof` is the SHA-256 of the file with the solver's proof, if one was asked for; nobody has checked it
    yet. `size` is that of the file.
    """

    kind: Literal["sat", "unsat", "unknown"]
    solver: str
    word: tuple[int, ...] = ()
    least: bool = False
    reason: str = ""
    seconds: float = 0.0
    proof: str = ""
    size: int = 0


def ask(
    solver: str,
    question: str,
    *,
    length: int,
    width: int,
    alphabet: int,
    deadline: float,
    memory: int,
    stopped: Callable[[], bool] = lambda: False,
    proof: Path | None = None,
) -> Answer:
    """The answer of `solver` to a question over `length` letters with codes of `width` bits.

    `deadline` is a reading of `time.monotonic()`, `memory` is in MiB. With `proof`, that file holds the solver's proof
    if the answer is unsat, and is not there otherwise; without it, none is logged.

    Raises:
        StoppedError: when `stopped()` becomes true; the child is gone by then.
        ValueError: for an unknown solver, or a proof wanted of one that leaves none.
    """
    if solver not in BACKENDS:
        raise ValueError(f"unknown solver {solver!r}; there are {', '.join(BACKENDS)}")
    if proof is not None and not BACKENDS[solver].proves:
        raise ValueError(f"{solver} leaves no proofs")
    if missing(solver):
        return Answer("unknown", solver, reason=missing(solver))
    if proof is not None:
        proof.unlink(missing_ok=True)
    request = {"question": question, "length": length, "width": width, "alphabet": alphabet}
    said: Answer | None = None
    try:
        said = _converse(solver, request | {"proof": None if proof is None else str(proof)}, deadline, memory, stopped)
        return said
    finally:
        if proof is not None:
            unfinished(proof).unlink(missing_ok=True)
            if said is None or said.kind != "unsat":
                proof.unlink(missing_ok=True)


def ask_integers(
    solver: str,
    question: str,
    names: Sequence[str],
    *,
    deadline: float,
    memory: int,
    stopped: Callable[[], bool] = lambda: False,
) -> Answer:
    """The answer of `solver` to an SMT-LIB text over integers; after sat, `word` are the values of `names`.

    Raises:
        StoppedError: when `stopped()` becomes true; the child is gone by then.
        ValueError: for a solver that is not asked about integers.
    """
    if solver not in BACKENDS or not BACKENDS[solver].integers:
        raise ValueError(f"{solver!r} is not asked about integers")
    if missing(solver):
        return Answer("unknown", solver, reason=missing(solver))
    return _converse(solver, {"question": question, "names": list(names)}, deadline, memory, stopped)


def _converse(
    solver: str, request: Mapping[str, object], deadline: float, memory: int, stopped: Callable[[], bool]
) -> Answer:
    """The last answer that a child gives about the question of a request.

    A child that is killed cannot remove its files: where a solver works with files, they are in a folder of ours.
    """
    if not BACKENDS[solver].files:
        return _told(solver, request, deadline, memory, stopped)
    try:
        folder = TemporaryDirectory(prefix="logbits-", ignore_cleanup_errors=True)
    except OSError as error:
        return Answer("unknown", solver, reason=f"{solver}: no temporary folder can be made: {error.strerror or error}")
    with folder as temporary:
        return _told(solver, {**request, "temporary": temporary}, deadline, memory, stopped)


def _told(
    solver: str, request: Mapping[str, object], deadline: float, memory: int, stopped: Callable[[], bool]
) -> Answer:
    """The last answer of a child."""
    start = time.monotonic()
    best: dict[str, Any] | None = None
    reason = ""
    digest = hashlib.sha256(str(request["question"]).encode()).hexdigest()
    child = Child("logbits.verify.solver.solve", solver, memory=memory)
    try:
        child.send(json.dumps(request).encode())
        while best is None or not best["final"]:
            said = json.loads(child.receive(deadline, stopped))
            if said["digest"] != digest:
                raise DiedError("answered another question")
            if said["answer"] == "unsat" and request.get("proof") is not None and not said.get("proof"):
                raise DiedError("left no proof")
            best = said
    except ExpiredError:
        reason = "time limit reached"
    except DiedError as died:
        reason = str(died)
    finally:
        child.kill()
    seconds = time.monotonic() - start
    if best is None:
        return Answer("unknown", solver, reason=f"{solver}: {reason}", seconds=seconds)
    word, least = tuple(best.get("word", ())), best.get("least") is True
    logged = best.get("proof", ""), best.get("size", 0)
    return Answer(best["answer"], solver, word, least, best.get("reason", ""), seconds, *logged)


__all__ = ["SOLVERS", "Answer", "StoppedError", "ask", "ask_integers", "missing"]
