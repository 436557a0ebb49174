"""Scores that always select the same: one is a strictly increasing function of the other.

Two runs often have a head each whose scores differ, as one was rounded, and yet have the same order. All values that a
key can get, at any position up to the bound, in any state of what they depend on, are met in a sweep of its own, which
remembers no more than scores need. If of the pairs of values that keys get, sorted by the first, the second are sorted
too, equal where the first are equal and nowhere else, then both scores select the same keys in every word: any two keys
are ordered alike by both. Then one of them stands for both, and what a prefix has to remember is less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from gmpy2 import mpq

from ...encode.program.program import BOS, EOS
from ..batch.many import Many
from .kinds import Kind
from .letters import Here
from .memory import Slot
from .merged import Merged
from .runner import Run, Runner
from .states import first_of_each, lowest, repeated

VALUES = 1 << 18
"""The greatest number of different scores that are compared."""

STATES = 1 << 16
"""The greatest number of states in which keys are looked at."""


def twins(merged: Merged, kinds: Sequence[Kind], pairs: Sequence[tuple[int, int]], bound: int) -> dict[int, int]:
    """Of these pairs of scores those that always select the same: the second of each, with the first."""
    found: dict[int, int] = {}
    for left, right in dict.fromkeys(pairs):
        if left == right or right in found or left in found:
            continue
        if _alike(merged, kinds, left, right, bound):
            found[right] = left
    return found


def _alike(merged: Merged, kinds: Sequence[Kind], left: int, right: int, bound: int) -> bool:
    """Whether two scores order all keys alike, for queries with each symbol."""
    needed = merged.below((left, right))
    runner = Runner(merged, kinds, (), needed, {})
    classes = sorted(set(runner.joint(left, right)))
    known: list[dict[mpq, mpq]] = [{} for _ in classes]
    for length, run in _positions(runner, bound):
        if run.count > STATES:
            return False
        for symbol, values in zip(classes, known, strict=True):
            scores = (run.score(each, runner.query(each, symbol)) for each in (left, right))
            if not _enter(values, *scores):
                return False
        if sum(map(len, known)) > VALUES:
            return False
        if not length & (length - 1) and not all(map(_increases, known)):  # at powers of two: most part early
            return False
    return all(map(_increases, known))


def _positions(runner: Runner, bound: int) -> Iterator[tuple[int, Run]]:
    """Every position of every word, in all states of what is needed, with the length up to there."""
    alphabet, slots, count = runner.program.alphabet, None, 1
    letters = len(alphabet)
    if runner.program.bos:
        run = runner.at(Here(0, (BOS,), np.zeros(1, dtype=np.int64)), None, 1, final=False)
        yield 0, run
        slots = run.slots()
    for length in range(1, bound + 1):
        rows, symbols = np.repeat(np.arange(count), letters), np.tile(np.arange(letters), count)
        run = runner.at(Here(length, alphabet, symbols), slots and repeated(slots, rows), len(rows), final=False)
        yield length, run
        slots, count = _merged(run)
        if runner.program.eos:
            here = Here(length + 1, (EOS,), np.zeros(count, dtype=np.int64))
            yield length, runner.at(here, slots or None, count, final=False)


def _merged(run: Run) -> tuple[dict[Slot, Many], int]:
    slots = {slot: lowest(column) for slot, column in run.slots().items()}
    kept = first_of_each([column.numerators for column in slots.values()], run.count)
    return repeated(slots, kept), len(kept)


def _enter(known: dict[mpq, mpq], left: Many, right: Many) -> bool:
    """Enters the pairs of values of one position; whether the second is a function of the first."""
    rows = first_of_each([left.numerators, right.numerators], max(len(left), len(right)))
    for row in rows.tolist():
        a, b = left.number(row), right.number(row)
        if known.setdefault(a, b) != b:
            return False
    return True


def _increases(known: dict[mpq, mpq]) -> bool:
    """Whether the function is strictly increasing."""
    return all(known[a] < known[b] for a, b in pairwise(sorted(known)))
