"""How sums, scores and parameters are stored: the reference run on examples that are worked out by hand."""

from __future__ import annotations

import itertools

import pytest
from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.parameters import rounded
from logbits.encode.arithmetic.scales import sites
from logbits.encode.arithmetic.text import parse
from logbits.encode.circuit.circuit import evaluate
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.number.rational import rational
from logbits.encode.program.position import i
from logbits.encode.program.program import Affine, Program, Score, Steps, Table
from logbits.verify.question.question import Question
from logbits.verify.reference.run import Reference, Run, differ


def run(program: Program, word: str, arithmetic: str, bound: int | None = None) -> Run:
    return Reference(program, parse(arithmetic), bound or len(word)).run(tuple(word))


def ones() -> Program:
    t = Builder("ones", "ab")
    return t.output(t.uniform(t.symbol("a")))


@pytest.mark.parametrize(
    ("arithmetic", "length", "mean"),
    [
        ("float(3, 4) iterative", 8, "1"),
        ("float(3, 4) iterative", 9, "7/8"),  # the sum stays at 8, where 9 is a tie: 8/9 is stored as 7/8
        ("float(3, 4) iterative nearest-away", 9, "1"),  # 8 + 1 = 9 goes up to 10
        ("float(3, 4) iterative ceil", 11, "3/2"),  # 8, 10, 12, 14; and 14/11 goes up
        ("float(3, 4) quotient", 9, "1"),  # the sum is exact
        ("float(3, 4) iterative accumulators(float(4, 4))", 9, "1"),
        ("bf16 iterative", 256, "1"),
        ("bf16 iterative", 257, "255/256"),
        ("fixed(4, 1) iterative", 3, "1"),
        ("fixed(4, 1) iterative", 4, "1/2"),  # the sum saturates at 7/2, 7/8 is stored as 1/2
        ("fixed(4, 1) iterative wrap", 5, "-1/2"),  # 0 1 2 3 -4 -3: -3/5
        ("fixed(4, 1) accumulators(fixed(8, 1))", 5, "1"),
        ("fixed(4) iterative", 15, "1"),  # the scale of the sum is that of 0..15
        ("fixed(4) iterative", 16, "0"),  # that of 0..16 has steps of 2, in which 0 + 1 is 0
        ("fixed(8) accumulators(fixed(4, -1)) iterative", 3, "0"),  # multiples of 2: 1 is stored as 0
        ("fixed(8) accumulators(fixed(4, -1))", 3, "2/3"),  # once, at the end: 3 is stored as 2
    ],
)
def test_sums_are_stored(arithmetic: str, length: int, mean: str) -> None:
    result = run(ones(), "a" * length, arithmetic)
    last = sites(ones(), parse(arithmetic), length)[-1].stored
    assert last is not None
    assert result.outcome == (last.apply(rational(mean)),) * length
    assert result.failure is None


def test_a_sum_that_overflows_is_a_failure() -> None:
    result = run(ones(), "aaaa", "fixed(4, 1) iterative error")
    assert result.failure is not None
    assert "mean at position 1: 4 overflows s4.1" in result.failure.message
    assert run(ones(), "aaab", "fixed(4, 1) iterative error").failure is None
    assert run(ones(), "aaaa", "fixed(4, 1) error").failure is None  # exact, where no accumulator is given


def test_order_matters_where_sums_are_rounded() -> None:
    t = Builder("order", "ab")
    program = t.output(t.uniform(t.embed({"a": 1, "b": "1/4"})))
    few = "float(2, 4) iterative"
    assert run(program, "bbbba", few).outcome != run(program, "abbbb", few).outcome
    assert run(program, "bbbba", "fp16").outcome == run(program, "abbbb", "fp16").outcome


def test_only_what_is_selected_is_summed() -> None:
    """Of the values 3, 1, 1 of a, b, a only those of a are added: 3, then 4; with two bits 3 + 1 = 4 and 4 / 2."""
    t = Builder("selected", "ab")
    program = t.output(t.attend(t.key(t.symbol("a")), t.embed({"a": 5 - 2 * i, "b": 7})))
    assert run(program, "aba", "float(2, 4) iterative").outcome == (1, 1, 1)  # 3 - 1 = 2, over 2
    assert run(program, "bb", "float(2, 4) iterative floor").outcome == (6, 6)  # 7 is stored as 6; 6 + 6 = 12; over 2


def test_scores_have_a_format_of_their_own() -> None:
    """The greatest of i/8 is at the last position, unless eighths are too fine for scores."""
    t = Builder("scored", "ab")
    place = t.position(i / 8)
    program = t.attended(t.attend(t.key(place), place))
    assert run(program, "abb", "fixed(8, 4)").outcome == (0, 0, 1)
    assert run(program, "abb", "fixed(8, 4) scores(fixed(8, 2))").outcome == (0, 1, 1)
    assert run(program, "abb", "fixed(8, 4) scores(fixed(8, 1))").outcome == (1, 1, 1)


def test_accumulators_come_before_the_site() -> None:
    t = Builder("twice", "ab")
    program = t.output(t.store(t.embed({"a": "7/4", "b": 0}) * "11/32"))  # 77/128, between 1/2 and 5/8
    for arithmetic, expected in (
        ("fixed(9, 2) nearest-away", "1/2"),  # nearer than 3/4
        ("fixed(9, 2) nearest-away accumulators(fixed(9, 3))", "3/4"),  # 5/8 first, a tie then
        ("fixed(9, 2) nearest-even accumulators(fixed(9, 3))", "1/2"),
        ("fixed(9, 2) floor accumulators(fixed(9, 1))", "1/2"),
        ("fixed(9, 2) accumulators(fixed(9, 0))", "0"),
    ):
        assert run(program, "a", arithmetic).outcome == (rational(expected),), arithmetic


def test_int8_sums_in_32_bits() -> None:
    t = Builder("wide", "ab")
    x = t.embed({"a": 1000, "b": -1000})
    cube = t.product(t.product(x, x), x)
    program = t.output(cube)
    for site, name in zip(sites(program, parse("int8"), 4), program.names, strict=True):
        assert (site.accumulator is None) == (name == "embed")
    # in units of (2000/255)³ the third power is at most 127³, which 32 bits hold
    assert run(program, "ab", "int8 error").failure is None
    t = Builder("wider", "ab")
    x = t.embed({"a": 1, "b": -1})
    program = t.output(t.store(x * "1/3" + "1/100000000000"))
    result = run(program, "ab", "int8(1/100, 0) error")
    assert result.failure is not None
    assert "overflows" in result.failure.message


# -- parameters


def everything() -> Program:
    t = Builder("parameters", "ab")
    x = t.symbol("a")
    y = t.store(x * "1/3" + "2/3", name="y")
    z = t.steps(y, "1/3", {"1/2": "5/7"}, name="z")
    w = t.table(x, {0: "1/3", 1: "-1/7"}, name="w")
    h = t.attend(t.key(z) * "3/7" + t.query(w) * t.key(y), t.store(w + z), name="h")
    return t.accept(h * "1/3" - "1/7")


def test_parameters_are_rounded_and_nothing_else() -> None:
    program = everything()
    made = rounded(program, parse("fixed(8, 2) rounded-parameters"))
    assert rounded(program, parse("fixed(8, 2)")) is program
    ops = dict(zip(made.names, made.ops, strict=True))
    affine, steps, table, score = ops["y"], ops["z"], ops["w"], ops["score of h"]
    assert isinstance(affine, Affine)
    assert isinstance(steps, Steps)
    assert isinstance(table, Table)
    assert isinstance(score, Score)
    assert (affine.form.const, affine.form.terms[0][0]) == (mpq(1, 2), mpq(1, 4))
    assert (steps.base, steps.jumps) == (mpq(1, 4), ((mpq(1, 2), mpq(1, 2)),))  # the threshold stays
    assert table.entries == ((mpq(0), mpq(1, 4)), (mpq(1), mpq(0)))
    assert sorted(m.coefficient for m in score.monomials) == [mpq(1, 4), mpq(1)]
    assert made.readout.form.const == 0  # type: ignore[union-attr]


def test_parameters_of_one_operation_share_a_scale() -> None:
    t = Builder("hull", "ab")
    x = t.symbol("a")
    program = t.output(t.store(x * "1/3" + 100))
    made = rounded(program, parse("fixed(8) rounded-parameters"))
    form = made.ops[1].form  # type: ignore[union-attr]
    assert (form.const, form.terms[0][0]) == (100, 0)  # 100 takes seven of the eight bits, 1/3 is stored in halves
    made = rounded(program, parse("fixed(9) rounded-parameters nearest-away"))
    assert made.ops[1].form.terms[0][0] == mpq(1, 4)  # type: ignore[union-attr]


def test_a_parameter_that_overflows_is_refused() -> None:
    t = Builder("hot", "ab")
    program = t.output(t.store(t.symbol("a") * 70000, name="y"))
    with pytest.raises(ValueError, match="the parameter 70000 of y overflows fp16"):
        rounded(program, parse("fp16 rounded-parameters"))
    assert rounded(program, parse("fp16 rounded-parameters saturate")).ops[1].form.terms[0][0] == 65504  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "arithmetic",
    [
        "float(3, 4) iterative rounded-parameters",
        "float(1, 4) iterative",  # 1 + 1 + 1 + 1 is 2
        "fixed(4) iterative",
        "fixed(5) accumulators(fixed(4)) scores(fixed(3))",
        "int8(1/9, 3) rounded-parameters",
        "e4m3fn accumulators(float(3, 4)) iterative nearest-even",
    ],
)
def test_questions_about_it_agree_with_the_runs(arithmetic: str) -> None:
    program, low = everything(), parse(arithmetic)
    left, right = Reference(program, EXACT, 5), Reference(program, low, 5)
    for length in (1, 3, 5):
        question = Question(Claim(program, EXACT, low, 5), length)
        circuit, root = question.bits.circuit, question.bits.truth(question.root)
        for codes in itertools.product(range(2), repeat=length):
            word = [program.alphabet[code] for code in codes]
            assert evaluate(circuit, root, codes) == differ(left.run(word), right.run(word)), word
