"""Few words: a question is put to its graph on every word of the length.

A long way below what solvers can do, and often beyond what rules and solvers both find hard: sixteen positions with two
symbols are 65,536 words, eight integers of 8,192 bits for each gate. The answer is the first word, in the order of the
alphabet, on which the root is 1, or that there is none. It rests on the graph alone, which is compared with the
reference run before, and on no solver; but it leaves no proof that others can check, so it is not tried where proofs
or the opinions of solvers are asked for.
"""

from __future__ import annotations

from itertools import islice, product

from ...encode.circuit.aig import Aig, Literal
from ...encode.circuit.blast import columns
from ..question.question import Question

WORDS = 1 << 20
"""The greatest number of words of a question of which the graph is looked at."""

STEPS = 1 << 22
"""The greatest number of gates to evaluate, each on one batch of words: some seconds."""

BATCH = 1 << 13
"""The greatest number of words that are evaluated at once."""

BITS = 1 << 31
"""The greatest number of gates times words that are evaluated at once: 256 MiB."""


def affordable(question: Question) -> bool:
    """Whether every word of the question's length can be looked at."""
    words = len(question.claim.program.alphabet) ** question.length
    if words > WORDS:
        return False
    graph, root = question.graph
    gates = len(graph.cone([root]))
    return gates * -(-words // _batch(gates)) <= STEPS


def first_break(question: Question) -> tuple[int, ...] | None:
    """The first word of the question's length, in the order of the alphabet, that breaks the claim; None if none does.

    For a question of which every word can be looked at; any other takes its time.
    """
    graph, root = question.graph
    circuit, batch_size = question.bits.circuit, _batch(len(graph.cone([root])))
    words = product(range(len(question.claim.program.alphabet)), repeat=question.length)
    while batch := list(islice(words, batch_size)):
        first = _first(graph, root, columns(circuit, batch), len(batch))
        if first is not None:
            return batch[first]
    return None


def _batch(gates: int) -> int:
    """How many words are evaluated at once on a graph."""
    return max(1, min(BATCH, BITS // max(1, gates)))


def _first(graph: Aig, root: Literal, inputs: list[int], count: int) -> int | None:
    """The number of the first of `count` words on which the root is 1."""
    [value] = graph.evaluate([root], inputs, count)
    return (value & -value).bit_length() - 1 if value else None
