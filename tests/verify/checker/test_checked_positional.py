"""Positions and counts, checked: what is accepted holds on all words, and what sees more than counts is refused."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import DECISION
from logbits.encode.model.build import Builder
from logbits.encode.number.rational import ONE
from logbits.encode.program.position import i
from logbits.encode.program.program import Affine, Attend, Embed, Form, Outputs, Program, Ties
from logbits.verify.checker.counts import check_counts
from logbits.verify.checker.positional import Positional, reads_positions
from logbits.verify.checker.refused import Refused
from logbits.verify.reference.pair import Pair
from support.random_counted import counted_claim

SEEDS = 120
CHUNKS = [range(start, start + 20) for start in range(0, SEEDS, 20)]


def quiet() -> None:
    """Time is never up."""


def refusal(check: Callable[[], object]) -> str:
    """Why it is refused; nothing where it is not."""
    try:
        check()
    except Refused as refused:
        return str(refused)
    return ""


@pytest.mark.first(2)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_random_claims_against_all_words(seeds: range) -> None:
    broken = held = 0
    for seed in seeds:
        claim = counted_claim(seed)
        left, right, *_ = claim.twins()
        pair = Pair(claim)
        for length in (1, random.Random(seed).randrange(2, 5)):
            words = itertools.product(claim.program.alphabet, repeat=length)
            breaks = any(pair.breaks(word) for word in words)
            said = refusal(lambda: check_counts(left, right, claim.kind, length, quiet))  # noqa: B023 (called here)
            assert bool(said) == breaks or "on its way" in said, (seed, length, said)
            broken, held = broken + breaks, held + (not breaks)
    assert min(broken, held) > 3


@pytest.mark.parametrize("name", ["parity", "parity-lookup", "mod-count", "even-length", "at-least-k"])
@pytest.mark.parametrize("arithmetic", ["fixed(4)", "fixed(9)", "bf16 nearest-even", "fixed(4) iterative", "R(0)"])
def test_cases_against_all_words(name: str, arithmetic: str) -> None:
    claim = Claim(CASES[name].program, EXACT, parse(arithmetic), 8)
    left, right, *_ = claim.twins()
    pair = Pair(claim)
    for length in range(1, 7):
        breaks = any(pair.breaks(word) for word in itertools.product(claim.program.alphabet, repeat=length))
        said = refusal(lambda: check_counts(left, right, DECISION, length, quiet))  # noqa: B023 (called here)
        assert bool(said) == breaks or "on its way" in said, (length, said)


def head(ties: Ties = "saturated", *, symbol: bool = False, both: bool = False) -> Program:
    t = Builder("head", "ab")
    place, letter = t.position(i), t.symbol("a")
    return t.accept(
        t.attend(t.key(letter if symbol else place), place if both else letter if symbol else place, "none", ties)
    )


def test_what_sees_more_than_counts_is_refused() -> None:
    more = "a head sees more of a word than how often each symbol occurs"
    for program, said in (
        (head(), ""),
        (head("hard"), ""),
        (head("rightmost"), ""),
        (head(both=True, symbol=True), more),
        (head("hard", symbol=True), more),
        (head("rightmost", symbol=True), more),
    ):
        assert more not in refusal(lambda: check_counts(program, program, DECISION, 3, quiet)) if not said else True  # noqa: B023
        assert said in refusal(lambda: Positional(program, 3))  # noqa: B023 (called here)
    t = Builder("both", "ab")
    assert more in refusal(lambda: Positional(t.accept(t.uniform(t.embed({"a": i, "b": 0}))), 3))
    t = Builder("masked", "ab")
    masked = t.accept(t.uniform(t.position(i), "causal"), "first")
    assert "mask causal" in refusal(lambda: check_counts(masked, masked, DECISION, 3, quiet))


def test_what_is_read_must_be_there() -> None:
    program = head()
    for ops in (
        (Affine(Form(ONE, ((ONE, 1),))), *program.ops[1:]),
        (*program.ops[:-1], replace(program.ops[-1], value=9)),  # type: ignore[type-var]
        (*program.ops[:-1], replace(program.ops[-1], score=0)),  # type: ignore[type-var]
    ):
        assert "operation" in refusal(lambda: Positional(replace(program, ops=ops), 3))  # noqa: B023 (called here)
    embed = program.ops[0]
    assert isinstance(embed, Embed)
    twice = replace(program, ops=(Embed((*embed.table, embed.table[0])), *program.ops[1:]))
    assert "not embedded once for each symbol" in refusal(lambda: Positional(twice, 3))
    assert "is not asked about words of length 0" in refusal(lambda: Positional(program, 0))
    assert "is not asked about" in refusal(lambda: Positional(replace(program, max_length=2), 3))
    assert "a symbol twice" in refusal(lambda: Positional(replace(program, alphabet=("a", "a")), 3))
    strange = replace(program, readout=Outputs(()))
    assert "is not understood" in refusal(lambda: Positional(strange, 3).run({"a": 1, "b": 2}).read())
    assert isinstance(program.ops[-1], Attend)


def test_sums_in_the_order_of_positions() -> None:
    """1 + 1/4 + … with one digit behind the point, from left to right."""
    t = Builder("sum", "ab")
    program = t.output(t.uniform(t.position(1 / (i * i))))
    claim = Claim(program, EXACT, parse("fixed(5, 1) iterative nearest-even"), 4)
    left, right, *_ = claim.twins()
    assert "does not hold" in refusal(lambda: check_counts(left, right, DECISION, 4, quiet))
    assert check_counts(right, right, DECISION, 4, quiet) == 5


def test_who_reads_positions() -> None:
    assert reads_positions(head())
    t = Builder("first", "ab")
    assert reads_positions(t.accept(t.attend(t.key(t.symbol("a")), t.symbol("a"), "none", "hard")))
    assert not reads_positions(CASES["majority"].program)
    t = Builder("p", "ab", bos=True)
    assert not reads_positions(t.accept(t.uniform(t.embed({"a": 1, "b": 0, "BOS": i}))))
