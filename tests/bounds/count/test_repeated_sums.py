"""Running sums of equal terms, and runs on counts in which sums are rounded on their way."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.count.idle import without_idle
from logbits.bounds.count.kinds import kinds, symmetric
from logbits.bounds.count.monotone import proves
from logbits.bounds.count.parametric import Parametric
from logbits.bounds.count.run import CountRun, breaking_word
from logbits.bounds.count.running import Running, furthest
from logbits.bounds.count.symbolic_run import UnsupportedError
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.number.rounding import MODES, OVERFLOWS, Rounding, fixed_point, floating
from logbits.encode.program.program import Attend, Program
from logbits.verify.decide.counting import Counting, counting
from logbits.verify.reference.pair import Pair
from support.random_symmetric import symmetric_program

FORMATS = [
    *(
        fixed_point(4, f, signed, mode, overflow)
        for f in (0, 2)
        for signed in (False, True)
        for mode in MODES
        for overflow in OVERFLOWS
    ),
    *(floating(2, 3, False, mode, overflow) for mode in MODES for overflow in OVERFLOWS),
]
TERMS = [mpq(text) for text in ("0", "1", "-1", "1/4", "3/8", "-3/8", "1/16", "3", "-5/2")]


@pytest.mark.parametrize("rounding", FORMATS, ids=str)
def test_sums_against_additions(rounding: Rounding) -> None:
    for start, term in itertools.product(map(rounding.apply, TERMS), TERMS):
        sums, total, failed = Running(rounding, start, term), start, False
        for count in range(40):
            assert (sums.after(count), sums.fails(count)) == (total, failed)
            failed |= rounding.overflow == "error" and rounding.overflows(total + term)
            total = rounding.apply(total + term)
        other = Running(rounding, start, term)
        assert [other.after(count) for count in (17, 3, 39)] == [sums.after(count) for count in (17, 3, 39)]


@pytest.mark.parametrize("rounding", FORMATS, ids=str)
def test_no_sum_is_further(rounding: Rounding) -> None:
    rng = random.Random(f"{rounding}")
    for term in TERMS:
        reached = furthest(rounding, term, 9)
        if reached is None:
            continue
        for _ in range(40):
            total = mpq(0)
            for _ in range(9):
                exact = total + term * rng.choice((mpq(0), mpq(1, 3), mpq(1, 2), mpq(1)))
                assert not rounding.overflows(exact)
                total = rounding.apply(exact)
                assert min(reached, mpq(0)) <= total <= max(reached, mpq(0))


def test_a_sum_that_sticks_is_short() -> None:
    sums = Running(floating(8, 8, False, "nearest-even", "error"), mpq(0), mpq(1))
    assert sums.after(10**9) == 256
    assert not sums.fails(10**9)


# -- in runs


def sums_program(rng: random.Random) -> Program:
    """Means of features that are 0 or one number at the symbols of words."""
    letters = rng.choice((1, 2, 2, 3))
    t = Builder("sums", "abc"[:letters], bos=rng.random() < 0.4, eos=rng.random() < 0.4)
    number = rng.choice((1, 1, 2, 3, "1/2", "-3/4"))
    hit = rng.sample(t.alphabet, rng.randint(1, letters))
    special = {a: rng.choice((0, 1, "-1/2")) for a in ("BOS",) * t.bos + ("EOS",) * t.eos}
    x = t.embed(dict.fromkeys(hit, number) | special)
    head = t.uniform(x) if rng.random() < 0.6 else t.attend(t.key(t.symbol(rng.choice(t.alphabet))), x)
    truth = head > rng.choice((0, "1/2", "1/3"))
    share = t.uniform(t.both(truth, t.symbol(t.alphabet[-1])))
    form = rng.choice((head, share, head - share)) - rng.choice((0, "1/2", "2/5"))
    return rng.choice((lambda: t.accept(form, "last"), lambda: t.output(form)))()


ROUNDING = [
    "fixed(3) iterative",
    "float(2, 4) iterative nearest-even",
    "fixed(3, 1) iterative error ceil",
    "fixed(3, 1) iterative wrap",
    "float(3, 3) iterative accumulators(float(2, 3)) nearest-away",
]


@pytest.mark.first(2)
@pytest.mark.parametrize("seed", range(60))
def test_first_breaking_words_against_all_words(seed: int) -> None:
    rng = random.Random(f"sums {seed}")
    program = sums_program(rng)
    claim = Claim(program, EXACT, parse(ROUNDING[seed % len(ROUNDING)]), 6)
    counted, pair = counting(claim), Pair(claim)
    assert counted is not None
    for length in range(1, 6):
        words = itertools.product(range(len(program.alphabet)), repeat=length)
        expected = next((word for word in words if pair.breaks(pair.spell(word))), None)
        assert counted.breaking_word(length) == expected, length
        assert counted.runs is not None
        assert breaking_word(*counted.runs, length, claim.kind) == expected
        if counted.monotone is not None:
            assert counted.monotone.breaking_word(length) == expected


def given(program: Program, arithmetic: str, bound: int = 8) -> Program:
    return twin(program, parse(arithmetic), bound).program


def test_terms_that_differ_matter_in_their_order() -> None:
    t = Builder("p", "ab")
    signs = t.accept(t.uniform(t.embed({"a": 1, "b": -1})))
    assert kinds(given(signs, "fixed(3) iterative")) is None
    assert symmetric(given(signs, "fixed(3)"))
    with pytest.raises(ValueError, match="not symmetric"):
        CountRun(given(signs, "fixed(3) iterative"))
    t = Builder("p", "ab", bos=True)
    other = given(t.accept(t.uniform(t.embed({"a": 0, "b": -1, "BOS": 5}))), "fixed(3) iterative")
    assert symmetric(other)  # BOS comes first in every word
    t = Builder("p", "ab")
    means = t.accept(t.uniform(t.both(t.uniform(t.symbol("a")) > 0, t.symbol("b"))))
    assert symmetric(given(means, "fixed(3) iterative"))
    t = Builder("p", "ab")
    share = t.store(t.uniform(t.symbol("a")) + t.symbol("b"))
    assert not symmetric(given(t.accept(t.uniform(share)), "fixed(3) iterative"))


def test_sums_that_stick_do_not_overflow() -> None:
    t = Builder("p", "ab")
    program = t.accept(t.uniform(t.symbol("b")) - "1/2")
    for bound, calm in ((15, True), (16, True), (4096, True)):
        made = without_idle(given(program, "float(4, 6) iterative nearest-even", bound), bound)
        assert proves(made) is calm
    made = without_idle(given(program, "fixed(5, 0) iterative error", 64), 64)
    assert not proves(made)  # 16 ones overflow
    heads = [op for op in made.ops if isinstance(op, Attend)]
    assert heads[0].total is not None


def test_thresholds_of_sums_that_stick() -> None:
    t = Builder("p", "01")
    claim = Claim(t.accept(t.uniform(t.symbol("1")) - "1/2"), EXACT, parse("bf16 iterative nearest-even"), 4096)
    counted = Counting(claim)
    assert counted.monotone is not None
    assert [counted.monotone.breaking_word(n) is not None for n in (255, 256, 257, 4096)] == [False, False, True, True]
    for length in (200, 300):
        assert counted.runs is not None
        assert counted.monotone.breaking_word(length) == breaking_word(*counted.runs, length)


def test_sums_that_stick_are_not_put_into_integers() -> None:
    t = Builder("p", "01")
    made = given(t.accept(t.uniform(t.symbol("1")) - "1/2"), "fixed(3, 1) iterative")
    with pytest.raises(UnsupportedError, match="rounded on its way"):
        Parametric(made, made, 8)


def test_random_programs_without_rounded_sums_are_as_they_were() -> None:
    for seed in range(200):
        program = symmetric_program(random.Random(seed), 2)
        assert symmetric(program) == program.symmetric
