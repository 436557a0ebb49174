"""Lookups by rank: the positions of a word, sorted stably, have each rank once.

Where each score is a function of what is around its position (`logbits.bounds.reduce.around`), say how far a stored
rank is from the rank that is looked for, the word decides which position has which rank, but that each rank is there
exactly once is so on every word. Resolution has no short proof of that (it is a pigeonhole principle), so solvers stop
at about sixteen positions. With it the rule is one of ranges: if scores at positions of one rank are greater than those
at positions of another, wherever these are, then no position of the other is maximal. All this for words with the same
number of each symbol, as these are what says which symbol has which rank.

What is sorted by is guessed on a few words: the order of the symbols, and whether copies count from the left or from
the right. A wrong guess is no danger: the ranks of any such order are a bijection, and all points are looked at then.

Where the lengths of a causal program share their terms, only the greatest has a head with as many scores as positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Term, evaluate_all
from .around import POINTS, Around, Counts, Everywhere, Sorting, number_of_points
from .derivation import Derivation, Offer

ALPHABET = 4
"""The greatest number of symbols of which all orders are tried."""

SHUFFLES = 5
"""The number of words of equal counts on which an order is tried."""

SEVERAL = 3
"""The greatest number of ranks that may be maximal: with more, these are no lookups by rank."""


def one_rank(d: Derivation, scores: Sequence[Term]) -> Offer | None:
    """For each score the truth value that it is maximal, where that is to have one rank; None where it is not seen.

    There must be as many scores as positions. What counts is that score p is a function of what is around position p.
    """
    found = _find(d, scores)
    if found is None:
        return None
    sorting, several = found
    ranks = {rank for each in several.values() for rank in each}
    if len(ranks) > 1:
        return None
    rank = ranks.pop()
    truths = tuple(_has_rank(d, place, sorting, rank) for place in range(1, d.terms.length + 1))
    return Offer(truths, numbers=(rank, *_said(sorting)))


def _said(sorting: Sorting) -> tuple[int | str, ...]:
    return ("left" if sorting.left else "right", *sorting.order)


def value_at_rank(d: Derivation, values: Sequence[Term], scores: Sequence[Term], *, alone: bool) -> Offer | None:
    """The value at the positions whose scores are maximal, where how often each symbol occurs says what it is.

    Which ranks may be maximal may depend on these numbers too: their positions must have one value then. With `alone`
    there must be one such rank, as a mean of equal values by a reciprocal is another value. None where all that is not
    seen.
    """
    found = _find(d, scores)
    if found is None:
        return None
    sorting, ranks = found
    everywhere = d.everywhere[sorting]
    counted: dict[Counts, mpq] = {}
    for counts, several in ranks.items():
        there = [everywhere.values(values, everywhere.spans[counts][rank]) for rank in several]
        first = min(there[0] or [], default=None)
        if first is None or any(each != {first} for each in there) or (alone and len(several) > 1):
            return None
        counted[counts] = first
    terms = d.terms
    totals = [
        terms.affine(ZERO, [(ONE, terms.symbol(place, a)) for place in range(1, terms.length + 1)])
        for a in range(terms.alphabet)
    ]
    key = d.count_key(totals)
    if key is None:
        return None
    points = list(zip(*(map(int, d.values(key, total)) for total in totals), strict=True))
    if any(point not in counted for point in points):
        return None
    return Offer(d.tabulate(key, [counted[point] for point in points]), key, numbers=_said(sorting))


Found = tuple[Sorting, dict[Counts, tuple[int, ...]]]


def _find(d: Derivation, scores: Sequence[Term]) -> Found | None:
    """An order, and for each vector of counts of the symbols the ranks in it that may be maximal."""
    key = tuple(scores)
    if key not in d.ranks:
        d.ranks[key] = _search(d, scores)
    return d.ranks[key]


def _search(d: Derivation, scores: Sequence[Term]) -> Found | None:
    length, alphabet = d.terms.length, d.terms.alphabet
    middle = number_of_points(alphabet, length, (length + 1) // 2)
    if len(scores) != length or length < 2 or alphabet < 2 or middle > POINTS:
        return None
    if not d.around:
        d.around += [Around(d.terms, place) for place in range(1, length + 1)]
    if d.around[0].column(scores[0]) is None:
        return None
    # The rows of one lookup are all sorted alike, so what was found for another comes first.
    known = tuple(d.everywhere)
    found: list[tuple[int, int, int, Sorting, dict[Counts, tuple[int, ...]]]] = []
    for sorting in (*known, *_guesses(d, scores, known)):
        ranks = _ranks(d, scores, sorting)
        if ranks is not None:
            several = sum(map(len, ranks.values())), len(set(ranks.values()))
            found.append((*several, len(found), sorting, ranks))
            if several == (len(ranks), 1):
                break  # one rank, the same on all words
    return min(found)[3:] if found else None


def _guesses(d: Derivation, scores: Sequence[Term], known: Sequence[Sorting]) -> list[Sorting]:
    """Other orders in which, on some words, positions of few ranks are maximal; those with the fewest ranks first."""
    terms = d.terms
    tried: list[tuple[list[int], list[int]]] = []
    for word in _some_words(terms.alphabet, terms.length):
        values = evaluate_all(terms, word, scores)
        best = max(values[score] for score in scores)
        tried.append((word, [place for place, score in enumerate(scores) if values[score] == best]))
    orders = permutations(range(terms.alphabet)) if terms.alphabet <= ALPHABET else [tuple(range(terms.alphabet))]
    found: list[tuple[int, int, Sorting]] = []
    for order in orders:
        for left in (True, False):
            sorting = Sorting(order, left)
            ranks = [{sorting.sort(word).index(place) for place in best} for word, best in tried]
            few, all_together = (len(set[int]().union(*several)) for several in (ranks[:SHUFFLES], ranks))
            if sorting not in known and few <= SEVERAL:
                found.append((all_together, len(found), sorting))
    return [sorting for _, _, sorting in sorted(found)]


def _some_words(alphabet: int, length: int) -> Iterator[list[int]]:
    """`SHUFFLES` words of equal counts, then some others."""
    turns, third = [index % alphabet for index in range(length)], length // 3
    ascending = sorted(turns)
    yield from (turns, ascending, ascending[::-1])
    yield from (turns[::3] + turns[1::3] + turns[2::3], ascending[third:] + ascending[:third])
    yield from (
        [min(index % (2 * alphabet), alphabet - 1) for index in range(length)],
        [0, *[alphabet - 1] * (length - 1)],
    )


def _ranks(d: Derivation, scores: Sequence[Term], sorting: Sorting) -> dict[Counts, tuple[int, ...]] | None:
    """For each vector of counts the ranks at which some score is not less than all at some other; None if many are."""
    if sorting not in d.everywhere:
        d.everywhere[sorting] = Everywhere(d.around, sorting)
    everywhere = d.everywhere[sorting]
    flat = everywhere.column(scores)
    if flat is None:
        return None
    _, column = flat
    result: dict[Counts, tuple[int, ...]] = {}
    for counts, ranks in everywhere.spans.items():
        # Each rank is the rank of one position, so the greatest of these is reached.
        reached = max(min(column[start:stop]) for start, stop in ranks.values())
        result[counts] = tuple(r for r, (start, stop) in ranks.items() if max(column[start:stop]) >= reached)
        if len(result[counts]) > SEVERAL:
            return None
    return result


def _has_rank(d: Derivation, place: int, sorting: Sorting, rank: int) -> Term:
    """[the position has this rank]: for each symbol that it may have, a condition on one count."""
    terms = d.terms
    copies = range(1, place) if sorting.left else range(place + 1, terms.length + 1)
    elsewhere = [position for position in range(1, terms.length + 1) if position != place]
    cases: list[Term] = []
    for index, symbol in enumerate(sorting.order):
        smaller = [terms.symbol(position, a) for a in sorting.order[:index] for position in elsewhere]
        same = [terms.symbol(position, symbol) for position in copies]
        reached = d.equals(terms.affine(ZERO, [(ONE, truth) for truth in (*smaller, *same)]), mpq(rank))
        cases.append(d.make("and", [terms.symbol(place, symbol), reached]))
    return d.any_of(cases)
