"""Whether this machine can do the work: versions, cores, memory limits, and a tiny question to each solver."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from ...cases.catalogue import CASES
from ...encode.arithmetic.arithmetic import fixed
from ...encode.arithmetic.text import parse
from ...encode.claim.claim import Claim
from ..decide.encoder import Encoder, Reading
from ..decide.portion import Portion
from ..decide.reply import Broken, Fault
from ..proof.check import check
from ..solver.ask import ask, missing
from ..solver.child import Child, DiedError, ExpiredError
from ..solver.table import BACKENDS, Dialect

PACKAGES = ("logbits", "z3-solver", "bitwuzla", "python-sat", "dratify", "gmpy2", "rich", "typer")
OPTIONAL = {"cvc5": "cvc5", "passagemath-kissat": "kissat", "cdclkit": "native", "cdclkit-native": "native"}
"""Packages that need not be there, and the extra with which each is installed."""

_SECONDS = 60.0
_MEMORY = 2048
_SATISFIABLE = """(set-logic QF_BV)
(declare-const w1 (_ BitVec 1))
(declare-const w2 (_ BitVec 1))
(define-fun t1 () Bool (= w1 w2))
(define-fun t2 () Bool (not t1))
(assert t2)
(check-sat)
"""
_UNSATISFIABLE = _SATISFIABLE.replace("(not t1)", "(and t1 (not t1))")
_DIFFERENT = "p cnf 2 2\n1 2 0\n-1 -2 0\n"
_NEITHER = "p cnf 2 4\n1 2 0\n-1 -2 0\n-1 2 0\n1 -2 0\n"
_QUESTIONS: dict[Dialect, tuple[str, str]] = {
    "smt2": (_SATISFIABLE, _UNSATISFIABLE),
    "dimacs": (_DIFFERENT, _NEITHER),
}
"""In each dialect: are two letters different, and can two letters be equal and different."""


@dataclass(frozen=True)
class Finding:
    """One line of the report; `well` is None for what is only told."""

    name: str
    text: str
    well: bool | None = None


def examine() -> Iterator[Finding]:
    """Everything there is to know, each as soon as it is known."""
    implementation = platform.python_implementation()
    yield Finding("Python", f"{implementation} {platform.python_version()}", sys.version_info >= (3, 11))
    yield Finding("platform", platform.platform())
    for package in (*PACKAGES, *OPTIONAL):
        yield _installed(package)
    yield Finding("cores", _cores())
    yield _memory_limit()
    yield _encoder()
    for solver, backend in BACKENDS.items():
        if backend.optional and missing(solver):
            continue  # told above
        satisfiable, unsatisfiable = _QUESTIONS[backend.dialect]
        yield _solver(solver, "a satisfiable question", satisfiable, "sat", (0, 1))
        yield _solver(solver, "an unsatisfiable question", unsatisfiable, "unsat", ())
    yield _checker()


def _installed(package: str) -> Finding:
    try:
        return Finding(package, version(package), True)
    except PackageNotFoundError:
        if package in OPTIONAL:
            return Finding(package, f"not installed; pip install 'logbits[{OPTIONAL[package]}]' would")
        return Finding(package, "not installed", False)


def _cores() -> str:
    total = os.cpu_count() or 1
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else total
    return str(total) if usable == total else f"{usable} usable of {total}"


def _memory_limit() -> Finding:
    """A child that is sent more than it may hold has to say so: else there are no limits here."""
    name, small = "memory limit", 64
    child = Child("logbits.verify.decide.worker", memory=small)
    try:
        child.send(bytes(2 * small << 20))
        child.receive(time.monotonic() + _SECONDS, lambda: False)
    except DiedError as died:
        if "memory limit" in str(died):
            return Finding(name, "child processes are held to it", True)
        if child.unstarted:
            return Finding(name, child.unstarted, False)
    except ExpiredError:
        pass
    finally:
        child.kill()
    return Finding(name, "not supported here: child processes may take more than --memory allows")


def _encoder() -> Finding:
    name = "encoding process"
    program = CASES["majority-affine"].program
    claim = Claim(program, parse("exact"), fixed(2), 3)
    encoder = Encoder(_MEMORY)
    start = time.monotonic()
    try:
        _, reply = Reading(encoder, claim, Portion(range(3, 4), "")).read(start + _SECONDS, lambda: False)
    except ExpiredError:
        return Finding(name, f"no reply in {_SECONDS:g} s", False)
    except DiedError as died:
        return Finding(name, str(died), False)
    finally:
        encoder.kill()
    if not isinstance(reply, Broken):
        missed = "missed the word on which 2 bits decide wrongly"
        return Finding(name, reply.reason if isinstance(reply, Fault) else missed, False)
    return Finding(name, f"answers, in {time.monotonic() - start:.1f} s", True)


def _solver(solver: str, what: str, script: str, expected: str, word: tuple[int, ...]) -> Finding:
    deadline = time.monotonic() + _SECONDS
    answer = ask(solver, script, length=2, width=1, alphabet=2, deadline=deadline, memory=_MEMORY)
    name = f"{solver} process"
    if answer.kind == "unknown":
        return Finding(name, f"no answer to {what}: {answer.reason}", False)
    if answer.kind != expected or answer.word != word:
        said = f"{answer.kind} {' '.join(map(str, answer.word))}".strip()
        return Finding(name, f"wrong answer to {what}: {said}", False)
    return Finding(name, f"{expected} to {what}, in {answer.seconds:.1f} s", True)


def _checker() -> Finding:
    """A proof that is one must be accepted, and the same without its first line must not."""
    name = "proof checker"
    with TemporaryDirectory() as folder:
        cnf, proof = Path(folder, "cnf"), Path(folder, "proof")
        cnf.write_text(_NEITHER, encoding="ascii")
        for text, expected in (("2 0\n0\n", True), ("0\n", False)):
            proof.write_text(text, encoding="ascii")
            checked = check(cnf, proof, time.monotonic() + _SECONDS, _MEMORY)
            if checked.ok is not expected:
                return Finding(name, checked.reason or "accepts what is no proof", False)
    slower = "" if checked.engine == "native" else "; pip install 'logbits[native]' makes it ten times faster"
    return Finding(name, f"{checked.engine} engine, in {checked.seconds:.1f} s{slower}", True)
