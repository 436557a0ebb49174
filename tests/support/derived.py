"""Derivations of many kinds, as text: of questions about models that ship, and of random terms."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from logbits.bounds.reduce.ledger import Ledger
from logbits.bounds.reduce.reduce import Reduced
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
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
    ("sort", "fixed(5)", 3),
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


def of_seed(seed: int) -> Source:
    """Random terms; of odd seeds nearly no tables are made."""
    rng = random.Random(seed)
    terms, found, _ = random_terms(rng, rng.randint(3, 14))
    return Source(f"seed {seed}", terms, tuple(found), bool(seed % 2))


def sources(seeds: int) -> list[Source]:
    """All models, and so many random lists."""
    return [*(of_model(*each) for each in MODELS), *map(of_seed, range(seeds))]


def differ(source: Source, terms: Terms, image: dict[Term, Term]) -> bool:
    """Whether a term of the source has another value than its image, on some word of the length."""
    for word in words(source.terms):
        before, after = evaluate_all(source.terms, word, image), evaluate_all(terms, word, image.values())
        if any(after[new] != before[old] for old, new in image.items()):
            return True
    return False
