"""Simulation: terms, circuit, graph and clauses of a question against the reference run, word by word.

Before an UNSAT (or a root that is 0) counts, all of them are compared with the reference run on boundary and random
words; a mismatch is an internal error, never a verdict. `Pair` holds the reference runs of a claim.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

from ...encode.circuit.bits import Bits
from ...encode.circuit.blast import columns, to_graph
from ...encode.circuit.circuit import evaluate
from ...encode.circuit.cnf import FormError, dimacs, extend
from ...encode.circuit.smtlib import script
from ...encode.circuit.tseitin import clauses
from ...encode.term.ranges import check
from ...encode.term.terms import evaluate_all
from ..reference.pair import Pair
from .question import Question, Texts


class EncodingError(Exception):
    """The encoding disagrees with the reference run: an error of this software, with the word that shows it."""


def simulate(question: Question, pair: Pair, words: Iterator[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Compares terms, circuit, graph and clauses with the reference run on the words (as symbol numbers).

    Returns a word that breaks the claim, if one of these does.

    Raises:
        EncodingError: when they disagree.
    """
    sides = [question.left, question.right]
    roots = [question.root, question.member, *(term for side in sides for term in (*side.reading, *side.failures))]
    circuit = None if question.decided() else question.bits
    seen: list[tuple[int, ...]] = []
    broken_at = 0
    found: tuple[int, ...] | None = None
    for word in words:
        symbols = pair.spell(word)
        runs, member = pair.run(symbols), pair.member(symbols)
        readings = pair.readings(*runs)
        values = evaluate_all(question.terms, word, roots)
        broken = check(question.terms, question.ranges, values)
        for name, side, expected in zip(("left", "right"), sides, readings, strict=True):
            failed = any(values[term] for term in side.failures)
            if failed != (expected is None):
                raise _mismatch(question, word, f"failure of the {name} run")
            if not failed and [values[term] for term in side.reading] != expected:
                raise _mismatch(question, word, f"outcome of the {name} run")
        if (values[question.member] == 1) != member:
            raise _mismatch(question, word, "assumed language")
        breaks = member and pair.differ(*runs)
        if broken is not None or (values[question.root] == 1) != breaks:
            raise _mismatch(question, word, "terms of the question")
        if circuit and evaluate(circuit.circuit, circuit.truth(question.root), word) != breaks:
            raise _mismatch(question, word, "circuit of the question")
        broken_at |= breaks << len(seen)
        seen.append(word)
        if breaks and (found is None or word < found):
            found = word
    if circuit and seen:
        aig, root = question.graph
        inputs = columns(circuit.circuit, seen)
        [value] = aig.evaluate([root], inputs, len(seen))
        require_same(question, seen, value ^ broken_at, "graph of the question")
        try:
            asserted = extend(question.cnf, inputs, len(seen))
        except FormError as error:
            raise EncodingError(f"the clauses of the question are no definitions: {error}") from error
        require_same(question, seen, asserted ^ broken_at, "clauses of the question")
    return found


def require_same(question: Question, words: Sequence[tuple[int, ...]], differing: int, what: str) -> None:
    """Checks that nothing differs: bit k of `differing` says whether something does on word k.

    Raises:
        EncodingError: with the first word on which it does.
    """
    if differing:
        raise _mismatch(question, words[(differing & -differing).bit_length() - 1], what)


def unseen(question: Question, pair: Pair, words: Iterator[tuple[int, ...]]) -> Texts | None:
    """What asks for any word of the assumed language; None where one of `words` is such a word.

    Raises:
        EncodingError: when the circuit says otherwise of one of the words.
    """
    outside: list[tuple[int, ...]] = []
    for word in words:
        if pair.member(pair.spell(word)):
            return None
        outside.append(word)
    bits = Bits(question.terms, question.ranges, question.length)
    root = bits.question(question.member)
    for word in outside:
        if evaluate(bits.circuit, root, word):
            raise _mismatch(question, word, "circuit of the assumed language")
    aig, [literal] = to_graph(bits.circuit, [root])
    inputs, asked = columns(bits.circuit, outside), clauses(aig, literal)
    [value] = aig.evaluate([literal], inputs, len(outside))
    require_same(question, outside, value, "graph of the assumed language")
    require_same(question, outside, extend(asked, inputs, len(outside)), "clauses of the assumed language")
    about = (f"any word for {question.claim}, length {question.length}",)
    return Texts(script(bits.circuit, root, about), dimacs(asked, about))


def _mismatch(question: Question, word: tuple[int, ...], what: str) -> EncodingError:
    text = " ".join(question.claim.program.alphabet[symbol] for symbol in word)
    return EncodingError(f"the encoding and the reference run disagree on the {what}, on the word {text}")


def sample(alphabet: int, length: int, budget: int) -> Iterator[tuple[int, ...]]:
    """All words if they are few, else at most `budget`: boundary words first, then random ones, always the same."""
    if alphabet**length <= 2 * budget:
        yield from itertools.product(range(alphabet), repeat=length)
        return
    last = alphabet - 1
    half, rest = length // 2, length - length // 2
    boundary = [
        (0,) * length,
        (last,) * length,
        (0,) * (length - 1) + (last,),
        (last,) + (0,) * (length - 1),
        (0,) * half + (last,) * rest,
        tuple(index % alphabet for index in range(length)),
    ]
    words = list(dict.fromkeys(boundary))[:budget]
    choose = random.Random(f"{alphabet} {length}")
    while len(words) < budget:
        word = tuple(choose.randrange(alphabet) for _ in range(length))
        if word not in words:
            words.append(word)
    yield from words
