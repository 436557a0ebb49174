"""Trials: words on which a question is compared with the reference run, with what either says of them.

In a causal program what is stored at a position does not depend on what follows. So the questions of one workspace are
tried on the beginnings of the same few words: the reference run of a long word is that of all its beginnings, and a
term that was evaluated for one length has the same value for the next. What one length costs is what is new in it.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Term, Terms, evaluate, evaluate_all, reachable
from ..reference.pair import Pair, accepts
from ..reference.prefix import prefix
from ..reference.run import Run
from .question import Question
from .workspace import block

SAMPLES = 8
"""The number of words on which each question is simulated, where not all words are few enough."""

LONG = 48
"""The greatest length at which each sampled word is tried; of longer ones the words take turns."""

TURNS = 3
"""How many words are tried of a length beyond that: at one of the next lengths it is others."""

SHORTEST = 16
"""The least length of the words whose beginnings are tried; they are made twice as long, and again."""


def turns(words: Sequence[tuple[int, ...]], length: int) -> list[tuple[int, ...]]:
    """Some of the words, in the order of their kinds: a run on a long word takes time in the square of its length."""
    return [words[(TURNS * length + number) % len(words)] for number in range(TURNS)]


@dataclass(frozen=True)
class Trial:
    """A word, as symbol numbers: both reference runs, whether the claim is about it, and the values of terms.

    `fresh` are the terms of which the values have not been seen in a trial before.
    """

    word: tuple[int, ...]
    runs: tuple[Run, Run]
    member: bool
    value: Callable[[Term], mpq]
    fresh: tuple[Term, ...]


def roots(question: Question) -> list[Term]:
    """All terms that are compared."""
    sides = question.left, question.right
    return [question.root, question.member, *(term for side in sides for term in (*side.reading, *side.failures))]


def trial(question: Question, pair: Pair, word: tuple[int, ...]) -> Trial:
    """One word alone."""
    symbols = pair.spell(word)
    values = evaluate_all(question.terms, word, roots(question))
    return Trial(word, pair.run(symbols), pair.member(symbols), values.__getitem__, tuple(values))


class Trials:
    """The trials of the questions of one claim: all words where they are few, else `SAMPLES`."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self._beginnings: Beginnings | None = None

    def of(self, question: Question) -> Iterator[Trial]:
        """Those of one question."""
        claim, length = question.claim, question.length
        letters = len(claim.program.alphabet)
        if not claim.causal or letters**length <= 2 * SAMPLES:
            words = list(sample(letters, length, SAMPLES))
            return (trial(question, self.pair, word) for word in (words if length <= LONG else turns(words, length)))
        last = block(claim, length)[-1]
        if self._beginnings is None or self._beginnings.last != last:
            self._beginnings = Beginnings(self.pair, last, SAMPLES)
        return self._beginnings.trials(question)


class Beginnings:
    """The trials of the questions of one causal claim at the lengths of one workspace, which ends with `last`."""

    def __init__(self, pair: Pair, last: int, budget: int) -> None:
        self.pair, self.last = pair, last
        self.words = [tuple(word) for word in _endless(len(pair.claim.program.alphabet), last, budget)]
        self._runs: list[tuple[Run, ...]] = []
        self._terms: Terms | None = None
        self._seen: set[Term] = set()
        self._values: list[list[mpq]] = []

    def trials(self, question: Question) -> Iterator[Trial]:
        """The trials of a question; those of the lengths before it come first, if they are asked about at all."""
        length = question.length
        if not self._runs or self._runs[0][0].length < length:
            reached = min(max(SHORTEST, 1 << (length - 1).bit_length()), self.last)
            spelled = [self.pair.spell(word[:reached]) for word in self.words]
            self._runs = [tuple(each.run(word) for each in self.pair.references) for word in spelled]
        if self._terms is not question.terms:
            self._terms, self._seen, self._values = question.terms, set(), [[] for _ in self.words]
        fresh = tuple(reachable(question.terms, roots(question), self._seen))
        self._seen.update(fresh)
        for word, runs, values in zip(self.words, self._runs, self._values, strict=True):
            _evaluate(question.terms, word, fresh, values)
            left, right, *assumed = (
                prefix(each, run, length) for each, run in zip(self.pair.references, runs, strict=True)
            )
            yield Trial(word[:length], (left, right), all(map(accepts, assumed)), values.__getitem__, fresh)


def _evaluate(terms: Terms, word: tuple[int, ...], fresh: tuple[Term, ...], values: list[mpq]) -> None:
    """Puts the values of terms on a word, children first, into the list of all values; 0 and 1 are one number each."""
    values += [ZERO] * (len(terms) - len(values))
    for term in fresh:
        op, payload = terms.ops[term], terms.payloads[term]
        if op == "symbol":
            position, symbol = payload
            values[term] = ONE if word[position - 1] == symbol else ZERO
        else:
            value = evaluate(op, payload, [values[arg] for arg in terms.args[term]])
            values[term] = ONE if value == 1 else ZERO if value == 0 else value


def _endless(alphabet: int, length: int, budget: int) -> Iterator[list[int]]:
    """`budget` words, of which the beginnings are tried: regular ones, and random ones, always the same."""
    places, last = range(1, length + 1), alphabet - 1
    regular = (
        [0] * length,
        [last] * length,
        [place % alphabet for place in places],
        [place.bit_length() % alphabet for place in places],
    )
    yield from regular[: max(budget - 1, 1)]
    for number in range(budget - len(regular)):
        choose = random.Random(f"{alphabet} {number}")
        yield [choose.randrange(alphabet) for _ in places]


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
