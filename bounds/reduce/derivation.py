"""A derivation: identities that hold on all words, each made by a rule from those before it, with what it rests on.

A *step* says that an operation on terms equals a term on every word. Whoever wants the normal form of an operation asks
`make`: the steps are what is known, and what is not known yet is offered by the first rule of the operation that has an
offer. So a step is made once, whoever asks, and what one rule found another sees as a step or as a fact, never in a
dictionary of its.

Facts have owners. Intervals, steps of values and domains are those of `logbits.encode.term.ranges`, covers of keys
those of `logbits.bounds.reduce.functions`; which scores have one maximum, which sums of truth values are never 0, and
which sums belong to which counts is noted here by the rule that knows it, and can be seen from its step.

Nobody has to believe a rule: what stands behind a question is its steps, and `logbits.verify.checker` goes through them
by itself. The alternative, a rule that is trusted because it is tested, is what let a wrong constant through once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.term.ranges import Ranges
from ...encode.term.terms import Payload, Term, Terms
from .around import Around, Counts, Everywhere, Sorting
from .functions import Functions, Key

Expr = tuple[str, tuple[Term, ...], Payload]
"""An operation on terms: of terms, or `ge` (is the first not less than the second), or `row` (which scores are maximal,
all at once: what it equals is a tuple)."""

Right = Term | tuple[Term, ...]
Number = mpq | int | str

Need = Literal["interval", "step", "domain", "cover", "unique", "positive", "reads", "around", "bounded"]
"""The kinds of facts."""

COMMUTATIVE = ("and", "max")
"""The operations for which neither the order of arguments nor how often one occurs makes a difference."""


class NoRuleError(ValueError):
    """There is no rule that has an offer for an operation: the derivation cannot go on."""

    def __init__(self, op: str) -> None:
        super().__init__(f"no rule for {op!r}")


@dataclass(frozen=True)
class Offer:
    """What a rule says an operation equals, and what one has to know to see that it does: a key, terms, numbers."""

    right: Right
    key: Key | None = None
    terms: tuple[Term, ...] = ()
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule: its name in derivations, the operation that it matches, the facts that it needs, and its offer."""

    name: str
    on: str
    needs: tuple[Need, ...]
    offer: Callable[[Derivation, tuple[Term, ...], Payload], Offer | None]


@dataclass(frozen=True)
class Step:
    """An operation equals `offer.right` on every word, by a rule; `premises` are the operations that were asked for."""

    rule: str
    offer: Offer
    premises: tuple[Expr, ...]
    number: int
    """How many steps had been made before."""
    size: int
    """How many terms there were when it had been made."""


@dataclass(frozen=True)
class Bounded:
    """Why low·k <= S <= high·k for a sum S and a number k.

    each    each addend is a truth value times a value in [low, high], as `parts` say: truth values, then values; k
            counts these truth values
    some    k >= 1 and low <= 0 <= high, with S in [low, high]; k counts those of the scores `parts` that are maximal,
            if that it is at least 1 is not seen from its interval
    """

    kind: Literal["each", "some"]
    parts: tuple[Term, ...] = ()


class Derivation(Functions):
    """A list of terms, and the steps between them.

    Raises (`make`):
        NoRuleError: for an operation that no rule matches.
    """

    def __init__(self, terms: Terms, rules: Sequence[Rule]) -> None:
        super().__init__(terms, Ranges(terms))
        self.steps: dict[Expr, Step] = {}
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules:
            self._rules.setdefault(rule.on, []).append(rule)
        self._asked: list[list[Expr]] = []
        self.unique: set[tuple[Term, ...]] = set()
        """The scores of which exactly one is maximal, on every word; owner: the rules for rows."""
        self.pointed: set[tuple[Term, ...]] = set()
        """The scores of which one is greatest whatever the pointer is that they read; owner: the rule for pointers."""
        self.positive: dict[Term, tuple[Term, ...]] = {}
        """Sums that count the maximal ones of some scores, with these: never 0; owner: the rules for rows."""
        self.bounded: dict[tuple[Term, Term, mpq, mpq], Bounded] = {}
        """Sums and numbers, with an interval of their mean; owner: the rules for heads and means."""
        self.around: list[Around] = []
        """What is around each place, as terms are columns over; owner: the rules for ranks."""
        self.everywhere: dict[Sorting, Everywhere] = {}
        """The same for all places together, in an order of the positions; owner: the rules for ranks."""
        self.ranks: dict[tuple[Term, ...], tuple[Sorting, dict[Counts, tuple[int, ...]]] | None] = {}
        """The ranks that may be maximal, for each vector of counts; owner: the rules for ranks."""
        self.contenders: dict[tuple[Term, ...], tuple[int, list[int]]] = {}
        """Which of several scores may be maximal; owner: the rule for dominance."""
        self.reads: list[frozenset[int] | None] = []
        """The word positions that each term reads, None if they are many; owner: the rule for dominance."""

    def make(self, op: str, args: Sequence[Term], payload: Payload = None) -> Term:
        """The term that an operation equals on every word."""
        right = self.equal(op, args, payload)
        assert isinstance(right, int)
        return right

    def row(self, scores: Sequence[Term]) -> tuple[Term, ...]:
        """For each score the truth value that it is maximal."""
        right = self.equal("row", scores, None)
        assert isinstance(right, tuple)
        return right

    def expr(self, op: str, args: Sequence[Term], payload: Payload) -> Expr | None:
        """What steps call an operation; None where it is folded, or is its only argument, without any step."""
        several = tuple(sorted(set(args))) if op in COMMUTATIVE else tuple(args)
        if op == "affine" or (op not in ("ge", "row") and all(self.terms.ops[arg] == "const" for arg in several)):
            return None
        return None if op in COMMUTATIVE and len(several) == 1 else (op, several, payload)

    def equal(self, op: str, args: Sequence[Term], payload: Payload) -> Right:
        """What an operation equals: found, folded, or as the first rule that has an offer says."""
        expr = self.expr(op, args, payload)
        if expr is None:
            return args[0] if op in COMMUTATIVE and len(set(args)) == 1 else self.terms.add(op, args, payload)
        step = self.steps.get(expr)
        if step is None:
            made = self._derive(expr)
            step = self.steps[expr] = made
        if self._asked:
            self._asked[-1].append(expr)
        return step.offer.right

    def _derive(self, expr: Expr) -> Step:
        op, args, payload = expr
        asked: list[Expr] = []
        self._asked.append(asked)
        for rule in self._rules.get(op, ()):
            asked.clear()  # what a rule without an offer asked for is no premise
            offer = rule.offer(self, args, payload)
            if offer is not None:
                self._asked.pop()
                return Step(rule.name, offer, tuple(dict.fromkeys(asked)), len(self.steps), len(self.terms))
        raise NoRuleError(op)

    def lemma(
        self, op: str, args: Sequence[Term], key: Key | None, function: Callable[[list[mpq]], mpq]
    ) -> Offer | None:
        """The offer of a table over a key, if there is one."""
        return None if key is None else Offer(self.map(key, args, function), key)

    # what is said by several operations

    def any_of(self, truths: Sequence[Term]) -> Term:
        """1 iff one of the truth values is 1."""
        negate = self.terms.negate
        return negate(self.make("and", [negate(truth) for truth in truths]))

    def at_least(self, term: Term) -> Term:
        """[term >= 0]."""
        return self.make("compare", (term,), ">=")

    def equals(self, term: Term, value: mpq) -> Term:
        """[term = value]."""
        return self.make("compare", (self.terms.affine(-value, [(ONE, term)]),), "=")

    def difference(self, left: Term, right: Term) -> Term:
        """Left - right."""
        return self.terms.affine(ZERO, [(ONE, left), (-ONE, right)])

    def negative(self, term: Term) -> Term:
        """-term."""
        return self.terms.affine(ZERO, [(-ONE, term)])


def itself(derivation: Derivation, op: str, args: Sequence[Term], payload: Payload) -> Offer:
    """The offer of the operation as a term of its own."""
    return Offer(derivation.terms.add(op, args, payload))
