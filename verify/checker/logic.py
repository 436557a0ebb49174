"""Checks of steps about truth values. A check says whether the right side is what the rule's statement says."""

from __future__ import annotations

from collections.abc import Sequence

from ...encode.term.terms import Term
from .known import Known
from .step import Step


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
    """A conjunction is a set of literals."""
    return s.result == conjunction(c, s.args)


def merge(c: Known, s: Step) -> bool:
    """Groups of literals are replaced by what their conjunctions equal."""
    rest, merged, start = set(s.args), list[Term](), 0
    for size in map(int, s.numbers):
        group = s.terms[start : start + size]
        if not rest >= set(group):
            return False
        rest -= set(group)
        merged.append(c.same("and", group))
        start += size
    return s.result == conjunction(c, [*rest, *merged])


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
    """Equal truth values do not differ."""
    return s.args[0] == s.args[1] and s.result == c.terms.zero


def either(c: Known, s: Step) -> bool:
    """To differ is one and not the other."""
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
