"""Sums that are stored as terms: at their end, or after every addition in some order.

What a head sums up are the values of the positions that it selects, in order. Where the word decides which these are,
a position that is not selected contributes 0. From left to right, and from right to left, that is all: to add 0 to
what is stored and to store it again changes nothing. In trees and blocks the place of a value among the selected ones
decides with which others it meets, so there the values are moved together first: the r-th summand is the sum over all
positions of value · [selected] · [r - 1 positions before it are selected], and behind the last one there are zeros,
which change nothing in any order (`logbits.encode.number.order`). That costs a product for each pair of positions.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..number.mean import Iterative
from ..number.order import add_up
from ..number.rational import ONE, ZERO
from ..number.rounding import Rounding
from .terms import Term, Terms


def total(terms: Terms, addends: Sequence[Term], stored: Rounding, steps: Iterative | None) -> tuple[Term, list[Term]]:
    """The sum as it is stored, and the exact sums that were stored on the way, in the order of the additions."""
    exact = list[Term]()
    if steps is None:
        exact.append(terms.affine(ZERO, [(ONE, each) for each in addends]))
        return terms.add("round", exact, stored), exact

    def add(left: Term, right: Term) -> Term:
        exact.append(terms.affine(ZERO, [(ONE, left), (ONE, right)]))
        return terms.add("round", exact[-1:], stored)

    return add_up(steps.order, steps.size, addends, terms.zero, add), exact


def addends(terms: Terms, bits: Sequence[Term], selected: Sequence[Term], steps: Iterative | None) -> list[Term]:
    """What is summed up where the truth values `bits` say which are selected of some values, which are 0 elsewhere.

    These are the same, or the selected ones first and then zeros, where an order asks for that.
    """
    if steps is None or steps.order in ("left", "right"):
        return list(selected)
    ranks = [terms.affine(ZERO, [(ONE, bit) for bit in bits[:index]]) for index in range(len(bits))]
    moved: list[Term] = []
    for rank in range(len(bits)):
        here = [
            terms.product((terms.add("compare", (terms.affine(-ONE * rank, [(ONE, ranks[index])]),), "="), value))
            for index, value in enumerate(selected)
            if index >= rank
        ]
        moved.append(terms.affine(ZERO, [(ONE, each) for each in here]))
    return moved
