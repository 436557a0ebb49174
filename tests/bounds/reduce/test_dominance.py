"""Scores that are never maximal: what is left out is maximal on no word."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import reduce
from logbits.bounds.reduce.dominance import contenders
from logbits.encode.term.terms import evaluate_all


@pytest.mark.parametrize("seed", range(40))
def test_what_is_no_contender_is_maximal_on_no_word(seed: int) -> None:
    draw = random.Random(seed)
    facts = reduce.new(3, 4)
    terms = facts.terms
    scores: list[int] = []
    for place in range(1, 5):
        parts = [(mpq(draw.randint(-2, 2)), terms.symbol(p, a)) for p in (place, 4) for a in (1, 2)]
        scores.append(terms.affine(mpq(draw.choice((0, 0, 3, 9)) * place), parts))
    best, kept = contenders(facts, scores)
    assert best in kept
    for word in itertools.product(range(3), repeat=4):
        values = evaluate_all(terms, word, scores)
        row = [values[score] for score in scores]
        assert all(row[index] < max(row) for index in range(4) if index not in kept)


def test_a_score_that_exceeds_all_others_is_the_only_contender() -> None:
    facts = reduce.new(2, 3)
    terms = facts.terms
    last = terms.symbol(3, 1)
    rows = [terms.affine(mpq(-place), [(mpq(1, 3), terms.symbol(place, 1)), (mpq(50), last)]) for place in (1, 2, 3)]
    assert contenders(facts, rows) == (0, [0])
    assert contenders(facts, [rows[0], terms.affine(mpq(-1), [(mpq(50), last)])]) == (0, [0, 1])  # equal where w_1 = 0
