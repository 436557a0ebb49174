"""Stored weights and denominators: as terms, circuits, counts and by solvers what the reference run says."""

from __future__ import annotations

import pytest
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.build import Builder
from logbits.encode.program.program import Mask, Program
from support.differential import compare
from support.marks import slow_after
from support.random_questions import Instance

WEIGHTS = (
    "float(2, 5) weights(float(2, 4)) nearest-even",
    "fixed(4) weights(fixed(2), ceil)",
    "fixed(5, 2) weights(float(1, 3)) iterative(tree) floor error",
    "float(4, 5) iterative weights(float(2, 4)) nearest-even",
    "fixed(4) iterative(blocks(2)) weights(ufixed(3, 2), nearest-away)",
    "fixed(6, 2) wrap weights(int8) accumulators(fixed(3, 1))",
    "int8 weights(int8(1/4, 0)) ceil",
    "float(4, 4) denominator(float(1, 3), iterative) nearest-even",
    "fixed(5) denominator(float(2, 2)) ceil",
    "fixed(5, 2) denominator(ufixed(1, 0)) error",
    "float(3, 4) iterative denominator(float(2, 2)) floor error",
    "fixed(3) accumulators(fixed(4)) denominator(float(1, 2)) weights(float(2, 3)) iterative(right)",
)


def uniform(mask: Mask = "none") -> Program:
    t = Builder("uniform", "abc")
    return t.output(t.uniform(t.embed({"a": 3, "b": "1/2", "c": -1}), mask))


def selected(mask: Mask = "none") -> Program:
    """A head that looks at the symbols which the word has, so that the word decides how many there are."""
    t = Builder("selected", "abc")
    score = t.key(t.embed({"a": 1, "b": 1, "c": 0}))
    return t.output(t.attend(score, t.embed({"a": 3, "b": 1, "c": -1}), mask))


def several() -> Program:
    """Two means over one set, compared; with a BOS that counts too."""
    t = Builder("several", "ab", bos=True)
    score = t.key(t.embed({"a": 1, "b": 1, "BOS": 0}))
    first, second = t.attend(score, t.symbol("a")), t.attend(score, t.symbol("b"))
    return t.classify({"a": first, "b": second})


@pytest.mark.parametrize("text", slow_after(12, WEIGHTS))
def test_every_word(text: str) -> None:
    for program in (uniform(), uniform("causal"), selected(), selected("strict")):
        compare(Instance(program, EXACT, parse(text), 4, 4), single=False)
    for length in (1, 4):
        compare(Instance(several(), EXACT, parse(text), length, 5), single=False)
