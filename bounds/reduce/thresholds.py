"""Comparisons: every comparison with a constant is pulled back as far towards the counts as it goes.

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

from ...encode.number.rational import ONE, ZERO, ceil, floor
from ...encode.number.rounding import Rounding
from ...encode.program.program import Relation
from ...encode.term.terms import Payload, Term
from .functions import LIMIT, Functions
from .logic import conjunction, disjunction


def compare(facts: Functions, term: Term, relation: Relation) -> Term:
    """[term > 0], [term >= 0] or [term = 0]."""
    terms = facts.terms
    if relation == ">=":
        return at_least(facts, term)
    if relation == ">":
        return terms.negate(at_least(facts, _negative(facts, term)))
    return conjunction(facts, [at_least(facts, term), at_least(facts, _negative(facts, term))])


def at_least(facts: Functions, term: Term) -> Term:
    """[term >= 0]."""
    terms = facts.terms
    low, high = facts.ranges.interval(term)
    if low >= 0 or high < 0:
        return terms.const(mpq(low >= 0))
    key = facts.count_key((term,))
    if key is not None:
        return facts.map(key, (term,), lambda values: mpq(values[0] >= 0))
    const, bases = terms.split(term)
    if len(bases) == 1:
        coefficient, base = bases[0]
        pulled = _pull_back(facts, coefficient, base, const)
    else:
        pulled = _by_sums(facts, const, bases) or _all_or_nothing(facts, const, bases)
    if pulled is not None:
        return pulled
    tabulated = facts.apply("compare", (term,), ">=")
    return _plain(facts, term) if tabulated is None else tabulated


def _negative(facts: Functions, term: Term) -> Term:
    return facts.terms.affine(ZERO, [(-ONE, term)])


def _pull_back(facts: Functions, coefficient: mpq, base: Term, const: mpq) -> Term | None:
    """[coefficient · base + const >= 0] in terms of the arguments of the base."""
    terms = facts.terms
    op, args, payload = terms.ops[base], terms.args[base], terms.payloads[base]
    match op:
        case "round" if _is_monotone(facts, args[0], payload):
            return _through_rounding(facts, args[0], payload, coefficient, const)
        case "max":
            cases = [terms.affine(const, [(coefficient, arg)]) for arg in args]
            join = disjunction if coefficient > 0 else conjunction
            return join(facts, [at_least(facts, case) for case in cases])
        case "table" if len(args) == 1:
            return _through_table(facts, args[0], payload, coefficient, const)
        case "mean" if payload[0].whole and facts.ranges.interval(args[1])[0] >= 1:
            total, count = args
            return at_least(facts, terms.affine(ZERO, [(coefficient, total), (const, count)]))
        case _:
            return None


def _is_monotone(facts: Functions, arg: Term, rounding: Rounding) -> bool:
    return rounding.overflow != "wrap" or not any(rounding.overflows(end) for end in facts.ranges.interval(arg))


def _through_rounding(facts: Functions, arg: Term, rounding: Rounding, coefficient: mpq, const: mpq) -> Term:
    """Bisects, over the multiples of the argument's step, for where the monotone truth value changes."""
    step = facts.ranges.step(arg)
    low, high = facts.ranges.interval(arg)
    least, greatest = ceil(low / step), floor(high / step)

    def holds(multiple: int) -> bool:
        return coefficient * rounding.apply(multiple * step) + const >= 0

    rising = coefficient > 0
    below, above = least - 1, greatest + 1  # the answer lies in (below, above]
    while above - below > 1:
        middle = (below + above) // 2
        if holds(middle) == rising:
            above = middle
        else:
            below = middle
    reached = at_least(facts, facts.terms.affine(-above * step, [(ONE, arg)]))
    return reached if rising else facts.terms.negate(reached)


def _through_table(facts: Functions, key: Term, rows: Payload, coefficient: mpq, const: mpq) -> Term | None:
    """A truth value that changes once along the key is a threshold of the key."""
    truths = [coefficient * value + const >= 0 for _, value in rows]
    changes = [index for index in range(1, len(truths)) if truths[index] != truths[index - 1]]
    if len(changes) != 1:
        return None
    _, bases = facts.terms.split(key)
    if all(facts.terms.ops[base] == "symbol" for _, base in bases):
        return None  # already a table over a count
    (start,) = rows[changes[0]][0]
    reached = at_least(facts, facts.terms.affine(-start, [(ONE, key)]))
    return reached if truths[-1] else facts.terms.negate(reached)


def of_one_count(facts: Functions, left: Term, right: Term) -> Term | None:
    """[left >= right] for two means over one set, rounded or not, None where it is not that."""
    const, bases = facts.terms.split(facts.terms.affine(ZERO, [(ONE, left), (-ONE, right)]))
    return _by_sums(facts, const, bases)


def _by_sums(facts: Functions, const: mpq, bases: list[tuple[mpq, Term]]) -> Term | None:
    """The rule for two means over one set: what they are of S and k, as k is the same, compares as S does."""
    terms = facts.terms
    if len(bases) != 2 or bases[0][0] * bases[1][0] > 0:
        return None
    (a, first), (b, second) = sorted(bases, reverse=True)
    op, args, others = terms.ops[first], terms.args[first], terms.args[second]
    if op != terms.ops[second] or op not in ("mean", "table") or len(args) != 2 or args[1:] != others[1:]:
        return None
    if op == "mean":
        # S / k and S · ρ(k): the weight is positive, and both sums are 0 where the set is empty.
        same_rule = terms.payloads[first][0] == terms.payloads[second][0]
        if not same_rule or const != 0 or a != -b:
            return None
    elif not _compares_as_first(terms.payloads[first], terms.payloads[second], a, b, const):
        return None
    return at_least(facts, terms.affine(ZERO, [(ONE, args[0]), (-ONE, others[0])]))


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


def _all_or_nothing(facts: Functions, const: mpq, bases: list[tuple[mpq, Term]]) -> Term | None:
    """The two rules for sums of non-negative terms, where they take at least one term out of the sum."""
    terms = facts.terms
    if all(terms.ops[base] == "symbol" for _, base in bases):
        return None  # a count of symbols is a key: its thresholds are worth more than the disjunction
    parts: list[tuple[mpq, Term, mpq, mpq, mpq, mpq]] = []
    for c, base in bases:
        ends = sorted(c * end for end in facts.ranges.interval(base))
        lowest_gap, highest_gap = _gaps(facts, c, base)
        parts.append((c, base, ends[0], ends[1], lowest_gap, highest_gap))
    needed = -(const + sum((part[2] for part in parts), ZERO))
    slack = const + sum((part[3] for part in parts), ZERO)
    if needed <= 0 or slack < 0:
        return terms.const(mpq(needed <= 0))
    heavy = [part for part in parts if part[4] >= needed]
    if heavy:
        some = [at_least(facts, terms.affine(-(low + gap), [(c, base)])) for c, base, low, _, gap, _ in heavy]
        rest = terms.affine(
            const + sum((part[2] for part in heavy), ZERO), [(c, b) for c, b, *_ in parts if (c, b) not in _ids(heavy)]
        )
        return disjunction(facts, [*some, at_least(facts, rest)])
    heavy = [part for part in parts if part[5] > slack]
    if heavy:
        every = [at_least(facts, terms.affine(-high, [(c, base)])) for c, base, _, high, _, _ in heavy]
        rest = terms.affine(
            const + sum((part[3] for part in heavy), ZERO), [(c, b) for c, b, *_ in parts if (c, b) not in _ids(heavy)]
        )
        return conjunction(facts, [*every, at_least(facts, rest)])
    return None


def _ids(parts: list[tuple[mpq, Term, mpq, mpq, mpq, mpq]]) -> set[tuple[mpq, Term]]:
    return {(c, base) for c, base, *_ in parts}


def _gaps(facts: Functions, coefficient: mpq, base: Term) -> tuple[mpq, mpq]:
    """The least positive distance of coefficient · base from its interval's low end, and from its high end.

    Where the end itself is not attained the distance to the nearest candidate value is what counts, as it is positive.
    """
    domain = facts.ranges.domain(base, LIMIT)
    low, high = sorted(coefficient * end for end in facts.ranges.interval(base))
    if domain is None:
        return _step_gap(facts, coefficient, base, low), _step_gap(facts, coefficient, base, high)
    values = [coefficient * value for value in domain]
    above = [value - low for value in values if value > low]
    below = [high - value for value in values if value < high]
    return min(above, default=high - low + 1), min(below, default=high - low + 1)


def _step_gap(facts: Functions, coefficient: mpq, base: Term, end: mpq) -> mpq:
    step = abs(coefficient) * facts.ranges.step(base)
    return step if (end / step).denominator == 1 else ZERO


def _plain(facts: Functions, term: Term) -> Term:
    """`compare` in normal form: a primitive sum against a constant on its grid, first coefficient positive."""
    terms = facts.terms
    const, bases = terms.split(term)
    primitive = facts.primitive(term)
    factor = bases[0][0] / terms.split(primitive)[1][0][0]
    step, bound = facts.ranges.step(primitive), -const / factor
    if factor > 0:
        return _node(facts, primitive, ceil(bound / step) * step)
    return terms.negate(_node(facts, primitive, (floor(bound / step) + 1) * step))


def _node(facts: Functions, primitive: Term, bound: mpq) -> Term:
    payload: Payload = ">="
    return facts.terms.add("compare", (facts.terms.affine(-bound, [(ONE, primitive)]),), payload)
