"""The list of injected faults is alive: every text still occurs once, and a few faults are really noticed."""

from __future__ import annotations

import pytest
from mutants import ROOT, TESTS, Mutant, is_killed, read

MUTANTS = read()


def test_there_are_faults_for_every_trusted_file() -> None:
    assert len(MUTANTS) >= 100
    assert {
        f"encode/{name}.py"
        for name in (
            "aig",
            "aiger",
            "bits",
            "blast",
            "circuit",
            "cnf",
            "formats",
            "ranges",
            "scales",
            "smtlib",
            "terms",
        )
    } | {f"encode/{name}.py" for name in ("tseitin", "words")} | {
        f"{name}.py"
        for name in (
            "encode/twin",
            "encode/unroll",
            "verify/question",
            "verify/reference",
            "verify/deciding",
            "verify/simulation",
        )
    } | {
        f"bounds/{name}.py"
        for name in ("attention", "counts", "functions", "logic", "monotone", "reduce", "thresholds")
    } <= {mutant.file for mutant in MUTANTS}


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_faults_still_fit(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.new != mutant.old
    assert all((TESTS / f"test_{name}.py").exists() for name in mutant.tests)
    assert mutant.tests


@pytest.mark.parametrize(
    ("file", "new"),
    [
        ("encode/terms.py", '"rightmost": chosen[:1]'),
        ("encode/circuit.py", "offset = 0"),
        ("bounds/logic.py", "if any(part in present for part in inner):"),
    ],
)
def test_these_faults_are_noticed(file: str, new: str) -> None:
    [mutant] = [each for each in MUTANTS if (each.file, each.new) == (file, new)]
    assert is_killed(mutant)
