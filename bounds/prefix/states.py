"""States: what is remembered of many prefixes of one length, each state once, with the first word that leads to it.

States are in the order of their first words, and each knows from which state and by which symbol it came, so that a
word can be read back. Two prefixes that are remembered alike have the same future, whatever follows: keeping the first
of them loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from ..batch.many import BITS, Integers, Many, Truths, narrow, size, wide
from .memory import Slot


@dataclass(frozen=True)
class States:
    """`count` states: the slots, which of them have broken the claim for good, and which failed to be assumed."""

    count: int
    slots: dict[Slot, Many]
    broken: Truths
    outside: Truths


class Trail:
    """Where the states of each length came from."""

    def __init__(self) -> None:
        self._steps: list[tuple[NDArray[np.int32], NDArray[np.int16]]] = []

    def add(self, parents: Integers, letters: Integers) -> None:
        """The states of the next length."""
        self._steps.append((parents.astype(np.int32), letters.astype(np.int16)))

    def keep(self, states: Integers) -> None:
        """Of the states of the last length only these."""
        parents, letters = self._steps[-1]
        self._steps[-1] = parents[states], letters[states]

    def word(self, state: int, length: int) -> tuple[int, ...]:
        """The first word that leads to a state of a length."""
        word: list[int] = []
        for parents, letters in reversed(self._steps[:length]):
            word.append(int(letters[state]))
            state = int(parents[state])
        return tuple(reversed(word))


def lowest(column: Many) -> Many:
    """A column in lowest terms, as far as one denominator goes."""
    common = gcd(column.denominator, int(np.gcd.reduce(column.numerators)))
    if common == 1:
        return column
    numerators = column.numerators if common.bit_length() <= BITS else wide(column.numerators)
    return Many(narrow(numerators // common), column.denominator // common)


def first_of_each(columns: Iterable[Integers], count: int) -> Integers:
    """The first row of each kind of equal rows, ascending."""
    key, reach = np.zeros(count, dtype=np.int64), 1
    for column in columns:
        if len(column) == 1 or (column == column[0]).all():
            continue
        codes, most = _codes(column)
        if reach * most >= 1 << 62:
            key, reach = _codes(key)
            if reach * most >= 1 << 62:
                raise MemoryError("too many states to be told apart")
        key = key * most + codes
        reach *= most
    if reach == 1:
        return np.zeros(min(count, 1), dtype=np.int64)
    _, rows = np.unique(key, return_index=True)
    return np.sort(rows)


def _codes(column: Integers) -> tuple[Integers, int]:
    """Numbers from 0 below the second of what is returned, equal where the integers are."""
    if column.dtype != object:
        least = int(column.min())
        most = int(column.max()) - least + 1
        if most <= 4 * len(column) + 1024 and size(column) < 62:
            return column - least, most
    distinct, codes = np.unique(column, return_inverse=True)
    return codes.reshape(-1).astype(np.int64), len(distinct)


def repeated(slots: dict[Slot, Many], rows: Integers) -> dict[Slot, Many]:
    """The slots of these states."""
    return {slot: column.at(rows) for slot, column in slots.items()}
