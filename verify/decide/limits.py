"""How one request is decided: until when, with how much memory, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """`deadline` is a reading of `time.monotonic()`, `seconds` after the start; `memory` is in MiB for each child.

    With `every` all solvers are asked, else the first answer counts. Proofs are kept in the folder `proofs`.
    """

    deadline: float
    seconds: float
    memory: int
    solvers: tuple[str, ...]
    every: bool = False
    proofs: Path | None = None

    def reached(self, length: int) -> str:
        """That the time is up."""
        return f"time limit of {self.seconds:g} s reached at length {length}"
