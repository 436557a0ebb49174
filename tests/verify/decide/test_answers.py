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
from logbits.encode.model.build import Builder
from logbits.encode.program.position import n
from logbits.encode.program.program import Program
from logbits.verify.command.api import verify
from logbits.verify.decide import counting
from logbits.verify.decide.encoder import Reading
from logbits.verify.decide.portion import Portion
from logbits.verify.decide.reply import Broken, Decided, Fault, Open, Seen
from logbits.verify.decide.thresholds import CHUNK
from logbits.verify.decide.ways import plan
from logbits.verify.solver import ask as solvers
from logbits.verify.solver.solve import answers
from logbits.verify.verdict.verdict import Status
from support.paths import at
from support.replies import answer


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
    monkeypatch.setattr(*at("logbits.verify.question.agreement._same"), lambda *_, **__: [])
    reply = answer(claim, 5)
    assert isinstance(reply, Fault)
    assert "disagree" in reply.reason


def test_an_obligation_is_decided_broken_or_open() -> None:
    claim = Claim(CASES["majority-affine"].program, EXACT, parse("fixed(8)"), 5)
    assert answer(claim, 5) == Decided("enumeration", Seen())
    claim = Claim(CASES["majority-affine"].program, EXACT, parse("Q(1)"), 3)
    assert answer(claim, 3) == Broken((0, 1, 1), least=True)  # on counts there is nothing left to ask
    claim = Claim(CASES["palindrome"].program, EXACT, parse("fixed(8)"), 64)
    reply = answer(claim, 3)
    assert isinstance(reply, Open)
    assert (reply.width, reply.members) == (1, Seen())
    assert reply.word is not None
    assert "(check-sat)" in reply.question.smt2
    assert "p cnf " in reply.question.dimacs
    claim = Claim(CASES["dyck1"].program, EXACT, parse("R(2)"), 6)
    assert answer(claim, 6) == Decided("bound", Seen())


def powers() -> Program:
    t = Builder("powers", "ab", bos=True)
    return t.accept(t.uniform(t.embed({"a": 1, "b": 0, "BOS": 2**n})) - 1, "bos")


def portions(name: str, bound: int, without: frozenset[str] = frozenset()) -> list[Portion]:
    return plan(Claim(CASES[name].program, EXACT, parse("fixed(8)"), bound), range(1, bound + 1), without)


def test_each_way_gets_the_lengths_that_it_is_for() -> None:
    for bound in (CHUNK, 65536):  # 129 vectors of counts are worth no thresholds
        assert portions("majority-affine", bound) == [
            Portion(range(1, 129), "counts"),
            Portion(range(129, bound + 1), "thresholds", CHUNK),
        ]
    assert portions("majority-affine", 1) == [Portion(range(1, 2), "counts")]
    assert [portion.way for portion in portions("most-frequent", 4096)] == ["counts", "together"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "TOTAL", 10**6)
        long = plan(Claim(powers(), EXACT, parse("fixed(60)"), 400), range(1, 401))  # not put into integers
    assert [portion.way for portion in long] == ["counts", "long counts"]
    words, *terms = portions("induction", 200)
    assert words == Portion(range(1, 65), "words", 64)  # 2^20 words are few, and a block is not taken apart
    ends = ((65, 128), (129, 192), (193, 200))
    assert terms == [Portion(range(first, last + 1), "terms", last + 1 - first) for first, last in ends]
    assert portions("palindrome", 40) == [Portion(range(1, 21), "words"), Portion(range(21, 41), "terms")]
    assert {portion.way for portion in portions("induction", 200, frozenset({"words"}))} == {"terms"}


def test_a_portion_is_given_out_in_strides() -> None:
    first, rest = Portion(range(129, 4097), "thresholds", CHUNK).split()
    assert first == Portion(range(129, 129 + CHUNK), "thresholds", CHUNK)
    assert rest == Portion(range(129 + CHUNK, 4097), "thresholds", CHUNK)
    assert not Portion(range(5, 6), "terms").split()[1].lengths


def test_an_error_is_final_whatever_a_solver_would_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reading, "read", lambda self, *_: (self.skip(), Fault("faulty")))
    monkeypatch.setattr(
        *at("logbits.verify.decide.solving.ask"), lambda solver, *_, **__: solvers.Answer("unsat", solver)
    )
    verdict = verify(CASES["majority"].program, n=2, bits=4, jobs=1)
    assert (verdict.status, verdict.reason) == (Status.ERROR, "majority, length 1: faulty")
