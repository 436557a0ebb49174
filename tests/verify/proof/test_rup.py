"""From DRAT to LRAT: what dratify accepts becomes a proof for the small checker, and nothing else does."""

from __future__ import annotations

import random

import pytest
from logbits.verify.proof import dratify, lrat, rup
from logbits.verify.solver.table import BACKENDS
from support import naive_rup
from support.formulas import CHAIN, REFUTED, SQUARE, dimacs, models, pigeonhole, random_clauses, speaking


def both(text: str, proof: str) -> bool:
    """What dratify says, which the second checker must say too; what they accept convinces a third."""
    try:
        first = dratify.judge(text, proof).ok
    except ValueError:
        first = False
    try:
        made = rup.lrat(text, proof)
    except ValueError:
        second = False
    else:
        judged = lrat.judge(text, made)
        assert judged == (True, "", made.count("\n"))
        second = True
    assert first is second, proof
    trivial = naive_rup.propagation_refutes(naive_rup.clauses(text), frozenset())
    assert not second or trivial or naive_rup.refutes(text, proof)
    return second


def proof_by(solver: str, text: str) -> str:
    if not BACKENDS[solver].installed():
        pytest.skip(f"{solver} is not installed")
    session = BACKENDS[solver].open_proving(text, 1, 1)
    assert session.check() is False
    return "".join(session.proof())


@pytest.mark.parametrize("solver", speaking("dimacs"))
def test_proofs_of_solvers_are_accepted_by_both(solver: str) -> None:
    for formula in (*REFUTED[:: 1 if solver == "cadical" else 4], pigeonhole(4), pigeonhole(5)):
        text = dimacs(*formula)
        assert both(text, proof_by(solver, text))


def test_only_what_the_empty_clause_needs_stays() -> None:
    """The unit clause for what is forced (6) is a line of its own; the clause that is of no use is gone."""
    assert rup.lrat(SQUARE, "2 1 0\n2 0\n0\n") == "6 2 0 1 2 0\n6 d 1 2 0\n7 1 0 6 3 0\n7 d 3 0\n8 0 7 6 4 0\n"
    assert rup.lrat(CHAIN, "") == "5 2 0 1 2 0\n5 d 1 2 0\n6 3 0 5 3 0\n6 d 3 5 0\n7 0 6 4 0\n"
    assert rup.lrat(dimacs(1, [[1], []]), "0\n") == "3 0 2 0\n"


def test_each_line_that_stays_is_needed() -> None:
    for formula in REFUTED[:20]:
        text = dimacs(*formula)
        lines = rup.lrat(text, proof_by("cadical", text)).splitlines()
        for at, line in enumerate(lines):
            if " d " not in line:
                assert not lrat.judge(text, "\n".join([*lines[:at], *lines[at + 1 :]])).ok


@pytest.mark.parametrize("seed", range(60))
def test_both_agree_on_lines_put_together_at_random(seed: int) -> None:
    """Literals, clauses and deletions of everything, in any order, on formulas with models and without."""
    rng = random.Random(seed)
    variables, clauses = random_clauses(seed, 6)
    text = dimacs(variables, clauses)
    for _ in range(20):
        lines = [f"{rng.choice((1, -1)) * rng.randint(1, variables)} 0" for _ in range(rng.randint(0, 4))]
        pairs = (rng.sample(range(1, variables + 1), 2) for _ in range(rng.randint(0, 4)))
        lines += [f"{rng.choice((1, -1)) * a} {rng.choice((1, -1)) * b} 0" for a, b in pairs]
        lines += ["d " + " ".join(map(str, [*rng.choice(clauses), 0])) for _ in range(rng.randint(0, 4))]
        lines += [f"d {line}" for line in rng.sample(lines, min(2, len(lines))) if line[0] != "d"]
        rng.shuffle(lines)
        ok = both(text, "\n".join([*lines, "0"]) + "\n")
        assert not ok or not models(variables, clauses)


@pytest.mark.parametrize("seed", range(20))
def test_both_agree_on_proofs_with_lines_gone_or_changed(seed: int) -> None:
    rng = random.Random(seed)
    text = dimacs(*pigeonhole(3))
    lines = proof_by("cadical", text).splitlines()
    assert len(lines) > 5
    for _ in range(20):
        at = rng.randrange(len(lines) - 1)
        words = lines[at].split()
        place = rng.randrange(words[0] == "d", len(words) - 1)
        words[place] = str(-int(words[place])) if rng.random() < 0.5 else str(rng.randint(1, 12))
        other = [] if rng.random() < 0.3 else [" ".join(words)]
        both(text, "\n".join([*lines[:at], *other, *lines[at + 1 :]]) + "\n")


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        ("", "every step follows, but the empty clause is not among them"),
        ("2 0\n", "every step follows, but the empty clause is not among them"),
        ("0\n", "step 1 does not follow by unit propagation"),
        ("d 1 2 0\n2 0\n0\n", "step 2 does not follow by unit propagation"),
        ("d 2 1 1 0\n2 0\n0\n", "step 2 does not follow by unit propagation"),
        ("3 0\n2 0\n0\n", "step 1 has a variable that the formula has not"),
        ("d -3 1 0\n2 0\n0\n", "step 1 has a variable that the formula has not"),
        ("2 0\nx\n", "not DRAT: line 2 has 'x' where a literal, 0 or d should be"),
        ("2 d 0\n", "not DRAT: line 1 has 'd' where a literal, 0 or d should be"),
        ("d d 1 2 0\n", "not DRAT: line 1 has 'd' where a literal, 0 or d should be"),
        ("+2 0\n0\n", "not DRAT: line 1 has '+2' where a literal, 0 or d should be"),
        ("1_0 0\n", "not DRAT: line 1 has '1_0' where a literal, 0 or d should be"),
        ("-0\n", "not DRAT: line 1 has '-0' where a literal, 0 or d should be"),
        ("\u0662 0\n0\n", "not DRAT: line 1 has '\u0662' where a literal, 0 or d should be"),
        ("9" * 100_000, f"not DRAT: line 1 has '{'9' * 20}' where a literal, 0 or d should be"),
        ("2", "not DRAT: the last clause does not end with 0"),
        ("2 0\nd", "not DRAT: the last clause does not end with 0"),
    ],
)
def test_what_is_no_proof_is_told(proof: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        rup.lrat(SQUARE, proof)
    assert str(raised.value) == reason


def test_a_deleted_reason_refutes_nothing() -> None:
    """The formula has a model; see `logbits.verify.proof.dratify`."""
    text = dimacs(2, [[1], [-1, -2]])
    assert not both(text, "d -1 -2 0\n2 0\n0\n")
    assert not both(text, "d 1 0\n-1 0\n0\n")


def test_what_was_forced_stays_forced_when_its_reasons_are_deleted() -> None:
    """Nothing in the LRAT text rests on a clause after it was removed, and the unit clause stands for it."""
    text = dimacs(4, [[1], [-1, 2], [-2, 3, 4], [-2, -3, 4], [-2, 3, -4], [-2, -3, -4]])
    assert both(text, "d 1 0\nd -1 2 0\n4 0\n0\n")


def test_lines_that_are_true_always_are_of_no_use() -> None:
    assert both(SQUARE, "1 -1 0\n-2 1 2 0\nd 1 -1 0\n2 0\n0\n")
    text = dimacs(2, [[1, -1], [1, 1, 2], [-1, 2, -1], [1, -2], [-2, -2, -1]])
    assert both(text, "2 2 0\n0\n")


def test_white_space_and_comments_do_not_matter() -> None:
    for proof in ("2\n0 0", "c said\n2 0\n0\n", "2 0\n0\nd 1 2 0\n", " 2  0 \n\n0"):
        assert dratify.judge(SQUARE, proof).ok
        assert lrat.judge(SQUARE, rup.lrat(SQUARE, proof)).ok


def test_a_pass_that_takes_too_long_is_given_up_always_at_the_same_place() -> None:
    text = dimacs(*pigeonhole(4))
    proof = proof_by("cadical", text)
    low, high = 0, 100_000
    while high - low > 1:
        half = (low + high) // 2
        try:
            assert lrat.judge(text, rup.lrat(text, proof, half)).ok
            high = half
        except rup.LongError:
            low = half
    assert 1000 < high < 50_000
    for _ in range(2):
        with pytest.raises(rup.LongError, match="would take too long"):
            rup.lrat(text, proof, low)
        assert rup.lrat(text, proof, high)
