"""Runs on every word, against the reference run, on random programs of all kinds."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from logbits.bounds.prefix.kinds import UnsupportedError
from logbits.bounds.words import numbering, runs, scores
from logbits.bounds.words.runs import Runs
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import parse as kind_of
from logbits.encode.model.build import Builder
from logbits.encode.program.position import i
from logbits.verify.reference.pair import Pair
from support.marks import slow_after
from support.random_prefixes import claims as followed
from support.random_prefixes import words
from support.random_questions import instance

SEEDS = range(int(os.environ.get("LOGBITS_WORDS", "250")))
"""The questions that are compared with the reference run on every word."""

KINDS = ("decision", "exact", "attention", "error<=1/3", "error<=1", "output")


def claims(seed: int) -> Iterator[tuple[Claim, int]]:
    """Questions of all kinds about a random program, with the greatest length."""
    asked = instance(seed)
    for text in random.Random(f"words {seed}").sample(KINDS, 2):
        try:
            claim = Claim(asked.program, asked.left, asked.right, asked.bound, asked.assume, kind_of(text)[0])
            claim.twins()
        except ValueError:  # a site, or what is output, has no format
            continue
        yield claim, asked.length
    yield from followed(seed)


def run(claim: Claim) -> Runs | None:
    """All words, where they can be run."""
    try:
        return Runs(claim)
    except UnsupportedError:
        return None


def compare(claim: Claim, length: int) -> int:
    """Compares all words up to a length; at how many lengths one breaks the claim."""
    pair, found = Pair(claim), run(claim)
    broken = 0
    if found is None:
        return 0
    for size in range(1, length + 1):
        several = list(words(claim, size))
        spelled = [pair.spell(word) for word in several]
        breaks = [pair.breaks(word) for word in spelled]
        first = several[breaks.index(True)] if any(breaks) else None
        asked = first is not None or any(map(pair.member, spelled))
        assert found.first_break(size) == (first, asked)
        assert found.breaking(several) == breaks
        broken += any(breaks)
    return broken


@pytest.mark.parametrize("seed", slow_after(25, SEEDS))
def test_every_word(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = random.Random(f"sizes {seed}")
    monkeypatch.setattr(runs, "ROWS", chosen.choice((3, 20, 1 << 15)))
    monkeypatch.setattr(runs, "KEPT", chosen.choice((1, 8, 1 << 15)))
    monkeypatch.setattr(runs, "FEW", chosen.choice((0, 0, 4, 1 << 15)))  # prefixes are merged from there on
    monkeypatch.setattr(numbering, "DENSE", chosen.choice((1, 1 << 22)))
    monkeypatch.setattr(scores, "SHIFT", chosen.choice((-3, 0, 2, 40)))  # many scores have one code
    monkeypatch.setattr(scores, "BITS", chosen.choice((4, 60)))  # and the scale of codes changes
    for claim, length in claims(seed):
        compare(claim, length)


def test_random_questions_are_run_and_broken() -> None:
    """What is compared above is not empty."""
    found = [each for seed in range(30) for each in claims(seed)]
    assert 9 * len(found) < 10 * sum(run(claim) is not None for claim, _ in found)
    assert sum(compare(*each) > 0 for each in found[:30]) > 8


@pytest.mark.parametrize("bos", [False, True])
def test_prefixes_that_are_remembered_alike_are_one(monkeypatch: pytest.MonkeyPatch, bos: bool) -> None:
    """Of a word no more is remembered than where its last 1 is, whatever position asks."""
    monkeypatch.setattr(runs, "FEW", 0)
    t = Builder("last-one", "01", bos=bos)
    mark = t.embed({"0": 0, "1": i} | ({"BOS": 0} if bos else {}))
    last = t.attend(t.query(t.position(i)) * t.key(mark), mark, "causal", "saturated")
    found = Runs(Claim(t.accept(last > 0), EXACT, parse("fixed(8)"), 20))
    for length in range(1, 19):
        assert found.first_break(length) == (None, True)
    assert found._prefixes.count == 19  # pyright: ignore[reportPrivateUsage]


def test_it_is_told_where_a_claim_cannot_be_run() -> None:
    t, bare = Builder("x", "ab", bos=True), Builder("x", "ab")
    programs = [each.accept(each.symbol("a") > 0) for each in (t, bare)]
    with pytest.raises(UnsupportedError, match="not the same special positions"):
        Runs(Claim(programs[0], EXACT, EXACT, 3, None, kind_of("equivalent x")[0], programs[1]))
    other = bare.accept(bare.symbol("a") > 0, "first")
    with pytest.raises(UnsupportedError, match="not read at the same position"):
        Runs(Claim(programs[1], EXACT, EXACT, 3, None, kind_of("equivalent x")[0], other))
