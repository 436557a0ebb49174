"""The way of runs: trained weights, on every word."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from logbits.bounds.words.runs import Runs
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.load import load
from logbits.verify.decide import running, ways
from logbits.verify.decide.reply import Broken, Decided, Seen
from logbits.verify.decide.way import Desk
from logbits.verify.question.simulation import EncodingError
from logbits.verify.reference.pair import Pair
from support.paths import ROOT

TRAINED = load(ROOT / "tests" / "support" / "trained" / "u12-trained.json")
"""Two layers, two heads, d = 8, an MLP of 16, four symbols, sixteen positions."""


def asked(arithmetic: str, bound: int) -> Claim:
    return Claim(TRAINED, EXACT, parse(arithmetic), bound)


def test_which_claims_are_run() -> None:
    """Trained weights are; models that ship are not, nor is anything where proofs or solvers are wanted."""
    claim = asked("fixed(12)", 16)
    assert [(portion.way, portion.lengths) for portion in ways.plan(claim, range(1, 17))] == [("runs", range(1, 17))]
    assert {portion.way for portion in ways.plan(claim, range(1, 3), ways.UNPROVED)} == {"terms"}
    assert not [name for name, case in CASES.items() if running.long(Claim(case.program, EXACT, EXACT, 2))]


@pytest.mark.parametrize(
    ("arithmetic", "bound", "first"),
    [
        ("fixed(12)", 16, "aab"),
        ("fixed(16)", 16, "aba,"),
        ("bf16 nearest-even", 16, "a.bba,"),
        ("fixed(12)", 3, None),
        ("fp16 nearest-even", 5, None),
    ],
)
def test_the_first_word_that_breaks(arithmetic: str, bound: int, first: str | None) -> None:
    claim, longest = asked(arithmetic, bound), len(first) if first else bound
    desk, pair = Desk(claim), Pair(claim)
    for length in range(1, longest + 1):
        found = ways.decide(desk, range(length, length + 1), "runs")
        if first is None or length < longest:
            assert found == Decided("enumeration", Seen())
        else:
            assert isinstance(found, Broken)
            assert found.least
            assert "".join(pair.spell(found.word)) == first
            assert pair.breaks(first)


def test_words_one_by_one() -> None:
    """All words of a length: those that break, and no others, as the reference run says of some."""
    claim = asked("fixed(12)", 16)
    words = list(itertools.product(range(4), repeat=3))
    broken = Runs(claim).breaking(words)
    assert sum(broken) == 1
    pair = Pair(claim)
    for word in (words[broken.index(True)], *words[::21]):
        assert broken[words.index(word)] == pair.breaks(pair.spell(word))


def test_a_disagreement_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Runs, "breaking", lambda self, words: [True] * len(words))  # type: ignore[misc]
    desk = Desk(asked("fixed(16)", 16))
    with pytest.raises(EncodingError, match="disagree on the word a"):
        running.EveryRun().decide(desk, range(1, 2))


def test_too_many_positions_to_tell_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The length is left to the next way, and so are those after it, at once."""
    tried: list[int] = []

    def exhausted(self: Runs, length: int) -> None:
        tried.append(length)
        raise MemoryError

    monkeypatch.setattr(Runs, "first_break", exhausted)
    desk = Desk(asked("fixed(16)", 16))
    assert [running.EveryRun().decide(desk, range(n, n + 1)) for n in (1, 2)] == [None, None]
    assert tried == [1]
    assert desk.runs is None


def test_words_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = asked("fixed(12)", 16)
    monkeypatch.setattr(running, "WORDS", 4**5)
    assert running.EveryRun().applies(claim, range(2, 17)) == range(2, 6)
    assert not running.EveryRun().applies(claim, range(6, 17))
    short = dataclasses.replace(claim, program=CASES["parity"].program)
    assert not running.EveryRun().applies(short, range(1, 9))
