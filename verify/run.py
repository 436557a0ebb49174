"""The engine: requests in, verdicts out, one obligation per length, ascending, over a few child processes.

Each job is a thread that owns one encoding child and asks solvers in children of their own; the threads only wait. An
obligation goes: make and simulate the question (child) → decided, or ask the solvers in turn (children) → replay the
witness here, with the reference run. Lengths beyond a refuted one are dropped; a model's time limit covers all its
lengths, and what was decided before it passed is kept. Closing the generator kills every child.
"""

from __future__ import annotations

import pickle
import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..encode.arithmetic import Dyadic
from ..encode.program import Attended, Outputs, Program
from ..encode.rational import show
from ..encode.scales import sites, undyadic
from .child import Child, DiedError, ExpiredError, StoppedError
from .obligation import Reply, stride
from .question import Claim, Pair
from .reference import Run, differ, first_divergence
from .solvers import SOLVERS, Answer, ask
from .verdict import Decided, Status, Verdict, Witness


@dataclass(frozen=True)
class Options:
    """How to decide: `seconds` is the time limit per model, `memory` the limit per child process in MiB."""

    jobs: int = 2
    seconds: float = 300.0
    memory: int = 2048
    solvers: tuple[str, ...] = SOLVERS


@dataclass(frozen=True)
class Request:
    """What to decide: a claim for every length first..claim.bound.

    Raises:
        ValueError: when there is no such length.
    """

    claim: Claim
    first: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.claim.bound:
            raise ValueError(f"lengths go from 1 to the bound: there are none in {self.first}..{self.claim.bound}")


@dataclass(frozen=True)
class Progress:
    """One more obligation is done: `done` of `total` for request number `row`, the last one at `length`."""

    row: int
    done: int
    total: int
    length: int


@dataclass
class _Row:
    """What is known about one request while it is being decided."""

    index: int
    request: Request
    pair: Pair
    following: int
    stride: int
    results: dict[int, Decided] = field(default_factory=dict[int, Decided])
    running: set[int] = field(default_factory=set[int])
    started: float | None = None
    refuted: int | None = None
    reported: bool = False

    @property
    def last(self) -> int:
        """The greatest length that still matters."""
        return self.request.claim.bound if self.refuted is None else self.refuted

    def wants(self, length: int) -> bool:
        """Whether the answer for a length still matters."""
        return length <= self.last

    def finished(self) -> bool:
        """Whether every length that matters has been answered."""
        return self.following > self.last and (not self.running or min(self.running) > self.last)


def decide(requests: Sequence[Request], options: Options | None = None) -> Generator[Progress | Verdict, None, None]:
    """Verdicts in the order of the requests, each as soon as it and all before it are decided, with progress between.

    Raises:
        ValueError: for a request that makes no sense (a bound below 1, no format for a site), before anything runs.
    """
    rows = [
        _Row(index, request, Pair(request.claim), request.first, stride(request.claim))
        for index, request in enumerate(requests)
    ]
    engine = _Engine(rows, options or Options())
    early: dict[int, Verdict] = {}
    following = 0
    try:
        engine.start()
        while following < len(rows):
            index, event = engine.events.get()
            if isinstance(event, Progress):
                yield event
                continue
            early[index] = event
            while following in early:
                yield early.pop(following)
                following += 1
    finally:
        engine.stop()


class _Engine:
    """The rows, the jobs, and the one lock over the rows."""

    def __init__(self, rows: list[_Row], options: Options) -> None:
        self.rows, self.options = rows, options
        self.lock = threading.Lock()
        self.events: queue.SimpleQueue[tuple[int, Progress | Verdict]] = queue.SimpleQueue()
        self.stopping = threading.Event()
        self.jobs = [threading.Thread(target=self.job, daemon=True) for _ in range(max(1, options.jobs))]

    def start(self) -> None:
        """Starts the jobs."""
        for job in self.jobs:
            job.start()

    def stop(self) -> None:
        """Ends the jobs; each kills its children first."""
        self.stopping.set()
        for job in self.jobs:
            if job.ident is not None:  # a signal may come before all have been started
                job.join()

    def job(self) -> None:
        """Takes obligations until there are none."""
        encoder = Encoder(self.options.memory)
        try:
            while not self.stopping.is_set() and (task := self.take()) is not None:
                row, lengths = task
                encoder.plan(lengths.stop)
                for length in lengths:
                    try:
                        result = self.obligation(encoder, row, length)
                    except StoppedError:
                        result = None
                    except Exception as error:  # ours, so it must be seen, and never lost with the thread
                        result = Decided(length, Status.ERROR, reason=f"{type(error).__name__}: {error}")
                    self.put(row, length, result, silent=length != lengths[-1])
        finally:
            encoder.kill()

    def take(self) -> tuple[_Row, range] | None:
        """The next obligations: the shortest open lengths of the first row that has any."""
        with self.lock:
            for row in self.rows:
                if row.following <= row.last:
                    lengths = range(row.following, min(row.following + row.stride, row.last + 1))
                    row.following = lengths.stop
                    row.running.update(lengths)
                    if row.started is None:
                        row.started = time.monotonic()
                    return row, lengths
        return None

    def put(self, row: _Row, length: int, result: Decided | None, *, silent: bool = False) -> None:
        """Records what became of an obligation, and reports it (progress, if `silent`, only with the next)."""
        with self.lock:
            row.running.discard(length)
            if result is not None and row.wants(length):
                row.results[length] = result
                if result.status == Status.REFUTED:
                    row.refuted = length
                    row.results = {n: each for n, each in row.results.items() if n <= length}
            if self.stopping.is_set() or row.reported:
                return
            total = row.last - row.request.first + 1
            if not silent or row.refuted == length:
                self.events.put((row.index, Progress(row.index, len(row.results), total, length)))
            if row.finished():
                row.reported = True
                self.events.put((row.index, _verdict(row)))

    def obligation(self, encoder: Encoder, row: _Row, length: int) -> Decided:
        """Decides one length of one request."""
        begun = time.monotonic()
        deadline = (row.started or begun) + self.options.seconds

        def stopped() -> bool:
            return self.stopping.is_set() or not row.wants(length)

        def decided(status: Status, **known: Any) -> Decided:  # noqa: ANN401 (the fields of Decided)
            return Decided(length, status, seconds=time.monotonic() - begun, **known)

        def verified(reply: Reply, **known: Any) -> Decided:  # noqa: ANN401
            """VERIFIED, once it is known whether any word is asked about: all may hold because there is none."""
            claim = row.request.claim
            if claim.assume is None or reply.language == "" or reply.evidence == "vacuous":
                return decided(Status.VERIFIED, **known)
            about = f"whether any word of length {length} is in the assumed language"
            if reply.language is None:
                return decided(Status.UNKNOWN, reason=f"nobody asked {about}")
            answer = self.solve(claim, length, replace(reply, script=reply.language), deadline, stopped)
            if answer.kind == "unsat":
                return decided(Status.VERIFIED, evidence="vacuous", solver=answer.solver)
            if answer.kind == "unknown":
                return decided(Status.UNKNOWN, reason=f"not known {about}: {answer.reason or out_of_time}")
            if len(answer.word) != length or not row.pair.member(row.pair.spell(answer.word)):
                return decided(Status.ERROR, reason=f"{answer.solver} gives a word that is not, when asked {about}")
            return decided(Status.VERIFIED, **known)

        if stopped():
            raise StoppedError
        out_of_time = f"time limit of {self.options.seconds:g} s reached at length {length}"
        if begun >= deadline:
            return decided(Status.UNKNOWN, reason=out_of_time)
        try:
            reply = encoder.ask(row.request.claim, length, deadline, stopped)
        except ExpiredError:
            return decided(Status.UNKNOWN, reason=f"{out_of_time}, while encoding")
        except DiedError as died:
            return decided(Status.UNKNOWN, reason=f"encoding length {length}: {died}")
        if reply.error:
            return decided(Status.ERROR, reason=reply.error)
        if reply.evidence is not None:
            return verified(reply, evidence=reply.evidence)
        if reply.script:
            answer = self.solve(row.request.claim, length, reply, deadline, stopped)
        else:
            answer = Answer("unknown", "", least=reply.least)
        if answer.kind == "unsat":
            if reply.word is not None:
                return decided(Status.ERROR, reason=f"{answer.solver} says unsat, but a word breaks the claim")
            return verified(reply, evidence="solver", solver=answer.solver)
        word = answer.word if answer.kind == "sat" else reply.word
        if word is None:
            late = time.monotonic() >= deadline
            return decided(Status.UNKNOWN, reason=f"{out_of_time}, while solving" if late else answer.reason)
        witness = replay(row.pair, word, answer.least)
        if witness is None:
            shown = " ".join(row.pair.spell(word))
            return decided(Status.ERROR, reason=f"{answer.solver or 'simulation'}: the word {shown} does not replay")
        return decided(Status.REFUTED, witness=witness, solver=answer.solver if answer.kind == "sat" else "")

    def solve(self, claim: Claim, length: int, reply: Reply, deadline: float, stopped: Callable[[], bool]) -> Answer:
        """The first answer that one of the solvers gives; the reasons of all if none does."""
        reasons: list[str] = []
        for solver in self.options.solvers:
            answer = ask(
                solver,
                reply.script,
                length=length,
                width=reply.width,
                alphabet=len(claim.program.alphabet),
                deadline=deadline,
                memory=self.options.memory,
                stopped=stopped,
            )
            if answer.kind != "unknown":
                return answer
            reasons.append(answer.reason)
        return Answer("unknown", self.options.solvers[-1], reason="; ".join(reasons))


class Encoder:
    """The encoding child of one job, started when needed and again after it was killed."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self._child: Child | None = None
        self._until = 0
        self._replies: dict[int, Reply] = {}

    def plan(self, until: int) -> None:
        """Says that one claim will be asked about, at each length below `until`: replies may be fetched ahead."""
        self._until = until
        self._replies.clear()  # they belong to another claim, or to lengths that nobody wanted

    def ask(self, claim: Claim, length: int, deadline: float, stopped: Callable[[], bool]) -> Reply:
        """The child's reply about one length.

        Raises:
            ExpiredError, DiedError, StoppedError: see `Child`; the child is gone then.
        """
        if length in self._replies:
            return self._replies.pop(length)
        lengths = range(length, max(length + 1, self._until))
        if self._child is None:
            self._child = Child("logbits.verify.worker", memory=self.memory)
        try:
            self._child.send(pickle.dumps((claim, lengths)))
            replies = pickle.loads(self._child.receive(deadline, stopped))
            self._replies = dict(zip(lengths, replies, strict=False))
            return self._replies.pop(length)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """Ends the child, if there is one."""
        self._replies.clear()
        if self._child is not None:
            self._child.kill()
            self._child = None


def replay(pair: Pair, word: Sequence[int], least: bool) -> Witness | None:
    """The witness that a word is, after both runs of the reference on it.

    None if the claim holds on it, or is not about it.
    """
    claim, symbols = pair.claim, pair.spell(word)
    left, right = pair.run(symbols)
    if not differ(left, right) or not pair.member(symbols):
        return None
    parts = first_divergence(claim.program, left, right)
    where = ""
    if parts is not None:
        place = f"position {parts.position}" + ("" if parts.key is None else f", key {parts.key}")
        where = f"{parts.name} at {place}: {show(parts.left)} against {show(parts.right)}"
    index = first_difference(left, right)
    texts = [decision(claim.program, run, index) for run in (left, right)]
    return Witness(symbols, texts[0], texts[1], where, least)


def first_difference(left: Run, right: Run) -> int:
    """The word position (from 0) at which two outcomes first differ; 0 for acceptors."""
    if isinstance(left.outcome, bool) or isinstance(right.outcome, bool):
        return 0
    pairs = enumerate(zip(left.outcome, right.outcome, strict=True))
    return next((index for index, (a, b) in pairs if a != b), 0)


def decision(program: Program, run: Run, index: int) -> str:
    """A readout as text: the decision and the accumulator behind it, or the output at a word position (from 0)."""
    if run.failure is not None:
        return f"fails: {run.failure.message}"
    if isinstance(program.readout, Attended):
        return f"selects {', '.join(str(j) for j, bit in enumerate(output_bits(run), start=1) if bit) or 'nothing'}"
    if isinstance(run.outcome, bool):
        return f"{'accept' if run.outcome else 'reject'} (readout {show(run.readout[0][0])})"
    return f"output {output(program, run, index)} at position {index + 1}"


def output_bits(run: Run) -> list[bool]:
    """For each word position whether the outcome there is 1."""
    assert not isinstance(run.outcome, bool)
    return [value == 1 for value in run.outcome]


def output(program: Program, run: Run, index: int) -> str:
    """The output at a word position (from 0): a number, or a class with the accumulators behind it."""
    assert not isinstance(run.outcome, bool)
    value, readout = run.outcome[index], program.readout
    text = value if isinstance(value, str) else show(value)
    if isinstance(readout, Outputs) and readout.labels:
        sums = ", ".join(f"{k}: {show(v)}" for k, v in zip(readout.labels, run.readout[index], strict=True))
        text = f"{text} ({sums})"
    return text


def _verdict(row: _Row) -> Verdict:
    claim, started = row.request.claim, row.started
    formats: list[tuple[str, str]] = []
    for name, rounding in zip(claim.program.names, sites(claim.program, claim.right, claim.bound), strict=True):
        if rounding is not None:
            formats.append((name, str(rounding)))
    dyadic = isinstance(claim.right.format, Dyadic) or isinstance(claim.left.format, Dyadic)
    return Verdict(
        claim.program.name,
        str(claim.right),
        str(claim.left),
        "decision",
        row.request.first,
        claim.bound,
        tuple(row.results[length] for length in sorted(row.results)),
        tuple(formats),
        undyadic(claim.program, claim.bound) if dyadic else (),
        0.0 if started is None else time.monotonic() - started,
        "" if claim.assume is None else claim.assume.name,
    )
