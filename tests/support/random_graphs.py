"""Random and-inverter graphs, from a seed, with the truth table of each literal."""

from __future__ import annotations

import random

from logbits.encode.circuit.aig import Aig
from support.circuit_values import Tables

INPUTS = 4


def random_graph(seed: int, calls: int = 40) -> tuple[Aig, Tables, list[tuple[int, int]]]:
    """A graph, and its literals with their truth tables."""
    rng, aig, tables = random.Random(seed), Aig(INPUTS), Tables(INPUTS)
    found = [(aig.input(k + 1), tables.inputs[k]) for k in range(INPUTS)]
    for _ in range(calls):
        operands = [(a ^ sign, tables.negate(t) if sign else t) for a, t in found for sign in (0, 1)]
        recent = operands[-12:] if rng.random() < 0.6 else operands
        chosen = [rng.choice(recent) for _ in range(3)]
        arity = {"both": 2, "either": 2, "differ": 2, "choose": 3, "majority": 3}
        name = rng.choice((*arity, "both", "both"))
        literals, values = ([each[k] for each in chosen[: arity[name]]] for k in (0, 1))
        found.append((getattr(aig, name)(*literals), getattr(tables, name)(*values)))
    return aig, tables, found
