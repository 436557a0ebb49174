"""What the benchmark compares with: the naive formulas and enumerations say what the reference run says."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy
import pytest
import z3
from bench import enumerations, naive, rivals, run, solve
from bench.families import FAMILIES, Family
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.reference.pair import Pair

LENGTHS = (1, 2, 3, 4)
COMPARED = [
    *((name, n, p) for name in FAMILIES for n in LENGTHS for p in (1, 2, 3, 7) if name != "induction" or p >= 3),
    *(("palindrome", 5, 1), ("induction", 5, 3), ("induction", 5, 4), ("most-frequent", 5, 1)),
]
NEEDS = {"cvc5": find_spec("cvc5"), "CP-SAT": find_spec("ortools"), "ABC": Path(solve.ABC).exists()}
"""What rivals need that not every installation has."""

Sides = tuple[list[bool], list[bool]]


def words(model: str, n: int) -> list[tuple[str, ...]]:
    """All words of a length, in the order of the enumerations, whose least digit is the first symbol."""
    alphabet = sorted(CASES[model].program.alphabet, key="0)1(abc".index)
    return [word[::-1] for word in itertools.product(alphabet, repeat=n)]


def outcomes(model: str, n: int, arithmetic: str, bound: int = 0) -> list[Sides]:
    """What the reference runs in low precision and in exact arithmetic say on all words, as truth values."""
    program = CASES[model].program
    pair = Pair(Claim(program, EXACT, parse(arithmetic), bound or n))
    said: list[Sides] = []
    for word in words(model, n):
        exact, low = pair.readings(*pair.run(word))
        assert exact is not None
        assert low is not None
        said.append((truths(model, low), truths(model, exact)))
    return said


def truths(model: str, values: Sequence[object]) -> list[bool]:
    """The truth values of the naive side: classes are numbers, and of three that are one everywhere two are asked."""
    if model != "most-frequent":
        return [value == 1 for value in values]
    assert len(set(values)) == 1
    return [values[0] == 0, values[0] == 1]


@pytest.mark.parametrize(("model", "n", "precision"), COMPARED)
def test_the_formulas_agree_with_the_reference_run(model: str, n: int, precision: int) -> None:
    formula = naive.FORMULAS[model](n, precision)
    expected = outcomes(model, n, FAMILIES[model].text(precision))
    for word, sides in zip(words(model, n), expected, strict=True):
        values = [
            (letter, z3.BoolVal(symbol in of))
            for name, of in (("letter", "1(b"), ("other", "c"))
            for letter, symbol in zip(naive.letters(n, name), word, strict=True)
        ]
        low, exact = ([z3.is_true(z3.simplify(z3.substitute(bit, values))) for bit in side] for side in formula)
        assert (low, exact) == sides, word


@pytest.mark.parametrize(("model", "n", "precision"), COMPARED)
def test_the_enumerations_agree_with_the_reference_run(model: str, n: int, precision: int) -> None:
    expected = outcomes(model, n, FAMILIES[model].text(precision))
    low, exact = enumerations.ENUMERATIONS[model](numpy.arange(len(expected)), n, precision)
    assert [
        ([bool(side[place]) for side in low], [bool(side[place]) for side in exact]) for place in range(len(expected))
    ] == expected


@pytest.mark.parametrize("model", FAMILIES)
def test_what_is_compared_is_changed_by_precision(model: str) -> None:
    compared = [(n, p) for name, n, p in COMPARED if name == model]
    text = FAMILIES[model].text
    broken = [any(low != exact for low, exact in outcomes(model, n, text(p))) for n, p in compared]
    assert set(broken) == {False, True}


@pytest.mark.parametrize("model", FAMILIES)
@pytest.mark.parametrize("rival", [name for name in solve.RIVALS if name != rivals.OURS])
def test_each_rival_answers_as_the_reference_run_does(rival: str, model: str) -> None:
    if not NEEDS.get(rival, True):
        pytest.skip(f"{rival} is not there")
    family, said = FAMILIES[model], set[str]()
    for n, p in ((n, p) for name, n, p in COMPARED if name == model):
        answer = solve.RIVALS[rival](family, n, p, 60)()
        broken = any(low != exact for low, exact in outcomes(model, n, family.text(p)))
        assert answer == ("refuted" if broken else "verified"), (n, p)
        said.add(answer)
    assert said == {"verified", "refuted"}


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_a_family_names_a_precision_that_suffices_and_one_that_does_not(family: Family) -> None:
    assert solve.ours(family, 7, family.suffices(7), 60)() == "verified"
    assert solve.ours(family, 7, family.short(7), 60)() == "refuted"
    for n in range(1, 7):
        assert not enumerations.broken(family.model, n, family.suffices(n))
    assert enumerations.broken(family.model, 7, family.short(7))


def test_a_solve_has_a_process_and_a_limit() -> None:
    family = FAMILIES["majority-affine"]
    solved = rivals.ask("numpy", family, 7, family.suffices(7), 60, 4096)
    assert solved.answer == "verified"
    assert 0 < solved.seconds < 60
    late = rivals.ask("numpy", family, 40, family.suffices(40), 1, 4096)
    assert (late.answer, late.why) == (None, "time")
    large = rivals.ask("numpy", family, 7, family.suffices(7), 60, 64)
    assert (large.answer, large.why) == (None, "memory to make the question")


def test_the_table_says_how_far_each_got() -> None:
    reaches = {"z3": rivals.Reach(16, 8.0, "time"), "numpy": rivals.Reach(), "logbits": rivals.Reach(65536, 3.0)}
    result = rivals.Result("dyck1-relu", reaches, "z3", 0.5)
    head, row = rivals.rows([result])
    assert head == ["family", "arithmetic at n", "z3", "numpy", "logbits", "best rival / ours"]
    assert row[2:] == ["16", "none", "≥ 65 536", "z3, n = 16: 8 s / 0.5 s = 16"]


@pytest.mark.parametrize("row", run.ROWS, ids=str)
def test_the_arithmetic_of_a_row_is_that_of_its_formula(row: run.Row) -> None:
    for n in LENGTHS:
        said = outcomes(row.model, n, row.arithmetic, row.n)
        assert said == outcomes(row.model, n, f"dyadic quotient({row.frac})")
