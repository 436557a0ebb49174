"""Ctrl-C and SIGTERM: at the start, while something is decided, and when they come again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.engine.engine import Progress, decide
from logbits.verify.engine.interrupt import Interrupted
from logbits.verify.report import report
from logbits.verify.report.terminal import Output
from logbits.verify.request.request import Options, Request
from logbits.verify.verdict.verdict import Decided, Status, Verdict, Witness

SIGNALS = [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(("number", "status", "word"), SIGNALS)
def test_a_signal_while_modules_are_imported_is_one_line(number: signal.Signals, status: int, word: str) -> None:
    done = run(f"""
import os, sys, time
from logbits import start

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("logbits"):
            os.kill(os.getpid(), {number})
            time.sleep(30)

sys.meta_path.insert(0, Finder())
start.main()
""")
    assert (done.returncode, done.stdout, done.stderr) == (status, "", f"verify-precision: {word}\n")


def test_the_start_imports_nothing_of_the_package() -> None:
    done = run("import sys, logbits.start; print(sorted(name for name in sys.modules if name.startswith('logbits')))")
    assert done.stdout == "['logbits', 'logbits.start', 'logbits.verify']\n"


AGAIN = """
import os, signal, time
from logbits.verify.engine import interrupt
interrupt.AGAIN = {again}
interrupt.catch_signals()
try:
    os.kill(os.getpid(), {number})
    time.sleep(30)
except interrupt.Interrupted as stop:
    time.sleep(0.05)
    os.kill(os.getpid(), {number})
    print("cleaned up", stop.status, flush=True)
"""


@pytest.mark.parametrize(("number", "status", "word"), SIGNALS)
def test_a_second_signal_ends_at_once(number: signal.Signals, status: int, word: str) -> None:
    done = run(AGAIN.format(number=number, again=0))
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "verify-precision: ended at once\n")


def test_a_signal_that_comes_twice_is_one() -> None:
    done = run(AGAIN.format(number=signal.SIGINT, again=30))
    assert (done.returncode, done.stdout, done.stderr) == (0, "cleaned up 130\n", "")


# -- what was decided is told


def request(name: str = "palindrome", bound: int = 64) -> Request:
    return Request(Claim(CASES[name].program, EXACT, parse("fixed(16)"), bound))


def test_what_is_known_when_the_generator_is_closed() -> None:
    left: list[Verdict] = []
    events = decide([request(), request("majority", 2)], Options(jobs=1), left)
    for event in events:
        if isinstance(event, Progress) and event.row == 0 and event.done > 2:
            break
    events.close()
    verdict = left[0]
    assert (verdict.model, verdict.finished, verdict.status) == ("palindrome", False, Status.UNKNOWN)
    assert {1, 2, 3} <= set(verdict.decided)
    assert verdict.runs[0].status == Status.VERIFIED
    assert verdict.formats


def test_a_model_that_was_decided_early_is_not_lost() -> None:
    left: list[Verdict] = []
    events = decide([request(bound=400), request("majority", 2)], Options(jobs=2), left)
    for event in events:
        if isinstance(event, Progress) and event.row == 1 and event.done == event.total:
            break
    events.close()
    assert [(each.model, each.finished) for each in left if each.model == "majority"] == [("majority", True)]
    assert left[-1].status == Status.VERIFIED


WITNESS = Witness(("a", "b"), "accept", "reject", "")
PARTS = {
    "verified so far": (Decided(1, Status.VERIFIED, "bound", size=37),),
    "all verified": (Decided(1, Status.VERIFIED, "bound", size=64),),
    "refuted so far": (Decided(1, Status.VERIFIED, "bound"), Decided(2, Status.REFUTED, witness=WITNESS)),
}


@pytest.fixture(params=PARTS)
def known(request: pytest.FixtureRequest) -> tuple[Decided, ...]:
    return PARTS[request.param]


@pytest.fixture
def unfinished(monkeypatch: pytest.MonkeyPatch, known: tuple[Decided, ...]) -> Verdict:
    verdict = Verdict("palindrome", "a", "exact", "decision", 1, 64, known, finished=False)

    def interrupted(
        requests: Sequence[Request], options: Options, left: list[Verdict]
    ) -> Generator[Progress | Verdict, None, None]:
        try:
            yield Progress(0, 1, 64, 1)
            raise Interrupted(signal.SIGINT)
        finally:
            left.append(verdict)

    monkeypatch.setattr(report, "decide", interrupted)
    return verdict


def test_an_unfinished_model_is_a_row(unfinished: Verdict, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.as_rows([request()], Options(), Output()) == 130
    told = capsys.readouterr()
    row = next(line for line in told.out.splitlines() if line.startswith("palindrome"))
    until = unfinished.decided[-1]
    assert row.split()[:3] == ["palindrome", "STOPPED", f"1..{until}"]
    assert "VERIFIED" not in told.out
    assert told.err == "verify-precision: interrupted; 0 of 1 models decided\n"
    assert ("word:    ab" in told.out) == (unfinished.witness is not None)


def test_an_unfinished_model_is_an_entry_that_is_no_verdict(
    unfinished: Verdict, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report.as_document([request()], Options(), "0") == 130
    import json

    document = json.loads(capsys.readouterr().out)
    [entry] = document["verdicts"]
    assert (entry["status"], document["interrupted"]) == ("INTERRUPTED", True)
    assert entry["decided"]["ranges"] == [[1, unfinished.decided[-1]]]
    assert entry["runs"][0]["status"] == "VERIFIED"
    assert (entry["witness"] is None) == (unfinished.witness is None)


def test_stopping_takes_no_time() -> None:
    events = decide([request(bound=400)], Options(jobs=2))
    next(events)
    begun = time.monotonic()
    events.close()
    assert time.monotonic() - begun < 5
