"""Random symmetric programs, where only symbols and their numbers matter, and acceptors monotone in a count."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from logbits.bounds.count.run import CountRun
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.model.build import Builder, Expression
from logbits.encode.program.position import Position, constant, i, n
from logbits.encode.program.program import Accept, Program
from logbits.verify.reference.run import Reference
from support.random_parts import affine, local, number, places, polynomial


def symmetric_program(rng: random.Random, letters: int) -> Program:
    """As `random_questions.random_program`, where only symbols and their numbers matter."""
    t = Builder("symmetric", "abcd"[:letters], bos=rng.random() < 0.3, eos=rng.random() < 0.3)
    features = [_embedding(rng, t) for _ in range(rng.randint(1, 2))]
    for _ in range(rng.choice((1, 1, 2))):
        for _ in range(rng.randint(0, 2)):
            features.append(_operation(rng, t, features))
        features += [_head(rng, t, features) for _ in range(rng.randint(1, 2))]
    for _ in range(rng.randint(0, 2)):
        features.append(_operation(rng, t, features[-2:]))
    recent = features[-3:]
    kind = rng.choices(("accept", "output", "classify"), (5, 2, 2))[0]
    if kind == "output":
        return t.output(affine(rng, recent))
    if kind == "classify":
        return t.classify({label: affine(rng, recent) for label in "xyz"[: rng.randint(2, 3)]})
    place = rng.choice(places(t))
    form = affine(rng, recent)
    program = t.accept(form, place)
    exact = Reference(program, EXACT, 5)
    if rng.random() < 0.8:  # a threshold that is met
        form = form - exact.run([rng.choice(t.alphabet) for _ in range(rng.randint(2, 5))]).readout[0][0]
    return t.accept(form, place)


def _embedding(rng: random.Random, t: Builder) -> Expression:
    special: dict[str, tuple[Position, ...]] = {"BOS": (i, n, i + n), "EOS": (i, 1 / i, i - n)}
    rows: dict[str, Position] = {}
    for symbol in t.alphabet + ("BOS",) * t.bos + ("EOS",) * t.eos:
        read = rng.choice(special.get(symbol, (n, 1 / n))) if rng.random() < 0.15 else constant(1)
        rows[symbol] = constant(number(rng)) * read
    return t.embed(rows)


def _operation(rng: random.Random, t: Builder, features: Sequence[Expression]) -> Expression:
    if rng.random() < 0.15:
        return t.steps(affine(rng, features), number(rng), {cut: number(rng) for cut in rng.sample(range(-2, 3), 2)})
    return local(rng, t, features)


def _head(rng: random.Random, t: Builder, features: Sequence[Expression]) -> Expression:
    value = rng.choice(features)
    return t.uniform(value) if rng.random() < 0.5 else t.attend(polynomial(rng, t, features), value)


def monotone_program(rng: random.Random) -> Program:
    """A two-letter acceptor of means; most of them are proved to be monotone."""
    t = Builder("monotone", "ab", bos=rng.random() < 0.4, eos=rng.random() < 0.4)
    features = [_fixed(rng, t)]
    if rng.random() < 0.4:
        features.append(_rising(rng, t, features))
    rising: list[Expression] = []
    for feature in [rng.choice(features) for _ in range(rng.choice((1, 1, 2, 3)))]:
        mean = t.uniform(feature)
        first, second = CountRun(t.accept(mean)).features((1, 1))[feature.form.terms[0][1]][:2]
        rising.append(mean if first <= second else -mean)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        rising.append(_rising(rng, t, rising))
    if rng.random() < 0.2:
        rising.append(_fixed(rng, t))  # a constant, another at each class
    form = _sum(rng, rising[-3:])
    place = rng.choice(places(t))
    program = t.accept(form, place)
    if rng.random() < 0.8:  # a threshold that is met
        length = rng.randint(2, 9)
        count = rng.randint(1, length - 1)
        c = {"first": 0, "last": 1, "bos": 2, "eos": 2 + t.bos}[place]
        values = CountRun(program).features((length - count, count))
        assert isinstance(program.readout, Accept)
        form = form - sum((a * values[f][c] for a, f in program.readout.form.terms), program.readout.form.const)
    return t.accept(form if rng.random() < 0.7 else -form, place)


def _fixed(rng: random.Random, t: Builder) -> Expression:
    rows = {symbol: constant(number(rng)) for symbol in t.alphabet}
    if t.bos:
        rows["BOS"] = constant(number(rng)) * rng.choice((constant(1), i - 1))
    if t.eos:
        rows["EOS"] = constant(number(rng)) * rng.choice((constant(1), i, 1 / i))
    return t.embed(rows)


def _sum(rng: random.Random, features: Sequence[Expression]) -> Expression:
    total = features[-1] * abs(number(rng))
    for feature in rng.sample(list(features), rng.randint(0, len(features))):
        total = total + feature * abs(number(rng))
    return total + number(rng)


def _rising(rng: random.Random, t: Builder, rising: Sequence[Expression]) -> Expression:
    def form() -> Expression:
        return _sum(rng, rising)

    def steps() -> Expression:
        cuts, values = (sorted(rng.sample(range(-3, 5), 3)) for _ in range(2))
        return t.steps(form(), values[0] - 1, dict(zip(cuts, values, strict=True)))

    makers: list[Callable[[], Expression]] = [
        lambda: t.store(form()),
        lambda: t.relu(form()),
        lambda: t.maximum(form(), form()),
        lambda: form() > 0,
        lambda: form() >= 0,
        lambda: t.nearest(form() * 2),
        steps,
    ]
    return rng.choice(makers)()
