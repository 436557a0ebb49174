"""The reductions: identities on all words, for random terms; and the shapes that they promise."""

from __future__ import annotations

import os
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce.reduce import Reduced
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.term.terms import Terms
from support.paths import at
from support.random_terms import count_of, random_terms
from support.rules import agree

SEEDS = int(os.environ.get("LOGBITS_FUZZ", "300"))
CHUNK = 25


@pytest.mark.first(1)
@pytest.mark.parametrize("chunk", range(0, SEEDS, CHUNK))
def test_random_terms_keep_their_values(chunk: int) -> None:
    for seed in range(chunk, chunk + CHUNK):
        rng = random.Random(seed)
        terms, found, _ = random_terms(rng, rng.randint(3, 14))
        try:
            agree(terms, found)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error


def test_adding_again_gives_the_same_terms() -> None:
    terms, found, _ = random_terms(random.Random(5), 12)
    reduced = Reduced(terms.alphabet, terms.length)
    first = reduced.add(terms, found)
    size = len(reduced.terms)
    assert reduced.add(terms, found) == first
    assert len(reduced.terms) == size


def test_twins_that_compute_one_function_become_one_term() -> None:
    terms = Terms(2, 5)
    count = count_of(terms)
    double = terms.add("max", (terms.affine(ZERO, [(mpq(2), count)]), terms.affine(mpq(-1), [(ONE, count)])))
    product = terms.add("mul", (count, terms.affine(mpq(5), [(-ONE, count)])))
    other = terms.affine(ZERO, [(mpq(5), count), (-ONE, terms.add("mul", (count, count)))])
    equal = terms.add("compare", (terms.affine(ZERO, [(ONE, product), (-ONE, other)]),), "=")
    reduced = agree(terms, [double, equal])
    assert reduced.of[double] == reduced.terms.affine(ZERO, [(mpq(2), reduced.of[count])])
    assert reduced.of[equal] == reduced.terms.one


@pytest.mark.parametrize("limit", [2, 4096])
def test_the_limits_change_no_value(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the smallest limits nearly nothing is tabulated, and the other rules have to be right."""
    for module in ("functions", "comparisons"):
        monkeypatch.setattr(*at(f"logbits.bounds.reduce.{module}.LIMIT"), limit)
    monkeypatch.setattr(*at("logbits.bounds.reduce.attention.LEVELS"), limit // 2)
    for seed in range(1000, 1060):
        terms, found, _ = random_terms(random.Random(seed), 8)
        agree(terms, found)
