"""The encoding children of the jobs: who is done with one gives it back, and the next takes it over as it is."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from ..decide.encoder import Encoder


class Encoders:
    """Encoders that nobody is using; `keep` of them at most, of which each may have a child that runs."""

    def __init__(self, memory: int, keep: int) -> None:
        self.memory, self.keep = memory, keep
        self._lock = threading.Lock()
        self._idle: list[Encoder] = []

    def take(self) -> Encoder:
        """An encoder for the caller alone: the one that was given back last, or a new one."""
        with self._lock:
            return self._idle.pop() if self._idle else Encoder(self.memory)

    def give_back(self, encoder: Encoder) -> None:
        """Takes back an encoder, of which the child waits or is gone."""
        with self._lock:
            if len(self._idle) < self.keep:
                self._idle.append(encoder)
                return
        encoder.kill()

    @contextmanager
    def lend(self) -> Generator[Encoder]:
        """An encoder for a while."""
        encoder = self.take()
        try:
            yield encoder
        finally:
            self.give_back(encoder)

    def end(self) -> None:
        """Ends the children of all that were given back, and keeps none from now on."""
        with self._lock:
            idle, self._idle, self.keep = self._idle, [], 0
        for encoder in idle:
            encoder.kill()
