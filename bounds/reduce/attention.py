"""Attention whose scores depend on the word, in terms of comparisons: the maximal positions, their sum and number.

Five ways to say "j is maximal", chosen by what is known of the scores:

    key       all scores are functions of one small key: a table over it
    ranks     one position has the rank that is looked for, and the greatest score
    levels    few candidate values of each score: j is maximal iff it has one of them and no score has a greater one
    maximum   s_j >= max s: one comparison a position, at the width of the scores' common grid
    pairs     s_j >= s_k for all k: where each pair is a function of two counts (then the comparison is a local lemma)
              or means over one set, or the common grid (an lcm of many denominators) is far wider than any pair's

Where all scores and values are functions of one count (attention that looks at symbols only), the whole head is a
table over that count. Otherwise S = Σ [j maximal]·v_j and k = Σ [j maximal] are exact integers, and the mean of them
is a function of two integers: a local lemma (`logbits.bounds.reduce.functions`), or a `mean` term.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gmpy2 import mpq

from ...encode.number.mean import Division
from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Term, evaluate
from .dominance import contenders, maximum
from .functions import Functions
from .logic import conjunction, disjunction
from .ranks import by_rank, value_at_rank
from .thresholds import at_least, compare, of_one_count

CLASSES = 8
"""The greatest number of scores that are all compared with each other as means over one set."""

LEVELS = 16
"""The greatest number of candidate values of one score for which levels are used."""


def maximal(facts: Functions, scores: Sequence[Term]) -> list[Term]:
    """For each score the truth value that it is maximal."""
    key = tuple(scores)
    if key not in facts.maximal:
        facts.maximal[key] = _maximal(facts, scores)
    return facts.maximal[key]


def _maximal(facts: Functions, scores: Sequence[Term]) -> list[Term]:
    if len(set(scores)) == 1:
        return [facts.terms.one] * len(scores)
    levels = _levels(facts, scores)
    if 0 < len(levels) <= 2:  # scores of symbols alone
        return _by_levels(facts, scores, levels)
    if len(scores) <= CLASSES and all(of_one_count(facts, a, b) for a in scores for b in scores if a != b):
        return _by_pairs(facts, scores)
    by_key = _by_key(facts, scores)
    if by_key is not None:
        return by_key
    ranked = by_rank(facts, scores)
    if ranked is not None:
        facts.unique.add(tuple(scores))
        return ranked
    if all(facts.count_key(pair) for pair in pairwise(scores)):
        return _by_pairs(facts, scores)
    if levels:
        return _by_levels(facts, scores, levels)
    if _grid_bits(facts, scores) > 2 * max(_grid_bits(facts, pair) for pair in pairwise(scores)):
        return _by_pairs(facts, scores)
    greatest = maximum(facts, scores)
    return [_not_less(facts, score, greatest) for score in scores]


def _by_key(facts: Functions, scores: Sequence[Term]) -> list[Term] | None:
    """Where all scores are functions of one small key, a pointer, say: a table over it for each."""
    key = facts.common_key(scores)
    if key is None:
        return None
    rows = list(zip(*(facts.values(key, score) for score in scores), strict=True))
    facts.enumerated += len(rows)
    best = [max(row) for row in rows]
    if all(row.count(greatest) == 1 for row, greatest in zip(rows, best, strict=True)):
        facts.unique.add(tuple(scores))
    columns = ([mpq(row[k] == greatest) for row, greatest in zip(rows, best, strict=True)] for k in range(len(scores)))
    return [facts.tabulate(key, column) for column in columns]


def _by_pairs(facts: Functions, scores: Sequence[Term]) -> list[Term]:
    return [conjunction(facts, [_not_less(facts, a, b) for b in scores if b != a]) for a in scores]


def _levels(facts: Functions, scores: Sequence[Term]) -> dict[mpq, list[int]]:
    """The candidate values of all scores, descending, each with the scores that may have it; none if they are many."""
    found: dict[mpq, list[int]] = {}
    for index, score in enumerate(scores):
        domain = facts.ranges.domain(score, LEVELS)
        if domain is None:
            return {}
        for value in domain:
            found.setdefault(value, []).append(index)
    return {level: found[level] for level in sorted(found, reverse=True)}


def _by_levels(facts: Functions, scores: Sequence[Term], levels: dict[mpq, list[int]]) -> list[Term]:
    none_above = facts.terms.one
    cases: list[list[Term]] = [[] for _ in scores]
    for level, candidates in levels.items():
        at_level = [compare(facts, _minus(facts, scores[index], level), "=") for index in candidates]
        for index, truth in zip(candidates, at_level, strict=True):
            cases[index].append(conjunction(facts, [none_above, truth]))
        none_above = conjunction(facts, [none_above, *map(facts.terms.negate, at_level)])
    return [disjunction(facts, each) for each in cases]


def _minus(facts: Functions, score: Term, level: mpq) -> Term:
    return facts.terms.affine(-level, [(ONE, score)])


def _not_less(facts: Functions, left: Term, right: Term) -> Term:
    of_counts = facts.not_less(left, right)
    if of_counts is not None:
        return of_counts
    return at_least(facts, facts.terms.affine(ZERO, [(ONE, left), (-ONE, right)]))


def _grid_bits(facts: Functions, scores: Sequence[Term]) -> int:
    step = facts.ranges.step(facts.terms.affine(ZERO, [(mpq(3**index), score) for index, score in enumerate(scores)]))
    return int(step.denominator).bit_length()


def attend(facts: Functions, args: Sequence[Term], payload: tuple[str, Division]) -> Term:
    """One output of a head: `args` are k values, then their k scores; `payload` is (ties, mean rule)."""
    ties, rule = payload
    half = len(args) // 2
    values, scores = args[:half], args[half:]
    if ties == "saturated":
        counted = _by_counts(facts, values, scores, rule)
        if counted is not None:
            return counted
    by_counts = value_at_rank(facts, values, scores, alone=ties == "saturated" and not rule.whole)
    if by_counts is not None:
        return by_counts
    kept = contenders(facts, scores)
    values, scores = [values[index] for index in kept], [scores[index] for index in kept]
    chosen = maximal(facts, scores)
    levels = _levels(facts, scores)
    unique = tuple(scores) in facts.unique or (bool(levels) and all(len(each) == 1 for each in levels.values()))
    if not unique and ties == "hard":
        chosen = _first(facts, chosen)
    elif not unique and ties == "rightmost":
        chosen = _first(facts, chosen[::-1])[::-1]
    terms = facts.terms
    # Of the chosen positions exactly one is left, unless ties are averaged.
    single = unique or ties != "saturated"
    products = [multiply(facts, truth, value) for truth, value in zip(chosen, values, strict=True)]
    if single and all(facts.ranges.is_truth(value) for value in values):
        return disjunction(facts, products)
    total = terms.affine(ZERO, [(ONE, product) for product in products])
    if single:
        facts.is_among(total, values)
    if ties != "saturated":
        return total
    count = terms.one if single else terms.affine(ZERO, [(ONE, truth) for truth in chosen])
    intervals = [facts.ranges.interval(value) for value in values]
    return mean(facts, total, count, (rule, min(low for low, _ in intervals), max(high for _, high in intervals)))


def _by_counts(facts: Functions, values: Sequence[Term], scores: Sequence[Term], rule: Division) -> Term | None:
    """The head as a function of one count, if how many scores are at each level, and their values' sum, all are."""
    terms, levels = facts.terms, list(_levels(facts, scores))
    if len(levels) > LEVELS:
        return None
    sums: list[Term] = []
    counts: list[Term] = []
    for level in levels:
        at_level = [compare(facts, _minus(facts, score, level), "=") for score in scores]
        counts.append(terms.affine(ZERO, [(ONE, truth) for truth in at_level]))
        chosen = [multiply(facts, truth, value) for truth, value in zip(at_level, values, strict=True)]
        sums.append(terms.affine(ZERO, [(ONE, value) for value in chosen]))
    key = facts.common_key([*counts, *sums])

    def mean_at_best(row: list[mpq]) -> mpq:
        for count, total in zip(row, row[len(levels) :], strict=False):
            if count > 0:
                return rule.divide(total, int(count))
        return ZERO  # a candidate point that no word reaches

    return None if key is None else facts.map(key, [*counts, *sums], mean_at_best)


def _first(facts: Functions, truths: Sequence[Term]) -> list[Term]:
    terms, earlier, result = facts.terms, facts.terms.zero, list[Term]()
    for truth in truths:
        result.append(conjunction(facts, [truth, terms.negate(earlier)]))
        earlier = disjunction(facts, [earlier, truth])
    return result


def mean(facts: Functions, total: Term, count: Term, payload: tuple[Division, mpq, mpq]) -> Term:
    """S / k or S · ρ(k) for S and k that depend on the word."""
    terms = facts.terms
    number = terms.value(count)
    if number is not None:
        weight = evaluate("mean", payload, [ONE, number])
        return terms.affine(ZERO, [(weight, total)])
    tabulated = facts.apply("mean", (total, count), payload)
    if tabulated is not None:
        return tabulated
    _, low, high = payload
    key = facts.pair(total, count, low, high)
    if key is None:
        return terms.add("mean", (total, count), payload)
    facts.enumerated += len(facts.points(key))
    return facts.tabulate(key, [evaluate("mean", payload, point) for point in facts.points(key)])


def multiply(facts: Functions, left: Term, right: Term) -> Term:
    """The product left · right, expanded over the constants of both."""
    terms, ranges = facts.terms, facts.ranges
    tabulated = facts.apply("mul", (left, right), None)
    if tabulated is not None:
        return tabulated
    if ranges.is_truth(left) and ranges.is_truth(right):
        return conjunction(facts, [left, right])
    (a, left_bases), (b, right_bases) = terms.split(left), terms.split(right)
    if not left_bases or not right_bases:
        return terms.affine(
            a * b, [(b * c, base) for c, base in left_bases] + [(a * c, base) for c, base in right_bases]
        )
    p, q = facts.primitive(left), facts.primitive(right)
    c, d = (bases[0][0] / terms.split(t)[1][0][0] for bases, t in ((left_bases, p), (right_bases, q)))
    both_truths = ranges.is_truth(p) and ranges.is_truth(q)
    core = conjunction(facts, [p, q]) if both_truths else terms.add("mul", sorted((p, q)))
    return terms.affine(a * b, [(c * d, core), (a * d, q), (b * c, p)])
