"""Random programs that can be followed letter by letter, and questions about them, from a seed.

They are biased to what a sweep over prefixes is for: sums that round on their way, floats, positions in scores and
values, heads over heads; with BOS and EOS, all ties, all readouts, and unmasked heads that are read where words end.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from logbits.bounds.prefix.kinds import UnsupportedError
from logbits.bounds.prefix.sweep import Sweep
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import Kind
from logbits.encode.claim.kind import parse as kind_of
from logbits.encode.model.build import Builder, Expression, Polynomial
from logbits.encode.number.mean import Iterative
from logbits.encode.program.position import Position, constant, i
from logbits.encode.program.program import Mask, Program
from support.random_parts import WAYS, affine, arithmetic_of, local, number, random_left

POSITIONS: tuple[Position, ...] = (i, i * i, i % 2, 1 / (i + 1), i.equals(1), i.less(3), (i / 2).floor(), -i)
KINDS: tuple[Kind, ...] = tuple(
    kind_of(text)[0] for text in ("decision", "decision", "decision", "exact", "attention", "error<=1/3", "output")
)
MOST = 300
"""The greatest number of words of the greatest length of a question."""

BIASED = [way for way in WAYS if way[0] in ("float", "fixed(b, f)", "fixed(b)", "logfloat") and way[1] == "iterative"]


def claims(seed: int) -> Iterator[tuple[Claim, int]]:
    """Questions of a seed, each with the greatest length that all words of may be looked at."""
    rng = random.Random(f"prefix {seed}")
    letters = rng.choice((1, 2, 2, 2, 3))
    length = max(n for n in range(1, 9) if letters**n <= MOST)
    program = _program(rng, letters)
    right = arithmetic_of(rng, rng.choice(BIASED if rng.random() < 0.5 else WAYS))
    if rng.random() < 0.8:  # which sweeps follow; others they refuse
        mean = Iterative() if isinstance(right.mean, Iterative) else right.mean
        right = replace(right, mean=mean, weights=None, weighing=None)
    left = random_left(rng)
    assume = _program(rng, letters, acceptor=True) if rng.random() < 0.15 else None
    for kind in rng.sample(KINDS, 2):
        try:
            asked = Claim(program, left, right, length + rng.choice((0, 0, 3)), assume, kind)
            asked.twins()
        except ValueError:  # a site, or what is output, has no format
            continue
        yield asked, length


def sweep(claim: Claim, first: int = 1) -> Sweep | None:
    """A sweep, if there is one."""
    try:
        return Sweep(claim, first)
    except UnsupportedError:
        return None


def words(claim: Claim, length: int) -> Iterator[tuple[int, ...]]:
    """All words of a length, in the order of the alphabet."""
    return itertools.product(range(len(claim.program.alphabet)), repeat=length)


def _program(rng: random.Random, letters: int, *, acceptor: bool = False) -> Program:
    eos = rng.random() < 0.2
    t = Builder("followed", "abc"[:letters], bos=rng.random() < 0.3, eos=eos)
    features = [_embedding(rng, t) for _ in range(rng.randint(1, 3))]
    plain = [t.symbol(t.alphabet[0])]
    for layer in range(rng.choice((1, 1, 2, 2, 3))):
        for _ in range(rng.randint(0, 1)):
            features.append(local(rng, t, features))
        mask: Mask = rng.choice(("causal", "causal", "strict"))
        features.append(_head(rng, t, features, plain, mask) if layer or rng.random() < 0.9 else features[-1])
    kind = "accept" if acceptor else rng.choice(("accept", "accept", "output", "classify", "attended"))
    if eos and kind in ("output", "classify"):
        kind = "accept"
    if kind == "accept" and rng.random() < 0.5:
        features.append(_head(rng, t, features, plain, "none"))
    recent = features[-2:]
    if kind == "output":
        return t.output(affine(rng, recent))
    if kind == "classify":
        return t.classify({label: affine(rng, recent) for label in "xyz"[: rng.randint(2, 3)]})
    place = "eos" if eos else "last"
    if kind == "attended":
        return t.attended(_head(rng, t, features, plain, rng.choice(("causal", "strict", "none"))), place)
    return t.accept(affine(rng, recent), place)


def _head(
    rng: random.Random, t: Builder, features: Sequence[Expression], plain: list[Expression], mask: Mask
) -> Expression:
    value = rng.choice(features)
    if rng.random() < 0.45:
        return t.uniform(value, mask)
    return t.attend(_score(rng, t, features, plain), value, mask, rng.choice(("saturated", "hard", "rightmost")))


def _score(rng: random.Random, t: Builder, features: Sequence[Expression], plain: list[Expression]) -> Polynomial:
    """A polynomial of keys, and of queries that read the symbol alone."""
    score = t.key(rng.choice(features)) * rng.choice((1, 1, number(rng)))
    if rng.random() < 0.4:
        score = score + t.query(rng.choice(plain)) * t.key(rng.choice(features)) * number(rng)
    if rng.random() < 0.3:
        score = score + t.key(rng.choice(features)) ** 2 * number(rng)
    return score


def _embedding(rng: random.Random, t: Builder) -> Expression:
    kind = rng.choice(("symbol", "position", "table", "table"))
    if kind == "symbol":
        return t.symbol(rng.choice(t.alphabet))
    if kind == "position":
        return t.position(rng.choice(POSITIONS))
    special = ["BOS"] * t.bos + ["EOS"] * t.eos
    return t.embed(
        {
            symbol: constant(number(rng)) * (rng.choice(POSITIONS) if rng.random() < 0.4 else 1)
            for symbol in (*t.alphabet, *special)
        }
    )
