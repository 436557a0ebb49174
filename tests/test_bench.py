"""What the benchmark compares with: the naive formulas and enumerations say what the reference run says."""

from __future__ import annotations

import itertools

import pytest
import z3
from bench import naive, run
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.reference.pair import Pair

BITS = [(n, frac) for n in (1, 2, 3, 4) for frac in (1, 2, 7)]


def quotient(frac: int) -> str:
    return f"dyadic quotient({frac})"


def words(model: str, n: int) -> list[tuple[str, ...]]:
    """All words of a length; in the order of the enumerations, whose least bit is the first symbol."""
    zero, one = sorted(CASES[model].program.alphabet, key="0)1(".index)
    return [tuple(one if letter else zero for letter in word[::-1]) for word in itertools.product((0, 1), repeat=n)]


def outcomes(model: str, n: int, arithmetic: str, bound: int = 0) -> list[tuple[list[bool], list[bool]]]:
    """What the reference runs in low precision and in exact arithmetic say on all words, as truth values."""
    program = CASES[model].program
    pair = Pair(Claim(program, EXACT, parse(arithmetic), bound or n))
    said: list[tuple[list[bool], list[bool]]] = []
    for word in words(model, n):
        exact, low = pair.readings(*pair.run(word))
        assert exact is not None
        assert low is not None
        said.append(([value == 1 for value in low], [value == 1 for value in exact]))
    return said


@pytest.mark.parametrize("model", naive.FORMULAS)
def test_the_formulas_agree_with_the_reference_run(model: str) -> None:
    differences = 0
    for n, frac in BITS:
        formula = naive.FORMULAS[model](n, frac)
        for word, expected in zip(words(model, n), outcomes(model, n, quotient(frac)), strict=True):
            values = [
                (letter, z3.BoolVal(symbol in "1(")) for letter, symbol in zip(naive.letters(n), word, strict=True)
            ]
            low, exact = ([z3.is_true(z3.simplify(z3.substitute(bit, values))) for bit in side] for side in formula)
            assert (low, exact) == expected, (n, frac, word)
            differences += low != exact
    assert differences, "nothing was compared that precision changes"


@pytest.mark.parametrize("model", naive.FORMULAS)
def test_the_question_is_whether_some_word_differs(model: str) -> None:
    for n, frac in BITS:
        broken = any(low != exact for low, exact in outcomes(model, n, quotient(frac)))
        assert naive.question(model, n, frac).check() == (z3.sat if broken else z3.unsat)


@pytest.mark.parametrize("model", naive.ENUMERATIONS)
def test_the_enumerations_agree_with_the_reference_run(model: str) -> None:
    pytest.importorskip("numpy")
    for n, frac in BITS:
        low, exact = naive.ENUMERATIONS[model](n, frac)
        assert [([bool(a)], [bool(b)]) for a, b in zip(low, exact, strict=True)] == outcomes(model, n, quotient(frac))


@pytest.mark.parametrize("row", run.ROWS, ids=str)
def test_the_arithmetic_of_a_row_is_that_of_its_formula(row: run.Row) -> None:
    for n in (1, 2, 3, 4):
        said = outcomes(row.model, n, row.arithmetic, row.n)
        assert said == outcomes(row.model, n, quotient(row.frac))
