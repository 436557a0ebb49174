"""The pass that uses facts: terms → terms in which twins share, and much is already decided.

One loop over the list, children before parents. Each operation equals, on all words, what the first rule that matches
it offers (`RULES`, in order); so a step is left for each (`logbits.bounds.reduce.derivation`), and the tests compare
both lists on every word of small lengths, for random programs too. Nothing here reads a clock, a solver or a random
number: the result is a function of the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...encode.term.terms import Term, Terms, reachable
from . import attention, comparisons, logic, numbers
from .derivation import Derivation, Rule

RULES = (*logic.RULES, *comparisons.RULES, *numbers.RULES, *attention.RULES)
"""All rules. Of those of one operation the first that has an offer is taken."""


class Reduced:
    """A reduced copy of terms: `facts` holds the new list with its steps, `of` maps old terms to new ones."""

    def __init__(self, alphabet: int, length: int, rules: Sequence[Rule] | None = None) -> None:
        self.facts = Derivation(Terms(alphabet, length), RULES if rules is None else rules)
        self.of: dict[Term, Term] = {}

    @property
    def terms(self) -> Terms:
        """The new list."""
        return self.facts.terms

    def add(self, source: Terms, roots: Iterable[Term]) -> list[Term]:
        """The new terms for `roots` of the list `source` (always the same list)."""
        roots = list(roots)
        for term in reachable(source, roots, self.of):
            op, payload = source.ops[term], source.payloads[term]
            if op == "symbol":
                self.of[term] = self.terms.symbol(*payload)
            else:
                self.of[term] = self.facts.make(op, [self.of[arg] for arg in source.args[term]], payload)
        return [self.of[root] for root in roots]


def new(alphabet: int, length: int) -> Derivation:
    """An empty derivation about the words of a length."""
    return Derivation(Terms(alphabet, length), RULES)
