"""(aa)*, without the empty word: an even length, by position.

    at the last position, its own feature 1[i even]

No attention at all, and nothing is ever rounded: what a transformer without positions cannot do (Bhattamishra, Ahuja
and Goyal 2020), a position feature gives away.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """An embedding, and the readout at the last position."""
    t = Builder("even-length", "a", formula="at the last position, 1[i even]")
    return t.accept(t.position((i % 2).equals(0), name="i is even"))


def language(word: Sequence[str]) -> bool:
    """The length is even."""
    return len(word) % 2 == 0


case = Case(12, "even-length", program(), language)
