"""Bit-vector circuits: a hash-consed list of operations on two's complement numbers, and its evaluation.

A node is an integer, an index into parallel lists; width 0 means Bool. The circuit is *total*: its only inputs are the
letter codes, every other node is a function of earlier ones, and nothing is assumed, so no input can be excluded by
mistake. `Number` carries a node with its interval; each operator computes the interval of its result and from it the
width, so no operation ever overflows. `evaluate` runs the circuit with the wrap-around of the declared widths, which is
what a solver will see; simulation compares it with the reference run.

    op       payload      meaning                            op      payload    meaning
    input    position     code of the letter there           add     -          sum, same widths
    number   value        constant                           mul     -          product, same widths
    and      -            conjunction of Bools               neg     -          two's complement negation
    not      -            negation of a Bool                 sext    width      sign extension to a width
    eq       -            equality                           low     width      the low bits
    sle      -            signed <=                          udiv    -          unsigned division by a constant
    ite      -            if-then-else                       zext    width      zero extension to a width
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Node = int
TRUE, FALSE = 0, 1


@dataclass(frozen=True)
class Number:
    """A node that holds an integer in [low, high], in two's complement of just the width that this needs."""

    node: Node
    low: int
    high: int


def width_of(low: int, high: int) -> int:
    """The width of two's complement numbers from low to high."""
    return max(max(high, 0).bit_length(), max(-low - 1, 0).bit_length()) + 1


class Circuit:
    """The list of nodes. `codes[i - 1]` is the input node of word position i, `code_width` bits wide."""

    def __init__(self, alphabet: int, length: int) -> None:
        self.alphabet, self.length = alphabet, length
        self.code_width = max(1, (alphabet - 1).bit_length())
        self.ops: list[str] = []
        self.args: list[tuple[Node, ...]] = []
        self.payloads: list[int] = []
        self.widths: list[int] = []
        self._index: dict[tuple[str, tuple[Node, ...], int, int], Node] = {}
        for node, value in ((TRUE, 1), (FALSE, 0)):
            made = self._node("number", (), value, 0)
            assert made == node
        self.codes = [self._node("input", (), position, self.code_width) for position in range(1, length + 1)]

    def __len__(self) -> int:
        return len(self.ops)

    def _node(self, op: str, args: tuple[Node, ...], payload: int, width: int) -> Node:
        key = op, args, payload, width
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.ops)
            self.ops.append(op)
            self.args.append(args)
            self.payloads.append(payload)
            self.widths.append(width)
        return found

    # -- Bools

    def negation(self, a: Node) -> Node:
        """Not a."""
        if a in (TRUE, FALSE):
            return TRUE + FALSE - a
        return self.args[a][0] if self.ops[a] == "not" else self._node("not", (a,), 0, 0)

    def conjunction(self, nodes: Sequence[Node]) -> Node:
        """The conjunction of Bools."""
        kept = sorted(set(nodes) - {TRUE})
        if FALSE in kept or any(self.negation(node) in kept for node in kept):
            return FALSE
        if not kept:
            return TRUE
        return kept[0] if len(kept) == 1 else self._node("and", tuple(kept), 0, 0)

    def disjunction(self, nodes: Sequence[Node]) -> Node:
        """The disjunction of Bools."""
        return self.negation(self.conjunction([self.negation(node) for node in nodes]))

    def is_symbol(self, position: int, symbol: int) -> Node:
        """Whether the letter at a word position is symbol number `symbol` >= 1; spare codes are symbol 0."""
        code = self.codes[position - 1]
        return self._node("eq", (code, self._node("number", (), symbol, self.code_width)), 0, 0)

    # -- numbers

    def number(self, value: int) -> Number:
        """A constant."""
        width = width_of(value, value)
        return Number(self._node("number", (), value & ((1 << width) - 1), width), value, value)

    def add(self, a: Number, b: Number) -> Number:
        """The sum a + b."""
        if a.low == a.high == 0 or b.low == b.high == 0:
            return b if a.low == a.high == 0 else a
        return self._widened("add", a, b, a.low + b.low, a.high + b.high)

    def multiply(self, a: Number, b: Number) -> Number:
        """The product a · b."""
        if 1 in (a.low, b.low) and (a.low == a.high == 1 or b.low == b.high == 1):
            return b if a.low == a.high == 1 else a
        corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        low, high = min(corners), max(corners)
        if low == high:
            return self.number(low)
        return self._widened("mul", a, b, low, high)

    def negative(self, a: Number) -> Number:
        """-a."""
        if a.low == a.high:
            return self.number(-a.low)
        width = max(width_of(-a.high, -a.low), self.widths[a.node])
        return self.narrow(Number(self._node("neg", (self.extend(a.node, width),), 0, width), -a.high, -a.low))

    def choose(self, condition: Node, then: Number, otherwise: Number) -> Number:
        """`then` where the condition holds, else `otherwise`."""
        if condition in (TRUE, FALSE) or then == otherwise:
            return then if condition == TRUE or then == otherwise else otherwise
        low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
        width = width_of(low, high)
        args = condition, self.extend(then.node, width), self.extend(otherwise.node, width)
        return Number(self._node("ite", args, 0, width), low, high)

    def at_least(self, a: Number, b: Number) -> Node:
        """Whether a >= b."""
        if a.low >= b.high or a.high < b.low:
            return TRUE if a.low >= b.high else FALSE
        width = max(self.widths[a.node], self.widths[b.node])
        return self._node("sle", (self.extend(b.node, width), self.extend(a.node, width)), 0, 0)

    def equal(self, a: Number, b: Number) -> Node:
        """Whether a = b."""
        if a.high < b.low or b.high < a.low:
            return FALSE
        if a.low == a.high == b.low == b.high:
            return TRUE
        width = max(self.widths[a.node], self.widths[b.node])
        return self._node("eq", tuple(sorted((self.extend(a.node, width), self.extend(b.node, width)))), 0, 0)

    def floor_divide(self, a: Number, divisor: int) -> Number:
        """floor(a / divisor) for a constant divisor >= 1, made unsigned by an offset that the divisor divides."""
        if divisor == 1:
            return a
        if a.low == a.high:
            return self.number(a.low // divisor)
        offset = a.low // divisor
        shifted = self.add(a, self.number(-offset * divisor))
        width = max(self.widths[shifted.node], width_of(0, divisor))
        by = self._node("number", (), divisor, width)
        quotient = self._node("udiv", (self.extend(shifted.node, width), by), 0, width)
        low, high = 0, a.high // divisor - offset
        return self.add(self.narrow(Number(quotient, low, high)), self.number(offset))

    def wrap(self, a: Number, bits: int, signed: bool) -> Number:
        """The number a modulo 2**bits, as a two's complement or an unsigned number."""
        width = max(self.widths[a.node], bits)
        cut = self._node("low", (self.extend(a.node, width),), bits, bits)
        if signed:
            return Number(cut, -(1 << bits - 1), (1 << bits - 1) - 1)
        # One more bit, 0, makes the unsigned number a two's complement one.
        return Number(self._node("zext", (cut,), bits + 1, bits + 1), 0, (1 << bits) - 1)

    def extend(self, node: Node, width: int) -> Node:
        """The node, sign-extended to `width`."""
        assert self.widths[node] <= width, "a number never shrinks by extension"
        return node if self.widths[node] == width else self._node("sext", (node,), width, width)

    def narrow(self, a: Number) -> Number:
        """The same number at just the width that its interval needs."""
        width = width_of(a.low, a.high)
        return a if self.widths[a.node] == width else Number(self._node("low", (a.node,), width, width), a.low, a.high)

    def _widened(self, op: str, a: Number, b: Number, low: int, high: int) -> Number:
        # The operands may be wider than the result: compute at the greater width, then cut.
        width = max(width_of(low, high), self.widths[a.node], self.widths[b.node])
        args = tuple(sorted((self.extend(a.node, width), self.extend(b.node, width))))
        return self.narrow(Number(self._node(op, args, 0, width), low, high))


def needed(circuit: Circuit, roots: Sequence[Node]) -> list[Node]:
    """The nodes of which the roots are made, and these themselves, in order."""
    found: set[Node] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack.extend(circuit.args[node])
    return sorted(found)


def evaluate(circuit: Circuit, root: Node, codes: Sequence[int]) -> int:
    """The value of `root` (0 or 1 for a Bool, else the unsigned bit pattern) for these letter codes."""
    values: list[int] = []

    def signed(node: Node) -> int:
        width = circuit.widths[node]
        return values[node] - ((values[node] >> (width - 1)) << width)

    for node in range(root + 1):
        args, payload, width = circuit.args[node], circuit.payloads[node], circuit.widths[node]
        match circuit.ops[node]:
            case "input":
                result = codes[payload - 1]
            case "number":
                result = payload
            case "and":
                result = int(all(values[arg] for arg in args))
            case "not":
                result = 1 - values[args[0]]
            case "eq":
                result = int(values[args[0]] == values[args[1]])
            case "sle":
                result = int(signed(args[0]) <= signed(args[1]))
            case "ite":
                result = values[args[1]] if values[args[0]] else values[args[2]]
            case "add":
                result = values[args[0]] + values[args[1]]
            case "mul":
                result = values[args[0]] * values[args[1]]
            case "neg":
                result = -values[args[0]]
            case "sext":
                result = signed(args[0])
            case "low" | "zext":
                result = values[args[0]]
            case "udiv":
                result = values[args[0]] // values[args[1]]
            case op:
                raise ValueError(f"unknown circuit operation {op!r}")
        values.append(result & ((1 << width) - 1) if width else result)
    return values[root]
