"""Scores that are never maximal: one other score is greater on every word.

Trained attention that looks at positions has scores that depend on symbols too, by less than on the position. Their
ranges overlap, as a query's symbol moves all scores of its row together; so a pair is compared on every assignment of
the few symbols that both read, in exact rationals. Then what is never selected is left out, which is an identity on all
words, and one position that remains is one value, no mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ...encode.term.terms import Term, Terms, evaluate_all
from .derivation import Derivation

PLACES = 4
"""The greatest number of word positions that one score may read."""

ASSIGNMENTS = 256
"""The greatest number of assignments of symbols on which a pair of scores is compared."""


def contenders(d: Derivation, scores: Sequence[Term]) -> tuple[int, list[int]]:
    """An index of a score, and ascending those that it does not exceed on every word, its own among them."""
    key = tuple(scores)
    if key not in d.contenders:
        d.contenders[key] = _contenders(d, scores)
    return d.contenders[key]


def _contenders(d: Derivation, scores: Sequence[Term]) -> tuple[int, list[int]]:
    everything = list(range(len(scores)))
    if len(scores) < 2 or any(_places(d, score) is None for score in scores):
        return 0, everything
    # Whatever exceeds all others on every word does so on this one.
    values = evaluate_all(d.terms, [0] * d.terms.length, scores)
    best = max(everything, key=lambda index: values[scores[index]])
    return best, [index for index in everything if index == best or not _exceeds(d, scores[best], scores[index])]


def _exceeds(d: Derivation, great: Term, small: Term) -> bool:
    """Whether the one score is greater than the other on every word, seen on all symbols that the two read."""
    read = sorted((_places(d, great) or frozenset()) | (_places(d, small) or frozenset()))
    terms = d.terms
    if terms.alphabet ** len(read) > ASSIGNMENTS:
        return False
    word = [0] * terms.length
    for symbols in product(range(terms.alphabet), repeat=len(read)):
        for place, symbol in zip(read, symbols, strict=True):
            word[place - 1] = symbol
        values = evaluate_all(terms, word, (great, small))
        if values[great] <= values[small]:
            return False
    return True


def _places(d: Derivation, term: Term) -> frozenset[int] | None:
    """The word positions that a term reads, None if they are more than `PLACES`."""
    known, terms = d.reads, d.terms
    for each in range(len(known), len(terms)):
        known.append(_places_of(terms, each, known))
    return known[term]


def _places_of(terms: Terms, term: Term, known: Sequence[frozenset[int] | None]) -> frozenset[int] | None:
    if terms.ops[term] == "symbol":
        return frozenset((terms.payloads[term][0],))
    found: frozenset[int] = frozenset()
    for arg in terms.args[term]:
        below = known[arg]
        if below is None:
            return None
        found |= below
        if len(found) > PLACES:
            return None
    return found
