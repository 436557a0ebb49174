"""Trials of questions: what is said of a word is what it is, whatever was tried before."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.term.terms import evaluate_all
from logbits.verify.question.question import Question
from logbits.verify.question.simulation import EncodingError, compare
from logbits.verify.question.trials import LONG, SAMPLES, SHORTEST, TURNS, Trials, roots, turns
from logbits.verify.question.workspace import Workspaces
from logbits.verify.reference.pair import Pair

LAST = SHORTEST + 2


def claim(model: str, arithmetic: str, assume: str = "") -> Claim:
    assumed = CASES[assume].program if assume else None
    return Claim(CASES[model].program, EXACT, parse(arithmetic), LAST, assumed)


@pytest.mark.parametrize(
    ("model", "arithmetic", "assume"),
    [
        ("induction", "fixed(8)", ""),
        ("dyck1", "fixed(6, 1) error", ""),
        ("shift", "fixed(4)", ""),
        ("ab-star", "fixed(5)", "ab-star"),
        ("palindrome", "fixed(6)", ""),
    ],
)
@pytest.mark.parametrize("shuffled", [False, True])
def test_what_is_said_of_a_word_is_what_it_is(model: str, arithmetic: str, assume: str, *, shuffled: bool) -> None:
    asked = claim(model, arithmetic, assume)
    trials, places, pair = Trials(Pair(asked)), Workspaces(), Pair(asked)
    lengths = list(range(1, LAST + 1)) if asked.causal else [2, 7]
    if shuffled:
        random.Random(0).shuffle(lengths)
    for length in lengths:
        alone = shuffled and length % 3 == 0
        question = Question(asked, length, None if alone else places.at(asked, length))
        tried = list(trials.of(question))
        assert len(tried) == min(2**length, SAMPLES) if length > 4 else 2**length
        for each in tried:
            spelled = pair.spell(each.word)
            assert (len(spelled), each.runs, each.member) == (length, pair.run(spelled), pair.member(spelled))
            expected = evaluate_all(question.terms, each.word, roots(question))
            assert {term: each.value(term) for term in expected} == expected


def test_every_term_is_fresh_once() -> None:
    asked = claim("induction", "fixed(8)")
    trials, places, seen = Trials(Pair(asked)), Workspaces(), set[int]()
    for length in range(5, LAST + 1):
        question = Question(asked, length, places.at(asked, length))
        [fresh] = {each.fresh for each in trials.of(question)}
        assert not seen & set(fresh)
        seen.update(fresh)
        assert seen.issuperset(evaluate_all(question.terms, [0] * LAST, roots(question)))


@pytest.mark.parametrize("length", [3, 9, LAST])
def test_a_wrong_reading_is_noticed(length: int) -> None:
    asked = claim("induction", "fixed(12)")
    trials, question = Trials(Pair(asked)), Question(asked, length)
    compare(question, trials.pair, trials.of(question))
    question.left = replace(question.left, reading=(question.terms.one, *question.left.reading[1:]))
    with pytest.raises(EncodingError, match="outcome of the left run"):
        compare(question, trials.pair, trials.of(question))


@pytest.mark.parametrize("start", [1, 50, 200])
def test_words_take_turns(start: int) -> None:
    """Each is tried at some of the next lengths, and no length goes without."""
    words = [(number,) for number in range(SAMPLES)]
    tried = [turns(words, length) for length in range(start, start + SAMPLES)]
    assert all(len(set(several)) == len(several) == TURNS for several in tried)
    assert {word for several in tried[: SAMPLES // 2] for word in several} == set(words)


def test_long_words_are_few() -> None:
    asked = Claim(CASES["last"].program, EXACT, parse("fixed(8)"), LONG + 1)
    trials = Trials(Pair(asked))
    for length, number in ((LONG, SAMPLES), (LONG + 1, TURNS)):
        assert len(list(trials.of(Question(asked, length)))) == number
