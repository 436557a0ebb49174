"""Ctrl-C and SIGTERM as one exception, raised once: what is being stopped can then clean up and tell what it knows.

Whoever asks again does not want to wait for that: the process then ends at once. What comes within a moment of the
first is the same wish, as a terminal and a wrapper such as `timeout` both pass it on.
"""

from __future__ import annotations

import atexit
import os
import signal
import time
from types import FrameType

_SIGNALS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class Interrupted(BaseException):
    """A signal asks to stop: `word` says which, `status` is the exit status for it.

    Not a KeyboardInterrupt, which the parser of arguments would turn into an exit status of its own.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number
        self.word = _SIGNALS[signal.Signals(number)]


AGAIN = 0.3
"""The seconds after which a signal is another one."""

_first: list[float] = []
"""When the first signal came."""


def catch_signals() -> None:
    """From now on, for the rest of the process, the first of these signals raises `Interrupted`, a second one ends it.

    Children end with their parent.
    """
    _first.clear()
    for each in _SIGNALS:
        signal.signal(each, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    now = time.monotonic()
    if not _first:
        _first.append(now)
        atexit.register(_ignore)  # while Python ends it would give them back their own, deadly, meaning
        raise Interrupted(number)
    if now - _first[0] > AGAIN:
        os.write(2, b"verify-precision: ended at once\n")
        os._exit(128 + number)


def _ignore() -> None:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
