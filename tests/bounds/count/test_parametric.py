"""Length and counts symbolic: the terms against runs on counts, and the question against all words of small lengths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import z3
from gmpy2 import mpq
from logbits.bounds.count.parametric import N, Parametric, count
from logbits.bounds.count.run import CountRun, classes, vectors
from logbits.bounds.count.symbolic_run import UnsupportedError
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.format import Float, LogFloat
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.integer.ratio import number
from logbits.encode.integer.symbolic import Symbolic
from logbits.encode.model.build import Builder
from logbits.encode.number.rounding import MODES
from logbits.encode.program.position import i, n
from logbits.encode.program.program import Outputs, Program
from support.symmetric_claims import CHUNKS, SYMMETRIC, random_claim

ARITHMETICS = [
    "fixed(3)",
    "fixed(4, 2) wrap nearest-even",
    "ufixed(3, 2) error",
    "fixed(5) ceil",
    "R(0)",
    "R(2)",
    "Q(3)",
]


def runs(claim: Claim) -> tuple[Program, Program]:
    left, right = (twin(claim.program, side, claim.bound).program for side in (claim.left, claim.right))
    return left, right


def parts(left: CountRun, right: CountRun, counts: Sequence[int]) -> bool:
    """Whether some word with these counts breaks the claim, by runs on counts."""
    a, b = left.run(counts), right.run(counts)
    places = classes(left.program, counts)
    return a.failed or b.failed or any(a.outcomes[c] != b.outcomes[c] for c in places)


def compare(claim: Claim, lengths: range) -> int:
    """Compares the terms with runs on all counts of the lengths; the number of vectors of counts that break."""
    left, right = runs(claim)
    made, counted = Parametric(left, right, claim.bound), (CountRun(left), CountRun(right))
    broken = 0
    for length in lengths:
        for counts in vectors(len(left.alphabet), length):
            expected = parts(*counted, counts)
            assert made.parts(counts) == expected, (claim, counts)
            broken += expected
    return broken


def unknown(claim: Claim) -> bool:
    """Whether some value is stored in a floating format, or a weight is stored, which integer terms do not know."""
    sides = claim.left, claim.right
    floats = any(isinstance(each, (Float, LogFloat)) for side in sides for each in side.formats())
    return floats or any(side.weights or side.denominator for side in sides)


def ask(made: Parametric, lengths: range) -> tuple[int, ...] | None:
    """What z3 finds: counts that break the claim, or None where it says unsat."""
    context = z3.Context()
    solver = z3.SolverFor("QF_NIA", ctx=context)
    solver.set("timeout", 20_000)
    solver.from_string(made.script(lengths))
    answer = solver.check()
    assert answer in (z3.sat, z3.unsat)
    if answer == z3.unsat:
        return None
    model = solver.model()
    found: list[Any] = [model.eval(z3.Int(name, context), model_completion=True) for name in made.bounds(lengths)]
    values: list[int] = [value.as_long() for value in found]
    assert values[0] == sum(values[1:])
    return tuple(values[1:])


@pytest.mark.first(6)
@pytest.mark.parametrize("name", SYMMETRIC)
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_cases_on_all_counts(name: str, arithmetic: str) -> None:
    program = CASES[name].program
    compare(Claim(program, EXACT, parse(arithmetic), 9), range(1, 10 if len(program.alphabet) == 2 else 7))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("guard", [0, 2])
@pytest.mark.parametrize("value", ["1", "-2/3"])
def test_a_mean_of_equal_values_by_a_reciprocal_is_another_value(mode: str, guard: int, value: str) -> None:
    t = Builder("equal", "ab")
    mean = t.uniform(t.embed({"a": value, "b": value}))
    for program in (t.accept(mean - value), t.accept(value - mean), t.output(mean)):
        claim = Claim(program, EXACT, parse(f"dyadic reciprocal({guard}, {mode})"), 9)
        broken = compare(claim, range(1, 10))
        assert broken or not isinstance(program.readout, Outputs)


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_random_programs_on_all_counts(seeds: range) -> None:
    decided = 0
    for seed in seeds:
        claim = random_claim(seed)
        try:
            decided += compare(claim, range(1, 6)) > 0
        except UnsupportedError:
            assert claim.program.length_aware or unknown(claim)
    assert decided  # both answers occur


@pytest.mark.first(1)
@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_a_solver_finds_what_enumeration_finds(seed: int) -> None:
    claim = next(made for made in map(random_claim, range(seed, seed + 40)) if not unknown(made))
    left, right = runs(claim)
    made, counted = Parametric(left, right, claim.bound), (CountRun(left), CountRun(right))
    broken = [
        length
        for length in range(1, 6)
        if any(parts(*counted, counts) for counts in vectors(len(left.alphabet), length))
    ]
    for lengths in (range(1, 6), range(2, 4), range(5, 6)):
        found = ask(made, lengths)
        assert (found is not None) == any(length in lengths for length in broken)
        if found is not None:
            assert sum(found) in lengths
            assert made.parts(found)
            assert parts(*counted, found)


def test_one_question_for_65536_lengths() -> None:
    program = CASES["majority-affine"].program
    enough, few = (Parametric(*runs(Claim(program, EXACT, parse(f"fixed({bits})"), 65536)), 65536) for bits in (18, 17))
    assert ask(enough, range(1, 65537)) is None
    assert ask(few, range(1, 32769)) is None
    found = ask(few, range(1, 32770))
    assert found is not None
    assert sum(found) == 32769


def test_means_in_two_layers_and_products_with_the_length() -> None:
    t = Builder("layers", "ab", eos=True)
    share = t.uniform(t.symbol("a"))
    scaled = t.product(t.embed({"a": n, "b": n, "EOS": i / (n + 1)}), share)
    program = t.accept(t.uniform(scaled) - t.uniform(t.relu(share - "1/3")) - 1, "eos")
    assert compare(Claim(program, EXACT, parse("fixed(4)"), 9), range(1, 10)) > 0


def test_a_position_expression_that_is_no_ratio_is_refused() -> None:
    t = Builder("powers", "ab", bos=True)
    program = t.accept(t.uniform(t.embed({"a": 1, "b": 0, "BOS": 2**n})) - 1, "bos")
    with pytest.raises(UnsupportedError, match="n symbolic"):
        Parametric(program, program, 8)


def test_a_program_that_reads_order_is_refused() -> None:
    program = CASES["dyck1"].program
    with pytest.raises(ValueError, match="not symmetric"):
        Parametric(program, program, 8)


def test_lengths_beyond_the_bound_are_refused() -> None:
    program = CASES["majority"].program
    made = Parametric(program, program, 8)
    for lengths in (range(1, 10), range(8), range(3, 3)):
        with pytest.raises(ValueError, match="made for lengths"):
            made.bounds(lengths)


def test_the_bounds_of_a_range() -> None:
    program = CASES["majority"].program
    assert Parametric(program, program, 8).bounds(range(3, 7)) == {N: (3, 6), count(0): (0, 6), count(1): (0, 6)}


def test_exact_against_exact_is_the_same_function() -> None:
    for name in SYMMETRIC:
        program = CASES[name].program
        if not any(mpq(1) in low_high for _, low_high in program.ranges):
            made = Parametric(program, program, 40)
            assert not any(made.parts(counts) for counts in vectors(len(program.alphabet), 7))


@pytest.mark.parametrize(("above", "below"), [(7, 2), (-7, 2), (6, 3), (0, 5), (1, 4), (-1, 4)])
def test_a_quotient_of_numbers_is_an_integer(above: int, below: int) -> None:
    assert Symbolic().quotient(number(mpq(above)), number(mpq(below))) == number(mpq(above // below))
