"""Marks: which tests, and which parameters of a test, are left out unless the slow ones are asked for too."""

from __future__ import annotations

from typing import Any

import pytest


def slow(*values: object) -> Any:  # noqa: ANN401
    """Parameters with which a test is slow."""
    return pytest.param(*values, marks=pytest.mark.slow)


def slow_but(several: Any, *quick: object) -> list[Any]:  # noqa: ANN401
    """All values of a parameter; with all but the quick ones the test is slow."""
    return [value if value in quick else slow(value) for value in several]
