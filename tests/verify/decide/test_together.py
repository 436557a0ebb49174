"""Many lengths in one question: what is asked together, what an answer is worth, what is left without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.position import n
from logbits.encode.program.program import Program
from logbits.verify.command.api import verify
from logbits.verify.decide import counting, ways
from logbits.verify.decide import narrowing as deciding
from logbits.verify.decide.encoder import Encoder
from logbits.verify.decide.portion import Portion
from logbits.verify.decide.reply import Fault
from logbits.verify.decide.talk import Plan, Planned, Refused
from logbits.verify.decide.together import EveryLength, Together, together
from logbits.verify.decide.way import Desk
from logbits.verify.decide.ways import plan
from logbits.verify.decide.worker import Worker
from logbits.verify.question.simulation import EncodingError
from logbits.verify.recheck.recheck import recheck
from logbits.verify.reference.pair import Pair
from logbits.verify.solver.ask import Answer, ask_integers, missing
from logbits.verify.verdict.verdict import Status, Verdict
from support.paths import at

FREQUENT = CASES["most-frequent"].program


@pytest.fixture(autouse=True)
def few_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting is said to be affordable for the first lengths only, by a plan that is made here, not in a child."""
    monkeypatch.setattr(counting, "TOTAL", 30)
    monkeypatch.setattr(counting, "CALLS", 0)
    monkeypatch.setattr(counting.Counting, "_entries", counting.Counting._vectors)

    def plan(self: Encoder, claim: Claim, lengths: range, without: frozenset[str], *_: object) -> Planned | Refused:
        return Worker().plan(Plan(claim, lengths, without))

    monkeypatch.setattr(Encoder, "plan", plan)


def claim(program: Program, arithmetic: str, bound: int) -> Claim:
    return Claim(program, EXACT, parse(arithmetic), bound)


def says(answer: Callable[[str, str], Answer]) -> Callable[..., Answer]:
    def fake(solver: str, script: str, names: Sequence[str], **_: object) -> Answer:
        assert names[0] == "n"
        return answer(solver, script)

    return fake


def evidence(verdict: Verdict) -> dict[int, tuple[str | None, str]]:
    return {each.length: (each.evidence, each.solver) for each in verdict.lengths}


def test_lengths_are_counted_while_they_are_few_and_then_asked_about_together() -> None:
    assert plan(claim(FREQUENT, "fixed(9)", 40), range(1, 41)) == [
        Portion(range(1, 4), "counts"),
        Portion(range(4, 41), "together", 37),
    ]
    assert plan(claim(FREQUENT, "fixed(9)", 40), range(30, 41)) == [Portion(range(30, 41), "together", 11)]
    assert plan(claim(FREQUENT, "fixed(9)", 3), range(1, 4)) == [Portion(range(1, 4), "counts")]


def test_programs_with_an_order_or_a_threshold_are_not_asked_about_together() -> None:
    for name in ("dyck1", "majority-affine"):
        asked = claim(CASES[name].program, "fixed(9)", 40)
        assert EveryLength.name not in {portion.way for portion in plan(asked, range(1, 41))}


@pytest.mark.slow
def test_verified_to_a_length_that_no_enumeration_reaches() -> None:
    verdict = verify(FREQUENT, 3000, bits=13)
    assert verdict.status == Status.VERIFIED
    assert evidence(verdict)[3] == ("enumeration", "")
    assert evidence(verdict)[4] == evidence(verdict)[3000] == ("solver", "z3")
    assert len(verdict.lengths) == 3000
    assert [(each.evidence, each.size) for each in verdict.runs] == [("enumeration", 3), ("solver", 2997)]


@pytest.mark.slow
def test_the_shortest_word_is_found_by_narrowing() -> None:
    verdict = verify(FREQUENT, 120, bits=6)
    assert verdict.status == Status.REFUTED
    assert verdict.shortest
    assert verdict.refuted is not None
    assert verdict.refuted.solver == "z3"
    assert verdict.refuted.length == 35
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "TOTAL", 10**6)
        counted = verify(FREQUENT, 35, arithmetic="fixed(6)")
    assert counted.refuted is not None
    assert counted.refuted.length == 35
    assert set(counted.evidence) == {"enumeration"}


def test_a_name_is_never_read_as_a_command() -> None:
    named = replace(FREQUENT, name="frequent\n(assert false)\n;")
    text = Together(claim(named, "fixed(6)", 40)).script(range(30, 41))
    assert not [line for line in text.splitlines() if line == "(assert false)"]
    with pytest.raises(ValueError, match="cannot be printed"):
        verify(named, 40, bits=6)


def test_a_wrong_unsat_does_not_outweigh_a_word_of_the_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "ask_integers", says(lambda *_: Answer("unsat", "z3")))
    verdict = verify(FREQUENT, 128, bits=4)
    assert verdict.status == Status.REFUTED
    assert verdict.refuted is not None
    assert verdict.refuted.note == "z3 said unsat, wrongly"


def test_a_word_that_replayed_is_kept_beside_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [Answer("sat", "z3", (35, 11, 12, 12)), Answer("sat", "z3", (10, 5, 5, 0))]
    monkeypatch.setattr(deciding, "ask_integers", says(lambda *_: answers.pop(0)))
    verdict = verify(FREQUENT, 40, bits=6)
    assert verdict.status == Status.REFUTED
    assert verdict.witness is not None
    assert not verdict.shortest


@pytest.mark.slow
def test_what_follows_a_half_without_a_word_is_asked_about_too(monkeypatch: pytest.MonkeyPatch) -> None:
    original, answers = ask_integers, [Answer("sat", "z3", (38, 12, 13, 13))]

    def first_far(solver: str, script: str, names: Sequence[str], **more: object) -> Answer:
        return answers.pop() if answers else original(solver, script, names, **more)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(deciding, "ask_integers", first_far)
    verdict = verify(FREQUENT, 40, bits=6)
    assert verdict.refuted is not None
    assert verdict.refuted.length == 35
    assert [each.length for each in verdict.lengths] == list(range(1, 36))
    assert {each.status for each in verdict.lengths[:-1]} == {Status.VERIFIED}
    assert not answers


@pytest.mark.slow
def test_that_there_is_no_proof_is_noted(tmp_path: Path) -> None:
    verdict = verify(FREQUENT, 20, bits=9, proofs=tmp_path)
    assert {each.note for each in verdict.lengths if each.evidence == "solver"} == {
        "no proof: a question about integers leaves none"
    }
    [result] = recheck(tmp_path, 1, 60.0, 2048)
    assert not result.well
    assert result.unproved == {"no proof: a question about integers leaves none": list(range(4, 21))}


@pytest.mark.slow
def test_several_solvers_give_their_opinion_about_integers() -> None:
    solvers = tuple(solver for solver in ("z3", "cvc5") if not missing(solver))
    verdict = verify(FREQUENT, 9, bits=9, solvers=solvers)
    assert evidence(verdict)[9] == ("solver", ", ".join(solvers))


@pytest.mark.slow
def test_a_long_word_is_written_with_powers() -> None:
    witness = verify(FREQUENT, 400, bits=8).witness
    assert witness is not None
    assert str(witness) == " ".join(f"{a}^{witness.word.count(a)}" for a in "abc")


def test_counts_that_do_not_sum_up_to_the_length_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    original = ask_integers

    def forgetful(solver: str, script: str, names: Sequence[str], **more: object) -> Answer:
        answer = original(solver, script, names, **more)  # pyright: ignore[reportArgumentType]
        return Answer("sat", answer.solver, (answer.word[0] + 1, *answer.word[1:])) if answer.word else answer

    monkeypatch.setattr(deciding, "ask_integers", forgetful)
    verdict = verify(FREQUENT, 120, bits=6)
    assert verdict.status == Status.ERROR
    assert "z3 gives length" in verdict.reason


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("word", "told"),
    [
        ((10, 5, 5, 0), "does not replay"),
        ((10, 11, -1, 0), "when asked about"),
        ((3, 1, 1, 1), "when asked about"),
        ((41, 40, 1, 0), "when asked about"),
    ],
)
def test_counts_that_show_nothing_are_an_error(
    word: tuple[int, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "ask_integers", says(lambda *_: Answer("sat", "z3", word)))
    verdict = verify(FREQUENT, 40, bits=10)
    assert verdict.status == Status.ERROR
    assert told in verdict.reason


def test_lengths_without_an_answer_are_asked_about_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "ask_integers", says(lambda *_: Answer("unknown", "", reason="no idea")))
    verdict = verify(FREQUENT, 9, bits=10)
    assert verdict.status == Status.VERIFIED
    assert set(evidence(verdict).values()) == {("enumeration", "")}
    refuted = verify(FREQUENT, 9, bits=3)
    assert refuted.status == Status.REFUTED
    assert refuted.shortest


@pytest.mark.slow
def test_a_word_above_lengths_without_an_answer_is_not_called_shortest_before_they_are_decided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [Answer("sat", "z3", (35, 11, 12, 12)), Answer("unknown", "", reason="no idea")]
    monkeypatch.setattr(deciding, "ask_integers", says(lambda *_: answers.pop(0)))
    verdict = verify(FREQUENT, 40, bits=6)
    assert verdict.refuted is not None
    assert verdict.refuted.length == 35
    assert verdict.shortest  # the lengths 4..34 were counted one by one
    assert {each.evidence for each in verdict.lengths if each.length < 35} == {"enumeration"}
    assert not answers


def test_time_that_is_up_is_no_answer() -> None:
    verdict = verify(FREQUENT, 3000, bits=13, timeout=0.01)
    assert verdict.status == Status.UNKNOWN
    assert "time limit" in verdict.reason


def test_without_a_solver_for_integers_nothing_is_asked_together() -> None:
    verdict = verify(FREQUENT, 8, bits=10, solvers=("bitwuzla",))
    assert verdict.status == Status.VERIFIED
    assert set(verdict.evidence) == {"enumeration"}


def test_terms_that_differ_from_the_reference_run_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Together(claim(FREQUENT, "fixed(4)", 40))
    monkeypatch.setattr(*at("logbits.bounds.count.parametric.evaluate"), lambda *_: True)
    with pytest.raises(EncodingError, match="disagree"):
        made.simulate(Pair(made.claim))
    # Either of the two that they are compared with would have told.
    for where, name, told in ((counting.Counting, "parts", "the reference run"), (Pair, "breaks", "the run on counts")):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, lambda *_: True)
            with pytest.raises(EncodingError, match=told):
                made.simulate(Pair(made.claim))


def test_an_error_of_the_encoding_is_a_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = claim(FREQUENT, "fixed(4)", 41)
    monkeypatch.setattr(*at("logbits.bounds.count.parametric.evaluate"), lambda *_: False)
    reply = ways.decide(Desk(asked), range(4, 42), EveryLength.name)
    assert isinstance(reply, Fault)
    assert "disagree" in reply.reason


def test_a_program_that_cannot_be_put_into_integers_is_counted() -> None:
    t = Builder("powers", "ab", bos=True)
    program = t.accept(t.uniform(t.embed({"a": 1, "b": 0, "BOS": 2**n})) - 1, "bos")
    assert together(claim(program, "fixed(30)", 12)) is None
    assert set(verify(program, 12, bits=30).evidence) == {"enumeration"}
