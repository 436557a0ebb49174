"""The command as its users meet it: arguments, exit statuses, pipes, terminals, signals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from logbits.cases.catalogue import CASES
from logbits.cases.weights import NAMES
from logbits.encode.program.program import Program
from logbits.verify.command import cli, doctor
from logbits.verify.engine.engine import Progress
from logbits.verify.engine.interrupt import Interrupted
from logbits.verify.proof.check import Checked
from logbits.verify.report import report
from logbits.verify.request import words as request
from logbits.verify.request.request import Options, Request, RequestError
from logbits.verify.request.requests import requests
from logbits.verify.solver.ask import missing
from logbits.verify.solver.table import BACKENDS
from logbits.verify.verdict.verdict import Decided, Status, Verdict
from support.paths import ROOT

COMMAND = [sys.executable, "-c", "from logbits.verify.command.cli import main; main()"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch

SMALL = ["--n", "4", "--bits", "4"]
WRONG = [
    [],
    ["--n", "4"],
    ["--bits", "4"],
    ["--model", "majority"],
    ["--n", "0", "--bits", "4"],
    ["--n", "-3", "--bits", "4"],
    ["--n", "x", "--bits", "4"],
    ["--n", "", "--bits", "4"],
    ["--n", "4.0", "--bits", "4"],
    ["--n", "1_0", "--bits", "4"],
    ["--n", "４", "--bits", "4"],
    ["--n", "65537", "--bits", "4"],
    ["--n", "9" * 5000, "--bits", "4"],
    ["--n", "4\n4", "--bits", "4"],
    ["--n", "4", "--bits", "0"],
    ["--n", "4", "--bits", "-1"],
    ["--n", "4", "--bits", "1025"],
    ["--n", "4", "--bits", "9" * 5000],
    ["--n", "4", "--bits", "eight"],
    [*SMALL, "--arithmetic", "fixed(8)"],
    ["--n", "4", "--arithmetic", "nonsense"],
    ["--n", "4", "--arithmetic", ""],
    ["--n", "4", "--arithmetic", "dyadic"],
    ["--n", "4", "--arithmetic", "fixed(99999)"],
    ["--n", "4", "--arithmetic", "fixed(1) ceil"],
    [*SMALL, "--against", "nonsense"],
    [*SMALL, "--model", "nonsense"],
    [*SMALL, "--model", ""],
    [*SMALL, "--model", "two\nlines"],
    [*SMALL, "--timeout", "0"],
    [*SMALL, "--timeout", "-1"],
    [*SMALL, "--timeout", "nan"],
    [*SMALL, "--timeout", "inf"],
    [*SMALL, "--timeout", "1e3"],
    [*SMALL, "--timeout", "9" * 400],
    [*SMALL, "--timeout", "soon"],
    [*SMALL, "--jobs", "0"],
    [*SMALL, "--jobs", "many"],
    [*SMALL, "--memory", "1"],
    [*SMALL, "--solvers", "nonsense"],
    [*SMALL, "--nonsense"],
    [*SMALL, "nonsense"],
    ["--n"],
    [*SMALL, "--assume", "nonsense"],
    [*SMALL, "--assume", "palindrome"],
    ["--n", "4..2", "--bits", "4"],
    ["--n", "2..", "--bits", "4"],
    ["nonsense"],
    [*SMALL, "list"],
    [*SMALL, "export", "majority"],
    ["--assume", "majority", "replay", "x"],
    ["replay", "nonsense.json"],
    ["export", "majority", "--n", "4", "--bits", "4"],
    ["--json", "doctor"],
    ["list", "more"],
    ["show"],
    ["show", "nonsense"],
    ["show", "majority", "--n", "4"],
    ["show", "majority", "--bits", "4"],
    ["show", "majority", "--n", "4", "--bits", "0"],
    ["show", "majority", "--n", "0", "--bits", "4"],
    ["show", "dyck1", "--n", "4", "--arithmetic", "fixed(1) ceil"],
]


@pytest.mark.first(15)
@pytest.mark.parametrize("arguments", WRONG, ids=lambda a: " ".join(a)[:60] or "nothing")
@pytest.mark.parametrize("extra", [[], ["--json"]], ids=["plain", "json"])
def test_a_wrong_request_is_one_line_and_status_2(arguments: list[str], extra: list[str], capsys: Capture) -> None:
    assert cli.run([*extra, *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert re.fullmatch(r"verify-precision: [^\n]{10,260}\n", told.err)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([*SMALL, "--model", "majorty"], "did you mean majority"),
        ([*SMALL, "--model", "Dyck1"], "did you mean dyck1"),
        ([*SMALL, "--model", "21"], "did you mean palindrome"),
        ([*SMALL, "--model", "zzz"], "'verify-precision list' shows all"),
        ([*SMALL, "list"], "write options after the subcommand"),
        ([], "give --n and --bits"),
        (["--n", "0", "--bits", "4"], "from 1 to 65536, not 0"),
        (["--n", "4", "--arithmetic", "fixed(1) ceil"], "first in fixed(1) quotient ceil saturate: one signed bit"),
    ],
)
def test_the_line_helps(arguments: list[str], expected: str, capsys: Capture) -> None:
    cli.run(arguments)
    assert expected in capsys.readouterr().err


def test_a_model_refuses_positions_that_it_does_not_know(monkeypatch: Patch) -> None:
    from dataclasses import replace

    short = replace(CASES["majority"], program=replace(CASES["majority"].program, max_length=5))
    monkeypatch.setitem(CASES, "majority", short)
    assert requests(["majority"], 5, 4)
    with pytest.raises(RequestError, match="positions up to n = 5 only, not 6"):
        requests(["majority"], 6, 4)


def test_requests_from_python() -> None:
    both = requests(["dyck1", "majority", "dyck1"], "12", arithmetic="dyadic quotient(3)", against="lit")
    made = [each for each in both if isinstance(each, Request)]
    assert len(made) == len(both)
    assert [each.claim.program.name for each in made] == ["dyck1", "majority"]
    assert {(str(each.claim.left), str(each.claim.right), each.claim.bound) for each in made} == {
        ("dyadic reciprocal(0)", "dyadic quotient(3) toward-zero", 12)
    }
    every = [each for each in requests(n=3, bits=3) if isinstance(each, Request)]
    assert [each.claim.program.name for each in every] == list(CASES)
    assert request.options("1.5", "3", "512", ["z3", "z3"]) == Options(3, 1.5, 512, ("z3",))
    assert request.options() == Options()


# -- the whole, for real


def test_verified_is_status_0(capsys: Capture) -> None:
    assert cli.run(["--n", "6", "--bits", "4", "--model", "majority"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "fixed(4) quotient toward-zero saturate against exact, decision, every word of length 1..6"
    assert lines[1] == ""
    assert lines[2].split() == ["model", "verdict", "lengths", "evidence", "seconds"]
    assert lines[3].split()[:3] == ["majority", "VERIFIED", "1..6"]
    assert lines[3].split()[3] in ("enumeration", "bound")
    assert re.fullmatch(r"1 VERIFIED in [0-9.]+ s", lines[-1])


def test_refuted_is_status_1_with_the_shortest_word(capsys: Capture) -> None:
    assert cli.run(["--n", "12", "--bits", "3", "--model", "majority-affine", "--model", "contains-eq"]) == 1
    text = capsys.readouterr().out
    assert re.search(r"(?m)^majority-affine  REFUTED   1\.\.3 ", text)
    assert "  word:    011 (length 3, shortest, first in alphabetical order)\n" in text
    assert "\n  exact:   accept" in text
    assert "\n  low:     reject" in text
    assert "\n  parts:   mean of ones at position 1: 2/3 against 1/2\n" in text
    assert re.search(r"(?m)^1 VERIFIED, 1 REFUTED in [0-9.]+ s$", text)


def test_a_time_limit_is_status_3_with_the_reason(capsys: Capture) -> None:
    assert cli.run(["--n", "6", "--bits", "4", "--model", "palindrome", "--timeout", "0.001"]) == 3
    text = capsys.readouterr().out
    assert re.search(r"(?m)^palindrome  UNKNOWN ", text)
    assert "  reason:  time limit of 0.001 s reached" in text


def test_json_is_one_document(capsys: Capture) -> None:
    arguments = ["--n", "5", "--bits", "3", "--model", "majority-affine", "--model", "majority", "--json"]
    assert cli.run(arguments) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "logbits/verdicts/2"
    assert told["interrupted"] is False
    assert told["exit_status"] == 1
    assert told["question"] == {
        "models": ["majority-affine", "majority"],
        "arithmetic": "fixed(3) quotient toward-zero saturate",
        "against": "exact",
        "claim": "decision",
        "assume": None,
        "first": 1,
        "last": 5,
    }
    refuted, verified = told["verdicts"]
    assert (refuted["status"], refuted["shortest"]) == ("REFUTED", True)
    assert refuted["decided"] == {"spans": "1..3", "ranges": [[1, 3]]}
    assert refuted["witness"]["word"] == ["0", "1", "1"]
    assert refuted["witness"]["least"] is True
    assert refuted["formats"] == [{"site": "is 1", "format": "u3.2"}, {"site": "mean of ones", "format": "u3.2"}]
    assert (verified["status"], verified["witness"]) == ("VERIFIED", None)
    assert [(each["first"], each["last"], each["status"]) for each in verified["runs"]] == [(1, 5, "VERIFIED")]


def test_every_field_of_the_document_is_documented(capsys: Capture) -> None:
    cli.run(["--n", "5", "--bits", "3", "--model", "majority-affine", "--json"])
    described = (ROOT / "docs" / "json.md").read_text()

    def fields(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inside in value.items():
                yield str(key)
                yield from fields(inside)
        elif isinstance(value, list):
            for inside in value:
                yield from fields(inside)

    missing = {name for name in fields(json.loads(capsys.readouterr().out)) if f"`{name}`" not in described}
    assert missing <= {"site", "format"}


# -- the engine replaced: order, interruption, errors


def verdict(program: Program, status: Status = Status.VERIFIED) -> Verdict:
    reason = "" if status == Status.VERIFIED else "so it is"
    return Verdict(program.name, "a", "b", "decision", 1, 1, (Decided(1, status, "bound", reason),))


def engine(patch: Patch, outcomes: Sequence[Status | BaseException]) -> list[str]:
    """Replaces `decide`; the list tells whether the generator was closed."""
    told: list[str] = []

    def decide(
        requests: Sequence[Request], options: Options, left: list[Verdict]
    ) -> Generator[Progress | Verdict, None, None]:
        try:
            for row, (each, outcome) in enumerate(zip(requests, outcomes, strict=False)):
                yield Progress(row, 1, 1, 1)
                if isinstance(outcome, BaseException):
                    raise outcome
                yield verdict(each.claim.program, outcome)
        finally:
            told.append("closed")

    patch.setattr(report, "decide", decide)
    return told


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([Status.VERIFIED] * 6, 0),
        ([Status.VERIFIED] * 5 + [Status.UNKNOWN], 3),
        ([Status.VERIFIED, Status.ERROR, *[Status.UNKNOWN] * 4], 4),
        ([Status.REFUTED, Status.ERROR, *[Status.UNKNOWN] * 4], 1),
    ],
)
@pytest.mark.parametrize("extra", [[], ["--json"]], ids=["plain", "json"])
def test_exit_statuses(
    outcomes: list[Status], status: int, extra: list[str], monkeypatch: Patch, capsys: Capture
) -> None:
    engine(monkeypatch, outcomes)
    assert cli.run([*SMALL, *extra]) == status
    text = capsys.readouterr().out
    assert not extra or json.loads(text)["exit_status"] == status


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_is_decided_is_told_after_an_interruption(
    number: int, status: int, monkeypatch: Patch, capsys: Capture
) -> None:
    closed = engine(monkeypatch, [Status.VERIFIED, Status.VERIFIED, Interrupted(number)])
    assert cli.run(SMALL) == status
    told = capsys.readouterr()
    assert [line.split()[0] for line in told.out.splitlines()[3:]] == list(CASES)[:2]
    assert (
        told.err
        == f"verify-precision: {'interrupted' if status == 130 else 'terminated'}; 2 of {len(CASES)} models decided\n"
    )
    assert cli.run([*SMALL, "--json"]) == status
    document = json.loads(capsys.readouterr().out)
    assert (document["interrupted"], document["exit_status"], len(document["verdicts"])) == (True, status, 2)
    assert closed == ["closed", "closed"]


def test_an_internal_error_is_one_line_and_status_4(monkeypatch: Patch, capsys: Capture) -> None:
    monkeypatch.delenv("LOGBITS_DEBUG", raising=False)
    engine(monkeypatch, [Status.VERIFIED, ZeroDivisionError("in\nhere")])
    assert cli.run(SMALL) == 4
    assert capsys.readouterr().err == "verify-precision: internal error: ZeroDivisionError: in here\n"
    monkeypatch.setenv("LOGBITS_DEBUG", "1")
    assert cli.run(SMALL) == 4
    assert "Traceback" in capsys.readouterr().err


# -- subcommands


def test_list(capsys: Capture) -> None:
    assert cli.run(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    catalogue = [[str(case.number), case.name] for case in CASES.values()]
    assert [line.split()[:2] for line in lines[1 : len(CASES) + 1]] == catalogue
    assert [line.split()[0] for line in lines[len(CASES) + 1 :]] == list(NAMES)
    assert cli.run(["list", "--json"]) == 0
    models = json.loads(capsys.readouterr().out)["models"]
    assert [model["name"] for model in models] == [*CASES, *NAMES]


def test_show(capsys: Capture) -> None:
    assert cli.run(["show", "majority-affine"]) == 0
    assert "x1  mean of ones  U[x0]\n" in capsys.readouterr().out
    assert cli.run(["show", "palindrome", "--n", "64", "--bits", "8"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"(?m)^x1  i +i +u8\.1$", text)
    assert text.endswith("\nstored in fixed(8) quotient toward-zero saturate, scales for n = 64\n")


def test_version(capsys: Capture) -> None:
    assert cli.run(["--version"]) == 0
    assert re.fullmatch(r"verify-precision [0-9.]+\n", capsys.readouterr().out)


@pytest.mark.slow
@linux
def test_doctor(capsys: Capture) -> None:
    assert cli.run(["doctor"]) == 0
    text = capsys.readouterr().out
    installed = [solver for solver in BACKENDS if not missing(solver)]
    assert text.count("unsat to an unsatisfiable question") == len(installed)
    assert text.count("sat to a satisfiable question") == len(installed)
    assert re.search(r"(?m)^ok +proof checker +(native|python) engine, ", text)
    assert text.endswith("all is well\n")


@linux
@pytest.mark.slow
def test_doctor_is_content_without_what_is_optional(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = doctor.version

    def version(package: str) -> str:
        if package in doctor.OPTIONAL:
            raise PackageNotFoundError
        return installed(package)

    monkeypatch.setattr(doctor, "version", version)
    monkeypatch.setattr(doctor, "missing", lambda solver: solver if solver == "cvc5" else "")
    assert cli.run(["doctor"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"(?m)^ +cvc5 +not installed; pip install 'logbits\[cvc5\]' would$", text)
    assert "cvc5 process" not in text


@linux
@pytest.mark.slow
def test_doctor_sees_a_checker_that_accepts_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "check", lambda *_: Checked(True, engine="native"))
    *_, last = doctor.examine()
    assert (last.name, last.well, last.text) == ("proof checker", False, "accepts what is no proof")


# -- processes: start-up, pipes, terminals, signals


def environment(**changes: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "LOGBITS_DEBUG")}
    return kept | changes


def test_help_does_not_load_a_solver() -> None:
    script = (
        "import sys; from logbits.verify.command.cli import run; status = run(['--help']);"
        "print(status, sorted({'z3', 'bitwuzla', 'cvc5', 'pysat', 'dratify'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
    assert "--bits" in done.stdout


@pytest.mark.first(1)
@pytest.mark.parametrize("changes", [{}, {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "30"}])
def test_a_pipe_gets_plain_lines(changes: dict[str, str]) -> None:
    arguments = ["--n", "4", "--bits", "3", "--model", "majority-affine"]
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=environment(**changes))
    assert done.returncode == 1
    assert done.stderr == ""
    assert all(character.isprintable() or character == "\n" for character in done.stdout)
    assert re.search(r"^majority-affine  REFUTED   1..3     word, (enumeration|bound) ", done.stdout, re.MULTILINE)


def test_symbols_that_cannot_be_encoded_do_not_stop_it() -> None:
    arguments = ["list"]
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, env=environment(PYTHONIOENCODING="ascii"))
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_closed_pipe_is_quiet() -> None:
    process = subprocess.Popen([*COMMAND, *SMALL], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait(60) == cli.BROKEN_PIPE
    process.stderr.close()


@pytest.mark.first(1)
@linux
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_trouble(closed: str) -> None:
    arguments = " ".join(["--n", "4", "--bits", "3", "--model", "majority-affine"])
    script = f"exec '{sys.executable}' -c '{COMMAND[-1]}' {arguments} {closed}"
    done = subprocess.run(script, shell=True, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Traceback" not in done.stdout


def in_terminal(arguments: Sequence[str], columns: int, **changes: str) -> tuple[int, str]:
    """Status and transcript of the command on a pseudo terminal."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(TERM="xterm-256color", **changes),
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            chunk = os.read(ours, 1 << 16)
        except OSError:  # how Linux says that the other end is closed
            break
        if not chunk:
            break
        said += chunk
    os.close(ours)
    return process.wait(60), said.decode()


def screen(transcript: str) -> list[str]:
    """What a terminal shows in the end: cursor up and erase line obeyed, colours left out."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[[?0-9;]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+", transcript):
        if part == "\r":
            column = 0
        elif part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part.startswith("\x1b"):
            if part.endswith("A"):
                row -= int(part[2:-1] or 1)
            elif part == "\x1b[2K":
                lines[row] = ""
        else:
            lines[row] = lines[row][:column].ljust(column) + part + lines[row][column + len(part) :]
            column += len(part)
    return lines


@pytest.mark.slow
@linux
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_terminal_gets_rows_that_fit_and_no_bar_stays(columns: int) -> None:
    status, transcript = in_terminal(["--n", "40", "--bits", "7", "--model", "majority-affine"], columns)
    assert status == 1
    assert "━" in transcript or "╸" in transcript
    assert "\x1b[1;31mREFUTED" in transcript
    lines = screen(transcript)
    assert max(map(len, lines)) <= columns
    assert "0" * 16 + "1" * 17 in "".join(line.strip() for line in lines)
    assert not any("━" in line for line in lines)
    assert "…" not in transcript


@pytest.mark.slow
@linux
def test_no_color_is_respected() -> None:
    _, transcript = in_terminal(["--n", "4", "--bits", "3", "--model", "majority-affine"], 80, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*m", transcript)


@pytest.mark.slow
@linux
def test_a_document_on_a_terminal_is_only_a_document() -> None:
    status, transcript = in_terminal(["--n", "3", "--bits", "3", "--model", "majority", "--json"], 40)
    assert status == 0
    assert json.loads(transcript)["exit_status"] == 0


def descendants(pid: int) -> set[int]:
    """The processes below a process, from /proc."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it ended meanwhile
    found, last = {pid}, 0
    while len(found) != last:
        last = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


@pytest.mark.first(1)
@linux
@pytest.mark.parametrize(
    ("number", "status", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
@pytest.mark.parametrize("extra", [[], ["--json"]], ids=["plain", "json"])
def test_a_signal_leaves_the_rows_and_no_child(number: int, status: int, word: str, extra: list[str]) -> None:
    arguments = ["--n", "400", "--bits", "12", "--model", "majority", "--model", "palindrome", *extra]
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while len(below := descendants(process.pid)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for _ in range(5):  # an impatient user
        os.killpg(process.pid, number)
        time.sleep(0.01)
    told, complaint = process.communicate(timeout=30)
    assert process.returncode == status
    assert re.fullmatch(rf"verify-precision: {word}; [01] of 2 models decided\n", complaint)
    assert not {pid for pid in below if Path(f"/proc/{pid}").exists()}
    if extra:
        assert json.loads(told)["interrupted"] is True
    else:
        assert told.startswith("fixed(12) quotient toward-zero saturate against exact")
