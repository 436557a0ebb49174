"""Terms on which each rule fires: random ones, and what they reach too seldom."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from gmpy2 import mpq
from logbits.encode.claim.claim import Claim
from logbits.encode.number.mean import EXACT_MEAN
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import Rounding, power
from logbits.encode.term.terms import Term, Terms
from logbits.verify.question.workspace import Definition
from support.means import UPWARD, rule
from support.random_questions import instance
from support.random_terms import random_scores, random_terms

Made = tuple[Terms, list[Term]]


def anything(rng: random.Random) -> Made:
    """Every operation."""
    terms, found, _ = random_terms(rng, rng.randint(4, 14))
    return terms, found


def formulas(rng: random.Random) -> Made:
    """Conjunctions and differences of truth values, which share parts."""
    terms, _, truths = random_terms(rng, 8)
    found = list(truths)
    for _ in range(14):
        left, right = rng.choices(found, k=2)
        if rng.random() < 0.3:
            left, right = terms.negate(left), terms.negate(right)
        if rng.random() < 0.3:
            common = rng.choice(truths)
            left, right = terms.add("and", (common, left)), terms.add("and", (common, right))
        found.append(terms.add(*rng.choice((("xor", (left, right)), ("and", (left, right, rng.choice(found)))))))
    return terms, found


def steps(rng: random.Random) -> Made:
    """Step functions and tables of sums."""
    terms = Terms(2, 4)
    found: list[Term] = []
    for _ in range(6):
        several = [(mpq(rng.choice((1, 1, 3, 5, 9))), terms.symbol(i, 1)) for i in range(1, 5)]
        arg = terms.affine(mpq(rng.randint(-2, 2), 2), several)
        cuts = sorted(rng.sample(range(1, 12), 3))
        found.append(terms.add("steps", (arg,), (ZERO, tuple((mpq(cut), mpq(rng.randint(-3, 3))) for cut in cuts))))
        found.append(terms.add("table", (arg,), tuple(((mpq(cut),), mpq(rng.randint(1, 9))) for cut in cuts)))
    return terms, found


def sets(rng: random.Random) -> Made:
    """Means over one set that no small key knows, rounded or not, compared, and attended to."""
    terms = Terms(3, 4)
    inside = [terms.add("and", (terms.symbol(i, 1), terms.negate(terms.symbol(i - 1, 1)))) for i in (2, 3, 4)]
    kinds = [[terms.symbol(i - 1, 2) for i in (2, 3, 4)], [terms.negate(terms.symbol(i - 1, 2)) for i in (2, 3, 4)]]
    payload = "saturated", rule(rng.choice((None, 0, 2, UPWARD)))
    means = [terms.add("attend", [*values, *inside], payload) for values in kinds]
    if rng.random() < 0.5:
        means = [terms.add("round", (each,), Rounding(power(-rng.choice((3, 5))), None, None)) for each in means]
    a, b = means
    gap = terms.affine(ZERO, [(ONE, a), (-ONE, b)])
    half = terms.affine(mpq(-1, 2), [(rng.choice((ONE, -ONE)), a)])
    found = [*means, terms.add("compare", (gap,), rng.choice((">", ">=", "="))), terms.add("compare", (half,), ">=")]
    total = terms.affine(ZERO, [(mpq(2), terms.add("and", pair)) for pair in zip(inside, kinds[0], strict=True)])
    counts = (
        terms.affine(ZERO, [(ONE, truth) for truth in inside]),
        terms.affine(ONE, [(ONE, truth) for truth in inside]),
        terms.affine(ZERO, [(ONE, terms.add("maximal", inside, index)) for index in range(3)]),
    )
    found += [terms.add("mean", (total, count), (payload[1], ZERO, mpq(6))) for count in counts]
    few = terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in (1, 2)])
    found.append(terms.add("mean", (terms.add("mul", (few, few)), few), (payload[1], ZERO, mpq(2))))
    symbols = [terms.symbol(i, 2) for i in (1, 2)]
    return terms, [*found, terms.add("attend", [*symbols, a, b], payload), terms.add("maximal", (a, b), 0)]


def rows(rng: random.Random) -> Made:
    """Scores of few and of many values, on one grid and on many, and such that are equal."""
    terms = Terms(3, 4)
    kind = rng.randrange(5)
    scores = random_scores(rng, terms, 3)
    if kind == 1:
        scores = scores[:1] * 3
    if kind == 2:
        primes = (101, 103, 107, 109, 113, 127)
        several = zip(primes, random_scores(rng, terms, len(primes)), strict=True)
        scores = [terms.affine(ZERO, [(mpq(1, p), s), (mpq(20, p), terms.symbol(2, 2))]) for p, s in several]
    if kind == 3:
        counts = [terms.affine(ZERO, [(ONE, terms.symbol(i, a)) for i in range(1, 5)]) for a in (1, 2)]
        scores = [terms.add("mul", (count, terms.affine(mpq(rng.randint(-5, 5)), [(ONE, count)]))) for count in counts]
    if kind == 4:
        scores = [terms.add("round", (score,), Rounding(power(0), None, None)) for score in scores]
    values = [terms.affine(ZERO, [(mpq(rng.randint(1, 3)), terms.symbol(i % 4 + 1, 2))]) for i, _ in enumerate(scores)]
    payload = rng.choice(("saturated", "hard", "rightmost")), EXACT_MEAN
    return terms, [terms.add("attend", [*values, *scores], payload), terms.add("maximal", scores, 0)]


def ranks(rng: random.Random) -> Made:
    """Lookups by rank: of the symbol, or of the place, that is sorted to a rank."""
    terms = Terms(2, rng.choice((3, 4)))
    places = range(1, terms.length + 1)
    wanted = rng.randrange(terms.length)
    scores: list[Term] = []
    for place in places:
        ones, left = terms.symbol(place, 1), [terms.symbol(k, 1) for k in places if k < place]
        zeros = [terms.negate(terms.symbol(k, 1)) for k in places if k != place]
        before = terms.affine(mpq(place - 1), [(-ONE, each) for each in left])
        after = terms.affine(ZERO, [(ONE, each) for each in (*zeros, *left)])
        rank = [(ONE, terms.add("mul", (terms.negate(ones), before))), (ONE, terms.add("mul", (ones, after)))]
        gap = terms.affine(mpq(-wanted), rank)
        scores.append(terms.affine(ZERO, [(-ONE, terms.add("mul", (gap, gap)))]))
    payload = "saturated", EXACT_MEAN
    symbols = [terms.symbol(place, 1) for place in places]
    numbers = [terms.const(mpq(place)) for place in places]
    return terms, [terms.add("attend", [*values, *scores], payload) for values in (symbols, numbers)]


def programs(rng: random.Random) -> Made:
    """The two runs of a random program, of a length of at most 4, and how they are compared."""
    while True:
        made = instance(rng.randrange(10**6))
        if made.length <= 4:
            break
    claim = Claim(made.program, made.left, made.right, made.bound, made.assume)
    definition = Definition(claim, range(made.length, made.length + 1))
    asked = definition.at(made.length)
    return definition.terms, [asked.root, asked.member]


KINDS: tuple[tuple[Callable[[random.Random], Made], int], ...] = (
    (anything, 60),
    (formulas, 20),
    (steps, 4),
    (sets, 8),
    (rows, 20),
    (ranks, 6),
    (programs, 20),
)


def sources() -> Iterator[Made]:
    """Some of each kind, always the same."""
    for kind, number in KINDS:
        for seed in range(number):
            yield kind(random.Random(f"{kind.__name__} {seed}"))
