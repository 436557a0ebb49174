"""The child process in which a solver runs: `python -m logbits.verify.solver.solve NAME`.

One frame in (JSON: question, length, width, alphabet, proof), one or more frames out; for a question about integers
(JSON: question, names) one frame. Either may name the folder for temporary files. After SAT the word is made the first
in the order of the alphabet, letter by letter, so that every solver reports the same witness; the parent can stop that
at any time and still has the first word. An UNSAT is always the answer of a fresh solver, without assumptions.

A proof may be larger than what fits into a frame or into the parent: it goes to the file that the parent names, whole
or not at all, and the frame that says UNSAT carries its digest and size. It is in place before that frame is written.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .child import read_frame, settle, write_frame
from .table import BACKENDS, Integers, Session


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


def unfinished(path: Path) -> Path:
    """Where a proof is while it is being written."""
    return path.with_name(f"{path.name}.part")


def keep(lines: Iterable[str], path: Path) -> dict[str, Any]:
    """Writes a proof; what there is to say about it."""
    digest, size = hashlib.sha256(), 0
    with unfinished(path).open("wb") as file:
        for line in lines:
            data = line.encode("ascii")
            file.write(data)
            digest.update(data)
            size += len(data)
    os.replace(unfinished(path), path)
    return {"proof": digest.hexdigest(), "size": size}


def solve(solver: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answers of a solver to a request, each with the digest of the question it is about."""
    backend = BACKENDS[solver]
    question: str = request["question"]
    digest = hashlib.sha256(question.encode()).hexdigest()
    if "names" in request:
        yield integers(backend.open_integers(question, request["names"])) | {"digest": digest}
        return
    given = question, request["length"], request["width"]
    path: str | None = request["proof"]
    proving = None if path is None else backend.open_proving(*given)
    for answer in answers(proving or backend.open(*given), request["length"], request["alphabet"]):
        if path is not None and proving is not None and answer["answer"] == "unsat":
            answer |= keep(proving.proof(), Path(path))
        yield answer | {"digest": digest}


def main() -> None:
    """Solves the one question that arrives on standard input."""
    source, out = settle()
    frame = read_frame(source)
    if frame is None:
        return
    request = json.loads(frame)
    tempfile.tempdir = request.get("temporary")
    for answer in solve(sys.argv[1], request):
        write_frame(out, json.dumps(answer).encode())


if __name__ == "__main__":
    main()
