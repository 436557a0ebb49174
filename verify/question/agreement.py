"""How two runs of a claim are compared as terms, by kind; `logbits.verify.reference.reading` reads reference runs.

A reading of a run is a row of numbers, the same for terms and for reference runs, in the same order:

    outcome        1 for accept, else 0; or for each word position the number, or the number of the class's label
    accumulators   of each form of the readout, at each place where it is read (for a set of positions, its bits)
    attention      for each head with a score (heads with one score and one mask are one), in the order of the program,
                   for each position and each key that the mask allows: 1 if the key is in M_i, else 0

Readings agree where no two numbers are further apart than the margin of the kind, which is 0 unless it is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...bounds.reduce.functions import Functions
from ...bounds.reduce.logic import conjunction, disjunction, exclusive
from ...bounds.reduce.thresholds import at_least, compare
from ...encode.claim.claim import Claim
from ...encode.claim.kind import Agreement
from ...encode.number.rational import ONE, ZERO
from ...encode.program.program import Accept
from ...encode.term.terms import Term, Terms


@dataclass(frozen=True)
class Side:
    """One run as terms: its reading (of the assumption, its accept bit) and where it fails."""

    reading: tuple[Term, ...]
    failures: tuple[Term, ...]


def defined(facts: Functions, claim: Claim, left: Side, right: Side, assumed: Sequence[Side]) -> tuple[Term, Term]:
    """Who is asked about, and who breaks the claim: truth values as they are defined."""
    terms, pairs = facts.terms, zip(left.reading, right.reading, strict=True)
    same = [truth for a, b in pairs for truth in _same(terms, claim.kind.agreement, a, b)]
    fine = [terms.negate(failure) for failure in (*left.failures, *right.failures)]
    broken, accepted = terms.negate(terms.add("and", [*same, *fine])), _accepted(terms, assumed)
    return terms.add("and", accepted), terms.add("and", [broken, *accepted])


def reduced(facts: Functions, claim: Claim, left: Side, right: Side, assumed: Sequence[Side]) -> tuple[Term, Term]:
    """Who is asked about, and who breaks the claim, by the rules for truth values."""
    kind, pairs = claim.kind, list(zip(left.reading, right.reading, strict=True))
    acceptor = isinstance(claim.program.readout, Accept) and kind.reading.decides
    truths = acceptor or kind.reading.truths
    apart = [_different(facts, kind.agreement, a, b, truths=truths) for a, b in pairs]
    broken = disjunction(facts, [*apart, *left.failures, *right.failures])
    if not assumed:
        return facts.terms.one, broken
    member = conjunction(facts, _accepted(facts.terms, assumed))
    return member, conjunction(facts, [broken, member])


def _accepted(terms: Terms, assumed: Sequence[Side]) -> list[Term]:
    return [t for side in assumed for t in (*side.reading, *map(terms.negate, side.failures))]


def _same(terms: Terms, agreement: Agreement, left: Term, right: Term) -> list[Term]:
    """Truth values that are all 1 iff two numbers of readings agree, as it is defined."""
    if not agreement.margin:
        return [terms.add("compare", (terms.affine(ZERO, [(ONE, left), (-ONE, right)]),), "=")]
    return [terms.add("compare", (gap,), ">=") for gap in _room(terms, agreement, left, right)]


def _different(facts: Functions, agreement: Agreement, left: Term, right: Term, *, truths: bool) -> Term:
    """1 iff two numbers of readings do not agree, by the rules for truth values; `truths`: they are 0 or 1."""
    terms = facts.terms
    if not agreement.margin:
        if truths:
            return exclusive(facts, left, right)
        return terms.negate(compare(facts, terms.affine(ZERO, [(ONE, left), (-ONE, right)]), "="))
    return terms.negate(conjunction(facts, [at_least(facts, gap) for gap in _room(terms, agreement, left, right)]))


def _room(terms: Terms, agreement: Agreement, left: Term, right: Term) -> list[Term]:
    """What is left of the margin on either side: not negative iff two numbers agree."""
    return [terms.affine(agreement.margin, [(sign, left), (-sign, right)]) for sign in (ONE, -ONE)]
