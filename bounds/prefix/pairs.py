"""The heads of two programs whose sets of keys a claim compares."""

from __future__ import annotations

from dataclasses import dataclass

from ...encode.program.program import Attend, Attended, Mask
from .kinds import UnsupportedError
from .merged import Member, Merged


@dataclass(frozen=True)
class Pair:
    """Two heads whose sets of keys are compared: their scores (None: all keys), and the mask of both."""

    left: int | None
    right: int | None
    mask: Mask


def pairs(left: Member, right: Member, merged: Merged, *, attention: bool) -> list[Pair] | None:
    """The heads that must select alike: all that have scores, or those that are read; None where numbers are compared.

    Raises:
        UnsupportedError: where there is no head of the other program for each of one.
    """
    a, b = left.readout, right.readout
    if attention:
        ours, theirs = (_scored(merged, member) for member in (left, right))
        if len(ours) != len(theirs):
            raise UnsupportedError("the programs have not the same heads")
        return [_pair(x, y) for x, y in zip(ours, theirs, strict=True)]
    if isinstance(a, Attended) and isinstance(b, Attended):
        return [_pair(_head(merged, a.head), _head(merged, b.head))]
    if isinstance(a, Attended) or isinstance(b, Attended):
        raise UnsupportedError("the programs are not read alike")
    return None


def _pair(a: Attend, b: Attend) -> Pair:
    if a.mask != b.mask or (a.score is None) != (b.score is None):
        raise UnsupportedError("the programs have not the same heads")
    return Pair(a.score, b.score, a.mask)


def _head(merged: Merged, index: int) -> Attend:
    op = merged.ops[index]
    assert isinstance(op, Attend)
    return op


def _scored(merged: Merged, member: Member) -> list[Attend]:
    """Heads with scores, those with one score and one mask once."""
    found: dict[tuple[int, Mask], Attend] = {}
    for index in member.ops:
        op = merged.ops[index]
        if isinstance(op, Attend) and op.score is not None:
            found.setdefault((op.score, op.mask), op)
    return list(found.values())
