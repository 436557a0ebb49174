"""What a checker of proofs says."""

from __future__ import annotations

from typing import NamedTuple


class Judgement(NamedTuple):
    """`ok` if the proof refutes the formula; else `reason` says what is wrong with it."""

    ok: bool
    reason: str
    steps: int
