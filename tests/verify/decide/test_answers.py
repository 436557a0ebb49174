"""From a solver's answers to ours: nothing but UNSAT is UNSAT, and the least word is found letter by letter."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.command.api import verify
from logbits.verify.decide.answer import Reply, answer
from logbits.verify.decide.plan import CHUNK, Portion, plan
from logbits.verify.reference.pair import Pair
from logbits.verify.solver import ask as solvers
from logbits.verify.solver.solve import answers
from logbits.verify.verdict.verdict import Status
from support.paths import at


class Scripted:
    """A session over a set of words (as letter codes) that gives up at a chosen check."""

    def __init__(self, words: set[tuple[int, ...]], gives_up_at: int = -1) -> None:
        self.words, self.gives_up_at = sorted(words, reverse=True), gives_up_at
        self.checks = 0
        self.found: tuple[int, ...] = ()

    def check(self, smaller: tuple[int, int] | None = None) -> bool | None:
        self.checks += 1
        if self.checks - 1 == self.gives_up_at:
            return None
        fit = [w for w in self.words if smaller is None or w[smaller[0] - 1] < smaller[1]]
        if fit:
            self.found = fit[0]
        return bool(fit)

    def fix(self, position: int, code: int) -> None:
        self.words = [w for w in self.words if w[position - 1] == code]

    def codes(self) -> list[int]:
        return list(self.found)

    def reason(self) -> str:
        return "tired"


def test_giving_up_is_unknown_with_the_reason() -> None:
    assert list(answers(Scripted({(0, 1)}, 0), 2, 2)) == [{"answer": "unknown", "reason": "tired", "final": True}]


def test_unsat_is_unsat() -> None:
    assert list(answers(Scripted(set()), 2, 2)) == [{"answer": "unsat", "final": True}]


@pytest.mark.parametrize("seed", range(1, 64))
def test_the_last_word_is_the_first_in_order(seed: int) -> None:
    every = list(itertools.product(range(2), repeat=3))
    words = {word for index, word in enumerate(every) if seed >> index & 1}
    *_, last = answers(Scripted(words), 3, 2) if words else [{"answer": "unsat"}]
    assert last == ({"answer": "sat", "word": list(min(words)), "least": True, "final": True} if words else last)


def test_spare_codes_are_the_first_symbol() -> None:
    *_, last = answers(Scripted({(3, 1), (2, 0)}), 2, 3)
    assert last["word"] == [0, 1]


@pytest.mark.parametrize("at", range(1, 4))
def test_giving_up_on_the_way_keeps_a_word_that_is_not_called_least(at: int) -> None:
    words = {(1, 1, 1), (0, 1, 1), (0, 0, 1)}
    said = list(answers(Scripted(words, at), 3, 2))
    assert all(each["answer"] == "sat" and tuple(each["word"]) in words for each in said)
    if said[-1]["word"] != [0, 0, 1]:
        assert said[-1]["least"] is False
    assert [each["final"] for each in said] == [False] * (len(said) - 1) + [True]


# -- the parent's side


class Answering:
    """In place of a child: its frames are given."""

    frames: list[bytes]

    def __init__(self, module: str, *args: str, memory: int) -> None:
        pass

    def send(self, payload: bytes) -> None:
        pass

    def receive(self, deadline: float, stopped: Callable[[], bool]) -> bytes:
        return self.frames.pop(0)

    def kill(self) -> None:
        pass


def asked(script: str = "(check-sat)") -> solvers.Answer:
    return solvers.ask("z3", script, length=1, width=1, alphabet=2, deadline=time.monotonic() + 9, memory=512)


def test_an_answer_to_another_question_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = {"answer": "unsat", "final": True, "digest": "0" * 64}
    monkeypatch.setattr(Answering, "frames", [json.dumps(frame).encode()], raising=False)
    monkeypatch.setattr(solvers, "Child", Answering)
    found = asked()
    assert (found.kind, found.word) == ("unknown", ())
    assert "another question" in found.reason


def test_a_solver_that_does_not_exist_is_not_asked() -> None:
    with pytest.raises(ValueError, match="unknown solver 'minisat'"):
        solvers.ask("minisat", "(check-sat)", length=1, width=1, alphabet=2, deadline=time.monotonic(), memory=512)


# -- an obligation


@pytest.mark.parametrize("name", ["anbn", "dyck1"])
def test_a_mismatch_in_simulation_is_an_error_and_no_evidence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim(CASES[name].program, EXACT, parse("Q(1)"), 5)
    for target in ("question.agreement.exclusive", "question.agreement.disjunction"):
        monkeypatch.setattr(*at(f"logbits.verify.{target}"), lambda facts, *_: facts.terms.zero)
    reply = answer(claim, Pair(claim), 5)
    assert "disagree" in reply.error
    assert (reply.evidence, reply.question, reply.word) == (None, None, None)


def test_an_obligation_is_decided_or_open() -> None:
    claim = Claim(CASES["majority-affine"].program, EXACT, parse("fixed(8)"), 5)
    reply = answer(claim, Pair(claim), 5)
    assert reply.evidence is not None
    assert 0 <= reply.seconds < 10
    claim = Claim(CASES["majority-affine"].program, EXACT, parse("Q(1)"), 3)
    reply = answer(claim, Pair(claim), 3)  # on counts there is nothing left to ask
    assert (reply.evidence, reply.question, reply.word, reply.least) == (None, None, (0, 1, 1), True)
    assert 0 <= reply.seconds < 10
    claim = Claim(CASES["palindrome"].program, EXACT, parse("fixed(8)"), 64)
    reply = answer(claim, Pair(claim), 3)
    assert (reply.evidence, reply.width) == (None, 1)
    assert reply.word is not None
    assert reply.question is not None
    assert "(check-sat)" in reply.question.smt2
    assert "p cnf " in reply.question.dimacs
    assert 0 <= reply.seconds < 10
    claim = Claim(CASES["dyck1"].program, EXACT, parse("R(2)"), 6)
    reply = answer(claim, Pair(claim), 6)
    assert (reply.evidence, reply.question) == ("bound", None)
    assert 0 <= reply.seconds < 10


def test_lengths_are_taken_many_at_a_time_where_each_takes_no_time() -> None:
    def portions(name: str, bound: int) -> list[Portion]:
        return plan(Claim(CASES[name].program, EXACT, parse("fixed(8)"), bound), 1)

    for bound, stride in ((1, 1), (CHUNK, 1), (CHUNK + 1, CHUNK), (65536, CHUNK)):
        assert portions("majority-affine", bound) == [Portion(range(1, bound + 1), stride=stride)]
    assert portions("most-frequent", CHUNK + 1)[-1].together  # on counts, but of three symbols
    assert portions("dyck1", CHUNK + 1) == [Portion(range(1, CHUNK + 2))]


def test_an_error_is_final_whatever_a_solver_would_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*at("logbits.verify.decide.encoder.Encoder.ask"), lambda *_: Reply(error="faulty"))
    monkeypatch.setattr(
        *at("logbits.verify.decide.decide.ask"), lambda solver, *_, **__: solvers.Answer("unsat", solver)
    )
    verdict = verify(CASES["majority"].program, n=2, bits=4, jobs=1)
    assert (verdict.status, verdict.reason) == (Status.ERROR, "faulty")
