"""The child process in which a proof is checked: `python -m logbits.verify.proof.check_proof`.

One frame in (JSON: cnf, proof: the paths of two files; second), one frame out, and where a second opinion is wanted of
a proof that is accepted, another with that. The digests are those of the bytes that were read, and each file is read
once: what was checked, by both, is what the digests say, whatever happens to the files.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ..solver.child import read_frame, settle, write_frame
from . import lrat, rup
from .dratify import engine, judge
from .files import read_regular


def examine(cnf: bytes, proof: bytes) -> dict[str, Any]:
    """What there is to say about a proof of a formula."""
    try:
        judgement = judge(cnf.decode("ascii"), proof.decode("ascii"))
    except ValueError as error:
        said: dict[str, Any] = {"ok": False, "reason": str(error), "steps": 0}
    else:
        said = {"ok": judgement.ok, "reason": judgement.reason, "steps": judgement.steps}
    digests = {"cnf": hashlib.sha256(cnf).hexdigest(), "proof": hashlib.sha256(proof).hexdigest()}
    return said | digests | {"engine": engine()}


def again(cnf: bytes, proof: bytes) -> dict[str, Any]:
    """What the second checker says; `ok` is None where it would take too long."""
    try:
        text = cnf.decode("ascii")
        judgement = lrat.judge(text, rup.lrat(text, proof.decode("ascii"), rup.VISITS))
    except rup.LongError as error:
        return {"ok": None, "reason": str(error)}
    except ValueError as error:
        return {"ok": False, "reason": str(error)}
    return {"ok": judgement.ok, "reason": judgement.reason}


def main() -> None:
    """Checks the one proof that arrives on standard input."""
    source, out = settle()
    frame = read_frame(source)
    if frame is None:
        return
    request = json.loads(frame)
    given = read_regular(Path(request["cnf"])), read_regular(Path(request["proof"]))
    said = examine(*given)
    write_frame(out, json.dumps(said).encode())
    if request["second"] and said["ok"]:
        write_frame(out, json.dumps(again(*given)).encode())


if __name__ == "__main__":
    main()
