"""The start of the command `verify-precision`: importing all that it needs takes a moment.

Ctrl-C in that moment is told in one line, as at any other time, and there is nothing to clean up yet. So this file,
and `logbits` itself, import nothing but what Python has loaded anyway, or nearly so.
"""

import os
import signal

_SIGNALS = {signal.SIGINT: b"interrupted", signal.SIGTERM: b"terminated"}


def main() -> None:
    """The entry point of the command: from here on a signal says so in one line and ends it."""
    for each in _SIGNALS:
        signal.signal(each, _end)
    from logbits.verify.command.cli import main as command

    command()


def _end(number: int, frame: object) -> None:
    os.write(2, b"verify-precision: " + _SIGNALS[signal.Signals(number)] + b"\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
