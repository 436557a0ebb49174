"""Masks that nothing sees: no decision and no failure changes, and heads lose their masks where they should."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from logbits.bounds.count.idle import without_idle
from logbits.bounds.count.unmasked import without_masks
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import parse as kind_of
from logbits.encode.model.build import Builder
from logbits.encode.program.position import i
from logbits.encode.program.program import Accept, Attend, Mask, Place, Program, Ties
from logbits.encode.term.terms import Terms, evaluate_all
from logbits.encode.term.unroll import Unrolled
from logbits.verify.decide.counting import Counting, counting
from logbits.verify.reference.pair import Pair
from support.random_parts import WAYS, arithmetic_of
from support.random_questions import random_program
from support.replies import answer

SEEDS = 400
CHUNKS = [range(start, start + 50) for start in range(0, SEEDS, 50)]
LENGTH = 3


def tell(program: Program, length: int) -> list[tuple[object, ...]]:
    """Outcome and failure on every word."""
    terms = Terms(len(program.alphabet), length)
    run = Unrolled(program, terms)
    outcome, failures = run.outcome(), run.failures()
    found: list[tuple[object, ...]] = []
    for word in itertools.product(range(len(program.alphabet)), repeat=length):
        values = evaluate_all(terms, word, [*outcome, *failures])
        failed = any(values[term] for term in failures)
        found.append((failed, *([] if failed else [values[term] for term in outcome])))
    return found


def masks(program: Program) -> list[Mask]:
    return [op.mask for op in program.ops if isinstance(op, Attend)]


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", CHUNKS, ids=str)
def test_no_run_changes(seeds: range) -> None:
    changed = 0
    for seed in seeds:
        rng = random.Random(f"unmasked {seed}")
        program = random_program(rng, LENGTH, 2)
        ops = tuple(replace(op, mask="causal") if isinstance(op, Attend) else op for op in program.ops)
        end: Place = "eos" if program.eos else "last"
        form = getattr(program.readout, "form", None)
        program = replace(program, ops=ops, readout=program.readout if form is None else Accept(form, end))
        try:
            given = without_idle(twin(program, arithmetic_of(rng, WAYS[seed % len(WAYS)]), LENGTH).program, LENGTH)
        except ValueError:
            continue  # no scale fits, or a parameter overflows
        freed = without_masks(given)
        if freed != given:
            changed += 1
            for length in (1, LENGTH):
                assert tell(given, length) == tell(freed, length), seed
    assert changed > 3


def program(mask: Mask, place: Place, *, eos: bool = False, ties: Ties = "saturated") -> Program:
    t = Builder("p", "ab", bos=True, eos=eos)
    x = t.symbol("a")
    return t.accept(t.attend(t.key(x), x, mask, ties) - "1/2", place)


def test_who_sees_everything() -> None:
    for given, freed in (
        (program("causal", "last"), True),
        (program("causal", "eos", eos=True), True),
        (program("causal", "last", eos=True), False),  # EOS comes after it
        (program("causal", "first"), False),
        (program("causal", "bos"), False),
        (program("strict", "last"), False),
        (program("causal", "last", ties="hard"), True),
    ):
        assert masks(without_masks(given)) == (["none"] if freed else masks(given))


def test_what_keys_hold_is_needed_everywhere() -> None:
    t = Builder("p", "ab")
    share = t.uniform(t.symbol("a"), "causal")
    two = t.accept(t.uniform(share, "causal") - "1/2")
    assert masks(without_masks(two)) == ["causal", "none"]
    t = Builder("p", "ab")
    x, share = t.symbol("a"), t.uniform(t.symbol("b"), "causal")
    score = t.query(share) * t.key(x)
    assert masks(without_masks(t.accept(t.attend(score, x, "causal")))) == ["none", "none"]
    t = Builder("p", "ab")
    x, share = t.symbol("a"), t.uniform(t.symbol("b"), "causal")
    assert masks(without_masks(t.accept(t.attend(t.key(share), x, "causal")))) == ["causal", "none"]


def test_every_output_is_needed() -> None:
    t = Builder("p", "ab")
    given = t.output(t.uniform(t.symbol("a"), "causal"))
    assert without_masks(given) is given


@pytest.mark.parametrize("arithmetic", ["fixed(8, 6) error", "fixed(8, 4) error accumulators(fixed(8, 6))"])
def test_what_may_fail_elsewhere_keeps_its_mask(arithmetic: str) -> None:
    """On `ab` thrice the share of a is 3 at the first position, which 6 bits behind the point do not leave room for."""
    t = Builder("p", "ab")
    made = t.accept(t.store(3 * t.uniform(t.symbol("a"), "causal")) - 1)
    given = without_idle(twin(made, parse(arithmetic), 4).program, 4)
    assert masks(without_masks(given)) == ["causal"]


def test_a_table_may_fail_elsewhere() -> None:
    t = Builder("p", "ab")
    given = t.accept(t.table(t.uniform(t.symbol("a"), "causal"), {"1/2": 1}))
    assert masks(without_masks(given)) == ["causal"]


def test_a_score_for_new_pairs_may_fail() -> None:
    t = Builder("p", "ab")
    x = t.symbol("a")
    made = t.accept(t.attend(t.key(x) * 200, x, "causal"))
    given = without_idle(twin(made, parse("fixed(8, 0) error"), 4).program, 4)
    assert masks(without_masks(given)) == ["causal"]


def prefix_majority(name: str = "p") -> Program:
    t = Builder(name, "01", bos=True)
    return t.accept(t.uniform(t.symbol("1"), "causal") - t.uniform(t.symbol("0"), "causal"))


def test_a_count_of_prefixes_is_decided_as_counts() -> None:
    claim = Claim(prefix_majority(), EXACT, parse("bf16 nearest-even"), 1023)
    counted = counting(claim)
    assert counted is not None
    assert counted.monotone is not None
    assert [counted.breaking_word(length) is not None for length in (900, 1022, 1023)] == [False, False, True]
    t = Builder("last", "ab")
    x = t.symbol("a")
    last = t.accept(t.attend(t.key(x), x, "causal") - "1/2")
    assert counting(Claim(last, EXACT, parse("fixed(4)"), 50)) is not None


@pytest.mark.parametrize("arithmetic", ["fixed(3)", "fixed(4, 2) wrap nearest-even", "bf16 nearest-even", "R(0)"])
def test_the_first_breaking_word(arithmetic: str) -> None:
    claim = Claim(prefix_majority(), EXACT, parse(arithmetic), 8)
    counted, pair = Counting(claim), Pair(claim)
    for length in range(1, 7):
        words = itertools.product(range(2), repeat=length)
        assert counted.breaking_word(length) == next((w for w in words if pair.breaks(pair.spell(w))), None)
        answer(claim, length)  # which simulates


def test_claims_about_attention_see_masks() -> None:
    claim = Claim(program("causal", "last"), EXACT, parse("fixed(4)"), 8, kind=kind_of("attention")[0])
    assert counting(claim) is None


def test_positions_stay_where_they_are() -> None:
    t = Builder("p", "ab")
    given = t.accept(t.uniform(t.embed({"a": i, "b": 0}), "causal") - 1)
    freed = without_masks(given)
    assert masks(freed) == ["none"]
    assert not freed.symmetric
