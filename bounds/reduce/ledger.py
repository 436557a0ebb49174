"""A derivation as text: what stands behind the questions of a claim, length after length (`docs/proofs.md`).

Only what a question rests on is written: the steps of its operations, with their premises, the terms that these are
about, and the facts that they need; and of these only what was not written before, so that the text of one length goes
on from those of shorter ones. It is written in the order in which it was made, premises before what rests on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gmpy2 import mpq

from ...encode.number.mean import Division, Weights
from ...encode.number.rational import ONE, show
from ...encode.number.rounding import Rounding
from ...encode.term.terms import Payload, Term, Terms
from .cone import Cone
from .derivation import Expr, Number, Step
from .functions import Key
from .merge import Merged
from .reduce import Reduced

VERSION = "logbits/derivation/1"
MERGED = "logbits/derivation/1/merged"
"""How derivations of either pass begin: that of `reduce`, and that of `merge`."""


class Ledger:
    """What has been written of a derivation, from which the next text goes on."""

    def __init__(self, reduced: Reduced, source: Terms) -> None:
        self._reduced, self._of, self._d = reduced, reduced.of, reduced.facts
        self._last = 0
        symbols = self._d.terms.length * (self._d.terms.alphabet - 1)
        self._ids: dict[Term, int] = {term: term for term in range(2 + symbols)}
        self._cone = Cone(reduced, source)
        self._facts: set[object] = set()
        self._formats: dict[Rounding, int] = {}

    def write(self, length: int, roots: Sequence[Term], others: Sequence[Term] = ()) -> str:
        """What stands behind what some source terms equal, and has not been written for another length before.

        The last line names what the `roots` equal; what the `others` equal can be looked up in the steps, too.
        """
        terms = self._d.terms
        steps, wanted = self._cone.more([*roots, *others])
        version = MERGED if isinstance(self._reduced, Merged) else VERSION
        lines = [f"{version} {terms.alphabet} {terms.length} {length} {self._last}"]
        rest = (term for term in wanted if term not in self._ids)
        following = next(rest, None)
        for expr in steps:
            while following is not None and following < self._d.steps[expr].size:
                lines += self._term(following)
                following = next(rest, None)
            lines += self._step(expr, self._d.steps[expr])
        while following is not None:
            lines += self._term(following)
            following = next(rest, None)
        self._last = length
        return "\n".join([*lines, f"end {self._list(self._of[root] for root in roots)}", ""])

    def _term(self, term: Term) -> Iterator[str]:
        terms = self._d.terms
        op, args, payload = terms.ops[term], terms.args[term], terms.payloads[term]
        tabulated = op == "table" and args in self._d.covers
        if tabulated:
            yield from self._cover(args)
        elif op == "mean":
            yield from self._bounded(args[0], args[1], payload[1], payload[2])
        yield from self._formats_of(op, payload)
        self._ids[term] = len(self._ids)
        if op == "const":
            yield f"c {show(payload)}"
        elif op == "affine":
            const, coefficients = payload
            parts = (
                str(self._ids[arg]) if c == ONE else f"{show(c)}*{self._ids[arg]}"
                for c, arg in zip(coefficients, args, strict=True)
            )
            yield f"a {show(const)} {' '.join(parts)}"
        elif tabulated:
            yield f"t table|{self._list(args)}|{' '.join(show(value) for _, value in payload)}"
        else:
            yield f"t {self._op(op, payload)}|{self._list(args)}"

    def _step(self, expr: Expr, step: Step) -> Iterator[str]:
        op, args, payload = expr
        offer = step.offer
        yield from self._formats_of(op, payload)
        if offer.key is not None:
            yield from self._cover(offer.key.terms)
        right = offer.right if isinstance(offer.right, tuple) else (offer.right,)
        fields = [
            f"= {step.rule}",
            self._op(op, payload),
            self._list(args),
            self._list(right),
            self._key(offer.key),
            self._list(offer.terms),
            " ".join(map(_number, offer.numbers)),
        ]
        yield "|".join(fields).rstrip("|")

    def _cover(self, key: tuple[Term, ...]) -> Iterator[str]:
        if not key or key in self._facts:
            return
        self._facts.add(key)
        found = self._d.covers[key]
        if found.kind == "mean":
            yield from self._bounded(key[0], key[1], *found.ends)
        more = {"one of": self._list((found.term,)) if found.term else "", "mean": " ".join(map(show, found.ends))}
        yield f"k {found.kind}|{self._list(key)}|{more.get(found.kind, '')}".rstrip("|")

    def _bounded(self, total: Term, count: Term, low: mpq, high: mpq) -> Iterator[str]:
        known = total, count, low, high
        if known in self._facts:
            return
        self._facts.add(known)
        found = self._d.bounded[known]
        yield f"b {found.kind}|{self._list((total, count))}|{show(low)} {show(high)}|{self._list(found.parts)}".rstrip(
            "|"
        )

    def _formats_of(self, op: str, payload: Payload) -> Iterator[str]:
        """The formats that an operation names."""
        if op == "round":
            yield from self._format(payload)
        rule = payload[0] if op == "mean" else payload[1] if op == "attend" else None
        if isinstance(rule, Weights):
            for each in (rule.weights, rule.denominator):
                if each is not None:
                    yield from self._format(each)

    def _format(self, rounding: Rounding) -> Iterator[str]:
        if rounding not in self._formats:
            self._formats[rounding] = len(self._formats)
            ends = ("none" if end is None else str(end) for end in (rounding.low, rounding.high, rounding.precision))
            yield f"f {show(rounding.unit)} {' '.join(ends)} {rounding.mode} {rounding.overflow}"

    def _list(self, several: Iterable[Term]) -> str:
        return " ".join(str(self._ids[term]) for term in several)

    def _key(self, key: Key | None) -> str:
        if key is None:
            return ""
        return f"@{key.position}" if key.position else self._list(key.terms)

    def _op(self, op: str, payload: Payload) -> str:
        match op:
            case "compare" | "maximal":
                return f"{op} {payload}"
            case "round":
                return f"round {self._formats[payload]}"
            case "mean":
                return f"mean {self._division(payload[0])} {show(payload[1])} {show(payload[2])}"
            case "attend":
                return f"attend {payload[0]} {self._division(payload[1])}"
            case "steps":
                return f"steps {show(payload[0])} {' '.join(f'{show(cut)}:{show(v)}' for cut, v in payload[1])}"
            case "table":
                return f"table {' '.join(f'{show(point)}:{show(v)}' for (point,), v in payload)}"
            case _:
                return op

    def _division(self, rule: Division) -> str:
        if not isinstance(rule, Weights):
            return str(rule).replace(" ", "")
        weights = "" if rule.weights is None else f"weights({self._formats[rule.weights]})"
        return weights + ("" if rule.denominator is None else f"denominator({self._formats[rule.denominator]})")


def _number(number: Number) -> str:
    return number if isinstance(number, str) else show(mpq(number))
