"""The lists of faults are alive: every text still occurs once, and a few faults are really noticed."""

from __future__ import annotations

import re

import pytest
from faults.listed import Fault, lists, read
from faults.run import is_killed, meant
from faults.trial import ROOT, file_of

FAULTS = read()
TRUSTED = {
    "bounds/count/arrays.py",
    "bounds/count/kinds.py",
    "bounds/count/monotone.py",
    "bounds/count/placed.py",
    "bounds/count/run.py",
    "bounds/count/running.py",
    "bounds/count/unmasked.py",
    "bounds/reduce/attention.py",
    "bounds/reduce/cone.py",
    "bounds/reduce/derivation.py",
    "bounds/reduce/functions.py",
    "bounds/reduce/ledger.py",
    "bounds/reduce/logic.py",
    "bounds/reduce/merge.py",
    "bounds/reduce/reduce.py",
    "bounds/reduce/comparisons.py",
    "encode/arithmetic/scales.py",
    "encode/arithmetic/twin.py",
    "encode/circuit/aig.py",
    "encode/circuit/aiger.py",
    "encode/circuit/bits.py",
    "encode/circuit/blast.py",
    "encode/circuit/circuit.py",
    "encode/circuit/cnf.py",
    "encode/circuit/smtlib.py",
    "encode/circuit/tseitin.py",
    "encode/circuit/words.py",
    "encode/number/rounding.py",
    "encode/term/ranges.py",
    "encode/term/rows.py",
    "encode/term/terms.py",
    "encode/term/unroll.py",
    "verify/checker/attention.py",
    "verify/checker/checker.py",
    "verify/checker/columns.py",
    "verify/checker/comparisons.py",
    "verify/checker/counts.py",
    "verify/checker/covers.py",
    "verify/checker/ends.py",
    "verify/checker/extents.py",
    "verify/checker/facts.py",
    "verify/checker/known.py",
    "verify/checker/logic.py",
    "verify/checker/monotone.py",
    "verify/checker/moves.py",
    "verify/checker/numbers.py",
    "verify/checker/operations.py",
    "verify/checker/positional.py",
    "verify/checker/ranks.py",
    "verify/checker/step.py",
    "verify/checker/steps.py",
    "verify/checker/symmetric.py",
    "verify/decide/decide.py",
    "verify/question/question.py",
    "verify/question/simulation.py",
    "verify/question/trials.py",
    "verify/reference/prefix.py",
    "verify/reference/rows.py",
    "verify/reference/run.py",
}


def test_there_are_faults_for_every_trusted_file() -> None:
    assert len(FAULTS) >= 380
    assert {fault.file for fault in FAULTS} >= TRUSTED


def test_names_are_those_of_the_rooms_and_distinct() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    for room, path in lists().items():
        assert (ROOT / room).is_dir()
        text = path.read_text(encoding="utf-8")
        heads = re.findall(r"^@ (.*)-(\d{3}) \| (.*)/[^/]+\.py \| [a-z_ ]+$", text, re.MULTILINE)
        assert len(heads) == len(re.findall("^@", text, re.MULTILINE)) > 0
        assert {(name, folder) for name, _, folder in heads} == {(room.split("/")[-1], room)}
        assert [number for _, number, _ in heads] == sorted(number for _, number, _ in heads)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_faults_still_fit(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.old) == 1
    assert fault.new != fault.old
    assert all(file_of(name) for name in fault.tests)
    assert fault.tests


def test_a_name_means_one_fault_and_a_word_all_that_have_it() -> None:
    assert [fault.name for fault in meant(FAULTS, ["term-012"])] == ["term-012"]
    assert {fault.file for fault in meant(FAULTS, ["encode/term/"])} == {
        "encode/term/domain.py",
        "encode/term/ranges.py",
        "encode/term/rows.py",
        "encode/term/sums.py",
        "encode/term/terms.py",
        "encode/term/unroll.py",
    }
    assert meant(FAULTS, []) == FAULTS
    with pytest.raises(ValueError, match="no fault is called 'term-999'"):
        meant(FAULTS, ["encode/term", "term-999"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["term-003", "circuit-003", "reduce-006"])
def test_these_faults_are_noticed(name: str) -> None:
    [fault] = meant(FAULTS, [name])
    assert is_killed(fault)
