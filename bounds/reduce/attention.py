"""Rules for attention whose scores depend on the word, in terms of comparisons: which positions are maximal, and heads.

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
from ...encode.term.terms import Payload, Term, evaluate
from .comparisons import sums_of
from .derivation import Bounded, Derivation, Offer, Rule
from .dominance import contenders
from .ranks import one_rank, value_at_rank

CLASSES = 8
"""The greatest number of scores that are all compared with each other as means over one set."""

LEVELS = 16
"""The greatest number of candidate values of one score for which levels are used."""

Args = tuple[Term, ...]


def one_of_row(d: Derivation, args: Args, payload: Payload) -> Offer:
    """Which scores are maximal is found for all of them at once.

    match    maximal(scores), index
    result   the entry of the row
    because  that is what a row is
    source   the definition of rows
    """
    return Offer(d.row(args)[int(payload)])


def of_key(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Whether a score is maximal is a function of the key of all scores.

    match    maximal(f(K), g(K), ..), index
    result   the table of it over K
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas
    """
    return d.lemma("maximal", args, d.common_key(args), lambda values: mpq(values[int(payload)] == max(values)))


# -- rows


def _noted(d: Derivation, scores: Args, offer: Offer, *, unique: bool = False) -> Offer:
    """The offer, after noting what is known of how many are maximal."""
    assert isinstance(offer.right, tuple)
    if unique:
        d.unique.add(scores)
    d.positive.setdefault(d.terms.affine(ZERO, [(ONE, truth) for truth in offer.right]), scores)
    return offer


def alike(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Equal scores are all maximal.

    match    row(s, s, ..)
    result   1, 1, ..
    because  none is greater
    source   the definition of maximal positions
    """
    return Offer((d.terms.one,) * len(args)) if len(set(args)) == 1 else None


def two_levels(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Scores of symbols alone have one or two values: as by levels.

    match    row(scores), each in a small domain, one or two values in all
    result   as by levels
    because  as by levels
    source   as by levels
    """
    return _by_levels(d, args, 2)


def by_levels(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A score is maximal iff it has some value, and no score has a greater one.

    match    row(scores), each in a small domain
    result   for each score, some level L of its domain with [score = L] and no [other = greater level]
    because  each score has one of the values of its domain
    source   the definition of maximal positions
    """
    return _by_levels(d, args, LEVELS * len(args))


def _by_levels(d: Derivation, scores: Args, most: int) -> Offer | None:
    found = levels(d, scores)
    if not 0 < len(found) <= most:
        return None
    none_above, cases = d.terms.one, [list[Term]() for _ in scores]
    for level, candidates in found.items():
        at_level = [d.equals(scores[index], level) for index in candidates]
        for index, truth in zip(candidates, at_level, strict=True):
            cases[index].append(d.make("and", [none_above, truth]))
        none_above = d.make("and", [none_above, *map(d.terms.negate, at_level)])
    return _noted(d, scores, Offer(tuple(d.any_of(each) for each in cases)))


def levels(d: Derivation, scores: Sequence[Term]) -> dict[mpq, list[int]]:
    """The candidate values of all scores, descending, each with the scores that may have it; none if they are many."""
    found: dict[mpq, list[int]] = {}
    for index, score in enumerate(scores):
        domain = d.ranges.domain(score, LEVELS)
        if domain is None:
            return {}
        for value in domain:
            found.setdefault(value, []).append(index)
    return {level: found[level] for level in sorted(found, reverse=True)}


def few_means(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Few means over one set are compared with each other.

    match    row(S/k, T/k, ..)
    result   for each score, that it is not less than each other
    because  that is what it is to be maximal
    source   the definition of maximal positions
    """
    if len(args) > CLASSES or not all(sums_of(d, d.difference(a, b)) for a in args for b in args if a != b):
        return None
    return _by_pairs(d, args)


def key_of_all(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Where all scores are functions of one small key, a pointer, say, a table over it for each.

    match    row(f(K), g(K), ..)
    result   for each score the table of whether it is maximal
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas
    """
    key = d.common_key(args)
    if key is None:
        return None
    rows = list(zip(*(d.values(key, score) for score in args), strict=True))
    best = [max(row) for row in rows]
    unique = all(row.count(greatest) == 1 for row, greatest in zip(rows, best, strict=True))
    columns = ([mpq(row[k] == greatest) for row, greatest in zip(rows, best, strict=True)] for k in range(len(args)))
    return _noted(d, args, Offer(tuple(d.tabulate(key, column) for column in columns), key), unique=unique)


def by_rank(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """One position has the rank that is looked for, and the greatest score: see `logbits.bounds.reduce.ranks`.

    match    row(scores), score p a function of what is around position p; in a total order of the positions of a word
             scores at one rank exceed all that some score at each other rank is
    result   for each position, that it has this rank
    because  each rank is the rank of one position
    source   this project
    """
    offer = one_rank(d, args)
    return None if offer is None else _noted(d, args, offer, unique=True)


def pairs_of_counts(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Scores that are functions of counts are compared pair by pair: each comparison is a local lemma.

    match    row(f(K), g(L), ..), each two neighbours functions of two counts
    result   for each score, that it is not less than each other
    because  that is what it is to be maximal
    source   the definition of maximal positions
    """
    return _by_pairs(d, args) if all(d.count_key(pair) for pair in pairwise(args)) else None


def pairs_by_grid(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Where the common grid (an lcm of many denominators) is far wider than any pair's, pairs are compared.

    match    row(scores)
    result   for each score, that it is not less than each other
    because  that is what it is to be maximal
    source   the definition of maximal positions
    """
    if _grid_bits(d, args) <= 2 * max(_grid_bits(d, pair) for pair in pairwise(args)):
        return None
    return _by_pairs(d, args)


def _by_pairs(d: Derivation, scores: Args) -> Offer:
    truths = (d.make("and", [d.make("ge", (a, b)) for b in scores if b != a]) for a in scores)
    return _noted(d, scores, Offer(tuple(truths)))


def _grid_bits(d: Derivation, scores: Sequence[Term]) -> int:
    step = d.ranges.step(d.terms.affine(ZERO, [(mpq(3**index), score) for index, score in enumerate(scores)]))
    return int(step.denominator).bit_length()


def by_greatest(d: Derivation, args: Args, payload: Payload) -> Offer:
    """One comparison a position, at the width of the scores' common grid.

    match    row(scores)
    result   for each score, that it is not less than the maximum of all
    because  that is what it is to be maximal
    source   the definition of maximal positions
    """
    greatest = d.make("max", args)
    return _noted(d, args, Offer(tuple(d.make("ge", (score, greatest)) for score in args)))


# -- heads


def whole_of_key(d: Derivation, args: Args, payload: tuple[str, Division]) -> Offer | None:
    """A head whose values and scores are functions of one key is a function of it.

    match    attend(f(K), .., g(K), ..)
    result   the table of it over K
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas
    """
    return d.lemma("attend", args, d.common_key(args), lambda values: evaluate("attend", payload, values))


def of_levels(d: Derivation, args: Args, payload: tuple[str, Division]) -> Offer | None:
    """A head is a function of one count, if how many scores are at each level, and their values' sum, all are.

    match    attend(values, scores), saturated, each score in a small domain
    result   the table over K of the mean at the greatest level that is not empty
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas
    """
    ties, rule = payload
    half = len(args) // 2
    values, scores = args[:half], args[half:]
    found = list(levels(d, scores))
    if ties != "saturated" or len(found) > LEVELS:
        return None
    sums: list[Term] = []
    counts: list[Term] = []
    for level in found:
        at_level = [d.equals(score, level) for score in scores]
        counts.append(d.terms.affine(ZERO, [(ONE, truth) for truth in at_level]))
        chosen = [d.make("mul", pair) for pair in zip(at_level, values, strict=True)]
        sums.append(d.terms.affine(ZERO, [(ONE, value) for value in chosen]))

    def mean_at_best(row: list[mpq]) -> mpq:
        for count, total in zip(row, row[len(found) :], strict=False):
            if count > 0:
                return rule.divide(total, int(count))
        return ZERO  # a candidate point that no word reaches

    columns = [*counts, *sums]
    return d.lemma("attend", columns, d.common_key(columns), mean_at_best)


def at_rank(d: Derivation, args: Args, payload: tuple[str, Division]) -> Offer | None:
    """The value at the positions that may be maximal, where the counts of the word say what it is.

    match    attend(values, scores), value p and score p functions of what is around position p
    result   the table over the counts of the value at the ranks that may be maximal
    because  each rank is the rank of one position; all values at these ranks are equal for equal counts
    source   this project
    """
    ties, rule = payload
    half = len(args) // 2
    return value_at_rank(d, args[:half], args[half:], alone=ties == "saturated" and not rule.whole)


def chosen(d: Derivation, args: Args, payload: tuple[str, Division]) -> Offer:
    """The sum over the maximal positions, divided by their number.

    match    attend(values, scores)
    result   S = Σ [j maximal]·v_j, of the first (last) maximal position alone for hard (rightmost) attention; its mean
             over k = Σ [j maximal] for saturated attention; 1 - and(1 - [j maximal]·v_j, ..) where one position is left
             and all values are truth values
    because  that is the definition; scores that some score exceeds on every word are never maximal and are left out,
             and where one position is always left k = 1
    source   Merrill, Sabharwal and Smith 2022, definition 1
    """
    ties, rule = payload
    terms, half = d.terms, len(args) // 2
    best, kept = contenders(d, args[half:])
    values, scores = [args[index] for index in kept], [args[half + index] for index in kept]
    truths = list(d.row(scores))
    unique = tuple(scores) in d.unique or all(len(each) == 1 for each in (levels(d, scores) or {ZERO: [0, 0]}).values())
    if not unique and ties != "saturated":
        truths = _first(d, truths) if ties == "hard" else _first(d, truths[::-1])[::-1]
    # Of the chosen positions exactly one is left, unless ties are averaged.
    single = unique or ties != "saturated"
    numbers = (int(unique), *((best, *kept) if len(kept) < half else ()))
    products = [d.make("mul", pair) for pair in zip(truths, values, strict=True)]
    if single and all(map(d.ranges.is_truth, values)):
        return Offer(d.any_of(products), numbers=numbers)
    total = terms.affine(ZERO, [(ONE, product) for product in products])
    if single:
        d.is_among(total, values, ("attend", args, payload))
    if ties != "saturated":
        return Offer(total, numbers=numbers)
    count = terms.one if single else terms.affine(ZERO, [(ONE, truth) for truth in truths])
    intervals = [d.ranges.interval(value) for value in values]
    low, high = min(low for low, _ in intervals), max(high for _, high in intervals)
    d.bounded.setdefault((total, count, low, high), Bounded("each", (*truths, *values)))
    return Offer(d.make("mean", (total, count), (rule, low, high)), numbers=numbers)


def _first(d: Derivation, truths: Sequence[Term]) -> list[Term]:
    """Which of the truth values is the first that is 1."""
    earlier, result = d.terms.zero, list[Term]()
    for truth in truths:
        result.append(d.make("and", [truth, d.terms.negate(earlier)]))
        earlier = d.any_of([earlier, truth])
    return result


RULES = (
    Rule("table", "maximal", ("cover",), of_key),
    Rule("entry", "maximal", (), one_of_row),
    Rule("alike", "row", (), alike),
    Rule("levels", "row", ("domain",), two_levels),
    Rule("pairs", "row", ("cover", "interval"), few_means),
    Rule("table", "row", ("cover",), key_of_all),
    Rule("rank", "row", ("around",), by_rank),
    Rule("pairs", "row", ("cover",), pairs_of_counts),
    Rule("levels", "row", ("domain",), by_levels),
    Rule("pairs", "row", ("step",), pairs_by_grid),
    Rule("greatest", "row", (), by_greatest),
    Rule("table", "attend", ("cover",), whole_of_key),
    Rule("table at levels", "attend", ("domain", "cover"), of_levels),
    Rule("value at rank", "attend", ("around", "cover"), at_rank),
    Rule("chosen", "attend", ("reads", "unique", "interval", "step", "domain"), chosen),
)
