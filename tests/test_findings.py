"""What `cases/FINDINGS.md` says: made from the data beside it, complete, and true where a sample is derived again."""

from __future__ import annotations

import random

import findings
import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic import EXACT, parse
from logbits.verify.question import Claim
from logbits.verify.reference import differ
from logbits.verify.simulation import Pair

DATA = findings.read()
CELLS = [(name, each) for name, row in DATA["cells"].items() for each in row]
REFUTED = [(name, each) for name, each in CELLS if DATA["cells"][name][each]["status"] == "REFUTED"]
SHORT = [(name, each) for name, each in REFUTED if DATA["cells"][name][each]["length"] <= 9]
SAMPLE = random.Random("findings").sample(SHORT, min(24, len(SHORT)))


def test_the_page_is_made_from_the_data() -> None:
    assert findings.PAGE.read_text(encoding="utf-8") == findings.page(DATA)


def test_every_transformer_and_every_arithmetic_has_its_cell() -> None:
    assert list(DATA["cells"]) == list(CASES)
    assert all(tuple(row) == findings.ARITHMETICS for row in DATA["cells"].values())


@pytest.mark.parametrize("name", CASES)
def test_every_word_breaks_what_it_is_said_to_break(name: str) -> None:
    row = DATA["cells"][name]
    for each in findings.ARITHMETICS:
        if row[each]["status"] != "REFUTED":
            continue
        program, bound = CASES[name].program, findings.greatest(CASES[name], DATA["bound"])
        word = row[each]["word"]
        symbols = word.split(" ") if " " in word else list(word)
        assert len(symbols) == row[each]["length"]
        assert differ(*Pair(Claim(program, EXACT, parse(each), bound)).run(symbols)), (each, word)


@pytest.mark.parametrize(("name", "arithmetic"), SAMPLE)
def test_a_sample_is_derived_again(name: str, arithmetic: str) -> None:
    bound = findings.greatest(CASES[name], DATA["bound"])
    assert findings.answer(CASES[name], arithmetic, bound, 120, 1) == DATA["cells"][name][arithmetic]
