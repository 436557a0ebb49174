"""Ctrl-C and SIGTERM as one exception, raised once: what is being stopped can then clean up undisturbed."""

from __future__ import annotations

import signal
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


def catch_signals() -> None:
    """From now on, for the rest of the process, the first of these signals raises `Interrupted`.

    Those after it are ignored, also while Python ends: nothing that is being stopped is stopped twice.
    """
    for each in _SIGNALS:
        signal.signal(each, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted(number)
