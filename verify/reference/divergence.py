"""Where two runs on one word part first: what replaying a witness tells before anything else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from gmpy2 import mpq

from ...encode.program.program import Program, Score
from .readout import Column, Rows
from .run import Run


@dataclass(frozen=True)
class Divergence:
    """The first stored value in which two runs differ; `key` is the key position of a score, else None."""

    op: int
    name: str
    position: int
    key: int | None
    left: mpq
    right: mpq


def first_divergence(program: Program, a: Run, b: Run) -> Divergence | None:
    """The first stored value, in the order of the program and then of positions, in which two runs on one word differ.

    Raises:
        ValueError: for runs on words of different lengths.
    """
    if a.length != b.length:
        raise ValueError(f"runs on words of lengths {a.length} and {b.length} cannot be compared")
    for index, (op, name) in enumerate(zip(program.ops, program.names, strict=True)):
        pairs = zip(_entries(a, index, isinstance(op, Score)), _entries(b, index, isinstance(op, Score)), strict=True)
        for (place, key, left), (_, _, right) in pairs:
            if left is not None and right is not None and left != right:
                return Divergence(index, name, place, key, left, right)
    return None


def _entries(run: Run, index: int, pairwise: bool) -> Iterable[tuple[int, int | None, mpq | None]]:
    """What operation `index` stored, as (position, key position, value)."""
    if not pairwise:
        for i, value in zip(run.positions, cast(Column, run.values[index]), strict=True):
            yield i, None, value
        return
    rows = cast(Rows, run.values[index])
    for i, row in zip(run.positions, rows, strict=True):
        for j, value in zip(run.positions, row, strict=True):
            yield i, j, value
