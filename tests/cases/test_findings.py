"""What `cases/FINDINGS.md` says: made from the data beside it, complete, and true where a sample is derived again."""

from __future__ import annotations

import random

import findings
import pytest
from logbits.cases.catalogue import CASES
from logbits.cases.weights import FILES, shipped
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.verify.reference.run import Reference, differ
from support.marks import slow_after

CELLS = findings.read()
SHORT = [
    (name, each)
    for name, row in CELLS.items()
    for each, found in row.items()
    if found["status"] == "REFUTED" and found["length"] <= 9
]
SAMPLE = random.Random("findings").sample(SHORT, min(24, len(SHORT)))


def test_the_page_is_made_from_the_data() -> None:
    assert findings.PAGE.read_text(encoding="utf-8") == findings.page(CELLS)


def test_every_model_has_its_cells_and_none_is_an_error() -> None:
    assert list(CELLS) == [name for name in (*CASES, *FILES) if name in CELLS]
    page = findings.PAGE.read_text(encoding="utf-8")
    assert all((f"| `{name}` |" in page) == (name in CELLS) for name in (*CASES, *FILES))
    assert all(tuple(row) == findings.columns(name) for name, row in CELLS.items())
    statuses = {found["status"] for row in CELLS.values() for found in row.values()}
    assert statuses <= {"VERIFIED", "REFUTED", "UNKNOWN", "REFUSED"}


@pytest.mark.parametrize("name", CELLS)
def test_every_word_breaks_what_it_is_said_to_break(name: str) -> None:
    case = findings.model(name)
    for each, found in CELLS[name].items():
        if found["status"] == "REFUTED":
            assert len(found["word"]) == found["length"]
            left, right = (case.program, EXACT), (case.program, EXACT)
            if each == findings.SOURCE:
                left = shipped(name.replace("tracr", "rasp", 1)).program, EXACT
            else:
                right = case.program, parse(each)
            runs = [Reference(*side, findings.bound(case, each)).run(found["word"]) for side in (left, right)]
            assert differ(*runs), each


@pytest.mark.first(1)
@pytest.mark.parametrize(("name", "column"), slow_after(10, SAMPLE))
def test_a_sample_is_derived_again(name: str, column: str) -> None:
    assert findings.answer(name, column, 120, 1) == CELLS[name][column]
