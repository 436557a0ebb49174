"""Circuits in bits against both evaluators of circuits: each operation, random terms, random programs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest
from logbits.encode.circuit.bits import Bits
from logbits.encode.circuit.blast import blast, columns, to_graph
from logbits.encode.circuit.circuit import FALSE, TRUE, Circuit, Number, evaluate, needed
from logbits.encode.claim.claim import Claim
from logbits.encode.term.ranges import Ranges
from logbits.verify.question.question import Question
from support.circuit_values import Booleans
from support.circuit_values import columns as values
from support.marks import slow, slow_after
from support.random_questions import instance
from support.random_terms import random_terms, words


def codes(circuit: Circuit) -> list[tuple[int, ...]]:
    """All words, spare codes among them."""
    return list(itertools.product(range(1 << circuit.code_width), repeat=circuit.length))


def agree(circuit: Circuit, nodes: Sequence[int], every: Sequence[tuple[int, ...]]) -> None:
    """The bits of these nodes are those of their values, on every one of the words."""
    expected = values(circuit, every)
    bools = [node for node in nodes if not circuit.widths[node]]
    aig, literals = to_graph(circuit, bools)
    for node, value in zip(bools, aig.evaluate(literals, columns(circuit, every), len(every)), strict=True):
        assert [value >> k & 1 for k in range(len(every))] == expected[node], circuit.ops[node]
    width = circuit.code_width
    inputs = [[aig.input(p * width + bit + 1) for bit in range(width)] for p in range(circuit.length)]
    aig_words = blast(circuit, nodes, aig, inputs)
    for node, word in zip(nodes, aig_words, strict=True):
        assert len(word) == (circuit.widths[node] or 1)
        bits = aig.evaluate(word, columns(circuit, every), len(every))
        found = [sum((bit >> k & 1) << place for place, bit in enumerate(bits)) for k in range(len(every))]
        assert found == expected[node], circuit.ops[node]
    for k in random.Random(0).sample(range(len(every)), min(6, len(every))):
        letters = [[bool(code >> bit & 1) for bit in range(width)] for code in every[k]]
        for node, word in zip(nodes, blast(circuit, nodes, Booleans(), letters), strict=True):
            assert sum(bit << place for place, bit in enumerate(word)) == evaluate(circuit, node, every[k])


@pytest.mark.first(1)
@pytest.mark.parametrize("width", [1, 2, 3, slow(4)])
def test_every_operation(width: int) -> None:
    """Also on operands that `Number` would never make: only widths matter here."""
    circuit = Circuit(1 << width, 2)
    a, b = circuit.codes
    wide = [circuit._node(op, (x,), w, w) for op in ("sext", "zext") for x in (a, b) for w in (width + 1, width + 3)]
    pairs = [(a, b), (b, a), (a, a), *((x, y) for x in wide for y in wide if circuit.widths[x] == circuit.widths[y])]
    nodes = [a, b, *wide]
    for x, y in pairs:
        own = circuit.widths[x]
        nodes += [circuit._node(op, (x, y), 0, own) for op in ("add", "mul")]
        eq, sle = (circuit._node(op, (x, y), 0, 0) for op in ("eq", "sle"))
        both = circuit.conjunction([eq, circuit.negation(sle)])
        nodes += [eq, sle, both, circuit._node("ite", (sle, x, y), 0, own), circuit._node("neg", (x,), 0, own)]
        nodes += [circuit._node("low", (x,), w, w) for w in range(1, own + 1)]
        for divisor in range(1, 1 << own):
            by = circuit._node("number", (), divisor, own)
            nodes += [circuit._node("udiv", (x, by), 0, own)]
            nodes += [circuit._node("mul", (x, by), 0, own), circuit._node("mul", (by, y), 0, own)]
    agree(circuit, list(dict.fromkeys(nodes)), codes(circuit))


@pytest.mark.parametrize("seeds", [range(60), range(60, 120)])
def test_random_terms(seeds: range) -> None:
    for seed in seeds:
        terms, found, truths = random_terms(random.Random(seed), 10)
        bits = Bits(terms, Ranges(terms))
        nodes = [bits.number(term).node for term in found] + [bits.truth(term) for term in truths]
        agree(bits.circuit, list(dict.fromkeys(nodes)), words(terms))


@pytest.mark.slow
@pytest.mark.parametrize("seeds", slow_after(1, [range(40), range(40, 80)]))
def test_questions_of_random_programs(seeds: range) -> None:
    for seed in seeds:
        made = instance(seed)
        for reduce in (True, False):
            question = Question(Claim(made.program, made.left, made.right, made.bound), made.length, reduce=reduce)
            circuit, root = question.bits.circuit, question.bits.truth(question.root)
            every = codes(circuit)
            aig, literal = question.graph
            [value] = aig.evaluate([literal], columns(circuit, every), len(every))
            assert [value >> k & 1 for k in range(len(every))] == values(circuit, every)[root], seed


def test_letters_are_inputs_in_order() -> None:
    circuit = Circuit(5, 2)
    assert columns(circuit, [(0b001, 0b110), (0b100, 0b010)]) == [0b01, 0b00, 0b10, 0b00, 0b11, 0b01]
    aig, [literal] = to_graph(circuit, [circuit.is_symbol(2, 3)])
    assert aig.inputs == 6
    assert [aig.evaluate([literal], columns(circuit, [word]), 1) for word in ((0, 3), (3, 0), (3, 7))] == [
        [1],
        [0],
        [0],
    ]


def test_only_what_is_needed_is_made() -> None:
    circuit = Circuit(8, 2)
    x, y = (Number(code, -4, 3) for code in circuit.codes)
    circuit.multiply(x, y)
    root = circuit.equal(x, circuit.number(2))
    aig, _ = to_graph(circuit, [root])
    assert len(aig) == 1 + 6 + 2
    assert needed(circuit, [root]) == [x.node, circuit.number(2).node, root] or len(needed(circuit, [root])) == 4
    assert needed(circuit, []) == []
    assert needed(circuit, [TRUE, FALSE]) == [TRUE, FALSE]


def test_constants() -> None:
    circuit = Circuit(3, 1)
    aig, literals = to_graph(circuit, [TRUE, FALSE])
    assert literals == [aig.true, aig.false]


def test_what_makes_no_sense_is_refused() -> None:
    circuit = Circuit(4, 2)
    a, b = circuit.codes
    with pytest.raises(ValueError, match="2 codes of 2 bits"):
        blast(circuit, [a], Booleans(), [[True, False], [True]])
    for op in ("udiv", "nonsense"):
        with pytest.raises(ValueError, match=f"'{op}' has no definition"):
            to_graph(circuit, [circuit._node("eq", (circuit._node(op, (a, b), 0, 2), a), 0, 0)])
    zero = circuit._node("number", (), 0, 2)
    with pytest.raises(ValueError, match="at least 1"):
        to_graph(circuit, [circuit._node("eq", (circuit._node("udiv", (a, zero), 0, 2), a), 0, 0)])


def test_depth_is_no_obstacle() -> None:
    circuit = Circuit(2, 1)
    node = circuit.is_symbol(1, 1)
    for k in range(20000):
        node = circuit._node("not", (node,), k, 0)
    _, [literal] = to_graph(circuit, [node])
    assert literal == to_graph(circuit, [circuit.is_symbol(1, 1)])[1][0]
