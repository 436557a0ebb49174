"""Ctrl-C and SIGTERM as one exception, raised once: what is being stopped can then clean up undisturbed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class Interrupted(KeyboardInterrupt):
    """A signal asks to stop: `word` says which, `status` is the exit status for it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number
        self.word = _SIGNALS[signal.Signals(number)]


@contextmanager
def signals() -> Generator[None]:
    """Inside, the first of these signals raises `Interrupted` and those after it are ignored.

    Outside the main thread nothing can be installed, and nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    before = {each: signal.signal(each, stop) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
