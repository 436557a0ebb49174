"""Random small programs and arithmetics, from a seed.

`instance(seed)` is one question: a program, two arithmetics, a length and a bound. The same seed always gives the same
question, so a failing seed is a regression test. Everything that the definition allows is drawn: all masks and ties,
BOS and EOS, one to three symbols, symbol × position embeddings, every local operation, tables that fail, polynomial
scores, declared ranges, acceptors at every place, numbers and classes as outputs.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gmpy2 import mpq
from logbits.encode.arithmetic import EXACT, Arithmetic, Dyadic, Fixed, FixedPoint, Quotient, Reciprocal
from logbits.encode.build import Builder, Expression, Polynomial
from logbits.encode.formats import MODES, OVERFLOWS
from logbits.encode.position import Position, constant, i, n
from logbits.encode.program import MASKS, TIES, Program
from logbits.verify.reference import Reference

NUMBERS = tuple(map(mpq, ("-2", "-1", "-1/2", "1/3", "1/2", "2/3", "1", "3/2", "2", "3")))
POSITIONS: tuple[Position, ...] = (
    i,
    i * i,
    n - i,
    n,
    i % 2,
    1 / (i + 1),
    i / n,
    i.equals(1),
    i.less(3),
    (i / 2).floor(),
    constant(2) ** -i,
    i.equals(n) - 1,
    constant(-1) ** i,
)


@dataclass(frozen=True)
class Instance:
    """One question: does `program` decide words of `length` in `right` as in `left`, with the scales of `bound`?"""

    program: Program
    left: Arithmetic
    right: Arithmetic
    length: int
    bound: int

    def words(self) -> Iterator[tuple[int, ...]]:
        """Every word of the length, as symbol numbers."""
        return itertools.product(range(len(self.program.alphabet)), repeat=self.length)

    def spelled(self, word: Sequence[int]) -> tuple[str, ...]:
        """A word of symbol numbers as symbols."""
        return tuple(self.program.alphabet[symbol] for symbol in word)


def instance(seed: int) -> Instance:
    """The question of a seed. Nearly all of them have an exact outcome that depends on the word."""
    rng = random.Random(seed)
    while True:
        length = rng.choice((1, 2, 2, 3, 3, 3, 4, 4))
        program = random_program(rng, length)
        made = Instance(program, random_left(rng), random_arithmetic(rng), length, length + rng.choice((0, 0, 1, 4)))
        try:
            runs = [Reference(program, arithmetic, made.bound) for arithmetic in (EXACT, made.left, made.right)]
        except ValueError as error:
            if "one signed bit" not in str(error):
                raise
            continue
        words = itertools.islice(made.words(), 40)
        if rng.random() < 0.05 or len({runs[0].run(made.spelled(word)).outcome for word in words}) > 1:
            return made


# -- arithmetics


def random_left(rng: random.Random) -> Arithmetic:
    """Mostly exact, which is what claims compare with unless told otherwise."""
    return EXACT if rng.random() < 0.6 else random_arithmetic(rng)


def random_arithmetic(rng: random.Random) -> Arithmetic:
    """Any format, mean rule, rounding and overflow that fit together."""
    mode = rng.choice(MODES)
    overflow = rng.choices(OVERFLOWS, (6, 3, 1))[0]
    bits = rng.randint(1, 8)
    kind = rng.choices(("exact", "fixed", "point", "dyadic"), (1, 8, 5, 6))[0]
    if kind == "exact":
        return EXACT
    if kind == "dyadic":
        if rng.random() < 0.5:
            return Arithmetic(Dyadic(), Reciprocal(rng.randint(0, 3)))
        return Arithmetic(Dyadic(), Quotient(rng.randint(0, 4)), mode)
    mean = Quotient() if rng.random() < 0.6 else Reciprocal(rng.randint(0, 3))
    shape = Fixed(bits) if kind == "fixed" else FixedPoint(bits, rng.randint(-1, bits), rng.random() < 0.7)
    return Arithmetic(shape, mean, mode, overflow)


# -- programs


def random_program(rng: random.Random, length: int) -> Program:
    """One to three layers of one or two heads, with local operations before, between and after them.

    Mostly, the threshold of an acceptor is a value that its accumulator takes on a word of this length, so that the
    smallest rounding shows.
    """
    t = Builder("random", "abc"[: rng.choice((1, 2, 2, 2, 3, 3))], bos=rng.random() < 0.3, eos=rng.random() < 0.3)
    features = [_embedding(rng, t) for _ in range(rng.randint(1, 3))]
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        for _ in range(rng.randint(0, 2)):
            features.append(_local(rng, t, features))
        features += [_head(rng, t, features) for _ in range(rng.randint(1, 2))]
    for _ in range(rng.randint(0, 2)):
        features.append(_local(rng, t, features[-2:]))
    recent = features[-3:]
    kind = rng.choices(("accept", "output", "classify"), (5, 2, 2))[0]
    if kind == "output":
        return t.output(_form(rng, recent))
    if kind == "classify":
        return t.classify({label: _form(rng, recent) for label in "xyz"[: rng.randint(2, 3)]})
    place = rng.choice(["first", "last", "last"] + ["bos"] * t.bos + ["eos"] * t.eos)
    form = _form(rng, recent)
    program = t.accept(form, place)  # type: ignore[arg-type]
    if rng.random() < 0.8:
        exact = Reference(program, EXACT, length)
        runs = [exact.run([rng.choice(t.alphabet) for _ in range(length)]) for _ in range(3)]
        threshold = rng.choice([run.readout[0][0] for run in runs])
        form = form - threshold if rng.random() < 0.5 else threshold - form
        program = t.accept(form, place)  # type: ignore[arg-type]
    return program


def _number(rng: random.Random) -> mpq:
    return rng.choice(NUMBERS)


def _form(rng: random.Random, features: Sequence[Expression]) -> Expression:
    chosen = rng.sample(list(features), min(len(features), rng.choice((1, 1, 2))))
    result = chosen[0] * rng.choice((mpq(1), mpq(1), _number(rng)))
    for feature in chosen[1:]:
        result = result + feature * _number(rng)
    return result if rng.random() < 0.4 else result + _number(rng)


def _embedding(rng: random.Random, t: Builder) -> Expression:
    kind = rng.choices(("symbol", "position", "table"), (5, 2, 3))[0]
    if kind == "symbol":
        return t.symbol(rng.choice(t.alphabet))
    if kind == "position":
        return t.position(rng.choice(POSITIONS))
    special = ["BOS"] * t.bos + ["EOS"] * t.eos
    rows: dict[str, Position] = {}
    for symbol in (*t.alphabet, *special):
        rows[symbol] = constant(_number(rng)) * (rng.choice(POSITIONS) if rng.random() < 0.3 else 1)
    return t.embed(rows)


def _local(rng: random.Random, t: Builder, features: Sequence[Expression]) -> Expression:
    within = (rng.choice((mpq(-2), mpq(-1), mpq(0))), rng.choice((mpq(1), mpq(3)))) if rng.random() < 0.2 else None

    def form() -> Expression:
        return _form(rng, features)

    def table() -> Expression:
        keys = rng.choice([(0, 1), (-2, -1, 0, 1, 2)])
        key = t.nearest(t.maximum(-(t.maximum(-form(), keys[0] * -1 if keys[0] else 0)), keys[0]))
        if rng.random() < 0.4:
            key = form()  # likely to leave the domain: a failure
        return t.table(key, {k: _number(rng) for k in range(keys[0], 4)})

    makers: list[tuple[int, Callable[[], Expression]]] = [
        (3, lambda: t.store(form(), within=within)),
        (2, lambda: t.product(rng.choice(features), rng.choice(features))),
        (2, lambda: t.maximum(form(), form())),
        (1, lambda: t.maximum(form(), form(), _number(rng))),
        (3, lambda: t.relu(form())),
        (4, lambda: t.compare(form(), rng.choice((">", ">=", "=")))),
        (1, lambda: t.nearest(form())),
        (1, lambda: t.table(form() > 0, {0: _number(rng), 1: _number(rng)})),
        (2, table),
    ]
    return rng.choices([maker for _, maker in makers], [weight for weight, _ in makers])[0]()


def _head(rng: random.Random, t: Builder, features: Sequence[Expression]) -> Expression:
    mask, ties = rng.choice(MASKS), rng.choice(TIES)
    value = rng.choice(features)
    if rng.random() < 0.2:
        value = t.store(_form(rng, features))
    if ties == "uniform":
        return t.uniform(value, mask)
    within = (mpq(-2), mpq(2)) if rng.random() < 0.1 else None
    return t.attend(_score(rng, t, features), value, mask, ties, within=within)


def _score(rng: random.Random, t: Builder, features: Sequence[Expression]) -> Polynomial:
    total: Polynomial | None = None
    for _ in range(rng.choice((1, 1, 2, 3))):
        q, k = t.query(rng.choice(features)), t.key(rng.choice(features))
        shape = rng.choice((k, k, q * k, q * k, k**2, q * k**2, q))
        part = shape * rng.choice((mpq(1), mpq(1), _number(rng)))
        total = part if total is None else total + part
    assert total is not None
    return total
