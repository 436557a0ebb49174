"""What a question rests on: the steps of its operations with their premises, the terms in them, and the facts needed.

A fact rests on steps too: that a mean lies in an interval on those of its addends, or of the row whose entries it
counts; the points of a key on the head that selects one of few values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq

from ...encode.term.terms import Term, Terms, reachable
from .derivation import Expr
from .reduce import Reduced


class Cone:
    """All that some terms of the source rest on, but for what is known already: that may go on, cone after cone."""

    def __init__(self, reduced: Reduced, source: Terms) -> None:
        self._of, self._d, self._source = reduced.of, reduced.facts, source
        self._seen: set[Term] = set()
        self._steps: set[Expr] = set()
        self._keys: set[tuple[Term, ...]] = set()
        self._terms: set[Term] = set()
        self._new_steps: list[Expr] = []
        self._new_terms: list[Term] = []

    def more(self, roots: Sequence[Term]) -> tuple[list[Expr], list[Term]]:
        """The steps and the terms of the derivation that are needed more, in the order in which they were made."""
        self._new_steps, self._new_terms = [], []
        for term in reachable(self._source, roots, self._seen):
            self._seen.add(term)
            op, args, payload = self._source.ops[term], self._source.args[term], self._source.payloads[term]
            if op != "symbol":
                self._need(self._d.expr(op, [self._of[arg] for arg in args], payload))
        self._mention(self._of[root] for root in roots)
        done = 0
        while done < len(self._new_steps):
            self._follow(self._new_steps[done])
            done += 1
        return sorted(self._new_steps, key=lambda expr: self._d.steps[expr].number), sorted(self._new_terms)

    def _need(self, expr: Expr | None) -> None:
        if expr is not None and expr not in self._steps:
            self._steps.add(expr)
            self._new_steps.append(expr)

    def _follow(self, expr: Expr) -> None:
        step = self._d.steps[expr]
        for premise in step.premises:
            self._need(premise)
        right, offer = step.offer.right, step.offer
        self._mention((*expr[1], *offer.terms, *(right if isinstance(right, tuple) else (right,))))
        if offer.key is not None and offer.key.terms:
            self._cover(offer.key.terms)

    def _mention(self, several: Iterable[Term]) -> None:
        terms, stack = self._d.terms, list(several)
        while stack:
            term = stack.pop()
            if term in self._terms:
                continue
            self._terms.add(term)
            self._new_terms.append(term)
            args = terms.args[term]
            stack += args
            if terms.ops[term] == "table" and args in self._d.covers:
                self._cover(args)
            elif terms.ops[term] == "mean":
                _, low, high = terms.payloads[term]
                self._promise(args[0], args[1], low, high)

    def _cover(self, key: tuple[Term, ...]) -> None:
        if key in self._keys:
            return
        self._keys.add(key)
        cover = self._d.covers[key]
        self._mention((*key, cover.term))
        self._need(cover.because)
        if cover.kind == "mean":
            self._promise(key[0], key[1], *cover.ends)

    def _promise(self, total: Term, count: Term, low: mpq, high: mpq) -> None:
        known = self._d.bounded[total, count, low, high]
        self._mention(known.parts)
        half = len(known.parts) // 2
        if known.kind == "each":
            for pair in zip(known.parts[:half], known.parts[half:], strict=True):
                self._need(self._d.expr("mul", pair, None))
        elif known.parts:
            self._need(self._d.expr("row", known.parts, None))
