"""How stored values move with a count, for the checker of thresholds: rules over a symmetric program of two symbols.

On words of length n a run is a function of c, how often the second symbol occurs. With n fixed, each operation gets its
moves: whether it is known never to fall, and never to rise, as c grows by one, at each symbol, BOS and EOS; both where
it is known to stay.

    embedding                                    stays
    uniform mean of values that stay             rises if u <= v, falls if u >= v, at the first and the second symbol
    sum, maximum                                 as all parts do, one with a negative coefficient the other way
    form > 0, form >= 0, nearest integer         as the form
    thresholds whose results do not descend      as the form
    rounding                                     as what is rounded, unless that wraps, or is a sum that may
    all else                                     stays if all parts do

A value that is known not to fall, or not to rise, leaves its format where c is least or greatest, or nowhere; so the
runs with c = 0, 1, n - 1 and n are given, which together are those for each place. A failure that could be for other c
is refused: an overflow of what moves in no known way, a table on what does not stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...encode.number.mean import Weights
from ...encode.number.rounding import Rounding
from ...encode.program.program import (
    Affine,
    Attend,
    Compare,
    Embed,
    Feature,
    Form,
    Max,
    Nearest,
    Op,
    Product,
    Round,
    Score,
    Steps,
    Table,
)
from .operations import Stored
from .refused import Refused
from .symmetric import Column


@dataclass(frozen=True)
class Moves:
    """Whether a value is known never to fall, and never to rise, as c grows."""

    up: bool
    down: bool

    @property
    def stays(self) -> bool:
        """Whether it is known to be the same for all c."""
        return self.up and self.down


STAYS, UNKNOWN = Moves(up=True, down=True), Moves(up=False, down=False)
Row = Stored[Moves]
"""How each operation moves, wherever it is stored."""


def moves(ops: Iterable[Op], runs: Sequence[Mapping[str, Column]], first: str, second: str) -> Row:
    """How each operation moves, by what is stored in the runs with c = 0, 1, n - 1, n; none has failed.

    Raises:
        Refused: for a failure that may depend on c in no known way.
    """
    row: Row = Stored()
    middle, ends = runs[1], [column for run in runs for column in run.values()]  # both symbols occur in the middle
    for index, op in enumerate(ops):
        if isinstance(op, Attend):
            row[index] = _mean(op, row[op.value], middle[first], middle[second])
        else:
            row[index] = _local(op, row, ends)
    return row


def form_moves(written: Form, row: Mapping[Feature, Moves]) -> Moves:
    """How an affine form moves."""
    return _all(row[f] if c > 0 else Moves(row[f].down, row[f].up) for c, f in written.terms)


def _local(op: Op, row: Row, ends: Sequence[Column]) -> Moves:
    match op:
        case Embed():
            return STAYS
        case Score():
            return UNKNOWN
        case Affine(written) | Nearest(written) | Compare(written, ">" | ">="):
            return form_moves(written, row)
        case Compare(written, "="):
            return _constant(form_moves(written, row))
        case Max(forms):
            return _all(form_moves(written, row) for written in forms)
        case Product(left, right):
            return _constant(_all((row[left], row[right])))
        case Steps(written, base, jumps):
            results = [base, *(result for _, result in jumps)]
            known = form_moves(written, row)
            return known if results == sorted(results) else _constant(known)
        case Table(written):
            if form_moves(written, row).stays:
                return STAYS
            raise Refused("a table may fail for some counts")
        case Round(arg, rounding):
            known = row[arg]
            _require_seen(rounding, known)
            if rounding.overflow == "wrap" and known not in (STAYS, UNKNOWN):
                return UNKNOWN if any(rounding.overflows(end[arg]) for end in ends) else known
            return known
        case _:
            raise Refused(f"{type(op).__name__} is not known to be monotone in a count")


def _mean(op: Attend, value: Moves, first: Column, second: Column) -> Moves:
    u, v = first[op.value], second[op.value]
    known = Moves(u <= v, u >= v) if op.score is None and value.stays else UNKNOWN
    if isinstance(op.mean, Weights) and op.mean.denominator is not None:
        _require_seen(op.mean.denominator, STAYS if op.score is None else UNKNOWN)
    if op.total is None:
        return known
    _require_seen(op.total, known)
    if known == UNKNOWN and op.stepwise:
        raise Refused("a sum may be rounded on its way for some counts")
    return known if known == STAYS or op.total.overflow != "wrap" else UNKNOWN


def _require_seen(rounding: Rounding, known: Moves) -> None:
    if rounding.overflow == "error" and known == UNKNOWN:
        raise Refused("a value may overflow for some counts")


def _all(parts: Iterable[Moves]) -> Moves:
    several = list(parts)
    return Moves(all(part.up for part in several), all(part.down for part in several))


def _constant(known: Moves) -> Moves:
    return STAYS if known.stays else UNKNOWN
