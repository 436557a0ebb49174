"""All lengths up to a great N: acceptors whose decision is monotone in one count, decided by their thresholds.

For a symmetric program over two symbols and a fixed length n, a run is a function of c, the number of second symbols.
If every operation from the means to the readout is monotone in c, the decision changes at most once, at a threshold,
and two runs agree on all words of length n iff they accept the same interval of counts. The threshold of n + 1 lies
next to that of n, so a few exact evaluations decide a length: 65,536 lengths take seconds, where all counts would be
2·10^9.

`Monotone` proves the monotonicity on the program with its roundings in, operation by operation; each rule holds for
every n and c at once. Where no rule applies nothing is decided here.

    embedding                                  constant
    uniform mean of fixed values u, v          rises iff v > u, falls iff v < u (at the first and at the second symbol)
    affine form                                rises (falls) if every term does
    max, form > 0, form >= 0, nearest, round   rises (falls) if every operand does; a rounding that wraps does not
    steps                                      as the operand, if the values ascend
    anything of constants                      constant

*Fixed* means independent of n too: no attention below. The mean's other values (BOS, EOS) may depend on n but not on c.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from gmpy2 import mpq

from ...encode.number.rounding import Rounding
from ...encode.program.program import (
    BOS,
    EOS,
    Accept,
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Nearest,
    Op,
    Program,
    Round,
    Score,
    Steps,
    Table,
    forms,
    operands,
)
from .run import CountRun, alike, first_word

Direction = Literal[-1, 0, 1] | None
"""How a value moves as c grows: falls, stays, rises, or unknown."""


class Monotone:
    """Two runs of acceptors whose readouts are monotone in the number of second symbols: do they decide alike?

    Thresholds say nothing of accumulators, so that other kinds of claims are not for here.

    Raises:
        ValueError: where monotonicity is not proved (`proves` says so beforehand), or the runs are not read alike.
    """

    def __init__(self, left: Program, right: Program) -> None:
        if not proves(left) or not proves(right) or not alike(left, right):
            raise ValueError(f"{left.name} and {right.name} are not known to be monotone in the same count")
        self._runs = CountRun(left), CountRun(right)
        self._directions = directions(left), directions(right)
        self._last: dict[tuple[int, int], int] = {}
        self._outcomes: dict[tuple[int, int], tuple[mpq, ...]] = {}

    def breaking_word(self, length: int) -> tuple[int, ...] | None:
        """The first word of a length, in the order of the alphabet, on which the runs decide differently."""
        program = self._runs[0].program
        self._outcomes.clear()
        found: tuple[int, ...] | None = None
        for c, (low, high) in _reached(program, length).items():
            accepted = [self._accepted(side, c, length, low, high) for side in (0, 1)]
            if accepted[0] != accepted[1]:
                first = _first_difference(accepted[0], accepted[1])
                word = first_word(program, (length - first, first), c)
                found = word if found is None else min(found, word)
        return found

    def _accepted(self, side: int, c: int, length: int, low: int, high: int) -> range:
        """The counts low..high with which a run accepts, its outcome read at class c."""
        rises = self._directions[side][c] != -1
        change = self._change(lambda count: self._accepts(side, c, length, count) == rises, (side, c), low, high)
        accepted = range(change, high + 1) if rises else range(low, change)
        return accepted or range(0)

    def _accepts(self, side: int, c: int, length: int, count: int) -> bool:
        key = side, count
        if key not in self._outcomes:
            self._outcomes[key] = self._runs[side].run((length - count, count)).outcomes
        return self._outcomes[key][c] == 1

    def _change(self, holds: Callable[[int], bool], key: tuple[int, int], low: int, high: int) -> int:
        """The least count in low..high at which the monotone truth holds, high + 1 if none: a search from the last."""
        above = min(max(self._last.get(key, low), low), high + 1)
        stride = 1
        while above <= high and not holds(above):
            low, above, stride = above + 1, min(above + stride, high + 1), 2 * stride
        below, stride = above - 1, 1
        while below >= low and holds(below):
            above, below, stride = below, max(below - stride, low - 1), 2 * stride
        low = max(low, below + 1)
        while low < above:
            middle = (low + above) // 2
            if holds(middle):
                above = middle
            else:
                low = middle + 1
        self._last[key] = above
        return above


def _reached(program: Program, length: int) -> dict[int, tuple[int, int]]:
    """The classes at which the outcome can be read, each with the least and the greatest count that it goes with."""
    assert isinstance(program.readout, Accept)
    match program.readout.place:
        case "bos":
            return {program.symbols().index(BOS): (0, length)}
        case "eos":
            return {program.symbols().index(EOS): (0, length)}
        case "first" | "last":
            return {0: (0, length - 1), 1: (1, length)}


def _first_difference(a: range, b: range) -> int:
    """The least element of one of two different ranges that is not in the other."""
    if not a or not b or a.start != b.start:
        return min(each.start for each in (a, b) if each)
    return min(a.stop, b.stop)


def proves(program: Program) -> bool:
    """Whether the decision of a program, with its roundings in, is proved to be monotone in a count."""
    if not program.symmetric or len(program.alphabet) != 2 or program.length_aware:
        return False
    if not isinstance(program.readout, Accept) or any(_can_fail(op) for op in program.ops):
        return False
    return all(moved is not None for moved in directions(program))


def directions(program: Program) -> tuple[Direction, ...]:
    """How the readout of an acceptor moves with c at each class (a symbol, BOS, EOS)."""
    assert isinstance(program.readout, Accept)
    values = CountRun(program).features((1, 1))
    moves: list[list[Direction]] = []
    fixed: list[bool] = []
    for op in program.ops:
        fixed.append(_is_fixed(op, fixed))
        moves.append([_move(op, c, moves, fixed, values) for c in range(len(program.symbols()))])
    return tuple(_of_form(program.readout.form, moves, c) for c in range(len(program.symbols())))


def _can_fail(op: Op) -> bool:
    stored = op.rounding if isinstance(op, Round) else op.total if isinstance(op, Attend) else None
    return isinstance(op, Table) or (stored is not None and stored.overflow == "error")


def _is_fixed(op: Op, fixed: Sequence[bool]) -> bool:
    """Whether the values at the symbols of the alphabet depend on nothing but the symbol."""
    return not isinstance(op, Attend) and all(fixed[arg] for arg in operands(op))


def _move(
    op: Op, c: int, moves: Sequence[Sequence[Direction]], fixed: Sequence[bool], values: Sequence[Sequence[mpq]]
) -> Direction:
    match op:
        case Embed():
            return 0
        case Affine(form) | Nearest(form):
            return _of_form(form, moves, c)
        case Compare(form, relation):
            moved = _of_form(form, moves, c)
            return moved if relation != "=" or moved == 0 else None
        case Steps(form, base, jumps):
            ascending = [base, *(value for _, value in jumps)]
            moved = _of_form(form, moves, c)
            return moved if moved == 0 or ascending == sorted(ascending) else None
        case Max():
            return _join([_of_form(form, moves, c) for form in forms(op)])
        case Round(arg, rounding):
            return moves[arg][c] if moves[arg][c] == 0 or not _wraps(rounding) else None
        case Attend(value, None):
            if not fixed[value] or any(moved != 0 for moved in moves[value]) or (op.total and _wraps(op.total)):
                return None
            first, second = values[value][:2]
            return 0 if first == second else 1 if first < second else -1
        case Attend() | Score():
            return None
        case _:
            return 0 if all(moves[arg][c] == 0 for arg in operands(op)) else None


def _wraps(rounding: Rounding) -> bool:
    return rounding.overflow == "wrap" and rounding.low is not None


def _join(several: Sequence[Direction]) -> Direction:
    """The direction of a sum or a maximum: what all agree on that move at all."""
    kinds = set(several) - {0}
    return 0 if not kinds else kinds.pop() if len(kinds) == 1 else None


def _of_form(form: Form, moves: Sequence[Sequence[Direction]], c: int) -> Direction:
    turned: list[Direction] = []
    for coefficient, feature in form.terms:
        moved = moves[feature][c]
        turned.append(moved if moved is None or coefficient > 0 else _OPPOSITE[moved])
    return _join(turned)


_OPPOSITE: dict[int, Direction] = {-1: 1, 0: 0, 1: -1}
