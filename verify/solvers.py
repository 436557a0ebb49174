"""Asking a solver, from the parent's side: a question goes in, an `Answer` comes out, whatever happens to the child.

A question is a text in the dialect of the solver: SMT-LIB for the SMT solvers, DIMACS for the SAT solvers. A timeout, a
crash, a refusal or an empty answer is `unknown` with the reason; nothing else ever is.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .backend import BACKENDS, Dialect
from .child import Child, DiedError, ExpiredError, StoppedError
from .solve import unfinished

SOLVERS = ("bitwuzla", "z3")
"""The names of the solvers that are asked unless others are wanted, the preferred one first."""


def speaking(dialect: Dialect) -> tuple[str, ...]:
    """The names of all solvers that read this dialect, installed or not."""
    return tuple(name for name, backend in BACKENDS.items() if backend.dialect == dialect)


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
    start = time.monotonic()
    best: dict[str, Any] | None = None
    reason = ""
    child = Child("logbits.verify.solve", solver, memory=memory)
    try:
        request = {"question": question, "length": length, "width": width, "alphabet": alphabet}
        child.send(json.dumps(request | {"proof": None if proof is None else str(proof)}).encode())
        while best is None or not best["final"]:
            said = json.loads(child.receive(deadline, stopped))
            if said["digest"] != hashlib.sha256(question.encode()).hexdigest():
                raise DiedError("answered another question")
            if said["answer"] == "unsat" and proof is not None and not said.get("proof"):
                raise DiedError("left no proof")
            best = said
    except ExpiredError:
        reason = "time limit reached"
    except DiedError as died:
        reason = str(died)
    finally:
        child.kill()
        if proof is not None:
            unfinished(proof).unlink(missing_ok=True)
            if best is None or best["answer"] != "unsat":
                proof.unlink(missing_ok=True)
    seconds = time.monotonic() - start
    if best is None:
        return Answer("unknown", solver, reason=f"{solver}: {reason}", seconds=seconds)
    word, least = tuple(best.get("word", ())), best.get("least") is True
    logged = best.get("proof", ""), best.get("size", 0)
    return Answer(best["answer"], solver, word, least, best.get("reason", ""), seconds, *logged)


__all__ = ["SOLVERS", "Answer", "StoppedError", "ask", "missing", "speaking"]
