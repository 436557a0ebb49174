"""Whole runs beside numpy and ml_dtypes: what a kernel in half precision computes, addition by addition.

Random programs of two heads with a local operation between them. Sums are added up in each order in the numbers of
numpy's float16 and float32 and of ml_dtypes' bfloat16 and 8-bit floats; weights and denominators are numbers of these
too. Where they would round twice (a division in double precision, then by way of single precision) the first rounding
is to odd, which the second one does not notice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from gmpy2 import mpq
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.build import Builder
from logbits.encode.program.program import Program
from logbits.verify.reference.run import Reference
from support.marks import slow_after

KINDS: dict[str, Any] = {
    "fp16": np.float16,
    "bf16": ml_dtypes.bfloat16,
    "e4m3fn": ml_dtypes.float8_e4m3fn,
    "e5m2": ml_dtypes.float8_e5m2,
    "float(24, 8)": np.float32,
}
ORDERS = ("quotient", "iterative", "iterative(right)", "iterative(tree)", "iterative(blocks(3))")
SEEDS = 200
CHUNKS = [range(start, start + 20) for start in range(0, SEEDS, 20)]


def exactly(value: float) -> mpq:
    """The number that a double is."""
    return mpq(*value.as_integer_ratio())


def odd(value: float) -> np.float32:
    """A double in single precision; where it is not exact, the neighbour whose last bit is 1."""
    near = np.float32(value)
    if float(near) == value:
        return near
    below = near if abs(float(near)) < abs(value) else np.nextafter(near, np.float32(0))
    return np.uint32(below.view(np.uint32) | 1).view(np.float32)


def narrow(value: float, kind: Any) -> float:  # noqa: ANN401
    """A double as a number of the kind, rounded once."""
    single = np.float32(value) if kind is np.float32 else odd(value)
    return float(np.asarray(single).astype(kind))


def in_order(order: str, values: Sequence[float], add: Callable[[float, float], float]) -> float:
    """The sum of values, as a kernel with this order adds them up."""
    match order:
        case "iterative":
            total = 0.0
            for value in values:
                total = add(total, value)
            return total
        case "iterative(right)":
            return in_order("iterative", values[::-1], add)
        case "iterative(tree)":
            while len(values) > 1:
                odd_one = [values[-1]] if len(values) % 2 else []
                values = [add(values[k], values[k + 1]) for k in range(0, len(values) - 1, 2)] + odd_one
            return values[0]
        case _:
            return in_order(
                "iterative", [in_order("iterative", values[k : k + 3], add) for k in range(0, len(values), 3)], add
            )


@dataclass(frozen=True)
class Kernel:
    """What is stored in which kind; None where it is not rounded."""

    stored: Any
    order: str
    summed: Any
    weights: Any
    denominator: Any

    def mean(self, values: Sequence[float]) -> float:
        """The mean of values that are numbers of a kind, as a number of that kind."""
        count = float(len(values))
        if self.denominator is not None:
            total = np.asarray(0, dtype=self.denominator)
            for _ in values:
                total = (total + np.asarray(1, dtype=self.denominator)).astype(self.denominator)
            count = float(total)
        if self.weights is not None:
            weight = narrow(1 / count, self.weights)
            values = [weight * value for value in values]
        total = self.sum(values)
        return narrow(total if self.weights is not None else total / count, self.stored)

    def sum(self, values: Sequence[float]) -> float:
        """The sum; exact in double precision where it is not stored."""
        if self.order == "quotient":
            exact = sum(values)
            return exact if self.summed is None else narrow(exact, self.summed)
        kind = self.summed or self.stored
        return in_order(self.order, values, lambda a, b: narrow(a + b, kind))


def drawn(rng: random.Random) -> tuple[str, Kernel]:
    """An arithmetic, and the kernel that is meant by it."""
    stored = rng.choice([name for name in KINDS if name != "float(24, 8)"])
    order = rng.choice(ORDERS)
    summed = rng.choice((None, None, stored, "float(24, 8)", "fp16" if stored != "bf16" else "float(24, 8)"))
    weights = rng.choice((None, None, stored, "bf16" if stored != "fp16" else "fp16"))
    denominator = rng.choice((None, None, stored, "fp16", "e4m3fn"))
    if weights is not None and (order != "quotient" or summed is not None):
        summed = "float(24, 8)"  # where a product of two numbers is a number, as in kernels
    words = [stored, order, "nearest-even"]
    words += [f"accumulators({summed})"] if summed else []
    words += [f"weights({weights})"] if weights else []
    words += [f"denominator({denominator}, iterative)"] if denominator else []
    kinds = [None if name is None else KINDS[name] for name in (stored, summed, weights, denominator)]
    return " ".join(words), Kernel(kinds[0], order, *kinds[1:])


def program(rng: random.Random) -> tuple[Program, list[float], float, bool]:
    """Two heads, and between them what is linear and rectified; with its values, a coefficient, and whether causal."""
    t = Builder("kernel", "abc")
    values = [rng.choice((-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 3.0)) for _ in "abc"]
    scale, causal = rng.choice((-1.0, 1.0, 2.0)), rng.random() < 0.5
    x = t.embed({letter: exactly(value) for letter, value in zip("abc", values, strict=True)})
    mask = "causal" if causal else "none"
    middle = t.relu(t.uniform(x, mask) * exactly(scale) + x)
    return t.output(t.uniform(middle, mask)), values, scale, causal


@pytest.mark.parametrize("seeds", slow_after(2, CHUNKS), ids=lambda seeds: f"{seeds.start}..{seeds.stop - 1}")
def test_whole_runs_are_those_of_kernels(seeds: range) -> None:
    for seed in seeds:
        rng = random.Random(f"kernel {seed}")
        (text, kernel), (model, values, scale, causal) = drawn(rng), program(rng)
        length = rng.choice((3, 7, 12, 25, 40, 70))
        word = "".join(rng.choice("abc" if rng.random() < 0.7 else "a") for _ in range(length))
        x = [values["abc".index(letter)] for letter in word]
        seen = [range(i + 1) if causal else range(length) for i in range(length)]
        first = [kernel.mean([x[j] for j in places]) for places in seen]
        middle = [narrow(rectified(kernel, scale * a + b), kernel.stored) for a, b in zip(first, x, strict=True)]
        second = [kernel.mean([middle[j] for j in places]) for places in seen]
        run = Reference(model, parse(text), length).run(word)
        assert run.failure is None, (seed, text)
        assert run.outcome == tuple(map(exactly, second)), (seed, text)


def rectified(kernel: Kernel, value: float) -> float:
    """The greater of a sum and 0, each of which is stored in the accumulator if there is one."""
    exact = max(value, 0.0)
    return exact if kernel.summed is None else narrow(exact, kernel.summed)


def test_orders_of_a_long_sum() -> None:
    """Ones and a few large numbers, as in reports about sums in half precision: 4,099 of them, beyond 2,048."""
    t = Builder("long", "ab")
    model = t.output(t.uniform(t.embed({"a": 1, "b": 16})))
    word = "".join("b" if k % 97 == 5 else "a" for k in range(4099))
    x = [16.0 if letter == "b" else 1.0 for letter in word]
    found: set[float] = set()
    for name in ("fp16", "bf16"):
        for order in ORDERS:
            kernel = Kernel(KINDS[name], order, None, None, None)
            outcome = Reference(model, parse(f"{name} {order} nearest-even"), 4099).run(word).outcome
            assert outcome == (exactly(kernel.mean(x)),) * 4099
            found.add(kernel.mean(x))
    assert len(found) > 5
