"""Writing to a folder of proofs: one run at a time, nothing half-written, and a full disk is told and hides nothing."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.command.api import verify
from logbits.verify.command.cli import run
from logbits.verify.proof import proving
from logbits.verify.recheck import index, store
from logbits.verify.recheck.index import INDEX
from logbits.verify.recheck.recheck import recheck
from logbits.verify.recheck.record import RECORD
from logbits.verify.recheck.store import LOCK, Lock, folder, hold
from logbits.verify.request.request import RequestError
from logbits.verify.verdict.verdict import Status
from support.small_programs import needs_solver

Capture = pytest.CaptureFixture[str]
CLAIM = Claim(CASES["last"].program, EXACT, parse("fixed(8)"), 3)
ASK = ["--model", "last", "--n", "3", "--bits", "8", "--proofs"]


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def after(calls: int) -> Callable[..., None]:
    """A disk that is full after some calls."""
    left = [calls]

    def call(*_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            full()

    return call


# -- one run at a time


@pytest.mark.slow
def test_a_folder_that_a_run_writes_to_is_refused_to_others(tmp_path: Path, capsys: Capture) -> None:
    held = hold(tmp_path, [CLAIM])
    assert run([*ASK, str(tmp_path)]) == 2
    assert "another run, or a recheck, uses the folder" in capsys.readouterr().err
    assert run(["recheck", str(tmp_path)]) == 2
    assert "a run writes to the folder" in capsys.readouterr().err
    held.release()
    assert run([*ASK, str(tmp_path)]) == 0
    assert run(["recheck", str(tmp_path)]) == 0


def test_several_may_read_and_nobody_writes_meanwhile(tmp_path: Path) -> None:
    hold(tmp_path, []).release()
    one, two = Lock(tmp_path, write=False), Lock(tmp_path, write=False)
    one.release()
    with pytest.raises(RequestError, match="wait for it to end"):
        hold(tmp_path, [])
    two.release()
    hold(tmp_path, []).release()


def test_the_lock_of_a_run_that_was_killed_is_free(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from logbits.verify.recheck.store import Lock\n"
        "lock = Lock(Path(sys.argv[1]), write=True); print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(RequestError):
        hold(tmp_path, [])
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    hold(tmp_path, []).release()


def test_where_the_folder_cannot_be_taken_nothing_stays_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RequestError, match=r"cannot write '.*claims\.json': No space"):
        hold(tmp_path, [CLAIM])
    monkeypatch.undo()
    hold(tmp_path, [CLAIM]).release()


def test_folders_that_are_links_are_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "7.cnf").write_text("mine")
    root = tmp_path / "proofs"
    root.mkdir()
    folder(root, CLAIM).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RequestError, match="is no folder, but a link"):
        hold(root, [CLAIM])
    assert (tmp_path / "elsewhere" / "7.cnf").read_text() == "mine"


# -- one run after the other


@pytest.mark.slow
def test_runs_one_after_the_other_are_all_kept(tmp_path: Path, capsys: Capture) -> None:
    for bits in ("8", "8", "7"):
        assert run(["--model", "last", "--n", "3", "--bits", bits, "--proofs", str(tmp_path)]) == 0
    assert len(index.read(tmp_path) or {}) == 2
    capsys.readouterr()
    assert run(["recheck", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("ok  'last'") == 2


@pytest.mark.slow
def test_a_run_that_was_killed_is_told_until_it_is_done_again(tmp_path: Path) -> None:
    hold(tmp_path, [CLAIM]).release()  # nothing more
    [found] = recheck(tmp_path, 1, 60.0, 2048)
    assert found.wrong == ["'claim.json': No such file or directory"]
    (tmp_path / f"{INDEX}.part").write_text("half")
    assert run([*ASK, str(tmp_path)]) == 0
    assert all(each.well for each in recheck(tmp_path, 1, 60.0, 2048))


@pytest.mark.slow
def test_a_record_that_is_not_listed_yet_is_not_ok(tmp_path: Path) -> None:
    """Killed after the record was written, and before it was listed."""
    assert run([*ASK, str(tmp_path)]) == 0
    index.write(tmp_path, {folder(tmp_path, CLAIM).name: None})
    [found] = recheck(tmp_path, 1, 60.0, 2048)
    assert found.wrong == ["'claim.json': is not finished: claims.json says that a run began and never ended"]


# -- a full disk


def test_a_disk_that_is_full_before_is_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    assert run([*ASK, str(tmp_path)]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == [LOCK]


@pytest.mark.first(1)
@pytest.mark.parametrize("calls", [1, 2], ids=["the record", "the list"])
def test_a_disk_that_is_full_later_is_told_with_the_verdict(
    calls: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(os, "fsync", after(calls))
    assert run([*ASK, str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert "last   VERIFIED" in told.out
    file = RECORD if calls == 1 else INDEX
    assert f"error:   proof not kept: '{file}': No space left on device" in told.out
    assert told.err.count("\n") == 1
    assert "no record is kept in" in told.err
    monkeypatch.undo()
    [found] = recheck(tmp_path, 1, 60.0, 2048)
    assert not found.well
    assert not list(tmp_path.rglob("*.part"))


def test_a_document_says_what_was_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(os, "fsync", after(1))
    assert run([*ASK, str(tmp_path), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["exit_status"] == 2
    [verdict] = told["verdicts"]
    assert (verdict["status"], verdict["unkept"]) == ("VERIFIED", "'claim.json': No space left on device")


def test_whatever_goes_wrong_the_verdict_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the thread that writes must not leave the others waiting."""

    def fail(*_: object) -> bytes:
        raise RecursionError("too deep")

    monkeypatch.setattr(store.record, "write", fail)
    verdict = verify(CASES["last"].program, 3, bits=8, proofs=tmp_path)
    assert (verdict.status, verdict.unkept) == (Status.VERIFIED, "RecursionError: too deep")
    assert "proof not kept: RecursionError" in repr(verdict)


@pytest.mark.slow
def test_clauses_that_cannot_be_written_leave_a_solvers_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "write_whole", full)
    verdict = verify(needs_solver(), 5, arithmetic="fixed(9)", proofs=tmp_path)
    assert verdict.status == Status.VERIFIED
    assert "proof" not in verdict.evidence
    notes = [each.note for each in verdict.lengths if each.evidence == "solver"]
    assert notes
    assert all("cannot be written: No space left on device" in note for note in notes)
    [found] = recheck(tmp_path, 1, 60.0, 2048)
    assert not found.well
