"""Random small programs and arithmetics, from a seed.

`instance(seed)` is one question: a program, two arithmetics, a length, a bound, perhaps a language. The same seed
always gives the same question. Everything that the definition allows is drawn: all masks and ties, BOS and EOS, one to
four symbols, symbol × position embeddings, every local operation, tables that fail, polynomial scores, several heads on
one score, declared ranges, acceptors at every place, numbers, classes and selected sets as outputs, assumed languages,
and symmetric programs (`random_symmetric`), which are decided on counts.

Two things are not left to chance: consecutive seeds go through all ways to compute (`WAYS`), and within each of these
through all pairs of a mask and a tie rule.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic
from logbits.encode.model.build import Builder, Expression, Polynomial
from logbits.encode.program.program import MASKS, TIES, Accept, Mask, Program, Ties
from logbits.verify.reference.run import Reference
from support.random_parts import (
    WAYS,
    affine,
    arithmetic_of,
    embedding,
    local,
    places,
    polynomial,
    random_arithmetic,
    random_left,
)
from support.random_symmetric import monotone_program, symmetric_program

HEADS: tuple[tuple[Mask, Ties], ...] = tuple(itertools.product(MASKS, TIES))
MASKED = tuple(head for head in HEADS if head[0] != "none")

ROUND = 6
"""One of so many seeds is a symmetric program."""

MOST = 256
"""The greatest number of words of a question."""


@dataclass(frozen=True)
class Instance:
    """One question: does `program` decide words of `length` in `right` as in `left`, with the scales of `bound`?

    Where `assume` is given, only the words that it accepts are asked about.
    """

    program: Program
    left: Arithmetic
    right: Arithmetic
    length: int
    bound: int
    assume: Program | None = None

    def words(self) -> Iterator[tuple[int, ...]]:
        """Every word of the length, as symbol numbers."""
        return itertools.product(range(len(self.program.alphabet)), repeat=self.length)

    def spelled(self, word: Sequence[int]) -> tuple[str, ...]:
        """A word of symbol numbers as symbols."""
        return tuple(self.program.alphabet[symbol] for symbol in word)


def instance(seed: int) -> Instance:
    """The question of a seed. Nearly all of them have an exact outcome that depends on the word."""
    rng = random.Random(seed)
    turn, last = divmod(seed, ROUND)
    number = turn if last == ROUND - 1 else seed - turn
    way, head = WAYS[number % len(WAYS)], HEADS[number % len(HEADS)]  # all pairs, as the lengths are coprime
    while True:
        letters = rng.choice((1, 2, 2, 2, 2, 3, 3, 4))
        length = rng.choice((1, 2, 2, 3, 3, 3, 4, 4, 5, 6))
        if letters**length > MOST:
            continue
        right = arithmetic_of(rng, way)
        left = random_left(rng) if way[0] != "exact" else random_arithmetic(rng)
        if last < ROUND - 1:
            program = random_program(rng, length, letters, head)
        elif letters == 2 and rng.random() < 0.6:
            program = monotone_program(rng)
        else:
            program = symmetric_program(rng, letters)
        assume = _language(rng, length, letters) if rng.random() < 0.12 else None
        made = Instance(program, left, right, length, length + rng.choice((0, 0, 1, 4)), assume)
        try:
            runs = [Reference(program, arithmetic, made.bound) for arithmetic in (EXACT, made.left, made.right)]
        except ValueError as error:
            if not any(known in str(error) for known in ("one signed bit", "overflows")):
                raise
            continue
        words = [rng.choices(program.alphabet, k=length) for _ in range(12)]
        if rng.random() < 0.05 or len({runs[0].run(word).outcome for word in words}) > 1:
            return made


def _language(rng: random.Random, length: int, letters: int) -> Program:
    """An acceptor, to be assumed."""
    while True:
        program = random_program(rng, length, letters)
        if isinstance(program.readout, Accept):
            return program


def random_program(rng: random.Random, length: int, letters: int, head: tuple[Mask, Ties] | None = None) -> Program:
    """One to three layers of one or two heads, with local operations before, between and after them.

    The last head is of the given kind. Mostly, the threshold of an acceptor is a value that its accumulator takes on a
    word of this length, so that the smallest rounding shows.
    """
    t = Builder("random", "abcd"[:letters], bos=rng.random() < 0.3, eos=rng.random() < 0.3)
    features = [embedding(rng, t) for _ in range(rng.randint(1, 3))]
    scores: list[Polynomial] = []
    layers = rng.choice((1, 1, 1, 2, 2, 3))
    causal = rng.random() < 0.3
    for layer in range(1, layers + 1):
        for _ in range(rng.randint(0, 2)):
            features.append(local(rng, t, features))
        heads = [rng.choice(MASKED if causal else HEADS) for _ in range(rng.randint(1, 2))]
        if head is not None and layer == layers:
            heads[-1] = head
        features += [_head(rng, t, features, scores, *kind) for kind in heads]
    attended = features[-1]
    for _ in range(rng.randint(0, 2)):
        features.append(local(rng, t, features[-2:]))
    recent = features[-3:]
    kind = rng.choices(("accept", "output", "classify", "attended"), (5, 2, 2, 1))[0]
    if kind == "attended":
        return t.attended(attended, rng.choice(places(t)))
    if kind == "output":
        return t.output(affine(rng, recent))
    if kind == "classify":
        return t.classify({label: affine(rng, recent) for label in "xyz"[: rng.randint(2, 3)]})
    place = rng.choice(places(t, "last"))
    form = affine(rng, recent)
    program = t.accept(form, place)
    if rng.random() < 0.8:
        exact = Reference(program, EXACT, length)
        runs = [exact.run([rng.choice(t.alphabet) for _ in range(length)]) for _ in range(3)]
        threshold = rng.choice([run.readout[0][0] for run in runs])
        form = form - threshold if rng.random() < 0.5 else threshold - form
        program = t.accept(form, place)
    return program


def _head(
    rng: random.Random, t: Builder, features: Sequence[Expression], scores: list[Polynomial], mask: Mask, ties: Ties
) -> Expression:
    """A head with a score of its own, or one that another head has."""
    value = rng.choice(features)
    if rng.random() < 0.2:
        value = t.store(affine(rng, features))
    if ties == "uniform":
        return t.uniform(value, mask)
    within = (mpq(-2), mpq(2)) if rng.random() < 0.1 else None
    score = rng.choice(scores) if scores and rng.random() < 0.2 else polynomial(rng, t, features)
    scores.append(score)
    return t.attend(score, value, mask, ties, within=within)
