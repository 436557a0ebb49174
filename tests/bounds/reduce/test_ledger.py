"""Derivations as text: a function of the claim, going on from each other, with all that is needed and no more."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce.ledger import Ledger
from logbits.bounds.reduce.reduce import Reduced
from logbits.encode.claim.claim import Claim
from logbits.encode.number.mean import EXACT_MEAN, Reciprocal
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import Rounding, power
from logbits.encode.term.terms import Term, Terms
from logbits.verify.checker.checker import VERSIONS, Checker
from logbits.verify.checker.refused import Refused
from logbits.verify.question.accepted import Accepted, deriving
from logbits.verify.question.workspace import Definition
from support.derivations import accepted, lies, written
from support.paths import ROOT
from support.random_questions import instance
from support.rule_terms import Made, anything, formulas, rows, sets, steps

Kind = Callable[[random.Random], Made]

TEXT = """
import sys
sys.path.insert(0, "tests")
from bounds.reduce.test_ledger import causal
from logbits.verify.question.accepted import deriving
claim = causal(3)
made = deriving(claim, range(1, claim.bound + 1))
for length in range(1, claim.bound + 1):
    print(made.derive(length))
"""


def causal(number: int) -> Claim:
    """A random claim about a causal program, of some lengths."""
    found = (instance(seed) for seed in range(10**6))
    claims = (Claim(made.program, made.left, made.right, made.bound, made.assume) for made in found)
    several = (claim for claim in claims if claim.causal and 3 <= claim.bound <= 5)
    for _ in range(number):
        next(several)
    return next(several)


def answers(source: Terms, roots: list[Term], lines: list[str]) -> bool:
    """Whether the text is accepted and says what the roots equal."""
    checker = accepted(source, lines)
    if checker is None:
        return False
    try:
        for root in roots:
            checker.image(root)
    except Refused:
        return False
    assert lies(checker.known) == []
    return True


@pytest.mark.parametrize("made", [anything, formulas, sets, steps, rows])
def test_what_is_written_is_needed(made: Kind) -> None:
    tried = idle = 0
    for seed in range(20):
        source, roots = made(random.Random(f"needed {seed}"))
        roots = roots[-2:]
        lines = written(source, roots)
        if len(lines) > 250 or tried + len(lines) > 350:
            continue
        tried += len(lines)
        assert answers(source, roots, lines)
        for index in range(len(lines)):
            shorter = lines[:index] + lines[index + 1 :]
            needed = not answers(source, roots, shorter)
            assert needed or lines[index].startswith("= "), (seed, lines[index])
            idle += not needed
    assert 8 * idle <= tried  # premises that a rule asked for and a check looks past, as 1 in a conjunction
    assert tried > 0


def test_the_text_is_a_function_of_the_claim() -> None:
    texts = {
        subprocess.run(
            [sys.executable, "-P", "-c", TEXT],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1
    assert texts.pop().count("logbits/derivation/1 ") >= 3


@pytest.mark.parametrize("number", range(6))
def test_lengths_of_a_block_go_on_from_each_other(number: int) -> None:
    claim = causal(number)
    lengths = range(1, claim.bound + 1)
    made = deriving(claim, lengths)
    texts = {length: made.derive(length) for length in lengths}
    heads = [text.split("\n", 1)[0].split(" ") for text in texts.values()]
    assert [int(head[3]) for head in heads] == list(lengths)
    for version in VERSIONS:  # each goes on from its own
        own = [length for length, head in zip(lengths, heads, strict=True) if head[0] == version]
        assert [int(head[4]) for head in heads if head[0] == version] == [0, *own][:-1] * bool(own)
    whole = Accepted(Definition(claim, lengths))
    for length, text in texts.items():
        whole.read(text.splitlines(), length)
    for length in reversed(lengths):  # whatever is asked first
        assert whole.at(length) == made.accepted.at(length)
    # Nothing is said twice, and a length alone says all that it rests on.
    said = [line for text in texts.values() for line in text.splitlines() if line[:2] in ("= ", "k ", "b ", "f ")]
    assert len(said) == len(set(said))
    alone = deriving(claim, lengths)
    alone.workspace.at(claim.bound)
    assert alone.derive(claim.bound).split("\n", 1)[0].endswith(f" {claim.bound} 0")
    for first, second in pairwise(lengths):
        same = texts[first].split(" ", 1)[0] == texts[second].split(" ", 1)[0]
        if same and (second > first + 1 or first == 1):
            skipping = Accepted(Definition(claim, lengths))
            with pytest.raises(Refused):
                skipping.read(texts[second].splitlines(), second)


def test_the_last_line_names_what_is_asked() -> None:
    claim = causal(0)
    text = deriving(claim, range(1, claim.bound + 1)).derive(1)
    *lines, last = text.splitlines()
    for wrong in ("end", "end 0", f"{last} 0", "end " + " ".join(last.split(" ")[:0:-1]), "end 2 2"):
        with pytest.raises(Refused):
            Accepted(Definition(claim, range(1, claim.bound + 1))).read([*lines, wrong], 1)


def test_what_was_written_is_not_written_again() -> None:
    source, roots = anything(random.Random("again"))
    reduced = Reduced(source.alphabet, source.length)
    reduced.add(source, roots)
    ledger = Ledger(reduced, source)
    first, second = (ledger.write(length, roots).splitlines() for length in (1, 2))
    assert len(first) > 2
    assert [line.split(" ")[0] for line in second] == ["logbits/derivation/1", "end"]
    assert second[0].endswith(f"{source.length} 2 1")
    assert second[1] == first[-1]


def test_numbers_are_exact() -> None:
    """No digit is lost, of numbers, weights, formats, tables, ends and cuts."""
    tiny, great = mpq(1, 3**40), mpq(7**30, 11**20)
    terms = Terms(2, 3)
    x, y, z = (terms.symbol(place, 1) for place in (1, 2, 3))
    total = terms.affine(tiny, [(great, x), (-tiny, y)])
    odd = Rounding(mpq(3, 7**20), -(2**70), 2**70, "nearest-even", "saturate", 60)
    roots = [
        terms.const(tiny),
        terms.add("round", (total,), odd),
        terms.add("steps", (total,), (tiny, ((ZERO, great), (great, -tiny)))),
        terms.add("table", (terms.affine(ZERO, [(ONE, x), (ONE, y)]),), (((ONE,), great), ((mpq(2),), tiny))),
        terms.add("attend", (total, terms.affine(great, [(tiny, z)]), y, z), ("saturated", Reciprocal(60, "ceil"))),
        terms.add("attend", (total, terms.affine(great, [(tiny, z)]), y, z), ("hard", EXACT_MEAN)),
        terms.add("compare", (terms.affine(-great, [(great, x), (tiny, y), (power(-90), z)]),), ">="),
    ]
    lines = written(terms, roots)
    assert answers(terms, roots, lines)
    text = "\n".join(lines)
    assert str(tiny) in text
    assert str(great) in text
    assert "." not in text
    assert f"c {tiny}" in lines
    assert f"f {odd.unit} {odd.low} {odd.high} 60 nearest-even saturate" in lines


def test_a_checker_of_other_words_refuses() -> None:
    source, roots = anything(random.Random("others"))
    lines = written(source, roots)
    for alphabet, length in ((source.alphabet + 1, source.length), (source.alphabet, source.length + 1)):
        with pytest.raises(Refused):
            Checker(Terms(alphabet, length)).read(lines, source.length)
