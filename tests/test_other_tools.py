"""What is exported, read by tools of others: CaDiCaL, ABC and cvc5, as Debian packages them.

Each must decide what the reference run decides by enumeration. Where a tool is missing its tests are skipped; in
continuous integration (the environment variable CI is set) they fail.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.program import Accept, Program
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.run import differ
from logbits.verify.report.export import export
from support.random_questions import instance


def tool(name: str) -> str:
    """The path of a program."""
    path = shutil.which(name)
    if path is None and os.environ.get("CI"):
        pytest.fail(f"{name} is missing: apt-get install {name}")
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def cadical(text: bytes, folder: Path) -> bool:
    (folder / "question.cnf").write_bytes(text)
    return {10: True, 20: False}[run(tool("cadical"), "-q", str(folder / "question.cnf")).returncode]


def cvc5(text: bytes, folder: Path) -> bool:
    (folder / "question.smt2").write_bytes(text)
    return {"sat": True, "unsat": False}[run(tool("cvc5"), str(folder / "question.smt2")).stdout.strip()]


def abc_sat(text: bytes, folder: Path) -> bool:
    (folder / "question.aig").write_bytes(text)
    told = run(tool("berkeley-abc"), "-q", f"read_aiger {folder / 'question.aig'}; sat").stdout
    assert ("UNSATISFIABLE" in told) + (" SATISFIABLE" in told or told.startswith("SATISFIABLE")) == 1, told
    return "UNSATISFIABLE" not in told


def abc_cec(claim: Claim, length: int, folder: Path) -> bool:
    """Whether the two runs, each exported alone, are different circuits."""
    abc = tool("berkeley-abc")
    for part in ("against", "low"):
        (folder / f"{part}.aig").write_bytes(export(claim, length, "0", "aig", part))
    told = run(abc, "-q", f"cec {folder / 'against.aig'} {folder / 'low.aig'}").stdout
    assert ("Networks are equivalent" in told) + ("Networks are NOT EQUIVALENT" in told) == 1, told
    return "NOT EQUIVALENT" in told


def broken(claim: Claim, length: int) -> bool:
    """Whether some word breaks the claim, by enumeration on the reference run."""
    pair = Pair(claim)
    words = itertools.product(claim.program.alphabet, repeat=length)
    return any(pair.member(word) and differ(*pair.run(word)) for word in words)


def failing() -> Program:
    t = Builder("overflows", "ab")
    return t.accept(t.embed({"a": 1, "b": 8}))


def case(name: str, text: str, length: int, assume: str | None = None, against: Arithmetic = EXACT) -> Claim:
    assumed = None if assume is None else CASES[assume].program
    return Claim(CASES[name].program, against, parse(text), length, assumed)


CLAIMS = {
    "equal": (case("majority-affine", "fixed(8)", 5), 5),
    "different": (case("majority-affine", "fixed(3)", 5), 5),
    "equal, not by rules": (case("dyck1-relu", "fixed(9)", 9), 9),
    "different on few words": (case("dyck1-relu", "fixed(8)", 12), 12),
    "equal where it is asked": (case("dyck1-relu", "fixed(8)", 12, "dyck1"), 12),
    "outputs": (case("induction", "fixed(4)", 4), 4),
    "low fails": (Claim(failing(), EXACT, parse("fixed(4, 0) error"), 2), 2),
    "against fails": (Claim(failing(), parse("fixed(4, 0) error"), EXACT, 2), 2),
    "both fail": (Claim(failing(), parse("fixed(4, 0) error"), parse("fixed(4, 0) error"), 2), 2),
    "none can fail": (Claim(failing(), EXACT, parse("fixed(5, 0) error"), 2), 2),
}


@pytest.mark.first(1)
@pytest.mark.parametrize("name", CLAIMS)
def test_questions(name: str, tmp_path: Path) -> None:
    claim, length = CLAIMS[name]
    expected = broken(claim, length)
    assert expected is not name.startswith(("equal", "none"))
    assert cadical(export(claim, length, "0", "cnf"), tmp_path) is expected
    assert cvc5(export(claim, length, "0", "smt2"), tmp_path) is expected
    assert abc_sat(export(claim, length, "0", "aig"), tmp_path) is expected


@pytest.mark.parametrize("name", [name for name in CLAIMS if name != "outputs"])
def test_runs_are_different_circuits_where_a_word_breaks_the_claim(name: str, tmp_path: Path) -> None:
    claim, length = CLAIMS[name]
    assert abc_cec(claim, length, tmp_path) is broken(claim, length)


def test_runs_of_random_acceptors(tmp_path: Path) -> None:
    answers: list[bool] = []
    for seed in range(100):
        made = instance(seed)
        if isinstance(made.program.readout, Accept):
            claim = Claim(made.program, made.left, made.right, made.bound)
            answers.append(abc_cec(claim, made.length, tmp_path))
            assert answers[-1] is broken(claim, made.length), seed
            assert cadical(export(claim, made.length, "0", "cnf"), tmp_path) is answers[-1], seed
    assert answers.count(True) > 10
    assert answers.count(False) > 10


@pytest.mark.parametrize("ci", ["", "true"])
def test_a_missing_tool_fails_in_continuous_integration(ci: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(pytest.fail.Exception if ci else pytest.skip.Exception):
        tool("no-such-tool-as-this")
