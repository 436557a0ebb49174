"""The pass that puts roundings in: program × arithmetic → program.

Rounding is an operation like any other. After this pass there is no second evaluator, no mode and no global precision:
the rounded program is interpreted by the same code as the exact one. Exact arithmetic puts nothing in, so exact against
exact yields the same program, and twins that differ only where they round share everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..number.mean import Iterative
from ..program.operation import rename
from ..program.program import Attend, Attended, Op, Program, Round
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
    given, most = rounded(program, arithmetic), bound + program.bos + program.eos
    for op, name, site in zip(given.ops, given.names, sites(program, arithmetic, bound), strict=True):
        moved, roundings = rename(op, stored), (site.accumulator, site.stored)
        if isinstance(moved, Attend) and is_mean(moved):
            moved, roundings = _mean(moved, arithmetic, site, most), (site.stored,)
        plain.append(len(ops))
        ops.append(moved)
        names.append(name)
        for rounding in roundings:
            if rounding is not None:
                ops.append(Round(len(ops) - 1, rounding))
                names.append(f"{name} {'rounded' if rounding is site.stored else 'summed'}")
        stored.append(len(ops) - 1)
    heads = isinstance(given.readout, Attended)  # read as they are: a head's M, not what is stored of it
    readout = rename(given.readout, plain if heads else stored)
    return Twin(replace(program, ops=tuple(ops), names=tuple(names), readout=readout, ranges=()), tuple(stored))


def _mean(head: Attend, arithmetic: Arithmetic, site: Site, most: int) -> Attend:
    """A head whose mean follows the rule of the arithmetic: its rounding is an operation of its own, after it."""
    stepwise = site.accumulator is not None and isinstance(arithmetic.mean, Iterative)
    return replace(head, mean=arithmetic.rule(most, stepwise=stepwise), total=site.accumulator)
