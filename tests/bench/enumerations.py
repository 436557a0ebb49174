"""A loop over all words of one length, written with numpy: the outcomes on many words at once, in 64-bit integers.

The models, arithmetics and outcomes are those of `naive`. A word is its number: the symbol at position i + 1 is digit
i, in base 2 or, over three symbols, 3. Words are taken in chunks that fit into a cache, and the loop ends at the first
chunk in which some word has two different outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy
from bench import naive

Array = Any
"""An array of numpy, whose types are known in part only."""

Outcomes = tuple[list[Array], list[Array]]
"""Truth values of all words for each of the outcomes: in low precision, and in exact arithmetic."""

CHUNK = 1 << 16


def majority_affine(words: Array, n: int, frac: int) -> Outcomes:
    ones = numpy.bitwise_count(words).astype(numpy.int64)
    return [((ones << frac) // n) << 1 > (1 << frac)], [ones << 1 > n]


def dyck1_relu(words: Array, n: int, frac: int) -> Outcomes:
    """There is no dip, exactly, iff no depth is negative."""
    depth, least, dips = (numpy.zeros(len(words), dtype=numpy.int64) for _ in range(3))
    for position in range(1, n + 1):
        depth += (((words >> (position - 1)) & 1) << 1) - 1
        numpy.minimum(least, depth, out=least)
        dips += (numpy.maximum(-depth, 0) << frac) // position  # the negative part of a quotient toward zero
    mean = (numpy.abs(depth) << frac) // n  # its sign does not matter here
    return [(mean == 0) & (dips // n == 0)], [(depth == 0) & (least == 0)]


def prefix_argmax(words: Array, n: int, frac: int) -> Outcomes:
    """Exact means are over lcm(1..n), which is below 2^58 up to n = 46."""
    lcm, ones = math.lcm(*range(1, n + 1)), numpy.zeros(len(words), dtype=numpy.int64)
    low: list[Array] = []
    exact: list[Array] = []
    for position in range(1, n + 1):
        ones += (words >> (position - 1)) & 1
        low.append((ones << frac) // position)
        exact.append(ones * (lcm // position))
    greatest, exact_greatest = numpy.maximum.reduce(low), numpy.maximum.reduce(exact)
    return [mean == greatest for mean in low], [mean == exact_greatest for mean in exact]


def palindrome(words: Array, n: int, frac: int) -> Outcomes:
    mismatches = numpy.zeros(len(words), dtype=numpy.int64)
    for place in range(n // 2):
        mismatches += ((words >> place) ^ (words >> (n - 1 - place))) & 1
    return [((2 * mismatches << frac) // n) == 0], [mismatches == 0]


def induction(words: Array, n: int, bits: int) -> Outcomes:
    step = naive.coarse(n, bits)
    letters = [(words >> place) & 1 for place in range(n)]
    never = numpy.zeros(len(words), dtype=bool)
    low, exact = [never], [never]
    for end in range(1, n):
        matches = [never, *(letters[key - 1] == letters[end] for key in range(1, end))]
        low.append(_more_selected_is_b(matches, letters[:end], step, bits - 1))
        exact.append(_more_selected_is_b(matches, letters[:end], 0, 0))
    return low, exact


def _more_selected_is_b(matches: list[Array], letters: list[Array], step: int, frac: int) -> Array:
    """As in `naive`."""
    square = (len(letters) + 1) ** 2
    scores = [(match * square + key) >> step for key, match in enumerate(matches, start=1)]
    greatest = numpy.maximum.reduce(scores)
    selected = [score == greatest for score in scores]
    of_b = sum(chosen & letter for chosen, letter in zip(selected, letters, strict=True))
    both: Array = sum(chosen.astype(numpy.int64) for chosen in selected)
    if not frac:
        return 2 * of_b > both
    return (of_b << frac) // both > ((both - of_b) << frac) // both


def most_frequent(words: Array, n: int, frac: int) -> Outcomes:
    rest = words.copy()
    counts = [numpy.zeros(len(words), dtype=numpy.int64) for _ in range(3)]
    for _ in range(n):
        rest, digit = numpy.divmod(rest, 3)
        for symbol in (1, 2):
            counts[symbol] += digit == symbol
    counts[0] = n - counts[1] - counts[2]
    means = [(count << frac) // n for count in counts]
    greatest = numpy.maximum.reduce(means)
    low = [numpy.where(mean == greatest, count, 0) for mean, count in zip(means, counts, strict=True)]
    shares = [(count << frac) // sum(low) for count in low]
    return _first_greatest(shares), _first_greatest(counts)


def _first_greatest(values: list[Array]) -> list[Array]:
    a, b, c = values
    is_a = (a >= b) & (a >= c)
    return [is_a, ~is_a & (b >= c)]


ENUMERATIONS: dict[str, Callable[[Array, int, int], Outcomes]] = {
    "majority-affine": majority_affine,
    "dyck1-relu": dyck1_relu,
    "prefix-argmax": prefix_argmax,
    "palindrome": palindrome,
    "induction": induction,
    "most-frequent": most_frequent,
}

SYMBOLS = {"most-frequent": 3}
"""The number of symbols where it is not two."""


def broken(model: str, n: int, precision: int) -> bool:
    """Whether some word of length n has two different outcomes."""
    many = SYMBOLS.get(model, 2) ** n
    for start in range(0, many, CHUNK):
        words = numpy.arange(start, min(start + CHUNK, many), dtype=numpy.int64)
        low, exact = ENUMERATIONS[model](words, n, precision)
        if any(bool((a != b).any()) for a, b in zip(low, exact, strict=True)):
            return True
    return False
