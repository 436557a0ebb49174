"""Simulation: terms, circuit, graph and clauses of a question against the reference run, word by word.

Before an UNSAT (or a root that is 0) counts, all of them are compared with the reference run on boundary and random
words; a mismatch is an internal error, never a verdict. `Pair` holds the reference runs of a claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...encode.circuit.bits import Bits
from ...encode.circuit.blast import columns, to_graph
from ...encode.circuit.circuit import evaluate
from ...encode.circuit.cnf import FormError, dimacs, extend
from ...encode.circuit.smtlib import script
from ...encode.circuit.tseitin import clauses
from ...encode.term.ranges import check
from ..reference.pair import Pair
from .question import Question, Texts
from .trials import Trial, trial


class EncodingError(Exception):
    """The encoding disagrees with the reference run: an error of this software, with the word that shows it."""


def simulate(question: Question, pair: Pair, words: Iterable[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Compares a question with the reference run on the words (as symbol numbers), each by itself.

    Returns a word that breaks the claim, if one of these does.

    Raises:
        EncodingError: when they disagree.
    """
    return compare(question, pair, (trial(question, pair, word) for word in words))


def compare(question: Question, pair: Pair, trials: Iterable[Trial]) -> tuple[int, ...] | None:
    """Compares terms, circuit, graph and clauses with the reference run.

    Returns a word that breaks the claim, if one of those that are tried does.

    Raises:
        EncodingError: when they disagree.
    """
    sides = [question.left, question.right]
    circuit = None if question.decided() else question.bits
    seen: list[tuple[int, ...]] = []
    broken_at = 0
    found: tuple[int, ...] | None = None
    for each in trials:
        word, runs, member, value = each.word, each.runs, each.member, each.value
        readings = pair.readings(*runs)
        broken = check(question.terms, question.ranges, {term: value(term) for term in each.fresh})
        for name, side, expected in zip(("left", "right"), sides, readings, strict=True):
            failed = any(map(value, side.failures))
            if failed != (expected is None):
                raise _mismatch(question, word, f"failure of the {name} run")
            if not failed and list(map(value, side.reading)) != expected:
                raise _mismatch(question, word, f"outcome of the {name} run")
        if (value(question.member) == 1) != member:
            raise _mismatch(question, word, "assumed language")
        breaks = member and pair.differ(*runs)
        if broken is not None or (value(question.root) == 1) != breaks:
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


def unseen(question: Question, trials: Iterable[Trial]) -> Texts | None:
    """What asks for any word of the assumed language; None where one of those that are tried is such a word.

    Raises:
        EncodingError: when the circuit says otherwise of one of the words.
    """
    outside: list[tuple[int, ...]] = []
    for each in trials:
        if each.member:
            return None
        outside.append(each.word)
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
