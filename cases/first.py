"""FIRST: the first symbol is a 1.

    a_j = relu(1_1(j) + 1[j=1] - 1);  at CLS, accept iff A[1[j=1]; a_j - 1/2] > 0

Chiang and Cholak 2022, with saturated attention for theirs. CLS is the position after the word. Only the first position
has the maximal score, so the head returns 1/2 or -1/2 exactly: dyadic arithmetic never breaks it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..encode.model.build import Builder, half
from ..encode.program.position import i
from ..encode.program.program import Program
from .case import Case


def program() -> Program:
    """Two layers in the paper, the first without attention; one head."""
    t = Builder(
        "first",
        "01",
        eos=True,
        formula="a_j = relu(1_1(j) + 1[j=1] - 1); at CLS A[1[j=1]; a_j - 1/2] > 0",
        source="Chiang and Cholak 2022",
    )
    is_first = t.position(i.equals(1), name="is first")
    first_one = t.relu(t.symbol("1") + is_first - 1, name="is first and 1")
    centred = t.store(first_one - half, name="is first and 1, less 1/2")
    return t.accept(t.attend(t.key(is_first), centred, name="value at first"), at="eos")


def language(word: Sequence[str]) -> bool:
    """The first symbol is a 1."""
    return word[0] == "1"


case = Case(8, "first", program(), language)
