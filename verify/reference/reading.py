"""What a kind of claim reads of a reference run: a row of numbers (`logbits.verify.question.agreement`)."""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ...encode.claim.kind import Kind
from ...encode.number.rounding import Rounding
from ...encode.program.program import Attend, Mask, Outputs, Program
from .readout import accumulator
from .run import Run, allows


def reading(kind: Kind, program: Program, run: Run, labels: Sequence[str] = ()) -> list[mpq]:
    """The reading of a run of `program` that has not failed; a class is the number of its label among `labels`."""
    match kind.reading.name:
        case "outcome":
            if isinstance(run.outcome, bool):
                return [mpq(run.outcome)]
            return [mpq(labels.index(value)) if isinstance(value, str) else value for value in run.outcome]
        case "accumulators":
            return [value for row in run.readout for value in row]
        case "attention":
            found: list[mpq] = []
            for head, mask in heads(program).items():
                for i, chosen in zip(run.positions, run.selected[head], strict=True):
                    found += [mpq(j in chosen) for j in run.positions if allows(mask, i, j)]
            return found


def heads(program: Program) -> dict[int, Mask]:
    """The heads whose attention is read, with their masks: the first operation of each score and mask."""
    found: dict[tuple[int, Mask], int] = {}
    for index, op in enumerate(program.ops):
        if isinstance(op, Attend) and op.score is not None:
            found.setdefault((op.score, op.mask), index)
    return {index: mask for (_, mask), index in found.items()}


def stored(program: Program, run: Run, rounding: Rounding) -> tuple[mpq, ...] | None:
    """What a reference run outputs, stored once more, at each word position; None if that overflows somewhere."""
    assert isinstance(program.readout, Outputs)
    [form] = program.readout.forms
    sums = [accumulator(form, run.values, k) for k in range(len(run.positions))]
    if rounding.overflow == "error" and any(map(rounding.overflows, sums)):
        return None
    start = 1 - run.positions.start
    return tuple(rounding.apply(value) for value in sums[start : start + run.length])
