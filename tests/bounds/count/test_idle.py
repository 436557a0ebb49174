"""Idle roundings: the pass changes no value and no failure, and finds what it is there to find."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from logbits.bounds.count.idle import without_idle
from logbits.bounds.count.monotone import proves
from logbits.bounds.count.run import CountRun
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import Arithmetic
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.program.program import Attend, Program, Round
from logbits.encode.term.terms import Terms, evaluate_all
from logbits.encode.term.unroll import Unrolled
from support.random_parts import WAYS, arithmetic_of
from support.random_questions import random_program

SEEDS = 300
CHUNKS = [range(start, start + 30) for start in range(0, SEEDS, 30)]
LENGTH = 3


def sides(program: Program, arithmetic: Arithmetic, bound: int = LENGTH) -> tuple[Program, Program]:
    given = twin(program, arithmetic, bound).program
    return given, without_idle(given, bound)


def tell(program: Program) -> list[tuple[object, ...]]:
    """Outcome and failure on every word."""
    terms = Terms(len(program.alphabet), LENGTH)
    run = Unrolled(program, terms)
    outcome, failures = run.outcome(), run.failures()
    found: list[tuple[object, ...]] = []
    for word in itertools.product(range(len(program.alphabet)), repeat=LENGTH):
        values = evaluate_all(terms, word, [*outcome, *failures])
        failed = any(values[term] for term in failures)
        found.append((failed, *([] if failed else [values[term] for term in outcome])))
    return found


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_no_run_changes(seeds: range) -> None:
    changed = 0
    for seed in seeds:
        rng = random.Random(f"idle {seed}")
        program = random_program(rng, LENGTH, rng.choice((2, 2, 3)))
        try:
            given, shorter = sides(program, arithmetic_of(rng, WAYS[seed % len(WAYS)]))
        except ValueError:
            continue  # no scale fits, or a parameter overflows
        changed += given != shorter
        if given != shorter:
            assert tell(given) == tell(shorter), seed
    assert changed


def test_sums_of_which_nothing_is_lost_leave_a_program_symmetric() -> None:
    majority = CASES["majority-affine"].program
    for text, bound, symmetric in (
        ("bf16 iterative", 256, True),  # 8 significant bits hold every integer up to 256
        ("bf16 iterative", 257, False),
        ("fp16 iterative nearest-even", 2048, True),
        ("fixed(12, 4) iterative", 127, True),
        ("fixed(12, 4) iterative", 128, False),  # the greatest number is 128 - 1/16
        ("bf16 iterative accumulators(float(12, 8))", 4096, True),
    ):
        given, shorter = sides(majority, parse(text), bound)
        assert not given.symmetric
        assert shorter.symmetric == symmetric, text
        if symmetric:
            assert CountRun(shorter).run((bound - 1, 1)).failed is False


def test_overflow_that_cannot_happen_does_not_stand_in_the_way() -> None:
    for text in ("fp16", "fixed(8) error", "bf16 iterative nearest-even", "e4m3fn"):
        given, shorter = sides(CASES["majority-affine"].program, parse(text), 64)
        assert not proves(given)
        assert proves(shorter), text
    _, failing = sides(CASES["majority-affine"].program, parse("fixed(8, 8) error"), 64)
    assert not proves(failing)  # 1 is beyond 127/256


def test_a_denominator_that_cannot_overflow_does_not_stand_in_the_way() -> None:
    for text, bound, monotone in (
        ("fixed(8) error denominator(ufixed(3, 0), iterative)", 7, True),
        ("fixed(8) error denominator(ufixed(3, 0), iterative)", 8, False),
        ("fp16 denominator(float(2, 5), iterative)", 64, True),
        ("fp16 denominator(float(2, 2), iterative)", 8, False),
    ):
        assert proves(sides(CASES["majority-affine"].program, parse(text), bound)[1]) is monotone


def test_sums_of_weighted_values_leave_a_program_symmetric_where_they_lose_nothing() -> None:
    """Weights down to 1/64 in steps of 1/256: sixteen bits hold all sums of them, eleven do not."""
    text = "bf16 iterative weights(fixed(16, 8)) accumulators({})"
    for form, symmetric in (("fixed(16, 8)", True), ("fixed(11, 7)", False), ("bf16", True), ("float(7, 8)", False)):
        given, shorter = sides(CASES["majority-affine"].program, parse(text.format(form)), 64)
        assert not given.symmetric
        assert shorter.symmetric is symmetric, form


def test_a_declared_range_proves_nothing() -> None:
    program = CASES["majority-affine"].program
    program = replace(program, ranges=((0, (program.readout.form.const * 0, -program.readout.form.const)),))  # type: ignore[union-attr]
    given, shorter = sides(program, parse("fixed(8) error"), 8)
    assert any(isinstance(op, Round) and op.rounding.overflow == "error" for op in shorter.ops)
    assert given.ops[1] == shorter.ops[1]


def test_sums_of_means_are_not_sums_of_integers() -> None:
    """Means of 0 and 1 are no multiples of 1: an accumulator of integers loses some of their sum."""
    given, shorter = sides(CASES["prefix-mean"].program, parse("fixed(8) iterative accumulators(fixed(5, 0))"), 6)
    before, after = ([op.total for op in each.ops if isinstance(op, Attend)] for each in (given, shorter))
    assert len(before) == len(after) == 2
    assert after == [None, before[1]]
    assert before[1] is not None


def test_a_sum_that_is_rounded_stays() -> None:
    """But where it sticks it does not overflow."""
    given, shorter = sides(CASES["majority-affine"].program, parse("float(2, 5) iterative"), 8)
    [before], [after] = ([op for op in each.ops if isinstance(op, Attend)] for each in (given, shorter))
    assert before.total is not None
    assert after == replace(before, total=replace(before.total, overflow="saturate"))
    given, shorter = sides(CASES["majority-affine"].program, parse("fixed(5, 2) iterative error"), 8)
    assert [op for op in shorter.ops if isinstance(op, Attend)] == [op for op in given.ops if isinstance(op, Attend)]
