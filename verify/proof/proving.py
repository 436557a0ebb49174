"""Proofs: a solver refutes clauses and leaves a proof, and a checker that shares nothing with it checks the proof.

What was solved and what was checked is the same file: the solver says the digest of the text that it was given, the
checker those of the bytes that it read. Runs for proofs are fresh, one question each, without assumptions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ..solver.ask import Answer, ask
from ..solver.child import StoppedError
from ..solver.table import BACKENDS
from ..verdict.verdict import Certificate
from .check import check
from .files import write_whole

PROVERS = tuple(name for name, backend in BACKENDS.items() if backend.proves)
"""The solvers that leave proofs, the preferred one first."""


class Rejected(Exception):  # noqa: N818 (what happened, not an error of this software)
    """A proof that the checker does not accept: nothing can be said any more about what its solver says."""


def provers(solvers: Sequence[str], every: bool) -> list[str]:
    """Who is to leave a proof: of the solvers that the user named those that can, else the preferred one."""
    return [solver for solver in solvers if solver in PROVERS] if every else [PROVERS[0]]


def stem_of(folder: Path, length: int, about: str) -> Path:
    """What the files of a question are named after: `about` is "question" or "language"."""
    return folder / (str(length) if about == "question" else f"{length}.{about}")


def clauses_of(stem: Path) -> Path:
    """The file with the clauses of a question."""
    return stem.with_name(f"{stem.name}.cnf")


def proof_of(stem: Path) -> Path:
    """The file with the proof that refutes them."""
    return stem.with_name(f"{stem.name}.drat")


def wrong_of(stem: Path) -> tuple[Path, Path]:
    """The files with a question that a solver got wrong, in either dialect: nothing rests on them."""
    return stem.with_name(f"{stem.name}.wrong.smt2"), stem.with_name(f"{stem.name}.wrong.cnf")


def is_wrong(name: str) -> bool:
    """Whether a file is named like a question that a solver got wrong."""
    return re.fullmatch(r"[0-9]+(?:\.language)?\.wrong\.(?:smt2|cnf)", name) is not None


def prove(
    solver: str,
    text: str,
    stem: Path,
    *,
    length: int,
    width: int,
    alphabet: int,
    deadline: float,
    memory: int,
    stopped: Callable[[], bool],
) -> tuple[Answer, Certificate | None]:
    """Asks for a proof, and has it checked. The files stay, named after `stem`, if the answer is unsat.

    Without a certificate the answer's reason says why, whatever its kind.

    Raises:
        Rejected: when the checker finds that the proof is none.
        StoppedError: when `stopped()` becomes true; the child is gone by then.
    """
    clauses, proof = clauses_of(stem), proof_of(stem)
    try:
        write_whole(clauses, text.encode())
    except OSError as error:
        return Answer("unknown", solver, reason=f"{clauses.name} cannot be written: {error.strerror or error}"), None
    answer = Answer("unknown", solver)
    try:
        answer = ask(
            solver,
            text,
            length=length,
            width=width,
            alphabet=alphabet,
            deadline=deadline,
            memory=memory,
            stopped=stopped,
            proof=proof,
        )
    finally:
        if answer.kind != "unsat":
            clauses.unlink(missing_ok=True)
    if answer.kind != "unsat":
        return answer, None
    try:
        checked = check(clauses, proof, deadline, memory, stopped)
    except StoppedError:
        for file in (clauses, proof):
            file.unlink(missing_ok=True)
        raise
    digest = sha256(text.encode()).hexdigest()
    if checked.ok is False:
        raise Rejected(f"the proof of {solver} is rejected: {checked.reason}")
    if not checked.refutes(digest, answer.proof):
        return replace(answer, reason=checked.reason or "other files were checked than were written"), None
    certificate = Certificate(
        "question",
        digest,
        answer.proof,
        solver,
        checked.engine,
        checked.steps,
        round(answer.seconds, 3),
        round(checked.seconds, 3),
    )
    return answer, certificate
