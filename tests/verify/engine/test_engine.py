"""The parts of the engine that need no child process: rows, what is recorded, replays, and runs as text."""

from __future__ import annotations

from collections import deque

from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.verify.decide.plan import Portion
from logbits.verify.engine.engine import Progress, _Engine, _Row
from logbits.verify.reference.pair import Pair
from logbits.verify.request.request import Options, Request
from logbits.verify.verdict.refutation import decision, first_difference, output_bits, replay
from logbits.verify.verdict.verdict import Decided, Status, Verdict

REFUTED, UNKNOWN, VERIFIED = Status.REFUTED, Status.UNKNOWN, Status.VERIFIED


def row(bound: int = 6, first: int = 1, stride: int = 1, arithmetic: str = "fixed(8)", index: int = 0) -> _Row:
    claim = Claim(CASES["majority-affine"].program, EXACT, parse(arithmetic), bound)
    return _Row(index, Request(claim, first), Pair(claim), deque([Portion(range(first, bound + 1), stride)]))


def engine(*rows: _Row) -> _Engine:
    return _Engine(list(rows), Options())


def events(engine: _Engine) -> list[Progress | Verdict]:
    return [engine.events.get()[1] for _ in range(engine.events.qsize())]


def test_as_many_jobs_as_asked_for_and_at_least_one() -> None:
    assert [len(_Engine([], Options(jobs=jobs)).jobs) for jobs in (0, 1, 2, 5)] == [1, 1, 2, 5]


def test_lengths_are_taken_ascending_from_the_first_row_that_has_any() -> None:
    asked = engine(row(5, first=2, stride=3), row(1, index=1))
    taken = [asked.take() for _ in range(4)]
    assert [(each[0].index, each[1].lengths) for each in taken if each is not None] == [
        (0, range(2, 5)),
        (0, range(5, 6)),
        (1, range(1, 2)),
    ]
    assert taken[3] is None
    assert asked.rows[0].running == {2, 3, 4, 5}


def test_a_row_is_finished_when_every_length_that_matters_is_answered() -> None:
    asked = engine(row(3))
    [one] = asked.rows
    for _ in range(3):
        assert asked.take() is not None
        assert not one.finished()
    for length in (2, 1, 3):
        asked.put(one, {length: Decided(length, VERIFIED, "bound")}, range(0))
        assert one.finished() == (length == 3)
    *progress, verdict = events(asked)
    assert progress == [Progress(0, done, 3, length) for done, length in ((1, 2), (2, 1), (3, 3))]
    assert isinstance(verdict, Verdict)
    assert verdict.status == VERIFIED
    assert [each.length for each in verdict.lengths] == [1, 2, 3]


def test_what_lies_beyond_a_refuted_length_does_not_matter() -> None:
    asked = engine(row(6))
    [one] = asked.rows
    for _ in range(4):
        asked.take()
    asked.put(one, {4: Decided(4, VERIFIED, "bound")}, range(0))
    asked.put(one, {2: Decided(2, REFUTED)}, range(0))
    assert (one.last, one.wants(2), one.wants(3), one.refuted) == (2, True, False, 2)
    assert not one.finished()  # length 1 is still running
    assert asked.take() is None
    asked.put(one, {3: Decided(3, REFUTED)}, range(0))  # too late
    assert one.refuted == 2
    asked.put(one, {1: Decided(1, UNKNOWN, reason="late")}, range(0))
    verdict = events(asked)[-1]
    assert isinstance(verdict, Verdict)
    assert [(each.length, each.status) for each in verdict.lengths] == [(1, UNKNOWN), (2, REFUTED)]
    assert (verdict.status, verdict.shortest) == (REFUTED, False)


def test_a_length_that_was_dropped_is_not_recorded() -> None:
    asked = engine(row(2))
    [one] = asked.rows
    asked.take()
    asked.put(one, {1: None}, range(0))
    assert one.results == {}
    assert not one.finished()


def test_lengths_without_an_answer_are_handed_out_again_one_by_one() -> None:
    asked = engine(row(6, stride=6))
    [one] = asked.rows
    asked.take()
    asked.put(one, {n: Decided(n, VERIFIED, "solver") if n > 3 else None for n in range(1, 7)}, range(1, 4))
    assert not one.finished()
    assert [each[1].lengths for each in iter(asked.take, None)] == [range(n, n + 1) for n in (1, 2, 3)]


def test_silent_lengths_make_no_progress_unless_they_are_refuted() -> None:
    asked = engine(row(4, stride=4))
    [one] = asked.rows
    asked.take()
    asked.put(one, {1: Decided(1, VERIFIED, "bound")}, range(0), silent=True)
    assert events(asked) == []
    asked.put(one, {2: Decided(2, REFUTED)}, range(0), silent=True)
    progress, verdict = events(asked)
    assert progress == Progress(0, 2, 2, 2)
    assert isinstance(verdict, Verdict)
    assert verdict.status == REFUTED


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
    lit = row(arithmetic="lit").pair
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
