"""The length and the counts left symbolic: integer terms for the words of many lengths at once.

A run of a symmetric program (`Program.symmetric`) depends on the word through how often each symbol occurs. With n and
these counts as integer variables one formula stands for all lengths, and one question decides them, where counting
vectors would take C(n + |Σ| - 1, |Σ| - 1) runs for each of them.

What is stored is a rational (`logbits.encode.integer.ratio`) over atoms. The one division there is, floor(P / Q), is an
atom of its own, said to a solver as q·Q <= P < q·Q + Q, and never as a division by a variable. Each atom is a function
of earlier ones, defined for every n and all counts, so a formula can exclude nothing by mistake; `evaluate` computes
it, and is what simulation compares with the reference run.

    atom       payload    meaning                    truth     payload    meaning
    variable   name       n, or a count              at least  P          P >= 0
    integer    P          P itself                   all       truths     conjunction
    quotient   (P, Q)     floor(P / Q), Q >= 1       not       truth      negation
    choice     (t, P, Q)  P where t holds, else Q
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import lcm
from typing import Any

from gmpy2 import mpq

from ..number.rational import ONE, ZERO, floor
from .ratio import Monomial, Node, Polynomial, Ratio, cancelled, common, content, linear, number

TRUE, FALSE = 0, 1


class Symbolic:
    """The hash-consed list of atoms and truths, children before parents."""

    def __init__(self) -> None:
        self.ops: list[str] = []
        self.payloads: list[Any] = []
        self._index: dict[tuple[str, Any], Node] = {}
        for node in (self._find("all", ()), self._find("not", TRUE)):
            assert node in (TRUE, FALSE)

    def __len__(self) -> int:
        return len(self.ops)

    def _find(self, op: str, payload: Any) -> Node:  # noqa: ANN401 (what the table above says)
        found = self._index.get((op, payload))
        if found is None:
            found = self._index[op, payload] = len(self.ops)
            self.ops.append(op)
            self.payloads.append(payload)
        return found

    # -- atoms, as polynomials

    def variable(self, name: str) -> Polynomial:
        """An integer variable."""
        return _atom(self._find("variable", name))

    def integer(self, polynomial: Polynomial) -> tuple[Monomial, mpq]:
        """A positive polynomial as a product of at most one atom and a positive number."""
        if polynomial.value is not None:
            return (), polynomial.value
        if len(polynomial.terms) == 1 and len(polynomial.terms[0][0]) == 1 and polynomial.terms[0][1] > 0:
            return polynomial.terms[0]
        factor = content(polynomial)
        return (self._find("integer", polynomial.scaled(ONE / factor)),), factor

    def quotient(self, above: Polynomial, below: Polynomial) -> Polynomial:
        """floor(above / below) for integers, below positive."""
        a, b = above.value, below.value
        if a == 0 or (a is not None and b is not None):
            return number(mpq(floor(a / (b or ONE))))
        if b == 1:
            return above
        return _atom(self._find("quotient", (above, below)))

    def choice(self, truth: Node, then: Polynomial, otherwise: Polynomial) -> Polynomial:
        """The integer `then` where the truth holds, else the integer `otherwise`."""
        if truth in (TRUE, FALSE) or then == otherwise:
            return then if truth == TRUE or then == otherwise else otherwise
        return _atom(self._find("choice", (truth, then, otherwise)))

    # -- truths

    def at_least(self, polynomial: Polynomial) -> Node:
        """Whether a polynomial is >= 0; it is cleared of denominators and common factors."""
        value = polynomial.value
        if value is not None:
            return TRUE if value >= 0 else FALSE
        return self._find("at least", polynomial.scaled(ONE / content(polynomial)))

    def negation(self, truth: Node) -> Node:
        """Not."""
        if truth in (TRUE, FALSE):
            return TRUE + FALSE - truth
        return self.payloads[truth] if self.ops[truth] == "not" else self._find("not", truth)

    def conjunction(self, truths: Iterable[Node]) -> Node:
        """All of them."""
        kept = sorted(set(truths) - {TRUE})
        if FALSE in kept or any(self.negation(truth) in kept for truth in kept):
            return FALSE
        return TRUE if not kept else kept[0] if len(kept) == 1 else self._find("all", tuple(kept))

    def disjunction(self, truths: Iterable[Node]) -> Node:
        """Any of them."""
        return self.negation(self.conjunction(map(self.negation, truths)))

    # -- ratios

    def positive(self, ratio: Ratio) -> Node:
        """Whether a ratio is > 0."""
        return self.negation(self.at_least(ratio.above.scaled(-ONE)))

    def reaches(self, a: Ratio, b: Ratio) -> Node:
        """Whether a >= b."""
        return self.at_least(linear(ZERO, [(ONE, a), (-ONE, b)]).above)

    def equal(self, a: Ratio, b: Ratio) -> Node:
        """Whether a = b."""
        return self.conjunction([self.reaches(a, b), self.reaches(b, a)])

    def choose(self, truth: Node, then: Ratio, otherwise: Ratio) -> Ratio:
        """`then` where the truth holds, else `otherwise`."""
        if truth in (TRUE, FALSE) or then == otherwise:
            return then if truth == TRUE or then == otherwise else otherwise
        (a, b), below = common([then, otherwise])
        scale = mpq(lcm(*(int(c.denominator) for _, c in (*a.terms, *b.terms))))
        chosen = self.choice(truth, a.scaled(scale), b.scaled(scale))
        return cancelled(chosen.scaled(ONE / scale), below)

    def floor(self, ratio: Ratio) -> Polynomial:
        """The greatest integer below or at a ratio."""
        scale = mpq(lcm(*(int(c.denominator) for _, c in ratio.above.terms)))
        return self.quotient(ratio.above.scaled(scale), Polynomial(((ratio.below, scale),)))


def _atom(node: Node) -> Polynomial:
    return Polynomial((((node,), ONE),))


def evaluate(symbolic: Symbolic, variables: Mapping[str, int], root: Node) -> bool:
    """The truth `root`, for values of the variables."""
    values: list[Any] = []

    def at(polynomial: Polynomial) -> mpq:
        total = ZERO
        for monomial, c in polynomial.terms:
            for node in monomial:
                c *= values[node]
            total += c
        return total

    for node in range(root + 1):
        payload: Any = symbolic.payloads[node]
        match symbolic.ops[node]:
            case "variable":
                result = variables[payload]
            case "integer":
                result = int(at(payload))
            case "quotient":
                result = floor(at(payload[0]) / at(payload[1]))
            case "choice":
                chosen = at(payload[1] if values[payload[0]] else payload[2])
                assert chosen.denominator == 1
                result = int(chosen)
            case "at least":
                result = int(at(payload) >= 0)
            case "all":
                result = int(all(values[truth] for truth in payload))
            case "not":
                result = 1 - values[payload]
            case op:
                raise ValueError(f"unknown operation {op!r}")
        values.append(result)
    return bool(values[root])
