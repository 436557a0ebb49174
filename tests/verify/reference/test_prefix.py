"""The beginning of a causal run is the run on the beginning of the word."""

from __future__ import annotations

import random

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.text import parse
from logbits.verify.reference.prefix import prefix
from logbits.verify.reference.run import Reference

CAUSAL = sorted(name for name, case in CASES.items() if case.program.causal)


@pytest.mark.parametrize("arithmetic", ["exact", "fixed(4)", "fixed(4, 1) error", "float(3, 3) iterative error"])
@pytest.mark.parametrize("model", CAUSAL)
def test_the_beginning_of_a_run_is_the_run_on_the_beginning(model: str, arithmetic: str) -> None:
    program, choose = CASES[model].program, random.Random(f"{model} {arithmetic}")
    long, short = (Reference(program, parse(arithmetic), 7) for _ in range(2))
    for _ in range(6):
        word = choose.choices(program.alphabet, k=7)
        run = long.run(word)
        for length in range(1, 8):
            assert prefix(long, run, length) == short.run(word[:length]), word[:length]


def test_some_of_these_fail_behind_the_beginning_only() -> None:
    reference = Reference(CASES["induction"].program, parse("fixed(4, 0) error"), 7)
    run = reference.run("aaaaaaa")
    assert [bool(prefix(reference, run, length).failure) for length in range(1, 8)] == [False] * 2 + [True] * 5
    assert len(run.failures) > 1


def test_what_is_not_causal_has_none() -> None:
    reference = Reference(CASES["majority"].program, parse("exact"), 4)
    with pytest.raises(ValueError, match="no prefix of length 2"):
        prefix(reference, reference.run("0101"), 2)
    causal = Reference(CASES["induction"].program, parse("exact"), 4)
    for length in (0, 5):
        with pytest.raises(ValueError, match="no prefix"):
            prefix(causal, causal.run("abab"), length)
