"""Saving: what is loaded again is the same program, and what cannot be saved leaves the file as it was."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from logbits import Builder, Rasp, load, save
from logbits.cases.catalogue import CASES
from logbits.cases.weights import NAMES, shipped
from logbits.encode.arithmetic.arithmetic import fixed
from logbits.encode.arithmetic.twin import twin
from logbits.encode.model import save as saving
from logbits.encode.model.serial import FormatError
from logbits.encode.program.position import constant
from logbits.verify.command import cli

MAJORITY = CASES["majority"].program


@pytest.mark.parametrize("name", [*CASES, *NAMES])
def test_loading_gives_the_same_program(name: str, tmp_path: Path) -> None:
    program = (CASES.get(name) or shipped(name)).program
    file = tmp_path / "saved.json"
    save(program, file)
    found = load(str(file))
    assert found == program
    assert (found.formula, found.source) == (program.formula, program.source)
    assert [each.name for each in tmp_path.iterdir()] == ["saved.json"]


def test_a_saved_program_is_a_model_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    t = Builder("mine", "ab")
    save(t.accept(t.uniform(t.symbol("b")) - "1/2"), tmp_path / "mine.json")
    assert cli.run(["--model", str(tmp_path / "mine.json"), "--n", "3", "--bits", "8"]) == 0
    assert "mine   VERIFIED  1..3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("program", "hint"),
    [
        (twin(MAJORITY, fixed(8), 8).program, "roundings"),
        (replace(MAJORITY, alphabet=()), "the alphabet is empty"),
        (replace(MAJORITY, name="a\nb"), "cannot be printed"),
        (replace(MAJORITY, formula="a" * (5 << 20)), "longer than 4 MiB"),
    ],
    ids=["rounded", "empty", "name", "long"],
)
def test_what_cannot_be_loaded_is_not_saved(program: Any, hint: str, tmp_path: Path) -> None:  # noqa: ANN401
    file = tmp_path / "kept.json"
    file.write_text("kept")
    with pytest.raises(FormatError, match=hint) as caught:
        save(program, file)
    assert str(caught.value).isprintable()
    assert [each.read_text() for each in tmp_path.iterdir()] == ["kept"]


def test_a_program_that_would_change_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = CASES["first"].program
    monkeypatch.setattr(saving.modelfile, "read", lambda _: other)
    with pytest.raises(FormatError, match="would not be the same"):
        save(MAJORITY, tmp_path / "x.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["x.txt", "x", "x.safetensors", "x.py", "", "nowhere/x.json", "a\0.json", "."])
def test_names_that_cannot_be(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FormatError) as caught:
        save(MAJORITY, name)
    assert str(caught.value).isprintable()
    assert not list(tmp_path.iterdir())


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "x.json").mkdir()
    with pytest.raises(FormatError, match="cannot be written"):
        save(MAJORITY, tmp_path / "x.json")
    assert [each.name for each in tmp_path.iterdir()] == ["x.json"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "to.json").write_text("old")
    (tmp_path / "link.json").symlink_to("to.json")
    save(MAJORITY, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert load(tmp_path / "to.json") == MAJORITY


@pytest.mark.skipif(sys.platform != "linux", reason="looks at modes")
def test_others_may_read_what_the_umask_lets_them(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        save(MAJORITY, tmp_path / "x.json")
    finally:
        os.umask(old)
    assert (tmp_path / "x.json").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("wrong", [None, 3, b"x.json", ["x.json"], MAJORITY, True])
def test_what_is_no_name(wrong: Any) -> None:  # noqa: ANN401
    with pytest.raises(TypeError, match="save: file must be the name of a file"):
        save(MAJORITY, wrong)
    with pytest.raises(TypeError, match="load: name must be the name of a file"):
        load(wrong)


@pytest.mark.parametrize("wrong", [None, "majority", CASES["majority"], Builder("p", "a"), Rasp("p", "a"), object()])
def test_what_is_no_program(wrong: Any, tmp_path: Path) -> None:  # noqa: ANN401
    with pytest.raises(TypeError, match="save: program must be a program, not") as caught:
        save(wrong, tmp_path / "x.json")
    assert "0x" not in str(caught.value)


def test_python_is_not_run_and_told_how_to_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.py").write_text("1 / 0")
    assert cli.run(["--model", str(tmp_path / "f.py"), "--n", "3", "--bits", "8"]) == 2
    assert "write save(program, 'x.json') in it, and give x.json" in capsys.readouterr().err


def test_a_number_at_a_position_is_the_constant() -> None:
    t = Builder("p", "a")
    assert t.position(3).form == t.position(constant(3)).form
