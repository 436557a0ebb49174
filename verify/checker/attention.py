"""Checks of steps about attention: which scores are maximal, and heads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO, common_step, floor
from ...encode.term.terms import Term, evaluate_all
from .known import Known
from .logic import conjunction
from .ranks import at_rank, by_rank
from .refused import Refused
from .step import Step

LEVELS = 16
PLACES = 4
POINTED = 4096


def entry(c: Known, s: Step) -> bool:
    """The entry of a row."""
    index = int(s.payload)
    return 0 <= index < len(s.args) and s.result == c.row(s.args)[index]


def alike(c: Known, s: Step) -> bool:
    """Equal scores are all maximal."""
    return len(set(s.args)) == 1 and set(s.right) == {c.terms.one} and len(s.right) == len(s.args)


def row_of_key(c: Known, s: Step) -> bool:
    """At each point of the key, which scores are maximal; and whether it is one, always."""
    over = c.columns(s.key)
    scores, found = (list(zip(*map(over.of, each), strict=True)) for each in (s.args, s.right))
    maximal = [tuple(mpq(x == max(row)) for x in row) for row in scores]
    if all(sum(row) == 1 for row in maximal):
        c.unique.add(s.args)
    return maximal == found


def domains(c: Known, scores: Sequence[Term]) -> list[list[mpq]]:
    """The domains of scores, which must be small."""
    found = [c.facts.domain(score, LEVELS) for score in scores]
    if not all(found):
        raise Refused("scores of too many values")
    return [domain for domain in found if domain is not None]


def levels(c: Known, s: Step) -> bool:
    """A score is maximal iff it has some level, and none has a greater one."""
    found = domains(c, s.args)
    none_above, several = c.terms.one, [list[Term]() for _ in s.args]
    for level in sorted({value for domain in found for value in domain}, reverse=True):
        at = {k: c.equals(score, level) for k, score in enumerate(s.args) if level in found[k]}
        for k, truth in at.items():
            several[k].append(conjunction(c, [none_above, truth]))
        none_above = conjunction(c, [none_above, *map(c.terms.negate, at.values())])
    return s.right == tuple(map(c.any_of, several))


def pairs(c: Known, s: Step) -> bool:
    """A score is maximal iff it is not less than each other."""
    return s.right == tuple(conjunction(c, [c.same("ge", (a, b)) for b in s.args if b != a]) for a in s.args)


def by_greatest(c: Known, s: Step) -> bool:
    """A score is maximal iff it is not less than the maximum."""
    most = c.same("max", s.args)
    return s.right == tuple(c.same("ge", (score, most)) for score in s.args)


def rank(c: Known, s: Step) -> bool:
    """A score is maximal iff its position has one rank."""
    if not by_rank(c, s.args, s.right, s.numbers):
        return False
    c.unique.add(s.args)
    return True


def heads(s: Step) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The values and the scores of a head."""
    half = len(s.args) // 2
    return s.args[:half], s.args[half:]


def table_at_levels(c: Known, s: Step) -> bool:
    """At each point of the key: the mean of those values whose scores are at the greatest level that has any."""
    (values, scores), (ties, rule) = heads(s), s.payload
    found = sorted({value for domain in domains(c, scores) for value in domain}, reverse=True)
    over, counted = c.columns(s.key), list[tuple[list[mpq], list[mpq]]]()
    for level in found:
        at = [c.equals(score, level) for score in scores]
        chosen = [c.same("mul", pair) for pair in zip(at, values, strict=True)]
        sums = (c.affine(ZERO, *((ONE, each) for each in several)) for several in (at, chosen))
        number, total = map(over.of, sums)
        counted.append((number, total))
    for index, right in enumerate(over.of(s.result)):
        best = next(((number[index], total[index]) for number, total in counted if number[index] > 0), None)
        if best is not None and rule.divide(best[1], int(best[0])) != right:
            return False
    return ties == "saturated"


def value_at_rank(c: Known, s: Step) -> bool:
    """All positions that may be maximal have one value; with a mean rule that is not exact, there is one."""
    (values, scores), (ties, rule) = heads(s), s.payload
    alone = ties == "saturated" and any(k * rule.weight(k) != 1 for k in range(1, len(scores) + 1))
    return rule.weight(1) == 1 and at_rank(c, values, scores, s.key, s.result, s.numbers, alone=alone)


def apart(c: Known, s: Step) -> bool:
    """No two scores are equal on any word, as their constants differ by no multiple of what else they are made of."""
    (_, scores), (_, rule) = heads(s), s.payload
    parts = [c.terms.split(score) for score in scores]
    unit = reduce(common_step, (w * c.facts.step(base) for _, bases in parts for w, base in bases), ZERO)
    if unit == 0:
        return False
    residues = {const - unit * floor(const / unit) for const, _ in parts}
    return len(residues) == len(scores) and rule.weight(1) == 1 and _first(c, s)


def pointed(c: Known, s: Step) -> bool:
    """At each value of the one term that scores read, one of them is the greatest."""
    (_, scores), (_, rule) = heads(s), s.payload
    parts = [c.terms.split(score) for score in scores]
    [pointer] = {base for _, bases in parts for _, base in bases}
    values = c.facts.domain(pointer, POINTED)
    if values is None:
        raise Refused("a pointer of too many values")
    for value in values:
        row = [const + sum((w * value for w, _ in bases), ZERO) for const, bases in parts]
        if row.count(max(row)) != 1:
            return False
    return rule.weight(1) == 1 and _first(c, s)


def _first(c: Known, s: Step) -> bool:
    """The right side is the head that looks at the first maximal position alone."""
    right, (_, rule) = s.result, s.payload
    return (c.terms.ops[right], c.terms.args[right], c.terms.payloads[right]) == ("attend", s.args, ("hard", rule))


def chosen(c: Known, s: Step) -> bool:
    """The definition: a sum over the maximal positions, or the first, or the last; a mean where ties are averaged.

    Scores that the best one exceeds are left out; it does not exceed itself.
    """
    (values, scores), (ties, rule), (flag, *kept) = heads(s), s.payload, map(int, s.numbers)
    if kept:
        best, *kept = kept
        if kept != sorted(set(kept) & set(range(len(scores)))):
            return False
        if any(not exceeds(c, scores[best], scores[k]) for k in range(len(scores)) if k not in kept):
            return False
        values, scores = [values[k] for k in kept], tuple(scores[k] for k in kept)
    unique = bool(flag)
    if unique and scores not in c.unique:
        found = [value for domain in domains(c, scores) for value in domain]
        if len(set(found)) != len(found):
            return False
    maximal = list(c.row(scores))
    if not unique and ties != "saturated":
        order = 1 if ties == "hard" else -1
        maximal = first(c, maximal[::order])[::order]
    one_left = unique or ties != "saturated"
    products = [c.same("mul", pair) for pair in zip(maximal, values, strict=True)]
    if one_left and all(map(c.facts.is_truth, values)):
        return s.result == c.any_of(products)
    total = c.affine(ZERO, *((ONE, each) for each in products))
    if one_left:
        c.among.setdefault(total, tuple(values))
    if ties != "saturated":
        return s.result == total
    count = c.terms.one if one_left else c.affine(ZERO, *((ONE, truth) for truth in maximal))
    ends = [c.facts.interval(value) for value in values]
    payload = rule, min(low for low, _ in ends), max(high for _, high in ends)
    return s.result == c.same("mean", (total, count), payload)


def first(c: Known, several: Sequence[Term]) -> list[Term]:
    """Which of some truth values is the first that is 1."""
    earlier, result = c.terms.zero, list[Term]()
    for truth in several:
        result.append(conjunction(c, [truth, c.terms.negate(earlier)]))
        earlier = c.any_of([earlier, truth])
    return result


def exceeds(c: Known, great: Term, small: Term) -> bool:
    """Whether one score exceeds the other whatever stands at the few places that they read."""
    places: set[int] = set()
    stack, seen = [great, small], set[Term]()
    while stack:
        term = stack.pop()
        if term not in seen:
            seen.add(term)
            stack += c.terms.args[term]
            places |= {c.terms.payloads[term][0]} if c.terms.ops[term] == "symbol" else set()
    if len(places) > 2 * PLACES:
        return False
    word = [0] * c.terms.length
    for symbols in product(range(c.terms.alphabet), repeat=len(places)):
        for place, symbol in zip(places, symbols, strict=True):
            word[place - 1] = symbol
        found = evaluate_all(c.terms, word, (great, small))
        if found[great] <= found[small]:
            return False
    return True
