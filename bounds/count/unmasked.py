"""Masks that nothing sees: causal heads that are read at the end of a word alone, which are unmasked heads there.

The last position of a word, or EOS where a program has it and is read there, is after all others: a causal head sees
all of them from it. A pass backwards from the readout tells which operations are needed at that place alone, and which
everywhere: what a head reads at its keys is needed everywhere, what it reads at its query where the head is. A causal
head that is needed at that place alone becomes one without a mask. What the program stores elsewhere may change then,
in that head and in what is made of it, but nobody reads it there; and it must not fail there in either program, so
nothing of it may be able to fail at all (`can_fail`). A strict mask hides the place itself and stays.

So a program that counts prefixes and is read at its end may be symmetric (`logbits.bounds.count.run`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ...encode.program.operation import operands, reads
from ...encode.program.program import Accept, Attend, Op, Program, Round, Table


def without_masks(program: Program) -> Program:
    """An acceptor that decides, and fails, on the same words, with fewer causal masks; roundings are in."""
    readout, ops = program.readout, program.ops
    if not isinstance(readout, Accept) or readout.place != ("eos" if program.eos else "last"):
        return program
    everywhere = _everywhere(ops)
    freed = {k for k, op in enumerate(ops) if isinstance(op, Attend) and op.mask == "causal" and k not in everywhere}
    if any(can_fail(ops[index]) for index in _changed(ops, freed)):
        return program
    return replace(program, ops=tuple(_freed(op) if index in freed else op for index, op in enumerate(ops)))


def can_fail(op: Op) -> bool:
    """Whether an operation may fail, on some operands: a table, and what is stored where overflow is a failure."""
    stored = op.rounding if isinstance(op, Round) else op.total if isinstance(op, Attend) else None
    counts = isinstance(op, Attend) and op.mean.may_fail
    return counts or isinstance(op, Table) or (stored is not None and stored.overflow == "error")


def _everywhere(ops: tuple[Op, ...]) -> set[int]:
    """The operations that are needed at other places than the end of a word, where the readout is."""
    found: set[int] = set()
    for index in range(len(ops) - 1, -1, -1):
        for feature, where in reads(ops[index]):
            if index in found or where == "keys":
                found.add(feature)
    return found


def _changed(ops: tuple[Op, ...], freed: Collection[int]) -> set[int]:
    """The operations that may store something else, or for more pairs, where heads lose their masks."""
    found = set(freed)
    pairs = {op.score for index, op in enumerate(ops) if index in freed and isinstance(op, Attend)}
    for index in range(len(ops) - 1, -1, -1):
        op = ops[index]
        if index in pairs and isinstance(op, Round):
            pairs.add(op.arg)
    found.update(index for index in pairs if index is not None)
    for index, op in enumerate(ops):
        if any(feature in found for feature in operands(op)):
            found.add(index)
    return found


def _freed(op: Op) -> Op:
    return replace(op, mask="none") if isinstance(op, Attend) else op
