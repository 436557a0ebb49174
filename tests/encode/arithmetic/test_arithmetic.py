"""The text syntax of arithmetics: what is printed is read back, and nonsense gets one clear line."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic, fixed
from logbits.encode.arithmetic.format import PRESETS, Dyadic, Exact, Fixed, FixedPoint, Float, Int8, LogFloat
from logbits.encode.arithmetic.text import parse
from logbits.encode.number.mean import MAX_BITS, InvalidArithmeticError, Iterative, Quotient, Reciprocal
from logbits.encode.number.rounding import MODES, OVERFLOWS

FIXED = [
    Fixed(1),
    Fixed(8),
    Fixed(MAX_BITS),
    FixedPoint(8, 6),
    FixedPoint(8, 9),
    FixedPoint(4, -3),
    FixedPoint(8, 7, False),
]
FLOATS = [*PRESETS.values(), Float(1, 2), Float(24, 8), Float(MAX_BITS, 15), LogFloat(4), LogFloat(30)]
INT8 = [Int8(), Int8(mpq(1, 16), 0), Int8(mpq(3), -128), Int8(mpq(1, 255), 127)]
ALL = [
    EXACT,
    *(Arithmetic(Dyadic(), Reciprocal(t)) for t in (0, 1, 12, MAX_BITS)),
    *(Arithmetic(Dyadic(), Quotient(t), mode) for t in (0, 1, 12, MAX_BITS) for mode in MODES),
    *(
        Arithmetic(form, mean, mode, overflow)
        for form, mean, mode, overflow in product(FIXED, (Quotient(), Reciprocal(0), Reciprocal(7)), MODES, OVERFLOWS)
    ),
    *(Arithmetic(form, Iterative(), mode, "error") for form, mode in product([*FIXED, *FLOATS, *INT8], MODES)),
    *(Arithmetic(FIXED[0], weights=FLOATS[0], weighing=mode) for mode in (None, *MODES)),
    Arithmetic(FIXED[0], Iterative("tree"), denominator=FLOATS[0], weights=FIXED[0]),
    *(Arithmetic(FIXED[0], each) for each in (Iterative("right"), Iterative("tree"), Iterative("blocks", 5))),
    *(
        Arithmetic(form, Quotient(), "floor", "saturate", scores, accumulators, rounded)
        for form, scores, accumulators, rounded in product(
            [Fixed(8), PRESETS["bf16"], Int8()],
            [None, Fixed(16), Float(24, 8), Int8(mpq(1, 3), -3)],
            [None, FixedPoint(32, 16), LogFloat(16)],
            [False, True],
        )
    ),
]


def test_parse_reads_what_str_prints() -> None:
    assert len({str(arithmetic) for arithmetic in ALL}) == len(set(ALL))
    for arithmetic in ALL:
        assert parse(str(arithmetic)) == arithmetic
        assert parse(", ".join(reversed(str(arithmetic).replace(", ", ",").split()))) == arithmetic


@pytest.mark.parametrize(
    ("text", "arithmetic"),
    [
        ("exact", Arithmetic(Exact())),
        ("  exact ", Arithmetic(Exact())),
        ("lit", Arithmetic(Dyadic(), Reciprocal(0))),
        ("R(3)", Arithmetic(Dyadic(), Reciprocal(3))),
        ("Q(3)", Arithmetic(Dyadic(), Quotient(3))),
        ("Q(3) floor", Arithmetic(Dyadic(), Quotient(3), "floor")),
        ("dyadic quotient(12)", Arithmetic(Dyadic(), Quotient(12))),
        ("reciprocal(0), dyadic", Arithmetic(Dyadic(), Reciprocal(0))),
        ("fixed(8)", Arithmetic(Fixed(8))),
        ("fixed( 8 )", Arithmetic(Fixed(8))),
        ("fixed(8, 6) reciprocal(4)", Arithmetic(FixedPoint(8, 6), Reciprocal(4))),
        ("dyadic reciprocal(4, ceil)", Arithmetic(Dyadic(), Reciprocal(4, "ceil"))),
        ("reciprocal( 0,nearest-even ) fixed(8)", Arithmetic(Fixed(8), Reciprocal(0, "nearest-even"))),
        ("fixed(8,-2)", Arithmetic(FixedPoint(8, -2))),
        ("ufixed(8, 7) wrap nearest-even", Arithmetic(FixedPoint(8, 7, False), Quotient(), "nearest-even", "wrap")),
        ("error fixed(5) ceil", Arithmetic(Fixed(5), Quotient(), "ceil", "error")),
        ("fixed(8); quotient + floor", Arithmetic(Fixed(8), Quotient(), "floor")),
        ("fp16", Arithmetic(Float(11, 5), overflow="error")),
        ("float(11, 5)", Arithmetic(PRESETS["fp16"], overflow="error")),
        ("bf16 nearest-even saturate", Arithmetic(Float(8, 8), Quotient(), "nearest-even")),
        ("e4m3fn", Arithmetic(Float(4, 4, True), overflow="error")),
        ("e5m2 iterative", Arithmetic(Float(3, 5), Iterative(), overflow="error")),
        ("logfloat( 12 ) reciprocal(3)", Arithmetic(LogFloat(12), Reciprocal(3), overflow="error")),
        ("bf16 iterative(left)", Arithmetic(Float(8, 8), Iterative(), overflow="error")),
        ("bf16 iterative( right )", Arithmetic(Float(8, 8), Iterative("right"), overflow="error")),
        ("iterative(tree) fixed(8)", Arithmetic(Fixed(8), Iterative("tree"))),
        ("fixed(8) iterative(blocks(32))", Arithmetic(Fixed(8), Iterative("blocks", 32))),
        ("iterative( blocks( 1 ) ) int8", Arithmetic(Int8(), Iterative("blocks", 1))),
        ("bf16 weights(bf16)", Arithmetic(Float(8, 8), overflow="error", weights=Float(8, 8))),
        (
            "weights( float(3,4) ,toward-zero) fixed(8)",
            Arithmetic(Fixed(8), weights=Float(3, 4), weighing="toward-zero"),
        ),
        (
            "fixed(8) weights(fixed(4)) denominator(fp16)",
            Arithmetic(Fixed(8), weights=Fixed(4), denominator=Float(11, 5)),
        ),
        (
            "denominator( ufixed(8, 0) , iterative ) iterative fixed(8)",
            Arithmetic(Fixed(8), Iterative(), denominator=FixedPoint(8, 0, False)),
        ),
        ("int8", Arithmetic(Int8())),
        ("int8(0.125, -5) wrap", Arithmetic(Int8(mpq(1, 8), -5), overflow="wrap")),
        (
            "fixed(8), scores( float(8,8) ) rounded-parameters",
            Arithmetic(Fixed(8), scores=Float(8, 8), rounded_parameters=True),
        ),
        ("accumulators(fixed(32, 4)) int8", Arithmetic(Int8(), accumulators=FixedPoint(32, 4))),
    ],
)
def test_accepted_texts(text: str, arithmetic: Arithmetic) -> None:
    assert parse(text) == arithmetic


def test_defaults_of_bits() -> None:
    assert fixed(8) == Arithmetic(Fixed(8), Quotient(), "toward-zero", "saturate")
    assert str(fixed(8)) == "fixed(8) quotient toward-zero saturate"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "no arithmetic given"),
        (" \t\n", "no arithmetic given"),
        ("fix", "unknown arithmetic word 'fix'"),
        ("fixed", "unknown arithmetic word 'fixed'"),
        ("fixed()", "must be a whole number, not ''"),
        ("fixed(x)", "must be a whole number, not 'x'"),
        ("fixed(8.5)", "must be a whole number"),
        ("fixed(٣)", "must be a whole number"),
        ("fixed(0)", f"from 1 to {MAX_BITS}, not 0"),
        ("fixed(-3)", f"from 1 to {MAX_BITS}, not -3"),
        (f"fixed({MAX_BITS + 1})", f"from 1 to {MAX_BITS}"),
        ("fixed(8, 2000)", "the fraction bits of fixed"),
        ("fixed(8, 6, 4)", "unknown arithmetic word"),
        ("fixed(" + "9" * 5000 + ")", "must be a whole number"),
        ("ufixed(8)", "unknown arithmetic word 'ufixed(8)'"),
        ("fixed8", "unknown arithmetic word 'fixed8'"),
        ("fixed((8))", "must be a whole number"),
        ("fixed(8))", "cannot read"),
        ("fixed(8", "cannot read"),
        ("(8)", "cannot read"),
        ("8", "cannot read"),
        ("fıxed(8)", "cannot read"),
        ("fixed(8)\x00", "cannot read"),
        ("fixed(8) | floor", "cannot read"),
        ("exact()", "unknown arithmetic word 'exact()'"),
        ("exact exact", "gives its format twice"),
        ("fixed(8) dyadic", "gives its format twice"),
        ("lit reciprocal(0)", "gives its mean twice"),
        ("fixed(8) floor ceil", "gives its rounding twice"),
        ("fixed(8) wrap error", "gives its overflow twice"),
        ("quotient", "names no format"),
        ("floor", "names no format"),
        ("dyadic", "dyadic needs a rule for means"),
        ("dyadic quotient", "dyadic needs a rule for means"),
        ("quotient(-1) dyadic", "from 0"),
        ("exact reciprocal(2)", "exact arithmetic does not round"),
        ("exact quotient(2)", "exact arithmetic does not round"),
        ("fixed(8) quotient(3)", "write 'quotient', not 'quotient(3)'"),
        ("exact floor", "leave out 'floor'"),
        ("lit ceil", "leave out 'ceil'"),
        ("exact wrap", "leave out 'wrap'"),
        ("Q(4) error", "leave out 'error'"),
        ("fp16 wrap", "fp16 does not wrap"),
        ("fixed(8) wrap scores(bf16)", "bf16 does not wrap"),
        ("fp16 bf16", "gives its format twice"),
        ("fp16(3)", "unknown arithmetic word 'fp16(3)'"),
        ("float(8)", "unknown arithmetic word 'float(8)'"),
        ("float(8, 16)", "from 2 to 15, not 16"),
        ("float(0, 4)", "from 1 to"),
        ("logfloat(5)", "must be even, not 5"),
        ("logfloat(64)", "from 4 to 30, not 64"),
        ("int8(0, 0)", "must be a positive number"),
        ("int8(-1/2, 0)", "must be a positive number"),
        ("int8(1/0, 0)", "must be a positive number"),
        ("int8(x, 0)", "must be a positive number"),
        ("int8(" + "9" * 5000 + ", 0)", "must be a positive number"),
        ("int8(1/2, 128)", "from -128 to 127, not 128"),
        ("dyadic iterative", "dyadic needs a rule for means"),
        ("exact iterative", "exact arithmetic does not round"),
        ("Q(3) rounded-parameters", "cannot be rounded"),
        ("exact scores(fp16)", "cannot be rounded"),
        ("fp16 scores(exact)", "rounds nothing"),
        ("fp16 scores(bf16 floor)", "needs one format"),
        ("fp16 scores()", "needs one format"),
        ("fp16 scores", "unknown arithmetic word 'scores'"),
        ("fp16 scores(scores(fp16))", "needs one format"),
        ("fp16 scores(bf16) scores(bf16)", "gives its scores twice"),
        ("fp16 scores(" * 2000, "cannot read arithmetic"),
        ("dyadic weights(bf16) quotient(2)", "dyadic stores values as they are: leave out weights"),
        ("exact denominator(bf16)", "exact stores values as they are: leave out denominator"),
        ("bf16 reciprocal(3) weights(bf16)", "write 'quotient' or 'iterative' beside weights"),
        ("bf16 weights(ufixed(8, 8))", "does not hold 1: write a format that does"),
        ("bf16 weights(exact)", "does not hold 1"),
        ("bf16 weights()", "needs a format first, such as weights(bf16)"),
        ("bf16 weights(floor)", "needs a format first"),
        ("bf16 weights(bf16, up)", "needs a format and a rounding"),
        ("bf16 weights(bf16, floor, ceil)", "needs a format and a rounding"),
        ("bf16 weights", "did you mean 'weights(bf16)'?"),
        ("bf16 weights(bf16) weights(fp16)", "gives its weights twice"),
        ("bf16 denominator(fixed(8))", "in which 1 is exact, such as bf16 or ufixed(8, 0)"),
        ("bf16 denominator(int8)", "in which 1 is exact"),
        ("bf16 denominator(fixed(8, -1))", "in which 1 is exact"),
        ("bf16 denominator(bf16, tree)", "is a running sum: write denominator(bf16, iterative)"),
        ("bf16 denominator(bf16) denominator(bf16)", "gives its denominator twice"),
        ("fixed(8) wrap denominator(ufixed(3, 0))", "a denominator does not wrap"),
        ("bf16 denominator", "did you mean 'denominator(fp16, iterative)'?"),
        ("fp16 iterative(up)", "left, right, tree or blocks(k), not 'up'"),
        ("fp16 iterative(blocks)", "the k of blocks"),
        ("fp16 iterative(blocks(0))", "from 1 to 1048576, not 0"),
        ("fp16 iterative(blocks(x))", "the k of blocks must be a whole number"),
        ("fp16 iterative(tree(2))", "left, right, tree or blocks(k), not 'tree(2)'"),
        ("fp16 iterative()", "left, right, tree or blocks(k), not ''"),
        ("fp16 iterative(tree, 2)", "unknown arithmetic word 'iterative(tree, 2)': did you mean 'iterative'?"),
        ("dyadic iterative(tree)", "dyadic needs a rule for means"),
    ],
)
def test_nonsense_gets_one_clear_line(text: str, hint: str) -> None:
    with pytest.raises(InvalidArithmeticError) as caught:
        parse(text)
    message = str(caught.value)
    assert hint in message
    assert len(message.splitlines()) == 1
    assert len(message) < 400


@settings(derandomize=True, max_examples=300, deadline=None, database=None)
@given(st.text(max_size=40) | st.text(alphabet="fixedlt(8), RQ-\n", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        arithmetic = parse(text)
    except InvalidArithmeticError as error:
        arithmetic, lines = EXACT, str(error).splitlines()
    else:
        lines = [str(arithmetic)]
    assert len(lines) == 1
    assert parse(str(arithmetic)) == arithmetic


@pytest.mark.parametrize("bits", [0, -1, MAX_BITS + 1])
def test_fixed_refuses_widths_that_do_not_exist(bits: int) -> None:
    with pytest.raises(InvalidArithmeticError, match="the bits of fixed must be from 1"):
        fixed(bits)


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (Fixed, (0,)),
        (Fixed, (MAX_BITS + 1,)),
        (Fixed, (True,)),
        (Fixed, ("8",)),
        (FixedPoint, (0, 3)),
        (FixedPoint, (8, 2 * MAX_BITS)),
        (Float, (3, 60)),
        (Float, (0, 4)),
        (Float, (5, 4, True)),
        (LogFloat, (5,)),
        (LogFloat, (64,)),
        (Int8, (mpq(-1, 16), 0)),
        (Int8, (mpq(0), 0)),
        (Int8, (mpq(1, 16), 500)),
        (Int8, (None, 3)),
        (Quotient, (-1,)),
        (Reciprocal, (-5,)),
        (Reciprocal, (MAX_BITS + 1,)),
        (Reciprocal, (3, "up")),
        (Iterative, ("up",)),
        (Iterative, ("tree", 2)),
        (Iterative, ("blocks",)),
        (Iterative, ("blocks", 0)),
    ],
)
def test_what_cannot_be_written_does_not_exist(kind: Callable[..., object], parts: tuple[object, ...]) -> None:
    with pytest.raises(InvalidArithmeticError):
        kind(*parts)


@pytest.mark.parametrize("part", ["rounding", "overflow"])
def test_words_that_do_not_exist_are_refused_from_python_too(part: str) -> None:
    with pytest.raises(InvalidArithmeticError, match=f"there is no {part} 'up'"):
        Arithmetic(Fixed(8), **{part: "up"})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fixed(8) reciprocal(4)", "fixed(8) reciprocal(4) toward-zero saturate"),
        ("fixed(8) reciprocal(4) nearest-even", "fixed(8) reciprocal(4, toward-zero) nearest-even saturate"),
        ("bf16 reciprocal(4, nearest-even) nearest-even", "bf16 reciprocal(4, nearest-even) nearest-even error"),
        ("fixed(8) reciprocal(4, ceil)", "fixed(8) reciprocal(4, ceil) toward-zero saturate"),
        ("dyadic reciprocal(4, floor)", "dyadic reciprocal(4, floor)"),
    ],
)
def test_what_a_reciprocal_does_is_printed(text: str, shown: str) -> None:
    assert str(parse(text)) == shown
    assert parse(shown) == parse(text)


def test_a_mode_of_a_reciprocal_that_does_not_exist() -> None:
    with pytest.raises(InvalidArithmeticError, match="the mode of reciprocal must be one of toward-zero, floor, ceil"):
        parse("fixed(8) reciprocal(4, up)")
