"""The reference run against small examples computed by hand from the definition."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.build import Builder, Expression, Polynomial
from logbits.encode.number.mean import Reciprocal
from logbits.encode.number.rounding import Rounding, power
from logbits.encode.program.position import i, n
from logbits.encode.program.program import Attend, Program, Round
from logbits.verify.reference.divergence import Divergence, first_divergence
from logbits.verify.reference.run import Failure, Reference, Run, differ


def rationals(*values: int | str) -> tuple[mpq, ...]:
    return tuple(mpq(value) for value in values)


def run(program: Program, word: str, arithmetic: str = "exact", bound: int | None = None) -> Run:
    return Reference(program, parse(arithmetic), bound or len(word)).run(word)


def stored(value: Expression, word: str, arithmetic: str = "exact", bound: int | None = None) -> tuple[mpq, ...]:
    """What `value`, the last operation of its builder, stores."""
    return run(value.builder.output(value), word, arithmetic, bound).values[-1]  # type: ignore[return-value]


@pytest.fixture
def t() -> Builder:
    return Builder("p", "ab")


# -- local operations


def test_embeddings_at_all_positions() -> None:
    t = Builder("p", "ab", bos=True, eos=True)
    value = t.embed({"a": i, "b": -i, "BOS": 7, "EOS": n * 100 + i})
    assert stored(value, "abb") == rationals(7, 1, -2, -3, 304)


def test_the_same_embedding_at_two_lengths() -> None:
    t = Builder("p", "ab")
    reference = Reference(t.output(t.position(i / n)), EXACT, 3)
    assert reference.run("aaa").values == (rationals("1/3", "2/3", 1),)
    assert reference.run("aa").values == (rationals("1/2", 1),)


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda t, x: t.store(3 - x / 2), ("5/2", 4, "13/4")),
        (lambda t, x: t.store(5), (5, 5, 5)),
        (lambda t, x: t.product(x, x), (1, 4, "1/4")),
        (lambda t, x: t.product(x, 1 - x), (0, -6, "-3/4")),
        (lambda t, x: t.maximum(x, -x, 1), (1, 2, 1)),
        (lambda t, x: t.relu(x), (1, 0, 0)),
        (lambda t, x: x > "-1/2", (1, 0, 0)),
        (lambda t, x: x >= "-1/2", (1, 0, 1)),
        (lambda t, x: x.equals("-1/2"), (0, 0, 1)),
        (lambda t, x: x < "-1/2", (0, 1, 0)),
        (lambda t, x: (x > 0).negate(), (0, 1, 1)),
        (lambda t, x: t.both(x < 1, x > -1), (0, 0, 1)),
        (lambda t, x: t.nearest(x), (1, -2, 0)),
        (lambda t, x: t.nearest(x / 4), (0, 0, 0)),
        (lambda t, x: t.nearest(x - 1), (0, -3, -1)),
        (lambda t, x: t.nearest(x * 5), (5, -10, -2)),
        (lambda t, x: t.table(2 * x, {2: "1/3", -4: 0, -1: 9}), ("1/3", 0, 9)),
    ],
)
def test_local_operations(write: object, expected: tuple[int | str, ...]) -> None:
    t = Builder("p", "abc")
    x = t.embed({"a": 1, "b": -2, "c": "-1/2"})
    assert stored(write(t, x), "abc") == rationals(*expected)  # type: ignore[operator]


# -- attention


MASKED = {
    # word abab, score 1_a, value i: per query position M_i and the values at min, max and on average
    "none": (((1, 3), (1, 3), (1, 3), (1, 3)), (1, 1, 1, 1), (3, 3, 3, 3), (2, 2, 2, 2)),
    "causal": (((1,), (1,), (1, 3), (1, 3)), (1, 1, 1, 1), (1, 1, 3, 3), (1, 1, 2, 2)),
    "strict": (((), (1,), (1,), (1, 3)), (0, 1, 1, 1), (0, 1, 1, 3), (0, 1, 1, 2)),
}


@pytest.mark.parametrize("arithmetic", ["exact", "fixed(8, 2)", "Q(3)"])
@pytest.mark.parametrize(("ties", "column"), [("hard", 1), ("rightmost", 2), ("saturated", 3)])
@pytest.mark.parametrize("mask", MASKED)
def test_masks_and_ties(t: Builder, mask: str, ties: str, column: int, arithmetic: str) -> None:
    head = t.attend(t.key(t.symbol("a")), t.position(i), mask, ties)  # type: ignore[arg-type]
    result = run(t.output(head), "abab", arithmetic)
    assert result.values[-1] == rationals(*MASKED[mask][column])  # type: ignore[arg-type]
    assert result.selected == {3: MASKED[mask][0]}
    assert result.failure is None


@pytest.mark.parametrize(
    ("mask", "expected", "allowed"),
    [
        ("none", (2, 2, 2), ((1, 2, 3),) * 3),
        ("causal", (1, "3/2", 2), ((1,), (1, 2), (1, 2, 3))),
        ("strict", (0, 1, "3/2"), ((), (1,), (1, 2))),
    ],
)
def test_uniform(t: Builder, mask: str, expected: tuple[int | str, ...], allowed: tuple[tuple[int, ...], ...]) -> None:
    result = run(t.output(t.uniform(t.position(i), mask)), "aba")  # type: ignore[arg-type]
    assert result.values[-1] == rationals(*expected)
    assert tuple(map(tuple, result.selected[1])) == allowed


def test_bos_and_eos_count_in_means_and_in_the_maximal_set() -> None:
    t = Builder("p", "ab", bos=True, eos=True)
    p = t.position(i)
    ones = t.uniform(t.symbol("a"))
    before = t.uniform(p, "strict")
    ends = t.attend(t.key(t.embed({"BOS": 1, "EOS": 1})), p)
    result = run(t.output(ones + before + ends), "aab")
    assert result.positions == range(5)
    assert result.values[2] == rationals(*["2/5"] * 5)
    assert result.values[3] == rationals(0, 0, "1/2", 1, "3/2")
    assert result.values[-1] == rationals(2, 2, 2, 2, 2)
    assert result.selected[6] == ((0, 4),) * 5
    assert len(result.readout) == 3


def quadratic(t: Builder) -> tuple[Polynomial, Expression]:
    p = t.position(i)
    return 2 * t.query(p) * t.key(p) - t.key(p) ** 2, p


def test_scores_are_polynomials_in_query_and_key(t: Builder) -> None:
    score, p = quadratic(t)
    result = run(t.output(t.attend(score, p, "causal")), "aab")
    assert result.values[1] == ((mpq(1), None, None), (mpq(3), mpq(4), None), (mpq(5), mpq(8), mpq(9)))
    assert result.selected[2] == ((1,), (2,), (3,))


def test_a_score_exists_where_some_head_may_look(t: Builder) -> None:
    score, p = quadratic(t)
    both = t.attend(score, p, "strict") + t.attend(score, p, "causal")
    assert run(t.output(both), "ab").values[1] == ((mpq(1), None), (mpq(3), mpq(4)))
    wide = Builder("p", "ab")
    score, p = quadratic(wide)
    both = wide.attend(score, p, "strict") + wide.attend(score, p)
    result = run(wide.output(both), "ab")
    assert result.values[1] == ((mpq(1), mpq(0)), (mpq(3), mpq(4)))
    assert result.selected == {2: ((), (1,)), 3: ((1,), (2,))}


def test_a_constant_score_ties_everywhere(t: Builder) -> None:
    zero = t.key(t.symbol("a")) * 0
    assert run(t.output(t.attend(zero, t.position(i))), "aba").selected == {3: ((1, 2, 3),) * 3}


def test_maximal_positions_are_those_of_the_rounded_scores(t: Builder) -> None:
    # 2 bits for [1, 8]: multiples of 4, so positions are stored as 0 0 0 4 4 4 4 8
    p = t.position(i)
    program = t.output(t.attend(t.key(p), p, "none", "hard"))
    result = run(program, "a" * 7, "fixed(2)", 8)
    assert result.values[0] == rationals(0, 0, 0, 4, 4, 4, 4)
    assert result.selected[2] == ((4, 5, 6, 7),) * 7
    assert run(program, "a" * 8, "fixed(2)", 8).selected[2] == ((8,),) * 8
    assert run(program, "a" * 7).selected[2] == ((7,),) * 7


# -- means


@pytest.mark.parametrize(
    ("guard", "word", "expected"),
    [
        (0, "a", 1),
        (0, "aa", 1),
        (0, "aaa", "3/4"),  # k = 3, len 2: floor(4/3)/4 = 1/4
        (0, "abb", "1/4"),
        (0, "aaaa", 1),
        (0, "aaaaa", "5/8"),  # floor(8/5)/8 = 1/8
        (0, "aaaaaa", "6/8"),
        (0, "aaaaaaa", "7/8"),
        (1, "aaa", "3/4"),  # floor(8/3)/8 = 2/8
        (2, "aaa", "15/16"),  # floor(16/3)/16 = 5/16
        (3, "aaa", "15/16"),  # floor(32/3)/32 = 10/32
        (2, "aaaaa", "30/32"),  # floor(32/5)/32 = 6/32
        (4, "aaaaaaa", "126/128"),  # floor(128/7)/128 = 18/128
    ],
)
def test_reciprocal_means(t: Builder, guard: int, word: str, expected: int | str) -> None:
    ones = t.symbol("a")
    program = t.output(t.uniform(ones) + t.attend(t.key(ones) * 0, ones))
    result = run(program, word, f"R({guard})")
    assert result.values[1] == result.values[-1] == rationals(*[expected] * len(word))


def test_the_reciprocal_is_of_the_count_of_that_run(t: Builder) -> None:
    ones = t.symbol("a")
    assert stored(t.attend(t.key(ones), ones), "abaa", "lit") == rationals(*["3/4"] * 4)
    assert stored(t.attend(t.key(ones), ones, "causal"), "abaa", "lit") == rationals(1, 1, 1, "3/4")


def test_hard_attention_does_not_divide(t: Builder) -> None:
    p = t.position(i)
    assert stored(t.attend(t.key(p) * 0, p, "none", "hard"), "aaa", "lit") == rationals(1, 1, 1)
    assert stored(t.attend(t.key(p) * 0, p, "none", "rightmost"), "aaa", "Q(0)") == rationals(3, 3, 3)


@pytest.mark.parametrize(
    ("mode", "positive", "negative"),
    [
        ("toward-zero", "10/16", "-10/16"),
        ("floor", "10/16", "-11/16"),
        ("ceil", "11/16", "-10/16"),
        ("nearest-even", "11/16", "-11/16"),
        ("nearest-away", "11/16", "-11/16"),
    ],
)
def test_dyadic_quotients_are_rounded_to_the_grid(t: Builder, mode: str, positive: str, negative: str) -> None:
    step = t.symbol("a")
    program = t.output(t.uniform(step) + t.uniform(-step))
    result = run(program, "aab", f"Q(4) {mode}")  # ±2/3 is ±10.67/16
    assert result.values[1] == rationals(*[positive] * 3)
    assert result.values[-1] == rationals(*[negative] * 3)


def test_dyadic_leaves_everything_but_means_exact(t: Builder) -> None:
    third = t.embed({"a": "1/3", "b": 1})
    result = run(t.output(t.uniform(t.store(third / 5))), "ab", "Q(2)")
    assert result.values[:2] == (rationals("1/3", 1), rationals("1/15", "1/5"))
    assert result.values[2] == rationals(0, 0)


def test_fixed_point_quotients_round_once_to_the_grid_of_the_site(t: Builder) -> None:
    ones = t.symbol("a")
    assert stored(t.uniform(ones), "aab", "fixed(4)") == rationals("5/8", "5/8", "5/8")
    assert stored(t.uniform(ones), "aab", "fixed(4) ceil") == rationals("6/8", "6/8", "6/8")
    assert stored(t.uniform(ones), "aab", "fixed(4) reciprocal(0)") == rationals("4/8", "4/8", "4/8")


# -- storing and overflow


@pytest.mark.parametrize(
    ("overflow", "expected"), [("saturate", (1, 2, 3, 3, 3)), ("wrap", (1, 2, 3, -4, -3)), ("error", (1, 2, 3, 3, 3))]
)
def test_overflow(t: Builder, overflow: str, expected: tuple[int, ...]) -> None:
    result = run(t.output(t.position(i)), "aaaaa", f"fixed(3, 0) {overflow}")
    assert result.values == (rationals(*expected),)
    failure = Failure(0, 4, "i at position 4: 4 overflows s3.0")
    assert result.failure == (failure if overflow == "error" else None)
    assert result.outcome == rationals(*expected)


def test_rounding_comes_before_the_range(t: Builder) -> None:
    value = t.embed({"a": "15/4", "b": "-17/4"})
    assert run(t.output(value), "ab", "fixed(3, 0) error").failure is None
    assert run(t.output(value), "ab", "fixed(3, 0) error nearest-even").failure == Failure(
        0, 1, "embed at position 1: 15/4 overflows s3.0"
    )
    assert run(t.output(value), "ab", "fixed(3, 0) error floor").failure == Failure(
        0, 2, "embed at position 2: -17/4 overflows s3.0"
    )


def test_a_declared_range_is_left_by_overflow(t: Builder) -> None:
    value = t.store(t.position(i) * 1 + 0, within=(1, 3))
    assert stored(value, "aaaa", "fixed(2)") == rationals(1, 2, 3, 3)
    assert stored(value, "aaaa", "fixed(2) wrap") == rationals(1, 2, 3, 0)


def test_scales_are_those_of_the_bound_not_of_the_word(t: Builder) -> None:
    p = t.position(i)
    assert stored(p, "aaa", "fixed(2)", 3) == rationals(1, 2, 3)
    assert stored(p, "aaa", "fixed(2)", 4) == rationals(0, 2, 2)


def test_comparisons_decide_on_the_exact_accumulator_of_stored_operands(t: Builder) -> None:
    third = t.embed({"a": "1/3", "b": "1/4"})  # both are stored as 1/4
    same = third.equals("1/4")
    finer = third * "1/1000" > "1/4001"
    result = run(t.output(same + finer), "ab", "fixed(8, 2)")
    assert result.values == (rationals("1/4", "1/4"), rationals(1, 1), rationals(1, 1))


# -- failures


def test_a_value_outside_a_table(t: Builder) -> None:
    result = run(t.output(t.table(t.position(i), {1: 5, 3: 7}, name="steps") + 1), "aaaa")
    assert result.failure == Failure(1, 2, "steps at position 2: 2 is outside the domain of the table")
    assert result.values[-1] == rationals(5, 0, 7, 0)
    assert result.outcome == rationals(6, 1, 8, 1)


def test_a_failure_counts_even_where_the_readout_does_not_look(t: Builder) -> None:
    t.table(t.symbol("b"), {0: 1})
    a = t.symbol("a")
    program = t.accept(a, "first")
    assert run(program, "aa").failure is None
    failed = run(program, "ab")
    assert failed.outcome is True
    assert failed.failure is not None
    assert failed.failure.position == 2


def test_the_first_failure_is_in_program_order_then_by_position(t: Builder) -> None:
    p = t.position(i)
    late = t.table(p, {1: 1, 2: 9})
    program = t.output(t.store(p + 3) + t.table(late, {1: 1}))
    result = run(program, "aaa", "fixed(5, 0) error")
    assert result.failure == Failure(1, 3, "table at position 3: 3 is outside the domain of the table")
    assert run(program, "aaa", "fixed(3, 0) error").failure == Failure(1, 2, "table at position 2: 9 overflows s3.0")


def test_scores_fail_only_where_a_head_may_look() -> None:
    def program(mask: str) -> Program:
        t = Builder("p", "ab")
        p = t.position(i)
        return t.output(t.attend(t.key(p) * 2 - t.query(p), p, mask, name="x"))  # type: ignore[arg-type]

    # 2j - i leaves [-4, 3] where j = 3 or i = 1 and j > 1
    assert run(program("strict"), "aaa", "fixed(3, 0) error").failure is None
    assert run(program("causal"), "aaa", "fixed(3, 0) error").failure is None
    assert run(program("none"), "aaa", "fixed(3, 0) error").failure == Failure(
        1, 1, "score of x at position 1: 5 towards position 3 overflows s3.0"
    )


# -- readouts


@pytest.mark.parametrize(("place", "accumulator"), [("bos", -1), ("first", 0), ("last", 2), ("eos", 3)])
def test_acceptance_at_a_place(place: str, accumulator: int) -> None:
    t = Builder("p", "ab", bos=True, eos=True)
    result = run(t.accept(t.position(i) - 1, place), "aba")  # type: ignore[arg-type]
    assert result.readout == (rationals(accumulator),)
    assert result.outcome is (accumulator > 0)


def test_the_readout_is_exact(t: Builder) -> None:
    program = t.accept(t.position(i) * "1/1000" - "1/3000")
    assert run(program, "a", "fixed(4)").readout == (rationals("1/1500"),)
    assert run(program, "a", "fixed(4)").outcome is True


def test_the_first_maximal_class_wins(t: Builder) -> None:
    a = t.symbol("a")
    result = run(t.classify({"y": a, "x": "1/2", "z": 1 - a, "w": a}), "ab")
    assert result.outcome == ("y", "z")
    assert result.readout == (rationals(1, "1/2", 0, 1), rationals(0, "1/2", 1, 0))
    ties = Builder("p", "ab")
    assert run(ties.classify({"y": 0, "x": 1, "z": 1}), "a").outcome == ("x",)


def test_outputs_are_given_at_word_positions_only() -> None:
    t = Builder("p", "ab", bos=True, eos=True)
    assert run(t.output(t.position(i) / 2), "ab").outcome == rationals("1/2", 1)


# -- requests that make no sense


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("", "the empty word is out of scope"),
        ("abc", "'c' is not a symbol"),
        (["BOS"], "'BOS' is not"),
        ("aaaaa", "longer than the bound 4"),
    ],
)
def test_words_that_are_refused(word: str, hint: str) -> None:
    t = Builder("p", "ab", bos=True)
    with pytest.raises(ValueError, match=hint):
        Reference(t.accept(t.symbol("a")), EXACT, 4).run(word)


def test_lengths_beyond_the_known_positions_are_refused() -> None:
    t = Builder("p", "ab", max_length=5)
    program = t.accept(t.symbol("a"))
    assert Reference(program, EXACT, 5).run("aaaaa").outcome is True
    with pytest.raises(ValueError, match="up to length 5 only, not 6"):
        Reference(program, EXACT, 6)


def test_bounds_below_one_are_refused(t: Builder) -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        Reference(t.accept(t.symbol("a")), EXACT, 0)


def test_programs_with_roundings_are_refused(t: Builder) -> None:
    program = t.accept(t.uniform(t.symbol("a")))
    rounded = replace(
        program, ops=(*program.ops, Round(0, Rounding(power(-3), None, None))), names=(*program.names, "r")
    )
    divided = replace(program, ops=(program.ops[0], Attend(0, None, "none", "uniform", Reciprocal(3))))
    for low in (rounded, divided):
        with pytest.raises(ValueError, match="takes programs without roundings"):
            Reference(low, EXACT, 4)


# -- comparing runs


def test_runs_differ_by_outcome_or_by_failure(t: Builder) -> None:
    program = CASES["majority-affine"].program
    exact = run(program, "011")
    assert not differ(exact, exact)
    assert differ(exact, run(program, "011", "lit"))
    assert not differ(exact, run(program, "011", "R(6)"))
    failing = t.accept(t.table(t.symbol("a"), {1: 1}))
    assert differ(run(failing, "ab"), run(failing, "ab"))
    assert not differ(run(failing, "aa"), run(failing, "aa"))
    good, bad = run(failing, "aa"), replace(run(failing, "aa"), failures=(Failure(0, 1, "x"),))
    assert differ(good, bad)
    assert differ(bad, good)


def test_runs_of_other_lengths_cannot_be_compared() -> None:
    program = CASES["majority"].program
    for compare in (differ, lambda a, b: first_divergence(program, a, b)):
        with pytest.raises(ValueError, match="lengths 1 and 2"):
            compare(run(program, "1"), run(program, "11"))


def test_the_first_divergence_of_a_feature() -> None:
    program = CASES["dyck1"].program
    exact, low = run(program, "(()"), run(program, "(()", "lit")
    assert first_divergence(program, exact, low) == Divergence(1, "depth", 3, None, mpq(1, 3), mpq(1, 4))
    assert first_divergence(program, low, exact) == Divergence(1, "depth", 3, None, mpq(1, 4), mpq(1, 3))
    assert first_divergence(program, exact, exact) is None


def test_the_first_divergence_of_a_score(t: Builder) -> None:
    p = t.position(i)
    program = t.output(t.attend(t.key(p) * t.query(p), p, "causal", name="x"))
    exact, low = run(program, "aaa"), run(program, "aaa", "fixed(3)")  # [1, 9] in 3 bits: multiples of 2
    assert first_divergence(program, exact, low) == Divergence(1, "score of x", 1, 1, mpq(1), mpq(0))
    low = run(program, "aaa", "fixed(4, 0)")
    assert first_divergence(program, exact, low) == Divergence(1, "score of x", 3, 3, mpq(9), mpq(7))


def test_divergence_is_searched_in_the_order_of_the_program(t: Builder) -> None:
    late, early = t.uniform(t.symbol("a")), t.relu(t.uniform(t.position(i)) - 1)
    program = t.output(late + early)
    found = first_divergence(program, run(program, "abb"), run(program, "abb", "lit"))
    assert found == Divergence(1, "mean", 1, None, mpq(1, 3), mpq(1, 4))
