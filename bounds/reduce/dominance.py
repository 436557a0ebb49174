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
from .functions import Functions
from .logic import disjunction

PLACES = 4
"""The greatest number of word positions that one score may read."""

ASSIGNMENTS = 256
"""The greatest number of assignments of symbols on which a pair of scores is compared."""


def contenders(facts: Functions, scores: Sequence[Term]) -> list[int]:
    """The indices of the scores that one score is not greater than on every word, ascending; that one among them."""
    key = tuple(scores)
    if key not in facts.contenders:
        facts.contenders[key] = _contenders(facts, scores)
    return facts.contenders[key]


def _contenders(facts: Functions, scores: Sequence[Term]) -> list[int]:
    everything = list(range(len(scores)))
    if len(scores) < 2 or any(_places(facts, score) is None for score in scores):
        return everything
    # Whatever exceeds all others on every word does so on this one.
    values = evaluate_all(facts.terms, [0] * facts.terms.length, scores)
    best = max(everything, key=lambda index: values[scores[index]])
    return [index for index in everything if index == best or not _exceeds(facts, scores[best], scores[index])]


def _exceeds(facts: Functions, great: Term, small: Term) -> bool:
    """Whether the one score is greater than the other on every word, seen on all symbols that the two read."""
    read = sorted((_places(facts, great) or frozenset()) | (_places(facts, small) or frozenset()))
    terms = facts.terms
    if terms.alphabet ** len(read) > ASSIGNMENTS:
        return False
    word = [0] * terms.length
    for symbols in product(range(terms.alphabet), repeat=len(read)):
        for place, symbol in zip(read, symbols, strict=True):
            word[place - 1] = symbol
        values = evaluate_all(terms, word, (great, small))
        facts.enumerated += 1
        if values[great] <= values[small]:
            return False
    return True


def maximum(facts: Functions, args: Sequence[Term]) -> Term:
    """Drops what is nowhere greater than another; a maximum of truth values is a disjunction."""
    intervals = [facts.ranges.interval(arg) for arg in args]
    floor = max(low for low, _ in intervals)
    kept = sorted({arg for arg, (low, high) in zip(args, intervals, strict=True) if high > floor or low == floor})
    keeper = [arg for arg in kept if facts.ranges.interval(arg)[1] > floor]
    if not keeper:
        return kept[0]  # all that remain are equal to the floor
    if all(facts.ranges.interval(arg)[0] < floor for arg in keeper):
        keeper.append(next(arg for arg in kept if facts.ranges.interval(arg)[0] == floor))
    unique = sorted(set(keeper))
    if len(unique) == 1:
        return unique[0]
    if all(facts.ranges.is_truth(arg) for arg in unique):
        return disjunction(facts, unique)
    tabulated = facts.apply("max", unique, None)
    return facts.terms.add("max", unique) if tabulated is None else tabulated


def _places(facts: Functions, term: Term) -> frozenset[int] | None:
    """The word positions that a term reads, None if they are more than `PLACES`."""
    known, terms = facts.places, facts.terms
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
