"""How much work a program makes before anything is asked: an estimate, from its text alone.

Whoever must stay responsive asks it first, and leaves to a child what may be heavy. It counts what is written, places
where embeddings are evaluated, and the digits of numbers: each product may double them, so that forty products in a row
make numbers that no memory holds. It decides nothing, and may be wrong in either direction.
"""

from __future__ import annotations

from collections.abc import Iterable

from .defined import evaluations
from .operation import forms, numbers, operands
from .position import Position, size_in_bits
from .program import Attend, Embed, Form, Op, Product, Program, Round, Score, Steps, Table

HEAVY = 100_000
"""The work that takes a noticeable part of a second."""

_MOST = 1 << 40
"""More bits than any memory holds; counting stops there."""
_BITS_A_UNIT = 64


def work(program: Program, bound: int) -> int:
    """About how many small steps it takes to find ranges for all that the program stores, at lengths up to `bound`."""
    bits: list[int] = []
    parts = len(program.alphabet)
    for op in program.ops:
        bits.append(min(_MOST, _bits(op, bits, bound)))
        parts += 1 + sum(1 for _ in operands(op)) + sum(1 for _ in numbers(op))
    return parts + sum(bits) // _BITS_A_UNIT + evaluations(program, bound)


def _bits(op: Op, bits: list[int], bound: int) -> int:
    """About how many bits the numbers have that an operation computes."""

    def of(form: Form) -> int:
        # A sum has the digits of its greatest part, if denominators are alike; they are multiplied otherwise.
        return (
            size_in_bits(form.const)
            + sum(size_in_bits(c) for c, _ in form.terms)
            + _most(bits[f] for _, f in form.terms)
        )

    match op:
        case Embed(table):
            return _most(_written(expression, bound) for _, expression in table)
        case Product(left, right):
            return bits[left] + bits[right]
        case Score(monomials):
            return _most(size_in_bits(m.coefficient) + sum(bits[f] for f in m.queries + m.keys) for m in monomials)
        case Table(_, rows) | Steps(_, _, rows):
            return _most(size_in_bits(value) for _, value in rows)
        case Attend(value):
            return bits[value]
        case Round(arg):
            return bits[arg]
        case _:
            return _most(of(form) for form in forms(op))


def _most(values: Iterable[int]) -> int:
    return max(values, default=1)


def _written(expression: Position, bound: int) -> int:
    return size_in_bits(expression.value) if expression.op == "const" else expression.size * bound.bit_length()
