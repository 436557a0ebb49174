"""Fixtures that several files use."""

from __future__ import annotations

import pytest
from logbits.verify.decide.ways import WORDS
from logbits.verify.engine import engine as run


@pytest.fixture
def solvers_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solvers are asked about what rules leave open, however few the words are."""
    monkeypatch.setattr(run, "left_out", lambda _: frozenset({WORDS}))
