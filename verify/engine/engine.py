"""The engine: requests in, verdicts out, lengths in ascending order, over a few child processes.

Each job is a thread that only waits: for an encoding child that says what becomes of the next lengths of a portion,
then for the solvers that it asks about them (`logbits.verify.decide`). Portions are the unit of encoding, lengths that
of solving: jobs take turns in reading from one child, which is ahead of them by a length, and another child is started
on the next portion where all that run are being waited for. So lengths that share their terms are made once, in one
child, and no job waits while there is anything to do.

Lengths beyond a refuted one are dropped; a model's time limit covers its plan and all its lengths, and what was decided
before it passed is kept. Closing the generator kills every child.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

from ..decide import ways
from ..decide.decide import Obligation, fault, unknown
from ..decide.encoder import Encoder, FaultError, Reading, single
from ..decide.narrowing import Narrowing
from ..decide.portion import Portion
from ..decide.talk import Refused
from ..decide.together import EveryLength
from ..decide.words import Lend, Words
from ..recheck.store import discard, hold, tidy, write
from ..request.request import Options, Request, RequestError
from ..solver.child import DiedError, ExpiredError, StoppedError
from ..verdict.verdict import Decided, Verdict
from .encoders import Encoders
from .row import Row

PERIOD = 0.05
"""The seconds between two pieces of news about the progress of one request, at least."""


@dataclass(frozen=True)
class Progress:
    """More is known: `done` of `total` lengths of request number `row`, among them `length`."""

    row: int
    done: int
    total: int
    length: int


@dataclass
class _Stream:
    """An encoding child at work on a portion of a request; `free` while nobody reads from it."""

    row: Row
    portion: Portion
    encoder: Encoder
    reading: Reading
    free: bool = False


Task = Callable[[], None]
Event = Progress | Verdict | RequestError


def left_out(options: Options) -> frozenset[str]:
    """The ways that are not for a request: who names solvers, or wants proofs, wants more than our own word for it."""
    return frozenset() if options.proofs is None and not options.solvers else ways.UNPROVED


def decide(
    requests: Sequence[Request], options: Options | None = None, left: list[Verdict] | None = None
) -> Generator[Progress | Verdict, None, None]:
    """Verdicts in the order of the requests, each as soon as it and all before it are decided, with progress between.

    When the generator ends early, `left` gets the verdicts that it did not give, as far as anything is known: decided
    ones, and what is known about models that are not `finished`.

    Raises:
        RequestError: for a request that makes no sense (no format for a site), and when the folder for proofs cannot be
            written to, or another run writes to it.
    """
    options = options or Options()
    rows = [Row(index, request, options, spent=request.spent) for index, request in enumerate(requests)]
    engine = _Engine(rows, options)
    held = hold(options.proofs, [row.request.claim for row in rows])
    early: dict[int, Verdict] = {}
    following = 0
    try:
        engine.start()
        while following < len(rows):
            index, event = engine.events.get()
            if isinstance(event, RequestError):
                raise event
            if isinstance(event, Progress):
                yield event
                continue
            early[index] = event
            while following in early:
                verdict = early[following]
                following += 1
                yield verdict
    finally:
        engine.stop()
        engine.keep()
        held.release()
        if left is not None:
            left += [row.verdict(finished=row.finished()) for row in rows[following:] if row.ledger.runs]


class _Engine:
    """The rows, the jobs, and the one lock over the rows and the streams."""

    def __init__(self, rows: list[Row], options: Options) -> None:
        self.rows, self.options = rows, options
        self.without = left_out(options)
        self.changed = threading.Condition()
        self.events: queue.SimpleQueue[tuple[int, Event]] = queue.SimpleQueue()
        self.stopping = threading.Event()
        self.jobs = [threading.Thread(target=self.job, daemon=True) for _ in range(max(1, options.jobs))]
        self.encoders = Encoders(options.memory, len(self.jobs))
        self.streams: list[_Stream] = []
        self.running = 0

    def start(self) -> None:
        """Starts the jobs."""
        for job in self.jobs:
            job.start()

    def stop(self) -> None:
        """Ends the jobs and every child."""
        self.stopping.set()
        with self.changed:
            self.changed.notify_all()
        for job in self.jobs:
            if job.ident is not None:  # a signal may come before all have been started
                job.join()
        for stream in self.streams:
            stream.encoder.kill()
        self.encoders.end()

    def keep(self) -> None:
        """Writes what was decided of requests that were not finished; removes what children left that were ahead."""
        if self.options.proofs is None:
            return
        for row in self.rows:
            if row.reported:
                tidy(self.options.proofs, row.request.claim, row.verdict())
            elif row.ledger.runs:
                write(self.options.proofs, row.request.claim, row.verdict(finished=row.finished()))

    # -- what is done next

    def job(self) -> None:
        """Takes tasks until there are none."""
        while (task := self.next()) is not None:
            try:
                task()
            except OSError as error:
                self.events.put((-1, RequestError(f"cannot go on: {error}")))
                raise SystemExit from error  # ends this thread alone, quietly
            finally:
                with self.changed:
                    self.running -= 1
                    self.changed.notify_all()

    def next(self) -> Task | None:
        """The next task, as soon as there is one; None when there will be none."""
        with self.changed:
            while not self.stopping.is_set():
                task = self._plan() or self._read()
                if task is not None:
                    self.running += 1
                    return task
                if not self.running:
                    for row in self.rows:
                        self._report(row)
                    self.changed.notify_all()
                    break
                self.changed.wait()
        return None

    def _plan(self) -> Task | None:
        row = next((row for row in self.rows if not row.taken), None)
        if row is None:
            return None
        row.taken = True
        return partial(self.plan, row)

    def _read(self) -> Task | None:
        """Reading from the first stream that nobody reads from, or from a new one."""
        for stream in [each for each in self.streams if each.free and not self._wanted(each)]:
            self._close(stream)
        free = [each for each in self.streams if each.free]
        stream = min(free, key=lambda each: (each.row.index, each.reading.rest.start), default=None)
        stream = stream or self._open()
        if stream is None:
            return None
        stream.free = False
        return partial(self.narrow if stream.portion.way == EveryLength.name else self.read, stream)

    def _open(self) -> _Stream | None:
        if len(self.streams) == len(self.jobs):
            return None
        for row in self.rows:
            portion = row.take()
            if portion is not None:
                encoder = self.encoders.take()
                reading = Reading(encoder, row.request.claim, portion, self.without, row.keep)
                stream = _Stream(row, portion, encoder, reading)
                self.streams.append(stream)
                return stream
        return None

    def _wanted(self, stream: _Stream) -> bool:
        return bool(stream.reading.rest) and stream.reading.rest.start <= stream.row.last

    def _close(self, stream: _Stream) -> None:
        self.streams.remove(stream)
        stream.reading.close()
        self.encoders.give_back(stream.encoder)

    def release(self, stream: _Stream) -> None:
        """Lets others read from a stream, or ends it if there is nothing more to read."""
        with self.changed:
            if self._wanted(stream):
                stream.free = True
            else:
                self._close(stream)
            self.changed.notify_all()

    def unwanted(self, row: Row, length: int) -> bool:
        """Whether nobody wants to know any more."""
        return self.stopping.is_set() or length > row.last

    # -- tasks

    def plan(self, row: Row) -> None:
        """Asks how a request is to be decided."""
        claim, limits = row.request.claim, row.begin()
        try:
            with self.encoders.lend() as encoder:
                plan = encoder.plan(claim, row.asked, self.without, limits.deadline, self.stopping.is_set)
        except StoppedError:
            return
        except ExpiredError:
            self.put(
                row, unknown(row.asked, f"time limit of {limits.seconds:g} s reached while the claim was prepared")
            )
        except DiedError as died:
            self.put(row, unknown(row.asked, f"preparing the claim: {died}"))
        except Exception as error:
            self.put(row, fault(claim, row.asked, _told(error)))
        else:
            with self.changed:
                if isinstance(plan, Refused):
                    self.events.put((row.index, RequestError(plan.reason)))
                else:
                    row.planned(plan)
                    row.pause()

    def read(self, stream: _Stream) -> None:
        """Reads what becomes of the next lengths of a stream, and decides them."""
        row, reading, limits = stream.row, stream.reading, stream.row.begin()
        length, begun = reading.rest.start, time.monotonic()
        try:
            if begun >= limits.deadline:
                raise ExpiredError
            lengths, said = reading.read(limits.deadline, lambda: self.unwanted(row, length))
        except StoppedError:
            self._lost(stream, None)
            return
        except ExpiredError:
            late = f"{limits.reached(length)}, while encoding or looking at all words"
            self._lost(stream, unknown(reading.skip(len(reading.rest)), late))
            return
        except DiedError as died:
            self._lost(stream, unknown(reading.skip(), f"encoding length {length}: {died}"))
            return
        except Exception as error:  # ours, so it must be seen, and never lost with the thread
            self._lost(stream, fault(row.request.claim, reading.skip(), _told(error)))
            return
        self.release(stream)
        obligation = self.obligation(row, self.encoders.lend)
        try:
            found = obligation.decide(lengths, single(said), lambda: self.unwanted(row, length))
        except StoppedError:
            self.discard(row, lengths)
        except Exception as error:
            self.put(row, fault(row.request.claim, lengths, _told(error)))
        else:
            self.put(row, replace(found, seconds=time.monotonic() - begun))

    def _lost(self, stream: _Stream, known: Decided | None) -> None:
        """Goes on after a stream gave nothing."""
        if known is not None:
            self.put(stream.row, known)
        self.release(stream)

    def narrow(self, stream: _Stream) -> None:
        """Decides the lengths of a stream that are one question."""
        row, lengths = stream.row, stream.portion.lengths
        obligation = self.obligation(row, lambda: nullcontext(stream.encoder))
        try:
            several, rest = Narrowing(obligation, stream.encoder, stream.portion).decide(
                lambda: self.unwanted(row, lengths.start)
            )
        except StoppedError:
            several, rest = [], range(0)
        except Exception as error:
            several, rest = [fault(row.request.claim, lengths, _told(error))], range(0)
        stream.reading.skip(len(lengths))
        for each in several:
            self.put(row, each)
        with self.changed:
            if rest:
                row.waiting.append(Portion(rest, ""))
        self.release(stream)

    def obligation(self, row: Row, lend: Lend) -> Obligation:
        """What it takes to decide lengths of a request."""
        claim, limits = row.request.claim, row.begin()
        return Obligation(claim, limits, Words(claim, limits.deadline, lend))

    # -- what becomes of it

    def put(self, row: Row, run: Decided) -> None:
        """Records what is known about lengths, and tells it: the verdict when it is complete, else progress."""
        with self.changed:
            if not row.put(run):
                self.discard(row, run.lengths)
            if self.stopping.is_set() or row.reported:
                return
            now = time.monotonic()
            if now - row.told >= PERIOD or row.finished():
                row.told = now
                told = Progress(row.index, row.ledger.known, row.total, min(run.lengths[-1], row.last))
                self.events.put((row.index, told))
            if row.finished():
                self._report(row)

    def discard(self, row: Row, lengths: range) -> None:
        """Removes what was kept for a length that is not recorded; for several at once there is never anything."""
        if self.options.proofs is not None and len(lengths) == 1:
            discard(self.options.proofs, row.request.claim, lengths.start)

    def _report(self, row: Row) -> None:
        if not row.reported:
            row.reported = True
            verdict = row.verdict()
            if self.options.proofs is not None:
                verdict = write(self.options.proofs, row.request.claim, verdict)
            self.events.put((row.index, verdict))


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, FaultError) else f"{type(error).__name__}: {error}"
