"""Sweeps over prefixes, against the reference run on every word of small lengths."""

from __future__ import annotations

import os
from math import gcd

import pytest
from gmpy2 import mpq
from logbits.bounds.batch.many import Many, integers
from logbits.bounds.prefix import sweep as sweeping
from logbits.bounds.prefix.kinds import UnsupportedError
from logbits.bounds.prefix.states import lowest
from logbits.bounds.prefix.sweep import Sweep
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.position import i, n
from logbits.encode.program.program import Mask, Program
from logbits.verify.reference.pair import Pair
from support.marks import slow_after
from support.random_prefixes import claims, sweep, words

SEEDS = range(int(os.environ.get("LOGBITS_PREFIXES", "400")))
"""The questions that are compared with the reference run on every word."""


def first_break(pair: Pair, length: int) -> tuple[tuple[int, ...] | None, bool]:
    """The first word of a length that breaks a claim, and whether any word is asked about."""
    asked = False
    for word in words(pair.claim, length):
        spelled = pair.spell(word)
        asked |= pair.member(spelled)
        if pair.breaks(spelled):
            return word, True
    return None, asked


def compare(claim: Claim, length: int) -> int:
    """Compares a sweep from length 1 on, and one of the last length alone; at how many lengths a word breaks."""
    pair, both = Pair(claim), [sweep(claim), sweep(claim, length)]
    broken = 0
    for size in range(1, length + 1):
        expected, asked = first_break(pair, size)
        broken += expected is not None
        for each in both:
            assert each is not None
            level = each.advance()
            if size >= each.first:
                assert (level.length, level.word) == (size, expected)
                assert level.word is not None or level.inhabited == asked
    return broken


@pytest.mark.parametrize("seed", slow_after(40, SEEDS))
def test_every_word(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "CLOSE", seed % 2 or 1 << 30)  # states are closed at once, or never
    for claim, length in claims(seed):
        if sweep(claim) is not None:
            compare(claim, length)


def test_random_questions_are_followed_and_broken() -> None:
    """What is compared above is not empty: many claims are followed, and many of these broken."""
    found = [(claim, length) for seed in range(40) for claim, length in claims(seed)]
    followed = [each for each in found if sweep(each[0]) is not None]
    assert 3 * len(followed) > len(found)
    assert sum(compare(*each) > 0 for each in followed[:25]) > 5


@pytest.mark.parametrize("seed", range(40))
def test_words_that_are_not_merged(seed: int) -> None:
    for claim, length in claims(seed):
        followed, pair = sweep(claim, length), Pair(claim)
        if followed is not None:
            several = list(words(claim, length))
            assert followed.breaking(several) == [pair.breaks(pair.spell(word)) for word in several]


def claim(program: Program, arithmetic: str, bound: int) -> Claim:
    return Claim(program, EXACT, parse(arithmetic), bound)


def run(asked: Claim, length: int) -> Sweep:
    """A sweep after a length at which nothing breaks yet."""
    found = Sweep(asked)
    while found.length < length:
        assert found.advance().word is None
    return found


@pytest.mark.parametrize(
    ("model", "most"),
    [
        ("majority", 65),
        ("dyck1", 40),
        ("dyck1-relu", 40),
        ("shuffle-dyck", 500),
        ("anbn", 50),
        ("shift", 4),
        ("ab-star", 4),
    ],
)
def test_few_states(model: str, most: int) -> None:
    """Words that are remembered alike are one state, and words that are decided are none."""
    found = run(claim(CASES[model].program, "fixed(16)", 64), 64)
    assert found.states.count <= most


def maximum(ties: str) -> Program:
    t = Builder("late", "ab")
    return t.accept(t.attend(t.key(t.position(i)), t.symbol("b"), "causal", ties) > 0)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("ties", ["saturated", "rightmost", "hard"])
def test_positions_that_round(ties: str) -> None:
    """bfloat16 has eight significant bits: 257 is stored as 256, and ties with it."""
    asked = claim(maximum(ties), "bf16 nearest-even", 300)
    found = Sweep(asked)
    levels = [found.advance() for _ in range(260)]
    broken = [level.length for level in levels if level.word is not None]
    assert broken[:1] == ([257] if ties != "rightmost" else [])


def test_a_sum_that_sticks() -> None:
    t = Builder("ones", "h")
    ones = t.output(t.uniform(t.embed({"h": 1})))
    assert run(claim(ones, "bf16 iterative nearest-even", 300), 256).advance().word == (0,) * 257


def refused(program: Program, arithmetic: str = "fixed(8)", kind: str = "decision") -> str:
    from logbits.encode.claim.kind import parse as kind_of

    with pytest.raises(UnsupportedError) as error:
        Sweep(Claim(program, EXACT, parse(arithmetic), 8, kind=kind_of(kind)[0]))
    return str(error.value)


def test_what_cannot_be_followed() -> None:
    t = Builder("here", "ab")
    share = t.uniform(t.symbol("b"))
    assert refused(t.accept(t.position(n / 2 - i) + share)) == "the length is read by embeddings"
    t = Builder("here", "ab")
    share = t.uniform(t.symbol("b"))
    assert refused(t.accept(share, "first")) == "it is not read where the word ends"
    assert refused(t.output(share + t.symbol("b"))).startswith("what is output at each position")
    assert refused(t.accept(t.uniform(share, "causal"))).startswith("a head reads what is not known")
    t = Builder("far", "ab")
    far = t.attend(t.query(t.position(i)) * t.key(t.position(i)), t.symbol("b"), "causal")
    assert refused(t.accept(far)) == "a query reads more than its symbol"
    t = Builder("last", "ab")
    last = t.attend(t.key(t.position(i)), t.symbol("b"))
    assert refused(t.accept(last), kind="attention") == "what is selected is read before the word ends"


def test_how_sums_are_stored_that_cannot_be_followed() -> None:
    t = Builder("sums", "ab")
    ones = t.output(t.uniform(t.symbol("b"), "causal"))
    for order in ("right", "tree", "blocks(2)"):
        assert refused(ones, f"float(2, 5) iterative({order})") == "a sum is not added up from left to right"
    for text in ("float(2, 5) iterative weights(bf16)", "bf16 weights(bf16) accumulators(float(2, 5))"):
        assert refused(ones, text) == "how much a value weighs is not known before the word ends"
    assert refused(ones, "fixed(4) error denominator(ufixed(2, 0))") == "a denominator may overflow"


@pytest.mark.parametrize(
    "text", ["fixed(4) weights(fixed(2), ceil)", "float(3, 4) iterative saturate denominator(float(1, 4))"]
)
@pytest.mark.parametrize("mask", ["none", "causal", "strict"])
def test_means_by_stored_weights(text: str, mask: Mask) -> None:
    t = Builder("weights", "abc")
    score = t.key(t.embed({"a": 1, "b": 1, "c": 0}))
    value = t.embed({"a": 3, "b": 1, "c": -1})
    for mean in (t.uniform(value, mask), t.attend(score, value, mask)):
        compare(claim(t.accept(mean - "4/3"), text, 5), 5)


def test_what_fails_before_the_word_ends() -> None:
    """An unmasked average fails everywhere if it fails where the word ends; with what is here, it may elsewhere."""
    t = Builder("sums", "ab")
    share = t.uniform(t.symbol("b") * 3)
    assert Sweep(claim(t.accept(t.store(share * 2)), "fixed(4, 1) error", 4)).advance().word == (1,)
    mixed = t.accept(t.store(share * 2 + t.symbol("a")))
    assert refused(mixed, "fixed(4, 1) error") == "what may fail is not known before the word ends"


def test_lowest_terms() -> None:
    for values in ([6, 0, -9], [0, 0, 0], [1 << 70, 3 << 69], [0], [5]):
        for denominator in (1, 12, 1 << 80, 3**60):
            column = Many(integers(values), denominator)
            found = lowest(column)
            assert [found.number(k) for k in range(len(values))] == [mpq(value, denominator) for value in values]
            assert gcd(found.denominator, *map(int, found.numerators)) == 1
