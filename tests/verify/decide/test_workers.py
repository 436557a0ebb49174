"""What an encoding child says, in this process and as one: parts of lengths, plans, and nothing that was not asked."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.verify.command.api import verify
from logbits.verify.decide import ways, worker
from logbits.verify.decide.encoder import Encoder, FaultError, Reading
from logbits.verify.decide.portion import Portion
from logbits.verify.decide.reply import Broken, Decided, Fault, Members, Open, Reply, Seen, Unseen
from logbits.verify.decide.talk import Ask, Part, Plan, Planned, Refused
from logbits.verify.decide.worker import Worker
from logbits.verify.engine.engine import decide
from logbits.verify.question.question import Texts
from logbits.verify.request.request import Options, Request, RequestError
from logbits.verify.solver.child import DiedError
from logbits.verify.verdict.verdict import Status, Verdict

TEXTS = Texts("smt2", "dimacs")


def claim(name: str = "majority-affine", bound: int = 9, text: str = "fixed(8)") -> Claim:
    return Claim(CASES[name].program, EXACT, parse(text), bound)


def parts(made: Worker, asked: Claim, lengths: range, way: str = "") -> list[Part]:
    return [said for said in made.answers(Ask(asked, lengths, way, frozenset())) if isinstance(said, Part)]


def scripted(monkeypatch: pytest.MonkeyPatch, replies: list[Reply]) -> list[tuple[range, Reply, bool]]:
    """The parts in which a worker says these replies about the lengths 1, 2 and so on."""
    monkeypatch.setattr(ways, "decide", lambda desk, lengths, *_: replies[lengths.start - 1])
    return [(part.lengths, part.reply, part.last) for part in parts(Worker(), claim(), range(1, len(replies) + 1))]


def held(members: Members | None = None) -> Decided:
    return Decided("bound", members or Seen())


def test_equal_lengths_in_a_row_are_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Decided("enumeration", Seen())
    assert scripted(monkeypatch, [held(), held(), other, held()]) == [
        (range(1, 3), held(), False),
        (range(3, 4), other, False),
        (range(4, 5), held(), True),
    ]


def test_what_took_long_is_told_before_the_next_length_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next length may take longer than there is time, and what is decided must not be lost with it."""
    begun: list[int] = []

    def decide(desk: object, lengths: range, *_: object) -> Reply:
        begun.append(lengths.start)
        return held()

    monkeypatch.setattr(ways, "decide", decide)
    monkeypatch.setattr(worker, "PERIOD", -1)
    said = Worker().answers(Ask(claim(), range(3, 6), "", frozenset()))
    for length in range(3, 6):
        assert next(said) == Part(range(length, length + 1), held(), length == 5)
        assert begun[-1] == length


def test_what_is_about_one_length_is_a_part_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, opened = held(Unseen(TEXTS, 1)), Open(TEXTS, 1, Seen(), None)
    said = scripted(monkeypatch, [asked, asked, opened, opened, held()])
    assert [lengths for lengths, _, _ in said] == [range(n, n + 1) for n in range(1, 6)]
    assert [last for _, _, last in said] == [False] * 4 + [True]


@pytest.mark.parametrize("reply", [Broken((0,), least=True), Fault("f"), Open(TEXTS, 1, Seen(), (0,))])
def test_nothing_is_made_beyond_a_word_or_an_error(reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    said = scripted(monkeypatch, [held(), reply, held(), held()])
    assert said == [(range(1, 2), held(), False), (range(2, 3), reply, True)]


def test_what_takes_long_is_said_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PERIOD", -1.0)
    said = scripted(monkeypatch, [held()] * 3)
    assert [(lengths, last) for lengths, _, last in said] == [
        (range(1, 2), False),
        (range(2, 3), False),
        (range(3, 4), True),
    ]


def test_an_error_of_ours_is_a_fault_and_leaves_nothing_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("on purpose")

    made, asked = Worker(), claim("palindrome")
    desk = made.desk(asked)
    assert made.desk(asked) is desk
    monkeypatch.setattr(ways, "decide", broken)
    [part] = parts(made, asked, range(3, 5))
    assert part == Part(range(3, 4), Fault("KeyError: 'on purpose'"), True)
    assert made.desk(asked) is not desk


def test_memory_that_is_not_enough_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(ways, "decide", exhausted)
    with pytest.raises(MemoryError):
        parts(Worker(), claim(), range(1, 2))


# -- the parent's side


class Saying:
    """In place of an encoder: what is said is given."""

    def __init__(self, *said: object) -> None:
        self.said, self.requests, self.killed = list(said), list[object](), 0

    def converse(self, request: object, deadline: float, stopped: Callable[[], bool]) -> object:
        self.requests.append(request)
        return self.said.pop(0)

    def kill(self) -> None:
        self.killed += 1


def reading(*said: object) -> tuple[Reading, Saying]:
    encoder = Saying(*said)
    return Reading(encoder, claim(), Portion(range(3, 7), "terms", 4)), encoder  # pyright: ignore[reportArgumentType]


def read(made: Reading) -> tuple[range, Reply]:
    return made.read(time.monotonic() + 9, lambda: False)


def test_who_reads_asks_once_and_for_the_rest_after_a_last_part() -> None:
    made, encoder = reading(
        Part(range(3, 5), held(), False),
        Part(range(5, 6), Broken((0,), least=True), True),
        Part(range(6, 7), held(), True),
    )
    assert [read(made)[0] for _ in range(3)] == [range(3, 5), range(5, 6), range(6, 7)]
    assert not made.rest
    assert [None if each is None else each.lengths for each in encoder.requests] == [  # type: ignore[attr-defined]
        range(3, 7),
        None,
        range(6, 7),
    ]
    made.close()
    assert not encoder.killed


@pytest.mark.parametrize(
    "said",
    [
        Part(range(4, 5), held(), True),
        Part(range(3, 8), held(), True),
        Part(range(3, 3), held(), True),
        Part(range(3, 7, 2), held(), True),
        held(),
        None,
        [],
    ],
)
def test_what_is_said_about_other_lengths_is_no_answer(said: object) -> None:
    made, encoder = reading(said)
    with pytest.raises(DiedError, match="another question"):
        read(made)
    assert (made.rest, encoder.killed) == (range(3, 7), 1)


def test_who_leaves_a_child_that_is_ahead_ends_it() -> None:
    made, encoder = reading(Part(range(3, 4), held(), False))
    read(made)
    made.close()
    made.close()
    assert encoder.killed == 1


def test_a_child_says_what_it_would_say_here() -> None:
    encoder, asked, until = Encoder(1024), claim("palindrome", 8), time.monotonic() + 60
    try:
        plan = encoder.plan(asked, range(1, 9), frozenset(), until, lambda: False)
        assert plan == Worker().plan(Plan(asked, range(1, 9), frozenset()))
        witness = encoder.replay(asked, (0, 1, 0), until, lambda: False)
        assert witness is not None
        assert witness.word == ("a", "b", "a")
        assert encoder.replay(asked, (0, 0, 0), until, lambda: False) is None
        assert encoder.belongs(asked, (0, 0, 0), until, lambda: False) is True
        with pytest.raises(FaultError, match="IndexError"):
            encoder.replay(asked, (7, 7, 7), until, lambda: False)
        made = Reading(encoder, asked, Portion(range(1, 9), "words"))
        lengths, _ = made.read(until, lambda: False)
        assert lengths.start == 1
    finally:
        encoder.kill()


# -- plans


def test_a_plan_tells_formats_and_notes() -> None:
    plan = Worker().plan(Plan(claim("majority-affine", 5, "fixed(3)"), range(1, 6), frozenset()))
    assert plan == Planned((Portion(range(1, 6), "counts"),), (("is 1", "u3.2"), ("mean of ones", "u3.2")), ())


def test_a_claim_that_makes_no_sense_is_refused_before_anything_runs() -> None:
    t = Builder("scaleless", "ab")
    asked = Claim(t.accept(t.embed({"a": -1, "b": 1})), EXACT, parse("fixed(1) ceil"), 5)
    refused = Worker().plan(Plan(asked, range(1, 6), frozenset()))
    assert isinstance(refused, Refused)
    assert "fits no scale" in refused.reason
    with pytest.raises(RequestError, match="fits no scale"):
        next(event for event in decide([Request(asked)]) if isinstance(event, Verdict))


def test_an_error_while_planning_is_an_error_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(Encoder, "plan", broken)
    verdict = verify(CASES["majority"].program, 5, bits=4)
    assert verdict.status == Status.ERROR
    assert verdict.reason == "majority, length 1: RuntimeError: on purpose"


def test_a_plan_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    *_, verdict = decide([Request(claim())], Options(seconds=0.001))
    assert isinstance(verdict, Verdict)
    assert (verdict.status, verdict.runs[0].size) == (Status.UNKNOWN, 9)
    assert verdict.reason == "time limit of 0.001 s reached while the claim was prepared"

    def died(*_: object) -> None:
        raise DiedError("memory limit of 256 MiB reached")

    monkeypatch.setattr(Encoder, "plan", died)
    *_, verdict = decide([Request(claim())], Options(memory=256))
    assert isinstance(verdict, Verdict)
    assert (verdict.status, verdict.runs[0].size) == (Status.UNKNOWN, 9)
    assert verdict.reason == "preparing the claim: memory limit of 256 MiB reached"
