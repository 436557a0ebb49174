"""The encoding child of one job, seen from the parent."""

from __future__ import annotations

import pickle
from collections.abc import Callable

from ...encode.claim.claim import Claim
from ..solver.child import Child
from .answer import Asked, Reply


class Encoder:
    """The encoding child of one job, started when needed and again after it was killed.

    With `every_word`, what rules do not decide is decided there on all words of a length, where they are few.
    """

    def __init__(self, memory: int, *, every_word: bool = False) -> None:
        self.memory = memory
        self.every_word = every_word
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
        replies = self._converse(Asked(claim, lengths, False, self.every_word), deadline, stopped)
        self._replies = dict(zip(lengths, replies, strict=False))
        return self._replies.pop(length)

    def ask_together(self, claim: Claim, lengths: range, deadline: float, stopped: Callable[[], bool]) -> Reply:
        """The child's reply about many lengths in one question.

        Raises:
            ExpiredError, DiedError, StoppedError: see `Child`; the child is gone then.
        """
        return self._converse(Asked(claim, lengths, True, self.every_word), deadline, stopped)[0]

    def _converse(self, request: Asked, deadline: float, stopped: Callable[[], bool]) -> list[Reply]:
        if self._child is None:
            self._child = Child("logbits.verify.decide.worker", memory=self.memory)
        try:
            self._child.send(pickle.dumps(request))
            return pickle.loads(self._child.receive(deadline, stopped))
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """Ends the child, if there is one."""
        self._replies.clear()
        if self._child is not None:
            self._child.kill()
            self._child = None
