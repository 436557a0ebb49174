"""The pass that puts roundings in: program × arithmetic → program.

Rounding is an operation like any other. After this pass there is no second evaluator, no mode and no global precision:
the rounded program is interpreted by the same code as the exact one. Exact arithmetic puts nothing in, so exact against
exact yields the same program, and twins that differ only where they round share everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..number.mean import Iterative
from ..number.rational import ONE, ZERO
from ..program.operation import rename
from ..program.program import Affine, Attend, Attended, Compare, Form, Max, Op, Product, Program, Round
from .arithmetic import Arithmetic
from .blocks import Shared
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
    block: list[int] = []
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
        if site.shared is not None:
            block.append(stored[-1])
            if len(stored) == site.shared.members.stop:
                stored[-len(block) :] = _share(ops, names, block, site.shared)
                block = []
    heads = isinstance(given.readout, Attended)  # read as they are: a head's M, not what is stored of it
    readout = rename(given.readout, plain if heads else stored)
    return Twin(replace(program, ops=tuple(ops), names=tuple(names), readout=readout, ranges=()), tuple(stored))


def _share(ops: list[Op], names: list[str], block: Sequence[int], shared: Shared) -> list[int]:
    """The operations that hold what a block stores, put in; `block` are those that hold its exact values."""

    def put(op: Op, name: str) -> int:
        ops.append(op)
        names.append(name)
        return len(ops) - 1

    roundings, first = shared.roundings(), names[block[0]]
    signed = tuple(Form(ZERO, ((sign, each),)) for each in block for sign in (ONE, -ONE))
    beyond: list[int] = []
    if len(roundings) > 1:
        peak = put(Max(signed), f"{first} peak")
        beyond = [
            put(Compare(Form(-limit, ((ONE, peak),)), relation), f"{first} beyond 2^{scale}")
            for scale, (limit, relation) in zip(shared.scales, shared.limits(), strict=False)
        ]
    found: list[int] = []
    for each in block:
        name = names[each]
        held = [
            put(Round(each, rounding), f"{name} at 2^{scale}")
            for scale, rounding in zip(shared.scales, roundings, strict=True)
        ]
        terms = [(ONE, held[0])]
        for truth, finer, coarser in zip(beyond, held[:-1], held[1:], strict=True):
            change = put(Affine(Form(ZERO, ((ONE, coarser), (-ONE, finer)))), f"{name} changed")
            terms.append((ONE, put(Product(truth, change), f"{name} changed")))
        found.append(put(Affine(Form(ZERO, tuple(terms))), f"{name} stored") if len(terms) > 1 else held[0])
    return found


def _mean(head: Attend, arithmetic: Arithmetic, site: Site, most: int) -> Attend:
    """A head whose mean follows the rule of the arithmetic: its rounding is an operation of its own, after it."""
    stepwise = site.accumulator is not None and isinstance(arithmetic.mean, Iterative)
    return replace(head, mean=arithmetic.rule(most, stepwise=stepwise), total=site.accumulator)
