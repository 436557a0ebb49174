"""Where rounding first changes a decision of a case: found by enumeration of words, in reference runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from logbits.cases.case import Case
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.verify.reference.run import Reference, differ

Words = Callable[[int], Iterable[str]]


def all_words(case: Case) -> Words:
    def words(length: int) -> Iterator[str]:
        return map("".join, product(case.program.alphabet, repeat=length))

    return words


def one_word_per_count(length: int) -> list[str]:
    """Enough for a model without positions and masks: what it stores depends on the number of ones alone."""
    return ["0" * (length - ones) + "1" * ones for ones in range(length + 1)]


def breaks(case: Case, arithmetic: str, words: Words, bound: int) -> tuple[int, list[str]] | None:
    """The first length up to `bound` at which the decision changes, with all its words that do; None if none does."""
    exact = Reference(case.program, EXACT, bound)
    low = Reference(case.program, parse(arithmetic), bound)
    for length in range(1, bound + 1):
        broken = [word for word in words(length) if differ(exact.run(word), low.run(word))]
        if broken:
            return length, broken
    return None


def first_break(case: Case, arithmetic: str, words: Words, bound: int) -> int | None:
    found = breaks(case, arithmetic, words, bound)
    return None if found is None else found[0]
