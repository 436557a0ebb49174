"""Thresholds, checked: what is accepted all counts accept, and what is not known to be monotone is refused."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import DECISION, Kind
from logbits.encode.model.build import Builder, Expression
from logbits.encode.number.mean import Iterative, Weights
from logbits.encode.number.rounding import Overflow, Rounding
from logbits.encode.program.position import i, n
from logbits.encode.program.program import Accept, Attend, Form, Monomial, Op, Program, Round, Score
from logbits.verify.checker.counts import check_counts
from logbits.verify.checker.monotone import check_thresholds
from logbits.verify.checker.moves import STAYS, UNKNOWN, Moves, moves
from logbits.verify.checker.refused import Refused
from logbits.verify.checker.symmetric import Symmetric
from logbits.verify.decide.counting import Counting, programs
from support.random_parts import random_arithmetic
from support.random_symmetric import monotone_program, symmetric_program

SEEDS = 160
CHUNKS = [range(start, start + 20) for start in range(0, SEEDS, 20)]
BOUND = 12
RISES, FALLS = Moves(up=True, down=False), Moves(up=False, down=True)


def quiet() -> None:
    """Time is never up."""


def refusal(check: Callable[[], int]) -> str:
    """Why it is refused; nothing where it is not."""
    try:
        check()
    except Refused as refused:
        return str(refused)
    return ""


def random_claim(seed: int) -> Claim:
    """A two-letter acceptor, often monotone, in any two arithmetics."""
    rng = random.Random(seed)
    while True:
        program = monotone_program(rng) if rng.random() < 0.8 else symmetric_program(rng, 2)
        if not isinstance(program.readout, Accept):
            continue
        left = EXACT if rng.random() < 0.6 else random_arithmetic(rng)
        try:
            claim = Claim(program, left, random_arithmetic(rng), BOUND)
            claim.twins()
        except ValueError as error:
            if not any(known in str(error) for known in ("one signed bit", "overflows")):
                raise
            continue
        return claim


# -- against all counts


@pytest.mark.parametrize("seeds", CHUNKS)
def test_what_is_accepted_holds_for_all_counts(seeds: range) -> None:
    """And what is said not to hold does not, and whatever rules prove is accepted."""
    accepted = broken = 0
    for seed in seeds:
        claim = random_claim(seed)
        left, right, *_ = claim.twins()
        proved = Counting(claim).monotone if all(side.symmetric for side in programs(claim)) else None
        for length in range(1, BOUND + 1):
            counts = refusal(lambda: check_counts(left, right, DECISION, length, quiet))  # noqa: B023 (called here)
            lengths = range(length, length + 1)
            said = refusal(lambda: check_thresholds(left, right, DECISION, lengths, quiet))  # noqa: B023
            if not said or said.endswith("does not hold"):
                assert bool(said) == bool(counts), (seed, length, said, counts)
            if proved is not None and "may overflow for some counts" not in said:  # what nobody reads
                assert bool(said) == (proved.breaking_word(length) is not None), (seed, length, said)
            accepted += not said
            broken += said.endswith("does not hold")
    assert accepted > 50
    assert broken > 0


@pytest.mark.parametrize("seeds", CHUNKS)
def test_values_move_as_they_are_said_to(seeds: range) -> None:
    """In all runs of a length; each value at each place, wherever its operation alone may not fail."""
    known: set[Moves] = set()
    for seed in seeds:
        rng, length = random.Random(seed), 7
        program = monotone_program(rng) if rng.random() < 0.5 else symmetric_program(rng, 2)
        try:
            given = twin(program, random_arithmetic(rng), BOUND).program
            side = Symmetric(given, length)
            a, b = given.alphabet
            runs = [side.run({a: length - c, b: c}) for c in range(length + 1)]
            found = moves(given.ops, [runs[c] for c in (0, 1, length - 1, length)], a, b)
        except (Refused, ValueError):  # tests of its own say what is refused
            continue
        for place in (*given.alphabet, *side.special):
            for index, way in found.items():
                values = [run[place][index] for run in runs if place in run and index in run[place]]
                assert not way.up or all(x <= y for x, y in pairwise(values)), (seed, index)
                assert not way.down or all(x >= y for x, y in pairwise(values)), (seed, index)
                known.add(way)
    assert known == {STAYS, RISES, FALLS, UNKNOWN}


# -- far


def thresholds(name: str, arithmetic: str, bound: int, lengths: range) -> int:
    left, right, *_ = Claim(CASES[name].program, EXACT, parse(arithmetic), bound).twins()
    return check_thresholds(left, right, DECISION, lengths, quiet)


@pytest.mark.parametrize(
    ("name", "arithmetic", "bound", "first"),
    [
        ("majority-affine", "fixed(17)", 65536, 32769),
        ("majority-affine", "bf16 nearest-even", 65536, 257),
        ("majority-affine", "fixed(17) error", 65536, 32769),
        ("majority-affine", "fixed(17) wrap", 65536, 32769),
        ("majority-affine", "float(10, 9) iterative", 4096, 513),
        ("fraction", "bf16 nearest-even", 4096, 1027),
    ],
)
def test_the_first_length_that_breaks_is_found_far_out(name: str, arithmetic: str, bound: int, first: int) -> None:
    before = range(first - 100, first)
    assert thresholds(name, arithmetic, bound, before) == 100
    with pytest.raises(Refused, match=r"^on 0\^\d+ 1\^\d+, read at 0: the claim decision does not hold$") as refused:
        thresholds(name, arithmetic, bound, range(first - 100, first + 1))
    zeros, ones = (int(part[2:].rstrip(",")) for part in str(refused.value).split()[1:3])
    assert zeros + ones == first


def test_lengths_need_not_follow_each_other() -> None:
    assert thresholds("majority-affine", "fixed(17)", 65536, range(1, 30000, 997)) == 31
    assert thresholds("majority-affine", "fixed(17)", 65536, range(30000, 0, -997)) == 31


def test_time_is_looked_at_before_each_run() -> None:
    class TimeIsUpError(Exception):
        pass

    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks > 8:
            raise TimeIsUpError

    program = CASES["majority"].program
    with pytest.raises(TimeIsUpError):
        check_thresholds(program, program, DECISION, range(500, 600), tick)
    assert ticks == 9


# -- how values move


def way(make: Callable[[Builder, Expression, Expression], Expression], length: int = 5) -> Moves:
    """How an expression moves, given the share of the second symbol and a constant 2."""
    t = Builder("way", "ab", eos=True)
    share, two = t.uniform(t.symbol("b")), t.embed({"a": 2, "b": 2, "EOS": 2})
    made = t.store(make(t, share, two))
    program = t.accept(made)
    side = Symmetric(program, length)
    runs = [side.run({"a": length - c, "b": c}) for c in (0, 1, length - 1, length)]
    return moves(program.ops, runs, "a", "b")[made.form.terms[0][1]]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda t, x, two: x, RISES),
        (lambda t, x, two: two, STAYS),
        (lambda t, x, two: -x, FALLS),
        (lambda t, x, two: x * 3 - two, RISES),
        (lambda t, x, two: x - t.store(x * 2), UNKNOWN),
        (lambda t, x, two: t.uniform(t.symbol("a")), FALLS),
        (lambda t, x, two: t.uniform(two), STAYS),
        (lambda t, x, two: t.uniform(t.symbol("EOS")), STAYS),
        (lambda t, x, two: t.uniform(x), UNKNOWN),
        (lambda t, x, two: t.product(x, x), UNKNOWN),
        (lambda t, x, two: t.product(x, two), UNKNOWN),
        (lambda t, x, two: t.product(two, two), STAYS),
        (lambda t, x, two: t.maximum(x, two), RISES),
        (lambda t, x, two: t.maximum(-x, two), FALLS),
        (lambda t, x, two: t.maximum(x, -x), UNKNOWN),
        (lambda t, x, two: x > "1/2", RISES),
        (lambda t, x, two: -x >= "-1/2", FALLS),
        (lambda t, x, two: t.compare(x - "1/2", "="), UNKNOWN),
        (lambda t, x, two: t.compare(two - 2, "="), STAYS),
        (lambda t, x, two: t.nearest(-x), FALLS),
        (lambda t, x, two: t.steps(x, 0, {"1/3": 1, "2/3": 1}), RISES),
        (lambda t, x, two: t.steps(x, 0, {"1/3": 1, "2/3": 0}), UNKNOWN),
        (lambda t, x, two: t.steps(x, 2, {"1/3": 1}), UNKNOWN),
        (lambda t, x, two: t.steps(two, 2, {"1/3": 1}), STAYS),
        (lambda t, x, two: t.table(two, {2: 1}), STAYS),
        (lambda t, x, two: t.uniform(t.product(two, t.symbol("b"))), RISES),
    ],
)
def test_each_rule(make: Callable[[Builder, Expression, Expression], Expression], expected: Moves) -> None:
    assert way(make) == expected


def acceptor(make: Callable[[Builder], Expression], change: Callable[[Op], Op] = lambda op: op) -> Program:
    """An acceptor over two symbols, each operation changed."""
    t = Builder("some", "ab")
    program = t.accept(make(t))
    return replace(program, ops=tuple(map(change, program.ops)))


def b(t: Builder) -> Expression:
    return t.uniform(t.symbol("b"))


def with_rounding(rounding: Rounding, of: Callable[[Builder], Expression] = b) -> Program:
    """The acceptor of an expression rounded, compared with 1/2."""
    t = Builder("rounded", "ab")
    program = t.accept(t.store(of(t)) - "1/2")
    size = len(program.ops)
    assert isinstance(program.readout, Accept)
    form = Form(program.readout.form.const, ((mpq(1), size),))
    ops = (*program.ops, Round(size - 1, rounding))
    return replace(program, ops=ops, names=(*program.names, "rounded"), readout=Accept(form, "last"))


def with_total(rounding: Rounding, values: tuple[int, int] = (0, 1), *, iterative: bool = False) -> Program:
    """The acceptor of a mean whose sum is stored."""

    def change(op: Op) -> Op:
        if not isinstance(op, Attend):
            return op
        return replace(op, total=rounding, mean=Iterative() if iterative else op.mean)

    return acceptor(lambda t: t.uniform(t.embed({"a": values[0], "b": values[1]})) - "1/2", change)


def says(left: Program, right: Program | None = None, lengths: range = range(20, 21), kind: Kind = DECISION) -> str:
    return refusal(lambda: check_thresholds(left, left if right is None else right, kind, lengths, quiet))


FINE = mpq(1, 1 << 20)


def test_an_overflow_that_wraps_is_refused_where_it_happens() -> None:
    found: dict[Overflow, str] = {"wrap": "is not known to be monotone", "error": "overflows"}
    for overflow, wrong in found.items():
        well = with_rounding(Rounding(FINE, 0, 1 << 20, overflow=overflow))
        assert says(well) == ""
        above = with_rounding(Rounding(FINE, 0, (1 << 20) - 1, overflow=overflow))
        assert wrong in says(above)
        below = with_rounding(Rounding(FINE, 1, 1 << 20, overflow=overflow))
        assert wrong in says(below)
    assert says(with_rounding(Rounding(FINE, 1 << 18, 1 << 19))) == ""


def test_an_overflow_of_what_moves_in_no_known_way_is_refused() -> None:
    """1/2 - |c/n - 1/2| is greatest in the middle, where no run is made."""

    def hill(t: Builder) -> Expression:
        return t.store("1/2") - t.maximum(b(t) - "1/2", "1/2" - b(t))

    half = (1 << 19) - 1
    assert "overflow for some counts" in says(with_rounding(Rounding(FINE, 0, half, overflow="error"), hill))
    for overflow in ("wrap", "saturate"):
        assert "not known to be monotone" in says(with_rounding(Rounding(FINE, 0, half, overflow=overflow), hill))


def test_a_score_that_may_overflow_for_some_counts_is_refused() -> None:
    """1/2 - |c/n - 1/2| again, that a head looks at which nobody reads."""
    t = Builder("scored", "ab")
    x = b(t)
    hill = t.store(t.store("1/2") - t.maximum(x - "1/2", "1/2" - x))
    program = t.accept(x - "1/2")
    [(_, feature)], size = hill.form.terms, len(program.ops)

    def scored(rounding: Rounding) -> Program:
        looks = Attend(feature, size + 1, "none", "saturated")
        return replace(
            program, ops=(*program.ops, Score((Monomial(mpq(1), (), (feature,)),)), Round(size, rounding), looks)
        )

    assert says(scored(Rounding(FINE, 0, (1 << 19) - 1))) == ""
    assert "may overflow for some counts" in says(scored(Rounding(FINE, 0, (1 << 19) - 1, overflow="error")))


def test_the_sum_of_what_moves_in_no_known_way_is_refused_where_it_may_overflow() -> None:
    """A mean that nobody reads of c/n at one symbol, 0 at the other: c · (n - c)/n is greatest in the middle."""
    t = Builder("sum", "ab")
    x = b(t)
    hill = t.product(x, t.symbol("a"))
    program, [(_, feature)] = t.accept(x - "1/2"), hill.form.terms
    for overflow, refused in (("error", True), ("wrap", True), ("saturate", False)):
        total = Rounding(FINE, 0, 1 << 20, overflow=overflow)  # type: ignore[arg-type]
        unread = Attend(feature, None, "none", "uniform", total=total)
        said = says(replace(program, ops=(*program.ops, unread)))
        assert ("a value may overflow for some counts" in said) if refused else said == ""


def test_a_constant_may_wrap() -> None:
    wraps = Rounding(mpq(1), 0, 1, overflow="wrap")
    assert says(with_rounding(wraps, lambda t: t.store("1/2") * 6)) == ""


def test_an_overflow_of_what_nobody_reads_is_a_failure_too() -> None:
    t = Builder("unread", "ab")
    x = t.uniform(t.symbol("b"))
    program = t.accept(x - "1/2")
    more = (*program.ops, Round(1, Rounding(FINE, 0, 1 << 19, overflow="error")))
    assert "overflows" in says(replace(program, ops=more, names=(*program.names, "unread")))
    table = acceptor(lambda t: (t.table(b(t), {0: 0, 1: 0, "1/20": 0, "19/20": 0}), b(t) - "1/2")[1])
    assert "a table may fail for some counts" in says(table)


def test_sums_of_heads() -> None:
    assert says(with_total(Rounding(mpq(1), 0, 20, overflow="error"))) == ""
    assert says(with_total(Rounding(mpq(1), 0, 20, overflow="wrap"))) == ""
    assert "overflows" in says(with_total(Rounding(mpq(1), 0, 19, overflow="error")))
    assert "overflows" in says(with_total(Rounding(mpq(1), 0, 19, overflow="wrap")))
    assert says(with_total(Rounding(mpq(1), 0, 19))) == ""
    assert says(with_total(Rounding(mpq(1), 0, 20), iterative=True)) == ""
    few, four = Rounding(mpq(1), 0, 19), Rounding(mpq(1), -100, 100, precision=4)
    for rounded in (few, four):  # ones that saturate, or stick
        assert says(with_total(rounded, iterative=True)) == ""
        assert "on its way" in says(with_total(rounded, (1, 2), iterative=True))
    assert "overflows" in says(with_total(Rounding(mpq(1), 0, 19, overflow="error"), iterative=True))
    assert "overflows" in says(with_total(Rounding(mpq(1), 0, 19, overflow="wrap"), iterative=True))


def test_a_sum_that_is_rounded_on_its_way_in_between_only_is_refused() -> None:
    """16 times 2 is held, with one significant bit more than 16 times 1; and so is 15 times 2 and once 1, as 31."""
    five = Rounding(mpq(1), -1000, 1000, precision=5)
    assert says(with_total(five, (1, 2), iterative=True), lengths=range(16, 17)) == ""
    four = Rounding(mpq(1), -1000, 1000, precision=4)
    assert "on its way" in says(with_total(four, (1, 2), iterative=True), lengths=range(9, 10))


def test_what_no_rule_covers_is_refused() -> None:
    scored = acceptor(lambda t: t.attend(t.key(t.symbol("b")), t.symbol("b")) - "1/2")
    assert "is not known to be monotone in a count" in says(scored)
    twice = acceptor(lambda t: t.uniform(b(t)) - "1/2")
    assert "is not known to be monotone in a count" in says(twice)
    iterative = acceptor(
        lambda t: t.uniform(b(t)) - "1/2",
        lambda op: (
            replace(op, total=Rounding(mpq(1, 20), None, None), mean=Iterative())
            if isinstance(op, Attend) and op.value == 1
            else op
        ),
    )
    assert "may be rounded on its way for some counts" in says(iterative)


def test_a_denominator_that_fails_has_to_fail_for_all_counts_or_none() -> None:
    """With n positions read that is seen in each run; how many are selected depends on the count."""

    def counted(most: int, of: Callable[[Builder], Expression]) -> Program:
        rule = Weights(None, Rounding(mpq(1), 0, most, overflow="error"))
        return acceptor(of, lambda op: replace(op, mean=rule) if isinstance(op, Attend) else op)

    assert says(counted(20, lambda t: b(t) - "1/2")) == ""
    assert "21 overflows" in says(counted(20, lambda t: b(t) - "1/2"), lengths=range(21, 22))

    def unread(t: Builder) -> Expression:
        t.attend(t.key(t.symbol("b")), t.symbol("b"))
        return t.compare(t.symbol("b"), ">")

    assert "a value may overflow for some counts" in says(counted(20, unread))


def test_what_nobody_reads_need_not_be_monotone_unless_it_may_fail() -> None:
    t = Builder("unread", "ab")
    t.attend(t.key(t.symbol("b")), t.symbol("b"))
    program = t.accept(b(t) - "1/2")
    assert says(program) == ""
    left, wraps, fails = (twin(program, parse(f"fixed(8) {word}"), 20).program for word in ("", "wrap", "error"))
    assert says(left) == says(wraps) == ""
    assert "a value may overflow for some counts" in says(fails)


@pytest.mark.parametrize("kind", [Kind("exact"), Kind("error", mpq(1)), Kind("attention")])
def test_other_claims_are_refused(kind: Kind) -> None:
    program = acceptor(lambda t: b(t) - "1/2")
    assert f"not of the claim {kind}" in says(program, kind=kind)


def test_other_programs_are_refused() -> None:
    three = Builder("three", "abc")
    assert "over two symbols" in says(three.accept(three.uniform(three.symbol("b"))))
    numbers = Builder("numbers", "ab")
    assert "has no decision" in says(numbers.output(numbers.uniform(numbers.symbol("b"))))
    position = Builder("position", "ab")
    assert "the order of a word matters" in says(position.accept(position.uniform(position.position(i))))
    first, last = (acceptor(lambda t: b(t) - "1/2") for _ in range(2))
    assert "not read alike" in says(replace(first, readout=Accept(Form(mpq(0)), "first")), last)
    assert "over different alphabets" in says(replace(first, alphabet=("b", "a")), last)
    assert "is not asked about words of length 0" in says(first, lengths=range(2))
    assert "is not asked about words of length 9" in says(replace(first, max_length=8), lengths=range(9, 10))


def test_a_program_that_reads_the_length_is_understood() -> None:
    one, other = (acceptor(lambda t, e=e: t.uniform(t.embed({"a": 0, "b": e})) - 10) for e in (n, 20 + 0 * n))
    assert says(one, other) == ""
    assert says(one, other, range(20, 41, 20)).startswith("on a^")


# -- thresholds that differ


@pytest.mark.parametrize("place", ["first", "last", "bos", "eos"])
@pytest.mark.parametrize("turned", [False, True])
def test_one_count_more_is_noticed_wherever_the_threshold_is(place: str, turned: bool) -> None:
    length = 9
    t = Builder("shifted", "ab", bos=True, eos=True)
    x = t.uniform(t.symbol("b")) * (length + 2)

    def from_on(k: int) -> Program:
        form = x - k + "1/2" if not turned else k - x - "1/2"
        return t.accept(form, place)  # type: ignore[arg-type]

    for k in range(length + 2):
        for m in range(length + 2):
            left, right = from_on(k), from_on(m)
            expected = refusal(lambda: check_counts(left, right, DECISION, length, quiet))  # noqa: B023
            assert says(left, right, range(length, length + 1)) == expected.replace("^1 ", " ")
            assert bool(expected) == (k != m), (k, m)


def test_a_rising_and_a_falling_decision_may_agree() -> None:
    rising, falling = acceptor(lambda t: b(t) + 1), acceptor(lambda t: 2 - b(t))
    assert says(rising, falling) == ""
    assert says(rising, acceptor(lambda t: 1 - b(t))).startswith("on b^20, read at b:")


def test_each_place_is_compared() -> None:
    """At one symbol both accept alike, at the other not."""
    for symbol in "ab":
        left = acceptor(lambda t: b(t) - "1/2")
        right = acceptor(lambda t, s=symbol: b(t) - "1/2" + t.symbol(s) * "1/4")
        assert f"read at {symbol}: " in says(left, right)
