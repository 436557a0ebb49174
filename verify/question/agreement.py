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


def defined(terms: Terms, claim: Claim, left: Side, right: Side, assumed: Sequence[Side]) -> tuple[Term, Term]:
    """Who is asked about, and who breaks the claim: truth values as they are defined."""
    kind, pairs = claim.kind, zip(left.reading, right.reading, strict=True)
    truths = kind.reading.truths or (isinstance(claim.program.readout, Accept) and kind.reading.decides)
    same = [truth for a, b in pairs for truth in _same(terms, kind.agreement, a, b, truths=truths)]
    fine = [terms.negate(failure) for failure in (*left.failures, *right.failures)]
    broken = terms.negate(terms.add("and", [*same, *fine]))
    accepted = [t for side in assumed for t in (*side.reading, *map(terms.negate, side.failures))]
    return terms.add("and", accepted), terms.add("and", [broken, *accepted])


def _same(terms: Terms, agreement: Agreement, left: Term, right: Term, *, truths: bool) -> list[Term]:
    """Truth values that are all 1 iff two numbers of readings (`truths`: that are 0 or 1) agree."""
    if agreement.margin:
        room = (terms.affine(agreement.margin, [(sign, left), (-sign, right)]) for sign in (ONE, -ONE))
        return [terms.add("compare", (gap,), ">=") for gap in room]
    if truths:
        return [terms.negate(terms.add("xor", sorted((left, right))))]
    return [terms.add("compare", (terms.affine(ZERO, [(ONE, left), (-ONE, right)]),), "=")]
