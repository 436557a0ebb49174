"""The files of derivations: `7.steps` is that of length 7, and its first line says after which shorter one it comes."""

from __future__ import annotations

import re
from pathlib import Path

from .files import open_regular

HEAD = re.compile(r"logbits/derivation/[0-9]{1,9}(?:/merged)? [0-9]{1,9} [0-9]{1,9} ([0-9]{1,9}) ([0-9]{1,9})\n")
MAX_BYTES = 1 << 30


def steps_of(folder: Path, length: int) -> Path:
    """The file with the derivation of a length."""
    return folder / f"{length}.steps"


def is_derivation(name: str) -> bool:
    """Whether a file is named like a derivation, or the beginning of one."""
    return re.fullmatch(r"[0-9]{1,9}\.steps(?:\.part)?", name) is not None


def chain(folder: Path, length: int) -> list[int]:
    """The lengths whose derivations that of a length goes on from, ascending, itself the last.

    Raises:
        OSError: when one of them cannot be read, or is no regular file.
        ValueError: for one without a first line, or one that goes on from none before it.
    """
    found = [length]
    while True:
        path = steps_of(folder, found[0])
        with open_regular(path, MAX_BYTES) as file:
            head = HEAD.fullmatch(file.readline(200).decode("ascii", "replace"))
        if head is None or int(head[1]) != found[0] or int(head[2]) >= found[0]:
            raise ValueError(f"{path.name}: does not say what it goes on from")
        if not int(head[2]):
            return found
        found.insert(0, int(head[2]))
