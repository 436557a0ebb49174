"""Runs that read positions, on counts: readings and first breaking words against the reference run on all words."""

from __future__ import annotations

import itertools
import random

import pytest
from logbits.bounds.count.kinds import Kind, kinds
from logbits.bounds.count.run import CountRun, breaking_word, vectors
from logbits.bounds.count.side_by_side import SideBySide, batches, word
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import parse as kind_of
from logbits.encode.model.build import Builder
from logbits.encode.program.position import i
from logbits.verify.decide.counting import Counting, counting, programs
from logbits.verify.decide.together import together
from logbits.verify.reference.pair import Pair
from support.random_counted import counted_claim
from support.replies import answer

SEEDS = 240
CHUNKS = [range(start, start + 40) for start in range(0, SEEDS, 40)]
LETTERS = {1: 5, 2: 5, 3: 4}


@pytest.mark.first(2)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_every_word_of_random_programs(seeds: range) -> None:
    broken = positional = failed = 0
    for seed in seeds:
        claim = counted_claim(seed)
        sides, pair = SideBySide(*programs(claim), claim.kind), Pair(claim)
        found = kinds(programs(claim)[1])
        assert found is not None
        positional += any(kind.position for kind in found)
        letters = len(claim.program.alphabet)
        for length in (1, random.Random(seed).randrange(2, LETTERS[letters]), LETTERS[letters]):
            words = [*itertools.product(range(letters), repeat=length)]
            expected = [list(pair.readings(*pair.run(pair.spell(w)))) for w in words]
            assert sides.readings(words) == expected, f"seed {seed}, length {length}"
            first = next((w for w in words if pair.breaks(pair.spell(w))), None)
            assert sides.breaking_word(length) == first, f"seed {seed}, length {length}"
            broken += first is not None
            failed += sum(None in each for each in expected)
    assert broken > 10
    assert positional > len(seeds) // 2
    assert failed > 0


@pytest.mark.parametrize(
    "arithmetic",
    [
        "fixed(3)",
        "fixed(4, 2) wrap nearest-even",
        "fixed(5, 3) error",
        "R(1)",
        "fixed(3) iterative",
        "bf16 nearest-even",
        "float(3, 4) iterative ceil",
    ],
)
@pytest.mark.parametrize(
    "name", ["parity", "parity-lookup", "mod-count", "even-length", "at-least-k", "histogram-mean"]
)
def test_cases_against_all_words(name: str, arithmetic: str) -> None:
    claim = Claim(CASES[name].program, EXACT, parse(arithmetic), 7)
    counted, pair = counting(claim), Pair(claim)
    if counted is None:
        pytest.skip("its sums are rounded on their way")
    letters = len(claim.program.alphabet)
    for length in range(1, {2: 7}.get(letters, 4)):
        words = itertools.product(range(letters), repeat=length)
        assert counted.breaking_word(length) == next((w for w in words if pair.breaks(pair.spell(w))), None)


@pytest.mark.parametrize(
    ("arithmetic", "first", "ones"), [("fp16 nearest-even", 123, 74), ("bf16 nearest-even", 33, 24)]
)
def test_where_parity_first_fails(arithmetic: str, first: int, ones: int) -> None:
    claim = Claim(CASES["parity"].program, EXACT, parse(arithmetic), 123)
    counted = Counting(claim)
    assert [counted.breaking_word(length) for length in (first - 1, first)] == [
        None,
        (0,) * (first - ones) + (1,) * ones,
    ]


def test_kinds() -> None:
    t = Builder("p", "ab", eos=True)
    place, symbol, both = t.position(i), t.symbol("a"), t.embed({"a": i, "b": 0, "EOS": 0})
    t.attend(t.query(place) * t.key(symbol), symbol)
    t.attend(t.query(both) * t.key(place), place)
    found = kinds(t.accept(t.store(place + symbol)))
    assert found == (
        Kind(position=True),
        Kind(symbol=True),
        Kind(symbol=True, position=True),
        Kind(position=True),
        Kind(position=True),
        Kind(symbol=True, position=True),
        Kind(symbol=True, position=True),
        Kind(symbol=True, position=True),
    )
    for ties in ("saturated", "hard"):
        t = Builder("p", "ab")
        place, symbol = t.position(i), t.symbol("a")
        assert kinds(t.accept(t.attend(t.key(place), symbol, "none", ties))) is None  # type: ignore[arg-type]
    for mask in ("causal", "strict"):
        t = Builder("p", "ab")
        assert kinds(t.accept(t.uniform(t.position(i), mask))) is None  # type: ignore[arg-type]
    t = Builder("p", "ab")
    assert kinds(t.accept(t.attend(t.key(t.symbol("a")), t.symbol("a"), "none", "hard"))) is None
    t = Builder("p", "ab")
    x = t.symbol("a")
    assert kinds(t.attended(t.attend(t.key(x), x))) is None


def test_a_program_that_sees_more_is_refused() -> None:
    t = Builder("p", "ab")
    program = t.accept(t.uniform(t.embed({"a": i, "b": 0})))
    with pytest.raises(ValueError, match="sees more of a word than how often each symbol occurs"):
        SideBySide(program, program, kind_of("decision")[0])


def test_batches_are_all_vectors_in_order() -> None:
    for letters, length, size in itertools.product((1, 2, 3, 4), (1, 2, 5, 9), (1, 3, 1000)):
        several = [*batches(letters, length, size)]
        assert [tuple(row) for batch in several for row in batch.tolist()] == [*vectors(letters, length)]
        assert all(0 < len(batch) <= size for batch in several)


def test_first_words() -> None:
    assert word((2, 1), None) == (0, 0, 1)
    assert word((2, 1), (1, 1)) == (1, 0, 0)
    assert word((2, 1), (3, 0)) == (0, 1, 0)


def test_the_same_without_positions() -> None:
    for name in ("majority", "most-frequent", "linear-count"):
        claim = Claim(CASES[name].program, EXACT, parse("bf16 nearest-even"), 40)
        left, right = programs(claim)
        for length in (9, 20, 40):
            if name == "linear-count":
                continue
            plain = breaking_word(CountRun(left), CountRun(right), length)
            assert SideBySide(left, right, claim.kind).breaking_word(length) == plain


def test_positions_are_decided_by_enumeration_alone() -> None:
    claim = Claim(CASES["parity"].program, EXACT, parse("fixed(14)"), 40)
    assert together(claim) is None
    counted = Counting(claim)
    assert counted.monotone is None
    assert counted.runs is None
    assert counted.evidence(40) == "enumeration"
    with pytest.raises(ValueError, match="reads positions"):
        counted.parts((20, 20))
    assert answer(claim, 40)
