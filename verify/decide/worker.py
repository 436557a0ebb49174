"""The child process in which questions are made: `python -m logbits.verify.decide.worker`.

Everything that takes time or memory in proportion to a program, a bound or a word is done here: plans, questions, runs
on counts, replays. So it runs on as many cores as there are jobs, and can be killed like a solver. Frames are those of
`logbits.verify.decide.talk`. Pickle is safe here and only here: both ends are this package, and no file is ever read
this way.

What becomes of many lengths is said in parts, as it is known, and of equal ones in a row in one part. The child goes on
with the next length while the parent asks solvers about this one, except where a word broke the claim: what follows may
not be wanted any more, and the parent asks for the rest if it is.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ...encode.arithmetic.format import Dyadic
from ...encode.arithmetic.scales import sites, undyadic
from ...encode.claim.claim import Claim
from ..solver.child import read_frame, settle, write_frame
from ..verdict.refutation import replay
from . import ways
from .reply import Broken, Decided, Fault, Open, Reply, Unseen
from .talk import Ask, Belonging, Belongs, Part, Plan, Planned, Refused, Replay, Replayed, Request
from .way import Desk

PERIOD = 0.1
"""The seconds after which what has been decided is said, though more of the same may follow."""

T = TypeVar("T")
Said = Planned | Refused | Part | Replayed | Belonging | Fault


class Worker:
    """Answers one request after the other, mostly about one claim."""

    def __init__(self) -> None:
        self._desk: Desk | None = None

    def answers(self, request: Request) -> Iterator[Said]:
        """What there is to say to a request."""
        match request:
            case Plan():
                yield _guarded(lambda: self.plan(request))
            case Ask():
                yield from self.parts(request)
            case Replay(claim, word):
                yield _guarded(lambda: Replayed(replay(self.desk(claim).pair, word)))
            case Belongs(claim, word):
                yield _guarded(lambda: self.belongs(claim, word))

    def desk(self, claim: Claim, keep: Path | None = None) -> Desk:
        """What is at hand for a claim; derivations are kept in the folder `keep`."""
        if self._desk is None or self._desk.claim != claim or (keep is not None and self._desk.keep != keep):
            self._desk = None  # so that there are never two of them in memory
            self._desk = Desk(claim, keep)
        return self._desk

    def plan(self, request: Plan) -> Planned | Refused:
        """How a claim is decided, and what its verdict tells about formats; refused where the claim makes no sense."""
        claim = request.claim
        try:
            self.desk(claim)
            stored = sites(claim.program, claim.right, claim.bound)
            dyadic = isinstance(claim.right.format, Dyadic) or isinstance(claim.left.format, Dyadic)
            notes = undyadic(claim.program, claim.bound) if dyadic else ()
        except ValueError as error:
            return Refused(f"{claim.program.name}: {error}")
        names = zip(claim.program.names, stored, strict=True)
        formats = tuple((name, str(site)) for name, site in names if site.rounds)
        return Planned(tuple(ways.plan(claim, request.lengths, request.without)), formats, notes)

    def belongs(self, claim: Claim, word: tuple[int, ...]) -> Belonging:
        """Whether a claim is about a word."""
        pair = self.desk(claim).pair
        return Belonging(pair.member(pair.spell(word)))

    def parts(self, request: Ask) -> Iterator[Part]:
        """What becomes of the lengths of a request, up to the first that a word breaks."""
        if request.way and next(way.together for way in ways.WAYS if way.name == request.way):
            yield Part(request.lengths, self.reply(request, request.lengths), True)
            return
        known: Reply | None = None
        begin = end = request.lengths.start
        since = time.monotonic()
        for length in request.lengths:
            end = length + 1
            reply = self.reply(request, range(length, end))
            same = isinstance(reply, Decided) and not isinstance(reply.members, Unseen) and reply == known
            if known is not None and not same:
                yield Part(range(begin, length), known, False)
                begin = length
            known = reply
            if isinstance(reply, (Broken, Fault)) or (isinstance(reply, Open) and reply.word is not None):
                break
            late = isinstance(reply, Open) or time.monotonic() - since > PERIOD
            if late and length != request.lengths[-1]:  # the next length may take long, and be the last that is asked
                yield Part(range(begin, end), reply, False)
                known, begin, since = None, end, time.monotonic()
        if known is not None:
            yield Part(range(begin, end), known, True)

    def reply(self, request: Ask, lengths: range) -> Reply:
        """What becomes of lengths that are one question."""
        found = _guarded(
            lambda: ways.decide(self.desk(request.claim, request.keep), lengths, request.way, request.without)
        )
        if isinstance(found, Fault):
            self._desk = None  # a workspace that an error left half made would ask other questions
        return found


def _guarded(read: Callable[[], T]) -> T | Fault:
    """What `read` gives; an error of ours, whatever it is, must reach the user as one."""
    try:
        return read()
    except (MemoryError, SystemError):  # how C libraries run out of memory: the parent sees a dead child
        raise
    except Exception as error:
        return Fault(f"{type(error).__name__}: {error}")


def main() -> None:
    """Answers until standard input ends."""
    source, out = settle()
    worker = Worker()
    while (frame := read_frame(source)) is not None:
        for said in worker.answers(pickle.loads(frame)):
            write_frame(out, pickle.dumps(said))


if __name__ == "__main__":
    main()
