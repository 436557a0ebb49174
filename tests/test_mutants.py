"""The list of injected faults is alive: every text still occurs once, and a few faults are really noticed."""

from __future__ import annotations

import pytest
from mutants import ROOT, Mutant, file_of, is_killed, read

MUTANTS = read()


def test_there_are_faults_for_every_trusted_file() -> None:
    assert len(MUTANTS) >= 100
    trusted = {
        "bounds/count/monotone.py",
        "bounds/count/run.py",
        "bounds/reduce/attention.py",
        "bounds/reduce/functions.py",
        "bounds/reduce/logic.py",
        "bounds/reduce/reduce.py",
        "bounds/reduce/thresholds.py",
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
        "encode/term/terms.py",
        "encode/term/unroll.py",
        "verify/decide/decide.py",
        "verify/question/question.py",
        "verify/question/simulation.py",
        "verify/reference/run.py",
    }
    assert trusted <= {mutant.file for mutant in MUTANTS}


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_faults_still_fit(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.new != mutant.old
    assert all(file_of(name) for name in mutant.tests)
    assert mutant.tests


@pytest.mark.parametrize(
    ("file", "new"),
    [
        ("encode/term/terms.py", '"rightmost": chosen[:1]'),
        ("encode/circuit/circuit.py", "offset = 0"),
        ("bounds/reduce/logic.py", "if any(part in present for part in inner):"),
    ],
)
def test_these_faults_are_noticed(file: str, new: str) -> None:
    [mutant] = [each for each in MUTANTS if (each.file, each.new) == (file, new)]
    assert is_killed(mutant)
