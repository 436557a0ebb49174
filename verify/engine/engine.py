"""The engine: requests in, verdicts out, obligations in ascending order of lengths, over a few child processes.

Each job is a thread that owns one encoding child and asks solvers in children of their own; the threads only wait. How
one obligation is decided is in `logbits.verify.decide.decide`. Lengths beyond a refuted one are dropped; a model's time
limit covers all its lengths, and what was decided before it passed is kept. Closing the generator kills every child.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...encode.arithmetic.format import Dyadic
from ...encode.arithmetic.scales import sites, undyadic
from ..decide.decide import Limits, Obligation
from ..decide.encoder import Encoder
from ..decide.plan import Portion, plan
from ..recheck.store import discard, folder, hold, write
from ..reference.pair import Pair
from ..request.request import Options, Request
from ..solver.ask import SOLVERS
from ..solver.child import StoppedError
from ..verdict.verdict import Decided, Status, Verdict


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
    waiting: deque[Portion]
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

    def take(self) -> Portion | None:
        """The next lengths that matter and that nobody has been given yet."""
        while self.waiting:
            portion = self.waiting.popleft()
            lengths = range(portion.lengths.start, min(portion.lengths.stop, self.last + 1))
            taken = lengths if portion.together else lengths[: portion.stride]
            if taken:
                self.waiting.appendleft(replace(portion, lengths=lengths[len(taken) :]))
                return replace(portion, lengths=taken)
        return None

    def finished(self) -> bool:
        """Whether every length that matters has been answered."""
        waiting = any(portion.lengths and self.wants(portion.lengths.start) for portion in self.waiting)
        return not waiting and (not self.running or min(self.running) > self.last)


def decide(requests: Sequence[Request], options: Options | None = None) -> Generator[Progress | Verdict, None, None]:
    """Verdicts in the order of the requests, each as soon as it and all before it are decided, with progress between.

    Raises:
        ValueError: for a request that makes no sense (a bound below 1, no format for a site), before anything runs.
        RequestError: when the folder for proofs cannot be written to, or another run writes to it.
    """
    rows = [
        _Row(index, request, Pair(request.claim), deque(plan(request.claim, request.first)))
        for index, request in enumerate(requests)
    ]
    engine = _Engine(rows, options or Options())
    held = hold(engine.options.proofs, [row.request.claim for row in rows])
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
        engine.keep()
        held.release()


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

    def keep(self) -> None:
        """Writes what was decided of requests that were not finished."""
        for row in self.rows:
            if row.results and not row.reported and self.options.proofs is not None:
                write(self.options.proofs, row.request.claim, _verdict(row))

    def job(self) -> None:
        """Takes obligations until there are none."""
        # Who names solvers, or wants proofs, wants more than our own word for it.
        alone = self.options.proofs is None and not self.options.solvers
        encoder = Encoder(self.options.memory, every_word=alone)
        try:
            while not self.stopping.is_set() and (task := self.take()) is not None:
                row, portion = task
                for results, rest in self.decide(encoder, row, portion):
                    self.put(row, results, rest, silent=portion.lengths[-1] not in results)
        finally:
            encoder.kill()

    def decide(
        self, encoder: Encoder, row: _Row, portion: Portion
    ) -> Iterator[tuple[dict[int, Decided | None], range]]:
        """What becomes of the lengths of a portion, and those that are to be asked about again, one by one."""
        lengths = portion.lengths
        obligation = Obligation(encoder, row.request.claim, row.pair, self.limits(row))
        encoder.plan(lengths.stop)
        if portion.together:
            try:
                several, rest = obligation.decide_together(lengths, lambda: self.unwanted(row, lengths.start))
            except StoppedError:
                several, rest = [], range(0)
            except Exception as error:  # ours, so it must be seen, and never lost with the thread
                several, rest = [Decided(lengths.start, Status.ERROR, reason=_told(error))], range(0)
            yield dict.fromkeys(lengths) | {each.length: each for each in several}, rest
            return
        for length in lengths:
            try:
                result = obligation.decide(length, lambda n=length: self.unwanted(row, n))
            except StoppedError:
                result = None
            except Exception as error:
                result = Decided(length, Status.ERROR, reason=_told(error))
            yield {length: result}, range(0)

    def limits(self, row: _Row) -> Limits:
        """How the lengths of a request are decided."""
        options = self.options
        started = row.started or time.monotonic()
        proofs = None if options.proofs is None else folder(options.proofs, row.request.claim)
        return Limits(
            started + options.seconds,
            options.seconds,
            options.memory,
            options.solvers or SOLVERS,
            bool(options.solvers),
            proofs,
        )

    def unwanted(self, row: _Row, length: int) -> bool:
        """Whether nobody wants to know any more."""
        return self.stopping.is_set() or not row.wants(length)

    def take(self) -> tuple[_Row, Portion] | None:
        """The next obligations: the shortest open lengths of the first row that has any."""
        with self.lock:
            for row in self.rows:
                portion = row.take()
                if portion is not None:
                    row.running.update(portion.lengths)
                    if row.started is None:
                        row.started = time.monotonic() - row.request.spent
                    return row, portion
        return None

    def put(self, row: _Row, results: dict[int, Decided | None], rest: range, *, silent: bool = False) -> None:
        """Records what became of lengths, and reports it (progress, if `silent`, only with the next)."""
        with self.lock:
            row.running.difference_update(results)
            if rest:
                row.waiting.append(Portion(rest))
            news = {n: each for n, each in results.items() if each is not None and row.wants(n)}
            row.results |= news
            if self.options.proofs is not None:
                for length in results.keys() - news.keys():
                    discard(self.options.proofs, row.request.claim, length)
            refuted = min((n for n, each in news.items() if each.status == Status.REFUTED), default=None)
            if refuted is not None:
                row.refuted = refuted
                row.results = {n: each for n, each in row.results.items() if n <= refuted}
            if self.stopping.is_set() or row.reported:
                return
            total = row.last - row.request.first + 1
            if not silent or refuted is not None:
                self.events.put((row.index, Progress(row.index, len(row.results), total, max(results))))
            if row.finished():
                row.reported = True
                verdict = _verdict(row)
                if self.options.proofs is not None:
                    verdict = write(self.options.proofs, row.request.claim, verdict)
                self.events.put((row.index, verdict))


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _verdict(row: _Row) -> Verdict:
    claim, started = row.request.claim, row.started
    formats: list[tuple[str, str]] = []
    for name, site in zip(claim.program.names, sites(claim.program, claim.right, claim.bound), strict=True):
        if site.stored is not None:
            formats.append((name, str(site)))
    dyadic = isinstance(claim.right.format, Dyadic) or isinstance(claim.left.format, Dyadic)
    return Verdict(
        claim.program.name,
        str(claim.right),
        str(claim.left),
        claim.asked,
        row.request.first,
        claim.bound,
        tuple(row.results[length] for length in sorted(row.results)),
        tuple(formats),
        undyadic(claim.program, claim.bound) if dyadic else (),
        0.0 if started is None else time.monotonic() - started,
        "" if claim.assume is None else claim.assume.name,
    )
