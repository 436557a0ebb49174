"""Having a proof checked, from the parent's side: two files go in, a `Checked` comes out, whatever the child does.

Checking takes about as long as solving, and as much memory: it runs in a child that can be killed. No answer, for
whatever reason, is `ok=None`, never True.

The child has a proof checked by dratify, and, where that accepts and a second opinion is wanted, by a checker that is
ours (`rup`, then `lrat`), which is slower. If it has no opinion within its limits, what dratify says stands alone, and
`once` tells why. If it refuses, so does the whole.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..solver.child import Child, DiedError, ExpiredError, StoppedError


@dataclass(frozen=True)
class Checked:
    """What became of a proof: `ok` is True if it refutes the formula, False if it does not, None if that is not known.

    `cnf` and `proof` are the SHA-256 of the bytes that were checked, empty if nothing was. `twice` tells that two
    checkers accept it, else `once` why only one was asked to the end; `second` are the seconds that the second took.
    """

    ok: bool | None
    reason: str = ""
    engine: str = ""
    steps: int = 0
    seconds: float = 0.0
    cnf: str = ""
    proof: str = ""
    twice: bool = False
    once: str = ""
    second: float = 0.0

    def refutes(self, cnf: str, proof: str) -> bool:
        """Whether a proof was accepted, and both it and the formula have these digests: all that may be relied on."""
        return self.ok is True and bool(cnf and proof) and (self.cnf, self.proof) == (cnf, proof)


def check(
    cnf: Path,
    proof: Path,
    deadline: float,
    memory: int,
    stopped: Callable[[], bool] = lambda: False,
    second: float = 0.0,
) -> Checked:
    """Whether the DRAT proof in one file refutes the DIMACS formula in the other.

    `deadline` is a reading of `time.monotonic()`, `memory` is in MiB. What is accepted is checked a second time if
    `second` is not 0, for so many seconds at most.

    Raises:
        StoppedError: when `stopped()` becomes true; the child is gone by then.
    """
    start = time.monotonic()
    child = Child("logbits.verify.proof.check_proof", memory=memory)
    try:
        child.send(json.dumps({"cnf": str(cnf), "proof": str(proof), "second": second > 0}).encode())
        said: dict[str, Any] = json.loads(child.receive(deadline, stopped))
        first = Checked(
            said["ok"] is True,
            said["reason"],
            said["engine"],
            said["steps"],
            time.monotonic() - start,
            said["cnf"],
            said["proof"],
        )
        if first.ok is not True or second <= 0:
            return first
        return _second(child, first, min(deadline, time.monotonic() + second), stopped)
    except ExpiredError:
        return Checked(None, "checking the proof: time limit reached", seconds=time.monotonic() - start)
    except DiedError as died:
        return Checked(None, f"checking the proof: {died}", seconds=time.monotonic() - start)
    finally:
        child.kill()


def _second(child: Child, first: Checked, deadline: float, stopped: Callable[[], bool]) -> Checked:
    """What both checkers say, where the first accepts.

    Raises:
        StoppedError: when `stopped()` becomes true.
    """
    start = time.monotonic()
    said: dict[str, Any] = {"ok": None}
    try:
        said = json.loads(child.receive(deadline, stopped))
    except ExpiredError:
        said["reason"] = "time limit reached"
    except DiedError as died:
        said["reason"] = str(died)
    seconds = time.monotonic() - start
    if said["ok"] is None:
        return replace(first, once=said["reason"], second=seconds)
    if said["ok"] is not True:
        return replace(first, ok=False, reason=f"the second checker: {said['reason']}", second=seconds)
    return replace(first, twice=True, second=seconds)


__all__ = ["Checked", "StoppedError", "check"]
