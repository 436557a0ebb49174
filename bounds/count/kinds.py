"""On what a value depends, beside how often each symbol occurs: on the symbol at its position, or on the position.

A pass forwards over a program with its roundings in. An embedding depends on the symbol where its expressions differ,
on the position where one reads i; what stays at a position on all that it reads; a head on its queries alone, if what
it reads at keys depends on the symbol, or on the position, but not on both: then each key occurs as often as its
symbol does, or once. BOS and EOS are places of their own.

A head whose keys depend on both sees more of the word than counts, and so does one with a mask, one that takes the
first of several that may be anywhere, and one whose sum is rounded on its way, unless its terms come in a known order
(positions), or order does not matter: at symbols of words they are 0 or one number (`logbits.bounds.count.running`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from ...encode.number.mean import Iterative
from ...encode.number.rational import ZERO
from ...encode.program import position
from ...encode.program.operation import operands, pairwise
from ...encode.program.program import BOS, EOS, Attend, Attended, Embed, Program, Score
from ...encode.program.walk import Walk
from .alternatives import Few


@dataclass(frozen=True)
class Kind:
    """Whether a value depends on the symbol at its position, and on the position."""

    symbol: bool = False
    position: bool = False

    def __or__(self, other: Kind) -> Kind:
        return Kind(self.symbol or other.symbol, self.position or other.position)

    @property
    def both(self) -> bool:
        """Whether it depends on both, so that how often it occurs is no function of counts."""
        return self.symbol and self.position


NEITHER = Kind()


def kinds(program: Program) -> tuple[Kind, ...] | None:
    """The kind of each operation (of a score, that of its queries); None for a program that sees more than counts."""
    if isinstance(program.readout, Attended):
        return None
    found: list[Kind] = []
    keys: dict[int, Kind] = {}
    pairs = pairwise(program.ops)
    for index, op in enumerate(program.ops):
        match op:
            case Embed():
                found.append(_embedded(op))
            case Score(monomials):
                keys[index] = _joined(found[f] for m in monomials for f in m.keys)
                found.append(_joined(found[f] for m in monomials for f in m.queries))
            case Attend(value, score):
                seen = found[value] if score is None else found[value] | keys[score]
                if op.mask != "none" or seen.both or not _in_any_order(program, index, op, seen):
                    return None
                found.append(NEITHER if score is None else found[score])
            case _:
                found.append(_joined(found[f] for f in operands(op)))
                if pairs[index]:
                    keys[index] = keys[next(iter(operands(op)))]
    return tuple(found)


def _embedded(op: Embed) -> Kind:
    rows = [expression for symbol, expression in op.table if symbol not in (BOS, EOS)]
    differ = any(not bool(expression == rows[0]) for expression in rows[1:])
    return Kind(symbol=differ, position=any(position.reads(expression, "i") for expression in rows))


def _joined(several: Iterable[Kind]) -> Kind:
    return reduce(Kind.__or__, several, NEITHER)


def _in_any_order(program: Program, index: int, op: Attend, seen: Kind) -> bool:
    """Whether a head gives the same for all orders of a word, where what it sees does not depend on both."""
    if op.ties in ("hard", "rightmost"):
        return not seen.symbol
    if not op.stepwise:
        return True
    if op.mean != Iterative() or not seen.symbol:
        return op.mean == Iterative()
    before = replace(program, ops=program.ops[:index], names=program.names[:index])
    values = Walk[int](before).over(Few(program), range(len(program.alphabet)))[op.value].values()
    terms = {term for several in values for term in (several or (None,)) if term != ZERO}
    return None not in terms and len(terms) <= 1


def symmetric(program: Program) -> bool:
    """Whether a run is a function of how often each symbol occurs, and no position matters, but that of BOS and EOS."""
    found = kinds(program)
    return found is not None and not any(kind.position for kind in found)
