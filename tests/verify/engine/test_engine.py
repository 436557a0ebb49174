"""The parts of the engine that need no child process: rows, what is recorded, replays, and runs as text."""

from __future__ import annotations

import random
from functools import partial
from itertools import pairwise

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.verify.decide.narrowing import Narrowing
from logbits.verify.decide.portion import Portion
from logbits.verify.decide.talk import Planned
from logbits.verify.engine.engine import Progress, _Engine
from logbits.verify.engine.ledger import Ledger
from logbits.verify.engine.row import Row
from logbits.verify.reference.pair import Pair
from logbits.verify.request.request import Options, Request, RequestError
from logbits.verify.verdict.refutation import decision, first_difference, output_bits, replay
from logbits.verify.verdict.verdict import Decided, Status, Verdict, Witness

REFUTED, UNKNOWN, VERIFIED = Status.REFUTED, Status.UNKNOWN, Status.VERIFIED


def row(bound: int = 6, first: int = 1, stride: int = 1, arithmetic: str = "fixed(8)", index: int = 0) -> Row:
    claim = Claim(CASES["majority-affine"].program, EXACT, parse(arithmetic), bound)
    made = Row(index, Request(claim, first), Options(), taken=True)
    made.planned(Planned((Portion(range(first, bound + 1), "counts", stride),), (), ()))
    return made


def engine(*rows: Row, jobs: int = 2) -> _Engine:
    return _Engine(list(rows), Options(jobs=jobs))


def events(engine: _Engine) -> list[Progress | Verdict | RequestError]:
    return [engine.events.get()[1] for _ in range(engine.events.qsize())]


def verified(length: int, size: int = 1) -> Decided:
    return Decided(length, VERIFIED, "bound", size=size)


def test_as_many_jobs_as_asked_for_and_at_least_one() -> None:
    assert [len(_Engine([], Options(jobs=jobs)).jobs) for jobs in (0, 1, 2, 5)] == [1, 1, 2, 5]


def test_portions_are_taken_ascending_from_the_first_row_that_has_any() -> None:
    asked = engine(row(5, first=2, stride=3), row(1, index=1), jobs=4)
    opened = [asked._open() for _ in range(4)]
    assert [(each.row.index, each.portion.lengths) for each in opened if each is not None] == [
        (0, range(2, 5)),
        (0, range(5, 6)),
        (1, range(1, 2)),
    ]
    assert opened[3] is None


def test_there_are_no_more_children_than_jobs() -> None:
    asked = engine(row(5), jobs=2)
    assert [asked._open() is None for _ in range(3)] == [False, False, True]


def test_jobs_take_turns_at_a_child_that_nobody_reads_from() -> None:
    asked = engine(row(8, stride=4), jobs=2)
    first = asked._read()
    assert first is not None
    [stream] = asked.streams
    stream.reading.skip()  # one length has been read
    asked.release(stream)
    second = asked._read()
    assert isinstance(second, partial)
    assert (second.args, len(asked.streams), stream.free) == ((stream,), 1, False)
    third = asked._read()  # while somebody waits for that one
    assert isinstance(third, partial)
    assert third.args[0].portion.lengths == range(5, 9)
    assert asked._read() is None


def test_a_child_at_lengths_that_nobody_wants_is_ended() -> None:
    asked = engine(row(8, stride=4), jobs=2)
    first, second = asked._open(), asked._open()
    assert first is not None
    assert second is not None
    asked.release(second)
    asked.put(first.row, Decided(2, REFUTED))
    assert asked._read() is None
    assert asked.streams == [first]
    asked.release(first)  # it is at length 1, which matters
    assert asked._read() is not None


def test_a_row_is_finished_when_every_length_that_matters_is_answered() -> None:
    asked = engine(row(3))
    [one] = asked.rows
    for length in (2, 1, 3):
        assert not one.finished()
        asked.put(one, verified(length))
    assert one.finished()
    told = events(asked)
    assert told[0] == Progress(0, 1, 3, 2)
    assert told[-2] == Progress(0, 3, 3, 3)
    assert isinstance(told[-1], Verdict)
    assert told[-1].status == VERIFIED
    assert [(each.length, each.size) for each in told[-1].runs] == [(1, 3)]


def test_what_lies_beyond_a_refuted_length_does_not_matter() -> None:
    asked = engine(row(6))
    [one] = asked.rows
    asked.put(one, verified(4))
    asked.put(one, Decided(2, REFUTED))
    assert (one.last, one.refuted, one.total) == (2, 2, 2)
    assert [asked.unwanted(one, length) for length in (1, 2, 3)] == [False, False, True]
    assert not one.finished()  # length 1 is not known
    asked.put(one, Decided(3, REFUTED))  # too late
    assert one.refuted == 2
    asked.put(one, Decided(1, UNKNOWN, reason="late"))
    verdict = events(asked)[-1]
    assert isinstance(verdict, Verdict)
    assert [(each.length, each.status) for each in verdict.lengths] == [(1, UNKNOWN), (2, REFUTED)]
    assert (verdict.status, verdict.shortest) == (REFUTED, False)


def test_a_run_that_reaches_beyond_a_refuted_length_counts_up_to_there() -> None:
    asked = engine(row(9))
    [one] = asked.rows
    asked.put(one, Decided(5, REFUTED))
    asked.put(one, verified(6, 3))
    assert one.ledger.known == 1
    one = row(9)
    one.put(verified(2, 7))
    one.put(Decided(1, REFUTED))
    assert [(each.length, each.size) for each in one.ledger.runs] == [(1, 1)]
    assert one.finished()


def test_nothing_is_decided_twice() -> None:
    ledger = Ledger()
    ledger.add(verified(3, 4))
    for length, size in ((3, 1), (6, 1), (1, 3), (6, 9)):
        with pytest.raises(ValueError, match="decided twice"):
            ledger.add(verified(length, size))
    ledger.add(verified(1, 2))
    ledger.add(Decided(8, VERIFIED, "enumeration"))
    ledger.add(verified(7))
    assert [(each.length, each.size, each.evidence) for each in ledger.runs] == [
        (1, 7, "bound"),
        (8, 1, "enumeration"),
    ]
    assert ledger.known == 8


@pytest.mark.parametrize("seed", range(20))
def test_a_ledger_knows_what_was_entered_in_any_order(seed: int) -> None:
    choose = random.Random(seed)
    entered: dict[int, tuple[Status, str]] = {}
    ledger, length, several = Ledger(), 1, list[Decided]()
    while length < 40:
        size = choose.randint(1, 5)
        status = choose.choice((VERIFIED, UNKNOWN))
        reason = choose.choice("ab") if status == UNKNOWN else ""
        several.append(Decided(length, status, "bound" if not reason else None, reason, size=size, seconds=size))
        entered |= dict.fromkeys(range(length, length + size), (status, reason))
        length += size + choose.randint(0, 1)
    for each in choose.sample(several, len(several)):
        ledger.add(each)
    assert {n: (run.status, run.reason) for run in ledger.runs for n in run.lengths} == entered
    assert ledger.known == len(entered)
    assert all(a.joined(b) is None for a, b in pairwise(ledger.runs))
    assert sum(run.seconds for run in ledger.runs) == ledger.known
    ledger.cut(20)
    assert {n for run in ledger.runs for n in run.lengths} == {n for n in entered if n <= 20}
    assert ledger.known == sum(n <= 20 for n in entered)


def test_what_is_about_one_length_is_never_joined_or_spread() -> None:
    witness = Witness(("a",), "", "", "")
    ledger = Ledger()
    for length in (1, 2, 3):
        ledger.add(Decided(length, VERIFIED, "bound", inside=("a",)))
    assert len(ledger.runs) == 3
    for wrong in (
        {"status": REFUTED},
        {"status": VERIFIED, "witness": witness},
        {"status": VERIFIED, "inside": ("a",)},
        {"status": VERIFIED, "size": 0},
    ):
        with pytest.raises(ValueError, match="lengths from 4 on"):
            Decided(**{"length": 4, "size": 2} | wrong)  # pyright: ignore[reportArgumentType]


def test_lengths_without_an_answer_are_handed_out_again_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = engine(row(6, stride=6))
    [one] = asked.rows
    stream = asked._open()
    assert stream is not None
    monkeypatch.setattr(Narrowing, "decide", lambda *_: ([Decided(4, VERIFIED, "solver", size=3)], range(1, 4)))
    asked.narrow(stream)
    assert (one.finished(), asked.streams) == (False, [])
    assert [portion.lengths for portion in iter(one.take, None)] == [range(n, n + 1) for n in (1, 2, 3)]


def test_where_the_time_is_up_lengths_are_told_at_once() -> None:
    late = row(6)
    late.options = Options(seconds=-1.0)
    asked = engine(late)
    late.begin()
    stream = asked._open()
    assert stream is not None
    assert stream.portion.lengths == range(1, 7)
    asked.read(stream)
    verdict = events(asked)[-1]
    assert isinstance(verdict, Verdict)
    [run] = verdict.runs
    assert (run.lengths, run.status) == (range(1, 7), UNKNOWN)
    assert "reached at length 1" in run.reason


def test_progress_is_not_told_for_every_length() -> None:
    asked = engine(row(50))
    [one] = asked.rows
    for length in range(1, 51):
        asked.put(one, verified(length))
    *progress, verdict = events(asked)
    assert isinstance(verdict, Verdict)
    assert len(progress) < 25
    assert progress[-1] == Progress(0, 50, 50, 50)


def test_what_is_not_finished_is_never_verified() -> None:
    one = row(3)
    one.put(verified(1, 3))
    assert one.verdict().status == VERIFIED
    assert one.verdict(finished=False).status == UNKNOWN


def test_where_runs_differ_first() -> None:
    t = Builder("p", "ab")
    x = t.symbol("b")
    claim = Claim(t.output(3 * t.store(t.uniform(x, "causal"))), EXACT, parse("fixed(2)"), 3)
    pair = Pair(claim)
    left, right = pair.run("abb")
    assert left.outcome == (0, mpq(3, 2), 2)
    assert right.outcome == (0, mpq(3, 2), mpq(3, 2))
    assert first_difference(pair, left, right) == 2
    assert first_difference(pair, left, left) == 0
    acceptor = Pair(Claim(t.accept(x), EXACT, EXACT, 3))
    accepted, _ = acceptor.run("abb")
    assert first_difference(acceptor, accepted, accepted) == 0


def test_only_a_word_that_breaks_the_claim_replays() -> None:
    lit = Pair(row(arithmetic="lit").request.claim)
    found = replay(lit, (0, 1, 1))
    assert found is not None
    assert (found.word, found.least) == (("0", "1", "1"), False)
    assert found.left.startswith("accept (readout ")
    assert found.right.startswith("reject (readout ")
    assert "at position" in found.divergence
    assert replay(lit, (0, 0, 1)) is None


def test_runs_as_text() -> None:
    t = Builder("p", "ab")
    x = t.symbol("b")
    classes = t.classify({"low": t.expression(0), "high": x})
    run, _ = Pair(Claim(classes, EXACT, EXACT, 2)).run("ab")
    assert decision(classes, run, 0) == "output low (low: 0, high: 0) at position 1"
    assert decision(classes, run, 1) == "output high (low: 0, high: 1) at position 2"
    failing = t.accept(t.table(x, {0: 1}))
    run, _ = Pair(Claim(failing, EXACT, EXACT, 2)).run("ab")
    assert decision(failing, run, 0).startswith("fails: table at position 2")
    t = Builder("p", "ab")
    x = t.symbol("b")
    selected = t.attended(t.attend(t.key(x), x))
    run, _ = Pair(Claim(selected, EXACT, EXACT, 3)).run("bab")
    assert output_bits(run) == [True, False, True]
    assert decision(selected, run, 0) == "selects 1, 3"
    nothing = t.attended(t.attend(t.key(x), x, "strict"), "first")
    run, _ = Pair(Claim(nothing, EXACT, EXACT, 3)).run("bab")
    assert decision(nothing, run, 0) == "selects nothing"
