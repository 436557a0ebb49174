"""What once went wrong stays right; and questions can be written down, read again and made smaller."""

from __future__ import annotations

from pathlib import Path

import pytest
import regressions
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.program.program import Accept, Attend, Form
from regressions import FOLDER, load, save, smaller, variants
from support.differential import compare
from support.random_questions import Instance, instance

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.first(1)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_does_not_come_back(path: Path) -> None:
    compare(load(path), single=True)


def test_there_are_regressions() -> None:
    assert FILES


def test_questions_are_read_as_they_were_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regressions, "FOLDER", tmp_path)
    for seed in range(60):
        made = instance(seed)
        assert load(save(made, f"{seed}", "a test")) == made


def test_smaller_questions_keep_only_what_fails() -> None:
    def fails(made: Instance) -> bool:
        heads = [op for op in made.program.ops if isinstance(op, Attend)]
        return any(op.ties == "rightmost" for op in heads) and made.length >= 2

    made = next(each for each in map(instance, range(100)) if fails(each) and isinstance(each.program.readout, Accept))
    found = smaller(made, fails)
    assert fails(found)
    assert not any(map(fails, variants(found)))
    assert (found.length, found.bound, found.left, found.assume) == (2, 2, EXACT, None)
    assert len(found.program.ops) < len(made.program.ops)
    assert isinstance(found.program.readout, Accept)
    assert found.program.readout.form == Form(found.program.readout.form.const)
