"""The way of few words: a question that rules leave open is put to its graph on every word of the length.

A long way below what solvers can do, and often beyond what rules and solvers both find hard: sixteen positions with two
symbols are 65,536 words, eight integers of 8,192 bits for each gate. The answer is the first word, in the order of the
alphabet, on which the root is 1, or that there is none. It rests on the graph alone, which is compared with the
reference run before, and on no solver; but it leaves no proof that others can check, so it is not tried where proofs
or the opinions of solvers are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice, product

from ...encode.circuit.aig import Aig, Literal
from ...encode.circuit.blast import columns
from ...encode.claim.claim import Claim
from ..question.question import Question
from ..question.workspace import block
from .portion import Portion, blocks
from .reply import Broken, Decided, Fault, Open, Single
from .terms import by_rules, made
from .way import Desk

WORDS = 1 << 20
"""The greatest number of words of a question of which the graph is looked at."""

STEPS = 1 << 22
"""The greatest number of gates to evaluate, each on one batch of words: some seconds."""

BATCH = 1 << 13
"""The greatest number of words that are evaluated at once."""

BITS = 1 << 31
"""The greatest number of gates times words that are evaluated at once: 256 MiB."""


class EveryWord:
    """Lengths with at most `WORDS` words, of any claim, and those that are made in one workspace with them."""

    name = "words"
    together = False

    def applies(self, claim: Claim, lengths: range) -> range:
        """The lengths from the first on that have few enough words; others of their block are left open."""
        letters = len(claim.program.alphabet)
        longest = lengths.stop if letters == 1 else next(n for n in range(WORDS + 1) if letters ** (n + 1) > WORDS)
        if longest < lengths.start:
            return lengths[:0]
        return range(lengths.start, min(lengths.stop, block(claim, longest).stop))

    def portions(self, claim: Claim, lengths: range) -> Iterable[Portion]:
        """The lengths that are made in one workspace."""
        return blocks(claim, lengths, self.name)

    def decide(self, desk: Desk, lengths: range) -> Single:
        """What becomes of one length; it is left open where the question turns out too large for all its words.

        Raises:
            EncodingError: when the question disagrees with the reference run.
        """
        [length] = lengths
        simulated = made(desk, length)
        reply, question = by_rules(simulated), simulated.question
        return on_every_word(question, reply) if isinstance(reply, Open) and affordable(question) else reply


def on_every_word(question: Question, left: Open) -> Single:
    """What all words say about a question that rules leave open; it stays open where memory is not enough for that."""
    try:
        word = first_break(question)
    except MemoryError:
        return left
    if word is not None:
        return Broken(word, least=True)
    if left.word is not None:
        return Fault("no word breaks the claim, but one of the simulation does")
    return Decided("enumeration", left.members)


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
