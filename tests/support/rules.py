"""The operations that rules are for, as tests ask a derivation for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq
from logbits.bounds.reduce.comparisons import sums_of
from logbits.bounds.reduce.derivation import Bounded, Derivation
from logbits.bounds.reduce.numbers import of_key
from logbits.bounds.reduce.reduce import Reduced
from logbits.encode.number.mean import Division
from logbits.encode.program.program import Relation
from logbits.encode.term.ranges import check
from logbits.encode.term.terms import Payload, Term, Terms, evaluate_all
from support.random_terms import words


def conjunction(d: Derivation, literals: Iterable[Term]) -> Term:
    """1 iff all literals are 1."""
    return d.make("and", list(literals))


def disjunction(d: Derivation, literals: Iterable[Term]) -> Term:
    """1 iff some literal is 1."""
    return d.any_of(list(literals))


def exclusive(d: Derivation, left: Term, right: Term) -> Term:
    """1 iff the two truth values differ."""
    return d.make("xor", (left, right))


def at_least(d: Derivation, term: Term) -> Term:
    """[term >= 0]."""
    return d.at_least(term)


def compare(d: Derivation, term: Term, relation: Relation) -> Term:
    """[term > 0], [term >= 0] or [term = 0]."""
    return d.make("compare", (term,), relation)


def of_one_count(d: Derivation, left: Term, right: Term) -> Term | None:
    """[left >= right] for two means over one set, rounded or not, None where it is not that."""
    sums = sums_of(d, d.difference(left, right))
    return None if sums is None else d.at_least(d.difference(*sums))


def maximal(d: Derivation, scores: Sequence[Term]) -> list[Term]:
    """For each score the truth value that it is maximal."""
    return list(d.row(scores))


def attend(d: Derivation, args: Sequence[Term], payload: tuple[str, Division]) -> Term:
    """One output of a head: `args` are k values, then their k scores; `payload` is (ties, mean rule)."""
    return d.make("attend", args, payload)


def mean(d: Derivation, total: Term, count: Term, payload: tuple[Division, mpq, mpq]) -> Term:
    """S / k or S · ρ(k) for S and k that depend on the word; that low·k <= S <= high·k is for the test to know."""
    d.bounded.setdefault((total, count, *payload[1:]), Bounded("each"))
    return d.make("mean", (total, count), payload)


def multiply(d: Derivation, left: Term, right: Term) -> Term:
    """The product left · right."""
    return d.make("mul", (left, right))


def of_common_key(d: Derivation, op: str, args: Sequence[Term], payload: Payload) -> Term | None:
    """The operation as a table over one key of all arguments, None where there is none."""
    offer = of_key(op, d, tuple(args), payload)
    if offer is None:
        return None
    assert isinstance(offer.right, int)
    return offer.right


def agree(terms: Terms, roots: list[Term]) -> Reduced:
    """Reduces, and compares old and new terms, and the facts about new ones, on every word."""
    reduced = Reduced(terms.alphabet, terms.length)
    new = reduced.add(terms, roots)
    for word in words(terms):
        before = evaluate_all(terms, word, roots)
        after = evaluate_all(reduced.terms, word, [*new, *reduced.of.values()])
        assert [after[term] for term in new] == [before[term] for term in roots], word
        assert all(after[reduced.of[term]] == value for term, value in before.items()), word
        assert check(reduced.terms, reduced.facts.ranges, after) is None, word
    return reduced
