"""Rows of scores that are numbers, against scores one by one; and unrolled runs that share them."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.number.rounding import Rounding, fixed_point, floating
from logbits.encode.program.position import i
from logbits.encode.program.position import n as length_of_word
from logbits.encode.program.program import Monomial, Program, Score
from logbits.encode.term import rows
from logbits.encode.term.rows import Rows, Scores
from logbits.encode.term.terms import Terms, evaluate_all
from logbits.encode.term.unroll import Unrolled
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.reading import heads
from logbits.verify.reference.run import allows

ROUNDINGS: tuple[tuple[Rounding, ...], ...] = (
    (),
    (fixed_point(4, 0, signed=True, mode="floor", overflow="error"),),
    (
        floating(3, 4, finite=False, mode="nearest-even", overflow="error"),
        fixed_point(4, 1, signed=True, mode="toward-zero", overflow="wrap"),
    ),
)


@pytest.mark.parametrize("roundings", ROUNDINGS)
@pytest.mark.parametrize("kept", [1 << 21, 8])
def test_a_row_is_its_scores_whatever_was_asked_before(
    roundings: tuple[Rounding, ...], kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "KEPT", kept)
    op = Score((Monomial(mpq(2), (0,), (1,)), Monomial(mpq(1), (), (1,)), Monomial(mpq(-1), (), (1, 1))))
    scores, choose = Scores(op, roundings), random.Random(0)
    keys = list(range(7))
    for _ in range(200):
        if choose.random() < 0.3:  # keys that begin like the last ones
            keys = [*keys[: choose.randint(0, 7)], *(choose.randint(-3, 6) for _ in range(7))][:7]
        query, count = choose.randint(-2, 4), choose.randint(1, 7)
        parts = [scores.key({1: mpq(k)}.__getitem__) for k in keys]
        row = scores.row(scores.query({0: mpq(query)}.__getitem__), parts, count)
        values = [mpq(2 * query * k + k - k * k) for k in keys[:count]]
        for rounding in roundings:
            fails = rounding.overflow == "error" and any(map(rounding.overflows, values))
            assert row.overflows(rounding, count) == fails
            values = list(map(rounding.apply, values))
        assert row.maximal(count) == [k for k, value in enumerate(values) if value == max(values)]


def programs() -> dict[str, Program]:
    """Scores of positions alone, under each mask, with BOS and EOS, and some that read symbols at some places only."""
    found: dict[str, Program] = {}
    for mask, ties in itertools.product(("none", "causal", "strict"), ("saturated", "hard", "rightmost")):
        t = Builder(f"{mask} {ties}", "ab", bos=mask == "causal", eos=mask == "none")
        index, b = t.position(i), t.symbol("b")
        score = 2 * t.query(index) * t.key(index) - t.key(index) ** 2 + t.query(index)
        found[f"{mask} {ties}"] = t.output(t.attend(score, b, mask, ties=ties))
    t = Builder("mixed", "ab", bos=True)
    index, b, late = t.position(i), t.symbol("b"), t.position((i % 3).equals(0))
    some = t.product(late, b)
    found["mixed"] = t.output(t.attend(t.key(some) - t.key(index), b, "causal") + t.attend(t.key(index), b))
    t = Builder("length", "ab")
    mirror = t.position(length_of_word + 1 - i)
    found["length"] = t.output(t.attend(t.query(mirror) * t.key(t.position(i)), t.symbol("b"), "none"))
    return found


@pytest.mark.parametrize("name", programs())
@pytest.mark.parametrize(
    "arithmetic", ["fixed(4)", "fixed(4, 1) error", "float(2, 3) nearest-even", "float(2, 3) error"]
)
def test_runs_of_all_lengths_share_their_rows(name: str, arithmetic: str) -> None:
    claim = Claim(programs()[name], EXACT, parse(arithmetic), 5)
    pair, shared = Pair(claim), Rows(twin(claim.program, claim.right, 5).program)
    for length in (3, 5, 1, 4, 2):
        terms = Terms(2, length)
        run = Unrolled(twin(claim.program, claim.right, 5).program, terms, shared)
        outputs, failures, bits = run.outcome(), run.failures(), run.read("attention")
        for word in itertools.product((0, 1), repeat=length):
            values = evaluate_all(terms, word, [*outputs, *failures, *bits])
            expected = pair.run(pair.spell(word))[1]
            assert any(values[term] for term in failures) == (expected.failure is not None), word
            if expected.failure is None:
                assert tuple(values[term] for term in outputs) == expected.outcome, word
                seen = [
                    mpq(j in chosen)
                    for head, mask in heads(claim.program).items()
                    for k, chosen in zip(expected.positions, expected.selected[head], strict=True)
                    for j in expected.positions
                    if allows(mask, k, j)
                ]
                assert [values[term] for term in bits] == seen, word


def test_scores_of_positions_leave_no_terms() -> None:
    terms = Terms(2, 40)
    program = programs()["causal saturated"]
    Unrolled(program, terms).outcome()
    assert len(terms) < 200
