"""The engine: what counts as an answer, what is kept, what is killed. Some solvers are replaced by liars."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.command.api import verify
from logbits.verify.decide import solving as engine
from logbits.verify.decide.encoder import Encoder, Reading
from logbits.verify.decide.reply import Open, Reply, Seen
from logbits.verify.engine.engine import Progress, decide
from logbits.verify.question.question import Texts
from logbits.verify.request.request import Options, Request
from logbits.verify.solver.ask import Answer, ask, missing
from logbits.verify.solver.child import Child, StoppedError
from logbits.verify.solver.table import BACKENDS
from logbits.verify.verdict.verdict import Decided, Status, Verdict
from support.formulas import speaking
from support.liars import lies
from support.marks import slow_after
from support.paths import at
from support.small_programs import needs_solver

pytestmark = pytest.mark.usefixtures("solvers_asked")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def children() -> set[int]:
    """The live child processes of this process."""
    pids: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        pids |= {int(pid) for pid in (thread / "children").read_text().split()}
    return {pid for pid in pids if "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()}


def test_a_solver_decides_what_facts_do_not() -> None:
    verdict = verify(needs_solver(), 5, arithmetic="fixed(9)")
    assert verdict.status == Status.VERIFIED
    assert verdict.evidence[-1] == "solver"
    assert {each.solver for each in verdict.lengths} == {"", "bitwuzla"}


@pytest.mark.parametrize("solver", slow_after(1, [name for name in speaking("smt2") if not missing(name)]))
def test_every_solver_reports_the_same_witness(solver: str) -> None:
    verdict = verify(needs_solver(), 8, arithmetic="fixed(3)", solvers=(solver,))
    assert verdict.status == Status.REFUTED
    assert verdict.shortest
    assert verdict.witness is not None
    assert verdict.witness.least
    assert verdict.refuted is not None
    assert verdict.refuted.solver == solver
    assert verdict.witness == verify(needs_solver(), 8, arithmetic="fixed(3)").witness


def test_unsat_from_a_solver_is_the_solvers_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ask", lies(lambda solver: Answer("unsat", solver)))
    verdict = verify(needs_solver(), 5, arithmetic="fixed(9)")
    assert verdict.status == Status.VERIFIED
    assert "solver" in verdict.evidence


def test_unsat_against_a_simulated_witness_is_wrong_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ask", lies(lambda solver: Answer("unsat", solver)))
    verdict = verify(CASES["palindrome"].program, 64, bits=8)
    assert verdict.status == Status.REFUTED
    assert verdict.refuted is not None
    assert (verdict.refuted.length, verdict.refuted.solver) == (3, "")
    assert verdict.refuted.note == "bitwuzla said unsat, wrongly; --proofs DIR keeps such questions"


def test_sat_that_does_not_replay_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ask", lies(lambda solver: Answer("sat", solver, word=(0,) * 5)))
    verdict = verify(needs_solver(), 5, arithmetic="fixed(9)", first=5)
    assert verdict.status == Status.ERROR
    assert "does not replay" in verdict.reason
    assert verdict.witness is None


@pytest.mark.slow
def test_a_word_of_the_simulation_that_does_not_replay_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ask", lies(lambda solver: Answer("unknown", solver)))
    monkeypatch.setattr(Encoder, "replay", lambda *_: None)
    verdict = verify(CASES["palindrome"].program, 64, bits=8)
    assert verdict.status == Status.ERROR
    assert verdict.reason == "palindrome, length 3: simulation: the word a b a does not replay"


def test_unknown_is_never_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ask", lies(lambda solver: Answer("unknown", solver, reason=f"{solver}: no idea")))
    verdict = verify(needs_solver(), 5, arithmetic="fixed(9)")
    assert verdict.status == Status.UNKNOWN
    assert verdict.reason == "bitwuzla: no idea; cadical: no idea; z3: no idea"
    assert 5 not in verdict.decided
    assert 1 in verdict.decided


def test_a_simulated_witness_counts_without_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ask", lies(lambda solver: Answer("unknown", solver)))
    verdict = verify(CASES["palindrome"].program, 64, bits=8)
    assert verdict.status == Status.REFUTED
    assert verdict.shortest


def test_the_second_solver_is_asked_when_the_first_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    first = lies(lambda solver: Answer("unknown" if solver == "bitwuzla" else "unsat", solver))
    monkeypatch.setattr(engine, "ask", first)
    verdict = verify(needs_solver(), 5, arithmetic="fixed(9)")
    assert {each.solver for each in verdict.lengths if each.evidence == "solver"} == {"cadical"}


def test_a_witness_after_an_unknown_length_is_not_called_shortest(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Reading.read

    def forgetful(self: Reading, *rest: object) -> tuple[range, Reply]:
        lengths, reply = original(self, *rest)  # pyright: ignore[reportArgumentType]
        return lengths, Open(Texts("; forgotten", "c forgotten"), 1, Seen(), None) if lengths.start == 2 else reply

    monkeypatch.setattr(engine, "ask", lies(lambda solver: Answer("unknown", solver)))
    monkeypatch.setattr(Reading, "read", forgetful)
    verdict = verify(CASES["majority-affine"].program, 5, arithmetic="lit")
    assert verdict.status == Status.REFUTED
    assert verdict.refuted is not None
    assert verdict.refuted.length == 3
    assert not verdict.shortest
    assert "shortest" not in verdict.summary()


@pytest.mark.slow
def test_a_short_time_limit_is_unknown_with_what_was_decided() -> None:
    verdict = verify(CASES["palindrome"].program, 64, bits=16, timeout=1.5)
    assert verdict.status == Status.UNKNOWN
    assert "time limit of 1.5 s reached at length" in verdict.reason
    assert 1 in verdict.decided
    assert 64 not in verdict.decided


@pytest.mark.slow
def test_a_child_that_needs_more_memory_is_unknown() -> None:
    request = Request(Claim(CASES["sort"].program, EXACT, parse("Q(12)"), 16))
    *_, verdict = decide([request], Options(memory=16))
    assert isinstance(verdict, Verdict)
    assert verdict.status == Status.UNKNOWN
    assert verdict.reason


def test_an_error_of_ours_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(Encoder, "replay", broken)
    verdict = verify(CASES["majority-affine"].program, 3, arithmetic="lit")
    assert verdict.status == Status.ERROR
    assert verdict.reason == "majority-affine, length 3: RuntimeError: broken on purpose"


@LINUX
def test_closing_the_generator_leaves_no_child() -> None:
    before = children()
    claim = Claim(CASES["palindrome"].program, EXACT, parse("fixed(16)"), 64)
    events = decide([Request(claim, first=3)], Options(jobs=1))
    assert next(events) == Progress(0, 1, 62, 3)
    assert children() > before
    events.close()
    assert children() == before


@LINUX
def test_children_die_with_their_parent() -> None:
    program = (
        "import sys, time\n"
        "from logbits.verify.solver.child import Child\n"
        "child = Child('logbits.verify.decide.worker', memory=1024)\n"
        "print(child._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(0.5)  # the child ties itself to its parent first of all, but it has to start
    parent.kill()
    parent.wait()
    parent.stdout.close()
    limit = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and "State:\tZ" not in Path(f"/proc/{pid}/status").read_text():
        assert time.monotonic() < limit
        time.sleep(0.05)


@pytest.mark.slow
def test_verdicts_come_in_the_order_of_the_requests() -> None:
    claims = [Claim(case.program, EXACT, parse("lit"), 10) for case in CASES.values()]
    verdicts = [event for event in decide([Request(claim) for claim in claims]) if isinstance(event, Verdict)]
    assert [verdict.model for verdict in verdicts] == list(CASES)


def test_a_solver_that_is_killed_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PYTHONHASHSEED", "not a seed")  # the child's interpreter refuses to start
    answer = ask("z3", "(check-sat)", length=0, width=1, alphabet=2, deadline=time.monotonic() + 30, memory=1024)
    assert answer.kind == "unknown"
    assert answer.reason.startswith("z3: ended with status 1")


def test_a_late_solver_is_unknown() -> None:
    answer = ask("z3", "(check-sat)", length=0, width=1, alphabet=2, deadline=time.monotonic(), memory=1024)
    assert answer.kind == "unknown"
    assert answer.reason == "z3: time limit reached"
    assert 0 <= answer.seconds < 30


def test_an_unwanted_solver_is_stopped() -> None:
    with pytest.raises(StoppedError):
        ask(
            "z3",
            "(check-sat)",
            length=0,
            width=1,
            alphabet=2,
            deadline=time.monotonic() + 30,
            memory=1024,
            stopped=lambda: True,
        )


def test_a_malformed_script_is_unknown() -> None:
    for solver in BACKENDS:
        answer = ask(solver, "(assert", length=0, width=1, alphabet=2, deadline=time.monotonic() + 30, memory=2048)
        assert answer.kind == "unknown"


def test_the_status_of_many_lengths_is_their_minimum() -> None:
    order = [Status.REFUTED, Status.ERROR, Status.UNKNOWN, Status.VERIFIED]
    assert sorted(order) == order
    lengths: tuple[Decided, ...] = ()
    for status in order:
        lengths = (
            Decided(1, Status.VERIFIED, "bound"),
            Decided(2, status, "bound"),
            Decided(3, Status.VERIFIED, "bound"),
        )
        assert Verdict("m", "a", "exact", "decision", 1, 3, lengths).status == status
    assert Verdict("m", "a", "exact", "decision", 1, 4, lengths).status == Status.UNKNOWN  # length 4 was not looked at
    assert Verdict("m", "a", "exact", "decision", 1, 1, ()).status == Status.UNKNOWN


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"n": 0, "bits": 8}, ValueError),
        ({"n": 4, "bits": 0}, ValueError),
        ({"n": 4}, TypeError),
        ({"n": 4, "bits": 8, "arithmetic": "lit"}, TypeError),
        ({"n": 4, "arithmetic": "decimal"}, ValueError),
        ({"n": 4, "bits": 8, "solvers": ("yices",)}, ValueError),
        ({"n": 4, "bits": 8, "solvers": ()}, ValueError),
    ],
)
def test_requests_without_sense_are_refused(wrong: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        verify(CASES["majority"].program, **wrong)  # pyright: ignore[reportArgumentType]


@pytest.mark.slow
def test_lengths_that_nobody_wants_any_more_start_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def counted(module: str, *args: str, memory: int) -> Child:
        started.append(module)
        return Child(module, *args, memory=memory)

    monkeypatch.setattr(*at("logbits.verify.decide.encoder.Child"), counted)
    verdict = verify(CASES["majority-affine"].program, 3000, bits=10)  # asked for in strides, refuted in the first
    assert breaks_at(verdict) == 257
    assert len(started) <= 4


def breaks_at(verdict: Verdict) -> int | None:
    return None if verdict.refuted is None else verdict.refuted.length
