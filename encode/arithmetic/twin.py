"""The pass that puts roundings in: program × arithmetic → program.

Rounding is an operation like any other. After this pass there is no second evaluator, no mode and no global precision:
the rounded program is interpreted by the same code as the exact one. Exact arithmetic puts nothing in, so exact against
exact yields the same program, and twins that differ only where they round share everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..number.mean import Iterative, Reciprocal
from ..program.program import (
    Accept,
    Affine,
    Attend,
    Attended,
    Compare,
    Embed,
    Form,
    Max,
    Nearest,
    Op,
    Outputs,
    Product,
    Program,
    Readout,
    Round,
    Score,
    Steps,
    Table,
)
from .arithmetic import Arithmetic
from .intervals import is_mean
from .parameters import rounded
from .scales import Site, sites


@dataclass(frozen=True)
class Twin:
    """A program with its roundings in; `stored[k]` is the operation that holds what site k of the original stores."""

    program: Program
    stored: tuple[int, ...]


def twin(program: Program, arithmetic: Arithmetic, bound: int) -> Twin:
    """`program` as computed in `arithmetic`, with the scales of bound N.

    Raises:
        ValueError: when no format exists for a site or a parameter (see `logbits.encode.arithmetic.scales`).
    """
    ops: list[Op] = []
    names: list[str] = []
    stored: list[int] = []
    plain: list[int] = []
    given = rounded(program, arithmetic)
    for op, name, site in zip(given.ops, given.names, sites(program, arithmetic, bound), strict=True):
        moved, roundings = rename(op, stored), (site.accumulator, site.stored)
        if isinstance(moved, Attend) and is_mean(moved):
            moved, roundings = _mean(moved, arithmetic, site), (site.stored,)
        plain.append(len(ops))
        ops.append(moved)
        names.append(name)
        for rounding in roundings:
            if rounding is not None:
                ops.append(Round(len(ops) - 1, rounding))
                names.append(f"{name} {'rounded' if rounding is site.stored else 'summed'}")
        stored.append(len(ops) - 1)
    readout = rename_readout(given.readout, stored, plain)
    return Twin(replace(program, ops=tuple(ops), names=tuple(names), readout=readout, ranges=()), tuple(stored))


def _mean(head: Attend, arithmetic: Arithmetic, site: Site) -> Attend:
    """A head whose mean follows the rule of the arithmetic."""
    guard = arithmetic.mean.bits if isinstance(arithmetic.mean, Reciprocal) else None
    stepwise = site.accumulator is not None and isinstance(arithmetic.mean, Iterative)
    return replace(head, reciprocal=guard, total=site.accumulator, stepwise=stepwise)


def rename(op: Op, new: list[int]) -> Op:
    """`op` with every operand k replaced by new[k]."""

    def of(form: Form) -> Form:
        return _form(form, new)

    match op:
        case Embed():
            return op
        case Affine(form):
            return Affine(of(form))
        case Compare(form, relation):
            return Compare(of(form), relation)
        case Nearest(form):
            return Nearest(of(form))
        case Table(form, entries):
            return Table(of(form), entries)
        case Steps(form):
            return replace(op, form=of(form))
        case Max(several):
            return Max(tuple(of(form) for form in several))
        case Product(left, right):
            return Product(new[left], new[right])
        case Score(monomials):
            return Score(
                tuple(
                    replace(m, queries=tuple(new[f] for f in m.queries), keys=tuple(new[f] for f in m.keys))
                    for m in monomials
                )
            )
        case Attend(value, score):
            return replace(op, value=new[value], score=None if score is None else new[score])
        case Round(arg):
            return replace(op, arg=new[arg])


def rename_readout(readout: Readout, new: list[int], heads: list[int]) -> Readout:
    """The readout with every feature k replaced by new[k], and a head k by heads[k]."""
    match readout:
        case Accept(form):
            return replace(readout, form=_form(form, new))
        case Attended(head):
            return replace(readout, head=heads[head])
        case Outputs(several):
            return replace(readout, forms=tuple(_form(form, new) for form in several))


def _form(form: Form, new: list[int]) -> Form:
    return replace(form, terms=tuple((c, new[f]) for c, f in form.terms))
