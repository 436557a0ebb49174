"""SMT-LIB 2 text of integer terms in QF_NIA: what a solver reads when the length is a variable.

The variables are within bounds and the first is the sum of the others, which every word fulfils; all else is a
definition (`define-fun`, or a quotient between its two inequalities, which every value fulfils for exactly one
quotient), and there is one question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .ratio import Monomial, Node, Polynomial
from .symbolic import FALSE, TRUE, Symbolic


def script(symbolic: Symbolic, root: Node, bounds: Mapping[str, tuple[int, int]], comments: Iterable[str] = ()) -> str:
    """The SMT-LIB script that asks for values that make `root` true.

    `bounds` gives the least and the greatest value of each variable; the first variable is the sum of all the others.
    """
    lines = [f"; {line}" for comment in comments for line in comment.splitlines()]
    lines.append("(set-logic QF_NIA)")
    for name, (low, high) in bounds.items():
        lines += [f"(declare-const {name} Int)", f"(assert (<= {low} {name} {high}))"]
    whole, *parts = bounds
    lines.append(f"(assert (= {whole} (+ 0 {' '.join(parts)})))")
    for node in sorted(_needed(symbolic, root)):
        lines += _definition(symbolic, node)
    lines += [f"(assert {_reference(symbolic, root)})", "(check-sat)"]
    return "\n".join(lines) + "\n"


def _needed(symbolic: Symbolic, root: Node) -> set[Node]:
    needed: set[Node] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if node not in needed:
            needed.add(node)
            stack.extend(_children(symbolic, node))
    return needed


def _children(symbolic: Symbolic, node: Node) -> list[Node]:
    payload = symbolic.payloads[node]
    match symbolic.ops[node]:
        case "quotient":
            return [*_atoms(payload[0]), *_atoms(payload[1])]
        case "choice":
            return [payload[0], *_atoms(payload[1]), *_atoms(payload[2])]
        case "at least" | "integer":
            return _atoms(payload)
        case "all":
            return list(payload)
        case "not":
            return [payload]
        case _:
            return []


def _atoms(polynomial: Polynomial) -> list[Node]:
    return [node for monomial, _ in polynomial.terms for node in monomial]


def _definition(symbolic: Symbolic, node: Node) -> list[str]:
    payload = symbolic.payloads[node]
    match symbolic.ops[node]:
        case "quotient":
            above, below = (_text(symbolic, part) for part in payload)
            product = f"(* q{node} {below})"
            return [
                f"(declare-const q{node} Int)",
                f"(assert (and (<= {product} {above}) (< {above} (+ {product} {below}))))",
            ]
        case "choice":
            truth, then, otherwise = payload
            chosen = f"(ite {_reference(symbolic, truth)} {_text(symbolic, then)} {_text(symbolic, otherwise)})"
            return [f"(define-fun q{node} () Int {chosen})"]
        case "integer":
            return [f"(define-fun q{node} () Int {_text(symbolic, payload)})"]
        case "at least":
            return [f"(define-fun q{node} () Bool (>= {_text(symbolic, payload)} 0))"]
        case "all" if payload:
            return [f"(define-fun q{node} () Bool (and {' '.join(_reference(symbolic, t) for t in payload)}))"]
        case "not" if node != FALSE:
            return [f"(define-fun q{node} () Bool (not {_reference(symbolic, payload)}))"]
        case _:
            return []


def _reference(symbolic: Symbolic, node: Node) -> str:
    if node in (TRUE, FALSE):
        return "true" if node == TRUE else "false"
    return symbolic.payloads[node] if symbolic.ops[node] == "variable" else f"q{node}"


def _text(symbolic: Symbolic, polynomial: Polynomial) -> str:
    parts = [_product(symbolic, monomial, int(c)) for monomial, c in polynomial.terms]
    return "0" if not parts else parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"


def _product(symbolic: Symbolic, monomial: Monomial, c: int) -> str:
    factors = [_reference(symbolic, node) for node in monomial]
    if abs(c) != 1 or not factors:
        factors.insert(0, str(abs(c)))
    text = factors[0] if len(factors) == 1 else f"(* {' '.join(factors)})"
    return text if c > 0 else f"(- {text})"
