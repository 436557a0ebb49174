"""All transformers that ship, by name and in the order of the catalogue."""

from __future__ import annotations

from . import (
    ab_star,
    anbn,
    contains,
    contains_eq,
    dyck1,
    dyck1_relu,
    first,
    histogram_width,
    induction,
    last,
    majority,
    majority_affine,
    most_frequent,
    palindrome,
    parity_lookup,
    prefix_argmax,
)
from .case import Case

_ALL = (
    majority.case,
    majority_affine.case,
    contains_eq.case,
    contains.case,
    last.case,
    first.case,
    parity_lookup.case,
    dyck1.case,
    dyck1_relu.case,
    anbn.case,
    palindrome.case,
    induction.case,
    histogram_width.case,
    most_frequent.case,
    ab_star.case,
    prefix_argmax.case,
)

CASES: dict[str, Case] = {case.name: case for case in _ALL}
