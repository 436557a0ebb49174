"""How two runs of a claim are compared, kind by kind: as terms, and as reference runs.

A reading of a run is a row of numbers, the same for terms and for reference runs, in the same order:

    outcome        1 for accept, else 0; or for each word position the number, or the number of the class's label
    accumulators   of each form of the readout, at each place where it is read (for a set of positions, its bits)
    attention      for each head with a score (heads with one score and one mask are one), in the order of the program,
                   for each position and each key that the mask allows: 1 if the key is in M_i, else 0

Readings agree where no two numbers are further apart than the margin of the kind, which is 0 unless it is an error.
"""

from __future__ import annotations

from ...bounds.reduce.functions import Functions
from ...bounds.reduce.logic import conjunction, exclusive
from ...bounds.reduce.thresholds import at_least, compare
from ...encode.claim.kind import Kind
from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Term, Terms


def defined(terms: Terms, kind: Kind, left: Term, right: Term) -> list[Term]:
    """Truth values that are all 1 iff two numbers of readings agree, as it is defined."""
    if not kind.margin:
        return [terms.add("compare", (terms.affine(ZERO, [(ONE, left), (-ONE, right)]),), "=")]
    return [terms.add("compare", (gap,), ">=") for gap in _room(terms, kind, left, right)]


def different(facts: Functions, kind: Kind, left: Term, right: Term, *, truths: bool) -> Term:
    """1 iff two numbers of readings do not agree, by the rules for truth values; `truths`: they are 0 or 1."""
    terms = facts.terms
    if not kind.margin:
        if truths:
            return exclusive(facts, left, right)
        return terms.negate(compare(facts, terms.affine(ZERO, [(ONE, left), (-ONE, right)]), "="))
    return terms.negate(conjunction(facts, [at_least(facts, gap) for gap in _room(terms, kind, left, right)]))


def _room(terms: Terms, kind: Kind, left: Term, right: Term) -> list[Term]:
    """What is left of the margin on either side: not negative iff two numbers agree."""
    return [terms.affine(kind.margin, [(sign, left), (-sign, right)]) for sign in (ONE, -ONE)]
