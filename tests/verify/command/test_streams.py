"""What the system may refuse, and streams of every kind: one line, status 2, never a traceback."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from logbits.verify.command import cli

COMMAND = shlex.join([sys.executable, "-c", "from logbits.verify.command.cli import main; main()"])
SMALL = "--model first --n 3 --bits 4"
EXPORT = "export first --n 3 --length 2 --bits 4"


def shell(line: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a line, in which $V is the command."""
    environment = os.environ | changes
    text = f'V() {{ {COMMAND} "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", text], capture_output=True, text=True, env=environment, timeout=60, check=False
    )


@pytest.mark.first(1)
@pytest.mark.parametrize("arguments", [SMALL, f"{SMALL} --json", EXPORT, "show first", "--help"])
def test_a_full_device_is_told(arguments: str) -> None:
    done = shell(f"V {arguments} > /dev/full")
    assert (done.returncode, done.stderr) == (
        2,
        "verify-precision: cannot write to standard output: No space left on device\n",
    )


@pytest.mark.first(1)
@pytest.mark.parametrize("arguments", [f"{SMALL} --json", EXPORT, "list", "--help"])
def test_a_pipe_that_nobody_reads_ends_quietly(arguments: str) -> None:
    done = shell(f"(sleep 0.1; V {arguments}; echo $? >&2) | true")
    assert done.stderr == "141\n"


@pytest.mark.first(1)
@pytest.mark.parametrize("arguments", [SMALL, EXPORT])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams_take_what_is_said(arguments: str, closed: str) -> None:
    assert shell(f"V {arguments} {closed}").returncode == 0


@pytest.mark.slow
def test_standard_input_may_be_closed_or_empty() -> None:
    assert shell("V replay - <&-").stderr == "verify-precision: cannot read standard input: it is closed\n"
    assert shell("V replay - </dev/null").stderr.startswith("verify-precision: standard input is not JSON")


@pytest.mark.slow
@pytest.mark.parametrize(
    "surroundings",
    [
        "cd $(mktemp -d); rmdir $PWD",
        "unset HOME",
        "export TMPDIR=/no/such/folder",
        "export COLUMNS=wide",
        "export PYTHONIOENCODING=ascii",
        "export LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0",
    ],
)
def test_odd_surroundings_change_nothing(surroundings: str) -> None:
    done = shell(f"{surroundings}; V {SMALL}; V show first | tail -1; V {EXPORT} | tail -1")
    assert done.stderr == ""
    assert "1 VERIFIED" in done.stdout
    assert done.stdout.endswith("(check-sat)\n")


def test_what_cannot_be_shown_is_written_in_another_way() -> None:
    done = shell("V --model été --n 3 --bits 4", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert done.stderr.startswith(r"verify-precision: unknown model '\xe9t\xe9'")


@pytest.mark.parametrize("arguments", [SMALL, f"{SMALL} --json"])
def test_without_files_or_processes_nothing_is_begun(arguments: str) -> None:
    done = shell(f"ulimit -n 9; V {arguments}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "verify-precision: no process can be started: Too many open files\n"


def test_export_without_files_tells_what_it_was_about_to_do() -> None:
    done = shell(f"ulimit -n 9; V {EXPORT}")
    said = "verify-precision: no process can be started: Too many open files, while exporting first\n"
    assert (done.returncode, done.stderr) == (2, said)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied", "/x"), "cannot use '/x': Permission denied"),
        (OSError(30, "Read-only file system", "/x/y.json"), "cannot use '/x/y.json': Read-only file system"),
        (OSError(28, "No space left on device"), "the system refuses: No space left on device"),
        (
            BlockingIOError(11, "Resource temporarily unavailable"),
            "the system refuses: Resource temporarily unavailable",
        ),
        (FileNotFoundError(2, "No usable temporary directory"), "the system refuses: No usable temporary directory"),
        (RuntimeError("can't start new thread"), "the system allows no further thread"),
        (MemoryError(), "there is not enough memory for this process"),
    ],
)
def test_what_the_system_refuses_is_no_error_of_ours(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr(cli.report, "as_rows", refuse)
    assert cli.run(SMALL.split()) == 2
    assert capsys.readouterr() == ("", f"verify-precision: {said}\n")


@pytest.mark.parametrize("folder", ["/proc", "/dev/null", "/proc/self/fd/no"])
def test_proofs_that_cannot_be_kept_are_refused(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*SMALL.split(), "--proofs", folder]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert folder in told


def test_an_output_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*EXPORT.split(), "--output", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"verify-precision: cannot write {str(tmp_path)!r}: Is a directory\n"
