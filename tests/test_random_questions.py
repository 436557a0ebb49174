"""The random questions exercise what they are meant to: nothing is left out, and the same seed is the same question."""

from __future__ import annotations

from collections import Counter

import pytest
from logbits.encode.program.program import Attend
from support.differential import SEEDS
from support.exercised import EXPECTED, features, way
from support.random_parts import WAYS
from support.random_questions import HEADS, ROUND, instance

ALL = len(WAYS) * len(HEADS) * ROUND // (ROUND - 1) + ROUND
"""So many consecutive seeds go through every head in every way to compute."""

RARE = (
    "exact",
    "dyadic",
    "format exact",
    "format dyadic",
    "thresholds",
    "accept at bos",
    "accept at eos",
    "layers 3",
    "symbols 1",
)


@pytest.mark.slow
def test_nothing_is_left_out() -> None:
    """Every way to compute, every head in every part of one, every feature; in long runs every head in every way."""
    seeds = SEEDS if len(SEEDS) >= ALL else range(300)
    questions = [instance(seed) for seed in seeds]
    seen = {((op.mask, op.ties), way(made)) for made in questions for op in made.program.ops if isinstance(op, Attend)}
    assert {each for _, each in seen} == set(WAYS)
    for part in range(4):
        wanted = {(head, each[part]) for head in HEADS for each in WAYS if each[0] not in RARE}
        assert wanted <= {(head, each[part]) for head, each in seen}
    if len(seeds) >= ALL:
        assert seen == {(head, each) for head in HEADS for each in WAYS}
    found = Counter(feature for made in questions for feature in features(made))
    print(
        f"\n{len(seeds)} programs, {len(seen)} kinds of heads;",
        ", ".join(f"{name}: {found[name]}" for name in EXPECTED),
    )
    assert set(found) == set(EXPECTED)
    assert all(found[name] >= (2 if name in RARE else 12) for name in EXPECTED)


def test_the_same_seed_is_the_same_question() -> None:
    for seed in (0, 5, 17, 299):
        assert instance(seed) == instance(seed)
