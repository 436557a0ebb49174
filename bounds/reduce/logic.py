"""Rules for truth values: conjunctions in normal form, and exclusive or.

A truth value is a term with values 0 and 1; its negation is 1 - t, so a literal and its negation share one base, as in
an and-inverter graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq

from ...encode.term.terms import Payload, Term
from .derivation import Derivation, Offer, Rule, itself
from .functions import Key, is_complement

Args = tuple[Term, ...]


def flat(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Conjunctions are sets of literals.

    match    and(.., and(X), ..), and(x, 1 - x), and(x, 0), and(x, 1)
    result   and(.., X, ..), 0, 0, x
    because  conjunction is associative and idempotent, and 1 - x is the negation of x
    source   propositional logic
    """
    found = _flatten(d, args)
    if found == list(args):
        return None
    return Offer(d.terms.zero if found is None else d.make("and", found))


def one_key(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """A conjunction of functions of one key is a function of it.

    match    and(f(K), g(K))
    result   (f·g)(K)
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas (`logbits.bounds.reduce.functions`)
    """
    keys = {_own_key(d, literal) for literal in args}
    return None if len(keys) > 1 else d.lemma("and", args, keys.pop(), lambda row: mpq(all(v == 1 for v in row)))


def merge(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Literals that are functions of one key become one literal.

    match    and(f(K), g(K), X)
    result   and((f·g)(K), X)
    because  conjunction is associative
    source   local lemmas
    """
    groups: dict[Key, list[Term]] = {}
    kept: list[Term] = []
    for literal in args:
        key = _own_key(d, literal)
        if key is None:
            kept.append(literal)
        else:
            groups.setdefault(key, []).append(literal)
    several = [group for group in groups.values() if len(group) > 1]
    if not several:
        return None
    kept += [group[0] for group in groups.values() if len(group) == 1]
    found = _flatten(d, [*kept, *(d.make("and", group) for group in several)])
    right = d.terms.zero if found is None else d.make("and", found)
    return Offer(right, terms=tuple(t for group in several for t in group), numbers=tuple(map(len, several)))


def absorb(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """What the other literals say is left out of negated conjunctions.

    match    and(x, 1 - and(1 - x, Y)), and(x, 1 - and(x, Y))
    result   x, and(x, 1 - and(Y))
    because  where x is 1, 1 - x is 0 and and(x, Y) is and(Y); where x is 0 both sides are 0
    source   absorption and unit propagation
    """
    terms, present, changed = d.terms, set(args), list[Term]()
    for literal in args:
        base = is_complement(terms, literal)
        if base is None or terms.ops[base] != "and":
            changed.append(literal)
            continue
        inner = terms.args[base]
        if any(terms.negate(part) in present for part in inner):
            continue
        rest = [part for part in inner if part not in present]
        changed.append(literal if len(rest) == len(inner) else terms.negate(d.make("and", rest)))
    if changed == list(args):
        return None
    found = _flatten(d, changed)
    return Offer(terms.zero if found is None else d.make("and", found))


def same(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Equal truth values do not differ.

    match    xor(x, x)
    result   0
    because  both have one value
    source   propositional logic
    """
    return Offer(d.terms.zero) if args[0] == args[1] else None


def both_of_one_key(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """Whether two functions of one key differ is a function of it.

    match    xor(f(K), g(K))
    result   [f != g](K)
    because  it is evaluated at each point of K, and the points cover
    source   local lemmas
    """
    return d.lemma("xor", args, d.common_key(args), lambda pair: mpq(pair[0] != pair[1]))


def common_factor(d: Derivation, args: Args, payload: Payload) -> Offer | None:
    """What both have in common stands before.

    match    xor(and(C, X), and(C, Y)), and xor of the negations of both
    result   and(C, xor(and(X), and(Y)))
    because  where C is 0 both are 0, elsewhere they are and(X) and and(Y); to negate both changes nothing
    source   propositional logic
    """
    bases = [is_complement(d.terms, side) for side in args]
    if (bases[0] is None) != (bases[1] is None):
        return None
    a, b = (_literals(d, side if base is None else base) for side, base in zip(args, bases, strict=True))
    common = [literal for literal in a if literal in b]
    if not common:
        return None
    rest = [d.make("and", [literal for literal in side if literal not in common]) for side in (a, b)]
    return Offer(d.make("and", [*common, d.make("xor", rest)]), terms=tuple(common))


def either(d: Derivation, args: Args, payload: Payload) -> Offer:
    """One of them and not the other.

    match    xor(x, y)
    result   1 - and(1 - and(x, 1 - y), 1 - and(1 - x, y))
    because  that is what it is to differ
    source   propositional logic
    """
    (left, right), negate = args, d.terms.negate
    return Offer(d.any_of([d.make("and", [left, negate(right)]), d.make("and", [negate(left), right])]))


def _literals(d: Derivation, truth: Term) -> Sequence[Term]:
    return d.terms.args[truth] if d.terms.ops[truth] == "and" else (truth,)


def _flatten(d: Derivation, literals: Iterable[Term]) -> list[Term] | None:
    """The literals of a conjunction, ascending; None if they contradict each other."""
    terms = d.terms
    found = {part for literal in literals for part in _literals(d, literal)} - {terms.one}
    if terms.zero in found or any(terms.negate(literal) in found for literal in found):
        return None
    return sorted(found)


def _own_key(d: Derivation, literal: Term) -> Key | None:
    """The key of a literal that is a table, or a function of the symbol at one position."""
    terms = d.terms
    _, bases = terms.split(literal)
    ops = {terms.ops[base] for _, base in bases}
    if ops == {"table"} and len({terms.args[base] for _, base in bases}) == 1:
        return Key(terms=terms.args[bases[0][1]])
    return d.common_key((literal,)) if ops in ({"symbol"}, {"table"}) else None


RULES = (
    Rule("flat", "and", (), flat),
    Rule("table", "and", ("cover",), one_key),
    Rule("merge", "and", (), merge),
    Rule("absorb", "and", (), absorb),
    Rule("itself", "and", (), lambda d, args, payload: itself(d, "and", args, payload)),
    Rule("same", "xor", (), same),
    Rule("table", "xor", ("cover",), both_of_one_key),
    Rule("common factor", "xor", (), common_factor),
    Rule("either", "xor", (), either),
)
