"""Solvers in children: questions in their dialects, proofs in files, and everything that goes wrong is unknown."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from logbits.cases.catalogue import CASES
from logbits.verify.command.api import verify
from logbits.verify.request.request import RequestError
from logbits.verify.request.words import options
from logbits.verify.solver import ask as solvers
from logbits.verify.solver.ask import SOLVERS, Answer, ask, missing
from logbits.verify.solver.solve import answers, keep, unfinished
from logbits.verify.solver.table import BACKENDS
from logbits.verify.verdict.verdict import Status
from support import naive_rup
from support.formulas import CHAIN, SQUARE, dimacs, pigeonhole, random_clauses, speaking, words
from support.paths import at

SAT_SOLVERS = tuple(name for name in speaking("dimacs") if not missing(name))
HARD = dimacs(*pigeonhole(12))
SCRIPT = """(set-logic QF_BV)
(declare-const w1 (_ BitVec 2))
(declare-const w2 (_ BitVec 2))
(define-fun t1 () Bool (bvult #b01 w1))
(define-fun t2 () Bool (and t1 (= w2 (bvnot w1))))
(assert t2)
(check-sat)
"""
SATISFIABLE = "p cnf 2 2\n1 2 0\n-1 -2 0\n"

each_sat_solver = pytest.mark.parametrize("solver", SAT_SOLVERS)


def asked(solver: str, question: str, seconds: float = 60, memory: int = 2048, **known: Any) -> Answer:  # noqa: ANN401
    shape: dict[str, Any] = {"length": 2, "width": 1, "alphabet": 2} | known
    return ask(solver, question, deadline=time.monotonic() + seconds, memory=memory, **shape)


# -- the table


def test_one_table_of_solvers() -> None:
    assert speaking("smt2") == ("bitwuzla", "z3", "cvc5")
    assert speaking("dimacs") == ("cadical", "glucose", "lingeling", "kissat")
    assert SOLVERS == ("bitwuzla", "cadical", "z3")
    assert {name for name, backend in BACKENDS.items() if backend.proves} == set(speaking("dimacs"))
    assert {name for name, backend in BACKENDS.items() if backend.optional} == {"cvc5", "kissat"}


def test_those_that_leave_no_proofs_are_not_asked_for_one(tmp_path: Path) -> None:
    for solver in speaking("smt2"):
        with pytest.raises(ValueError, match="no proofs"):
            asked(solver, SCRIPT, proof=tmp_path / "proof")
        with pytest.raises(ValueError, match="no proofs"):
            BACKENDS[solver].open_proving(SCRIPT, 2, 2)


def test_an_unknown_solver_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown solver 'yices'"):
        asked("yices", SCRIPT)


@pytest.mark.parametrize("solver", [name for name in speaking("smt2") if not missing(name)])
def test_smt_solvers_read_scripts(solver: str) -> None:
    answer = asked(solver, SCRIPT, width=2, alphabet=4)
    assert (answer.kind, answer.word, answer.least) == ("sat", (2, 1), True)
    assert asked(solver, SCRIPT.replace("(bvnot w1)", "(bvnot w2)"), width=2, alphabet=4).kind == "unsat"


# -- what is not installed


def test_a_solver_that_is_not_installed_is_told_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*at("logbits.verify.solver.table.find_spec"), lambda name: None)
    told = "cvc5 is not installed: pip install 'logbits[cvc5]'"
    answer = asked("cvc5", SCRIPT)
    assert (answer.kind, answer.reason) == ("unknown", told)
    with pytest.raises(RequestError) as refused:
        options(solvers=["cvc5"])
    assert str(refused.value) == told
    with pytest.raises(ValueError, match="not installed"):
        verify(CASES["majority"].program, 2, 4, solvers=("cvc5",))


def test_solvers_that_there_are_not_are_refused() -> None:
    for wrong in (["minisat"], "cadical,,z3", "", []):
        with pytest.raises(RequestError, match=r"--solvers .*bitwuzla, z3, cvc5, cadical, glucose, lingeling, kissat"):
            options(solvers=wrong)
    assert options(solvers=" z3, cadical ,z3").solvers == ("z3", "cadical")


@pytest.mark.first(1)
@pytest.mark.parametrize("solver", SAT_SOLVERS)
def test_sat_solvers_decide_and_give_the_same_word(solver: str) -> None:
    refuted = verify(CASES["dyck1-relu"].program, 12, bits=8, solvers=(solver,))
    assert refuted.witness is not None
    assert refuted.witness.least
    assert refuted.witness == verify(CASES["dyck1-relu"].program, 12, bits=8).witness


@pytest.mark.skipif(bool(missing("cvc5")), reason="cvc5 is not installed")
def test_the_engine_asks_cvc5_when_told_to() -> None:
    verdict = verify(CASES["palindrome"].program, 4, 8, solvers=("cvc5",))
    assert verdict.status in (Status.VERIFIED, Status.REFUTED)
    assert {each.solver for each in verdict.lengths} <= {"", "cvc5"}


# -- SAT solvers, end to end


@pytest.mark.first(1)
@each_sat_solver
@pytest.mark.parametrize("seed", range(4))
def test_words_and_proofs_come_through(solver: str, seed: int, tmp_path: Path) -> None:
    variables, clauses = random_clauses(seed)
    text, file = dimacs(variables, clauses), tmp_path / "proof"
    file.write_text("0\n")  # of another question
    expected = words(variables, clauses, 3, 1)
    answer = asked(solver, text, length=3, proof=file)
    if expected:
        assert (answer.kind, answer.word, answer.least) == ("sat", expected[0], True)
        assert (answer.proof, answer.size) == ("", 0)
        assert not list(tmp_path.iterdir())
    else:
        data = file.read_bytes()
        assert (answer.kind, answer.size) == ("unsat", len(data))
        assert answer.proof == hashlib.sha256(data).hexdigest()
        assert naive_rup.refutes(text, data.decode())
        assert list(tmp_path.iterdir()) == [file]


@each_sat_solver
def test_without_a_path_there_is_no_proof(solver: str) -> None:
    answer = asked(solver, SQUARE)
    assert (answer.kind, answer.proof, answer.size) == ("unsat", "", 0)


@each_sat_solver
@pytest.mark.parametrize("text", [SQUARE, CHAIN])
def test_proofs_of_the_smallest_formulas(solver: str, text: str, tmp_path: Path) -> None:
    assert asked(solver, text, proof=tmp_path / "proof").kind == "unsat"
    assert naive_rup.refutes(text, (tmp_path / "proof").read_text())


# -- nothing but an answer is an answer


@pytest.mark.slow
@each_sat_solver
def test_a_late_solver_is_unknown_and_leaves_nothing(solver: str, tmp_path: Path) -> None:
    start = time.monotonic()
    answer = asked(solver, HARD, seconds=2, proof=tmp_path / "proof")
    assert (answer.kind, answer.reason, answer.proof) == ("unknown", f"{solver}: time limit reached", "")
    assert time.monotonic() - start < 20
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@each_sat_solver
def test_a_solver_without_memory_is_unknown(solver: str, tmp_path: Path) -> None:
    variables = 300_000
    text = dimacs(variables, [[v, v + 1, -v - 2] for v in range(1, variables - 1)])
    answer = asked(solver, text, memory=160, proof=tmp_path / "proof")
    assert answer.kind == "unknown"
    assert "memory" in answer.reason
    assert not list(tmp_path.iterdir())


@pytest.mark.first(1)
@each_sat_solver
@pytest.mark.parametrize("text", [SCRIPT, "", "p cnf 2 3\n1 2 0\n-1 -2 0\n", "p cnf 1 0\n"])
def test_a_question_in_another_dialect_or_of_another_shape_is_unknown(solver: str, text: str) -> None:
    answer = asked(solver, text)
    assert answer.kind == "unknown"
    assert "ValueError" in answer.reason


@each_sat_solver
def test_a_proof_that_cannot_be_written_is_unknown(solver: str, tmp_path: Path) -> None:
    answer = asked(solver, SQUARE, proof=tmp_path / "nowhere" / "proof")
    assert (answer.kind, answer.proof) == ("unknown", "")
    assert "FileNotFoundError" in answer.reason


@pytest.mark.parametrize(
    ("said", "told"),
    [("Assertion failed", "SIGABRT"), ("terminate: 'Glucose421::OutOfMemoryException'", "memory limit of 2048 MiB")],
)
def test_a_crash_is_unknown(said: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that ends its process, as an assertion in its code would, or an exception that nobody catches."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys, os; said = {said.encode()!r}\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'pysat': os.write(2, said), os.abort()\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(sys.path)}")
    answer = asked("cadical", SQUARE)
    assert answer.kind == "unknown"
    assert told in answer.reason


def test_an_unwanted_solver_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(solvers.StoppedError):
        asked("cadical", HARD, stopped=lambda: True, proof=tmp_path / "proof")
    assert not list(tmp_path.iterdir())


class Answering:
    """In place of a child: its frames are given."""

    frames: list[dict[str, Any]]

    def __init__(self, module: str, *args: str, memory: int) -> None:
        pass

    def send(self, payload: bytes) -> None:
        request = json.loads(payload)
        self.digest = hashlib.sha256(request["question"].encode()).hexdigest()

    def receive(self, deadline: float, stopped: Callable[[], bool]) -> bytes:
        return json.dumps({"digest": self.digest, "final": True} | self.frames.pop(0)).encode()

    def kill(self) -> None:
        pass


@pytest.mark.parametrize("frame", [{"digest": "0" * 64, "proof": "1" * 64}, {}, {"proof": ""}, {"proof": None}])
def test_unsat_about_something_else_or_without_the_proof_is_unknown(
    frame: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answering, "frames", [{"answer": "unsat"} | frame], raising=False)
    monkeypatch.setattr(solvers, "Child", Answering)
    answer = asked("cadical", SQUARE, proof=tmp_path / "proof")
    assert (answer.kind, answer.proof) == ("unknown", "")


def test_a_proof_without_its_answer_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child ended between the two."""

    def dies(*_: object) -> bytes:
        (tmp_path / "proof").write_text("0\n")
        raise solvers.DiedError("ended")

    monkeypatch.setattr(Answering, "receive", dies)
    monkeypatch.setattr(solvers, "Child", Answering)
    assert asked("cadical", SQUARE, proof=tmp_path / "proof").kind == "unknown"
    assert not list(tmp_path.iterdir())


# -- in the child


def test_a_proof_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "proof"

    def lines() -> Any:  # noqa: ANN401
        yield "1 0\n"
        assert not path.exists()
        assert unfinished(path).exists()
        yield "0\n"

    kept = keep(lines(), path)
    assert kept == {"proof": hashlib.sha256(b"1 0\n0\n").hexdigest(), "size": 6}
    assert path.read_bytes() == b"1 0\n0\n"
    assert list(tmp_path.iterdir()) == [path]


@each_sat_solver
def test_the_first_answer_comes_before_the_least_word(solver: str) -> None:
    first, *_ = answers(BACKENDS[solver].open(SATISFIABLE, 2, 1), 2, 2)
    assert (first["answer"], first["final"]) == ("sat", False)
