"""Fixtures that several files use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from logbits.verify.decide.ways import UNPROVED
from logbits.verify.engine import engine as run


@pytest.fixture
def solvers_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solvers are asked about what rules leave open, however few the words are."""
    monkeypatch.setattr(run, "left_out", lambda _: UNPROVED)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Of a test with the mark `first(k)` all but the first k parameters (that are not slow anyway) are slow."""
    seen = Counter[str]()
    for item in items:
        mark = item.get_closest_marker("first")
        if mark is not None and item.get_closest_marker("slow") is None:
            test = item.nodeid.partition("[")[0]
            seen[test] += 1
            if seen[test] > mark.args[0]:
                item.add_marker(pytest.mark.slow)
