"""Each operation of circuits at small widths, exhaustively, against Python's integers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest
from logbits.encode.circuit.circuit import FALSE, TRUE, Circuit, Number, evaluate, width_of
from support.circuit_values import columns, signed, value

INTERVALS = [(low, high) for low in range(-4, 5) for high in range(low, 5)]
FEW = [(-4, -4), (-4, -1), (-4, 3), (-3, 4), (-1, 0), (-1, 1), (0, 0), (0, 1), (0, 4), (1, 1), (1, 2), (2, 4), (4, 4)]


def inputs(*intervals: tuple[int, int]) -> tuple[Circuit, list[Number], list[tuple[int, ...]]]:
    """A circuit with one free number in each interval, and the letter codes for all their values."""
    circuit = Circuit(16, len(intervals))
    numbers = [
        circuit.narrow(Number(code, low, high)) for code, (low, high) in zip(circuit.codes, intervals, strict=True)
    ]
    rows = itertools.product(*(range(low, high + 1) for low, high in intervals))
    return circuit, numbers, [tuple(v % 16 for v in row) for row in rows]


def integer(code: int) -> int:
    return code - 16 if code >= 8 else code


def holds(circuit: Circuit, words: Sequence[tuple[int, ...]], number: Number, expected: Callable[..., int]) -> None:
    """The number has the expected value on all inputs, within its interval, at the width that its interval needs."""
    assert circuit.widths[number.node] == width_of(number.low, number.high)
    for word, pattern in zip(words, columns(circuit, words)[number.node], strict=True):
        found = signed(circuit, number.node, pattern)
        assert found == expected(*map(integer, word))
        assert number.low <= found <= number.high


def decides(circuit: Circuit, words: Sequence[tuple[int, ...]], node: int, expected: Callable[..., bool]) -> None:
    assert columns(circuit, words)[node] == [int(expected(*map(integer, word))) for word in words]


@pytest.mark.parametrize("low", range(-9, 10))
def test_widths_are_minimal(low: int) -> None:
    for high in range(low, 10):
        width = width_of(low, high)
        assert -(1 << width - 1) <= low <= high < 1 << width - 1
        assert width == 1 or not -(1 << width - 2) <= low <= high < 1 << width - 2


@pytest.mark.parametrize("number", [-9, -8, -7, -1, 0, 1, 2, 7, 8, 10**30, -(2**64), 2**64 - 1])
def test_constants(number: int) -> None:
    circuit = Circuit(2, 0)
    made = circuit.number(number)
    assert (made.low, made.high, value(circuit, made)) == (number, number, number)
    assert circuit.number(number) == made
    assert circuit.widths[made.node] == width_of(number, number)


@pytest.mark.parametrize("a", INTERVALS)
def test_operations_on_two_numbers(a: tuple[int, int]) -> None:
    for b in INTERVALS:
        circuit, (x, y), words = inputs(a, b)
        total, product = circuit.add(x, y), circuit.multiply(x, y)
        assert (total.low, total.high) == (a[0] + b[0], a[1] + b[1])
        corners = [p * q for p in a for q in b]
        assert (product.low, product.high) == (min(corners), max(corners))
        holds(circuit, words, total, lambda p, q: p + q)
        holds(circuit, words, product, lambda p, q: p * q)
        decides(circuit, words, circuit.at_least(x, y), lambda p, q: p >= q)
        decides(circuit, words, circuit.equal(x, y), lambda p, q: p == q)


@pytest.mark.parametrize("a", FEW)
@pytest.mark.parametrize("b", FEW)
def test_choices(a: tuple[int, int], b: tuple[int, int]) -> None:
    circuit, (x, y, c), words = inputs(a, b, (-1, 1))
    positive = circuit.at_least(c, circuit.number(1))
    holds(circuit, words, circuit.choose(positive, x, y), lambda p, q, r: p if r >= 1 else q)
    assert circuit.choose(TRUE, x, y) == x
    assert circuit.choose(FALSE, x, y) == y
    assert circuit.choose(positive, x, x) == x


@pytest.mark.parametrize("a", INTERVALS)
def test_operations_on_one_number(a: tuple[int, int]) -> None:
    circuit, (x,), words = inputs(a)
    negative = circuit.negative(x)
    assert (negative.low, negative.high) == (-a[1], -a[0])
    holds(circuit, words, negative, lambda p: -p)
    for divisor in range(1, 12):
        quotient = circuit.floor_divide(x, divisor)
        assert (quotient.low, quotient.high) == (a[0] // divisor, a[1] // divisor)
        holds(circuit, words, quotient, lambda p, divisor=divisor: p // divisor)
    for bits in range(1, 7):
        holds(circuit, words, circuit.wrap(x, bits, False), lambda p, bits=bits: p % 2**bits)
        half = 1 << bits - 1
        holds(circuit, words, circuit.wrap(x, bits, True), lambda p, b=bits, h=half: (p + h) % 2**b - h)


def test_results_are_shared() -> None:
    circuit, (x, y), _ = inputs((-4, 3), (-4, 3))
    assert circuit.add(x, y) == circuit.add(y, x)
    assert circuit.multiply(x, y) == circuit.multiply(y, x)
    assert circuit.equal(x, y) == circuit.equal(y, x)
    assert circuit.add(x, circuit.number(0)) == x
    assert circuit.multiply(circuit.number(1), x) == x


@pytest.mark.parametrize("count", range(4))
def test_bools(count: int) -> None:
    circuit = Circuit(2, 3)
    literals = [circuit.is_symbol(position, 1) for position in (1, 2, 3)]
    words = list(itertools.product((0, 1), repeat=3))
    for chosen in itertools.product([*range(3), "-0", "-1", "true", "false"], repeat=count):
        nodes: list[int] = []
        for each in chosen:
            constant = {"true": TRUE, "false": FALSE}.get(str(each))
            negated = isinstance(each, str) and constant is None
            literal = literals[abs(int(each))] if constant is None else constant
            nodes.append(circuit.negation(literal) if negated else literal)

        def truth(word: tuple[int, ...], each: int | str) -> bool:
            if each in ("true", "false"):
                return each == "true"
            return word[abs(int(each))] == (0 if isinstance(each, str) else 1)

        both, some = circuit.conjunction(nodes), circuit.disjunction(nodes)
        found = columns(circuit, words)
        assert found[both] == [int(all(truth(word, each) for each in chosen)) for word in words]
        assert found[some] == [int(any(truth(word, each) for each in chosen)) for word in words]


def test_negation_is_an_involution() -> None:
    circuit = Circuit(2, 1)
    a = circuit.is_symbol(1, 1)
    assert circuit.negation(circuit.negation(a)) == a
    assert (circuit.negation(TRUE), circuit.negation(FALSE)) == (FALSE, TRUE)


@pytest.mark.parametrize("alphabet", range(1, 10))
def test_letters(alphabet: int) -> None:
    circuit = Circuit(alphabet, 2)
    assert 1 << circuit.code_width >= alphabet
    assert circuit.code_width == 1 or 1 << circuit.code_width - 1 < alphabet
    for symbol in range(1, alphabet):
        node = circuit.is_symbol(2, symbol)
        for code in range(1 << circuit.code_width):
            assert evaluate(circuit, node, (0, code)) == (code == symbol)


@pytest.mark.parametrize("a", FEW)
def test_both_evaluators_agree(a: tuple[int, int]) -> None:
    circuit, (x, y), words = inputs(a, (-3, 4))
    total = circuit.add(circuit.multiply(x, y), circuit.negative(y))
    circuit.choose(circuit.at_least(total, x), circuit.floor_divide(total, 3), circuit.wrap(x, 2, False))
    circuit.conjunction([circuit.equal(x, y), circuit.negation(circuit.at_least(x, total))])
    found = columns(circuit, words)
    for node in range(len(circuit)):
        assert [evaluate(circuit, node, word) for word in words] == found[node], circuit.ops[node]
