"""Random programs that read positions and see words through counts: what heads see depends on symbols or positions."""

from __future__ import annotations

import random

from logbits.bounds.count.kinds import kinds
from logbits.bounds.count.run import alike
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import parse as kind_of
from logbits.encode.model.build import Builder, Expression
from logbits.encode.program.position import Position, constant, i, n
from logbits.encode.program.program import Program
from logbits.verify.decide.counting import programs
from logbits.verify.reference.pair import Pair
from support.random_parts import affine, local, number, places, polynomial, random_arithmetic, random_left

FAILING = ("fixed(4, 2) error", "fixed(5, 1) error nearest-even iterative", "float(2, 3) ceil", "ufixed(4, 1) error")
POSITIONS = (i, i / n, (-1) ** i, i % 2, 1 / i, i - n, i.equals(2), 1 / (n + 1), i**2)


def counted_program(rng: random.Random, letters: int) -> Program:
    """A program of which no position, or no symbol, is seen together with the other; most of them read positions."""
    while True:
        program = _program(rng, letters)
        if kinds(program) is not None:
            return program


def _program(rng: random.Random, letters: int) -> Program:
    t = Builder("counted", "abcd"[:letters], bos=rng.random() < 0.3, eos=rng.random() < 0.3)
    features = [_embedding(rng, t, positional=False), _embedding(rng, t, positional=True)]
    for _ in range(rng.choice((1, 2, 2))):
        for _ in range(rng.randint(0, 2)):
            features.append(local(rng, t, features))
        features += [_head(rng, t, features) for _ in range(rng.randint(1, 2))]
    for _ in range(rng.randint(0, 2)):
        features.append(local(rng, t, features[-2:]))
    recent = features[-3:]
    kind = rng.choices(("accept", "output", "classify"), (4, 2, 2))[0]
    if kind == "output":
        return t.output(affine(rng, recent))
    if kind == "classify":
        return t.classify({label: affine(rng, recent) for label in "xyz"[: rng.randint(2, 3)]})
    return t.accept(affine(rng, recent), rng.choice(places(t)))


def _embedding(rng: random.Random, t: Builder, *, positional: bool) -> Expression:
    shared = rng.choice(POSITIONS) * number(rng)
    rows: dict[str, Position] = {symbol: shared if positional else constant(number(rng)) for symbol in t.alphabet}
    if t.bos:
        rows["BOS"] = rng.choice((constant(number(rng)), i, n))
    if t.eos:
        rows["EOS"] = rng.choice((constant(number(rng)), i, 1 / i))
    if positional and rng.random() < 0.15:
        rows[t.alphabet[0]] = i  # and then both matter
    return t.embed(rows)


def _head(rng: random.Random, t: Builder, features: list[Expression]) -> Expression:
    value = rng.choice(features)
    if rng.random() < 0.4:
        return t.uniform(value)
    return t.attend(
        polynomial(rng, t, features), value, "none", rng.choice(("saturated", "saturated", "hard", "rightmost"))
    )


def counted_claim(seed: int) -> Claim:
    """The question of a seed: a program that sees words through counts, and two arithmetics in which it does."""
    rng = random.Random(f"placed {seed}")
    while True:
        program = counted_program(rng, rng.choice((1, 2, 2, 2, 3)))
        try:
            kind = kind_of(rng.choice(("decision", "decision", "exact", "error<=1/4")))[0]
            low = parse(rng.choice(FAILING)) if rng.random() < 0.25 else random_arithmetic(rng)
            claim = Claim(program, random_left(rng), low, 6, kind=kind)
            Pair(claim)
            left, right = programs(claim)
        except ValueError as error:
            if not any(known in str(error) for known in ("one signed bit", "overflows")):
                raise
            continue
        if kinds(left) is not None and kinds(right) is not None and alike(left, right):
            return claim
