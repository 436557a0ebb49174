"""Child processes that can be killed: everything that may take long, or much memory, runs in one.

Messages are frames: eight bytes of length, then the payload. The parent waits with a deadline and polls a stop
condition; a child that is late, dead or no longer needed is killed with its process group. A child limits its own
address space and asks the kernel (on Linux) to be killed when its parent dies, so that nothing is ever left behind.
Children are started as `python -P -m module`, never forked: a fork of a process with threads, or of a notebook, is
not safe, and `multiprocessing` would import the user's script again.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import IO, BinaryIO, cast

_POLL = 0.05
_HEADER = 8
_FILES = 3
"""The files that a child takes in its parent."""
_OUT_OF_MEMORY = ("memoryerror", "bad_alloc", "outofmemory", "allocatememory", "std::bad_array_new_length")
"""What Python, C++, z3, GMP and the loader of libraries say, last of all, where there is no memory."""


class ExpiredError(Exception):
    """The deadline passed before the child answered."""


class StoppedError(Exception):
    """The answer is no longer wanted."""


class DiedError(Exception):
    """The child ended without an answer; the message says how."""


class Child:
    """A running child process, seen from the parent."""

    def __init__(self, module: str, *args: str, memory: int) -> None:
        """Starts `python -P -m module args`, with at most `memory` MiB of address space for its data.

        Where no process can be started, whoever sends to it or waits for it is told so.
        """
        self.memory = memory
        self.unstarted = ""
        self._buffer = bytearray()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        try:
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `kill`)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, *args],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=os.environ | {"LOGBITS_MEMORY": str(memory)},
                start_new_session=True,
            )
        except OSError as error:
            self.unstarted = f"no process can be started: {error.strerror or error}"

    def send(self, payload: bytes) -> None:
        """Sends a frame.

        Raises:
            DiedError: when the child no longer reads.
        """
        process = self._started()
        try:
            write_frame(cast(BinaryIO, process.stdin), payload)
        except OSError as error:
            raise DiedError(self._how()) from error

    def receive(self, deadline: float, stopped: Callable[[], bool]) -> bytes:
        """The next frame.

        Raises:
            ExpiredError: when `time.monotonic()` reaches the deadline.
            StoppedError: when `stopped()` becomes true.
            DiedError: when the child ends.
        """
        descriptor = cast(BinaryIO, self._started().stdout).fileno()
        while True:
            if len(self._buffer) >= _HEADER:
                size = int.from_bytes(self._buffer[:_HEADER], "big")
                if len(self._buffer) >= _HEADER + size:
                    frame = bytes(self._buffer[_HEADER : _HEADER + size])
                    del self._buffer[: _HEADER + size]
                    return frame
            if stopped():
                raise StoppedError
            wait = deadline - time.monotonic()
            if wait <= 0:
                raise ExpiredError
            if select.select([descriptor], [], [], min(wait, _POLL))[0]:
                chunk = os.read(descriptor, 1 << 20)
                if not chunk:
                    raise DiedError(self._how())
                self._buffer += chunk

    def end(self, grace: float) -> None:
        """Asks a child that has children to end them and itself (SIGTERM); kills it if that takes too long."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace)
        self.kill()

    def kill(self) -> None:
        """Ends the child and whatever it started, and waits until it is gone."""
        streams = [self._errors]
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            streams += [self._process.stdin, self._process.stdout]
        for stream in streams:
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise DiedError(self.unstarted)
        return self._process

    def _how(self) -> str:
        assert self._errors is not None
        status = self._started().wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        said = f": {lines[-1][:200]}" if lines else ""
        if any(sign in said.lower().replace(" ", "") for sign in _OUT_OF_MEMORY):
            return f"memory limit of {self.memory} MiB reached"
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        return f"ended with {how}{said}"


def require_children(number: int) -> None:
    """Checks that so many children can live at a time: one is started, with files open as for the others.

    Raises:
        DiedError: with what the system says where they cannot.
    """
    held: list[int] = []
    child: Child | None = None
    try:
        # One by one, so that those before the first that is refused are closed again.
        held.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(_FILES * (number - 1)))
        child = Child(__name__, memory=0)
        if child.unstarted:
            raise DiedError(child.unstarted)
    except OSError as error:
        raise DiedError(f"no process can be started: {error.strerror}") from error
    finally:
        for descriptor in held:
            os.close(descriptor)
        if child is not None:
            child.kill()


def write_frame(stream: BinaryIO, payload: bytes) -> None:
    """Writes one frame."""
    stream.write(len(payload).to_bytes(_HEADER, "big") + payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Reads one frame; None at the end of the stream."""
    header = stream.read(_HEADER)
    if len(header) < _HEADER:
        return None
    return stream.read(int.from_bytes(header, "big"))


def settle() -> tuple[BinaryIO, BinaryIO]:
    """What a child does first: its limits, its tie to the parent; returns its frames' streams (in, out).

    Standard output is moved away from anything that might print, so that only frames ever reach the parent.
    """
    tie_to_parent()
    limit = int(os.environ["LOGBITS_MEMORY"]) << 20
    with contextlib.suppress(ValueError, OSError):  # some systems have no such limit; `doctor` says so
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, out


def tie_to_parent() -> None:
    """Has the kernel, on Linux, kill this process when its parent dies."""
    if sys.platform == "linux":
        kill_when_parent_dies = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(kill_when_parent_dies, int(signal.SIGKILL))
