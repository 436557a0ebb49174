"""The order in which a sum is added up, for sums that are rounded after every addition.

    left        from the first summand to the last: ((0 + a) + b) + c
    right       from the last to the first: ((0 + c) + b) + a
    tree        neighbours first, then their sums: (a + b) + (c + 0), so long as there is more than one
    blocks(k)   left to right within each k consecutive summands, then left to right over the sums of these blocks

Where the summands of a run are known, an order is just that. Where the word decides which they are, zeros can be put
where nothing is summed: to add 0 to what is stored, and to store it again, changes nothing. From left and from right
zeros may stand anywhere; in trees and blocks only behind all summands, as the place of a summand among the others is
what decides with which it meets. So that this is so, a tree adds 0 to a summand that has no neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar, get_args

Order = Literal["left", "right", "tree", "blocks"]
ORDERS: tuple[Order, ...] = get_args(Order)

V = TypeVar("V")


def add_up(order: Order, size: int | None, values: Sequence[V], zero: V, add: Callable[[V, V], V]) -> V:
    """The sum of some values, by additions that may round; `size` is that of blocks."""
    match order:
        case "left":
            total = zero
            for value in values:
                total = add(total, value)
            return total
        case "right":
            return add_up("left", None, values[::-1], zero, add)
        case "blocks":
            assert size is not None
            blocks = [values[start : start + size] for start in range(0, len(values), size)]
            return add_up("left", None, [add_up("left", None, block, zero, add) for block in blocks], zero, add)
        case "tree":
            return _tree(values, zero, add)


def _tree(values: Sequence[V], zero: V, add: Callable[[V, V], V]) -> V:
    if not values:
        return zero
    even = values if len(values) % 2 == 0 else [*values, zero]
    sums = [add(a, b) for a, b in zip(even[::2], even[1::2], strict=True)]
    while len(sums) > 1:  # what is a sum already is stored, and goes up as it is
        rest = sums[len(sums) // 2 * 2 :]
        sums = [add(a, b) for a, b in zip(sums[::2], sums[1::2], strict=False)] + rest
    return sums[0]
