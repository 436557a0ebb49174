"""All transformers that ship, by name and in the order of the catalogue."""

from __future__ import annotations

from . import (
    ab_star,
    anbn,
    at_least_k,
    contains,
    contains_eq,
    dyck1,
    dyck1_relu,
    even_length,
    first,
    fraction,
    histogram_width,
    induction,
    last,
    linear_count,
    majority,
    majority_affine,
    most_frequent,
    palindrome,
    parity_lookup,
    pattern,
    prefix_argmax,
    prefix_mean,
    reverse,
    shift,
)
from .case import Case

_ALL = (
    majority.case,
    majority_affine.case,
    fraction.case,
    at_least_k.case,
    contains_eq.case,
    contains.case,
    last.case,
    first.case,
    parity_lookup.case,
    even_length.case,
    dyck1.case,
    dyck1_relu.case,
    anbn.case,
    palindrome.case,
    shift.case,
    reverse.case,
    induction.case,
    histogram_width.case,
    most_frequent.case,
    ab_star.case,
    linear_count.case,
    pattern.case,
    prefix_argmax.case,
    prefix_mean.case,
)

CASES: dict[str, Case] = {case.name: case for case in _ALL}
