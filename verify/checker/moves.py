"""How stored values move with a count, for the checker of thresholds: rules over a symmetric program of two symbols.

On words of length n a run is a function of c, how often the second symbol occurs. With n fixed, at each symbol, BOS and
EOS, each operation gets its moves: whether it is known never to fall, and never to rise, as c grows by one; both where
it is known to stay.

    embedding                                    stays
    uniform mean of values that stay             rises if u <= v, falls if u >= v, at the first and the second symbol
    sum, maximum                                 as all parts do, one with a negative coefficient the other way
    form > 0, form >= 0, nearest integer         as the form
    thresholds whose results do not descend      as the form
    rounding                                     as what is rounded, where nothing wraps
    all else                                     stays if all parts do

So may a failure depend on c. An overflow that is one is refused unless the value is known not to rise, or not to fall:
then it happens where c is least or greatest, or nowhere. A table is refused unless what is looked up stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...encode.number.mean import Iterative
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
"""How each operation moves at the positions with one symbol."""


def moves(ops: Iterable[Op], stored: Mapping[str, Column], first: str, second: str) -> dict[str, Row]:
    """How each operation moves at each place, by what is stored in a run in which both symbols occur.

    Raises:
        Refused: for scores, an overflow that wraps, and a failure that may depend on c in no known way.
    """
    rows: dict[str, Row] = {place: Stored() for place in stored}
    for index, op in enumerate(ops):
        if isinstance(op, Attend):
            known = _mean(op, [row[op.value] for row in rows.values()], stored[first], stored[second])
            for row in rows.values():
                row[index] = known
        else:
            for row in rows.values():
                row[index] = _local(op, row)
    return rows


def form_moves(written: Form, row: Mapping[Feature, Moves]) -> Moves:
    """How an affine form moves."""
    return _all(row[f] if c > 0 else Moves(row[f].down, row[f].up) for c, f in written.terms)


def _local(op: Op, row: Row) -> Moves:
    match op:
        case Embed():
            return STAYS
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
            _require_seen(rounding, row[arg])
            return row[arg]
        case _:
            raise Refused(f"{type(op).__name__} is not known to be monotone in a count")


def _mean(op: Attend, values: list[Moves], first: Column, second: Column) -> Moves:
    if op.score is not None:
        raise Refused("a head with scores is not known to be monotone in a count")
    u, v = first[op.value], second[op.value]
    known = Moves(u <= v, u >= v) if all(value.stays for value in values) else UNKNOWN
    if op.total is not None:
        _require_seen(op.total, known)
        if known == UNKNOWN and isinstance(op.mean, Iterative):
            raise Refused("a sum may be rounded on its way for some counts")
    return known


def _require_seen(rounding: Rounding, known: Moves) -> None:
    """Checks that an overflow would be a failure that is seen where c is least or greatest, or does not matter.

    Raises:
        Refused: where it would be neither.
    """
    if rounding.overflow == "wrap":
        raise Refused("what wraps is not known to be monotone in a count")
    if rounding.overflow == "error" and known == UNKNOWN:
        raise Refused("a value may overflow for some counts")


def _all(parts: Iterable[Moves]) -> Moves:
    several = list(parts)
    return Moves(all(part.up for part in several), all(part.down for part in several))


def _constant(known: Moves) -> Moves:
    return STAYS if known.stays else UNKNOWN
