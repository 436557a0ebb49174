"""Rules for numbers: products, means, roundings, maxima, and the step functions of models."""

from __future__ import annotations

from functools import partial

from gmpy2 import mpq

from ...encode.number.mean import Division
from ...encode.number.rational import ONE, ZERO
from ...encode.number.rounding import Rounding
from ...encode.term.terms import Payload, Term, evaluate
from .derivation import Bounded, Derivation, Offer, Rule, itself

SPLIT = 256
"""The greatest number of counts over which the rounding of a mean is split into cases."""

Args = tuple[Term, ...]


def of_key(op: str, d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """An operation on functions of one key is a function of it.

    match    f(x(K), ..)
    result   the table of it over K
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas (`logbits.bounds.reduce.functions`)
    """
    return d.lemma(op, args, d.common_key(args), lambda values: evaluate(op, payload, values))


def of_truths(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A product of truth values is their conjunction.

    match    x · y, both 0 or 1
    result   and(x, y)
    because  1 · 1 = 1, and 0 otherwise
    source   arithmetic
    """
    return Offer(d.make("and", args)) if all(map(d.ranges.is_truth, args)) else None


def expanded(d: Derivation, args: Args, payload: Payload) -> Offer:
    """A product is expanded over the constants of both.

    match    (a + c·P) · (b + d·Q)
    result   a·b + c·b·P + a·d·Q + c·d·PQ, with PQ = and(P, Q) where both are truth values
    because  multiplication distributes over addition
    source   arithmetic
    """
    terms, ranges = d.terms, d.ranges
    (a, left), (b, right) = (terms.split(arg) for arg in args)
    if not left or not right:
        return Offer(terms.affine(a * b, [(b * c, base) for c, base in left] + [(a * c, base) for c, base in right]))
    p, q = map(d.primitive, args)
    e, f = (bases[0][0] / terms.split(t)[1][0][0] for bases, t in ((left, p), (right, q)))
    both = ranges.is_truth(p) and ranges.is_truth(q)
    core = d.make("and", [p, q]) if both else terms.add("mul", sorted((p, q)))
    return Offer(terms.affine(a * b, [(e * f, core), (a * f, q), (b * e, p)]), terms=(p, q))


def by_weight(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A mean of a known number of values is a multiple of their sum.

    match    mean(S, k), k a constant
    result   w·S, where w is the mean of 1 and k
    because  that is what the mean rule says
    source   the definition of mean rules
    """
    number = d.terms.value(args[1])
    if number is None:
        return None
    return Offer(d.terms.affine(ZERO, [(evaluate("mean", payload, [ONE, number]), args[0])]))


def by_pair(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A mean is a function of two integers.

    match    mean(S, k), few points (S, k) with low·k <= S <= high·k
    result   the table of it over (S, k)
    because  it is evaluated at each point, and the points cover
    source   local lemmas
    """
    key = d.pair(args[0], args[1], payload[1], payload[2]) if _bounded(d, args, payload) else None
    if key is None:
        return None
    return Offer(d.tabulate(key, [evaluate("mean", payload, point) for point in d.points(key)]), key)


def undivided(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A mean stays a term, with an interval that is known to hold it."""
    return itself(d, "mean", args, payload) if _bounded(d, args, payload) else None


def _bounded(d: Derivation, args: Args, payload: tuple[Division, mpq, mpq]) -> bool:
    """Whether low·k <= S <= high·k is known, or can be: where k >= 1, and low <= 0 and high >= 0 are ends of S."""
    (total, count), (_, low, high) = args, payload
    known = total, count, low, high
    if known not in d.bounded:
        least, most = d.ranges.interval(total)
        scores = () if d.ranges.interval(count)[0] >= 1 else d.positive.get(count)
        if scores is None or not low <= least <= most <= high or low > 0 or high < 0:
            return False
        d.bounded[known] = Bounded("some", scores)
    return True


def case_by_case(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A mean of an unknown number of values is one of few multiples of their sum.

    match    mean(S, k), no interval of it known
    result   Σ_κ [k = κ] · w_κ·S, over the domain of k
    because  k has one of these values
    source   the definition of mean rules
    """
    counts = d.ranges.domain(args[1], SPLIT)
    if counts is None:
        return None
    chosen = [d.equals(args[1], number) for number in counts]
    here = [d.make("mean", (args[0], d.terms.const(number)), payload) for number in counts]
    cases = [(ONE, d.make("mul", pair)) for pair in zip(chosen, here, strict=True)]
    return Offer(d.terms.affine(ZERO, cases))


def fixed(d: Derivation, args: Args, payload: Rounding) -> Offer | None:
    """What lies in the format's set of values is stored as it is.

    match    round(x), x a multiple of g in [low, high]
    result   x
    because  all these are values of the format: its grid and range
    source   the definition of rounding
    """
    low, high = d.ranges.interval(args[0])
    return Offer(args[0]) if payload.fixes(d.ranges.step(args[0]), low, high) else None


def of_cases(d: Derivation, args: Args, payload: Rounding) -> Offer | None:
    """No division by a variable is ever rounded.

    match    round(a·S/k + b)
    result   Σ_κ [k = κ] · round(a·S/κ + b), over the domain of k
    because  k has one of these values
    source   appendix A of Merrill, Sabharwal and Smith 2022
    """
    terms = d.terms
    const, bases = terms.split(args[0])
    if len(bases) != 1 or terms.ops[bases[0][1]] != "mean":
        return None
    factor, base = bases[0]
    (total, count), rule = terms.args[base], terms.payloads[base]
    counts = d.ranges.domain(count, SPLIT)
    if counts is None:
        return None
    cases: list[tuple[mpq, Term]] = []
    for number in counts:
        here = terms.affine(const, [(factor, d.make("mean", (total, terms.const(number)), rule))])
        cases.append((ONE, d.make("mul", (d.equals(count, number), d.make("round", (here,), payload)))))
    return Offer(terms.affine(ZERO, cases))


def without_lesser(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """What is nowhere greater than another is left out of a maximum.

    match    max(x, y, ..), high of x <= low of y
    result   max(y, ..)
    because  x <= y on every word
    source   interval arithmetic
    """
    intervals = [d.ranges.interval(arg) for arg in args]
    floor = max(low for low, _ in intervals)
    kept = [arg for arg, (_, high) in zip(args, intervals, strict=True) if high > floor]
    if not kept:
        kept = [arg for arg, (low, _) in zip(args, intervals, strict=True) if low == floor][:1]
    elif all(d.ranges.interval(arg)[0] < floor for arg in kept):
        kept.append(next(arg for arg, (low, _) in zip(args, intervals, strict=True) if low == floor))
    kept.sort()
    return None if kept == list(args) else Offer(d.make("max", kept), terms=tuple(kept))


def of_any(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A maximum of truth values is their disjunction.

    match    max(x, y, ..), all 0 or 1
    result   1 - and(1 - x, 1 - y, ..)
    because  it is 1 iff one of them is
    source   arithmetic
    """
    return Offer(d.any_of(args)) if all(map(d.ranges.is_truth, args)) else None


def by_cuts(d: Derivation, args: Args, payload: Payload) -> Offer:
    """A step function is a sum of thresholds.

    match    steps(x): the value of the greatest cut <= x, else the base
    result   base + Σ (value_i - value_(i-1))·[x >= cut_i]
    because  the sum telescopes
    source   the definition of step functions
    """
    value, jumps = payload
    changes = list(zip((value, *(v for _, v in jumps)), jumps, strict=False))
    reached = [d.at_least(d.terms.affine(-cut, [(ONE, args[0])])) for _, (cut, _) in changes]
    return Offer(d.terms.affine(value, [(v - u, truth) for (u, (_, v)), truth in zip(changes, reached, strict=True)]))


def by_points(d: Derivation, args: Args, payload: Payload) -> Offer:
    """A table over one term is a sum over its points.

    match    table(x)
    result   Σ value_i·[x = point_i]
    because  x is at most one of the points, and the table is 0 at others
    source   the definition of tables
    """
    return Offer(d.terms.affine(ZERO, [(v, d.equals(args[0], point[0])) for point, v in payload]))


RULES = (
    Rule("table", "mul", ("cover",), partial(of_key, "mul")),
    Rule("truths", "mul", ("interval", "step"), of_truths),
    Rule("expanded", "mul", ("interval", "step"), expanded),
    Rule("weight", "mean", (), by_weight),
    Rule("table", "mean", ("cover",), partial(of_key, "mean")),
    Rule("table", "mean", ("bounded", "positive", "interval", "cover"), by_pair),
    Rule("itself", "mean", ("bounded",), undivided),
    Rule("cases", "mean", ("domain",), case_by_case),
    Rule("fixed", "round", ("interval", "step"), fixed),
    Rule("table", "round", ("cover",), partial(of_key, "round")),
    Rule("cases of mean", "round", ("domain",), of_cases),
    Rule("itself", "round", (), lambda d, args, payload: itself(d, "round", args, payload)),
    Rule("table", "max", ("cover",), partial(of_key, "max")),
    Rule("lesser", "max", ("interval",), without_lesser),
    Rule("truths", "max", ("interval", "step"), of_any),
    Rule("itself", "max", (), lambda d, args, payload: itself(d, "max", args, payload)),
    Rule("table", "steps", ("cover",), partial(of_key, "steps")),
    Rule("cuts", "steps", (), by_cuts),
    Rule("table", "table", ("cover",), partial(of_key, "table")),
    Rule("points", "table", (), by_points),
)
