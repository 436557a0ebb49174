"""Rules for comparisons: every comparison with a constant is pulled back as far towards the counts as it goes.

    round(x) >= c                    →  x >= c', c' found by bisection on the monotone rounding itself
    f(K) >= c, f a table             →  K >= c', where the truth value changes once
    max(x, ..) >= c                  →  x >= c or ..
    S / k >= c, k >= 1               →  S - c·k >= 0
    S / k >= T / k                   →  S >= T, also by reciprocals, and where both are rounded finely enough
    Σ u_k >= C, u_k >= 0, and u_j is 0 or at least C     →  u_j > 0 or Σ_(k≠j) u_k >= C
    Σ v_k <= D, v_k >= 0, and v_j is 0 or more than D    →  v_j = 0 and Σ_(k≠j) v_k <= D

The last two decide "a sum of non-negative terms is 0" without ever clearing denominators, and say exactly when a sum
of rounded terms still tells zero from non-zero. What remains is a table over a count, or a `compare` in normal form.
"""

from __future__ import annotations

from itertools import pairwise

from gmpy2 import mpq

from ...encode.number.mean import Weights
from ...encode.number.rational import ONE, ZERO, ceil, floor
from ...encode.number.rounding import Rounding
from ...encode.term.terms import Payload, Term
from .derivation import Derivation, Offer, Rule
from .functions import LIMIT

Args = tuple[Term, ...]
Part = tuple[mpq, Term]


def strict(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Greater is not less or equal.

    match    [x > 0]
    result   1 - [-x >= 0]
    because  rationals are totally ordered
    source   arithmetic
    """
    return Offer(d.terms.negate(d.at_least(d.negative(args[0])))) if payload == ">" else None


def equal(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Equal is neither less nor greater.

    match    [x = 0]
    result   and([x >= 0], [-x >= 0])
    because  rationals are totally ordered
    source   arithmetic
    """
    if payload != "=":
        return None
    return Offer(d.make("and", [d.at_least(args[0]), d.at_least(d.negative(args[0]))]))


def sign(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """The interval decides.

    match    [x >= 0], x in [low, high]
    result   1 where low >= 0, 0 where high < 0
    because  x lies in its interval
    source   interval arithmetic
    """
    low, high = d.ranges.interval(args[0])
    return Offer(d.terms.const(mpq(low >= 0))) if low >= 0 or high < 0 else None


def of_counts(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A comparison of a function of counts is a function of them.

    match    [f(K) >= 0], K one count of symbols, or two
    result   the table of it over K
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas
    """
    return d.lemma("compare", args, d.count_key(args), lambda values: mpq(values[0] >= 0))


def of_key(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """The same for any key.

    match    [f(K) >= 0]
    result   the table of it over K
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas
    """
    return d.lemma("compare", args, d.common_key(args), lambda values: mpq(values[0] >= 0))


def _single(d: Derivation, term: Term, op: str) -> tuple[mpq, mpq, Term] | None:
    """A and b where the term is a·base + b, and the base is of this operation."""
    const, bases = d.terms.split(term)
    if len(bases) != 1 or d.terms.ops[bases[0][1]] != op:
        return None
    return bases[0][0], const, bases[0][1]


def through_rounding(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A threshold is pulled back through a monotone rounding.

    match    [a·round(x) + b >= 0], the rounding monotone on the interval of x
    result   [x >= c] where a > 0, 1 - [x >= c] where a < 0
    because  at multiples of the step of x the left side changes at c, and only there
    source   rounding is monotone
    """
    found = _single(d, args[0], "round")
    if found is None:
        return None
    (a, b, base), (arg,) = found, d.terms.args[found[2]]
    rounding: Rounding = d.terms.payloads[base]
    low, high = d.ranges.interval(arg)
    if rounding.overflow == "wrap" and (rounding.overflows(low) or rounding.overflows(high)):
        return None
    step, rising = d.ranges.step(arg), a > 0
    below, above = ceil(low / step) - 1, floor(high / step) + 1  # the change lies in (below, above]
    while above - below > 1:
        middle = (below + above) // 2
        if (a * rounding.apply(middle * step) + b >= 0) == rising:
            above = middle
        else:
            below = middle
    reached = d.at_least(d.terms.affine(-above * step, [(ONE, arg)]))
    return Offer(reached if rising else d.terms.negate(reached), numbers=(above * step,))


def of_greatest(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A maximum reaches a constant iff one of its arguments does.

    match    [a·max(x, ..) + b >= 0]
    result   a > 0: [a·x + b >= 0] or ..; a < 0: [a·x + b >= 0] and ..
    because  that is what a maximum is
    source   arithmetic
    """
    found = _single(d, args[0], "max")
    if found is None:
        return None
    a, b, base = found
    cases = [d.at_least(d.terms.affine(b, [(a, arg)])) for arg in d.terms.args[base]]
    return Offer(d.any_of(cases) if a > 0 else d.make("and", cases))


def of_table(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A truth value that changes once along the key is a threshold of the key.

    match    [a·f(K) + b >= 0], f a table over one term that is no count, which changes once
    result   [K >= c], or its negation
    because  each point of K is looked at, and the points cover
    source   local lemmas
    """
    found = _single(d, args[0], "table")
    if found is None or len(d.terms.args[found[2]]) != 1:
        return None
    (a, b, base), (key,) = found, d.terms.args[found[2]]
    rows = d.terms.payloads[base]
    truths = [a * value + b >= 0 for _, value in rows]
    changes = [index for index in range(1, len(truths)) if truths[index] != truths[index - 1]]
    if len(changes) != 1 or all(d.terms.ops[bit] == "symbol" for _, bit in d.terms.split(key)[1]):
        return None
    (start,) = rows[changes[0]][0]
    reached = d.at_least(d.terms.affine(-start, [(ONE, key)]))
    return Offer(reached if truths[-1] else d.terms.negate(reached), numbers=(start,))


def of_mean(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A mean of one or more is compared without dividing.

    match    [a·S/k + b >= 0], k >= 1
    result   [a·S + b·k >= 0]
    because  both sides are multiplied by k > 0
    source   arithmetic
    """
    found = _single(d, args[0], "mean")
    if found is None:
        return None
    (a, b, base), (total, count) = found, d.terms.args[found[2]]
    if not d.terms.payloads[base][0].whole or d.ranges.interval(count)[0] < 1:
        return None
    return Offer(d.at_least(d.terms.affine(ZERO, [(a, total), (b, count)])))


def one_set(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Means over one set compare as their sums.

    match    [a·S/k - a·T/k >= 0], a > 0, one k, one mean rule; or [a·f(S, k) + b·g(T, k) + c >= 0] of
             tables, a > 0 > b
    result   [S - T >= 0]
    because  the weight is positive (if weights are stored, that is looked at), and S = T = 0 where k = 0; for tables,
             the left side is 1 at all points of one k with S >= T and at no others: each side ascends with its sum, and
             is looked at where these meet
    source   appendix A of Merrill, Sabharwal and Smith 2022, for the reciprocal
    """
    found = sums_of(d, args[0])
    return None if found is None else Offer(d.at_least(d.difference(*found)))


def sums_of(d: Derivation, term: Term) -> tuple[Term, Term] | None:
    """The sums of two means over one set, or tables of such, that compare with each other as the term with 0."""
    terms = d.terms
    const, bases = terms.split(term)
    if len(bases) != 2 or bases[0][0] * bases[1][0] > 0:
        return None
    (a, first), (b, second) = sorted(bases, reverse=True)
    op, left, right = terms.ops[first], terms.args[first], terms.args[second]
    if op != terms.ops[second] or op not in ("mean", "table") or len(left) != 2 or left[1:] != right[1:]:
        return None
    if op == "mean":
        rule, (low, high) = terms.payloads[first][0], d.ranges.interval(left[1])
        if rule != terms.payloads[second][0] or const != 0 or a != -b:
            return None
        if isinstance(rule, Weights) and any(rule.weight(k) <= 0 for k in range(max(int(low), 1), int(high) + 1)):
            return None
    elif not _compares_as_first(terms.payloads[first], terms.payloads[second], a, b, const):
        return None
    return left[0], right[0]


def _compares_as_first(left: Payload, right: Payload, a: mpq, b: mpq, const: mpq) -> bool:
    """Whether a · left(s, k) + const >= -b · right(t, k) just where s >= t, for all points of two tables."""
    rows: dict[mpq, list[tuple[mpq, mpq, mpq]]] = {}
    if [point for point, _ in left] != [point for point, _ in right]:
        return False
    for ((total, count), value), (_, other) in zip(left, right, strict=True):
        rows.setdefault(count, []).append((total, a * value + const, -b * other))
    for several in rows.values():
        for (_, x, y), (_, above, beyond) in pairwise(sorted(several)):
            if not (x <= above and y <= beyond and x < beyond):
                return False
        if any(x < y for _, x, y in several):
            return False
    return True


def all_or_nothing(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Terms that decide a sum alone are taken out of it.

    match    [Σ u_j + b >= 0], several terms, not all symbols; low_j, high_j the ends of u_j, which has no value
             less than gap_j above low_j (below high_j)
    result   with need = -(b + Σ low_j) > 0 and heavy those with gap_j >= need:
                 or([u_j >= low_j + gap_j] for heavy j, [b + Σ_heavy low_j + Σ_light u_j >= 0])
             with slack = b + Σ high_j >= 0 and heavy those with gap_j > slack:
                 and([u_j >= high_j] for heavy j, [b + Σ_heavy high_j + Σ_light u_j >= 0])
    because  one heavy term above its low end reaches what is needed, and is at it otherwise; one below its high end
             loses more than there is
    source   this project
    """
    terms = d.terms
    const, bases = terms.split(args[0])
    if len(bases) < 2 or all(terms.ops[base] == "symbol" for _, base in bases):
        return None  # a count of symbols is a key: its thresholds are worth more than the disjunction
    ends = [sorted(c * end for end in d.ranges.interval(base)) for c, base in bases]
    gaps = [_gaps(d, part, low, high) for part, (low, high) in zip(bases, ends, strict=True)]
    needed, slack = -(const + sum(low for low, _ in ends)), const + sum(high for _, high in ends)
    heavy = [index for index, (gap, _) in enumerate(gaps) if gap >= needed]
    cases: list[Term] = []
    rising = bool(heavy)
    heavy = heavy or [index for index, (_, gap) in enumerate(gaps) if gap > slack]
    if not heavy:
        return None
    for index in heavy:
        (low, high), (gap, _) = ends[index], gaps[index]
        cases.append(d.at_least(terms.affine(-(low + gap) if rising else -high, [bases[index]])))
    fixed = sum((ends[index][0 if rising else 1] for index in heavy), const)
    light = [part for index, part in enumerate(bases) if index not in heavy]
    cases.append(d.at_least(terms.affine(fixed, light)))
    numbers = tuple(gaps[index][0 if rising else 1] for index in heavy)
    found = d.any_of(cases) if rising else d.make("and", cases)
    return Offer(
        found, terms=tuple(bases[index][1] for index in heavy), numbers=("some" if rising else "all", *numbers)
    )


def _gaps(d: Derivation, part: Part, low: mpq, high: mpq) -> tuple[mpq, mpq]:
    """The least positive distance of coefficient · base from its low end, and from its high end.

    Where the end itself is not attained the distance to the nearest candidate value is what counts, as it is positive.
    """
    coefficient, base = part
    domain = d.ranges.domain(base, LIMIT)
    if domain is None:
        return _step_gap(d, part, low), _step_gap(d, part, high)
    values = [coefficient * value for value in domain]
    above = [value - low for value in values if value > low]
    below = [high - value for value in values if value < high]
    return min(above, default=high - low + 1), min(below, default=high - low + 1)


def _step_gap(d: Derivation, part: Part, end: mpq) -> mpq:
    step = abs(part[0]) * d.ranges.step(part[1])
    return step if (end / step).denominator == 1 else ZERO


def on_grid(d: Derivation, args: Args, payload: Payload) -> Offer:
    """A comparison in normal form: a primitive sum against a constant on its grid, first coefficient positive.

    match    [a·P + b >= 0]
    result   [P >= c] where a > 0, 1 - [P >= c] where a < 0
    because  no multiple of the step of P lies between the two thresholds
    source   arithmetic
    """
    terms = d.terms
    const, bases = terms.split(args[0])
    primitive = d.primitive(args[0])
    factor = bases[0][0] / terms.split(primitive)[1][0][0]
    step, bound = d.ranges.step(primitive), -const / factor
    cut = ceil(bound / step) * step if factor > 0 else (floor(bound / step) + 1) * step
    node = terms.add("compare", (terms.affine(-cut, [(ONE, primitive)]),), payload)
    return Offer(node if factor > 0 else terms.negate(node))


def of_two_counts(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Whether a function of one count is not less than one of another is a function of both.

    match    x >= y, x = f(K), y = g(L)
    result   the table of it over what both count and what only one counts
    because  it is evaluated at each point, and the points cover
    source   local lemmas
    """
    found = d.order(*args)
    return None if found is None else Offer(found[1], found[0])


def of_difference(d: Derivation, args: Args, payload: Payload) -> Offer:
    """Not less is a difference that is not negative.

    match    x >= y
    result   [x - y >= 0]
    because  y is subtracted on both sides
    source   arithmetic
    """
    return Offer(d.at_least(d.difference(*args)))


RULES = (
    Rule("strict", "compare", (), strict),
    Rule("equal", "compare", (), equal),
    Rule("sign", "compare", ("interval",), sign),
    Rule("table", "compare", ("cover",), of_counts),
    Rule("through rounding", "compare", ("interval", "step"), through_rounding),
    Rule("greatest", "compare", (), of_greatest),
    Rule("threshold", "compare", ("cover",), of_table),
    Rule("quotient", "compare", ("interval",), of_mean),
    Rule("one set", "compare", ("bounded", "cover", "interval"), one_set),
    Rule("all or nothing", "compare", ("interval", "step", "domain"), all_or_nothing),
    Rule("table", "compare", ("cover",), of_key),
    Rule("on grid", "compare", ("step",), on_grid),
    Rule("table", "ge", ("cover",), of_two_counts),
    Rule("difference", "ge", (), of_difference),
)
