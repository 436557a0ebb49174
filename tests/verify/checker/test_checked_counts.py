"""Counts, checked: what is accepted holds on every word, and what does not hold, or is not understood, is refused."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import comb

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import DECISION, Kind
from logbits.encode.model.build import Builder, Expression
from logbits.encode.number.mean import Iterative, Quotient, Weights
from logbits.encode.number.rounding import Rounding
from logbits.encode.program.position import Position, constant, i, n
from logbits.encode.program.program import (
    BOS,
    EOS,
    Accept,
    Affine,
    Attend,
    Attended,
    Compare,
    Embed,
    Form,
    Max,
    Monomial,
    Op,
    Outputs,
    Product,
    Program,
    Round,
    Score,
    Steps,
    Table,
)
from logbits.verify.checker.counts import check_counts
from logbits.verify.checker.refused import Refused
from logbits.verify.checker.symmetric import Symmetric
from logbits.verify.reference.pair import Pair
from support.symmetric_claims import CHUNKS, SYMMETRIC, random_claim

KINDS = [DECISION, Kind("exact"), Kind("error", mpq(1, 4)), Kind("error", mpq(1, 16)), Kind("output")]
ARITHMETICS = [
    "fixed(3)",
    "fixed(8)",
    "Q(2) ceil",
    "Q(12)",
    "R(0)",
    "fixed(5, 3) reciprocal(2, nearest-even) floor wrap",
    "fixed(4, 3) error nearest-away",
    "fixed(4) accumulators(fixed(5))",
    "fixed(6) scores(fixed(2))",
    "e4m3fn nearest-even",
    "int8",
    "fixed(4) weights(float(2, 3)) nearest-even",
    "fixed(5, 3) error denominator(float(1, 2)) accumulators(fixed(5, 1))",
    "fixed(5, 2) weights(fixed(3)) denominator(float(2, 2)) ceil iterative(tree)",
    "fixed(3) rounded-parameters",
]


def quiet() -> None:
    """Time is never up."""


def checked(claim: Claim, length: int) -> int:
    left, right, *_ = claim.twins()
    return check_counts(left, right, claim.kind, length, quiet)


def first_broken(claim: Claim, length: int) -> str | None:
    """The first sorted word that breaks a claim in some order, with powers; by the reference run, on all words."""
    pair, alphabet = Pair(claim), claim.program.alphabet
    for word in itertools.combinations_with_replacement(alphabet, length):
        if any(pair.breaks(other) for other in set(itertools.permutations(word))):
            groups = [(symbol, len(list(group))) for symbol, group in itertools.groupby(word)]
            return " ".join(symbol if k == 1 else f"{symbol}^{k}" for symbol, k in groups)
    return None


def agrees(claim: Claim, length: int) -> bool:
    """Whether all words of a length are accepted; as they should be, or the first that breaks the claim is named."""
    broken = first_broken(claim, length)
    if broken is None:
        letters = len(claim.program.alphabet)
        assert checked(claim, length) == comb(length + letters - 1, letters - 1)
        return True
    with pytest.raises(Refused) as refused:
        checked(claim, length)
    assert str(refused.value).startswith((f"on {broken}: ", f"on {broken}, read at "))
    return False


def never_wrong(claim: Claim, length: int) -> bool:
    """Whether the answer is right, where a sum that may be rounded on its way may be refused."""
    try:
        checked(claim, length)
    except Refused as refused:
        return "on its way" in str(refused) or first_broken(claim, length) is not None
    return first_broken(claim, length) is None


def with_kind(claim: Claim, kind: Kind) -> Claim | None:
    """The claim with another kind, where it makes sense."""
    try:
        return replace(claim, kind=kind)
    except ValueError as error:
        if "needs a format" in str(error):
            return None
        raise


# -- against the reference run, on every word


@pytest.mark.parametrize("seeds", CHUNKS)
def test_it_agrees_with_the_reference_run_on_random_programs(seeds: range) -> None:
    answers: set[bool] = set()
    for seed in seeds:
        claim = with_kind(random_claim(seed), KINDS[seed % len(KINDS)])
        if claim is not None:
            answers |= {agrees(claim, length) for length in range(1, 5)}
    assert answers == {True, False}


@pytest.mark.parametrize("seeds", CHUNKS)
def test_what_is_stored_is_what_the_reference_run_stores(seeds: range) -> None:
    """At every position of every short word, by every operation but scores; and it fails where that fails."""
    for seed in seeds[::3]:
        claim = random_claim(seed)
        pair, made = Pair(claim), twin(claim.program, claim.right, claim.bound)
        for length in range(1, 4):
            side = Symmetric(made.program, length)
            for word in itertools.product(claim.program.alphabet, repeat=length):
                expected, counts = pair.right.run(word), Counter(word)
                if expected.failure is not None:
                    with pytest.raises(Refused):
                        side.run(counts)
                    continue
                columns = side.run(counts)
                letters = ((BOS,) if claim.program.bos else ()) + word + ((EOS,) if claim.program.eos else ())
                for op, column, index in zip(claim.program.ops, expected.values, made.stored, strict=True):
                    if not isinstance(op, Score):
                        assert [columns[symbol][index] for symbol in letters] == list(column), (seed, word, op)


@pytest.mark.parametrize("name", SYMMETRIC)
def test_it_agrees_with_the_reference_run_on_the_cases(name: str) -> None:
    for text in ARITHMETICS:
        claim = Claim(CASES[name].program, EXACT, parse(text), 4)
        for length in range(1, 5):
            agrees(claim, length)


@pytest.mark.parametrize("name", SYMMETRIC)
@pytest.mark.parametrize("text", ["fixed(4) iterative", "e4m3fn iterative nearest-even", "float(2, 4) iterative"])
def test_sums_that_no_addition_rounds(name: str, text: str) -> None:
    """Where an addition may round, it is refused."""
    claim = Claim(CASES[name].program, EXACT, parse(text), 4)
    for length in range(1, 5):
        assert never_wrong(claim, length)


@pytest.mark.parametrize("seed", range(40))
def test_random_sums_on_their_way(seed: int) -> None:
    given, rng = random_claim(seed), random.Random(seed)
    text = rng.choice(("fixed(6)", "fixed(5, 2)", "float(3, 4)", "fixed(4, 1) wrap", "fixed(4, 1) error"))
    claim = Claim(given.program, EXACT, parse(f"{text} iterative"), 4)
    for length in range(1, 5):
        assert never_wrong(claim, length)


def summed(values: Mapping[str, int | str], rounding: Rounding, length: int) -> int:
    """A mean of symbols' values whose sum is rounded after every addition, against the exact one."""
    t = Builder("sum", "ab")
    program = t.output(t.uniform(t.embed(values)))
    [head] = [index for index, op in enumerate(program.ops) if isinstance(op, Attend)]
    op = program.ops[head]
    assert isinstance(op, Attend)
    return check_counts(
        program, altered(program, head, replace(op, mean=Iterative(), total=rounding)), DECISION, length, quiet
    )


def test_a_sum_is_exact_on_its_way_as_far_as_its_format_holds_all_parts_of_it() -> None:
    """Integers of four significant bits hold multiples of 4 up to 64, and others up to 16."""
    small = Rounding(mpq(1), -1000, 1000, precision=4)
    assert summed({"a": 4, "b": 12}, small, 5) == 6
    assert summed({"a": 1, "b": 3}, small, 5) == 6
    assert summed({"a": -4, "b": 4}, small, 16) == 17
    for values, length in (
        ({"a": 4, "b": 12}, 7),
        ({"a": 1, "b": 3}, 7),
        ({"a": 1, "b": -3}, 7),
    ):
        with pytest.raises(Refused, match="may be rounded on its way"):
            summed(values, small, length)
    with pytest.raises(Refused, match="may be rounded on its way"):
        summed({"a": 1, "b": "1/2"}, small, 3)


def test_a_sum_of_one_number_and_zeros_may_be_rounded_on_its_way() -> None:
    small = Rounding(mpq(1), -1000, 1000, precision=4)
    assert summed({"a": 0, "b": 1}, small, 16) == 17
    with pytest.raises(Refused, match=r"^on a\^\d+ b\^\d+, read at a: the claim decision does not hold$"):
        summed({"a": 0, "b": 1}, small, 24)
    with pytest.raises(Refused, match=r"^on a\^9, read at a: the claim decision does not hold$"):
        summed({"a": -1, "b": 0}, Rounding(mpq(1), -8, 7), 9)


def test_a_sum_that_leaves_its_format_on_its_way_and_comes_back_is_refused() -> None:
    signed, unsigned = Rounding(mpq(1), -8, 7), Rounding(mpq(1), 0, 7)
    assert summed({"a": 1, "b": -1}, signed, 7) == 8
    assert summed({"a": 0, "b": -1}, signed, 8) == 9
    assert summed({"a": 1, "b": 0}, unsigned, 7) == 8
    for values, rounding, length in (
        ({"a": 1, "b": -2}, signed, 7),
        ({"a": 1, "b": -1}, unsigned, 2),
    ):
        with pytest.raises(Refused, match="may be rounded on its way"):
            summed(values, rounding, length)


def test_a_sum_that_another_value_brings_back_is_not_the_exact_one() -> None:
    t = Builder("back", "ab", eos=True)
    program = t.output(t.uniform(t.embed({"a": 1, "EOS": -4})))
    for most, length in ((7, 7), (8, 8)):
        change = replace(program.ops[1], mean=Iterative(), total=Rounding(mpq(1), -8, most))  # type: ignore[arg-type]
        assert check_counts(program, altered(program, 1, change), DECISION, length, quiet) == length + 1
    change = replace(program.ops[1], mean=Iterative(), total=Rounding(mpq(1), -8, 7))  # type: ignore[arg-type]
    with pytest.raises(Refused, match=r"^on a\^8, read at a: the claim decision does not hold$"):  # 7 - 4 is not 4
        check_counts(program, altered(program, 1, change), DECISION, 8, quiet)


# -- broken claims


def test_every_vector_of_counts_is_looked_at() -> None:
    """A claim that is broken at one vector only, whichever it is."""
    t = Builder("one", "abc")
    a, b = t.uniform(t.symbol("a")), t.uniform(t.symbol("b"))
    for x, y, z in [(k, m, 4 - k - m) for k in range(5) for m in range(5 - k)]:
        there = t.compare(t.store((a - mpq(x, 4)) * 8 + b - mpq(y, 4)), "=")
        hit, never = t.output(there), t.output(t.expression(0))
        text = " ".join(s if k == 1 else f"{s}^{k}" for s, k in zip("abc", (x, y, z), strict=True) if k)
        program = replace(never, ops=hit.ops, names=hit.names)
        with pytest.raises(Refused, match=rf"^on {text.replace('^', '.')}, read at "):
            check_counts(program, hit, DECISION, 4, quiet)


@pytest.mark.parametrize("place", ["first", "last", "bos", "eos"])
def test_it_is_read_where_the_readout_says(place: str) -> None:
    t = Builder("read", "ab", bos=True, eos=True)
    for symbol in ("a", "b", "BOS", "EOS"):
        here = t.embed({symbol: 1})
        hit, never = t.accept(here, place), t.accept(t.expression(0), place)  # type: ignore[arg-type]
        never = replace(never, ops=hit.ops, names=hit.names)
        if symbol in {"bos": "BOS", "eos": "EOS"}.get(place, "ab"):
            with pytest.raises(Refused, match=f"read at {symbol}: the claim decision does not hold"):
                check_counts(never, hit, DECISION, 3, quiet)
        else:
            assert check_counts(never, hit, DECISION, 3, quiet) == 4


def test_a_run_that_fails_agrees_with_nothing() -> None:
    """Not with one that fails alike; whatever reads it."""
    t = Builder("fails", "ab")
    x = t.uniform(t.symbol("b"))
    t.table(x, {0: 1, 1: 1, "1/2": 1})
    program = t.accept(t.symbol("a"))
    assert check_counts(program, program, DECISION, 2, quiet) == 3
    with pytest.raises(Refused, match=r"^on a\^2 b: fails, operation 2: a table has no entry 1/3$"):
        check_counts(program, program, DECISION, 3, quiet)


@pytest.mark.parametrize("text", ["fixed(3, 0) error", "fixed(3, 0) error accumulators(fixed(8, 0))"])
def test_an_overflow_may_be_a_failure(text: str) -> None:
    t = Builder("fails", "ab", eos=True)
    t.product(t.embed({"EOS": 2}), t.embed({"EOS": 2}))
    claim = Claim(t.accept(t.symbol("a")), EXACT, parse(text), 3)
    with pytest.raises(Refused, match=r"^on a\^3: fails, operation [34]: 4 overflows s3.0$"):
        checked(claim, 3)
    assert checked(Claim(claim.program, EXACT, parse(text.replace("error", "wrap")), 3), 3) == 4


def test_the_sum_of_a_head_may_overflow() -> None:
    t = Builder("fails", "ab")
    claim = Claim(
        t.accept(t.uniform(t.symbol("b")) - 2), EXACT, parse("fixed(8, 2) error accumulators(fixed(3, 0))"), 9
    )
    assert checked(claim, 3) == 4
    with pytest.raises(Refused, match=r"^on b\^4: fails, operation 2: 4 overflows s3.0$"):
        checked(claim, 4)


def test_a_score_that_no_head_reads_does_not_exist() -> None:
    t = Builder("scores", "ab")
    x = t.embed({"a": 3, "b": 1})
    head = t.attend(t.query(x) * t.key(x), x)
    claim = Claim(t.accept(head), EXACT, parse("fixed(3, 0) error"), 3)
    with pytest.raises(Refused, match=r"^on a\^3: scores, operation 3: 9 overflows s3.0$"):
        checked(claim, 3)
    left, right = (
        replace(
            side,
            ops=tuple(replace(op, score=None, ties="uniform") if isinstance(op, Attend) else op for op in side.ops),
        )
        for side in claim.twins()
    )
    assert check_counts(left, right, DECISION, 3, quiet) == 4


def test_a_margin_is_allowed_and_no_more() -> None:
    t = Builder("margin", "ab")
    program, more = t.output(t.uniform(t.symbol("b"))), t.output(t.uniform(t.symbol("b")) + "1/10")
    for kind, well in (
        (Kind("error", mpq(1, 10)), True),
        (Kind("error", mpq(9, 100)), False),
        (Kind("error"), False),
        (DECISION, False),
        (Kind("exact"), False),
    ):
        for left, right in ((program, more), (more, program)):
            left = replace(left, ops=more.ops, names=more.names)
            if well:
                assert check_counts(left, right, kind, 2, quiet) == 3
            else:
                with pytest.raises(Refused, match=r"^on a\^2, read at a: the claim .* does not hold$"):
                    check_counts(left, right, kind, 2, quiet)


def test_an_acceptor_is_compared_by_its_sign_unless_more_is_claimed() -> None:
    t = Builder("sign", "ab")
    x = t.uniform(t.symbol("b"))
    few, many = (t.accept(x * k - mpq(k, 2)) for k in (1, 3))
    assert check_counts(few, many, DECISION, 4, quiet) == 5
    for kind in (Kind("exact"), Kind("error", mpq(1, 2))):
        with pytest.raises(Refused, match="does not hold"):
            check_counts(few, many, kind, 4, quiet)
    with pytest.raises(Refused, match=r"^on a\^2 b\^2, read at a: "):  # 0 is rejected
        check_counts(few, t.accept(x - "1/3"), DECISION, 4, quiet)


def test_the_first_of_the_greatest_classes_is_the_outcome() -> None:
    t = Builder("classes", "ab")
    x = t.uniform(t.symbol("b"))
    one = t.classify({"x": 1 - x, "y": x})
    assert check_counts(one, t.classify({"x": 1 - x, "y": x}), DECISION, 2, quiet) == 3
    with pytest.raises(Refused, match=r"^on a b, read at a: "):
        check_counts(one, t.classify({"x": 1 - x, "y": x + "1/9"}), DECISION, 2, quiet)


def test_time_is_looked_at_before_each_vector() -> None:
    class TimeIsUpError(Exception):
        pass

    ticks = 0

    def tick() -> None:
        nonlocal ticks
        ticks += 1
        if ticks > 5:
            raise TimeIsUpError

    program = CASES["majority"].program
    assert check_counts(program, program, DECISION, 4, tick) == ticks == 5
    with pytest.raises(TimeIsUpError):
        check_counts(program, program, DECISION, 4, tick)


# -- premises


def altered(program: Program, index: int, op: Op) -> Program:
    ops = list(program.ops)
    ops[index] = op
    return replace(program, ops=tuple(ops))


def base() -> Program:
    """0: b, 1: a sum, 2: mean, 3: score, 4: head, 5: maximum, 6: comparison, 7: steps, 8: table; all is well."""
    t = Builder("base", "ab", bos=True)
    b = t.symbol("b")
    one = t.store(b + 1)
    t.uniform(b)
    head = t.attend(t.query(b) * t.key(one), one)
    t.relu(head)
    t.compare(head, ">")
    t.steps(head, 0, {1: 1, 2: 2})
    t.table(b, {0: 1, 1: 2})
    return t.accept(head - 1)


def test_all_is_well_otherwise() -> None:
    assert check_counts(base(), base(), DECISION, 3, quiet) == 4
    kinds = [Embed, Affine, Attend, Score, Attend, Max, Compare, Steps, Table]
    assert [type(op) for op in base().ops] == kinds


def at_first(program: Program) -> Program:
    assert isinstance(program.readout, Accept)
    return replace(program, readout=replace(program.readout, place="first"))


def embedding(**changed: Position) -> Callable[[Program], Program]:
    table = {"a": constant(0), "b": constant(1), "BOS": constant(0)} | changed
    return lambda program: altered(program, 0, Embed(tuple(table.items())))


def operation(index: int, op: Op) -> Callable[[Program], Program]:
    return lambda program: altered(program, index, op)


ONE, ZERO = mpq(1), mpq(0)
HEAD, UNIFORM = Attend(1, 3, "none", "saturated"), Attend(0, None, "none", "uniform")
B = Form(ZERO, ((ONE, 0),))
FOURTHS = Rounding(mpq(1), -9, 9)
VIOLATIONS: dict[str, tuple[Callable[[Program], Program], str]] = {
    "a position": (embedding(a=i), "a head sees more of a word"),
    "a position inside": (embedding(b=constant(1) + 0 * (i / n).floor()), "a head sees more of a word"),
    "no value": (embedding(b=1 / (n - 3)), "division by zero"),
    "no value at BOS": (embedding(BOS=1 / i), "division by zero"),
    "an unknown expression": (embedding(b=Position("sin", (n,))), "unknown position operation"),
    "no symbol": (lambda p: altered(p, 0, Embed((("a", constant(0)), ("b", constant(1))))), "once for each symbol"),
    "another symbol": (embedding(c=constant(1)), "once for each symbol"),
    "a symbol twice": (lambda p: altered(p, 0, Embed((*_table(p), ("b", constant(2))))), "once for each symbol"),
    "a causal mask": (
        lambda p: at_first(operation(2, replace(UNIFORM, mask="causal"))(p)),
        "mask causal",
    ),
    "a strict mask": (operation(4, replace(HEAD, mask="strict")), "mask strict"),
    "an unknown mask": (operation(4, replace(HEAD, mask="some")), "mask some"),  # type: ignore[arg-type]
    "hard ties": (operation(4, replace(HEAD, ties="hard")), "a head sees more of a word"),
    "rightmost ties": (operation(4, replace(HEAD, ties="rightmost")), "a head sees more of a word"),
    "uniform with scores": (operation(4, replace(HEAD, ties="uniform")), "ties uniform"),
    "saturated without": (operation(2, replace(UNIFORM, ties="saturated")), "ties saturated"),
    "a rounded quotient": (operation(2, replace(UNIFORM, mean=Quotient(3))), r"a mean by quotient\(3\) is not"),
    "iterative without a sum": (operation(2, replace(UNIFORM, mean=Iterative())), "a mean by iterative is not"),
    "an addition that rounds": (
        operation(2, replace(UNIFORM, value=1, mean=Iterative(), total=Rounding(mpq(2), -9, 9))),
        "may be rounded on its way",
    ),
    "a denominator that wraps": (
        operation(2, replace(UNIFORM, mean=Weights(None, Rounding(ONE, -1, 1, overflow="wrap")))),
        "is not understood",
    ),
    "a denominator that overflows": (
        operation(2, replace(UNIFORM, mean=Weights(None, Rounding(ONE, 0, 1, overflow="error")))),
        "2 overflows u1.0",
    ),
    "steps of weighted values without a sum": (
        operation(2, replace(UNIFORM, mean=Weights(None, Rounding(ONE, 0, 1), Iterative()))),
        "is not understood",
    ),
    "steps of weighted values that round": (
        operation(2, replace(UNIFORM, mean=Weights(Rounding(mpq(1, 4), 0, 4), None, Iterative()), total=FOURTHS)),
        "may be rounded on its way",
    ),
    "an unread mean that is not": (operation(8, replace(UNIFORM, mean=Iterative())), "a mean by iterative is not"),
    "a maximum of nothing": (operation(5, Max(())), "a maximum of nothing"),
    "an unknown relation": (operation(6, Compare(B, "<")), "the relation < is not"),  # type: ignore[arg-type]
    "a key twice": (operation(8, Table(B, ((ZERO, ONE), (ONE, ONE), (ONE, ZERO)))), "a key twice"),
    "thresholds that descend": (operation(7, Steps(B, ZERO, ((ONE, ONE), (ZERO, ZERO)))), "thresholds do not ascend"),
    "a threshold twice": (operation(7, Steps(B, ZERO, ((ONE, ONE), (ONE, ZERO)))), "thresholds do not ascend"),
    "what comes later": (operation(1, Affine(Form(ONE, ((ONE, 2),)))), "operation 2 has no value"),
    "itself": (operation(1, Affine(Form(ONE, ((ONE, 1),)))), "operation 1 has no value"),
    "what comes before the first": (operation(1, Product(0, -1)), "operation -1 has no value"),
    "a score as a feature": (operation(5, Affine(Form(ZERO, ((ONE, 3),)))), "operation 3 has no value"),
    "a score as a value": (operation(4, replace(HEAD, value=3)), "operation 3 has no value"),
    "a feature as a score": (operation(4, replace(HEAD, score=1)), "operation 1 has no value"),
    "a later score": (operation(4, replace(HEAD, score=7)), "operation 7 has no value"),
    "a score of what is not there": (operation(3, Score((Monomial(ONE, (0,), (4,)),))), "operation 4 has no value"),
    "a rounding of nothing": (operation(5, Round(9, Rounding(ONE, None, None))), "operation 9 has no value"),
    "no operation": (operation(5, B), "Form has no value at a single position"),  # type: ignore[arg-type]
    "a readout of nothing": (lambda p: replace(p, readout=Accept(Form(ZERO, ((ONE, 9),)), "last")), "operation 9"),
    "a readout of a score": (lambda p: replace(p, readout=Accept(Form(ZERO, ((ONE, 3),)), "last")), "operation 3"),
    "a readout at EOS": (lambda p: replace(p, readout=Accept(B, "eos")), "read at EOS, which it does not have"),
    "a readout at BOS": (
        lambda p: replace(embedding()(p), bos=False, readout=Accept(B, "bos"), ops=_without_bos(p)),
        "read at BOS, which it does not have",
    ),
    "a readout nowhere": (
        lambda p: replace(p, readout=Accept(B, "middle")),  # type: ignore[arg-type]
        "readout of base is not understood",
    ),
    "a readout of positions": (lambda p: replace(p, readout=Attended(4, "last")), "are not read alike"),
    "two outputs": (lambda p: replace(p, readout=Outputs((B, B))), "readout of base is not understood"),
    "no output": (lambda p: replace(p, readout=Outputs(())), "readout of base is not understood"),
    "a class without a label": (lambda p: replace(p, readout=Outputs((B, B), ("x",))), "is not understood"),
    "no alphabet": (lambda p: replace(p, alphabet=()), "has no alphabet"),
    "a letter twice": (lambda p: replace(p, alphabet=("a", "b", "a")), "or one with a symbol twice"),
    "BOS as a letter": (lambda p: replace(p, alphabet=("a", "b", "BOS")), "or one with a symbol twice"),
    "EOS as a letter": (lambda p: replace(p, alphabet=("a", "b", "EOS")), "or one with a symbol twice"),
    "a greater length": (lambda p: replace(p, max_length=2), "is not asked about words of length 3"),
}


def _table(program: Program) -> tuple[tuple[str, Position], ...]:
    embed = program.ops[0]
    assert isinstance(embed, Embed)
    return embed.table


def _without_bos(program: Program) -> tuple[Op, ...]:
    return (Embed(tuple(row for row in _table(program) if row[0] != "BOS")), *program.ops[1:])


@pytest.mark.parametrize("what", VIOLATIONS)
def test_a_program_without_one_of_the_premises_is_refused(what: str) -> None:
    """As both sides; and as either, unless the readouts then are not alike."""
    change, message = VIOLATIONS[what]
    with pytest.raises(Refused, match=message):
        check_counts(change(base()), change(base()), DECISION, 3, quiet)
    for left, right in ((change(base()), base()), (base(), change(base()))):
        with pytest.raises(Refused):
            check_counts(left, right, DECISION, 3, quiet)


@pytest.mark.parametrize("length", [0, -1])
def test_there_is_no_empty_word(length: int) -> None:
    with pytest.raises(Refused, match="is not asked about words of length"):
        check_counts(base(), base(), DECISION, length, quiet)


def test_positions_of_special_symbols_may_be_embedded() -> None:
    t = Builder("special", "ab", bos=True, eos=True)
    x = t.embed({"a": 1 / n, "b": 0, "BOS": i, "EOS": i})
    at = {place: t.output(t.uniform(x) * (n_of + 2) - x_of) for place, n_of, x_of in (("both", 3, 1 + 3 + 1),)}
    program, never = at["both"], t.output(t.expression(0))
    never = replace(never, ops=program.ops, names=program.names)
    with pytest.raises(Refused, match=r"^on a\^2 b, "):  # (a/3 + 0 + 4) - 5 is 0 for three a only
        check_counts(never, program, DECISION, 3, quiet)


@pytest.mark.parametrize(
    "other",
    [
        replace(base(), readout=Accept(B, "first")),
        replace(base(), readout=Accept(B, "bos")),
        replace(base(), readout=Outputs((B,))),
        replace(base(), alphabet=("b", "a")),
        replace(base(), alphabet=("a", "b", "c")),
    ],
)
def test_sides_that_are_not_read_alike_are_refused(other: Program) -> None:
    for left, right in ((base(), other), (other, base())):
        with pytest.raises(Refused, match=r"are not read alike|are over different alphabets"):
            check_counts(left, right, DECISION, 3, quiet)


def test_outputs_with_other_labels_are_refused() -> None:
    def labelled(*labels: str) -> Program:
        return replace(base(), readout=Outputs((B, B), labels))

    assert check_counts(labelled("x", "y"), labelled("x", "y"), DECISION, 3, quiet) == 4
    with pytest.raises(Refused, match="are not read alike"):
        check_counts(labelled("x", "y"), labelled("y", "x"), DECISION, 3, quiet)


def test_attention_is_not_a_function_of_counts() -> None:
    with pytest.raises(Refused, match="the claim attention is not about what counts decide"):
        check_counts(base(), base(), Kind("attention"), 3, quiet)


def test_a_program_that_reads_the_length_is_understood() -> None:
    def of(make: Callable[[Builder], Expression]) -> Program:
        t = Builder("length", "ab")
        return t.output(make(t))

    program = of(lambda t: t.uniform(t.embed({"a": n, "b": 1})))
    assert check_counts(program, program, DECISION, 3, quiet) == 4
    with pytest.raises(Refused, match=r"^on a\^4, "):
        check_counts(program, of(lambda t: t.uniform(t.embed({"a": 3, "b": 1}))), DECISION, 4, quiet)
    assert check_counts(program, of(lambda t: t.uniform(t.embed({"a": 4, "b": 1}))), DECISION, 4, quiet) == 5
