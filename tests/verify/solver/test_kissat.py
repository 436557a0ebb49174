"""Kissat as a program: what it says counts only if all of it fits, and nothing of it stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from logbits.verify.command.api import verify
from logbits.verify.solver import ask as asking
from logbits.verify.solver import kissat
from logbits.verify.solver.ask import ask, missing
from logbits.verify.solver.kissat import Kissat, KissatSession, program
from logbits.verify.verdict.verdict import Status
from support.formulas import SQUARE, dimacs, pigeonhole
from support.small_programs import needs_solver

installed = pytest.mark.skipif(bool(missing("kissat")), reason="kissat is not installed")
HARD = dimacs(*pigeonhole(12))
SAT = b"s SATISFIABLE"
UNSAT = b"s UNSATISFIABLE"


def asked(text: str, proof: Path | None = None, seconds: float = 60, memory: int = 2048) -> asking.Answer:
    deadline = time.monotonic() + seconds
    return ask("kissat", text, length=2, width=1, alphabet=2, deadline=deadline, memory=memory, proof=proof)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@installed
def test_the_program_is_one_of_the_files_of_its_package() -> None:
    said = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True)
    assert int(said.stdout.split(".")[0]) >= 4


def test_without_its_package_or_its_program_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kissat, "files", lambda _: [])
    with pytest.raises(FileNotFoundError, match="has no program bin/kissat"):
        program()

    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(kissat, "files", absent)
    with pytest.raises(FileNotFoundError, match="passagemath-kissat is not installed"):
        program()


def speaking_as(folder: Path, status: int, said: bytes, error: str = "") -> Path:
    """A program that says this, and ends so."""
    made = folder / "kissat"
    made.write_text(f"#!/bin/sh\nprintf '{said.decode()}'\nprintf '{error}' >&2\nexit {status}\n")
    made.chmod(0o755)
    return made


@pytest.mark.parametrize(
    ("status", "said", "answer"),
    [
        (10, SAT + b"\\nv 1 -2 0\\n", True),
        (20, UNSAT + b"\\n", False),
        (10, UNSAT + b"\\n", None),
        (20, SAT + b"\\n", None),
        (20, b"", None),
        (20, b"c s UNSATISFIABLE\\n", None),
        (20, UNSAT + b"\\n" + UNSAT + b"\\n", None),
        (20, SAT + b"\\n" + UNSAT + b"\\n", None),
        (0, UNSAT + b"\\n", None),
        (1, UNSAT + b"\\n", None),
        (0, b"s UNKNOWN\\n", None),
    ],
)
def test_only_what_fits_is_an_answer(
    status: int, said: bytes, answer: bool | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kissat, "program", lambda: speaking_as(tmp_path, status, said, "kissat: so"))
    session = KissatSession(SQUARE, 2, 1, logging=True)
    assert session.check() is answer
    if answer:
        assert session.codes() == [1, 0]
    if answer is None:
        assert session.reason() == f"Kissat gave up: status {status}: kissat: so"
        with pytest.raises(RuntimeError):
            list(session.proof())


def test_without_memory_it_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kissat, "program", lambda: speaking_as(tmp_path, 1, b"", "kissat: fatal error: out-of-memory"))
    with pytest.raises(MemoryError):
        KissatSession(SQUARE, 1, 1).check()


@installed
def test_assumptions_hold_for_one_run() -> None:
    solver = Kissat(logging=False)
    solver.add_clause([1, 2])
    assert solver.solve([-1, -2]) is False
    assert solver.solve([-1]) is True
    assert {-1, 2} <= set(solver.get_model())
    assert solver.solve([]) is True


@installed
def test_no_variable_is_introduced() -> None:
    """With `factor` on, this proof has twelve that the formula has not."""
    variables, clauses = pigeonhole(6)
    session = KissatSession(dimacs(variables, clauses), 1, 1, logging=True)
    assert session.check() is False
    numbers = {int(word) for line in session.proof() for word in line.removeprefix("d ").split()}
    assert max(map(abs, numbers)) == variables


@installed
@pytest.mark.parametrize("proving", [False, True])
def test_nothing_stays_behind(proving: bool, temporary: Path, tmp_path: Path) -> None:
    """Not even when it is late, and killed."""
    proof = tmp_path / "proof" if proving else None
    assert asked(SQUARE, proof).kind == "unsat"
    assert (tmp_path / "proof").exists() is proving
    assert asked("p cnf 2 1\n1 2 0\n", proof).word == (0, 1)
    late = asked(HARD, proof, seconds=1.5)
    assert (late.kind, late.reason) == ("unknown", "kissat: time limit reached")
    assert not list(temporary.iterdir())
    assert not (tmp_path / "proof").exists()
    assert until(temporary, 0)


def running(folder: Path) -> list[str]:
    """The processes of Kissat that were told of a file in a folder."""
    found: list[str] = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(each.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [line for line in found if str(folder) in line and "--no-binary" in line]


def until(folder: Path, number: int) -> bool:
    """Whether so many run, at last: what is killed needs a moment."""
    for _ in range(200):
        if len(running(folder)) == number:
            return True
        threading.Event().wait(0.05)
    return False


@installed
def test_it_runs_in_the_temporary_folder_of_the_question(temporary: Path) -> None:
    """So what was looked for above is there while it runs."""
    seen: list[int] = []

    def stopped() -> bool:
        seen.append(len(running(temporary)))
        return seen[-1] > 0

    with pytest.raises(asking.StoppedError):
        ask("kissat", HARD, length=2, width=1, alphabet=2, deadline=time.monotonic() + 60, memory=2048, stopped=stopped)
    assert seen[-1] == 1
    assert until(temporary, 0)
    assert not list(temporary.iterdir())


@installed
def test_it_is_held_to_the_memory_limit() -> None:
    answer = asked(dimacs(3_000_000, [[1, 2], [3_000_000, 1]]), memory=150)
    assert (answer.kind, answer.reason) == ("unknown", "kissat: memory limit of 150 MiB reached")


def test_without_a_temporary_folder_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "missing", lambda _: "")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert asked(SQUARE).reason == "kissat: no temporary folder can be made: No such file or directory"


@installed
def test_the_engine_has_its_proofs_checked(tmp_path: Path) -> None:
    verdict = verify(needs_solver(), 5, arithmetic="fixed(9)", solvers=("kissat",), proofs=tmp_path)
    assert verdict.status == Status.VERIFIED
    proved = [each for each in verdict.lengths if each.certificate is not None]
    assert proved
    assert {each.certificate.solver for each in proved if each.certificate is not None} == {"kissat"}


@installed
def test_it_ends_with_the_process_that_started_it(temporary: Path) -> None:
    """A child that is killed alone takes it along."""
    script = (
        "import sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
        "from logbits.verify.solver.kissat import KissatSession\n"
        "KissatSession(sys.stdin.read(), 1, 1).check()\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(temporary)], stdin=subprocess.PIPE, text=True)
    assert child.stdin is not None
    child.stdin.write(HARD)
    child.stdin.close()
    assert until(temporary, 1)
    os.kill(child.pid, 9)
    child.wait()
    assert until(temporary, 0)
