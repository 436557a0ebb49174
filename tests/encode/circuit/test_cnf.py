"""Clauses: the form, what they define, and their text; whatever is not of the form is refused."""

from __future__ import annotations

import itertools
import random

import pytest
from logbits.encode.circuit.cnf import Cnf, FormError, dimacs, extend, read_dimacs, require_form
from pysat.solvers import Solver

# 3 = 1 and 2, 4 = 1 xor 3, asserted: not 4.
AND = ((-3, 1), (-3, 2), (3, -1, -2))
XOR = ((4, 1, -3), (4, -1, 3), (-4, 1, 3), (-4, -1, -3))
GOOD = Cnf(2, 4, (*AND, *XOR, (-4,)))


def test_a_good_one() -> None:
    require_form(GOOD)
    assert extend(GOOD, [0b0101, 0b0011], 4) == 0b1011
    assert extend(Cnf(2, 2, ((-2,),)), [0b01, 0b10], 2) == 0b01
    require_form(Cnf(1, 1, ((1,),)))
    require_form(Cnf(0, 1, ((1,), (-1,))))


@pytest.mark.parametrize(
    ("cnf", "message"),
    [
        (Cnf(2, 4, ()), "must assert one"),
        (Cnf(2, 4, (*AND, *XOR)), "must assert one"),
        (Cnf(2, 4, (*AND, *XOR, (-4, 3))), "must assert one"),
        (Cnf(2, 4, (*AND, *XOR, ())), "clause 8 is empty"),
        (Cnf(2, 4, (*AND, (), *XOR, (-4,))), "clause 4 is empty"),
        (Cnf(2, 4, (*AND, *XOR, (5,))), "does not exist"),
        (Cnf(2, 4, (*AND, *XOR, (0,))), "does not exist"),
        (Cnf(2, 4, ((-3, 1, 1), *AND[1:], *XOR, (-4,))), "repeats a variable"),
        (Cnf(2, 4, ((-3, 3, 1), *AND, *XOR, (-4,))), "repeats a variable"),
        # inputs that are constrained
        (Cnf(2, 4, ((1,), *AND, *XOR, (-4,))), "variable 3 should be defined, not 1"),
        (Cnf(2, 4, (*AND, (1, 2), *XOR, (-4,))), "variable 4 should be defined, not 2"),
        (Cnf(2, 4, (*AND, *XOR, (1,), (-4,))), "variable 5 should be defined, not 1"),
        (Cnf(3, 4, (*AND, *XOR, (-4,))), "variable 4 should be defined, not 3"),
        # a question that was asked already, or twice
        (Cnf(2, 4, (*AND, *XOR, (-4,), (-4,))), "the definition of variable 4 can fail"),
        (Cnf(2, 4, (*AND, (3,), *XOR, (-4,))), "the definition of variable 3 can fail"),
        # order
        (Cnf(2, 4, (*XOR, *AND, (-4,))), "variable 3 should be defined, not 4"),
        (Cnf(2, 4, (*AND[:2], *XOR, AND[2], (-4,))), "variable 5 should be defined, not 3"),
        (Cnf(2, 5, (*AND, *XOR, (-4,))), "variable 5 is not defined"),
        (Cnf(2, 5, (*AND, *XOR, (5,))), "variable 5 is not defined"),
        (Cnf(1, 4, (*AND, *XOR, (-4,))), "variable 2 should be defined, not 3"),
        # definitions that exclude inputs
        (Cnf(2, 4, ((-3, 1), (-3, 2), (3, -1), *XOR, (-4,))), "the definition of variable 3 can fail"),
        (Cnf(2, 4, ((-3, 1), (3, 2), *XOR, (-4,))), "the definition of variable 3 can fail"),
        (Cnf(2, 3, ((3,), (-3, 1), (3,))), "the definition of variable 3 can fail"),
    ],
)
def test_what_is_not_of_the_form_is_refused(cnf: Cnf, message: str) -> None:
    with pytest.raises(FormError, match=message):
        require_form(cnf)


def random_cnf(rng: random.Random) -> Cnf:
    """Few variables, clauses sorted as the form wants: about as often of the form as not."""
    inputs, variables = 2, 5
    clauses: list[tuple[int, ...]] = []
    for v in range(inputs + 1, variables + 1):
        for _ in range(rng.randint(1, 3)):
            others = rng.sample(range(1, v), rng.randint(0, min(2, v - 1)))
            clauses.append(tuple(rng.choice((1, -1)) * each for each in (v, *others)))
    return Cnf(inputs, variables, (*clauses, (rng.choice((1, -1)) * rng.randint(1, variables),)))


def test_the_form_means_that_every_input_extends() -> None:
    """By brute force: of the form, without the assertion, all inputs have a model."""
    rng, accepted, vacuous = random.Random(1), 0, 0
    for _ in range(3000):
        cnf = random_cnf(rng)
        models = {
            bits[: cnf.inputs]
            for bits in itertools.product((False, True), repeat=cnf.variables)
            if all(any(bits[abs(x) - 1] == (x > 0) for x in clause) for clause in cnf.clauses[:-1])
        }
        try:
            require_form(cnf)
        except FormError:
            vacuous += len(models) < 4
            continue
        accepted += 1
        assert len(models) == 4
    assert accepted > 200
    assert vacuous > 200


def test_what_clauses_define_is_what_a_solver_finds() -> None:
    rng, defined = random.Random(2), 0
    for _ in range(3000):
        cnf = random_cnf(rng)
        try:
            require_form(cnf)
            found = extend(cnf, [0b0101, 0b0011], 4)
        except FormError:
            continue
        defined += 1
        with Solver("cadical195", bootstrap_with=cnf.clauses) as solver:
            for k, (x, y) in enumerate(((1, 1), (-1, 1), (1, -1), (-1, -1))):
                assert solver.solve([x, 2 * y]) is bool(found >> k & 1)
    assert defined > 50


@pytest.mark.parametrize("missing", [0, 1, 2, 4, 5, 6])  # Clause 3 is about 1 false and 3 true, which cannot be.
def test_a_definition_with_a_hole_is_noticed_where_it_matters(missing: int) -> None:
    cnf = Cnf(2, 4, (*GOOD.clauses[:missing], *GOOD.clauses[missing + 1 :]))
    require_form(cnf)
    with pytest.raises(FormError, match="is not defined by its clauses"):
        extend(cnf, [0b0101, 0b0011], 4)


def test_extension_wants_definitions_in_order_and_a_column_for_each_input() -> None:
    with pytest.raises(FormError, match="variable 3 should be defined, not 4"):
        extend(Cnf(2, 4, (*XOR, *AND, (-4,))), [0, 0], 1)
    with pytest.raises(FormError, match="is not defined"):
        extend(Cnf(1, 2, ((2,), (-2,), (2,))), [0], 1)
    for columns in ([0], [0, 0, 0], [0, 2], [0, -1]):
        with pytest.raises(ValueError, match="2 columns of 1 bits"):
            extend(GOOD, columns, 1)


def test_text() -> None:
    text = dimacs(GOOD, ("a question", "two\np cnf 1 1\n\nlines"))
    assert text.splitlines() == [
        "c a question",
        "c two",
        "c p cnf 1 1",
        "c",
        "c lines",
        "p cnf 4 8",
        "-3 1 0",
        "-3 2 0",
        "3 -1 -2 0",
        "4 1 -3 0",
        "4 -1 3 0",
        "-4 1 3 0",
        "-4 -1 -3 0",
        "-4 0",
    ]
    assert read_dimacs(text, 2) == GOOD
    assert read_dimacs(dimacs(GOOD), 2) == GOOD


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1 must be"),
        ("p cnf 1 1", "each line"),
        ("p cnf 1 1\n1 0", "each line"),
        ("p cnf 1 1\r\n1 0\r\n", "each line"),
        ("\n", "line 1 must be"),
        ("c only\n", "line 2 must be"),
        ("cnf\np cnf 1 1\n1 0\n", "line 1 must be"),
        ("p cnf 1 1 \n1 0\n", "line 1 must be"),
        ("p  cnf 1 1\n1 0\n", "line 1 must be"),
        ("p cnf 01 1\n1 0\n", "line 1 must be"),
        ("p cnf 1 2\n1 0\n", "2 clauses are announced"),
        ("p cnf 1 1\n1 0\n1 0\n", "1 clauses are announced"),
        ("p cnf 1 1\nc late\n", "line 2 is no clause"),
        ("p cnf 1 1\n1\n", "line 2 is no clause"),
        ("p cnf 1 1\n1 0 \n", "line 2 is no clause"),
        ("p cnf 1 1\n1  0\n", "line 2 is no clause"),
        ("p cnf 1 1\n+1 0\n", "line 2 is no clause"),
        ("p cnf 1 1\n1 00\n", "line 2 is no clause"),
        ("p cnf 1 1\n-0\n", "line 2 is no clause"),
        ("p cnf 1 1\n٣ 0\n", "line 2 is no clause"),
        ("p cnf 1 1\n1 0 1 0\n", "line 2 has a 0 before its end"),
        ("p cnf 1 1\n-2 0\n", "a variable that was not announced"),
        ("p cnf 0 0\n", "0 variables and 0 clauses are announced for 1 inputs"),
        ("p cnf -1 1\n1 0\n", "for 1 inputs"),
    ],
)
def test_other_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(FormError, match=message):
        read_dimacs(text, 1)
