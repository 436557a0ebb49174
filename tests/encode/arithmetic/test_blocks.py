"""Blocks that share a scale: the elements are those of others, the scale is the finest, and the program says so too."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import cast

import ml_dtypes
import numpy as np
import pytest
from gmpy2 import mpq
from logbits import verify
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic
from logbits.encode.arithmetic.blocks import finest, limit, members
from logbits.encode.arithmetic.elements import COARSEST, FINEST, alone, element
from logbits.encode.arithmetic.format import ELEMENTS, FixedPoint, Float, Mx
from logbits.encode.arithmetic.scales import sites
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.model.build import Builder, Expression
from logbits.encode.number.mean import InvalidArithmeticError, Quotient, Reciprocal
from logbits.encode.number.rounding import Mode, power
from logbits.encode.program.position import i, n
from logbits.encode.program.program import Max, Program, Round
from logbits.encode.term.terms import Terms, evaluate_all
from logbits.encode.term.unroll import Unrolled
from logbits.verify.reference.run import Reference
from support.differential import compare
from support.marks import slow_after
from support.random_questions import Instance, instance

MODES: tuple[Mode, ...] = ("toward-zero", "nearest-even", "nearest-away")
KINDS = {
    "e2m1": ml_dtypes.float4_e2m1fn,
    "e2m3": ml_dtypes.float6_e2m3fn,
    "e3m2": ml_dtypes.float6_e3m2fn,
    "e4m3fn": ml_dtypes.float8_e4m3fn,
    "e5m2": ml_dtypes.float8_e5m2,
}
BITS = {"e2m1": 4, "e2m3": 6, "e3m2": 6, "e4m3fn": 8, "e5m2": 8}


def numbers(name: str) -> list[mpq]:
    """All elements, from the bit patterns of others."""
    if name == "int8":
        return [mpq(k, 64) for k in range(-127, 128)]
    values = np.arange(1 << BITS[name], dtype=np.uint8).view(KINDS[name]).astype(np.float64)
    return [mpq(value) for value in sorted(set(values[np.isfinite(values)].tolist()))]


def around(values: Sequence[mpq]) -> Iterator[mpq]:
    """The values, what lies halfway between two, and what is a little beside."""
    beyond = values[-1] + (values[-1] - values[-2])
    for a, b in pairwise([*values, beyond, beyond + 1]):
        for value in (a, (a + b) / 2):
            yield from (value - mpq(1, 1 << 30), value, value + mpq(1, 1 << 30))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ELEMENTS)
def test_elements_are_those_of_the_specification(name: str, mode: Mode) -> None:
    """Whatever the scale, a number is stored as the neighbour that the mode says, times the scale."""
    known = numbers(name)
    for scale in (0, -3, FINEST, COARSEST):
        held, times = element(Mx(name, 2), scale, mode, "saturate"), power(scale)
        for value in around(known):
            below = max((each for each in known if each <= value), default=known[0])
            above = min((each for each in known if each >= value), default=known[-1])
            found = held.apply(value * times) / times
            assert found in (below, above)
            if value == below or abs(value) > known[-1]:
                assert found == (below if value > 0 else above)
            elif mode == "toward-zero":
                assert abs(found) == min(abs(below), abs(above))
            elif value - below != above - value:
                assert abs(found - value) == min(value - below, above - value)


@pytest.mark.parametrize("name", KINDS)
def test_rounding_to_elements_is_that_of_others(name: str) -> None:
    held = element(Mx(name, 2), 0, "nearest-even", "saturate")
    single = np.array([float(value) for value in around(numbers(name))], dtype=np.float32)
    single = single[[not held.overflows(mpq(value)) for value in single.tolist()]]
    for value, theirs in zip(single.tolist(), single.astype(KINDS[name]).astype(np.float64).tolist(), strict=True):
        assert held.apply(mpq(value)) == mpq(theirs)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ELEMENTS)
def test_what_overflows_is_told_by_a_number(name: str, mode: Mode) -> None:
    for scale in (FINEST, 0, 5):
        held = element(Mx(name, 2), scale, mode, "error")
        end, relation = limit(held)
        for value in (end - held.unit / 4, end, end + held.unit / 4, end / 2, 2 * end):
            assert held.overflows(value) == (value >= end if relation == ">=" else value > end)
            assert held.overflows(-value) == held.overflows(value)


def first_scale(form: Mx, mode: Mode, values: Sequence[mpq]) -> int:
    """The definition: one scale after the other."""
    for scale in range(FINEST, COARSEST):
        if not any(element(form, scale, mode, "error").overflows(value) for value in values):
            return scale
    return COARSEST


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ELEMENTS)
def test_a_value_that_is_alone_is_a_block_of_one(name: str, mode: Mode) -> None:
    """Over all significands and more, at the finest, the coarsest and other scales."""
    form = Mx(name, 1)
    for overflow in ("saturate", "error"):
        whole = alone(form, mode, overflow)
        for times in (power(FINEST), power(FINEST + 3), power(-1), power(COARSEST)):
            for value in around(numbers(name)[len(numbers(name)) // 2 :: 3]):
                scale = first_scale(form, mode, [value * times])
                assert finest(form, mode, abs(value * times)) == scale
                held = element(form, scale, mode, overflow)
                assert whole.apply(value * times) == held.apply(value * times)
                assert whole.overflows(value * times) == held.overflows(value * times)


# -- what a block is


def test_blocks_are_runs_of_one_kind_that_do_not_read_one_another() -> None:
    t = Builder("runs", "ab")
    a, b, c = t.symbol("a"), t.symbol("b"), t.position(i)
    d, e = t.store(a * 2), t.store(b * 3)
    t.store(d + 1)
    f = t.compare(a, ">")
    t.store(e + f)
    t.relu(a - b)
    t.relu(b - c)
    score = t.query(a) * t.key(b)
    heads = [t.attend(score, each) for each in (a, b, d)]
    made = t.output(heads[0])
    kinds = [type(op).__name__ for op in made.ops]
    runs = {block.start: [kinds[k] for k in block] for block in members(made, 32).values()}
    assert runs == {0: ["Embed"] * 3, 3: ["Affine"] * 2, 8: ["Max"] * 2, 11: ["Attend"] * 3}
    assert members(made, 2) == {
        k: block for block in (range(2), range(3, 5), range(8, 10), range(11, 13)) for k in block
    }
    assert members(made, 1) == {}


# -- whole blocks


def emulated(form: Mx, values: tuple[mpq, ...]) -> tuple[mpq, ...]:
    """What others would store, to nearest: the finest scale at which no value is too great, then a cast."""
    last, before = numbers(form.element)[-1], numbers(form.element)[-2]
    half = (
        last + (last - before) / 2
    )  # where the next would begin; whether it is too great is left to whom it rounds to
    odd = int(last / (last - before)) % 2 == 1
    scale = next(
        scale
        for scale in range(-20, 20)
        if all(abs(value) / power(scale) < half or (not odd and abs(value) / power(scale) == half) for value in values)
    )
    if form.element == "int8":
        units = [value / power(scale) * 64 for value in values]
        return tuple(mpq(round(float(unit))) / 64 * power(scale) for unit in units)
    theirs = np.array([float(value / power(scale)) for value in values], dtype=np.float32).astype(KINDS[form.element])
    return tuple(mpq(value) * power(scale) for value in theirs.astype(np.float64).tolist())


def pairs(values: Sequence[mpq]) -> tuple[Program, dict[str, tuple[mpq, ...]]]:
    """A program whose symbols are all pairs of these values, stored as a block, and read again as three times them."""
    found = {f"{k}": pair for k, pair in enumerate(itertools.product(values, repeat=2))}
    t = Builder("pairs", list(found))
    x, y = (t.embed({symbol: pair[k] for symbol, pair in found.items()}, name="xy"[k]) for k in range(2))
    u, v = t.store(x * 3 - y), t.store(y * 5 + "1/8")
    classes: dict[str, Expression] = {"u": u, "v": v, "x": x, "y": y}
    return t.classify({name: each * 1 for name, each in classes.items()}), found


VALUES = [mpq(k, 8) for k in (-61, -24, -13, -5, -3, -1, 0, 1, 2, 3, 7, 9, 14, 31, 60, 97)]


@pytest.mark.parametrize("name", ELEMENTS)
def test_all_pairs_of_values_are_stored_as_others_would(name: str) -> None:
    """Two blocks in a row: the run, and the terms of the program with its roundings in."""
    program, found = pairs(VALUES)
    arithmetic = parse(f"mx({name}, 2) nearest-even")
    run = Reference(program, arithmetic, len(found)).run(tuple(found))
    made = twin(program, arithmetic, len(found))
    terms = Terms(len(found), 1)
    unrolled = Unrolled(made.program, terms)
    readout = unrolled.outcome()
    for k, (symbol, pair) in enumerate(found.items()):
        x, y = emulated(Mx(name, 2), pair)
        u, v = emulated(Mx(name, 2), (x * 3 - y, y * 5 + mpq(1, 8)))
        assert [run.values[c][k] for c in range(4)] == [x, y, u, v]
        best = max(range(4), key=(u, v, x, y).__getitem__)
        assert [evaluate_all(terms, [int(symbol)], readout)[term] for term in readout] == [best]


def test_a_scale_is_that_of_the_position_and_of_the_block() -> None:
    t = Builder("places", "ab", bos=True, eos=True)
    x, y = t.position(i * i), t.embed({"a": "1/3", "b": n + i, "BOS": 0, "EOS": -900})
    z = t.store(x + y)
    program = t.output(z)
    arithmetic = parse("mx(e2m1, 2) nearest-away")
    for length in range(1, 4):
        reference, other = Reference(program, EXACT, 4), Reference(program, arithmetic, 4)
        for word in itertools.product("ab", repeat=length):
            exact, low = reference.run(word), other.run(word)
            for k in range(length + 2):
                values = [cast(mpq, exact.values[c][k]) for c in range(2)]
                held = element(
                    Mx("e2m1", 2), first_scale(Mx("e2m1", 2), "nearest-away", values), "nearest-away", "error"
                )
                assert [low.values[c][k] for c in range(2)] == [held.apply(value) for value in values]


def test_scales_are_told_apart_only_where_values_are_not_multiples() -> None:
    """0, 1, 2 and 3 are exact in e2m1 at the scale 1; means of them are not."""
    t = Builder("few", "ab")
    x, y = t.symbol("a"), t.symbol("b")
    u, v = t.store(x + y * 2), t.store(y * 3)
    heads = [t.uniform(each) for each in (u, v)]
    made = t.output(heads[0])
    found = [site.shared for site in sites(made, parse("mx(e2m1, 32)"), 8)]
    assert [None if each is None else each.scales for each in found] == [(-2,)] * 2 + [(-1,)] * 2 + [
        (-5, -4, -3, -2, -1)
    ] * 2
    kinds = [type(op) for op in twin(made, parse("mx(e2m1, 32)"), 8).program.ops]
    assert (kinds.count(Max), kinds.count(Round)) == (1, 2 + 2 + 10)


def test_the_scales_of_embeddings_are_those_that_occur_whatever_the_sign() -> None:
    t = Builder("signs", "abc")
    x, y = t.embed({"a": -5, "b": "1/8", "c": 0}), t.embed({"a": "1/4", "b": "-1/4", "c": 0})
    [first, second] = [site.shared for site in sites(t.output(x + y), parse("mx(e2m1, 2)"), 4)]
    assert first is not None
    assert first == second
    assert first.scales == (-4, 0)  # of 1/4 and of 5


def test_a_sum_that_is_rounded_up_reaches_farther_than_its_values() -> None:
    """3/4 + 3/4 is stored as 2, and the mean 1 takes another scale than 3/4."""
    t = Builder("up", "ab")
    values = [t.embed({"a": "3/4", "b": value}) for value in (0, "1/2")]
    heads = [t.uniform(value) for value in values]
    program = t.output(heads[0] * 2 - heads[1])
    arithmetic = parse("mx(int8, 2) nearest-away accumulators(fixed(8, 0))")
    for length in (1, 2, 3):
        compare(Instance(program, EXACT, arithmetic, length, 3), single=False)


def test_a_block_of_zeros_is_stored_as_zeros() -> None:
    t = Builder("zeros", "ab")
    x, y = t.embed({"a": 0, "b": 5}), t.embed({"a": 0, "b": 0})
    program = t.output(t.store(x + y))
    assert Reference(program, parse("mx(e2m1, 2)"), 2).run("ab").values[0] == (0, 4)
    zero = t.output(t.store(y * 7))
    assert Reference(zero, parse("mx(int8, 2)"), 2).run("ab").outcome == (0, 0)


def test_beyond_the_coarsest_scale_overflow_does_what_it_does() -> None:
    t = Builder("huge", "ab")
    x, y = t.embed({"a": mpq(2) ** 131, "b": 1}), t.embed({"a": 0, "b": 3})
    program = t.accept(x - y)
    most = 6 * mpq(2) ** 127
    assert Reference(program, parse("mx(e2m1, 2) saturate"), 1).run("a").values[0] == (most,)
    failed = Reference(program, parse("mx(e2m1, 2)"), 1).run("a").failure
    assert failed is not None
    for overflow, verdict in (("saturate", "VERIFIED"), ("error", "REFUTED")):
        made = verify(program, n=1, arithmetic=f"mx(e2m1, 2) {overflow}")
        assert made.status.name == verdict


# -- all there is, on random programs


def random_mx(seed: int) -> Arithmetic:
    draw = random.Random(seed)
    return Arithmetic(
        Mx(draw.choice(ELEMENTS), draw.choice([1, 2, 3, 32])),
        draw.choice([Quotient(), Quotient(), Reciprocal(draw.randint(0, 3))]),
        draw.choice(MODES),
        draw.choice(["saturate", "error"]),
        draw.choice([None, None, Float(4, 6)]),
        draw.choice([None, None, None, Float(8, 8), FixedPoint(16, 6)]),
    )


@pytest.mark.parametrize("seeds", slow_after(1, [range(k, k + 3) for k in range(0, 90, 3)]), ids=str)
def test_every_way_to_decide_agrees_with_the_reference_run(seeds: range) -> None:
    for seed in seeds:
        made = instance(seed)
        compare(replace(made, right=random_mx(seed)), single=False)


# -- what is refused


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mx(e2m1)", "unknown arithmetic word 'mx(e2m1)'"),
        ("mx(bf16, 32)", "the elements of mx are e2m1, e2m3, e3m2, e4m3fn, e5m2, int8, not 'bf16'"),
        ("mx(e2m1, 0)", "the features of a block of mx must be"),
        ("mx(e2m1, many)", "the features of a block of mx must be a whole number, not 'many'"),
        ("mx(e2m1, 32) floor", "mx(e2m1, 32) has one scale for both signs: write toward-zero, nearest-even or"),
        ("mx(e2m1, 32) wrap", "mx(e2m1, 32) does not wrap"),
        ("mx(e2m1, 32) iterative", "mx(e2m1, 32) has no format for a running sum: write 'quotient'"),
        ("mx(e2m1, 32) rounded-parameters", "mx(e2m1, 32) has blocks of features: leave out 'rounded-parameters'"),
        ("bf16 scores(mx(e2m1, 32))", "scores(mx(e2m1, 32)) has no blocks: write another format"),
        ("bf16 accumulators(mx(e2m1, 32))", "accumulators(mx(e2m1, 32)) has no blocks"),
        (
            "bf16 weights(mx(e2m1, 32))",
            "weights(mx(e2m1, 32)) has no blocks: write another format, such as weights(bf16)",
        ),
        ("mx(e2m1, 32) weights(bf16)", "mx(e2m1, 32) takes means exactly: leave out weights and denominators"),
        ("mxfp4", "did you mean 'mx(e2m1, 32)'?"),
    ],
)
def test_what_does_not_fit_beside_blocks_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidArithmeticError) as caught:
        parse(text)
    assert message in str(caught.value)


def test_text_is_read_back() -> None:
    for text in (
        "mx(e2m1, 32) quotient nearest-even error",
        "mx(int8, 4) reciprocal(3) toward-zero saturate scores(bf16)",
    ):
        assert str(parse(text)) == text
    assert parse("mx( e5m2 ,8)") == Arithmetic(Mx("e5m2", 8), overflow="error")


def test_an_output_of_a_block_has_no_format_of_its_own() -> None:
    t = Builder("output", "ab")
    with pytest.raises(ValueError, match="a value of a block has none of its own"):
        verify(t.output(t.symbol("a")), n=2, arithmetic="mx(e2m1, 2)", claim="output")
