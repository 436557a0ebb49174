"""The SAT solvers behind their protocol: words, and proofs of nothing but the formula."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logbits.verify.solver.ask import missing
from logbits.verify.solver.kissat import KissatSession
from logbits.verify.solver.pysat import CadicalSession, GlucoseSession, LingelingSession
from logbits.verify.solver.sat import SatSession
from logbits.verify.solver.solve import answers
from logbits.verify.solver.table import BACKENDS
from support import naive_rup
from support.formulas import CHAIN, REFUTED, SQUARE, dimacs, models, pigeonhole, random_clauses, words

CLASSES: dict[str, type[SatSession]] = {
    "cadical": CadicalSession,
    "glucose": GlucoseSession,
    "lingeling": LingelingSession,
    "kissat": KissatSession,
}
INSTALLED = {name: each for name, each in CLASSES.items() if not missing(name)}
each_solver = pytest.mark.parametrize("make", INSTALLED.values(), ids=INSTALLED)
Make = type[SatSession]


def proof_of(session: SatSession) -> str:
    return "".join(session.proof())


def least(session: SatSession, length: int, alphabet: int) -> dict[str, Any]:
    *_, last = answers(session, length, alphabet)
    return last


def test_the_table_has_them_all() -> None:
    assert set(CLASSES) == {name for name, backend in BACKENDS.items() if backend.dialect == "dimacs"}
    assert all(BACKENDS[name].proves for name in CLASSES)


# -- answers


@each_solver
@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("logging", [False, True])
def test_answers_are_those_of_enumeration(make: Make, seed: int, logging: bool) -> None:
    variables, clauses = random_clauses(seed)
    expected = words(variables, clauses, 3, 1)
    session = make(dimacs(variables, clauses), 3, 1, logging)
    assert session.check() is bool(expected)
    assert not expected or tuple(session.codes()) in expected


@given(st.integers(1000, 100_000), st.sampled_from([(1, 3), (2, 2), (3, 1), (1, 1), (4, 2)]), st.data())
@settings(max_examples=60, deadline=None)
def test_the_word_is_the_least_one(seed: int, shape: tuple[int, int], data: st.DataObject) -> None:
    length, width = shape
    variables, clauses = random_clauses(seed, most=10)
    variables = max(variables, length * width)
    alphabet = data.draw(st.integers((1 << width - 1) + 1, 1 << width))
    spare = {code: (code if code < alphabet else 0) for code in range(1 << width)}
    # Spare codes are the first symbol: as in a total circuit, nothing may tell them from it.
    for p in range(length):
        for code in range(alphabet, 1 << width):
            clauses = [*clauses, [-(1 + p * width + b) if code >> b & 1 else 1 + p * width + b for b in range(width)]]
    expected = words(variables, clauses, length, width)
    for make in INSTALLED.values():
        found = least(make(dimacs(variables, clauses), length, width), length, alphabet)
        if expected:
            assert (found["answer"], found["least"]) == ("sat", True)
            assert tuple(found["word"]) == expected[0]
            assert all(spare[code] == code for code in found["word"])
        else:
            assert found["answer"] == "unsat"


@each_solver
@pytest.mark.parametrize("code", range(6))
def test_below_a_code_is_below_it(make: Make, code: int) -> None:
    """Every letter in turn is the only one left; two bits, and codes beyond them."""
    for letter in range(4):
        units = [[variable if letter >> bit & 1 else -variable] for bit, variable in enumerate((3, 4))]
        session = make(dimacs(4, units), 2, 2)
        assert session.check() is True
        assert session.check((2, code)) is (letter < code)
        assert session.check() is True, "the question before has left nothing behind"
        assert session.codes()[1] == letter


@each_solver
def test_a_fixed_letter_stays(make: Make) -> None:
    session = make(dimacs(4, []), 2, 2)
    session.fix(1, 2)
    assert session.check() is True
    assert session.codes()[0] == 2
    assert session.check((1, 2)) is False
    assert session.check((1, 3)) is True


@each_solver
def test_a_formula_without_clauses_has_the_first_word(make: Make) -> None:
    for logging in (False, True):
        assert least(make("p cnf 6 0\n", 3, 2, logging), 3, 4) == {
            "answer": "sat",
            "word": [0, 0, 0],
            "least": True,
            "final": True,
        }


@each_solver
def test_a_model_may_be_shorter_than_the_formula(make: Make) -> None:
    session = make("p cnf 40 1\n1 2 0\n", 40, 1)
    assert session.check() is True
    assert len(session.codes()) == 40
    assert least(make("p cnf 40 1\n1 2 0\n", 40, 1), 40, 2)["word"] == [0, 1] + [0] * 38


@each_solver
@pytest.mark.parametrize("clauses", [[[]], [[1], []], [[], [1, 2]]])
def test_an_empty_clause_refutes(make: Make, clauses: list[list[int]]) -> None:
    session = make(dimacs(2, clauses), 1, 1, logging=True)
    assert session.check() is False
    assert proof_of(session) == "0\n"


@each_solver
def test_repeated_and_complementary_literals_mean_what_they_say(make: Make) -> None:
    clauses = [[1, 1, 2], [-1, 1], [2, -2, 1], [-2, -2], [-3, 3, 3]]
    session = make(dimacs(3, clauses), 3, 1)
    assert session.check() is True
    assert (session.codes()[0], session.codes()[1]) == (1, 0)
    session = make(dimacs(3, [*clauses, [-1, -1]]), 3, 1, logging=True)
    assert session.check() is False
    assert naive_rup.refutes(dimacs(3, [*clauses, [-1, -1]]), proof_of(session))


@pytest.mark.parametrize("answer", [None, 0, 1, "", "UNSAT", []])
def test_nothing_but_true_and_false_is_an_answer(answer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    session = CadicalSession(SQUARE, 1, 1, logging=True)
    monkeypatch.setattr(session._solver, "solve", lambda assumptions: answer)
    assert session.check() is None
    assert "gave up" in session.reason()
    with pytest.raises(RuntimeError):
        list(session.proof())


@each_solver
def test_letters_without_variables_are_an_error(make: Make) -> None:
    with pytest.raises(ValueError, match="variables"):
        make("p cnf 3 0\n", 2, 2)


@each_solver
@pytest.mark.parametrize("text", ["(set-logic QF_BV)\n(check-sat)\n", "p cnf 1 2\n1 0\n", ""])
def test_what_is_no_dimacs_is_an_error(make: Make, text: str) -> None:
    with pytest.raises(ValueError, match="DIMACS"):
        make(text, 1, 1)


@each_solver
def test_nothing_is_printed_and_nothing_warned_of(make: Make, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output of the child is for frames."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for variables, clauses in (pigeonhole(4), random_clauses(3)):
            session = make(dimacs(variables, clauses), 2, 1, logging=True)
            list(answers(session, 2, 2))
    assert capfd.readouterr() == ("", "")


# -- proofs


@each_solver
def test_a_proof_ends_with_its_only_empty_clause(make: Make) -> None:
    for variables, clauses in (*REFUTED, pigeonhole(4)):
        session = make(dimacs(variables, clauses), 1, 1, logging=True)
        assert session.check() is False
        lines = list(session.proof())
        assert lines.index("0\n") == len(lines) - 1
        assert all(line.removeprefix("d ").rstrip("\n").endswith("0") for line in lines)


@each_solver
@pytest.mark.parametrize("text", [CHAIN, dimacs(1, [[1], [-1]])], ids=["chain", "units"])
def test_what_propagation_refutes_has_a_proof_too(make: Make, text: str) -> None:
    session = make(text, 1, 1, logging=True)
    assert session.check() is False
    assert naive_rup.refutes(text, proof_of(session))


@each_solver
def test_there_is_no_proof_of_anything_else(make: Make) -> None:
    def refused(session: SatSession) -> None:
        with pytest.raises(RuntimeError):
            list(session.proof())

    refused(make(SQUARE, 1, 1, logging=True))  # not asked yet
    quiet = make(SQUARE, 1, 1)
    assert quiet.check() is False
    refused(quiet)  # not logged
    satisfiable = make("p cnf 2 1\n1 2 0\n", 2, 1, logging=True)
    assert satisfiable.check() is True
    refused(satisfiable)
    satisfiable.fix(1, 0)
    assert satisfiable.check((2, 1)) is False
    refused(satisfiable)  # under an assumption
    satisfiable.fix(2, 0)
    assert satisfiable.check() is False
    refused(satisfiable)  # not of the formula
    assumed = make("p cnf 2 2\n-1 0\n2 0\n", 2, 1, logging=True)
    assert assumed.check((1, 0)) is False
    refused(assumed)


@each_solver
def test_a_solver_without_a_log_is_an_error(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    session = make(SQUARE, 1, 1, logging=True)
    assert session.check() is False
    monkeypatch.setattr(session._solver, "get_proof", lambda: None)
    with pytest.raises(RuntimeError, match="logged no proof"):
        list(session.proof())


@each_solver
def test_proofs_speak_of_the_formulas_variables_only(make: Make) -> None:
    for variables, clauses in (pigeonhole(5), *REFUTED[:40]):
        session = make(dimacs(variables, clauses), 1, 1, logging=True)
        assert session.check() is False
        numbers = [int(x) for line in session.proof() for x in line.removeprefix("d ").split()]
        assert max(map(abs, numbers)) <= variables


def test_enumeration_knows_what_it_counts() -> None:
    assert models(2, [[1, 2], [-1, -2]]) == [(False, True), (True, False)]
    assert words(2, [[1, 2]], 2, 1) == [w for w in itertools.product(range(2), repeat=2) if any(w)]
