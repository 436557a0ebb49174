"""Asking a solver, from the parent's side: a script goes in, an `Answer` comes out, whatever happens to the child.

A timeout, a crash, a refusal or an empty answer is `unknown` with the reason; nothing else ever is.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .child import Child, DiedError, ExpiredError, StoppedError

SOLVERS = ("bitwuzla", "z3")
"""The names of the solvers, the preferred one first."""

INTEGER_SOLVERS = ("z3",)
"""The solvers that are asked about integers."""


@dataclass(frozen=True)
class Answer:
    """What a solver said: `word` (as symbol numbers) after sat, `least` if it is the first such word of its length."""

    kind: Literal["sat", "unsat", "unknown"]
    solver: str
    word: tuple[int, ...] = ()
    least: bool = False
    reason: str = ""
    seconds: float = 0.0


def ask(
    solver: str,
    script: str,
    *,
    length: int,
    width: int,
    alphabet: int,
    deadline: float,
    memory: int,
    stopped: Callable[[], bool] = lambda: False,
) -> Answer:
    """The answer of `solver` to an SMT-LIB script over `length` letters with codes of `width` bits.

    `deadline` is a reading of `time.monotonic()`, `memory` is in MiB.

    Raises:
        StoppedError: when `stopped()` becomes true; the child is gone by then.
        ValueError: for an unknown solver.
    """
    if solver not in SOLVERS:
        raise ValueError(f"unknown solver {solver!r}; there are {', '.join(SOLVERS)}")
    request = {"script": script, "length": length, "width": width, "alphabet": alphabet}
    return _converse(solver, request, deadline, memory, stopped)


def ask_integers(
    solvers: Sequence[str],
    script: str,
    names: Sequence[str],
    *,
    deadline: float,
    memory: int,
    stopped: Callable[[], bool] = lambda: False,
) -> Answer:
    """The first answer of one of the solvers to an SMT-LIB script over integers; `word` are the values of `names`.

    Raises:
        StoppedError: when `stopped()` becomes true; the child is gone by then.
    """
    reasons: list[str] = []
    for solver in solvers:
        if solver in INTEGER_SOLVERS:
            answer = _converse(solver, {"script": script, "names": list(names)}, deadline, memory, stopped)
            if answer.kind != "unknown":
                return answer
            reasons.append(answer.reason)
    return Answer("unknown", "", reason="; ".join(reasons) or "no solver for integers was asked")


def _converse(
    solver: str, request: Mapping[str, object], deadline: float, memory: int, stopped: Callable[[], bool]
) -> Answer:
    """The last answer that a child gives to a request, which holds the script."""
    start = time.monotonic()
    best: dict[str, Any] | None = None
    reason = ""
    digest = hashlib.sha256(str(request["script"]).encode()).hexdigest()
    child = Child("logbits.verify.solve", solver, memory=memory)
    try:
        child.send(json.dumps(request).encode())
        while best is None or not best["final"]:
            said = json.loads(child.receive(deadline, stopped))
            if said["digest"] != digest:
                raise DiedError("answered another question")
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
    return Answer(best["answer"], solver, word, least, best.get("reason", ""), seconds)


__all__ = ["SOLVERS", "Answer", "StoppedError", "ask", "ask_integers"]
