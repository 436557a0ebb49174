"""Faults made by hand: small changes to trusted files, each of which some test must notice.

A room has a file of them, `encode/term.txt` beside this one for `encode/term`. A fault is a block of lines:

    @ term-001 | encode/term/terms.py | terms
    - the old text, which occurs once in the file
    + the new text
    ? why it may survive, where it may

Its name is for good: new faults get the next number of their room, and the number of one that is gone is not given
again. The last part of the first line names the tests that are asked: `terms` is `test_terms.py`, in whichever room.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SURVIVORS = HERE / "survivors.txt"


@dataclass(frozen=True)
class Fault:
    """`old` becomes `new` in `file`; `tests` are asked. `reason` says why it may survive."""

    name: str
    file: str
    tests: tuple[str, ...]
    old: str
    new: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} {self.file}: {self.new.strip().splitlines()[0]}"


def lists() -> dict[str, Path]:
    """The file of faults of each room that has one, "encode/term"."""
    return {
        path.relative_to(HERE).with_suffix("").as_posix(): path
        for path in sorted(HERE.rglob("*.txt"))
        if path != SURVIVORS
    }


def blocks(path: Path) -> list[tuple[tuple[str, ...], str, str, str]]:
    """What stands in a file: the parts of the first line, the old text, the new text and the reason of each block."""
    found: list[tuple[tuple[str, ...], str, str, str]] = []
    for block in ("\n" + path.read_text(encoding="utf-8")).split("\n@ ")[1:]:
        head, *lines = block.splitlines()
        old, new, reason = (
            "\n".join(line[2:] for line in lines if line.startswith(mark)) for mark in ("- ", "+ ", "? ")
        )
        found.append((tuple(head.split(" | ")), old, new, reason))
    return found


def read() -> list[Fault]:
    """All faults, room by room."""
    found: list[Fault] = []
    for path in lists().values():
        for head, old, new, reason in blocks(path):
            name, file, tests = head
            found.append(Fault(name, file, tuple(tests.split()), old, new, reason))
    return found
