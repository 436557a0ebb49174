"""What a run decides, or outputs, read from what it stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from gmpy2 import mpq

from ...encode.program.program import Accept, Attended, Form, Outputs, Program

Column = tuple[mpq, ...]
"""A stored feature: one value per position, in the order of `Program.positions`."""

Rows = tuple[tuple[mpq | None, ...], ...]
"""A stored score: a row per query position, an entry per key position, None where no head's mask allows the pair."""

Outcome = bool | tuple[mpq | str, ...]
"""An acceptor's decision, or the output at each word position: a number or a class."""


def accumulator(form: Form, values: Sequence[Column | Rows], k: int) -> mpq:
    """The exact accumulator of an affine form of stored operands, at the k-th position."""
    return sum((c * cast(Column, values[feature])[k] for c, feature in form.terms), form.const)


def read_out(
    program: Program,
    length: int,
    values: Sequence[Column | Rows],
    selected: Mapping[int, Sequence[Sequence[int]]],
) -> tuple[tuple[Column, ...], Outcome]:
    """The exact accumulators of the readout of a program, as it is computed, and the outcome."""
    first = program.positions(length).start
    match program.readout:
        case Accept(form, place):
            total = accumulator(form, values, program.place(place, length) - first)
            return ((total,),), bool(total > 0)
        case Attended(head, place):
            chosen = selected[head][program.place(place, length) - first]
            bits = tuple(mpq(1) if i in chosen else mpq(0) for i in range(1, length + 1))
            return tuple((bit,) for bit in bits), bits
        case Outputs(forms, labels):
            readout = tuple(tuple(accumulator(form, values, i - first) for form in forms) for i in range(1, length + 1))
            if not labels:
                return readout, tuple(numbers[0] for numbers in readout)
            return readout, tuple(labels[numbers.index(max(numbers))] for numbers in readout)
