"""The child process in which a solver runs: `python -m logbits.verify.solve NAME`.

One frame in (JSON: script, length, width, alphabet), one or more frames out; or (script, names) for a question about
integers, and one frame out. After SAT the word is made the first in
the order of the alphabet, letter by letter, so that every solver reports the same witness; the parent can stop that
at any time and still has the first word. An UNSAT is always the answer of a fresh solver, without assumptions.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

from .backend import INTEGERS, SESSIONS, Integers, Session
from .child import read_frame, settle, write_frame


def answers(session: Session, length: int, alphabet: int) -> Iterator[dict[str, Any]]:
    """The answers of a session, each better than the one before; the last has `final`."""
    answer = session.check()
    if answer is None:
        yield {"answer": "unknown", "reason": session.reason(), "final": True}
        return
    if answer is False:
        yield {"answer": "unsat", "final": True}
        return
    word = session.codes()
    yield {"answer": "sat", "word": _letters(word, alphabet), "final": False}
    for position in range(1, length + 1):
        least = _letters(word, alphabet)[position - 1]
        while least > 0:
            lower = session.check((position, least))
            if lower is None:
                yield {"answer": "sat", "word": _letters(word, alphabet), "least": False, "final": True}
                return
            if lower is False:
                break
            word = session.codes()
            least = _letters(word, alphabet)[position - 1]
        session.fix(position, word[position - 1])
    yield {"answer": "sat", "word": _letters(word, alphabet), "least": True, "final": True}


def integers(session: Integers) -> dict[str, Any]:
    """The answer of a session about integers: its word is the values of the variables."""
    answer = session.check()
    if answer is None:
        return {"answer": "unknown", "reason": session.reason(), "final": True}
    return {"answer": "sat", "word": session.values(), "final": True} if answer else {"answer": "unsat", "final": True}


def _letters(codes: list[int], alphabet: int) -> list[int]:
    """Spare codes are symbol 0."""
    return [code if code < alphabet else 0 for code in codes]


def main() -> None:
    """Solves the one question that arrives on standard input."""
    source, out = settle()
    frame = read_frame(source)
    if frame is None:
        return
    request = json.loads(frame)
    script: str = request["script"]
    digest = hashlib.sha256(script.encode()).hexdigest()
    if "names" in request:
        told = iter([integers(INTEGERS[sys.argv[1]](script, request["names"]))])
    else:
        session = SESSIONS[sys.argv[1]](script, request["length"], request["width"])
        told = answers(session, request["length"], request["alphabet"])
    for answer in told:
        write_frame(out, json.dumps(answer | {"digest": digest}).encode())


if __name__ == "__main__":
    main()
