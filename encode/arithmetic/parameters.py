"""Parameters rounded to the format: program × arithmetic → program, before any rounding is put in.

A parameter is a coefficient or a constant of an affine form or of a score, or a value of a table or a step function.
What defines a step function, the keys and the thresholds, is no weight and stays; an embedding is rounded as it is
stored. In a format with a scale per site, the parameters of one operation share the scale of their own hull.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gmpy2 import mpq

from ..number.rational import show
from ..program.operation import Change, change, parameters
from ..program.program import Program
from .arithmetic import Arithmetic
from .storage import storage


def rounded(program: Program, arithmetic: Arithmetic) -> Program:
    """`program` with the parameters that the arithmetic computes with; itself, if these are exact.

    Raises:
        ValueError: for a parameter that overflows, where that is an error, and where no scale fits.
    """
    if not arithmetic.rounded_parameters:
        return program
    ops = [
        change(op, _storing(parameters(op), name, arithmetic))
        for op, name in zip(program.ops, program.names, strict=True)
    ]
    readout = change(program.readout, _storing(parameters(program.readout), "the readout", arithmetic))
    return replace(program, ops=tuple(ops), readout=readout)


def _storing(written: Iterable[mpq], name: str, arithmetic: Arithmetic) -> Change:
    """The rounding that the parameters of one operation share."""
    found = list(written)
    chosen = storage(arithmetic.format, arithmetic, min(found), max(found)) if found else None

    def store(value: mpq) -> mpq:
        if chosen is None:
            return value
        if chosen.overflow == "error" and chosen.overflows(value):
            raise ValueError(f"the parameter {show(value)} of {name} overflows {arithmetic.format}")
        return chosen.apply(value)

    return store
