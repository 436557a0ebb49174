"""How the values of a symmetric program move as one symbol takes the place of another: a domain of the walk.

With two symbols a run of length n depends on c, the number of second symbols. `directions` proves, operation by
operation, that what is read rises or falls with c; each rule holds for every n and c at once. Where no rule applies
nothing is known.

    embedding                                  constant
    uniform mean of fixed values u, v          rises iff v > u, falls iff v < u (at the first and at the second symbol)
    affine form                                rises (falls) if every term does
    max, form > 0, form >= 0, nearest, round   rises (falls) if every operand does; a rounding that wraps does not
    steps                                      as the operand, if the values ascend
    anything of constants                      constant

*Fixed* means independent of n too: no attention below. The mean's other values (BOS, EOS) may depend on n but not on c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gmpy2 import mpq

from ...encode.number.rounding import Rounding
from ...encode.program.program import Attend, Embed, Program, Relation
from ...encode.program.walk import Jumps, Walk, accumulators
from .run import CountRun

Direction = Literal[-1, 0, 1] | None
"""How a value moves as c grows: falls, stays, rises, or unknown."""


@dataclass(frozen=True)
class Move:
    """A direction, and whether the value depends on nothing but the symbol."""

    direction: Direction
    fixed: bool = False


def directions(program: Program) -> tuple[Direction, ...]:
    """How the readout of an acceptor moves with c at each class (a symbol, BOS, EOS)."""
    domain = _Moves(program)
    classes = range(len(program.symbols()))
    columns = Walk[int](program).over(domain, classes)
    return tuple(accumulators(domain, program.readout, lambda f, c=c: columns[f][c])[0].direction for c in classes)


class _Moves:
    """The domain: a place is a class."""

    def __init__(self, program: Program) -> None:
        self._values = CountRun(program).features((1, 1))

    def embed(self, op: Embed, place: int) -> Move:
        return Move(0, fixed=True)

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, Move]]) -> Move:
        turned = [Move(_turned(move.direction, coefficient), move.fixed) for coefficient, move in parts]
        return self.greatest(turned)

    def product(self, factors: Sequence[Move]) -> Move:
        return Move(0 if all(move.direction == 0 for move in factors) else None, _all_fixed(factors))

    def greatest(self, values: Sequence[Move]) -> Move:
        """Of a maximum, as of a sum: what all agree on that move at all."""
        kinds: set[Direction] = {move.direction for move in values if move.direction != 0}
        joint: Direction = 0 if not kinds else kinds.pop() if len(kinds) == 1 else None
        return Move(joint, _all_fixed(values))

    def compare(self, value: Move, relation: Relation) -> Move:
        return value if relation != "=" else self._constant(value)

    def nearest(self, value: Move) -> Move:
        return value

    def table(self, value: Move, entries: Jumps, where: object) -> Move:
        return self._constant(value)

    def steps(self, value: Move, base: mpq, jumps: Jumps) -> Move:
        ascending = [base, *(result for _, result in jumps)]
        return value if ascending == sorted(ascending) else self._constant(value)

    def stored(self, value: Move, rounding: Rounding, where: object) -> Move:
        return self._constant(value) if wraps(rounding) else value

    def attend(self, op: Attend, place: int, values: Sequence[Move], scores: object) -> Move:
        if scores is not None or not _all_fixed(values) or any(move.direction != 0 for move in values):
            return Move(None)
        if op.total is not None and wraps(op.total):
            return Move(None)
        first, second = self._values[op.value][:2]
        return Move(0 if first == second else 1 if first < second else -1)

    def _constant(self, value: Move) -> Move:
        """Any function of what does not move does not move; of anything else nothing is known."""
        return value if value.direction == 0 else Move(None, value.fixed)


def wraps(rounding: Rounding) -> bool:
    """Whether a greater value may be stored as a smaller one."""
    return rounding.overflow == "wrap" and rounding.low is not None


def _turned(direction: Direction, coefficient: mpq) -> Direction:
    return direction if direction is None or coefficient > 0 else _OPPOSITE[direction]


def _all_fixed(several: Sequence[Move]) -> bool:
    return all(move.fixed for move in several)


_OPPOSITE: dict[int, Direction] = {-1: 1, 0: 0, 1: -1}
