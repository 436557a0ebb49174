"""Requests that cannot be made within their limits: each command says so in one line, in time, and loses no other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from logbits.encode.model.build import Builder
from logbits.encode.model.modelfile import write
from logbits.verify.command import cli
from logbits.verify.request.request import Options, Request, Unmade
from logbits.verify.request.requests import requests

Capture = pytest.CaptureFixture[str]
SCALES = "choosing how squares stores its values for n = 3"


@pytest.fixture(scope="module")
def squares(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small file whose numbers no memory holds."""
    t = Builder("squares", ["a", "b"])
    x = t.embed({"a": "3/7", "b": 2})
    for _ in range(39):
        x = t.product(x, x)
    file = tmp_path_factory.mktemp("models") / "squares.json"
    file.write_text(write(t.accept(x)), encoding="utf-8")
    return str(file)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file that takes seconds to read."""
    entries = [[key, key % 5] for key in range(100_000)]
    form = {"terms": [[1, "x"]]}
    ops = [
        {"name": "x", "is": "Embed", "table": {"a": 1}},
        {"name": "y", "is": "Table", "form": form, "entries": entries},
    ]
    readout = {"is": "Accept", "form": {"terms": [[1, "y"]]}, "place": "last"}
    data = {"schema": "logbits/model/1", "name": "wide", "alphabet": ["a"], "ops": ops, "readout": readout}
    file = tmp_path_factory.mktemp("models") / "wide.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    return str(file)


def test_a_small_file_that_stands_for_much_is_read_within_its_limits(tmp_path: Path) -> None:
    """A quarter of a million sines of many digits."""
    wave = {"is": "Wave", "wave": "sin", "first": 0, "last": 260_000, "stored": "float(1000, 15) floor"}
    ops = [{"name": "x", "is": "Embed", "table": {"a": "choose(i: s)"}}]
    readout = {"is": "Accept", "form": {"terms": [[1, "x"]]}, "place": "last"}
    data = {"schema": "logbits/model/1", "name": "waves", "alphabet": ["a"], "tables": {"s": wave}, "ops": ops}
    file = tmp_path / "waves.json"
    file.write_text(json.dumps(data | {"readout": readout}), encoding="utf-8")
    since = time.monotonic()
    [made] = requests([str(file)], 3, 8, options=Options(seconds=1))
    assert isinstance(made, Unmade)
    assert made.reason.startswith("time limit of 1 s reached while reading")
    assert time.monotonic() - since < 8


@pytest.fixture(scope="module")
def long_word(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A witness for a model whose score has a value for each pair of positions, and the model."""
    t = Builder("pairs", ["a", "b"])
    x = t.embed({"a": 1, "b": 2})
    folder = tmp_path_factory.mktemp("models")
    model, witness = folder / "pairs.json", folder / "witness.json"
    model.write_text(write(t.accept(t.attend(t.query(x) * t.key(x), x))), encoding="utf-8")
    about = {"schema": "logbits/witness/1", "model": "pairs", "arithmetic": "fixed(8)", "bound": 65536}
    witness.write_text(json.dumps(about | {"word": ["a", "b"] * 32768}), encoding="utf-8")
    return ["replay", str(witness), "--model", str(model)]


@pytest.mark.slow
def test_a_claim_that_cannot_be_made_in_time_is_unknown_and_others_are_made(squares: str) -> None:
    first, second = requests([squares, "majority"], 3, 8, options=Options(seconds=1))
    assert isinstance(second, Request)
    assert isinstance(first, Unmade)
    verdict = first.verdict()
    assert (verdict.model, str(verdict.status)) == ("squares", "UNKNOWN")
    assert verdict.reason == f"time limit of 1 s reached while {SCALES}"
    assert 1 <= first.spent < 5


@pytest.mark.slow
def test_nor_within_its_memory(squares: str) -> None:
    [made] = requests([squares], 3, 8, options=Options(seconds=60, memory=256))
    assert isinstance(made, Unmade)
    assert made.reason == f"memory limit of 256 MiB reached, while {SCALES}"


def test_a_file_that_cannot_be_read_in_time_is_unknown_by_its_name(wide: str) -> None:
    [made] = requests([wide], 3, 8, options=Options(seconds=0.2))
    assert isinstance(made, Unmade)
    assert made.about.model == wide
    assert made.reason.startswith("time limit of 0.2 s reached while reading ")


@pytest.mark.slow
def test_what_making_took_is_taken_off_the_time_limit(wide: str) -> None:
    [made] = requests([wide], 3, 8, options=Options(seconds=60))
    assert isinstance(made, Request)
    assert made.spent > 0.3


@pytest.mark.slow
@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_tells_all_verdicts_in_order(squares: str, capsys: Capture, *, as_json: bool) -> None:
    arguments = ["--model", "first", "--model", squares, "--model", "last", "--n", "3", "--bits", "8", "--timeout", "3"]
    assert cli.run([*arguments, *["--json"] * as_json]) == 3
    said = capsys.readouterr()
    assert said.err == ""
    if as_json:
        verdicts = json.loads(said.out)["verdicts"]
        assert [(each["model"], each["status"]) for each in verdicts] == [
            ("first", "VERIFIED"),
            ("squares", "UNKNOWN"),
            ("last", "VERIFIED"),
        ]
    else:
        assert f"reason:  time limit of 3 s reached while {SCALES}" in said.out
        rows = [line.split()[:2] for line in said.out.splitlines() if line[:1].isalpha()]
        assert rows[2:] == [["first", "VERIFIED"], ["squares", "UNKNOWN"], ["last", "VERIFIED"]]


def one_line(arguments: list[str], capsys: Capture, said: str) -> None:
    begun = time.monotonic()
    assert cli.run([*arguments, "--timeout", "1"]) == 2
    assert time.monotonic() - begun < 5
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"verify-precision: time limit of 1 s reached while {said}\n"


@pytest.mark.slow
def test_export_and_show_hold_their_limits(squares: str, capsys: Capture) -> None:
    one_line(["export", squares, "--n", "3", "--length", "2", "--bits", "8"], capsys, f"exporting {squares}")
    one_line(["show", squares, "--n", "3", "--bits", "8"], capsys, f"showing {squares}")


@pytest.mark.slow
def test_replay_holds_its_limits(long_word: list[str], capsys: Capture) -> None:
    one_line(long_word, capsys, f"replaying {long_word[1]!r}")
    assert cli.run([*long_word, "--memory", "256", "--timeout", "60"]) == 2
    assert capsys.readouterr().err.startswith("verify-precision: memory limit of 256 MiB reached, while replaying ")


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("number", "status", "said"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_replay_can_be_stopped(long_word: list[str], number: int, status: int, said: str) -> None:
    command = [sys.executable, "-c", "from logbits.verify.command.cli import main; main()", *long_word]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and not children.read_text():
        time.sleep(0.05)
    process.send_signal(number)
    assert process.communicate(timeout=10)[1] == f"verify-precision: {said}\n"
    assert process.returncode == status
