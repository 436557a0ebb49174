"""The heads of two programs whose sets of keys a claim compares."""

from __future__ import annotations

from ...encode.program.program import Attend, Attended, Mask
from ..prefix.kinds import UnsupportedError
from ..prefix.merged import Member, Merged
from ..prefix.reading import Numbers

Kind = tuple[int, Mask]
"""A score and a mask."""


def compared(numbers: Numbers, merged: Merged) -> list[tuple[Kind, Kind]] | None:
    """The pairs of heads that must select alike; None where numbers are compared in place of heads.

    Raises:
        UnsupportedError: where there is no head of the other program for each of one.
    """
    left, right = numbers.left.readout, numbers.right.readout
    if numbers.attention:
        ours, theirs = (_scored(merged, member) for member in (numbers.left, numbers.right))
        if len(ours) != len(theirs):
            raise UnsupportedError("the programs have not the same heads")
        several = list(zip(ours, theirs, strict=True))
    elif isinstance(left, Attended) and isinstance(right, Attended):
        several = [(_head(merged, left.head), _head(merged, right.head))]
    elif isinstance(left, Attended) or isinstance(right, Attended):
        raise UnsupportedError("the programs are not read alike")
    else:
        return None
    found: list[tuple[Kind, Kind]] = []
    for a, b in several:
        if a.mask != b.mask or (a.score is None) != (b.score is None):
            raise UnsupportedError("the programs have not the same heads")
        if a.score is not None and b.score is not None and numbers.margin < 1:
            found.append(((a.score, a.mask), (b.score, b.mask)))
    return found


def _head(merged: Merged, index: int) -> Attend:
    op = merged.ops[index]
    assert isinstance(op, Attend)
    return op


def _scored(merged: Merged, member: Member) -> list[Attend]:
    """Heads with scores, those with one score and one mask once."""
    found: dict[Kind, Attend] = {}
    for index in member.ops:
        op = merged.ops[index]
        if isinstance(op, Attend) and op.score is not None:
            found.setdefault((op.score, op.mask), op)
    return list(found.values())
