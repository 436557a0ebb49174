"""Causal heads read at the end, checked: extents hold what runs store, and what is freed of its mask decides alike."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import DECISION
from logbits.encode.model.build import Builder
from logbits.encode.number.rounding import fixed_point
from logbits.encode.program.program import Attend, Mask, Place, Program
from logbits.verify.checker.counts import check_counts
from logbits.verify.checker.ends import seen_from_the_end
from logbits.verify.checker.extents import Extents, running
from logbits.verify.checker.monotone import check_thresholds
from logbits.verify.checker.refused import Refused
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.run import Reference
from support.random_parts import WAYS, arithmetic_of
from support.random_questions import random_program

SEEDS = 240
CHUNKS = [range(start, start + 30) for start in range(0, SEEDS, 30)]
LENGTH = 3


def quiet() -> None:
    """Time is never up."""


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_extents_hold_what_is_stored(seeds: range) -> None:
    """And what is not said to be able to fail does not."""
    for seed in seeds:
        rng = random.Random(f"extents {seed}")
        program = random_program(rng, LENGTH, 2)
        try:
            arithmetic = arithmetic_of(rng, WAYS[seed % len(WAYS)])
            made, reference = twin(program, arithmetic, LENGTH), Reference(program, arithmetic, LENGTH)
        except ValueError:
            continue  # no scale fits, or a parameter overflows
        known = Extents(made.program, LENGTH)
        for word in itertools.product(program.alphabet, repeat=LENGTH):
            run = reference.run(word)
            assert run.failure is None or known.failing, seed
            if run.failure is None:
                for k, column in enumerate(run.values):
                    low, high = known.ends[made.stored[k]]
                    several = [v for each in column for v in (each if isinstance(each, tuple) else (each,))]
                    assert all(low <= v <= high for v in several if v is not None), (seed, k)


def prefixes(place: Place = "last", mask: Mask = "causal", *, eos: bool = False) -> Program:
    t = Builder("p", "01", eos=eos)
    return t.accept(t.uniform(t.symbol("1"), mask) - t.uniform(t.symbol("0"), mask), place)


@pytest.mark.parametrize("arithmetic", ["fixed(3)", "fixed(5)", "fixed(4, 2) wrap", "fixed(4) error", "R(0)"])
@pytest.mark.parametrize("eos", [False, True])
def test_counts_of_prefixes_against_all_words(arithmetic: str, eos: bool) -> None:
    claim = Claim(prefixes("eos" if eos else "last", eos=eos), EXACT, parse(arithmetic), 8)
    left, right, *_ = claim.twins()
    pair = Pair(claim)
    for length in range(1, 7):
        broken = any(pair.breaks(word) for word in itertools.product("01", repeat=length))
        for check in (
            lambda n: check_counts(left, right, DECISION, n, quiet),
            lambda n: check_thresholds(left, right, DECISION, range(n, n + 1), quiet),
        ):
            if broken:
                with pytest.raises(Refused, match="does not hold"):
                    check(length)
            else:
                assert check(length)


def test_what_does_not_see_everything_is_refused() -> None:
    for program in (prefixes("first"), prefixes(mask="strict"), prefixes("last", eos=True)):
        assert seen_from_the_end(program, 4) is program or seen_from_the_end(program, 4) == program
        with pytest.raises(Refused, match="does not look at counts alone"):
            check_counts(program, program, DECISION, 4, quiet)
    t = Builder("p", "01")
    share = t.uniform(t.symbol("1"), "causal")
    program = t.accept(t.uniform(share, "causal") - "1/2")
    masks = [op.mask for op in seen_from_the_end(program, 4).ops if isinstance(op, Attend)]
    assert masks == ["causal", "none"]
    with pytest.raises(Refused, match="mask causal"):
        check_counts(program, program, DECISION, 4, quiet)


def test_what_may_fail_elsewhere_is_refused() -> None:
    t = Builder("p", "ab")
    table = t.accept(t.table(t.uniform(t.symbol("a"), "causal"), {"1/2": 1}))
    t = Builder("p", "ab")
    thrice = t.accept(t.store(3 * t.uniform(t.symbol("a"), "causal")) - 1)
    t = Builder("p", "ab")
    x = t.symbol("a")
    score = t.accept(t.attend(t.key(x) * 200, x, "causal"))
    for made, arithmetic in ((table, "exact"), (thrice, "fixed(8, 6) error"), (score, "fixed(8, 0) error")):
        program = twin(made, parse(arithmetic), 4).program
        with pytest.raises(Refused, match="may fail where a causal head does not see the whole word"):
            seen_from_the_end(program, 2)


def test_operands_come_before() -> None:
    program = prefixes()
    head = program.ops[1]
    assert isinstance(head, Attend)
    with pytest.raises(Refused, match="reads what does not come before it"):
        seen_from_the_end(replace(program, ops=(program.ops[0], replace(head, value=3), *program.ops[2:])), 3)


def test_running_sums() -> None:
    rounding = fixed_point(4, 0, False, "floor", "error")
    assert running(rounding, mpq(1), 15) == 15
    assert running(rounding, mpq(1), 16) is None
    assert running(rounding, mpq(1, 2), 100) == 0


@pytest.mark.parametrize(
    "arithmetic", ["fixed(3) iterative", "float(2, 4) iterative nearest-even", "fixed(3, 1) iterative wrap"]
)
@pytest.mark.parametrize("special", [False, True])
def test_sums_that_are_rounded_on_their_way_against_all_words(arithmetic: str, special: bool) -> None:
    t = Builder("p", "01", bos=special, eos=special)
    x = t.embed({"1": "3/4", "BOS": "1/2", "EOS": "-1/2"} if special else {"1": 1})
    program = t.accept(t.uniform(x) - "1/2")
    refused = 0
    for other in ("exact", "fixed(6) iterative"):
        claim = Claim(program, parse(other), parse(arithmetic), 7)
        left, right, *_ = claim.twins()
        pair = Pair(claim)
        for length in range(1, 7):
            broken = any(pair.breaks(word) for word in itertools.product("01", repeat=length))
            for check in (
                lambda n, left=left, right=right: check_counts(left, right, DECISION, n, quiet),
                lambda n, left=left, right=right: check_thresholds(left, right, DECISION, range(n, n + 1), quiet),
            ):
                try:
                    check(length)
                except Refused as reason:
                    said = str(reason)
                else:
                    said = ""
                assert broken == ("hold" in said) or "overflows" in said or "not known to be monotone" in said
                refused += said != ""
    assert 0 < refused < 24
