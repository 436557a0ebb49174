"""Terms: what a program computes on all words of one length, as a hash-consed list.

A term is an integer, an index into three parallel lists (op, args, payload); children come before parents, so a pass is
a loop. Equal (op, args, payload) are one term: that is how twins share. Terms denote rationals; truth values are the
rationals 0 and 1. Facts about terms (ranges, domains) are kept beside the list, in `logbits.encode.term.ranges`.

    op       payload                        args           meaning
    const    mpq                                           the number
    symbol   (i, a)                                        1 iff w_i is symbol number a >= 1; symbol 0 is "none of them"
    affine   (const, coefficients)          bases          const + sum of coefficient times base
    mul                                     x, y           x · y
    max                                     x, ...         the greatest
    compare  ">", ">=" or "="               x              1 iff x > 0, x >= 0, x = 0
    and                                     0/1, ...       1 iff all are 1
    xor                                     0/1, 0/1       1 iff they differ
    round    Rounding                       x              the stored value
    table    ((point, value), ...) sorted   x, ...         the value at the point (x, ...), 0 at points not listed
    steps    (base, ((cut, value), ...))    x              the value of the greatest cut <= x, else base
    attend   (ties, rule)                   v..., s...     one output of a head: k values, then their k scores
    maximal  index                          s, ...         1 iff the score with this index is a greatest one
    mean     (rule, low, high)              S, k           S / k, or S · ρ(k); 0 if k = 0; S lies in [low·k, high·k]

`affine` is kept in normal form (flat, sorted by base, no zero coefficient), so linear identities are identities of
terms. `evaluate` is the one definition of what the operations mean: folding, local lemmas and simulation all call it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Sequence
from math import prod
from operator import itemgetter
from typing import Any, cast

from gmpy2 import mpq

from ..number.rational import ONE, ZERO

Term = int
Payload = Any


def select(ties: str, scores: Sequence[mpq]) -> list[int]:
    """The indices that attention selects among the scores: all maximal, the first, or the last."""
    if not scores:
        return []
    best = max(scores)
    chosen = [index for index, score in enumerate(scores) if score == best]
    return {"saturated": chosen, "hard": chosen[:1], "rightmost": chosen[-1:]}[ties]


def evaluate(op: str, payload: Payload, values: Sequence[mpq]) -> mpq:
    """The value of an operation on the values of its arguments (all ops but `symbol`)."""
    match op:
        case "const":
            return payload
        case "affine":
            const, coefficients = cast(tuple[mpq, tuple[mpq, ...]], payload)
            return sum((c * v for c, v in zip(coefficients, values, strict=True)), const)
        case "mul":
            return values[0] * values[1]
        case "max":
            return max(values)
        case "compare":
            value = values[0]
            return mpq(value > 0 if payload == ">" else value >= 0 if payload == ">=" else value == 0)
        case "and":
            return mpq(all(value == 1 for value in values))
        case "xor":
            return mpq(values[0] != values[1])
        case "round":
            return payload.apply(values[0])
        case "table":
            point = tuple(values)
            index = bisect_left(payload, point, key=itemgetter(0))
            return payload[index][1] if index < len(payload) and payload[index][0] == point else ZERO
        case "steps":
            base, jumps = payload
            index = bisect_right(jumps, values[0], key=itemgetter(0))
            return jumps[index - 1][1] if index else base
        case "attend":
            ties, rule = payload
            half = len(values) // 2
            chosen = select(ties, values[half:])
            total = sum((values[index] for index in chosen), ZERO)
            return rule.divide(total, len(chosen)) if ties == "saturated" else total
        case "maximal":
            return mpq(values[int(payload)] == max(values))
        case "mean":
            return payload[0].divide(values[0], int(values[1]))
        case _:
            raise ValueError(f"no value for {op!r}")


class Terms:
    """The list. `alphabet` is the number of symbols; word positions are 1..length."""

    def __init__(self, alphabet: int, length: int) -> None:
        self.alphabet, self.length = alphabet, length
        self.ops: list[str] = []
        self.args: list[tuple[Term, ...]] = []
        self.payloads: list[Payload] = []
        self._index: dict[tuple[str, tuple[Term, ...], Payload], Term] = {}
        self._negations: dict[Term, Term] = {}
        self.zero, self.one = self.const(ZERO), self.const(ONE)
        # In word order, so that the sorted bases of prefix sums are prefixes of each other.
        for position in range(1, length + 1):
            for symbol in range(1, alphabet):
                self._find("symbol", (), (position, symbol))

    def __len__(self) -> int:
        return len(self.ops)

    def _find(self, op: str, args: tuple[Term, ...], payload: Payload) -> Term:
        key = op, args, payload
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.ops)
            self.ops.append(op)
            self.args.append(args)
            self.payloads.append(payload)
        return found

    def const(self, value: mpq) -> Term:
        """The term for a number."""
        return self._find("const", (), value)

    def value(self, term: Term) -> mpq | None:
        """The number that a constant term is, None for other terms."""
        return self.payloads[term] if self.ops[term] == "const" else None

    def symbol(self, position: int, symbol: int) -> Term:
        """[w_position = symbol] as a term; symbol 0 is expressed by the others."""
        if symbol:
            return self._find("symbol", (), (position, symbol))
        return self.affine(ONE, [(-ONE, self.symbol(position, other)) for other in range(1, self.alphabet)])

    def affine(self, const: mpq, parts: Iterable[tuple[mpq, Term]]) -> Term:
        """The term const + Σ coefficient · term, in normal form."""
        sums: dict[Term, mpq] = {}
        for coefficient, term in parts:
            if coefficient == 0:
                continue
            inner, bases = self.split(term)
            const += coefficient * inner
            for c, base in bases:
                sums[base] = sums.get(base, ZERO) + coefficient * c
        kept = sorted(base for base, coefficient in sums.items() if coefficient)
        if not kept:
            return self.const(const)
        if const == 0 and len(kept) == 1 and sums[kept[0]] == 1:
            return kept[0]
        return self._find("affine", tuple(kept), (const, tuple(sums[base] for base in kept)))

    def split(self, term: Term) -> tuple[mpq, list[tuple[mpq, Term]]]:
        """A term as const and (coefficient, base) pairs; a base is neither const nor affine."""
        match self.ops[term]:
            case "const":
                return self.payloads[term], []
            case "affine":
                const, coefficients = self.payloads[term]
                return const, list(zip(coefficients, self.args[term], strict=True))
            case _:
                return ZERO, [(ONE, term)]

    def add(self, op: str, args: Sequence[Term], payload: Payload = None) -> Term:
        """The term for an operation: found, folded if all arguments are numbers, or new."""
        if op == "affine":
            const, coefficients = payload
            return self.affine(const, zip(coefficients, args, strict=True))
        values = [self.value(arg) for arg in args]
        known = [value for value in values if value is not None]
        if len(known) == len(args) and op != "symbol":
            return self.const(evaluate(op, payload, known))
        return self._find(op, tuple(args), payload)

    def negate(self, truth: Term) -> Term:
        """1 - truth."""
        found = self._negations.get(truth)
        if found is None:
            found = self._negations[truth] = self.affine(ONE, [(-ONE, truth)])
        return found

    def product(self, factors: Sequence[Term]) -> Term:
        """The product of several terms, numbers gathered first."""
        numbers = [value for value in map(self.value, factors) if value is not None]
        rest = [factor for factor in factors if self.value(factor) is None]
        if not rest:
            return self.const(prod(numbers, start=ONE))
        result = rest[0]
        for factor in rest[1:]:
            result = self.add("mul", (result, factor))
        return self.affine(ZERO, [(prod(numbers, start=ONE), result)])


def evaluate_all(terms: Terms, word: Sequence[int], wanted: Iterable[Term]) -> dict[Term, mpq]:
    """The values of the `wanted` terms and all below them, on the word given as symbol numbers, in order."""
    values: dict[Term, mpq] = {}
    for term in reachable(terms, wanted):
        op, payload = terms.ops[term], terms.payloads[term]
        if op == "symbol":
            position, symbol = cast(tuple[int, int], payload)
            values[term] = mpq(word[position - 1] == symbol)
        else:
            values[term] = evaluate(op, payload, [values[arg] for arg in terms.args[term]])
    return values


def reachable(terms: Terms, roots: Iterable[Term], known: Container[Term] = ()) -> list[Term]:
    """The terms that the roots are made of, children first; but for what is `known`, with all that it is made of."""
    seen: set[Term] = set()
    stack = list(roots)
    while stack:
        term = stack.pop()
        if term not in seen and term not in known:
            seen.add(term)
            stack.extend(terms.args[term])
    return sorted(seen)
