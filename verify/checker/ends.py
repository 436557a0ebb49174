"""Causal heads that are read at the end of a word alone, for the checker of counts: they are heads without a mask.

An acceptor is read at the last position, or at EOS if it has one: from there a causal head sees all positions. What is
needed elsewhere than there is what some head reads at its keys, and all that this is made of. A causal head of which
nothing is needed elsewhere may see everything everywhere, so that other numbers are stored where nobody reads them;
premise: nothing that may so change can fail, by the ends between which all its values lie (`extents.py`).
"""

from __future__ import annotations

from dataclasses import replace

from ...encode.program.program import Accept, Attend, Op, Program, Round
from .extents import Extents
from .reads import read_by
from .refused import Refused


def seen_from_the_end(program: Program, length: int) -> Program:
    """The program without masks of heads that are needed at the end of words of this length alone.

    Raises:
        Refused: where what such a head changes elsewhere may fail; for an operation that reads what comes after it.
    """
    masked = {k: op for k, op in enumerate(program.ops) if isinstance(op, Attend) and op.mask == "causal"}
    end = "eos" if program.eos else "last"
    if not masked or not isinstance(program.readout, Accept) or program.readout.place != end:
        return program
    elsewhere: set[int] = set()
    for index in range(len(program.ops) - 1, -1, -1):
        here, keys = read_by(program.ops[index])
        if not all(0 <= feature < index for feature in (*here, *keys)):
            raise Refused(f"{program.name}, operation {index} reads what does not come before it")
        elsewhere.update(keys)
        if index in elsewhere:
            elsewhere.update(here)
    freed = masked.keys() - elsewhere
    other = set(freed)
    for index in sorted(freed):
        score = masked[index].score
        while score is not None:  # it is made for more pairs
            other.add(score)
            op = program.ops[score]
            score = op.arg if isinstance(op, Round) else None
    for index, op in enumerate(program.ops):
        here, keys = read_by(op)
        if other.intersection(here) or other.intersection(keys):
            other.add(index)
    for index in sorted(Extents(program, length).failing & other):
        raise Refused(f"{program.name}, operation {index} may fail where a causal head does not see the whole word")
    ops: list[Op] = list(program.ops)
    for index in freed:
        ops[index] = replace(masked[index], mask="none")
    return replace(program, ops=tuple(ops))
