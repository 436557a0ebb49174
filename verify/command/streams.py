"""Standard output and standard error, made so that whatever they are, no line is lost to a traceback.

They may be closed, full, a pipe that nobody reads any more, or a terminal that cannot show a symbol. What the system
says when something cannot be written does not say where; here it does, and the command tells it in one line.
"""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import Any

STANDARD_OUTPUT = "standard output"
"""What an OSError names as its file when standard output cannot be written."""


class _Named(FileIO):
    """Standard output as bytes, whose errors name it."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 (bytes, in whatever)
        try:
            return super().write(data)
        except OSError as error:
            raise OSError(error.errno, error.strerror, STANDARD_OUTPUT) from error


def prepare() -> None:
    """Makes the streams ready: closed ones take what is said to them and lose it, as asked."""
    for descriptor in range(3):
        # A file that is opened gets the lowest free number, and must not be taken for one of these.
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    out = sys.stdout
    if isinstance(out, TextIOWrapper):
        raw = BufferedWriter(_Named(out.fileno(), "w", closefd=False))
        sys.stdout = TextIOWrapper(raw, encoding=out.encoding, line_buffering=out.isatty())
    sys.stdout, sys.stderr = (stream or Path(os.devnull).open("w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    # A symbol that the terminal cannot show is no reason to fail.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def finish() -> None:
    """Writes what is left: Python must not try, and complain, again at its end where it cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
