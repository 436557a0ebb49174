"""The pieces of random programs: arithmetics, numbers, forms, embeddings, local operations and scores.

Each is drawn from a generator of random numbers that the caller seeds.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic
from logbits.encode.arithmetic.format import PRESETS, Dyadic, Fixed, FixedPoint, Float, Format, Int8, LogFloat
from logbits.encode.model.build import Builder, Expression, Polynomial
from logbits.encode.number.mean import Iterative, MeanRule, Quotient, Reciprocal
from logbits.encode.number.order import ORDERS
from logbits.encode.number.rounding import MODES, OVERFLOWS, Mode, Overflow
from logbits.encode.program.position import Position, constant, i, n
from logbits.encode.program.program import Place

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

Way = tuple[str, str, Mode, Overflow]
"""A kind of format, a kind of mean rule, a rounding and an overflow rule."""

_BOUNDED: tuple[Overflow, ...] = ("saturate", "error")
_PAPER: Way = ("dyadic", "reciprocal", "toward-zero", "saturate")
_EXACT: Way = ("exact", "quotient", "toward-zero", "saturate")

WAYS: tuple[Way, ...] = (
    *itertools.product(("fixed(b)", "fixed(b, f)", "ufixed(b, f)"), ("quotient", "reciprocal"), MODES, OVERFLOWS),
    *itertools.product(("fixed(b)", "fixed(b, f)"), ("iterative",), MODES, OVERFLOWS),
    *itertools.product(("float",), ("quotient", "reciprocal", "iterative"), MODES, _BOUNDED),
    *itertools.product(("logfloat",), ("quotient", "iterative"), MODES, _BOUNDED),
    *itertools.product(("int8",), ("quotient", "iterative"), MODES, OVERFLOWS),
    *itertools.product(("int8(s, z)",), ("quotient",), MODES, OVERFLOWS),
    *(("dyadic", "quotient", mode, "saturate") for mode in MODES * 4),  # few ways, but what the paper is about
    *[_PAPER] * 4,
    *[_EXACT] * 2,
)
"""Kinds of arithmetic that fit together."""


# -- arithmetics


def random_left(rng: random.Random) -> Arithmetic:
    """Mostly exact, which is what claims compare with unless told otherwise."""
    return EXACT if rng.random() < 0.6 else random_arithmetic(rng)


def random_arithmetic(rng: random.Random) -> Arithmetic:
    """Any format, mean rule, rounding and overflow that fit together."""
    kinds = {"exact": 2, "fixed(b)": 16, "fixed(b, f)": 7, "ufixed(b, f)": 3, "dyadic": 12, "float": 8, "int8": 4}
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    ways = [way for way in WAYS if way[0] == kind]
    return arithmetic_of(rng, rng.choices(ways, [(6, 3, 1)[OVERFLOWS.index(way[3])] for way in ways])[0])


def arithmetic_of(rng: random.Random, way: Way) -> Arithmetic:
    """An arithmetic of this kind, with random numbers of bits; some have more than one format, or round parameters."""
    kind, rule, mode, overflow = way
    mean: MeanRule = order_of(rng) if rule == "iterative" else Quotient()
    if rule == "reciprocal":
        mean = Reciprocal(rng.randint(0, 3), rng.choice(("toward-zero", *MODES)))
    match kind:
        case "exact":
            return EXACT
        case "dyadic" if rule == "quotient":
            return Arithmetic(Dyadic(), Quotient(rng.randint(0, 4)), mode)
        case "dyadic":
            return Arithmetic(Dyadic(), mean)
        case _:
            pass
    kinds = ("fixed(b)", "fixed(b, f)", "int8") if overflow == "wrap" else ("fixed(b)", "float", "int8(s, z)")
    scores, accumulators = (
        format_of(rng, rng.choice(kinds)) if rng.random() < 0.12 else None for _ in ("scores", "accumulators")
    )
    rounded = rng.random() < 0.12
    made = Arithmetic(format_of(rng, kind), mean, mode, overflow, scores, accumulators, rounded)
    return made if rule == "reciprocal" or rng.random() < 0.75 else weighted(rng, made)


def weighted(rng: random.Random, arithmetic: Arithmetic) -> Arithmetic:
    """The same with stored weights, a denominator, or both."""
    weights, weighing, denominator = arithmetic.weights, arithmetic.weighing, arithmetic.denominator
    both = rng.random()
    if both < 0.7:
        small = (Float(rng.randint(1, 4), rng.randint(2, 4)), Fixed(rng.randint(1, 4)), Int8(), FixedPoint(3, 1))
        weights, weighing = rng.choice(small), rng.choice((None, *MODES))
    if both > 0.4 and arithmetic.overflow != "wrap":
        denominator = rng.choice((Float(rng.randint(1, 2), 3), Float(2, 2), LogFloat(4), FixedPoint(2, 0)))
    return replace(arithmetic, weights=weights, weighing=weighing, denominator=denominator)


def order_of(rng: random.Random) -> Iterative:
    """Mostly from left to right."""
    order = rng.choice(("left", *ORDERS))
    return Iterative(order, rng.randint(1, 3) if order == "blocks" else None)


def format_of(rng: random.Random, kind: str) -> Format:
    """A small format of a kind."""
    bits = rng.randint(1, 8)
    match kind:
        case "fixed(b)":
            return Fixed(bits)
        case "float":
            return rng.choice((Float(rng.randint(1, 5), rng.randint(2, 4)), *PRESETS.values()))
        case "logfloat":
            return LogFloat(rng.choice((4, 6, 8)))
        case "int8":
            return Int8()
        case "int8(s, z)":
            return Int8(
                rng.choice(tuple(map(mpq, ("1/100", "1/64", "1/24", "1/3")))), rng.choice((-128, 0, -3, 60, 127))
            )
        case _:
            return FixedPoint(bits, rng.randint(-1, bits), kind == "fixed(b, f)")


# -- parts of programs


def places(t: Builder, *more: Place) -> list[Place]:
    """Where a program may be read out; `more` in addition."""
    found: list[Place] = ["first", "last", *more]
    if t.bos:
        found.append("bos")
    if t.eos:
        found.append("eos")
    return found


def number(rng: random.Random) -> mpq:
    """A number of a model."""
    return rng.choice(NUMBERS)


def affine(rng: random.Random, features: Sequence[Expression]) -> Expression:
    """A form of one or two of the features."""
    chosen = rng.sample(list(features), min(len(features), rng.choice((1, 1, 2))))
    result = chosen[0] * rng.choice((mpq(1), mpq(1), number(rng)))
    for feature in chosen[1:]:
        result = result + feature * number(rng)
    return result if rng.random() < 0.4 else result + number(rng)


def embedding(rng: random.Random, t: Builder) -> Expression:
    """A symbol, a position, or a table of both."""
    kind = rng.choices(("symbol", "position", "table"), (5, 2, 3))[0]
    if kind == "symbol":
        return t.symbol(rng.choice(t.alphabet))
    if kind == "position":
        return t.position(rng.choice(POSITIONS))
    special = ["BOS"] * t.bos + ["EOS"] * t.eos
    rows: dict[str, Position] = {}
    for symbol in (*t.alphabet, *special):
        rows[symbol] = constant(number(rng)) * (rng.choice(POSITIONS) if rng.random() < 0.3 else 1)
    return t.embed(rows)


def local(rng: random.Random, t: Builder, features: Sequence[Expression]) -> Expression:
    """An operation that stays at its position."""
    within = (rng.choice((mpq(-2), mpq(-1), mpq(0))), rng.choice((mpq(1), mpq(3)))) if rng.random() < 0.2 else None

    def form() -> Expression:
        return affine(rng, features)

    def table() -> Expression:
        keys = rng.choice([(0, 1), (-2, -1, 0, 1, 2)])
        key = t.nearest(t.maximum(-(t.maximum(-form(), keys[0] * -1 if keys[0] else 0)), keys[0]))
        if rng.random() < 0.4:
            key = form()  # likely to leave the domain: a failure
        return t.table(key, {k: number(rng) for k in range(keys[0], 4)})

    makers: list[tuple[int, Callable[[], Expression]]] = [
        (3, lambda: t.store(form(), within=within)),
        (2, lambda: t.product(rng.choice(features), rng.choice(features))),
        (2, lambda: t.maximum(form(), form())),
        (1, lambda: t.maximum(form(), form(), number(rng))),
        (3, lambda: t.relu(form())),
        (4, lambda: t.compare(form(), rng.choice((">", ">=", "=")))),
        (1, lambda: t.nearest(form())),
        (1, lambda: t.table(form() > 0, {0: number(rng), 1: number(rng)})),
        (2, table),
        (1, lambda: t.steps(form(), number(rng), {cut: number(rng) for cut in rng.sample(range(-2, 3), 2)})),
    ]
    return rng.choices([maker for _, maker in makers], [weight for weight, _ in makers])[0]()


def polynomial(rng: random.Random, t: Builder, features: Sequence[Expression]) -> Polynomial:
    """A polynomial of a few monomials."""
    total: Polynomial | None = None
    for _ in range(rng.choice((1, 1, 2, 3))):
        q, k = t.query(rng.choice(features)), t.key(rng.choice(features))
        shape = rng.choice((k, k, q * k, q * k, k**2, q * k**2, q))
        part = shape * rng.choice((mpq(1), mpq(1), number(rng)))
        total = part if total is None else total + part
    assert total is not None
    return total
