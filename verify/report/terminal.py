"""Standard output: a terminal with a width, colour and a progress bar, or a pipe, which gets plain lines only."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.text import Text

from ..engine.engine import Progress

_STYLES = {
    "VERIFIED": "green",
    "REFUTED": "bold red",
    "UNKNOWN": "bold magenta",
    "STOPPED": "bold magenta",
    "ERROR": "bold red",
}


class Output:
    """Where lines go. Each is written out at once, so that a reader at the other end of a pipe sees it."""

    def __init__(self) -> None:
        self._console: Console | None = None
        if sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb":
            plain = bool(os.environ.get("NO_COLOR"))
            self._console = Console(highlight=False, color_system=None if plain else "auto")

    @property
    def width(self) -> int | None:
        """The width of the terminal now; None for a pipe, whose lines are never broken."""
        return self._console.width if self._console else None

    def line(self, text: str = "", *, status: bool = False) -> None:
        """Writes one line; `status` colours the names of statuses in it."""
        if self._console is None:
            print(text, flush=True)
            return
        shown = Text(text)
        if status:
            for word, style in _STYLES.items():
                shown.highlight_words([word], style)
        self._console.print(shown, soft_wrap=True)
        self._console.file.flush()

    @contextmanager
    def progress(self, names: Sequence[str]) -> Generator[Advance]:
        """Shows, on a terminal, a bar for each row that is being worked on, and leaves nothing of them behind."""
        if self._console is None:
            yield Advance(None, names)
            return
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Bars(*columns, console=self._console, transient=True) as bars:
            yield Advance(bars, names)


class Advance:
    """The bars of the rows that are being worked on."""

    def __init__(self, bars: Bars | None, names: Sequence[str]) -> None:
        self._bars, self._names = bars, names
        self._tasks = {0: bars.add_task(names[0], total=None)} if bars else {}

    def to(self, event: Progress) -> None:
        """Shows how far a row is."""
        if self._bars is None:
            return
        if event.row not in self._tasks:
            self._tasks[event.row] = self._bars.add_task(self._names[event.row])
        self._bars.update(self._tasks[event.row], completed=event.done, total=event.total)

    def end(self, row: int) -> None:
        """Takes the bar of a decided row away."""
        if self._bars is not None and row in self._tasks:
            self._bars.remove_task(self._tasks.pop(row))
