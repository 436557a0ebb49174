"""Runs on counts: the first breaking word that the reference run finds by trying all words, and who may be counted."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import pytest
from gmpy2 import mpq
from logbits.bounds.count.run import Counted, CountRun, breaking_word, classes, first_word, read_at, vectors
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.program.position import Position, constant, i, n
from logbits.encode.program.program import Attend, Attended, Monomial, Place, Program, Score
from logbits.encode.program.wellformed import validate
from logbits.verify.decide import counting
from logbits.verify.decide.counting import Counting
from logbits.verify.decide.reply import Broken, Decided, Fault
from logbits.verify.question.simulation import EncodingError
from logbits.verify.question.trials import sample
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.readout import Column
from logbits.verify.reference.run import Reference, differ
from support.replies import answer
from support.symmetric_claims import CHUNKS, SYMMETRIC, random_claim

GREATEST = {1: 5, 2: 5, 3: 4}
"""The greatest length at which all words are tried, by the size of the alphabet."""


def by_all_words(claim: Claim, length: int) -> tuple[int, ...] | None:
    """The first word on which the reference runs differ."""
    pair = Pair(claim)
    words = itertools.product(range(len(claim.program.alphabet)), repeat=length)
    return next((word for word in words if differ(*pair.run(pair.spell(word)))), None)


def runs(claim: Claim) -> tuple[CountRun, CountRun]:
    left, right = (CountRun(twin(claim.program, side, claim.bound).program) for side in (claim.left, claim.right))
    return left, right


# -- against all words


@pytest.mark.parametrize("name", SYMMETRIC)
@pytest.mark.parametrize("arithmetic", ["fixed(3)", "fixed(4, 2) wrap nearest-even", "ufixed(3, 2) error", "R(0)"])
def test_the_first_breaking_word_of_cases(name: str, arithmetic: str) -> None:
    claim = Claim(CASES[name].program, EXACT, parse(arithmetic), 8)
    left, right = runs(claim)
    for length in range(1, 1 + GREATEST.get(len(claim.program.alphabet), 3)):
        assert breaking_word(left, right, length) == by_all_words(claim, length)


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_the_first_breaking_word_of_random_programs(seeds: range) -> None:
    broken = fine = 0
    for seed in seeds:
        claim = random_claim(seed)
        assert claim.program.symmetric
        left, right = runs(claim)
        greatest = GREATEST[len(claim.program.alphabet)]
        for length in (random.Random(seed).randrange(1, greatest), greatest):
            word = by_all_words(claim, length)
            assert breaking_word(left, right, length) == word, f"seed {seed}, length {length}"
            broken, fine = broken + (word is not None), fine + (word is None)
    assert min(broken, fine) > len(seeds) // 8  # both happen


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_every_word_is_as_its_counts(seeds: range) -> None:
    for seed in seeds:
        claim = random_claim(seed)
        counted, pair = Counting(claim), Pair(claim)
        letters = len(claim.program.alphabet)
        for length in range(1, 1 + GREATEST[letters]):
            counted.simulate(pair, sample(letters, length, 6))
        assert counted.breaking_word(3) == by_all_words(claim, 3)


def test_a_failure_breaks_whatever_the_outcomes() -> None:
    t = Builder("p", "ab")
    mean = t.uniform(t.symbol("b"))
    program = t.accept(t.table(mean, {0: 1, 1: 1}))
    claim = Claim(program, EXACT, EXACT, 4)
    assert breaking_word(*runs(claim), 3) == by_all_words(claim, 3) == (0, 0, 1)
    t = Builder("p", "ab")
    program = t.accept(3 * t.store(t.uniform(t.symbol("b")) + 1) + 1)
    claim = Claim(program, EXACT, parse("ufixed(3, 2) error"), 4)
    assert breaking_word(*runs(claim), 3) == by_all_words(claim, 3) == (1, 1, 1)


def test_scores_overflow_too() -> None:
    t = Builder("p", "ab")
    x = t.symbol("b")
    program = t.accept(t.attend(5 * t.query(x) * t.key(x), x) + 1)
    claim = Claim(program, EXACT, parse("ufixed(3, 1) error"), 4)
    assert breaking_word(*runs(claim), 2) == by_all_words(claim, 2) == (0, 1)


def test_a_score_that_no_head_uses_is_not_stored() -> None:
    t = Builder("p", "ab")
    x = t.symbol("b")
    program = t.accept(x)
    unused = Score((Monomial(mpq(5), (x.form.terms[0][1],), (x.form.terms[0][1],)),))
    program = validate(replace(program, ops=(*program.ops, unused), names=(*program.names, "unused")))
    claim = Claim(program, EXACT, parse("ufixed(3, 1) error"), 4)
    assert breaking_word(*runs(claim), 2) is by_all_words(claim, 2) is None


# -- words and counts


@pytest.mark.parametrize("letters", [1, 2, 3])
def test_vectors_and_words(letters: int) -> None:
    for length in range(1, 5):
        found = list(vectors(letters, length))
        words = list(itertools.product(range(letters), repeat=length))
        least: dict[tuple[int, ...], tuple[int, ...]] = {}
        for word in words:
            least.setdefault(tuple(word.count(symbol) for symbol in range(letters)), word)
        assert found == list(least)
        assert [first_word(CASES["induction"].program, each, 0) for each in found] == list(least.values())


def test_vectors_of_many_symbols_are_made_without_recursion() -> None:
    found = list(vectors(2000, 1))
    assert len(found) == 2000
    assert [each.index(1) for each in found] == list(range(2000))
    assert next(vectors(2000, 65536))[0] == 65536


@pytest.mark.parametrize("place", ["first", "last", "bos", "eos", None])
def test_where_an_outcome_is_read(place: Place | None) -> None:
    t = Builder("p", "abc", bos=True, eos=True)
    x = t.symbol("a")
    program = t.output(x) if place is None else t.accept(x, place)
    words = list(itertools.product(range(3), repeat=4))
    for each in vectors(3, 4):
        same = [word for word in words if all(word.count(symbol) == each[symbol] for symbol in range(3))]
        assert set(classes(program, each)) == {c for word in same for c in read_at(program, word)}
        for c in classes(program, each):
            assert first_word(program, each, c) == next(word for word in same if c in read_at(program, word))
    expected = {"first": [2], "last": [1], "bos": [3], "eos": [4], None: [2, 0, 1]}
    assert read_at(program, (2, 0, 1)) == expected[place]


def test_features_are_what_is_stored() -> None:
    t = Builder("p", "ab", bos=True, eos=True)
    x = t.embed({"a": 1, "b": 3, "BOS": i - 5, "EOS": i})
    run = CountRun(t.accept(t.uniform(x) - x))
    assert run.features((2, 1)) == [[1, 3, -5, 4], [mpq(4, 5)] * 4]
    assert run.features((0, 1))[0] == [0, 3, -5, 2]
    assert (run.run((0, 1)).outcomes, run.run((0, 1)).failed) == ((ZERO, ZERO, ONE, ZERO), False)
    t = Builder("p", "ab", eos=True)
    run = CountRun(t.accept(t.symbol("a") + 1))  # what the form would be at a symbol that does not occur is not given
    assert run.run((0, 2)).outcomes == (ZERO, ONE, ONE)
    assert run.run((2, 0)).outcomes == (ONE, ZERO, ONE)
    assert run.run((2, 0)).accumulators == ((mpq(2),), (ZERO,), (ONE,))


# -- who may be counted


def one_head(mask: str = "none", ties: str = "saturated") -> Program:
    t = Builder("p", "ab")
    x = t.symbol("a")
    return t.accept(t.attend(t.key(x), x, mask, ties))  # type: ignore[arg-type]


def two_heads(first: str, second: str) -> Program:
    t = Builder("p", "ab")
    x = t.symbol("a")
    return t.accept(t.attend(t.key(x), x, first) - t.uniform(x, second))  # type: ignore[arg-type]


def embedded(table: dict[str, Position], mask: str = "none", *, bos: bool = False, eos: bool = False) -> Program:
    t = Builder("p", "ab", bos=bos, eos=eos)
    return t.accept(t.uniform(t.embed(table), mask) - "1/2")  # type: ignore[arg-type]


def attended() -> Program:
    t = Builder("p", "ab")
    x = t.symbol("a")
    return t.attended(t.attend(t.key(x), x))


TABLE = [
    (lambda: one_head(), True, False),
    (lambda: one_head(ties="hard"), False, False),
    (lambda: one_head(ties="rightmost"), False, False),
    (lambda: one_head("causal"), False, True),
    (lambda: one_head("strict"), False, True),
    (lambda: one_head("causal", "hard"), False, True),
    (lambda: embedded({"a": constant(1)}), True, False),
    (lambda: embedded({"a": constant(1)}, "strict"), False, True),
    (lambda: embedded({"a": i}), False, False),
    (lambda: embedded({"a": i}, "causal"), False, True),
    (lambda: embedded({"b": n}), True, False),
    (lambda: embedded({"b": n}, "causal"), False, False),
    (lambda: embedded({"EOS": i}, eos=True), True, False),
    (lambda: embedded({"EOS": i}, "causal", eos=True), False, False),
    (lambda: embedded({"BOS": i}, bos=True), True, False),
    (lambda: embedded({"BOS": i}, "causal", bos=True), False, True),
    (lambda: embedded({"BOS": n}, "causal", bos=True), False, False),
    (lambda: embedded({"a": i, "EOS": i}, eos=True), False, False),
    (lambda: two_heads("none", "causal"), False, False),
    (lambda: two_heads("causal", "none"), False, False),
    (lambda: two_heads("none", "none"), True, False),
    (lambda: two_heads("strict", "causal"), False, True),
    (attended, False, False),
]


@pytest.mark.parametrize(("make", "symmetric", "causal"), TABLE)
def test_symmetric_and_causal_programs(make: Callable[[], Program], symmetric: bool, causal: bool) -> None:
    program = make()
    assert (program.symmetric, program.causal) == (symmetric, causal)
    if not symmetric:
        with pytest.raises(ValueError, match="not symmetric"):
            CountRun(program)


def test_what_symmetric_and_causal_promise() -> None:
    for make, symmetric, causal in TABLE:
        program = make()
        exact = Reference(program, EXACT, 4)
        if symmetric:
            for word in itertools.product("ab", repeat=4):
                values = dict(zip(word, zip(*_stored(exact, word), strict=True), strict=False))
                for other in itertools.permutations(word):
                    stored = zip(*_stored(exact, other), strict=True)
                    assert all(values[symbol] == row for symbol, row in zip(other, stored, strict=True))
        if causal:
            for word in itertools.product("ab", repeat=4):
                short, long = _stored(exact, word[:2]), _stored(exact, word)
                assert [row[:2] for row in long] == short


def _stored(exact: Reference, word: Sequence[str]) -> list[list[mpq]]:
    """What each feature is at the word's positions."""
    run, program = exact.run(word), exact.program
    features = [k for k, op in enumerate(program.ops) if isinstance(op, Attend)]
    first = 1 if program.bos else 0
    return [list(cast(Column, run.values[k]))[first : first + len(word)] for k in features]


# -- obligations on counts


def majority(left: Arithmetic = EXACT, right: str = "fixed(4)", bound: int = 8) -> Claim:
    return Claim(CASES["majority-affine"].program, left, parse(right), bound)


def test_a_broken_run_on_counts_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = majority()
    counted, pair = Counting(claim), Pair(claim)
    counted.simulate(pair, sample(2, 3, 8))
    original = CountRun.run

    def flipped(run: CountRun, several: Sequence[int]) -> Counted:
        found = original(run, several)
        return replace(found, outcomes=tuple(1 - value for value in found.outcomes))

    def failing(run: CountRun, several: Sequence[int]) -> Counted:
        return replace(original(run, several), failed=True)

    for wrong in (flipped, failing):
        monkeypatch.setattr(CountRun, "run", wrong)
        with pytest.raises(EncodingError, match="counts and the reference run disagree on the word 0 0 0"):
            counted.simulate(pair, sample(2, 3, 8))
        reply = answer(claim, 3)
        assert isinstance(reply, Fault)
        assert "disagree on the word" in reply.reason


def test_a_run_that_forgets_failures_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    t = Builder("p", "ab")
    program = t.accept(t.table(t.uniform(t.symbol("b")), {0: 1, 1: 1}))
    claim = Claim(program, EXACT, parse("R(0)"), 4)
    counted, pair = Counting(claim), Pair(claim)
    counted.simulate(pair, sample(2, 3, 8))
    original = CountRun.run
    monkeypatch.setattr(CountRun, "run", lambda run, several: replace(original(run, several), failed=False))
    with pytest.raises(EncodingError, match="on the word a a b"):
        counted.simulate(pair, sample(2, 3, 8))


def test_one_broken_side_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = majority()
    for side in (0, 1):
        counted = Counting(claim)
        assert counted.runs is not None
        original = counted.runs[side].run

        def wrong(several: Sequence[int], original: Callable[[Sequence[int]], Counted] = original) -> Counted:
            return replace(original(several), outcomes=(ONE, ONE)) if several == [3, 0] else original(several)

        assert counted.runs is not None
        monkeypatch.setattr(counted.runs[side], "run", wrong)
        counted.simulate(Pair(claim), iter([(0, 1, 1), (1, 1, 1)]))
        with pytest.raises(EncodingError, match="0 0 0"):
            counted.simulate(Pair(claim), iter([(0, 1, 1), (0, 0, 0)]))


def test_which_lengths_are_counted() -> None:
    few = counting.FEW
    monotone = Counting(majority(bound=65536))
    assert monotone.serves(65536)
    assert [monotone.evidence(length) for length in (1, few - 1, few, 65536)] == ["enumeration"] * 2 + ["bound"] * 2
    for length in (few - 1, few, few + 1):
        assert monotone.runs is not None
        assert monotone.breaking_word(length) == breaking_word(*monotone.runs, length)
    t = Builder("p", "ab")
    equal = Claim(t.accept((t.uniform(t.symbol("b")) - "1/2").equals(0)), EXACT, EXACT, 8)
    counted = Counting(equal)
    assert {counted.evidence(length) for length in (1, few, 4 * few)} == {"enumeration"}
    most = counting.ENTRIES // counted.sides.width(1)  # vectors, of which there is one more than letters
    assert counted.serves(most - 1)
    assert not counted.serves(most)
    assert counting.counting(replace(equal, assume=equal.program)) is None
    assert counting.counting(Claim(CASES["induction"].program, EXACT, EXACT, 4)) is None


def test_thresholds_need_both_sides() -> None:
    wraps, fine = parse("fixed(3) wrap accumulators(fixed(2, 0))"), parse("fixed(4)")
    assert Counting(majority(fine, "fixed(5)")).monotone is not None
    for claim in (majority(wraps, "fixed(4)"), majority(fine, "fixed(3) wrap accumulators(fixed(2, 0))")):
        counted = Counting(claim)
        assert counted.monotone is None
        assert counted.breaking_word(4) == by_all_words(claim, 4)


def test_thresholds_are_of_both_sides() -> None:
    claim = majority(EXACT, "fixed(3)", 200)
    counted = Counting(claim)
    assert counted.monotone is not None
    for length in range(1, 200, 13):
        assert counted.runs is not None
        assert counted.monotone.breaking_word(length) == breaking_word(*counted.runs, length)
    assert any(counted.monotone.breaking_word(length) for length in range(1, 200))


@pytest.mark.parametrize("name", SYMMETRIC)
def test_replies_are_least_words(name: str) -> None:
    claim = Claim(CASES[name].program, EXACT, parse("fixed(3)"), 4)
    for length in (1, 2, 3):
        reply, word = answer(claim, length), by_all_words(claim, length)
        assert isinstance(reply, Decided) if word is None else reply == Broken(word, least=True)


def test_a_set_of_positions_is_no_function_of_counts() -> None:
    program = attended()
    assert isinstance(program.readout, Attended)
    with pytest.raises(ValueError, match="not symmetric"):
        CountRun(program)
