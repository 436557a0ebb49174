"""What a causal run stored on the first symbols of a word is the run on these symbols."""

from __future__ import annotations

from typing import cast

from ...encode.program.program import Score
from .readout import Column, Rows, read_out
from .run import Reference, Run


def prefix(reference: Reference, run: Run, length: int) -> Run:
    """The run on the first `length` symbols of the word of a run.

    Raises:
        ValueError: for a program that is not causal, and for more symbols than the word has.
    """
    program = reference.computed
    if not reference.program.causal or not 0 < length <= run.length:
        raise ValueError(f"{program.name} at length {run.length} has no prefix of length {length}")
    positions = program.positions(length)
    count = len(positions)
    values = tuple(
        tuple(row[:count] for row in cast(Rows, stored)[:count]) if isinstance(op, Score) else stored[:count]
        for op, stored in zip(program.ops, cast(tuple[Column, ...], run.values), strict=True)
    )
    selected = {head: chosen[:count] for head, chosen in run.selected.items()}
    failures = tuple(failure for failure in run.failures if failure.position in positions)
    return Run(length, positions, values, selected, *read_out(program, length, values, selected), failures)
