"""Circuit → bits: each operation on numbers becomes its definition on bits (`logbits.encode.circuit.words`).

One loop over the nodes that are needed, in order. It is generic over what a bit is, like the definitions are: with
literals of an and-inverter graph it makes the graph from which clauses come, with Python bools it is a third evaluator.

The letter at a word position p is a code of w bits. They are the inputs (p - 1) · w + 1, .., p · w of the graph, lowest
bit first, and so the first variables of the clauses and the inputs of AIGER files.
"""

from __future__ import annotations

from collections.abc import Sequence

from .aig import Aig, Literal
from .circuit import Circuit, Node, needed
from .words import (
    B,
    Logic,
    add,
    at_most,
    choose,
    constant,
    divide,
    equal,
    multiply,
    negative,
    sign_extended,
    zero_extended,
)


def blast(circuit: Circuit, roots: Sequence[Node], logic: Logic[B], codes: Sequence[Sequence[B]]) -> list[list[B]]:
    """The words of the roots, lowest bit first (a Bool is a word of one bit), where `codes` are those of the letters.

    Raises:
        ValueError: when the codes do not fit the circuit, or for an operation that does not exist.
    """
    if [len(code) for code in codes] != [circuit.code_width] * circuit.length:
        raise ValueError(f"{circuit.length} codes of {circuit.code_width} bits are needed")
    words: dict[Node, list[B]] = {}
    for node in needed(circuit, roots):
        args, payload, width = circuit.args[node], circuit.payloads[node], circuit.widths[node]
        match circuit.ops[node], [words[arg] for arg in args]:
            case "input", []:
                word = list(codes[payload - 1])
            case "number", []:
                word = constant(logic, payload, width or 1)
            case "and", several:
                word = [logic.conjunction([bit for [bit] in several])]
            case "not", [[bit]]:
                word = [logic.negate(bit)]
            case "eq", [a, b]:
                word = [equal(logic, a, b)]
            case "sle", [a, b]:
                word = [at_most(logic, a, b)]
            case "ite", [[condition], a, b]:
                word = choose(logic, condition, a, b)
            case "add", [a, b]:
                word = add(logic, a, b, logic.false)
            case "mul", [a, b]:
                word = multiply(logic, a, b)
            case "neg", [a]:
                word = negative(logic, a)
            case "sext", [a]:
                word = sign_extended(a, width)
            case "zext", [a]:
                word = zero_extended(logic, a, width)
            case "low", [a]:
                word = a[:width]
            case "udiv", [a, _] if circuit.ops[args[1]] == "number":
                word = divide(logic, a, circuit.payloads[args[1]])
            case op, _:
                raise ValueError(f"circuit operation {op!r} has no definition on such arguments")
        words[node] = word
    return [words[root] for root in roots]


def to_graph(circuit: Circuit, roots: Sequence[Node]) -> tuple[Aig, list[Literal]]:
    """An and-inverter graph for the Bools `roots`, with their literals."""
    width = circuit.code_width
    aig = Aig(circuit.length * width)
    codes = [[aig.input(p * width + bit + 1) for bit in range(width)] for p in range(circuit.length)]
    return aig, [bit for [bit] in blast(circuit, roots, aig, codes)]


def columns(circuit: Circuit, words: Sequence[Sequence[int]]) -> list[int]:
    """The letter codes of many words as one column for each input of the graph: bit k is that of word k."""
    return [
        int("0" + "".join("01"[word[position] >> bit & 1] for word in reversed(words)), 2)
        for position in range(circuit.length)
        for bit in range(circuit.code_width)
    ]
