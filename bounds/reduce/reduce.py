"""The pass that uses facts: terms → terms in which twins share, and much is already decided.

One loop over the list, children before parents. For each operation: if all arguments depend on one small key, a table
(`functions`); else the rules of the operation (`thresholds`, `logic`, `attention`). Every rewriting is an identity on
all words, and the tests compare both lists on every word of small lengths, for random programs too. Nothing here reads
a clock, a solver or a random number: the result is a function of the question.
"""

from __future__ import annotations

from collections.abc import Iterable

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.number.rounding import Rounding
from ...encode.term.ranges import Ranges
from ...encode.term.terms import Payload, Term, Terms, reachable
from .attention import attend, maximal, mean, multiply
from .dominance import maximum
from .functions import Functions
from .logic import conjunction
from .thresholds import at_least, compare

SPLIT = 256
"""The greatest number of counts over which the rounding of a mean is split into cases."""


class Reduced:
    """A reduced copy of terms: `facts` holds the new list, `of` maps old terms to new ones."""

    def __init__(self, alphabet: int, length: int) -> None:
        terms = Terms(alphabet, length)
        self.facts = Functions(terms, Ranges(terms))
        self.of: dict[Term, Term] = {}
        self._known: dict[tuple[str, tuple[Term, ...], Payload], Term] = {}

    @property
    def terms(self) -> Terms:
        """The new list."""
        return self.facts.terms

    def add(self, source: Terms, roots: Iterable[Term]) -> list[Term]:
        """The new terms for `roots` of the list `source` (always the same list)."""
        roots = list(roots)
        for term in reachable(source, roots):
            if term not in self.of:
                args = [self.of[arg] for arg in source.args[term]]
                # Twins meet here: operations whose reduced arguments are the same are reduced once.
                key = source.ops[term], tuple(args), source.payloads[term]
                if key not in self._known:
                    self._known[key] = reduce_one(self.facts, key[0], args, key[2])
                self.of[term] = self._known[key]
        return [self.of[root] for root in roots]


def reduce_one(facts: Functions, op: str, args: list[Term], payload: Payload) -> Term:
    """The reduced term for one operation on reduced arguments."""
    terms = facts.terms
    match op:
        case "const":
            return terms.const(payload)
        case "symbol":
            return terms.symbol(*payload)
        case "affine":
            return terms.add("affine", args, payload)
        case "compare":
            return compare(facts, args[0], payload)
        case "and":
            return conjunction(facts, args)
        case "mul":
            return multiply(facts, args[0], args[1])
        case "mean":
            return mean(facts, args[0], args[1], payload)
        case "round":
            return _round(facts, args[0], payload)
        case _:
            pass
    tabulated = facts.apply(op, args, payload)
    if tabulated is not None:
        return tabulated
    match op:
        case "max":
            return maximum(facts, args)
        case "attend":
            return attend(facts, args, payload)
        case "maximal":
            return maximal(facts, args)[int(payload)]
        case "steps":
            value, jumps = payload
            changes = list(zip((value, *(v for _, v in jumps)), jumps, strict=False))
            reached = [at_least(facts, terms.affine(-cut, [(ONE, args[0])])) for _, (cut, _) in changes]
            return terms.affine(value, [(v - u, truth) for (u, (_, v)), truth in zip(changes, reached, strict=True)])
        case "table":
            cases = [(v, compare(facts, terms.affine(-point[0], [(ONE, args[0])]), "=")) for point, v in payload]
            return terms.affine(ZERO, cases)
        case _:
            raise ValueError(f"no rule for {op!r}")


def _round(facts: Functions, arg: Term, rounding: Rounding) -> Term:
    terms, ranges = facts.terms, facts.ranges
    low, high = ranges.interval(arg)
    if rounding.fixes(ranges.step(arg), low, high):
        return arg  # the operand lies in the format's set of values: grid and range
    tabulated = facts.apply("round", (arg,), rounding)
    if tabulated is not None:
        return tabulated
    const, bases = terms.split(arg)
    if len(bases) == 1 and terms.ops[bases[0][1]] == "mean":
        split = _split_mean(facts, const, bases[0], rounding)
        if split is not None:
            return split
    return terms.add("round", (arg,), rounding)


def _split_mean(facts: Functions, const: mpq, part: tuple[mpq, Term], rounding: Rounding) -> Term | None:
    """round(a·S/k + b) = Σ_κ [k = κ] · round(a·S/κ + b): no division by a variable is ever built."""
    terms, (factor, base) = facts.terms, part
    (total, count), payload = terms.args[base], terms.payloads[base]
    counts = facts.ranges.domain(count, SPLIT)
    if counts is None:
        return None
    cases: list[tuple[mpq, Term]] = []
    for number in counts:
        here = terms.affine(const, [(factor, mean(facts, total, terms.const(number), payload))])
        chosen = compare(facts, terms.affine(-number, [(ONE, count)]), "=")
        cases.append((ONE, multiply(facts, chosen, _round(facts, here, rounding))))
    return terms.affine(ZERO, cases)
