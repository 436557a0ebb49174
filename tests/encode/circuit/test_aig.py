"""And-inverter graphs: each rule, numbering, simulation, and random ones against truth tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from logbits.encode.circuit.aig import FALSE, TRUE, Aig
from support.random_graphs import INPUTS, random_graph

Rule = Callable[[Aig, int, int, int], tuple[int, int, int]]

# Each gives the two operands and what the rule makes of them; p, q and s are any literals of three inputs.
RULES: dict[str, Rule] = {
    "FALSE ∧ p": lambda g, p, q, s: (FALSE, p, FALSE),
    "TRUE ∧ p": lambda g, p, q, s: (TRUE, p, p),
    "p ∧ p": lambda g, p, q, s: (p, p, p),
    "p ∧ ¬p": lambda g, p, q, s: (p, p ^ 1, FALSE),
    "(p ∧ q) ∧ p": lambda g, p, q, s: (g.both(p, q), p, g.both(p, q)),
    "(p ∧ q) ∧ ¬p": lambda g, p, q, s: (g.both(p, q), p ^ 1, FALSE),
    "(p ∧ q) ∧ (¬p ∧ s)": lambda g, p, q, s: (g.both(p, q), g.both(p ^ 1, s), FALSE),
    "¬(p ∧ q) ∧ ¬p": lambda g, p, q, s: (g.both(p, q) ^ 1, p ^ 1, p ^ 1),
    "¬(p ∧ q) ∧ (¬p ∧ s)": lambda g, p, q, s: (g.both(p, q) ^ 1, g.both(p ^ 1, s), g.both(p ^ 1, s)),
    "¬(p ∧ q) ∧ p": lambda g, p, q, s: (g.both(p, q) ^ 1, p, g.both(p, q ^ 1)),
    "¬(p ∧ q) ∧ (p ∧ s)": lambda g, p, q, s: (
        g.both(p, q) ^ 1,
        g.both(p, s),
        g.both(q ^ 1, g.both(p, s)),
    ),
    "¬(p ∧ q) ∧ ¬(p ∧ ¬q)": lambda g, p, q, s: (g.both(p, q) ^ 1, g.both(p, q ^ 1) ^ 1, p ^ 1),
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_rules(name: str, order: tuple[int, ...]) -> None:
    """In every order and with every sign of the operands, the result is there and no gate is made."""
    for signs in itertools.product((0, 1), repeat=3):
        aig = Aig(3)
        p, q, s = (aig.input(1 + k) ^ sign for k, sign in zip(order, signs, strict=True))
        a, b, result = RULES[name](aig, p, q, s)
        size = len(aig)
        assert aig.both(a, b) == aig.both(b, a) == result
        assert len(aig) == size


def test_numbering_is_that_of_the_calls() -> None:
    aig = Aig(2)
    x, y = aig.input(1), aig.input(2)
    assert (x, y, aig.true, aig.false) == (2, 4, TRUE, FALSE)
    assert (aig.both(y, x), aig.both(x ^ 1, y), aig.both(x, y)) == (6, 8, 6)
    assert (aig.left, aig.right) == ([0, 0, 0, 2, 3], [0, 0, 0, 4, 4])
    assert aig.negate(6) == 7
    assert len(aig) == 5


@pytest.mark.parametrize("number", [0, 3, -1])
def test_there_are_no_other_inputs(number: int) -> None:
    with pytest.raises(ValueError, match="no input"):
        Aig(2).input(number)


@pytest.mark.parametrize("seeds", [range(200), range(200, 400)])
def test_random_graphs_mean_what_truth_tables_mean(seeds: range) -> None:
    for seed in seeds:
        aig, tables, found = random_graph(seed)
        literals = [literal for literal, _ in found]
        assert aig.evaluate(literals, tables.inputs, tables.rows) == [table for _, table in found], seed
        for node in range(INPUTS + 1, len(aig)):
            left, right = aig.left[node], aig.right[node]
            assert TRUE < left < right < 2 * node
            assert left ^ right != 1
        gates = list(zip(aig.left, aig.right, strict=True))[INPUTS + 1 :]
        assert len(set(gates)) == len(gates)


def test_rules_find_most_of_what_is_constant() -> None:
    """Not a matter of soundness: rules that never fire would be dead code."""
    hidden = shown = 0
    for seed in range(100):
        _, tables, found = random_graph(seed)
        for literal, table in found:
            if table in (0, tables.true):
                shown += literal <= TRUE
                hidden += literal > TRUE
    assert shown > 4 * hidden


def test_cones_hold_what_is_needed_in_order() -> None:
    aig = Aig(3)
    x, y, z = (aig.input(k) for k in (1, 2, 3))
    first, other = aig.both(x, y), aig.both(y, z)
    last = aig.both(first, z ^ 1)
    assert aig.cone([last]) == [first >> 1, last >> 1]
    assert aig.cone([other ^ 1, first]) == [first >> 1, other >> 1]
    assert aig.cone([]) == aig.cone([TRUE, x]) == []


def test_simulation_wants_a_column_for_each_input() -> None:
    aig = Aig(2)
    root = aig.both(aig.input(1), aig.input(2) ^ 1)
    assert aig.evaluate([root, root ^ 1, TRUE, FALSE, 2], [0b0011, 0b0101], 4) == [0b0010, 0b1101, 0b1111, 0, 0b0011]
    for columns in ([1], [1, 1, 1], [1, 2], [1, -1]):
        with pytest.raises(ValueError, match="2 columns of 1 bits"):
            aig.evaluate([root], columns, 1)
