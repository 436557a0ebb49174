"""A second evaluator of circuits, for tests: all words at once, operations on bit patterns as SMT-LIB defines them.

And two kinds of bits beside the literals of graphs: Python bools, and whole truth tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from logbits.encode.circuit.circuit import Circuit, Number
from logbits.encode.circuit.words import Logic


class Booleans(Logic[bool]):
    """A bit is its value."""

    true, false = True, False

    def negate(self, a: bool) -> bool:
        return not a

    def both(self, a: bool, b: bool) -> bool:
        return a and b


class Tables(Logic[int]):
    """A bit is its value on each assignment to some inputs: bit r of the integer is that on assignment number r."""

    false = 0

    def __init__(self, inputs: int) -> None:
        self.rows = 1 << inputs
        self.true = (1 << self.rows) - 1
        self.inputs = [sum(1 << row for row in range(self.rows) if row >> k & 1) for k in range(inputs)]

    def negate(self, a: int) -> int:
        return a ^ self.true

    def both(self, a: int, b: int) -> int:
        return a & b


def signed(circuit: Circuit, node: int, pattern: int) -> int:
    """The two's complement number that a bit pattern of a node stands for."""
    width = circuit.widths[node]
    return pattern - (1 << width) if pattern >= 1 << (width - 1) else pattern


def columns(circuit: Circuit, words: Sequence[Sequence[int]]) -> list[list[int]]:
    """For each node its bit pattern on each of the words (as letter codes); Bools are 0 and 1."""
    found: list[list[int]] = []
    for node in range(len(circuit)):
        args, payload, width = circuit.args[node], circuit.payloads[node], circuit.widths[node]
        given = [found[arg] for arg in args]
        top = 1 << width
        match circuit.ops[node]:
            case "input":
                column = [word[payload - 1] for word in words]
            case "number":
                column = [payload] * len(words)
            case "and":
                column = [min(row) for row in zip(*given, strict=True)]
            case "not":
                column = [1 ^ a for a in given[0]]
            case "eq":
                column = [1 if a == b else 0 for a, b in zip(*given, strict=True)]
            case "sle":
                # Flipping the sign bits turns the signed order into the unsigned one.
                sign = 1 << (circuit.widths[args[0]] - 1)
                column = [1 if a ^ sign <= b ^ sign else 0 for a, b in zip(*given, strict=True)]
            case "ite":
                column = [b if a else c for a, b, c in zip(*given, strict=True)]
            case "add":
                column = [(a + b) % top for a, b in zip(*given, strict=True)]
            case "mul":
                column = [(a * b) % top for a, b in zip(*given, strict=True)]
            case "neg":
                column = [(top - a) % top for a in given[0]]
            case "sext":
                inner = circuit.widths[args[0]]
                ones = top - (1 << inner)
                column = [a | ones if a >> (inner - 1) else a for a in given[0]]
            case "zext":
                assert width >= circuit.widths[args[0]]
                column = given[0]
            case "low":
                assert width <= circuit.widths[args[0]]
                column = [a % top for a in given[0]]
            case "udiv":
                assert all(given[1]), "a division by zero"
                column = [a // b for a, b in zip(*given, strict=True)]
            case op:
                raise AssertionError(f"unknown operation {op}")
        found.append(column)
    return found


def value(circuit: Circuit, number: Number) -> int:
    """The value of a number that depends on no input."""
    return signed(circuit, number.node, columns(circuit, [()])[number.node][0])
