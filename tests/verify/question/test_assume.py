"""Assumed languages: only their words are asked about, and nothing is VERIFIED that was not asked about anything."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, fixed
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.program import Mask, Program
from logbits.verify.command import cli
from logbits.verify.command.api import verify
from logbits.verify.decide import solving as engine
from logbits.verify.decide.reply import Decided as Held
from logbits.verify.decide.reply import Fault, Nowhere, Seen, Unseen
from logbits.verify.question.agreement import defined
from logbits.verify.question.question import Question
from logbits.verify.question.simulation import simulate
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.run import Reference, differ
from logbits.verify.request.request import RequestError
from logbits.verify.request.requests import requests
from logbits.verify.solver.ask import Answer
from logbits.verify.verdict.refutation import replay
from logbits.verify.verdict.verdict import Decided, Status, Verdict, nothing_asked
from support.marks import slow
from support.paths import at
from support.replies import answer
from support.small_programs import crowded, pattern, share

AFFINE, MAJORITY = CASES["majority-affine"].program, CASES["majority"].program
DYCK, RELU = CASES["dyck1"].program, CASES["dyck1-relu"].program
Capture = pytest.CaptureFixture[str]


def enumerated(claim: Claim, length: int) -> tuple[bool, bool]:
    """Whether some word is asked about, and whether one of these breaks the claim."""
    pair = Pair(claim)
    words = [w for w in itertools.product(claim.program.alphabet, repeat=length) if pair.member(w)]
    return bool(words), any(differ(*pair.run(word)) for word in words)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("name", "assume", "arithmetic", "bound"),
    [
        slow("dyck1-relu", "dyck1", "fixed(8)", 10),
        ("dyck1-relu", "dyck1", "fixed(2)", 7),
        ("dyck1", "dyck1-relu", "fixed(2)", 7),
        ("dyck1", "dyck1", "lit", 6),
        slow("majority-affine", "majority", "fixed(8)", 9),
        ("majority-affine", "majority", "lit", 6),
        ("majority-affine", "contains-eq", "fixed(3)", 6),
        ("contains-eq", "majority", "R(2)", 6),
        ("palindrome", "palindrome", "fixed(6)", 6),
    ],
)
def test_verdicts_are_those_of_enumeration(name: str, assume: str, arithmetic: str, bound: int) -> None:
    claim = Claim(CASES[name].program, EXACT, parse(arithmetic), bound, CASES[assume].program)
    verdict = verify(claim.program, bound, arithmetic=arithmetic, assume=claim.assume)
    expected = {length: enumerated(claim, length) for length in range(1, bound + 1)}
    last = next((length for length, (_, broken) in expected.items() if broken), bound)
    assert [each.length for each in verdict.lengths] == list(range(1, last + 1))
    for each in verdict.lengths:
        inhabited, broken = expected[each.length]
        assert each.status == (Status.REFUTED if broken else Status.VERIFIED)
        assert (each.evidence == "vacuous") == (not inhabited)
    assert verdict.witness is None or Pair(claim).member(verdict.witness.word)


def test_a_question_is_about_the_words_of_the_language_alone() -> None:
    for name, assume, length in (("dyck1-relu", "dyck1", 6), ("majority-affine", "majority", 5)):
        claim = Claim(CASES[name].program, EXACT, fixed(2), length, CASES[assume].program)
        pair = Pair(claim)
        words = list(itertools.product(range(2), repeat=length))
        broken = [word for word in words if pair.member(pair.spell(word)) and differ(*pair.run(pair.spell(word)))]
        for reduce in (True, False):
            found = simulate(Question(claim, length, reduce=reduce), pair, iter(words))
            assert found == (min(broken) if broken else None)


@pytest.mark.first(1)
@pytest.mark.parametrize("masks", list(itertools.product(("none", "causal"), repeat=2)), ids="-".join)
def test_lengths_share_terms_only_if_the_assumption_allows_it(masks: tuple[Mask, Mask]) -> None:
    program, assumed = share(masks[0]), share(masks[1])
    claim = Claim(program, EXACT, fixed(6), 7, assumed)
    assert claim.causal == (masks == ("causal", "causal"))
    verdict = verify(program, 7, bits=6, assume=assumed)
    assert verdict.status == Status.VERIFIED
    assert not any(enumerated(claim, length)[1] for length in range(1, 8))
    refuted = verify(program, 7, bits=2, assume=assumed)
    assert refuted.refuted is not None
    broken = (n for n in range(1, 8) if enumerated(Claim(program, EXACT, fixed(2), 7, assumed), n)[1])
    assert refuted.refuted.length == next(broken)


# -- lengths without words


def test_a_length_without_words_is_vacuous_and_shown() -> None:
    verdict = verify(RELU, 10, bits=8, assume=DYCK)
    assert verdict.status == Status.VERIFIED
    assert verdict.vacuous == (1, 3, 5, 7, 9)
    assert verdict.evidence[-1] == "vacuous"
    said = (
        "dyck1-relu, fixed(8) quotient toward-zero saturate against exact, decision, words that dyck1 accepts: VERIFIED"
    )
    assert repr(verdict).startswith(said)
    assert repr(verdict).endswith("; dyck1 accepts no word of length 1, 3, ..., 9")


def test_how_empty_lengths_are_told() -> None:
    def told(*lengths: int) -> str:
        empty = tuple(Decided(n, Status.VERIFIED, "vacuous") for n in lengths)
        return nothing_asked(Verdict("m", "a", "exact", "decision", 1, 99, empty, assume="l")).removeprefix(
            "l accepts no word of length "
        )

    assert [told(3), told(1, 2, 3, 4), told(1, 3, 5), told(1, 3, 5, 8)] == ["3", "1..4", "1, 3, 5", "1, 3, 5, 8"]
    assert told(2, 5, 8, 11) == "2, 5, ..., 11"


def test_a_rare_word_is_found_by_a_solver() -> None:
    claim = Claim(share(), EXACT, fixed(9), 21, pattern())
    reply = answer(claim, 21)
    assert isinstance(reply, Held)
    assert isinstance(reply.members, Unseen)
    assert reply.members.texts.smt2.startswith("; any word for share: ")
    assert reply.members.texts.dimacs.startswith("c any word for share: ")
    verdict = verify(share(), 21, arithmetic="fixed(9)", assume=pattern(), first=20)
    assert (verdict.status, verdict.vacuous) == (Status.VERIFIED, ())


@pytest.mark.usefixtures("solvers_asked")
def test_a_solver_shows_that_there_is_no_word() -> None:
    claim = Claim(share(), EXACT, fixed(9), 20, crowded())
    reply = answer(claim, 20)
    assert isinstance(reply, Held)
    assert isinstance(reply.members, Unseen)
    verdict = verify(share(), 20, arithmetic="fixed(9)", assume=crowded(), first=20)
    assert verdict.status == Status.VERIFIED
    assert verdict.lengths[0].evidence == "vacuous"
    assert verdict.lengths[0].solver == "bitwuzla"


def asked(reply: Callable[[str], Answer]) -> Callable[..., Answer]:
    """A solver that tells what `reply` does of the question whether there is any word, and the truth otherwise."""
    true = engine.ask

    def ask(solver: str, script: str, **how: object) -> Answer:
        return reply(solver) if script.startswith(("; any word for", "c any word for")) else true(solver, script, **how)  # type: ignore[arg-type]

    return ask


@pytest.mark.usefixtures("solvers_asked")
@pytest.mark.parametrize(
    ("reply", "status", "reason"),
    [
        (
            lambda s: Answer("unknown", s, reason=f"{s}: no idea"),
            Status.UNKNOWN,
            "in the assumed language: bitwuzla: no",
        ),
        (lambda s: Answer("sat", s, word=(0,) * 20), Status.ERROR, "bitwuzla gives a word that is not"),
        (lambda s: Answer("sat", s, word=(0, 0, 1)), Status.ERROR, "bitwuzla gives a word that is not"),
        (lambda s: Answer("sat", s), Status.ERROR, "bitwuzla gives a word that is not"),
    ],
    ids=["unknown", "no member", "another length", "no word"],
)
def test_unknown_emptiness_is_never_verified(
    reply: Callable[[str], Answer], status: Status, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ask", asked(reply))
    verdict = verify(share(), 20, arithmetic="fixed(9)", assume=pattern(), first=20)
    assert verdict.status == status
    assert reason in verdict.reason
    assert verdict.decided == ()


def test_a_decision_says_what_is_known_of_the_language() -> None:
    with pytest.raises(TypeError):
        Held("bound")  # pyright: ignore[reportCallIssue]
    for evidence, members in (("bound", Nowhere()), ("vacuous", Seen())):
        with pytest.raises(ValueError, match=f"evidence {evidence}"):
            Held(evidence, members)  # pyright: ignore[reportArgumentType]


# -- faults: the assumption forgotten somewhere


def fault(claim: Claim, length: int) -> str:
    reply = answer(claim, length)
    assert isinstance(reply, Fault)
    return reply.reason


def test_an_encoding_that_forgets_the_assumption_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        *at("logbits.verify.question.workspace.defined"),
        lambda terms, claim, left, right, _: defined(terms, claim, left, right, ()),
    )
    for claim in (Claim(AFFINE, EXACT, fixed(8), 5, MAJORITY), Claim(RELU, EXACT, fixed(8), 5, DYCK)):
        assert "disagree on the assumed language" in fault(claim, 5)


def test_a_circuit_that_lies_about_the_language_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*at("logbits.verify.question.simulation.evaluate"), lambda *_: True)
    claim = Claim(share(), EXACT, EXACT, 20, pattern())
    assert "circuit of the assumed language" in fault(claim, 20)


def test_a_graph_that_lies_about_the_language_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        *at("logbits.encode.circuit.aig.Aig.evaluate"), lambda self, roots, columns, count: [1 for _ in roots]
    )
    claim = Claim(share(), EXACT, EXACT, 20, pattern())
    assert "graph of the assumed language" in fault(claim, 20)


@pytest.mark.slow
@pytest.mark.usefixtures("solvers_asked")
def test_a_word_outside_the_language_is_no_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim(RELU, EXACT, fixed(8), 64, DYCK)
    word = tuple(map("()".index, "((((())))))("))
    assert replay(Pair(replace(claim, assume=None)), word) is not None
    assert replay(Pair(claim), word) is None
    monkeypatch.setattr(engine, "ask", lambda solver, *_, **__: Answer("sat", solver, word=word))
    verdict = verify(RELU, 64, bits=8, first=12, assume=DYCK, jobs=1, timeout=5)
    assert verdict.status == Status.ERROR
    assert "does not replay" in verdict.reason


# -- which languages can be assumed


def lookup() -> Program:
    """Accepts what ends with a, and fails where a c stands."""
    t = Builder("lookup", "abc")
    return t.accept(t.table(t.embed({"a": 1, "b": 0, "c": 2}), {0: 0, 1: 1}))


def test_a_word_on_which_the_assumed_run_fails_is_not_in_the_language() -> None:
    t = Builder("p", "abc")
    claim = Claim(t.accept(t.uniform(t.symbol("a")) - "1/2"), EXACT, parse("Q(1)"), 3, lookup())
    pair = Pair(claim)
    run = Reference(lookup(), EXACT, 3).run("cba")
    assert (run.outcome, run.failure is None) == (True, False)
    assert [pair.member(word) for word in ("cba", "bba", "aab")] == [False, True, False]
    words = list(itertools.product(range(3), repeat=3))
    broken = [w for w in words if 2 not in w and w[-1] == 0 and differ(*pair.run(pair.spell(w)))]
    assert broken
    for reduce in (True, False):
        assert simulate(Question(claim, 3, reduce=reduce), pair, iter(words)) == min(broken)


@pytest.mark.parametrize(
    ("assumed", "message"),
    [
        (DYCK, r"majority-affine reads words over 0 1, but dyck1, which is assumed, over \( \)"),
        (Builder("ten", "10"), "which is assumed, over 1 0"),
        (Builder("one", "0"), "which is assumed, over 0$"),
    ],
)
def test_the_alphabets_must_be_equal(assumed: Program | Builder, message: str) -> None:
    program = assumed if isinstance(assumed, Program) else assumed.accept(assumed.symbol("0"))
    with pytest.raises(ValueError, match=message):
        verify(AFFINE, 4, bits=4, assume=program)


def test_only_acceptors_of_all_lengths_can_be_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    t = Builder("numbers", "01")
    with pytest.raises(ValueError, match="numbers gives outputs and accepts no words"):
        verify(AFFINE, 4, bits=4, assume=t.output(t.symbol("1")))
    short = replace(MAJORITY, name="short", max_length=3)
    with pytest.raises(ValueError, match="short knows positions up to n = 3 only"):
        verify(AFFINE, 4, bits=4, assume=short)
    monkeypatch.setitem(CASES, "short", replace(CASES["majority"], name="short", program=short))
    with pytest.raises(RequestError, match="short knows positions up to n = 3 only, not 4"):
        requests(["majority-affine"], 4, 4, assume="short")


# -- the command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--assume", "majority"], "even-length reads words over a, but majority, which is assumed, over 0 1"),
        (["--model", "dyck1", "--assume", "palindrome"], "over a b"),
        (["--model", "dyck1", "--assume", "dyck"], "unknown model 'dyck': did you mean dyck1"),
        (["--model", "dyck1", "--assume", ""], "unknown model ''"),
    ],
)
def test_a_wrong_assumption_is_one_line_and_status_2(arguments: list[str], message: str, capsys: Capture) -> None:
    assert cli.run(["--n", "4", "--bits", "4", *arguments]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert message in told.err


@pytest.mark.slow
def test_rows_and_document_say_the_assumption(capsys: Capture) -> None:
    arguments = ["--n", "8", "--bits", "8", "--model", "dyck1-relu", "--assume", "dyck1"]
    assert cli.run(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("decision, every word of length 1..8 that dyck1 accepts")
    assert lines[3].split()[:3] == ["dyck1-relu", "VERIFIED", "1..8"]
    assert "vacuous" in lines[3]
    assert lines[4] == "  vacuous: dyck1 accepts no word of length 1, 3, ..., 7"
    assert cli.run([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["question"]["assume"] == told["verdicts"][0]["assume"] == "dyck1"
    runs = told["verdicts"][0]["runs"]
    vacuous = [each["evidence"] == "vacuous" for each in runs for _ in range(each["first"], each["last"] + 1)]
    assert vacuous == [True, False] * 4
    assert cli.run([*arguments[:-2], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdicts"][0]["assume"] is None
