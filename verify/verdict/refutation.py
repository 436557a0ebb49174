"""A word as a witness: both runs of the reference on it, and what they decide, as text."""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ...encode.claim.kind import ATTENTION
from ...encode.number.rational import show
from ...encode.program.program import Attended, Outputs, Program
from ..reference.divergence import first_divergence
from ..reference.pair import Pair
from ..reference.reading import heads
from ..reference.run import Run
from .verdict import Witness, spans


def replay(pair: Pair, word: Sequence[int]) -> Witness | None:
    """The witness that a word is, after both runs of the reference on it.

    None if the claim holds on it, or is not about it.
    """
    claim, symbols = pair.claim, pair.spell(word)
    left, right = pair.run(symbols)
    if not pair.differ(left, right) or not pair.member(symbols):
        return None
    # Values of two programs are not those of one operation.
    parts = first_divergence(claim.program, left, right) if claim.other is None else None
    where = ""
    if parts is not None:
        place = f"position {parts.position}" + ("" if parts.key is None else f", key {parts.key}")
        where = f"{parts.name} at {place}: {show(parts.left)} against {show(parts.right)}"
    texts = told(pair, left, right)
    return Witness(symbols, texts[0], texts[1], where)


def told(pair: Pair, left: Run, right: Run) -> tuple[str, str]:
    """What a claim compares of two runs that break it, as text, where they first differ."""
    claim, kind = pair.claim, pair.claim.kind
    runs = ((pair.left.program, left), (pair.right.program, right))
    if left.failure is not None or right.failure is not None:
        first, second = (decision(program, run, 0) for program, run in runs)
        return first, second
    if kind.reading == ATTENTION:
        return _attention(claim.program, left, right)
    index = first_difference(pair, left, right)
    first, second = (decision(program, run, index) for program, run in runs)
    if claim.stored is not None:
        value = claim.stored.apply(left.readout[index][0])
        lost = claim.stored.overflow == "error" and claim.stored.overflows(left.readout[index][0])
        first += f", stored {'by an overflow of' if lost else f'as {show(value)} in'} {claim.stored}"
    if kind.name == "error":
        second += f", off by {show(error(left, right, index))}"
    return first, second


def error(left: Run, right: Run, index: int) -> mpq:
    """The greatest distance of accumulators at a word position (from 0; 0 for acceptors)."""
    return max(abs(a - b) for a, b in zip(left.readout[index], right.readout[index], strict=True))


def first_difference(pair: Pair, left: Run, right: Run) -> int:
    """The word position (from 0) at which the readings of two runs first differ; 0 for acceptors, and if none does."""
    return next(iter(differences(pair, left, right)), 1) - 1


def differences(pair: Pair, left: Run, right: Run) -> list[int]:
    """The word positions (from 1) at which the claim does not hold of outputs or accumulators; empty for acceptors."""
    kind, (a, b) = pair.claim.kind, pair.readings(left, right)
    if isinstance(left.outcome, bool) or kind.reading == ATTENTION or a is None or b is None:
        return []
    each = len(a) // left.length
    rows = [slice(start, start + each) for start in range(0, len(a), each)]
    return [i for i, row in enumerate(rows, start=1) if kind.agreement.apart(a[row], b[row])]


def _attention(program: Program, left: Run, right: Run) -> tuple[str, str]:
    """What the first head selects, at the first position, at which two runs differ."""
    for head in heads(program):
        for i, a, b in zip(left.positions, left.selected[head], right.selected[head], strict=True):
            if a != b:
                name = f"M of {program.names[head]} at position {i}: "
                return name + selection(a), name + selection(b)
    return "", ""


def selection(positions: Sequence[int]) -> str:
    """A set of positions as text."""
    return f"{{{spans(positions)}}}"


def decision(program: Program, run: Run, index: int) -> str:
    """A readout as text: the decision and the accumulator behind it, or the output at a word position (from 0)."""
    if run.failure is not None:
        return f"fails: {run.failure.message}"
    if isinstance(program.readout, Attended):
        return f"selects {', '.join(str(j) for j, bit in enumerate(output_bits(run), start=1) if bit) or 'nothing'}"
    if isinstance(run.outcome, bool):
        return f"{'accept' if run.outcome else 'reject'} (readout {show(run.readout[0][0])})"
    return f"output {output(program, run, index)} at position {index + 1}"


def output_bits(run: Run) -> list[bool]:
    """For each word position whether the outcome there is 1."""
    assert not isinstance(run.outcome, bool)
    return [value == 1 for value in run.outcome]


def output(program: Program, run: Run, index: int) -> str:
    """The output at a word position (from 0): a number, or a class with the accumulators behind it."""
    assert not isinstance(run.outcome, bool)
    value, readout = run.outcome[index], program.readout
    text = value if isinstance(value, str) else show(value)
    if isinstance(readout, Outputs) and readout.labels:
        sums = ", ".join(f"{k}: {show(v)}" for k, v in zip(readout.labels, run.readout[index], strict=True))
        text = f"{text} ({sums})"
    return text
