"""Fixtures that several files use."""

from __future__ import annotations

import pytest
from logbits.verify.decide.encoder import Encoder
from logbits.verify.engine import engine as run


@pytest.fixture
def solvers_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solvers are asked about what rules leave open, however few the words are."""

    def encoder(memory: int, *, every_word: bool) -> Encoder:
        return Encoder(memory)

    monkeypatch.setattr(run, "Encoder", encoder)
