"""A call in a child of its own, within limits: `limited(doing, function, *arguments, …)`.

Whatever may be heavy before any solver is asked (reading a large model, choosing scales, writing a question, replaying
a long word) is done by a child with the limits of any other; so the parent stays small, and can be interrupted at any
time. It costs the start of a process, so that small work is better done at once
(`logbits.encode.program.work` estimates it).

A frame in is the pickled function, by name, with its arguments; a frame out what it returned or raised. Pickle is safe
here and only here: both ends are this package, and no file is ever read this way.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from .child import Child, DiedError, ExpiredError, read_frame, settle, write_frame

P = ParamSpec("P")
R = TypeVar("R")


class UnfinishedError(Exception):
    """A call did not come to its end: the message is one line that says which limit was reached while doing what."""


class Within:
    """Limits: `seconds` from now on for all calls together, `memory` MiB for each."""

    def __init__(self, seconds: float, memory: int) -> None:
        self.seconds, self.memory = seconds, memory
        self._begun = time.monotonic()

    @property
    def spent(self) -> float:
        """The seconds that have passed."""
        return time.monotonic() - self._begun

    def call(self, doing: str, function: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
        """What `function`, one of a module, returns in a child.

        Raises:
            UnfinishedError: when a limit is reached; `doing` says what was being done, as in "while reading 'x.json'".
            Exception: what the function raises.
        """
        out_of_time = f"time limit of {self.seconds:g} s reached while {doing}"
        if self.spent >= self.seconds:
            raise UnfinishedError(out_of_time)
        child: Child | None = None
        try:
            child = Child(__name__, memory=self.memory)
            child.send(pickle.dumps((function, args, named)))
            done, result = pickle.loads(child.receive(self._begun + self.seconds, lambda: False))
        except ExpiredError as error:
            raise UnfinishedError(out_of_time) from error
        except DiedError as died:
            raise UnfinishedError(f"{died}, while {doing}") from died
        finally:
            if child is not None:
                child.kill()
        if done:
            return result
        raise cast(Exception, result)


def main() -> None:
    """Makes one call."""
    source, out = settle()
    frame = read_frame(source)
    if frame is None:
        return
    function, args, named = pickle.loads(frame)
    try:
        reply = pickle.dumps((True, function(*args, **named)))
    except (MemoryError, SystemError):  # how C libraries run out of memory: the parent sees a dead child
        raise
    except Exception as error:  # whatever it is, it is raised again in the parent
        reply = pickle.dumps((False, error))
    write_frame(out, reply)


if __name__ == "__main__":
    main()
