"""A word as a witness: both runs of the reference on it, and what they decide, as text."""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.program import Attended, Outputs, Program
from ..encode.rational import show
from .reference import Run, differ, first_divergence
from .simulation import Pair
from .verdict import Witness


def replay(pair: Pair, word: Sequence[int]) -> Witness | None:
    """The witness that a word is, after both runs of the reference on it.

    None if the claim holds on it, or is not about it.
    """
    claim, symbols = pair.claim, pair.spell(word)
    left, right = pair.run(symbols)
    if not differ(left, right) or not pair.member(symbols):
        return None
    parts = first_divergence(claim.program, left, right)
    where = ""
    if parts is not None:
        place = f"position {parts.position}" + ("" if parts.key is None else f", key {parts.key}")
        where = f"{parts.name} at {place}: {show(parts.left)} against {show(parts.right)}"
    index = first_difference(left, right)
    texts = [decision(claim.program, run, index) for run in (left, right)]
    return Witness(symbols, texts[0], texts[1], where)


def first_difference(left: Run, right: Run) -> int:
    """The word position (from 0) at which two outcomes first differ; 0 for acceptors."""
    if isinstance(left.outcome, bool) or isinstance(right.outcome, bool):
        return 0
    pairs = enumerate(zip(left.outcome, right.outcome, strict=True))
    return next((index for index, (a, b) in pairs if a != b), 0)


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
