"""What has been accepted so far: terms with their facts, what operations on them equal, which points keys have.

Nothing is found here, everything is looked up: what was not accepted is refused. Only folding, sums and the one
argument of a conjunction need no step, as these are no more than the form in which terms are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import comb

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Payload, Term, Terms
from .columns import Around, Columns, Point, at_place
from .facts import Facts
from .refused import Refused

LIMIT = 4096
"""The greatest number of points of a key, and of values of a domain."""

AROUND = 20_000
"""The greatest number of surroundings of a place."""

Expr = tuple[str, tuple[Term, ...], Payload]
Right = Term | tuple[Term, ...]
SORTED = ("and", "max")
TRUTHS = ("and", "compare", "xor", "maximal", "ge", "row")


def in_order(op: str, args: Sequence[Term]) -> tuple[Term, ...]:
    """The arguments of an operation; ascending, each once, where their order and number make no difference.

    A checker adds terms of its own, so that what ascends in a text need not ascend here.
    """
    return tuple(sorted(set(args))) if op in SORTED else tuple(args)


class Known:
    """What is known about the words of one length."""

    def __init__(self, alphabet: int, length: int) -> None:
        self.terms = Terms(alphabet, length)
        self.facts = Facts(self.terms)
        self.equal: dict[Expr, Right] = {}
        self.covers: dict[tuple[Term, ...], list[Point]] = {}
        self.unique: set[tuple[Term, ...]] = set()
        """Scores of which exactly one is maximal."""
        self.among: dict[Term, tuple[Term, ...]] = {}
        """Terms that have the value of one of several others."""
        self._truths: set[Term] = set()
        self._columns: dict[object, Columns] = {}
        self._around: dict[int, Around] = {}

    def accept(self, expr: Expr, right: Right) -> None:
        """Takes it as known what an operation equals.

        Raises:
            Refused: where it is known already.
        """
        if expr in self.equal:
            raise Refused("says again what an operation equals")
        self.equal[expr] = right
        # A product or a maximum of truth values is one, whatever it is as a term.
        if expr[0] in TRUTHS or (expr[0] in ("mul", "max") and all(map(self.is_truth, expr[1]))):
            self._truths.update(right if isinstance(right, tuple) else (right,))

    def points(self, key: tuple[Term, ...]) -> list[Point]:
        """The points of a key that is covered."""
        if key not in self.covers:
            raise Refused("a key of which no points are known")
        return self.covers[key]

    def columns(self, key: str | tuple[Term, ...]) -> Columns:
        """The columns over a key, or over the symbol at a place, "@3"."""
        if key not in self._columns:
            if isinstance(key, str):
                place = int(key.removeprefix("@"))
                if key != f"@{place}" or not 1 <= place <= self.terms.length:
                    raise Refused("a place that no word has")
                self._columns[key] = at_place(self.terms, place)
            else:
                self._columns[key] = Columns(self.terms, key, self.points(key))
        return self._columns[key]

    def around(self, place: int) -> Around:
        """What is around a place."""
        alphabet, length = self.terms.alphabet, self.terms.length
        if alphabet * comb(length + alphabet, alphabet) ** 2 > AROUND**2 or place not in range(1, length + 1):
            raise Refused("too many surroundings")
        if place not in self._around:
            self._around[place] = Around(self.terms, place)
        return self._around[place]

    def same(self, op: str, args: Sequence[Term], payload: Payload = None) -> Term:
        """What an operation equals, as it was accepted, or as it is folded.

        Raises:
            Refused: where nothing was accepted.
        """
        several = in_order(op, args)
        if op == "affine" or (op not in ("ge", "row") and all(self.terms.ops[arg] == "const" for arg in several)):
            return self.terms.add(op, several, payload)
        if op == "max" and len(several) == 1:
            return several[0]
        if op == "and" and len(several) == 1:
            return self.truth(several[0])
        found = self.equal.get((op, several, payload))
        if not isinstance(found, int):
            raise Refused(f"no step says what {op} of some terms equals")
        return found

    def row(self, scores: Sequence[Term]) -> tuple[Term, ...]:
        """For each of some scores the truth value that it is maximal, as it was accepted."""
        found = self.equal.get(("row", tuple(scores), None))
        if not isinstance(found, tuple):
            raise Refused("no step says which of some scores are maximal")
        return found

    def is_truth(self, term: Term) -> bool:
        """Whether the term is known to be 0 or 1 on every word: by its interval and step, or by what was accepted."""
        return term in self._truths or self.terms.negate(term) in self._truths or self.facts.is_truth(term)

    def truth(self, term: Term) -> Term:
        """The term, which must be 0 or 1 on every word."""
        if not self.is_truth(term):
            raise Refused("a term that is not known to be a truth value")
        return term

    def affine(self, const: mpq, *parts: tuple[mpq, Term]) -> Term:
        """Const + Σ weight · term."""
        return self.terms.affine(const, parts)

    def any_of(self, truths: Iterable[Term]) -> Term:
        """1 iff one of some truth values is 1."""
        negate = self.terms.negate
        return negate(self.same("and", [negate(self.truth(truth)) for truth in truths]))

    def at_least(self, term: Term, value: mpq = ZERO) -> Term:
        """[term >= value]."""
        return self.same("compare", (self.affine(-value, (ONE, term)),), ">=")

    def equals(self, term: Term, value: mpq) -> Term:
        """[term = value]."""
        return self.same("compare", (self.affine(-value, (ONE, term)),), "=")
