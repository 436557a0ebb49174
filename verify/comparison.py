"""How two runs of a claim are compared, kind by kind: as terms, and as reference runs.

A reading of a run is a row of numbers, the same for terms and for reference runs, in the same order:

    outcome        1 for accept, else 0; or for each word position the number, or the number of the class's label
    accumulators   of each form of the readout, at each place where it is read (for a set of positions, its bits)
    attention      for each head with a score (heads with one score and one mask are one), in the order of the program,
                   for each position and each key that the mask allows: 1 if the key is in M_i, else 0

Readings agree where no two numbers are further apart than the margin of the kind, which is 0 unless it is an error.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..bounds.functions import Functions
from ..bounds.logic import conjunction, exclusive
from ..bounds.thresholds import at_least, compare
from ..encode.kind import Kind
from ..encode.program import Attend, Mask, Program
from ..encode.rational import ONE, ZERO
from ..encode.terms import Term, Terms
from .reference import Run, allows

# -- as terms


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


# -- as reference runs


def reading(kind: Kind, program: Program, run: Run, labels: Sequence[str] = ()) -> list[mpq]:
    """The reading of a run of `program` that has not failed; a class is the number of its label among `labels`."""
    match kind.reads:
        case "outcome":
            if isinstance(run.outcome, bool):
                return [mpq(run.outcome)]
            return [mpq(labels.index(value)) if isinstance(value, str) else value for value in run.outcome]
        case "accumulators":
            return [value for row in run.readout for value in row]
        case "attention":
            found: list[mpq] = []
            for head, mask in heads(program).items():
                for i, chosen in zip(run.positions, run.selected[head], strict=True):
                    found += [mpq(j in chosen) for j in run.positions if allows(mask, i, j)]
            return found


def heads(program: Program) -> dict[int, Mask]:
    """The heads whose attention is read, with their masks: the first operation of each score and mask."""
    found: dict[tuple[int, Mask], int] = {}
    for index, op in enumerate(program.ops):
        if isinstance(op, Attend) and op.score is not None:
            found.setdefault((op.score, op.mask), index)
    return {index: mask for (_, mask), index in found.items()}
