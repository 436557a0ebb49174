"""All transformers that ship, by name and in the order of the catalogue."""

from __future__ import annotations

from . import contains_eq, dyck1, dyck1_relu, majority, majority_affine, palindrome
from .case import Case

_ALL = (majority.case, majority_affine.case, contains_eq.case, dyck1.case, dyck1_relu.case, palindrome.case)

CASES: dict[str, Case] = {case.name: case for case in _ALL}
