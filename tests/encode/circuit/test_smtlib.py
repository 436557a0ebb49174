"""The text that solvers read: its form, and that it means what the circuit means, operation by operation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.circuit.circuit import FALSE, TRUE, Circuit, Number, evaluate
from logbits.encode.circuit.smtlib import script
from logbits.encode.claim.claim import Claim
from logbits.verify.question.question import Question
from logbits.verify.solver.ask import missing
from logbits.verify.solver.table import BACKENDS
from support.formulas import speaking
from support.random_questions import instance

DECLARE = re.compile(r"\(declare-const (w[0-9]+) \(_ BitVec ([0-9]+)\)\)")
DEFINE = re.compile(r"\(define-fun (t[0-9]+) \(\) (?:Bool|\(_ BitVec [0-9]+\)) (.*)\)")
NAME = re.compile(r"\b[tw][0-9]+\b")
each_solver = pytest.mark.parametrize("solver", [name for name in speaking("smt2") if not missing(name)])


def well_formed(text: str, length: int, width: int) -> None:
    """Letters are declared, everything else is defined once, before its use, and one literal is asserted."""
    lines = [line for line in text.splitlines() if not line.startswith(";")]
    assert lines[0] == "(set-logic QF_BV)"
    declared = [DECLARE.fullmatch(line) for line in lines[1 : 1 + length]]
    assert [(match[1], match[2]) for match in declared if match] == [(f"w{p + 1}", str(width)) for p in range(length)]
    known = {f"w{p + 1}" for p in range(length)}
    for line in lines[1 + length : -2]:
        match = DEFINE.fullmatch(line)
        assert match, line
        assert set(NAME.findall(match[2])) <= known
        assert match[1] not in known
        known.add(match[1])
    asserted = re.fullmatch(r"\(assert (t[0-9]+|true|false)\)", lines[-2])
    assert asserted
    assert asserted[1] in known | {"true", "false"}
    assert lines[-1] == "(check-sat)"
    assert text.count("assert") == 1
    assert text.endswith("(check-sat)\n")


@pytest.mark.first(4)
@pytest.mark.parametrize("name", CASES)
def test_scripts_of_cases_are_definitions_and_one_assertion(name: str) -> None:
    question = Question(Claim(CASES[name].program, EXACT, parse("fixed(3)"), 5), 5)
    width = question.bits.circuit.code_width
    well_formed(question.script(), 5, width)


@pytest.mark.slow
def test_scripts_of_random_programs_are_definitions_and_one_assertion() -> None:
    for seed in range(60):
        made = instance(seed)
        question = Question(Claim(made.program, made.left, made.right, made.bound), made.length)
        well_formed(question.script(), made.length, question.bits.circuit.code_width)


def test_comments_stay_comments() -> None:
    circuit = Circuit(2, 1)
    text = script(circuit, circuit.is_symbol(1, 1), ("one\n(assert false)", "two"))
    assert text.splitlines()[:3] == ["; one", "; (assert false)", "; two"]


def test_a_golden_script() -> None:
    circuit = Circuit(2, 2)
    root = circuit.conjunction([circuit.is_symbol(1, 1), circuit.negation(circuit.is_symbol(2, 1))])
    assert script(circuit, root).splitlines() == [
        "(set-logic QF_BV)",
        "(declare-const w1 (_ BitVec 1))",
        "(declare-const w2 (_ BitVec 1))",
        "(define-fun t5 () Bool (= w1 #b1))",
        "(define-fun t6 () Bool (= w2 #b1))",
        "(define-fun t7 () Bool (not t6))",
        "(define-fun t9 () Bool (and t5 t7))",
        "(assert t9)",
        "(check-sat)",
    ]


@each_solver
def test_constant_questions(solver: str) -> None:
    for root, answer in ((TRUE, True), (FALSE, False)):
        assert BACKENDS[solver].open(script(Circuit(3, 2), root), 2, 2).check() is answer


Make = Callable[[Circuit, Number, Number], Number]

OPERATIONS: dict[str, Make] = {
    "add": lambda c, x, y: c.add(x, y),
    "mul": lambda c, x, y: c.multiply(x, y),
    "neg": lambda c, x, y: c.negative(x),
    "udiv by 3": lambda c, x, y: c.floor_divide(x, 3),
    "udiv by 8": lambda c, x, y: c.floor_divide(x, 8),
    "low": lambda c, x, y: c.wrap(x, 2, True),
    "zext": lambda c, x, y: c.wrap(x, 2, False),
    "sext": lambda c, x, y: c.add(c.multiply(x, x), y),
    "ite sle": lambda c, x, y: c.choose(c.at_least(x, y), x, y),
    "ite eq": lambda c, x, y: c.choose(c.equal(x, y), c.number(5), y),
    "ite and": lambda c, x, y: c.choose(
        c.conjunction([c.at_least(x, c.number(0)), c.negation(c.at_least(y, x))]), c.negative(y), x
    ),
}


@each_solver
@pytest.mark.parametrize("name", OPERATIONS)
def test_solvers_and_evaluation_agree_on_each_operation(name: str, solver: str) -> None:
    """No input makes the operation differ from its evaluated value: one UNSAT covers all of them."""
    circuit = Circuit(8, 2)
    x, y = (Number(code, -4, 3) for code in circuit.codes)
    result = OPERATIONS[name](circuit, x, y)
    node, width = result.node, circuit.widths[result.node]
    every = list(itertools.product(range(8), repeat=2))
    found = {codes: evaluate(circuit, node, codes) for codes in every}

    def case(codes: tuple[int, ...], pattern: int) -> int:
        here = [circuit._node("eq", (circuit.codes[k], circuit._node("number", (), codes[k], 3)), 0, 0) for k in (0, 1)]
        same = circuit._node("eq", (node, circuit._node("number", (), pattern, width)), 0, 0)
        return circuit.conjunction([*here, circuit.negation(same)])

    wrong = circuit.disjunction([case(codes, pattern) for codes, pattern in found.items()])
    assert BACKENDS[solver].open(script(circuit, wrong), 2, 3).check() is False
    off = circuit.disjunction([case(codes, pattern ^ (codes == (5, 6))) for codes, pattern in found.items()])
    session = BACKENDS[solver].open(script(circuit, off), 2, 3)
    assert session.check() is True
    assert session.codes() == [5, 6]
