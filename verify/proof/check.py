"""Having a proof checked, from the parent's side: two files go in, a `Checked` comes out, whatever the child does.

Checking takes about as long as solving, and as much memory: it runs in a child that can be killed. No answer, for
whatever reason, is `ok=None`, never True.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..solver.child import Child, DiedError, ExpiredError, StoppedError


@dataclass(frozen=True)
class Checked:
    """What became of a proof: `ok` is True if it refutes the formula, False if it does not, None if that is not known.

    `cnf` and `proof` are the SHA-256 of the bytes that were checked, empty if nothing was.
    """

    ok: bool | None
    reason: str = ""
    engine: str = ""
    steps: int = 0
    seconds: float = 0.0
    cnf: str = ""
    proof: str = ""

    def refutes(self, cnf: str, proof: str) -> bool:
        """Whether a proof was accepted, and both it and the formula have these digests: all that may be relied on."""
        return self.ok is True and bool(cnf and proof) and (self.cnf, self.proof) == (cnf, proof)


def check(cnf: Path, proof: Path, deadline: float, memory: int, stopped: Callable[[], bool] = lambda: False) -> Checked:
    """Whether the DRAT proof in one file refutes the DIMACS formula in the other.

    `deadline` is a reading of `time.monotonic()`, `memory` is in MiB.

    Raises:
        StoppedError: when `stopped()` becomes true; the child is gone by then.
    """
    start = time.monotonic()
    child = Child("logbits.verify.proof.check_proof", memory=memory)
    try:
        child.send(json.dumps({"cnf": str(cnf), "proof": str(proof)}).encode())
        said: dict[str, Any] = json.loads(child.receive(deadline, stopped))
    except ExpiredError:
        return Checked(None, "checking the proof: time limit reached", seconds=time.monotonic() - start)
    except DiedError as died:
        return Checked(None, f"checking the proof: {died}", seconds=time.monotonic() - start)
    finally:
        child.kill()
    return Checked(
        said["ok"] is True,
        said["reason"],
        said["engine"],
        said["steps"],
        time.monotonic() - start,
        said["cnf"],
        said["proof"],
    )


__all__ = ["Checked", "StoppedError", "check"]
