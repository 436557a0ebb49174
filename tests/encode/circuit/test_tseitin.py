"""Clauses of graphs: they define what the graphs compute, are of the form, and solvers answer as on other ways."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.circuit import words
from logbits.encode.circuit.aig import FALSE, TRUE, Aig
from logbits.encode.circuit.blast import columns
from logbits.encode.circuit.cnf import Cnf, FormError, extend, require_form
from logbits.encode.circuit.tseitin import _block, clauses
from logbits.encode.claim.claim import Claim
from logbits.verify.question.question import Question
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.run import differ
from logbits.verify.solver.table import BACKENDS
from pysat.solvers import Solver
from support.circuit_values import Tables
from support.marks import slow_after
from support.random_graphs import INPUTS, random_graph
from support.random_questions import instance

MEANINGS: dict[str, tuple[int, Callable[..., bool]]] = {
    "and": (4, lambda *several: all(several)),
    "xor": (3, lambda *several: sum(several) % 2 == 1),
    "ite": (3, lambda s, x, y: x if s else y),
    "majority": (3, lambda x, y, z: x + y + z > 1),
}


@pytest.mark.parametrize("kind", MEANINGS)
def test_blocks_define_what_they_say(kind: str) -> None:
    most, meaning = MEANINGS[kind]
    for arity in range(2 if kind in ("and", "xor") else most, most + 1):
        v = arity + 1
        for signs in itertools.product((1, -1), repeat=arity):
            operands = [sign * (k + 1) for k, sign in enumerate(signs)]
            cnf = Cnf(arity, v, (*_block(kind, v, operands), (v,)))  # type: ignore[arg-type]
            require_form(cnf)
            tables = Tables(arity)
            found = extend(cnf, tables.inputs, tables.rows)
            for row in range(tables.rows):
                values = [(row >> k & 1 == 1) == (sign > 0) for k, sign in enumerate(signs)]
                assert (found >> row & 1 == 1) == meaning(*values)


def test_no_block_for_what_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no clauses"):
        list(_block("majority", 3, [1, 2]))


@pytest.mark.parametrize("seeds", [range(150), range(150, 300)])
def test_random_graphs(seeds: range) -> None:
    for seed in seeds:
        aig, tables, found = random_graph(seed)
        for literal, table in found[-6:]:
            for root, expected in ((literal, table), (literal ^ 1, tables.negate(table))):
                cnf = clauses(aig, root)
                require_form(cnf)
                assert cnf.inputs == INPUTS
                assert extend(cnf, tables.inputs, tables.rows) == expected, seed
        literal, table = found[-1]
        cnf = clauses(aig, literal ^ 1)
        with Solver("cadical195", bootstrap_with=cnf.clauses) as solver:
            assert solver.solve() is (tables.negate(table) != 0)


@pytest.mark.parametrize(("root", "answer"), [(TRUE, True), (FALSE, False)])
def test_constant_roots(root: int, answer: bool) -> None:
    cnf = clauses(Aig(2), root)
    assert cnf == Cnf(2, 3, ((3,), (3 if answer else -3,)))
    require_form(cnf)
    assert extend(cnf, [0, 1], 1) == answer
    with Solver("cadical195", bootstrap_with=cnf.clauses) as solver:
        assert solver.solve() is answer


def test_an_input_as_root() -> None:
    assert clauses(Aig(2), 4) == Cnf(2, 2, ((2,),))
    assert clauses(Aig(2), 5) == Cnf(2, 2, ((-2,),))


def test_numbering_and_what_is_recognised() -> None:
    """A full adder is two variables, a choice is one, a conjunction of many is one."""
    aig = Aig(6)
    x, y, z, s, t, u = (aig.input(k) for k in range(1, 7))
    total = aig.differ(aig.differ(x, y), z)
    carry = aig.majority(x, y, z)
    assert clauses(aig, total).variables == 7
    assert len(clauses(aig, total).clauses) == 8 + 1
    assert clauses(aig, carry).variables == 7
    assert len(clauses(aig, carry).clauses) == 6 + 1
    assert clauses(aig, aig.choose(s, t, u)).variables == 7
    assert clauses(aig, aig.conjunction([x, y, z, s, t, u])) == Cnf(
        6, 7, (*((-7, k) for k in range(1, 7)), (7, -1, -2, -3, -4, -5, -6), (7,))
    )
    both = clauses(aig, aig.both(total, carry))
    assert (both.variables, len(both.clauses)) == (9, 8 + 6 + 3 + 1)


@pytest.mark.parametrize("seed", range(12))
def test_a_fault_in_any_clause_is_noticed(seed: int) -> None:
    """A literal the wrong way round is against the form, or the clauses define something else for some inputs."""
    aig, tables, found = random_graph(seed, 12)
    root = next(literal for literal, _ in reversed(found) if literal > TRUE)
    cnf = clauses(aig, root)

    def defined(all_but_last: tuple[tuple[int, ...], ...]) -> list[int]:
        """What each variable is, on all inputs."""
        several = [Cnf(cnf.inputs, cnf.variables, (*all_but_last, (v,))) for v in range(1, cnf.variables + 1)]
        require_form(several[0])
        return [extend(each, tables.inputs, tables.rows) for each in several]

    right = defined(cnf.clauses[:-1])
    for index, clause in enumerate(cnf.clauses[:-1]):
        for place in range(len(clause)):
            wrong = (*clause[:place], -clause[place], *clause[place + 1 :])
            try:
                assert defined((*cnf.clauses[:index], wrong, *cnf.clauses[index + 1 : -1])) != right
            except FormError:
                continue


def solved(cnf: Cnf) -> tuple[bool | None, list[int]]:
    with Solver("cadical195", bootstrap_with=cnf.clauses) as solver:
        answer = solver.solve()
        return answer, (solver.get_model() or []) if answer is True else []


@pytest.mark.slow
@pytest.mark.parametrize("seeds", slow_after(1, [range(40), range(40, 80)]))
def test_questions_of_random_programs(seeds: range) -> None:
    """As bitwuzla answers, and on every word as the circuit does; a model is a word that breaks the claim."""
    for seed in seeds:
        made = instance(seed)
        question = Question(Claim(made.program, made.left, made.right, made.bound), made.length)
        circuit, pair = question.bits.circuit, Pair(question.claim)
        require_form(question.cnf)
        every = list(made.words())
        broken = [differ(*pair.run(made.spelled(word))) for word in every]
        found = extend(question.cnf, columns(circuit, every), len(every))
        assert [bool(found >> k & 1) for k in range(len(every))] == broken, seed
        answer, model = solved(question.cnf)
        assert answer is any(broken)
        width = circuit.code_width
        assert BACKENDS["bitwuzla"].open(question.script(), made.length, width).check() is answer
        if answer:
            # Letters that no clause mentions may be missing in a model.
            codes = [sum((p * width + b + 1 in model) << b for b in range(width)) for p in range(made.length)]
            word = tuple(code if code < circuit.alphabet else 0 for code in codes)
            assert broken[every.index(word)]


@pytest.mark.parametrize(
    ("name", "text", "length"),
    [
        ("dyck1-relu", "fixed(8)", 12),
        ("dyck1-relu", "fixed(10)", 12),
        ("palindrome", "fixed(8)", 8),
        ("dyck1", "R(2)", 6),
    ],
)
def test_cases_as_they_are_defined(name: str, text: str, length: int) -> None:
    question = Question(Claim(CASES[name].program, EXACT, parse(text), length), length, reduce=False)
    require_form(question.cnf)
    answer, _ = solved(question.cnf)
    assert answer is not None
    assert BACKENDS["bitwuzla"].open(question.script(), length, 1).check() is answer


def test_products_and_quotients_are_proved_right_by_a_solver() -> None:
    """Wider than enumeration goes: (a · d + r) / d = a for all a and r < d has no counterexample."""
    width, aig = 8, Aig(16)
    a, r = ([aig.input(k + start) for k in range(width)] for start in (1, 9))
    for d in (3, 5, 12, 100, 255):
        wide = words.zero_extended(aig, a, 17)
        rest = words.zero_extended(aig, r, 17)
        total = words.add(aig, words.multiply(aig, wide, words.constant(aig, d, 17)), rest, aig.false)
        back = words.equal(aig, words.divide(aig, total, d), wide)
        small = words.at_most(aig, rest, words.constant(aig, d - 1, 17))
        assert solved(clauses(aig, aig.both(small, back ^ 1)))[0] is False
        assert solved(clauses(aig, aig.both(small ^ 1, back)))[0] is False
        assert solved(clauses(aig, aig.both(small, back)))[0] is True
