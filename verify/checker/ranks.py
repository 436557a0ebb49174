"""Ranks in a total order of the positions of a word: each is the rank of one position.

An order is one of the symbols, and for copies of a symbol from the left or from the right. How many positions come
before one is seen from what is around it. So among the words with the same number of each symbol, some score is at
least the least at any one rank; a rank at which all scores are less is not one of a maximal position.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Term
from .columns import Surrounding
from .known import Known
from .refused import Refused

Counts = tuple[int, ...]


def _order(words: Sequence[str], alphabet: int) -> tuple[bool, list[int]]:
    side, *symbols = words
    order = list(map(int, symbols))
    if sorted(order) != list(range(alphabet)):
        raise Refused("no order of the positions")
    return {"left": True, "right": False}[side], order


def _rank(where: Surrounding, left: bool, order: Sequence[int]) -> int:
    """How many positions come before one."""
    symbol, before, after = where
    smaller = order[: order.index(symbol)]
    return sum(before[a] + after[a] for a in smaller) + (before if left else after)[symbol]


def _total(where: Surrounding) -> Counts:
    symbol, before, after = where
    return tuple(x + y + (a == symbol) for a, (x, y) in enumerate(zip(before, after, strict=True)))


def _contenders(c: Known, scores: Sequence[Term], left: bool, order: Sequence[int]) -> dict[Counts, set[int]]:
    """For each vector of counts the ranks at which a position may be maximal."""
    if len(scores) != c.terms.length:
        raise Refused("not one score for each position")
    ends: dict[Counts, dict[int, tuple[mpq, mpq]]] = {}
    for place, score in enumerate(scores, 1):
        around = c.around(place)
        for where, value in zip(around.surroundings, around.columns.of(score), strict=True):
            ranks, rank = ends.setdefault(_total(where), {}), _rank(where, left, order)
            low, high = ranks.get(rank, (value, value))
            ranks[rank] = min(low, value), max(high, value)
    found: dict[Counts, set[int]] = {}
    for counts, ranks in ends.items():
        reached = max(low for low, _ in ranks.values())
        found[counts] = {rank for rank, (_, high) in ranks.items() if high >= reached}
    return found


def by_rank(c: Known, scores: Sequence[Term], truths: Sequence[Term], numbers: Sequence[str]) -> bool:
    """Whether for each position it is maximal iff it has one rank, and `truths` say so: then it is one, always."""
    wanted, (left, order) = int(numbers[0]), _order(numbers[1:], c.terms.alphabet)
    if any(ranks != {wanted} for ranks in _contenders(c, scores, left, order).values()):
        return False
    for place, truth in zip(range(1, c.terms.length + 1), truths, strict=True):
        around = c.around(place)
        has_it = [mpq(_rank(where, left, order) == wanted) for where in around.surroundings]
        if around.columns.of(truth) != has_it:
            return False
    return True


def at_rank(
    c: Known,
    values: Sequence[Term],
    scores: Sequence[Term],
    key: str | tuple[Term, ...],
    right: Term,
    numbers: Sequence[str],
    *,
    alone: bool,
) -> bool:
    """Whether all positions that may be maximal have the value that `right` has, for each vector of counts.

    There it has one value: of points of the key that are about the same counts, any may be that of a word.
    With `alone` one rank may be that of a maximal position, so that there is one.
    """
    left, order = _order(numbers, c.terms.alphabet)
    ranks = _contenders(c, scores, left, order)
    places = range(1, c.terms.length + 1)
    totals = [c.affine(ZERO, *((ONE, c.terms.symbol(place, a)) for place in places)) for a in range(c.terms.alphabet)]
    over = c.columns(key)
    said: dict[tuple[mpq | int, ...], mpq] = {}
    for counts, value in zip(zip(*map(over.of, totals), strict=True), over.of(right), strict=True):
        if said.setdefault(counts, value) != value:
            return False
    if alone and any(len(several) > 1 for several in ranks.values()):
        return False
    for place, value in zip(places, values, strict=True):
        around = c.around(place)
        for where, here in zip(around.surroundings, around.columns.of(value), strict=True):
            total = _total(where)
            if _rank(where, left, order) in ranks[total] and here != said[total]:
                return False
    return True
