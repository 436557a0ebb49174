"""Which operations an operation reads, for the checker of counts: where it is, and where its keys are."""

from __future__ import annotations

from collections.abc import Iterable

from ...encode.program.program import (
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Nearest,
    Op,
    Product,
    Round,
    Score,
    Steps,
    Table,
)


def read_by(op: Op) -> tuple[list[int], list[int]]:
    """What an operation reads at its own place, or for the same pair, and what at keys."""
    match op:
        case Embed():
            return [], []
        case Affine(form) | Compare(form) | Nearest(form) | Table(form) | Steps(form):
            return _features([form]), []
        case Max(forms):
            return _features(forms), []
        case Product(left, right):
            return [left, right], []
        case Round(arg):
            return [arg], []
        case Score(monomials):
            return [f for m in monomials for f in m.queries], [f for m in monomials for f in m.keys]
        case Attend(value, score):
            return [] if score is None else [score], [value]


def _features(forms: Iterable[Form]) -> list[int]:
    return [feature for form in forms for _, feature in form.terms]
