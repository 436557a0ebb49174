"""Marks: which tests, and which parameters of a test, are left out unless the slow ones are asked for too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def slow(*values: object) -> Any:  # noqa: ANN401
    """Parameters with which a test is slow."""
    return pytest.param(*values, marks=pytest.mark.slow)


def slow_after(count: int, several: Iterable[object]) -> list[Any]:
    """The same parameters, with which a test is slow but for the first `count`; a tuple is one set of several."""
    found = list(several)
    return [*found[:count], *(slow(*each) if isinstance(each, tuple) else slow(each) for each in found[count:])]
