"""How much work a program makes before anything is asked: an estimate, from its text alone.

Whoever must stay responsive asks it first, and leaves to a child what may be heavy. It counts what is written, places
where embeddings are evaluated, and the digits of numbers: each product may double them, so that forty products in a row
make numbers that no memory holds. It decides nothing, and may be wrong in either direction. The digits are a domain of
`logbits.encode.program.walk`: one place stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq

from ..number.rounding import Rounding
from .defined import evaluations
from .operation import numbers, operands
from .position import Position, size_in_bits
from .program import Attend, Embed, Program, Relation
from .walk import Jumps, once

HEAVY = 100_000
"""The work that takes a noticeable part of a second."""

_MOST = 1 << 40
"""More bits than any memory holds; counting stops there."""
_BITS_A_UNIT = 64


def work(program: Program, bound: int) -> int:
    """About how many small steps it takes to find ranges for all that the program stores, at lengths up to `bound`."""
    digits, bits = _Digits(bound), list[int]()
    parts = len(program.alphabet)
    for op in program.ops:
        bits.append(min(_MOST, once(digits, op, bits)))
        parts += 1 + sum(1 for _ in operands(op)) + sum(1 for _ in numbers(op))
    return parts + sum(bits) // _BITS_A_UNIT + evaluations(program, bound)


class _Digits:
    """The domain: about how many bits a number has."""

    def __init__(self, bound: int) -> None:
        self.bound = bound

    def embed(self, op: Embed, place: None) -> int:
        return _most(self._written(expression) for _, expression in op.table)

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, int]]) -> int:
        """A sum has the digits of its greatest part, if denominators are alike; they are multiplied otherwise."""
        return size_in_bits(const) + sum(size_in_bits(c) for c, _ in parts) + _most(bits for _, bits in parts)

    def product(self, factors: Sequence[int]) -> int:
        return sum(factors)

    def greatest(self, values: Sequence[int]) -> int:
        return _most(values)

    def compare(self, value: int, relation: Relation) -> int:
        return value

    def nearest(self, value: int) -> int:
        return value

    def table(self, value: int, entries: Jumps, where: object) -> int:
        return _most(size_in_bits(result) for _, result in entries)

    def steps(self, value: int, base: mpq, jumps: Jumps) -> int:
        return _most(size_in_bits(result) for result in (base, *(result for _, result in jumps)))

    def stored(self, value: int, rounding: Rounding, where: object) -> int:
        return value

    def attend(self, op: Attend, place: None, values: Sequence[int], scores: object) -> int:
        return values[0]

    def _written(self, expression: Position) -> int:
        constant = expression.op == "const"
        return size_in_bits(expression.value) if constant else expression.size * self.bound.bit_length()


def _most(values: Iterable[int]) -> int:
    return max(values, default=1)
