"""The statements of rules: for each, what must be the case for an operation to equal what a step says.

A check looks up what was accepted before (`Known.same`, `row`, ...), so that premises are looked for, not believed. The
name of the rule says which check is made; each is written from the rule's statement in `bounds/reduce`, in the plainest
way. `table` is the one check for all that is evaluated: at each point of a key, which cover.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO, ceil, floor, rational
from ...encode.term.terms import Payload, Term, evaluate, evaluate_all
from .facts import fixes, monotone
from .known import LIMIT, Known
from .ranks import at_rank, by_rank
from .refused import Refused

LEVELS = 16
SPLIT = 256
PLACES = 4


class Step(NamedTuple):
    """What a line says: by a rule an operation equals `right` (one term, or a row), with a key, terms and words."""

    rule: str
    op: str
    args: tuple[Term, ...]
    payload: Payload
    right: tuple[Term, ...]
    key: str | tuple[Term, ...]
    terms: tuple[Term, ...]
    numbers: list[str]

    @property
    def result(self) -> Term:
        """The one term of the right side."""
        [result] = self.right
        return result


def require(c: Known, s: Step) -> None:
    """Checks a step.

    Raises:
        Refused: unless it follows.
    """
    check = CHECKS.get((s.op, s.rule)) or (EVERY.get(s.rule) if s.op not in ("row", "ge") else None)
    if check is None:
        raise Refused(f"there is no rule {s.rule[:40]!r} for {s.op}")
    if not check(c, s):
        raise Refused(f"{s.op} does not equal that by the rule {s.rule}")


# -- all operations


def table(c: Known, s: Step) -> bool:
    """Both sides are equal at each point of the key."""
    over = c.columns(s.key)
    return over.values(s.op, s.payload, s.args) == over.of(s.result)


def itself(c: Known, s: Step) -> bool:
    """The right side is the operation, as a term."""
    right = s.result
    return (c.terms.ops[right], c.terms.args[right], c.terms.payloads[right]) == (s.op, s.args, s.payload)


# -- truth values


def flattened(c: Known, literals: Sequence[Term]) -> list[Term] | None:
    """A conjunction as a set of literals, ascending; None where two contradict each other."""
    found: set[Term] = set()
    for literal in literals:
        found.update(c.terms.args[literal] if c.terms.ops[literal] == "and" else (literal,))
    found.discard(c.terms.one)
    contradicts = c.terms.zero in found or any(c.terms.negate(literal) in found for literal in found)
    return None if contradicts else sorted(found)


def conjunction(c: Known, literals: Sequence[Term]) -> Term:
    """What a conjunction equals."""
    flat = flattened(c, literals)
    return c.terms.zero if flat is None else c.same("and", flat)


def flat(c: Known, s: Step) -> bool:
    return s.result == conjunction(c, s.args)


def merge(c: Known, s: Step) -> bool:
    """Groups of literals are replaced by what their conjunctions equal."""
    rest, merged, start = set(s.args), list[Term](), 0
    for size in map(int, s.numbers):
        group = s.terms[start : start + size]
        if not group or not rest >= set(group):
            return False
        rest -= set(group)
        merged.append(c.same("and", group))
        start += size
    return start == len(s.terms) and s.result == conjunction(c, [*rest, *merged])


def absorb(c: Known, s: Step) -> bool:
    """Of 1 - and(Y), what is in the other literals is left out of Y; all of it where the negation of one is there."""
    present, changed = set(s.args), list[Term]()
    for literal in s.args:
        base = c.terms.negate(literal)
        inner = c.terms.args[base] if c.terms.ops[base] == "and" else ()
        if any(c.terms.negate(part) in present for part in inner):
            continue
        rest = [part for part in inner if part not in present]
        changed.append(literal if len(rest) == len(inner) else c.terms.negate(c.same("and", rest)))
    return s.result == conjunction(c, changed)


def same(c: Known, s: Step) -> bool:
    return s.args[0] == s.args[1] and s.result == c.terms.zero


def either(c: Known, s: Step) -> bool:
    (x, y), negate = map(c.truth, s.args), c.terms.negate
    return s.result == c.any_of([c.same("and", (x, negate(y))), c.same("and", (negate(x), y))])


def common_factor(c: Known, s: Step) -> bool:
    """Both sides, or the negations of both, are conjunctions with some literals in common."""
    for sides in (s.args, [c.terms.negate(side) for side in s.args]):
        literals = [set(c.terms.args[t]) if c.terms.ops[t] == "and" else {c.truth(t)} for t in sides]
        common = set(s.terms)
        if all(each >= common for each in literals):
            rest = [conjunction(c, list(each - common)) for each in literals]
            return s.result == conjunction(c, [*common, c.same("xor", rest)])
    return False


# -- comparisons


def strict(c: Known, s: Step) -> bool:
    return s.payload == ">" and s.result == c.terms.negate(c.at_least(c.affine(ZERO, (-ONE, s.args[0]))))


def equal(c: Known, s: Step) -> bool:
    negative = c.affine(ZERO, (-ONE, s.args[0]))
    return s.payload == "=" and s.result == conjunction(c, [c.at_least(s.args[0]), c.at_least(negative)])


def sign(c: Known, s: Step) -> bool:
    low, high = c.facts.interval(s.args[0])
    return s.result == (c.terms.one if low >= 0 else c.terms.zero if high < 0 else None)


def single(c: Known, term: Term, op: str) -> tuple[mpq, mpq, Term]:
    """a, b and t where the term is a·t + b and t is of this operation."""
    const, bases = c.terms.split(term)
    if len(bases) != 1 or c.terms.ops[bases[0][1]] != op:
        raise Refused(f"a term that is not one {op}")
    return bases[0][0], const, bases[0][1]


def through_rounding(c: Known, s: Step) -> bool:
    """[a·round(x) + b >= 0] changes at the cut, and nowhere else, as rounding is monotone."""
    (a, b, base), [cut] = single(c, s.args[0], "round"), map(rational, s.numbers)
    [x], rounding = c.terms.args[base], c.terms.payloads[base]
    (low, high), step, rising = c.facts.interval(x), c.facts.step(x), a > 0

    def reached(value: mpq) -> bool:
        return (a * rounding.apply(value) + b >= 0) == rising

    if not monotone(rounding, low, high) or (cut / step).denominator != 1:
        return False
    changes = (cut > high or reached(cut)) and (cut - step < low or not reached(cut - step))
    above = c.at_least(x, cut)
    return changes and s.result == (above if rising else c.terms.negate(above))


def greatest(c: Known, s: Step) -> bool:
    a, b, base = single(c, s.args[0], "max")
    cases = [c.at_least(c.affine(b, (a, x))) for x in c.terms.args[base]]
    return s.result == (c.any_of(cases) if a > 0 else conjunction(c, cases))


def threshold(c: Known, s: Step) -> bool:
    """At each point of its key the table says what a threshold of the key says."""
    (a, b, base), [cut] = single(c, s.args[0], "table"), map(rational, s.numbers)
    [key], rows = c.terms.args[base], c.terms.payloads[base]
    above = c.at_least(key, cut)
    rising = a * rows[-1][1] + b >= 0
    covered = c.points((key,)) == [point for point, _ in rows]
    alike = all(((a * value + b >= 0) == rising) == (point >= cut) for (point,), value in rows)
    return covered and alike and s.result == (above if rising else c.terms.negate(above))


def quotient(c: Known, s: Step) -> bool:
    a, b, base = single(c, s.args[0], "mean")
    (total, count), rule = c.terms.args[base], c.terms.payloads[base][0]
    low, high = map(int, c.facts.interval(count))
    whole = low >= 1 and all(k * rule.weight(k) == 1 for k in range(low, high + 1))
    return whole and s.result == c.at_least(c.affine(ZERO, (a, total), (b, count)))


def one_set(c: Known, s: Step) -> bool:
    """S and T are compared, as they are divided by one k: at each k both sides ascend, and meet where S = T."""
    const, ((a, left), (b, right)) = c.terms.split(s.args[0])
    if a < 0:
        a, b, left, right = b, a, right, left
    (total, count), (other, count_too) = c.terms.args[left], c.terms.args[right]
    op, first, second = c.terms.ops[left], c.terms.payloads[left], c.terms.payloads[right]
    if a <= 0 or b >= 0 or op != c.terms.ops[right] or count != count_too:
        return False
    if op == "mean":
        low, high = map(int, c.facts.interval(count))
        weights = (first[0].weight(k) for k in range(max(low, 1), high + 1))
        meet = first[0] == second[0] and const == 0 and a == -b and all(weight > 0 for weight in weights)
    else:
        points = c.points((total, count))
        meet = op == "table" and points == c.points((other, count)) and _meet(first, second, a, b, const)
    return meet and s.result == c.at_least(c.affine(ZERO, (ONE, total), (-ONE, other)))


def _meet(first: Payload, second: Payload, a: mpq, b: mpq, const: mpq) -> bool:
    """Whether, at each k, a·f(s) + const >= -b·g(t) iff s >= t, for the points of two tables."""
    at: dict[mpq, list[tuple[mpq, mpq, mpq]]] = {}
    for ((total, count), x), (point, y) in zip(first, second, strict=True):
        if point != (total, count):
            return False
        at.setdefault(count, []).append((total, a * x + const, -b * y))
    for rows in map(sorted, at.values()):
        if any(x < y for _, x, y in rows) or any(
            x > following or y > beyond or x >= beyond for (_, x, y), (_, following, beyond) in pairwise(rows)
        ):
            return False
    return True


def all_or_nothing(c: Known, s: Step) -> bool:
    """Heavy addends, each with no value strictly between its end and the gap from it, are taken out of a sum."""
    (const, bases), (kind, *gaps) = c.terms.split(s.args[0]), s.numbers
    ends = {base: sorted(weight * end for end in c.facts.interval(base)) for weight, base in bases}
    some = kind == "some"
    heavy = dict(zip(s.terms, map(rational, gaps), strict=True))
    if not heavy or len(heavy) != len(s.terms) or not ends.keys() >= heavy.keys() or kind not in ("some", "all"):
        return False
    room = const + sum((ends[base][0 if some else 1] for _, base in bases), ZERO)
    cases: list[Term] = []
    for weight, base in bases:
        if base in heavy:
            (low, high), gap = ends[base], heavy[base]
            empty = (low, low + gap) if some else (high - gap, high)
            if gap <= 0 or (gap < -room if some else gap <= room) or _inside(c, weight, base, *empty):
                return False
            cases.append(c.at_least(c.affine(ZERO, (weight, base)), low + gap if some else high))
    fixed = const + sum((ends[base][0 if some else 1] for base in heavy), ZERO)
    cases.append(c.at_least(c.affine(fixed, *((weight, base) for weight, base in bases if base not in heavy))))
    return s.result == (c.any_of(cases) if some else conjunction(c, cases))


def _inside(c: Known, weight: mpq, base: Term, low: mpq, high: mpq) -> bool:
    """Whether weight · base may have a value strictly between."""
    domain = c.facts.domain(base, LIMIT)
    if domain is not None:
        return any(low < weight * value < high for value in domain)
    step = abs(weight) * c.facts.step(base)
    return (floor(low / step) + 1) * step < high


def on_grid(c: Known, s: Step) -> bool:
    """[a·P + b >= 0], and [P - cut >= 0] or its negation: no multiple of the step of P lies between the two."""
    right, negated = s.result, c.terms.negate(s.result)
    rising = c.terms.ops[right] == "compare"
    node = right if rising else negated
    if c.terms.ops[node] != "compare" or c.terms.payloads[node] != ">=":
        return False
    (shift, inner), (const, bases) = c.terms.split(c.terms.args[node][0]), c.terms.split(s.args[0])
    primitive, cut, a = c.affine(ZERO, *inner), -shift, bases[0][0] / inner[0][0]
    if c.affine(const, (a, primitive)) != s.args[0] or (a > 0) != rising:
        return False
    bound, step = -const / a, c.facts.step(primitive)
    between = (ceil(bound / step), ceil(cut / step)) if rising else (floor(bound / step) + 1, ceil(cut / step))
    return between[0] == between[1]


def two_counts(c: Known, s: Step) -> bool:
    x, y = map(c.columns(s.key).of, s.args)
    return [mpq(a >= b) for a, b in zip(x, y, strict=True)] == c.columns(s.key).of(s.result)


def difference(c: Known, s: Step) -> bool:
    return s.result == c.at_least(c.affine(ZERO, (ONE, s.args[0]), (-ONE, s.args[1])))


# -- numbers


def truths(c: Known, s: Step) -> bool:
    """Of truth values a product is the conjunction, and a maximum the disjunction."""
    several = list(map(c.truth, s.args))
    return s.result == (c.same("and", several) if s.op == "mul" else c.any_of(several))


def expanded(c: Known, s: Step) -> bool:
    """(a + e·P)·(b + f·Q) is multiplied out."""
    x, y = s.args
    for number, other in ((x, y), (y, x)):
        if c.terms.ops[number] == "const":
            return s.result == c.affine(ZERO, (c.terms.payloads[number], other))
    p, q = s.terms
    sides: list[tuple[mpq, mpq]] = []
    for side, core in ((x, p), (y, q)):
        (const, bases), (shift, own) = c.terms.split(side), c.terms.split(core)
        factor = bases[0][0] / own[0][0]
        sides.append((const - factor * shift, factor))
        if c.affine(sides[-1][0], (factor, core)) != side:
            return False
    (a, e), (b, f) = sides
    both = c.facts.is_truth(p) and c.facts.is_truth(q)
    core = c.same("and", (p, q)) if both else c.terms.add("mul", sorted((p, q)))
    return s.result == c.affine(a * b, (e * f, core), (a * f, q), (e * b, p))


def weight(c: Known, s: Step) -> bool:
    total, number = s.args[0], c.terms.value(s.args[1])
    return number is not None and s.result == c.affine(ZERO, (evaluate("mean", s.payload, [ONE, number]), total))


def _cases(c: Known, count: Term, value: Callable[[mpq], Term]) -> Term:
    """Σ [k = κ]·value(κ), over the domain of k."""
    domain = c.facts.domain(count, SPLIT)
    if domain is None:
        raise Refused("a number of too many values")
    return c.affine(ZERO, *((ONE, c.same("mul", (c.equals(count, k), value(k)))) for k in domain))


def cases(c: Known, s: Step) -> bool:
    total, count = s.args
    return s.result == _cases(c, count, lambda k: c.same("mean", (total, c.terms.const(k)), s.payload))


def cases_of_mean(c: Known, s: Step) -> bool:
    a, b, base = single(c, s.args[0], "mean")
    (total, count), rule = c.terms.args[base], c.terms.payloads[base]

    def here(k: mpq) -> Term:
        return c.same("round", (c.affine(b, (a, c.same("mean", (total, c.terms.const(k)), rule))),), s.payload)

    return s.result == _cases(c, count, here)


def fixed(c: Known, s: Step) -> bool:
    [x] = s.args
    return s.result == x and fixes(s.payload, c.facts.step(x), *c.facts.interval(x))


def lesser(c: Known, s: Step) -> bool:
    """Each argument that is left out is at most one that is kept."""
    lows = [c.facts.interval(kept)[0] for kept in s.terms]
    left_out = set(s.args) - set(s.terms)
    below = all(c.facts.interval(arg)[1] <= max(lows) for arg in left_out)
    return bool(s.terms) and set(s.terms) <= set(s.args) and below and s.result == c.same("max", s.terms)


def cuts(c: Known, s: Step) -> bool:
    """A step function of ascending cuts is its base and what is added at each cut."""
    base, jumps = s.payload
    if any(cut >= following for (cut, _), (following, _) in pairwise(jumps)):
        return False
    before = [base, *(value for _, value in jumps)]
    added = [(value - u, c.at_least(s.args[0], cut)) for u, (cut, value) in zip(before, jumps, strict=False)]
    return s.result == c.affine(base, *added)


def points(c: Known, s: Step) -> bool:
    if any(point >= following for (point, _), (following, _) in pairwise(s.payload)):
        return False
    return s.result == c.affine(ZERO, *((value, c.equals(s.args[0], point)) for (point,), value in s.payload))


# -- attention


def entry(c: Known, s: Step) -> bool:
    return 0 <= s.payload < len(s.args) and s.result == c.row(s.args)[s.payload]


def alike(c: Known, s: Step) -> bool:
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
    most = c.same("max", s.args)
    return s.right == tuple(c.same("ge", (score, most)) for score in s.args)


def rank(c: Known, s: Step) -> bool:
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
    (values, scores), (ties, rule) = heads(s), s.payload
    alone = ties == "saturated" and any(k * rule.weight(k) != 1 for k in range(1, len(scores) + 1))
    return at_rank(c, values, scores, s.key, s.result, s.numbers, alone=alone)


def chosen(c: Known, s: Step) -> bool:
    """The definition: a sum over the maximal positions, or the first, or the last; a mean where ties are averaged."""
    (values, scores), (ties, rule), (flag, *kept) = heads(s), s.payload, map(int, s.numbers)
    if kept:
        best, *kept = kept
        if best not in kept or any(not exceeds(c, scores[best], scores[k]) for k in range(len(scores)) if k not in kept):
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


Check = Callable[[Known, Step], bool]
EVERY: dict[str, Check] = {"table": table}
CHECKS: dict[tuple[str, str], Check] = {
    **{(op, "itself"): itself for op in ("and", "mean", "round", "max")},
    ("and", "flat"): flat,
    ("and", "merge"): merge,
    ("and", "absorb"): absorb,
    ("xor", "same"): same,
    ("xor", "common factor"): common_factor,
    ("xor", "either"): either,
    ("compare", "strict"): strict,
    ("compare", "equal"): equal,
    ("compare", "sign"): sign,
    ("compare", "through rounding"): through_rounding,
    ("compare", "greatest"): greatest,
    ("compare", "threshold"): threshold,
    ("compare", "quotient"): quotient,
    ("compare", "one set"): one_set,
    ("compare", "all or nothing"): all_or_nothing,
    ("compare", "on grid"): on_grid,
    ("ge", "table"): two_counts,
    ("ge", "difference"): difference,
    ("mul", "truths"): truths,
    ("mul", "expanded"): expanded,
    ("mean", "weight"): weight,
    ("mean", "cases"): cases,
    ("round", "fixed"): fixed,
    ("round", "cases of mean"): cases_of_mean,
    ("max", "lesser"): lesser,
    ("max", "truths"): truths,
    ("steps", "cuts"): cuts,
    ("table", "points"): points,
    ("maximal", "entry"): entry,
    ("row", "alike"): alike,
    ("row", "levels"): levels,
    ("row", "pairs"): pairs,
    ("row", "table"): row_of_key,
    ("row", "rank"): rank,
    ("row", "greatest"): by_greatest,
    ("attend", "table at levels"): table_at_levels,
    ("attend", "value at rank"): value_at_rank,
    ("attend", "chosen"): chosen,
}
