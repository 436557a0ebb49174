"""Truth values: conjunctions in normal form, and exclusive or.

A truth value is a term with values 0 and 1; its negation is 1 - t, so a literal and its negation share one base, as in
an and-inverter graph. Rules, each with what it matches and what it yields:

    and(.., and(X), ..)         →  and(.., X, ..)            flatten
    and(x, x), and(x, 1 - x)    →  x, 0                      idempotence, contradiction
    and(f(K), g(K))             →  (f·g)(K)                  one key, one table
    and(x, 1 - and(1 - x, Y))   →  x                         absorption: the second is implied
    and(x, 1 - and(x, Y))       →  and(x, 1 - and(Y))        unit
    xor(and(C, X), and(C, Y))   →  and(C, xor(X, Y))         common factor
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq

from ...encode.term.terms import Term
from .functions import Functions, Key, is_complement


def conjunction(facts: Functions, literals: Iterable[Term]) -> Term:
    """1 iff all literals are 1."""
    terms = facts.terms
    flat = _flatten(facts, literals)
    if flat is None:
        return terms.zero
    while True:
        merged = _merge_keys(facts, flat)
        simplified = None if merged is None else _absorb(facts, merged)
        if simplified is None:
            return terms.zero
        if simplified == flat:
            break
        flat = simplified
    if not flat:
        return terms.one
    return flat[0] if len(flat) == 1 else terms.add("and", flat)


def disjunction(facts: Functions, literals: Iterable[Term]) -> Term:
    """1 iff some literal is 1."""
    negate = facts.terms.negate
    return negate(conjunction(facts, [negate(literal) for literal in literals]))


def exclusive(facts: Functions, left: Term, right: Term) -> Term:
    """1 iff the two truth values differ."""
    terms = facts.terms
    if left == right:
        return terms.zero
    key = facts.common_key((left, right))
    if key is not None:
        return facts.map(key, (left, right), lambda pair: mpq(pair[0] != pair[1]))
    flip = False
    sides: list[Term] = []
    for side in (left, right):
        base = is_complement(terms, side)
        flip ^= base is not None
        sides.append(side if base is None else base)
    a, b = (_literals(facts, side) for side in sides)
    common = [literal for literal in a if literal in b]
    if common and not flip:
        rest = exclusive(
            facts,
            conjunction(facts, [literal for literal in a if literal not in common]),
            conjunction(facts, [literal for literal in b if literal not in common]),
        )
        return conjunction(facts, [*common, rest])
    one = conjunction(facts, [left, terms.negate(right)])
    other = conjunction(facts, [terms.negate(left), right])
    return disjunction(facts, [one, other])


def _literals(facts: Functions, truth: Term) -> list[Term]:
    return list(facts.terms.args[truth]) if facts.terms.ops[truth] == "and" else [truth]


def _flatten(facts: Functions, literals: Iterable[Term]) -> list[Term] | None:
    terms = facts.terms
    found = {part for literal in literals for part in _literals(facts, literal)} - {terms.one}
    if terms.zero in found or any(terms.negate(literal) in found for literal in found):
        return None
    return sorted(found)


def _merge_keys(facts: Functions, literals: Sequence[Term]) -> list[Term] | None:
    """Literals that are functions of one key become one literal."""
    groups: dict[Key, list[Term]] = {}
    kept: list[Term] = []
    for literal in literals:
        key = _own_key(facts, literal)
        if key is None:
            kept.append(literal)
        else:
            groups.setdefault(key, []).append(literal)
    for key, group in groups.items():
        kept.append(group[0] if len(group) == 1 else facts.map(key, group, lambda row: mpq(all(v == 1 for v in row))))
    return _flatten(facts, kept)


def _own_key(facts: Functions, literal: Term) -> Key | None:
    """The key of a literal that is a table, or a function of the symbol at one position."""
    terms = facts.terms
    _, bases = terms.split(literal)
    ops = {terms.ops[base] for _, base in bases}
    if ops == {"table"} and len({terms.args[base] for _, base in bases}) == 1:
        return Key(terms=terms.args[bases[0][1]])
    return facts.common_key((literal,)) if ops in ({"symbol"}, {"table"}) else None


def _absorb(facts: Functions, literals: list[Term]) -> list[Term] | None:
    terms = facts.terms
    present = set(literals)
    changed: list[Term] = []
    for literal in literals:
        base = is_complement(terms, literal)
        if base is None or terms.ops[base] != "and":
            changed.append(literal)
            continue
        inner = terms.args[base]
        if any(terms.negate(part) in present for part in inner):
            continue
        rest = [part for part in inner if part not in present]
        changed.append(literal if len(rest) == len(inner) else terms.negate(conjunction(facts, rest)))
    return _flatten(facts, changed)
