"""An encoding child, seen from the parent: what it is asked is answered, or it is gone."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ...encode.claim.claim import Claim
from ..solver.child import Child, DiedError
from ..verdict.verdict import Witness
from .portion import Portion
from .reply import Fault, Reply, Single
from .talk import Ask, Belonging, Belongs, Part, Plan, Planned, Refused, Replay, Replayed, Request

Stopped = Callable[[], bool]
T = TypeVar("T")


class FaultError(Exception):
    """The child met an error of this software; the message is the error."""


class Encoder:
    """An encoding child, started when needed and again after it was killed.

    Its methods raise `ExpiredError`, `DiedError` or `StoppedError` (see `Child`), and the child is gone then.
    """

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self._child: Child | None = None

    def plan(
        self, claim: Claim, lengths: range, without: frozenset[str], deadline: float, stopped: Stopped
    ) -> Planned | Refused:
        """How the lengths of a claim are decided.

        Raises:
            FaultError: for an error of this software.
        """
        said = self.converse(Plan(claim, lengths, without), deadline, stopped)
        return said if isinstance(said, Refused) else self._expected(said, Planned)

    def replay(self, claim: Claim, word: tuple[int, ...], deadline: float, stopped: Stopped) -> Witness | None:
        """The witness that a word is, by the reference run.

        Raises:
            FaultError: for an error of this software.
        """
        return self._expected(self.converse(Replay(claim, word), deadline, stopped), Replayed).witness

    def belongs(self, claim: Claim, word: tuple[int, ...], deadline: float, stopped: Stopped) -> bool:
        """Whether a claim is about a word, by the reference run.

        Raises:
            FaultError: for an error of this software.
        """
        return self._expected(self.converse(Belongs(claim, word), deadline, stopped), Belonging).member

    def converse(self, request: Request | None, deadline: float, stopped: Stopped) -> object:
        """Sends a request, if there is one, and gives the next thing that the child says."""
        if self._child is None:
            self._child = Child("logbits.verify.decide.worker", memory=self.memory)
        try:
            if request is not None:
                self._child.send(pickle.dumps(request))
            return pickle.loads(self._child.receive(deadline, stopped))
        except BaseException:
            self.kill()
            raise

    def _expected(self, said: object, kind: type[T]) -> T:
        if isinstance(said, Fault):
            raise FaultError(said.reason)
        if not isinstance(said, kind):
            self.kill()
            raise DiedError(f"answered with {type(said).__name__}, not {kind.__name__}")
        return said

    def kill(self) -> None:
        """Ends the child, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child = None


class Reading:
    """The lengths of a portion, as an encoder says what becomes of them, ascending; `rest` are those still to come.

    Derivations are kept in the folder `keep`, if one is named.

    The child may be ahead of who reads. After it died, the next `read` begins again with the rest.
    """

    def __init__(
        self,
        encoder: Encoder,
        claim: Claim,
        portion: Portion,
        without: frozenset[str] = frozenset(),
        keep: Path | None = None,
    ) -> None:
        self.encoder, self.claim, self.way, self.without, self.keep = encoder, claim, portion.way, without, keep
        self.rest = portion.lengths
        self._ahead = False

    def read(self, deadline: float, stopped: Stopped) -> tuple[range, Reply]:
        """The next lengths, and what becomes of them.

        Raises:
            ExpiredError, DiedError, StoppedError: see `Child`; the child is gone then.
        """
        request = None if self._ahead else Ask(self.claim, self.rest, self.way, self.without, self.keep)
        self._ahead = False
        said = self.encoder.converse(request, deadline, stopped)
        if isinstance(said, Fault):
            said = Part(self.rest, said, True)
        if not isinstance(said, Part) or not said.lengths or said.lengths != self.rest[: len(said.lengths)]:
            self.encoder.kill()
            raise DiedError("answered another question")
        self.rest = self.rest[len(said.lengths) :]
        self._ahead = not said.last
        return said.lengths, said.reply

    def skip(self, size: int = 1) -> range:
        """Leaves out the next lengths, about which the child, which is gone, said nothing; gives them."""
        skipped, self.rest = self.rest[:size], self.rest[size:]
        self._ahead = False
        return skipped

    def close(self) -> None:
        """Ends the child if it is busy with lengths that nobody will read about."""
        if self._ahead:
            self.encoder.kill()
            self._ahead = False


def single(reply: Reply) -> Single:
    """A reply about one length.

    Raises:
        DiedError: for a reply about a question that was not asked.
    """
    if isinstance(reply, Single):
        return reply
    raise DiedError("answered another question")
