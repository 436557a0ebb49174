"""Derivations of many kinds, as text: of questions about models that ship, and of random terms."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce.ledger import Ledger
from logbits.bounds.reduce.reduce import Reduced
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.number.mean import EXACT_MEAN, Division, Reciprocal, Weights
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import Rounding, fixed_point, floating
from logbits.encode.term.terms import Term, Terms, evaluate_all
from logbits.verify.checker.checker import Checker
from logbits.verify.question.workspace import Definition
from support.paths import at
from support.random_terms import random_terms, words


def claim_of(model: str, arithmetic: str, n: int) -> Claim:
    """A claim about a model that ships, against exact arithmetic."""
    return Claim(CASES[model].program, EXACT, parse(arithmetic), n)


MODELS = (
    ("prefix-argmax", "fixed(4)", 4),
    ("majority", "fixed(3)", 4),
    ("dyck1", "fixed(4)", 4),
    ("dyck1-relu", "fixed(4) nearest-even", 4),
    ("palindrome", "fixed(4)", 4),
    ("most-frequent", "fixed(3)", 3),
    ("induction", "fixed(5)", 4),
    ("histogram-width", "fixed(4)", 3),
    ("parity", "fixed(6)", 4),
    ("parity-lookup", "fixed(4)", 3),
    ("contains-eq", "dyadic reciprocal(2)", 4),
    ("at-least-k", "e4m3fn iterative nearest-even", 4),
    ("last", "fixed(3) wrap", 4),
    ("sort", "fixed(5)", 4),
    ("majority", "dyadic reciprocal(0)", 3),
    ("reverse", "fixed(5)", 3),
    ("mod-count", "fixed(4)", 4),
)
"""Models with an arithmetic and a length: small, and each with rules of its own."""


@dataclass(frozen=True)
class Source:
    """Terms of a length, and those that are asked about; with `small` nearly no tables are made of them."""

    name: str
    terms: Terms
    roots: tuple[Term, ...]
    small: bool = False

    def reduced(self) -> Reduced:
        """The terms, reduced."""
        with pytest.MonkeyPatch.context() as patch:
            if self.small:
                for module in ("functions", "comparisons"):
                    patch.setattr(*at(f"logbits.bounds.reduce.{module}.LIMIT"), 2)
                patch.setattr(*at("logbits.bounds.reduce.attention.LEVELS"), 1)
            made = Reduced(self.terms.alphabet, self.terms.length)
            made.add(self.terms, self.roots)
            return made

    def text(self, reduced: Reduced) -> str:
        """What stands behind the roots."""
        return Ledger(reduced, self.terms).write(self.terms.length, self.roots)

    def check(self, lines: Sequence[str]) -> Checker:
        """What the checker accepts; it refuses by `Refused`."""
        checker = Checker(self.terms)
        checker.read(lines, self.terms.length)
        for root in self.roots:
            checker.image(root)
        return checker


def of_model(model: str, arithmetic: str, n: int) -> Source:
    """The question about a model at its greatest length."""
    definition = Definition(claim_of(model, arithmetic, n), range(n, n + 1))
    made = definition.at(n)
    return Source(model, definition.terms, (made.root, made.member, *made.left.reading, *made.right.reading))


def of_heads(small: bool, rule: Division, rounding: Rounding) -> Source:
    """What comes after a head in a model: its means rounded, compared, looked up; and which scores are maximal."""
    terms = Terms(2, 4)
    symbols = [terms.symbol(place, 1) for place in range(1, 5)]
    values = [terms.affine(mpq(-1, 2), [(mpq(2), x), (ONE, y)]) for x, y in pairwise([*symbols, symbols[0]])]
    scores = [terms.affine(ZERO, [(ONE, x), (mpq(1, 2), y)]) for x, y in pairwise([symbols[-1], *symbols])]
    made: list[Term] = []
    for ties in ("saturated", "hard", "rightmost"):
        head = terms.add("attend", (*values, *scores), (ties, rule))
        other = terms.add("attend", (*symbols, *scores), (ties, rule))
        stored = terms.add("round", (head,), rounding)
        moved = terms.add("round", (terms.affine(mpq(1, 3), [(mpq(-2), head)]),), rounding)
        for each in (head, other, stored, moved, terms.affine(ZERO, [(ONE, head), (-ONE, other)])):
            truths = [
                terms.add("compare", (terms.affine(mpq(-1, 3), [(ONE, each)]),), relation)
                for relation in (">", ">=", "=")
            ]
            jumps = ((mpq(-1, 4), mpq(2)), (mpq(1, 2), mpq(-1)), (mpq(1), mpq(5)))
            rows = tuple(((key,), 3 * key + 1) for key in (mpq(-1, 2), mpq(1, 2), mpq(3, 2)))
            made += [
                each,
                terms.add("xor", truths[:2]),
                terms.add("xor", truths[1:]),
                terms.add("steps", (each,), (mpq(1), jumps)),
                terms.add("table", (each,), rows),
                terms.add("mul", (each, head)),
                terms.add("max", (each, other)),
            ]
    number = terms.affine(ONE, [(ONE, x) for x in symbols[1:3]])
    for shift, low in ((mpq(-1), mpq(-8)), (mpq(2), mpq(1, 2))):
        total = terms.add(
            "round",
            (terms.affine(shift, [(ONE, value) for value in values]),),
            fixed_point(6, 1, True, "floor", "saturate"),
        )
        mean = terms.add("mean", (terms.affine(2 + shift, [(ONE, total)]), number), (rule, low, mpq(12)))
        made += [mean, terms.add("compare", (terms.affine(mpq(-3, 2), [(ONE, mean)]),), ">=")]
    counts = [terms.affine(mpq(k), [(mpq(1 - k), x) for x in symbols]) for k in range(3)]
    leftmost = list(map(_of_leftmost, [terms] * 4, range(1, 5)))
    made += [terms.add("maximal", several, k) for several in (scores, symbols, counts, leftmost) for k in range(3)]
    return Source(f"heads by {rule}", terms, tuple(made), small)


def _of_leftmost(terms: Terms, place: int) -> Term:
    """A score that is greatest at the first 1, or at the first 0 where there is no 1."""
    here = terms.symbol(place, 1)
    ones = terms.affine(ZERO, [(ONE, terms.symbol(before, 1)) for before in range(1, place)])
    zeros = terms.affine(mpq(place - 1), [(-ONE, ones)])
    after = (terms.add("mul", (here, ones)), terms.add("mul", (terms.negate(here), zeros)))
    return terms.affine(ZERO, [(mpq(10), here), *((-ONE, each) for each in after)])


def of_seed(seed: int) -> Source:
    """Random terms; of odd seeds nearly no tables are made."""
    rng = random.Random(seed)
    terms, found, _ = random_terms(rng, rng.randint(3, 14))
    return Source(f"seed {seed}", terms, tuple(found), bool(seed % 2))


def sources(seeds: int) -> list[Source]:
    """All models, and so many random lists."""
    wraps, floats = fixed_point(3, 1, True, "floor", "wrap"), floating(2, 3, False, "nearest-even", "saturate")
    heads = [
        of_heads(small, rule, rounding)
        for rule, rounding in ((EXACT_MEAN, wraps), (Reciprocal(1), floats), (Weights(floats, floats), wraps))
        for small in (False, True)
    ]
    return [*heads, *(of_model(*each) for each in MODELS), *map(of_seed, range(seeds))]


def differ(source: Source, terms: Terms, image: dict[Term, Term]) -> bool:
    """Whether a term of the source has another value than its image, on some word of the length."""
    for word in words(source.terms):
        before, after = evaluate_all(source.terms, word, image), evaluate_all(terms, word, image.values())
        if any(after[new] != before[old] for old, new in image.items()):
            return True
    return False
