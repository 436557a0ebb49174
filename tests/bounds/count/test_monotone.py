"""Thresholds instead of counts: what is proved to be monotone, and that thresholds say what all counts say."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from logbits.bounds.count.monotone import Monotone, _first_difference, directions, proves
from logbits.bounds.count.run import CountRun, breaking_word
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.model.build import Builder, Expression
from logbits.encode.number.mean import Quotient
from logbits.encode.number.rounding import MODES
from logbits.encode.program.position import i, n
from logbits.encode.program.program import Accept, Attend, Program
from support.random_parts import random_arithmetic
from support.random_symmetric import monotone_program, symmetric_program

BOUND = 64
SEEDS = 120
CHUNKS = [range(start, start + 30) for start in range(0, SEEDS, 30)]
ARITHMETICS = ["fixed(3)", "fixed(8)", "fixed(4, 3) reciprocal(2) ceil", "R(0)", "R(3)", "Q(2)", "Q(5) nearest-even"]


def sides(program: Program, left: Arithmetic, right: Arithmetic, bound: int = BOUND) -> tuple[Program, Program]:
    return twin(program, left, bound).program, twin(program, right, bound).program


def saturating(rng: random.Random) -> Arithmetic:
    """Any arithmetic, with no overflow rule but saturation."""
    while True:
        arithmetic = random_arithmetic(rng)
        if arithmetic.overflow == "saturate":
            return arithmetic


def random_sides(seed: int) -> tuple[Program, Program]:
    """Two runs of a random acceptor that are both proved to be monotone."""
    rng = random.Random(seed)
    while True:
        program = monotone_program(rng)
        try:
            pair = sides(program, EXACT if rng.random() < 0.6 else saturating(rng), saturating(rng))
        except ValueError as error:
            if not any(known in str(error) for known in ("one signed bit", "overflows")):
                raise
            continue
        if all(map(proves, pair)):
            return pair


# -- what is proved


@pytest.mark.parametrize("name", ["majority", "majority-affine"])
@pytest.mark.parametrize("bits", [1, 2, 3, 4, 8, 13])
def test_the_majorities_are_monotone(name: str, bits: int) -> None:
    program = CASES[name].program
    for text in (f"fixed({bits})", f"ufixed({bits}, 2)", f"R({bits})", f"Q({bits})", "exact"):
        assert proves(twin(program, parse(text), BOUND).program)
    for mode in MODES[:2]:
        for mean in (Quotient(), parse(f"R({bits})").mean):
            assert proves(twin(program, Arithmetic(parse(f"fixed({bits})").format, mean, mode), BOUND).program)


@pytest.mark.parametrize("name", ["majority", "majority-affine"])
@pytest.mark.parametrize("overflow", ["wrap", "error"])
def test_wrapping_and_failing_are_not(name: str, overflow: str) -> None:
    assert not proves(twin(CASES[name].program, parse(f"fixed(4) {overflow}"), BOUND).program)


def test_a_head_whose_sum_wraps_is_not() -> None:
    """Though what it stores does not."""
    given = twin(CASES["majority-affine"].program, parse("fixed(4) accumulators(fixed(8))"), BOUND).program
    assert proves(given)
    [head] = [index for index, op in enumerate(given.ops) if isinstance(op, Attend)]
    op = given.ops[head]
    assert isinstance(op, Attend)
    assert op.total is not None
    wrapped = replace(op, total=replace(op.total, overflow="wrap"))
    assert not proves(replace(given, ops=(*given.ops[:head], wrapped, *given.ops[head + 1 :])))


def test_no_other_case_is() -> None:
    assert [name for name, case in CASES.items() if proves(case.program)] == [
        "majority",
        "majority-affine",
        "fraction",
    ]


def acceptor(
    make: Callable[[Builder, Expression], Expression], alphabet: str = "ab", *, bos: bool = False, eos: bool = False
) -> Program:
    t = Builder("p", alphabet, bos=bos, eos=eos)
    return t.accept(make(t, t.uniform(t.symbol("b"))))


RISING = [
    lambda t, x: x - "1/2",
    lambda t, x: 3 * x - "1/2",
    lambda t, x: x + t.symbol("b"),
    lambda t, x: t.relu(x - "1/2"),
    lambda t, x: t.maximum(x, 2 * x - 1, 0),
    lambda t, x: t.nearest(x),
    lambda t, x: x > "1/2",
    lambda t, x: x >= "1/2",
    lambda t, x: t.steps(x, -1, {"1/3": 0, "2/3": 2}),
    lambda t, x: t.steps(-x, -1, {"-1/3": 0, "-2/3": -2}) * 0 + x,
    lambda t, x: x - t.uniform(t.symbol("a")),
    lambda t, x: x - t.uniform(t.store(1 - 2 * t.symbol("b"))),
    lambda t, x: x + t.product(t.symbol("a"), t.symbol("a")),
    lambda t, x: x + t.symbol("b").equals(1),
    lambda t, x: x + t.store(t.steps(t.symbol("b"), 1, {1: 0})),
]
FALLING = [
    lambda t, x: "1/2" - x,
    lambda t, x: t.uniform(t.symbol("a")) - "1/2",
    lambda t, x: t.relu(1 - x),
    lambda t, x: t.steps(-x, -1, {"-2/3": 0, "-1/3": 2}),
    lambda t, x: t.uniform(t.embed({"a": -1, "b": -2})),
]
UNKNOWN = [
    lambda t, x: x.equals("1/2"),
    lambda t, x: x - t.relu(2 * x - 1),
    lambda t, x: t.maximum(x, -x),
    lambda t, x: t.product(x, x),
    lambda t, x: t.product(x, t.symbol("b")),
    lambda t, x: t.table(t.nearest(x), {0: 0, 1: 1}),
    lambda t, x: x + t.table(t.symbol("b"), {0: 0, 1: 1}),  # could fail
    lambda t, x: t.steps(x, 1, {"1/3": 0, "2/3": 2}),
    lambda t, x: t.uniform(x),
    lambda t, x: t.uniform(x > "1/2"),
    lambda t, x: t.uniform(t.store(x + t.symbol("b"))),
    lambda t, x: t.attend(t.key(t.symbol("b")), t.symbol("b")),
    lambda t, x: t.uniform(t.symbol("b"), "causal"),
    lambda t, x: t.uniform(t.symbol("b"), "strict"),
    lambda t, x: t.uniform(t.position(i)),
    lambda t, x: t.uniform(t.position(n)),
    lambda t, x: x - t.position(1 / n),
]


@pytest.mark.parametrize("make", [*RISING, *FALLING])
def test_what_is_monotone(make: Callable[[Builder, Expression], Expression]) -> None:
    program = acceptor(make)
    assert proves(program)
    assert directions(program) == ((1, 1) if make in RISING else (-1, -1))


@pytest.mark.parametrize("make", UNKNOWN)
def test_what_is_not_known_to_be(make: Callable[[Builder, Expression], Expression]) -> None:
    program = acceptor(make)
    assert not proves(program)
    with pytest.raises(ValueError, match="not known to be monotone"):
        Monotone(program, program)
    with pytest.raises(ValueError, match="not known to be monotone"):
        Monotone(acceptor(RISING[0]), program)


def test_values_that_change_with_the_length_are_not_fixed() -> None:
    t = Builder("p", "ab", bos=True)
    share = t.uniform(t.embed({"BOS": 1}))  # 1 / (n + 1), whatever the word
    value = t.product(share - "1/4", t.symbol("b"))
    assert directions(t.accept(share - "1/4")) == (0, 0, 0)
    program = t.accept(t.uniform(value))
    assert not proves(program)
    means = {length: [CountRun(program).features((length - k, k))[-1][2] for k in (0, 1)] for length in (1, 8)}
    assert [second > first for first, second in means.values()] == [True, False]


def test_other_shapes_are_not_known_to_be() -> None:
    assert not proves(acceptor(RISING[0], "abc"))
    assert not proves(acceptor(RISING[0], "b"))
    t = Builder("p", "ab")
    assert not proves(t.output(t.uniform(t.symbol("b"))))


def test_each_class_has_its_direction() -> None:
    t = Builder("p", "ab", bos=True, eos=True)
    mean = t.uniform(t.symbol("b"))
    here = t.embed({"a": 1, "b": 2, "BOS": 3, "EOS": 4})
    assert directions(t.accept(mean + here, "bos")) == (1, 1, 1, 1)
    assert directions(t.accept(here, "bos")) == (0, 0, 0, 0)
    assert directions(t.accept(t.product(mean, here))) == (None,) * 4
    assert directions(t.accept(t.uniform(t.embed({"a": 1, "b": 1, "BOS": i, "EOS": i})))) == (0, 0, 0, 0)


@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_what_is_proved_is_true(seeds: range) -> None:
    """Random programs of all kinds with roundings of all kinds: where it is proved, the decision changes once."""
    proved = 0
    for seed in seeds:
        rng = random.Random(f"proved {seed}")
        for program in (symmetric_program(rng, 2), monotone_program(rng)):
            try:
                rounded = twin(program, random_arithmetic(rng), BOUND).program
            except ValueError:
                continue
            if not proves(rounded):
                continue
            proved += 1
            assert isinstance(rounded.readout, Accept)
            form, run, moves = rounded.readout.form, CountRun(rounded), directions(rounded)
            for length in (1, 2, 5, 8):
                rows = [run.features((length - count, count)) for count in range(length + 1)]
                for c, moved in enumerate(moves):
                    present = range(length) if c == 0 else range(1, length + 1) if c == 1 else range(length + 1)
                    column = [sum((a * rows[count][f][c] for a, f in form.terms), form.const) for count in present]
                    if moved != 0:
                        assert column == sorted(column, reverse=moved == -1)
                    else:
                        assert len(set(column)) == 1
    assert proved > len(seeds) // 3


# -- thresholds


@pytest.mark.parametrize("name", ["majority", "majority-affine"])
@pytest.mark.parametrize("text", ARITHMETICS)
def test_thresholds_say_what_counts_say(name: str, text: str) -> None:
    pair = sides(CASES[name].program, EXACT, parse(text))
    monotone, left, right = Monotone(*pair), *map(CountRun, pair)
    for length in range(1, 41):
        assert monotone.breaking_word(length) == breaking_word(left, right, length)


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_thresholds_of_random_acceptors(seeds: range) -> None:
    broken = fine = 0
    for seed in seeds:
        pair = random_sides(seed)
        left, right = map(CountRun, pair)
        lengths = [1, 2, 3, 4, 5, 7, 8, 12]
        expected = {length: breaking_word(left, right, length) for length in lengths}
        broken += sum(word is not None for word in expected.values())
        fine += sum(word is None for word in expected.values())
        for order in (lengths, lengths[::-1], random.Random(seed).sample(lengths, len(lengths))):
            monotone = Monotone(*pair)
            assert {length: monotone.breaking_word(length) for length in order} == expected, f"seed {seed}"
    assert min(broken, fine) > len(seeds)  # both happen


def test_the_order_of_lengths_does_not_matter() -> None:
    pair = sides(CASES["majority-affine"].program, EXACT, parse("fixed(6)"), 4096)
    lengths = list(range(1, 4096, 97))
    answers = []
    for order in (lengths, lengths[::-1], random.Random(0).sample(lengths, len(lengths))):
        monotone = Monotone(*pair)
        answers.append({length: monotone.breaking_word(length) for length in order})
    assert answers[0] == answers[1] == answers[2]
    assert {word is None for word in answers[0].values()} == {True, False}


def test_ten_thousands_of_positions_take_a_few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monotone = Monotone(*sides(CASES["majority-affine"].program, EXACT, parse("R(0)"), 65536))
    runs: list[int] = []
    original = CountRun.run
    monkeypatch.setattr(CountRun, "run", lambda run, counts: runs.append(sum(counts)) or original(run, counts))
    assert monotone.breaking_word(65535) is not None
    assert len(runs) < 4 * 40
    runs.clear()
    assert monotone.breaking_word(65536) is None
    assert monotone.breaking_word(65534) is not None


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 1), (1, 1), (0, 6), (1, 7), (3, 12)])
def test_where_a_truth_changes(low: int, high: int) -> None:
    program = acceptor(RISING[0])
    for change in range(low, high + 2):
        for last in [None, *range(high + 9)]:
            monotone = Monotone(program, program)
            if last is not None:
                monotone._last[0, 0] = last
            asked: list[int] = []

            def holds(count: int, change: int = change, asked: list[int] = asked) -> bool:
                asked.append(count)
                return count >= change

            assert monotone._change(holds, (0, 0), low, high) == change
            assert all(low <= count <= high for count in asked)
            assert monotone._last == {(0, 0): change}
            if last is not None and last in (change - 1, change):
                assert len(asked) <= 4


def test_a_change_far_away_takes_few_steps() -> None:
    program = acceptor(RISING[0])
    for change in (0, 1, 30_000, 65_535, 65_536, 65_537):
        for last in (0, 40_000, 65_537, 100_000):
            monotone = Monotone(program, program)
            monotone._last[1, 2] = last
            asked: list[int] = []

            def holds(count: int, change: int = change, asked: list[int] = asked) -> bool:
                asked.append(count)
                return count >= change

            assert monotone._change(holds, (1, 2), 0, 65_536) == change
            assert len(asked) <= 3 * 17


def test_the_first_difference_of_ranges() -> None:
    ranges = [range(0)] + [range(start, stop) for start in range(4) for stop in range(start + 1, 5)]
    for a in ranges:
        for b in ranges:
            if a != b:
                assert _first_difference(a, b) == min(set(a) ^ set(b))


def test_no_accepted_count_is_the_same_range_wherever_it_is() -> None:
    """Two runs that reject everything, one rising and one that falls, agree."""
    rejects = (lambda t, x: x - 2, lambda t, x: -1 - x, lambda t, x: 0 * x - 1)
    programs = [acceptor(make) for make in rejects]
    for a in programs:
        for b in programs:
            assert all(Monotone(a, b).breaking_word(length) is None for length in range(1, 6))
    accepts = [acceptor(lambda t, x: x + 1), acceptor(lambda t, x: 2 - x)]
    assert all(Monotone(*accepts).breaking_word(length) is None for length in range(1, 6))
    assert [Monotone(programs[0], accepts[1]).breaking_word(length) for length in (1, 3)] == [(0,), (0, 0, 0)]
