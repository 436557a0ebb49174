"""Derivations are kept as they are made: one goes on from the last, or begins anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from logbits.bounds.reduce.ledger import Ledger
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.decide.derivations import Derivations
from logbits.verify.proof.derived import chain, steps_of
from logbits.verify.question.question import Question
from logbits.verify.question.simulation import EncodingError


def claim() -> Claim:
    """A causal claim, whose lengths share a block."""
    found = (Claim(CASES[name].program, EXACT, parse("fixed(6)"), 4) for name in CASES)
    return next(each for each in found if each.causal)


def test_a_length_goes_on_from_the_last_shorter_one(tmp_path: Path) -> None:
    derivations = Derivations(claim(), tmp_path)
    questions = {}
    for length in (1, 3, 4):
        questions[length], unkept = derivations.question(length)
        assert not unkept
    assert [chain(tmp_path, length) for length in (1, 3, 4)] == [[1], [1, 3], [1, 3, 4]]
    again, _ = derivations.question(3)  # shorter than the last: begins anew
    assert chain(tmp_path, 3) == [3]
    assert again.length == 3
    same, _ = derivations.question(3)
    assert chain(tmp_path, 3) == [3]
    assert str(same.cnf) == str(again.cnf)


def test_what_cannot_be_written_is_told_and_the_next_begins_anew(tmp_path: Path) -> None:
    derivations = Derivations(claim(), tmp_path / "none")
    question, unkept = derivations.question(1)
    assert isinstance(question, Question)
    assert unkept.startswith("1.steps cannot be written: ")
    (tmp_path / "none").mkdir()
    _, unkept = derivations.question(2)
    assert not unkept
    assert chain(tmp_path / "none", 2) == [2]


def test_one_that_is_not_accepted_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    derivations = Derivations(claim(), tmp_path)
    with monkeypatch.context() as patch:
        write = Ledger.write
        patch.setattr(Ledger, "write", lambda *given: "nothing\n" + write(*given))
        with pytest.raises(EncodingError, match="the derivation of length 2 is not accepted: line 1: "):
            derivations.question(2)
    assert not steps_of(tmp_path, 2).exists()
    derivations.question(3)
    assert chain(tmp_path, 3) == [3]
