"""The pass that leaves out roundings only: what it says is so on every word, and where it has to give up."""

from __future__ import annotations

import random
from itertools import product

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import merge
from logbits.bounds.reduce.derivation import NoRuleError
from logbits.bounds.reduce.merge import Merged, mergeable
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.number.mean import EXACT_MEAN, Reciprocal
from logbits.encode.number.rational import ONE
from logbits.encode.number.rounding import grid
from logbits.encode.program.position import i
from logbits.encode.program.program import Program
from logbits.encode.term.terms import Terms, evaluate_all
from logbits.verify.checker.refused import Refused
from logbits.verify.question.accepted import deriving
from logbits.verify.question.workspace import Workspace
from support.random_terms import words
from support.rule_terms import sources

FIRED = {"flat", "same", "fixed", "itself", "apart", "pointed"}


def terms_of_positions(rng: random.Random) -> tuple[Terms, list[int]]:
    """Heads whose scores are numbers plus what words decide, or multiples of a pointer."""
    terms = Terms(2, 4)
    symbols = [terms.symbol(place, 1) for place in range(1, 5)]
    several: list[int] = []
    for number in range(4):
        weight = mpq(rng.choice((1, 2, 4, 6)), rng.choice((1, 3)))
        scores = [terms.affine(mpq(k), [(weight, rng.choice(symbols))]) for k in range(3)]
        several_ones = terms.affine(mpq(rng.randint(0, 1)), [(ONE, symbol) for symbol in symbols[: number + 1]])
        pointer = terms.add("max", (several_ones, terms.const(mpq(1, 2))))
        there = [terms.affine(mpq(-k * k), [(mpq(2 * k), pointer)]) for k in rng.choices(range(5), k=3)]
        rule = rng.choice((EXACT_MEAN, Reciprocal(1, "ceil"), Reciprocal(0)))
        for values in (scores, there):
            payloads = ((ties, rule) for ties in ("saturated", "rightmost", "hard"))
            several += [terms.add("attend", [*symbols[:3], *values], payload) for payload in payloads]
    rounded = [terms.add("round", (each,), grid(rng.choice((0, 3)), "floor")) for each in several]
    pairs = [terms.add("xor", pair) for pair in zip(rounded, several, strict=True)]
    return terms, [*rounded, terms.add("and", [terms.negate(pair) for pair in pairs[:2]])]


def test_what_is_merged_is_the_same_on_every_word() -> None:
    fired: set[str] = set()
    given_up = 0
    made = [*sources(), *(terms_of_positions(random.Random(seed)) for seed in range(40))]
    for source, roots in made:
        for root in roots:
            merged = Merged(source.alphabet, source.length)
            try:
                [found] = merged.add(source, [root])
            except NoRuleError:
                given_up += 1
                assert merged.given_up
                with pytest.raises(NoRuleError):
                    merged.add(source, [source.one])
                continue
            fired |= {step.rule for step in merged.facts.steps.values()}
            for word in words(source):
                left, right = evaluate_all(source, word, [root]), evaluate_all(merged.terms, word, [found])
                assert left[root] == right[found], word
    assert fired == FIRED
    assert given_up > 50


def retrieval(name: str = "far", weight: int = 9) -> Program:
    """Like induction: the last position with a b, or the last; ties where the weight is small."""
    t = Builder(name, "ab")
    index, b = t.position(i), t.symbol("b")
    return t.classify({a: t.attend(weight * t.key(b) + t.key(index), t.symbol(a), "causal") for a in "ab"})


@pytest.mark.parametrize(
    ("program", "arithmetic", "merged"),
    [
        (CASES["induction"].program, "fixed(12)", [True] * 6),
        (CASES["k-hop"].program, "fixed(12)", [True] * 6),
        (CASES["shift"].program, "fixed(8)", [True] * 6),
        (CASES["induction"].program, "fixed(6)", [True] * 2 + [False] * 4),
        (CASES["induction"].program, "fixed(12) iterative", [False] * 6),
        (CASES["prefix-argmax"].program, "fixed(12)", [True] * 2 + [False] * 4),
        (retrieval(), "fixed(9)", [True] * 6),
        (retrieval(weight=2), "fixed(9)", [True] * 2 + [False] * 4),
    ],
)
def test_where_it_is_enough(program: Program, arithmetic: str, merged: list[bool]) -> None:
    """Its derivations are accepted, and begin as such."""
    claim = Claim(program, EXACT, parse(arithmetic), 6)
    derived = deriving(claim, range(1, 7))
    texts = [derived.derive(length) for length in range(1, 7)]
    assert [text.startswith("logbits/derivation/1/merged ") for text in texts] == merged
    place = Workspace(claim, range(1, 7))
    for length in range(1, 7):
        made = place.at(length)
        assert (place.by(length) is place.merged) == merged[length - 1]
        assert made.root == made.terms.zero or not merged[length - 1]


def test_assumed_languages_and_stored_sums_are_left_to_the_other_pass() -> None:
    program = CASES["ab-star"].program
    assert Workspace(Claim(program, EXACT, parse("fixed(12)"), 4), range(1, 5)).merged is not None
    assert Workspace(Claim(program, EXACT, parse("fixed(12)"), 4, program), range(1, 5)).merged is None
    program = CASES["prefix-argmax"].program
    claims = [Claim(program, EXACT, parse(f"fixed(12){mean}"), 4) for mean in ("", " iterative")]
    assert [mergeable(claim.twins()) for claim in claims] == [True, False]


@pytest.mark.parametrize(("fault", "model"), [("_differ", "retrieval"), ("_points", "pointer")])
def test_heads_with_ties_are_refused(fault: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rule makes up is not accepted: ties that it does not see."""
    t = Builder("pointer", "ab")
    index, b = t.position(i), t.symbol("b")
    pointer = t.attend(t.key(b) * 9 + t.key(index), index + b, "causal")
    score = 2 * t.query(pointer) * t.key(index) - t.key(index) ** 2 - t.key(index)
    program = retrieval(weight=2) if model == "retrieval" else t.output(t.attend(score, b, "causal"))
    claim = Claim(program, EXACT, parse("fixed(12)"), 4)
    assert not deriving(claim, range(1, 5)).derive(4).startswith("logbits/derivation/1/merged")
    monkeypatch.setattr(merge, fault, lambda d, scores: True)
    with pytest.raises(Refused, match="attend does not equal that"):
        deriving(claim, range(1, 5)).derive(4)


def test_numbers_of_a_pointer_are_whole() -> None:
    """Scores and pointers are multiples of different steps; which score is greatest is found in integers."""
    for scale, wide in product((mpq(1), mpq(2, 3), mpq(5)), (mpq(1), mpq(1, 7), mpq(4))):
        terms = Terms(2, 3)
        several = terms.affine(wide, [(wide, terms.symbol(place, 1)) for place in (1, 2)])
        pointer = terms.add("max", (several, terms.const(wide)))
        keys = [mpq(k) * wide for k in (1, 2, 3)]
        scores = [terms.affine(-scale * k * k, [(2 * scale * k, pointer)]) for k in keys]
        halved = [terms.affine(-scale * k * k - scale * wide * k, [(2 * scale * k, pointer)]) for k in keys]
        values = [terms.symbol(place, 1) for place in (1, 2, 3)]
        heads = [terms.add("attend", [*values, *each], ("saturated", EXACT_MEAN)) for each in (scores, halved)]
        merged = Merged(2, 3)
        found = merged.add(terms, heads)
        assert [merged.terms.payloads[head][0] for head in found] == ["hard", "saturated"]


class Halved(Reciprocal):
    """No rule of ours: one value is not its own mean."""

    def weight(self, count: int) -> mpq:
        return mpq(1, 2 * count)


def test_one_value_must_be_its_own_mean() -> None:
    terms = Terms(2, 2)
    symbols = [terms.symbol(place, 1) for place in (1, 2)]
    scores = [terms.affine(mpq(k), [(mpq(3), symbol)]) for k, symbol in enumerate(symbols)]
    for rule, ties in ((EXACT_MEAN, "hard"), (Halved(0), "saturated")):
        merged = Merged(2, 2)
        [found] = merged.add(terms, [terms.add("attend", [*symbols, *scores], ("saturated", rule))])
        assert merged.terms.payloads[found][0] == ties
