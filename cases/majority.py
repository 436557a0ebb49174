"""MAJORITY: more ones than zeros.

    U[1_1] - U[1_0] > 0

Merrill, Sabharwal and Smith 2022, theorem 3. Both means carry the same factor, so the sign survives every positive
reciprocal, the paper's one significant bit among them: in dyadic arithmetic the decision never changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """One layer, one head, two output features of it."""
    t = Builder("majority", "01", formula="U[1_1] - U[1_0] > 0", source="Merrill, Sabharwal and Smith 2022, theorem 3")
    ones = t.uniform(t.symbol("1"), name="mean of ones")
    zeros = t.uniform(t.symbol("0"), name="mean of zeros")
    return t.accept(ones - zeros)


def language(word: Sequence[str]) -> bool:
    """More ones than zeros."""
    return word.count("1") > word.count("0")


case = Case(1, "majority", program(), language)
