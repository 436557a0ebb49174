"""What each operation of merged programs depends on, and whether a sweep over prefixes can follow it.

    CONSTANT   on nothing
    SYMBOL     on the symbol at its position alone
    PREFIX     on the symbols up to its position, and on the position
    COMMON     on the whole word, the same at every position: unmasked averages, and what is made of these alone
    FINAL      on the whole word, and on the position: read only where the word ends

An unmasked head sees the whole word, so its output is known where the word ends and nowhere before. There it is what a
causal head would give. So a program that reads unmasked heads at its last position alone can be followed letter by
letter too; but what may fail at another position has to be known there, unless it is the same everywhere.

A head with scores remembers the greatest score so far, and what belongs to it, for each query that may come. So what a
query reads must be a function of its symbol alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from ...encode.number.mean import Iterative
from ...encode.program import position
from ...encode.program.operation import reads
from ...encode.program.program import Attend, Embed, Op, Outputs, Program, Readout, Round, Score
from ..count.unmasked import can_fail
from .merged import Merged


class UnsupportedError(ValueError):
    """A program that is not followed letter by letter; the message says why."""


class Kind(IntEnum):
    """What an operation depends on, each kind on all that those before it do."""

    CONSTANT = 0
    SYMBOL = 1
    PREFIX = 2
    COMMON = 3
    FINAL = 4


def kinds(merged: Merged) -> list[Kind]:
    """What each operation depends on; for scores what their keys do.

    Raises:
        UnsupportedError: for a program that cannot be followed.
    """
    for member in merged.members:
        _require_read(member.program)
    found: list[Kind] = []
    for index, op in enumerate(merged.ops):
        kind = _kind(merged, index, op, found)
        if kind == Kind.FINAL and can_fail(op):
            raise UnsupportedError("what may fail is not known before the word ends")
        found.append(kind)
    return found


def alike_everywhere(merged: Merged, known: Sequence[Kind]) -> bool:
    """Whether outputs can be read where a word ends, as they are the same at every position.

    Raises:
        UnsupportedError: where they are not, and are not known position by position either.
    """
    read = {known[k] for member in merged.members[:2] for k, _ in reads(member.readout)}
    if max(read, default=Kind.CONSTANT) < Kind.COMMON:
        return False
    if read <= {Kind.CONSTANT, Kind.COMMON}:
        return True
    raise UnsupportedError("what is output at each position is not known before the word ends")


def _require_read(program: Program) -> None:
    """Checks that a program is read where its word ends, or at each position."""
    if program.length_aware:
        raise UnsupportedError("the length is read by embeddings")
    readout: Readout = program.readout
    place = "last" if isinstance(readout, Outputs) else readout.place
    if place not in ("last", "eos") or program.eos != (place == "eos"):
        raise UnsupportedError("it is not read where the word ends")


def _kind(merged: Merged, index: int, op: Op, known: list[Kind]) -> Kind:
    match op:
        case Embed(table):
            if any(position.reads(expression, "i") for _, expression in table):
                return Kind.PREFIX
            values = {str(expression) for _, expression in table}
            return Kind.CONSTANT if len(values) == 1 else Kind.SYMBOL
        case Score():
            kept = [known[k] for k, where in reads(op) if where == "keys"]
            asked = [known[k] for k, where in reads(op) if where == "here"]
            if index in merged.used and max(asked, default=Kind.CONSTANT) > Kind.SYMBOL:
                raise UnsupportedError("a query reads more than its symbol")
            return max(kept, default=Kind.CONSTANT)
        case Round(arg, rounding) if merged.pairwise[index]:
            if index in merged.used and rounding.overflow == "error":
                raise UnsupportedError("a score may overflow")
            return known[arg]
        case Attend(value, scored, mask):
            _require_followed(op)
            if max(known[value], Kind.CONSTANT if scored is None else known[scored]) > Kind.PREFIX:
                raise UnsupportedError("a head reads what is not known before the word ends")
            if mask != "none":
                return Kind.PREFIX
            alike = scored is None or all(
                known[k] == Kind.CONSTANT for k, where in _asked(merged, scored) if where == "here"
            )
            return Kind.COMMON if alike else Kind.FINAL
        case _:
            below = [known[k] for k, _ in reads(op)]
            if max(below, default=Kind.CONSTANT) >= Kind.COMMON:
                alike = all(kind in (Kind.CONSTANT, Kind.COMMON) for kind in below)
                return Kind.COMMON if alike else Kind.FINAL
            return max(below, default=Kind.CONSTANT)


def _require_followed(head: Attend) -> None:
    """Checks that what a head remembers goes on from one key to the next, without regard to those that follow."""
    if head.stepwise and head.mean.steps != Iterative("left"):
        raise UnsupportedError("a sum is not added up from left to right")
    if head.total is not None and head.mean.before:
        raise UnsupportedError("how much a value weighs is not known before the word ends")
    if head.mean.may_fail:
        raise UnsupportedError("a denominator may overflow")


def _asked(merged: Merged, scored: int) -> list[tuple[int, str]]:
    op = merged.ops[scored]
    while isinstance(op, Round):
        op = merged.ops[op.arg]
    return list(reads(op))
