"""Parameters rounded to the format: program × arithmetic → program, before any rounding is put in.

A parameter is a coefficient or a constant of an affine form or of a score, or a value of a table or a step function.
What defines a step function, the keys and the thresholds, is no weight and stays; an embedding is rounded as it is
stored. In a format with a scale per site, the parameters of one operation share the scale of their own hull.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gmpy2 import mpq

from ..number.rational import show
from ..program.program import (
    Accept,
    Affine,
    Compare,
    Form,
    Max,
    Nearest,
    Op,
    Outputs,
    Program,
    Readout,
    Score,
    Steps,
    Table,
)
from .arithmetic import Arithmetic
from .storage import storage

Change = Callable[[mpq], mpq]


def rounded(program: Program, arithmetic: Arithmetic) -> Program:
    """`program` with the parameters that the arithmetic computes with; itself, if these are exact.

    Raises:
        ValueError: for a parameter that overflows, where that is an error, and where no scale fits.
    """
    if not arithmetic.rounded_parameters:
        return program
    ops: list[Op] = []
    for op, name in zip(program.ops, program.names, strict=True):
        found: list[mpq] = []
        change_op(op, _noting(found))
        ops.append(change_op(op, _storing(found, name, arithmetic)))
    found = []
    change_readout(program.readout, _noting(found))
    readout = change_readout(program.readout, _storing(found, "the readout", arithmetic))
    return replace(program, ops=tuple(ops), readout=readout)


def _noting(found: list[mpq]) -> Change:
    def note(value: mpq) -> mpq:
        found.append(value)
        return value

    return note


def _storing(found: list[mpq], name: str, arithmetic: Arithmetic) -> Change:
    """The rounding that the parameters of one operation share."""
    chosen = storage(arithmetic.format, arithmetic, min(found), max(found)) if found else None

    def store(value: mpq) -> mpq:
        if chosen is None:
            return value
        if chosen.overflow == "error" and chosen.overflows(value):
            raise ValueError(f"the parameter {show(value)} of {name} overflows {arithmetic.format}")
        return chosen.apply(value)

    return store


def change_op(op: Op, change: Change) -> Op:
    """`op` with every parameter changed."""

    def of(form: Form) -> Form:
        return _change_form(form, change)

    match op:
        case Affine(form) | Compare(form) | Nearest(form):
            return replace(op, form=of(form))
        case Table(form, entries):
            return Table(of(form), tuple((key, change(value)) for key, value in entries))
        case Steps(form, base, jumps):
            return Steps(of(form), change(base), tuple((cut, change(value)) for cut, value in jumps))
        case Max(several):
            return Max(tuple(of(form) for form in several))
        case Score(monomials):
            return Score(tuple(replace(m, coefficient=change(m.coefficient)) for m in monomials))
        case _:
            return op


def change_readout(readout: Readout, change: Change) -> Readout:
    """The readout with every parameter changed."""
    match readout:
        case Accept(form):
            return replace(readout, form=_change_form(form, change))
        case Outputs(several):
            return replace(readout, forms=tuple(_change_form(form, change) for form in several))
        case _:
            return readout


def _change_form(form: Form, change: Change) -> Form:
    return Form(change(form.const), tuple((change(c), f) for c, f in form.terms))
