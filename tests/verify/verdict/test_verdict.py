"""Verdicts as values: statuses and their order, what is called shortest, decided or vacuous, and all of it as text."""

from __future__ import annotations

import itertools
import operator

import pytest
from logbits.verify.verdict.verdict import (
    Decided,
    Status,
    Verdict,
    Witness,
    exit_status,
    explain,
    nothing_asked,
    spans,
)

REFUTED, ERROR, UNKNOWN, VERIFIED = Status.REFUTED, Status.ERROR, Status.UNKNOWN, Status.VERIFIED
WITNESS = Witness(("a", "b"), "accept (readout 1)", "reject (readout 0)", "mean at position 2: 1 against 0", True)


def verdict(*lengths: Decided, first: int = 1, last: int = 3, assume: str = "", against: str = "exact") -> Verdict:
    return Verdict("model", "fixed(8)", against, "decision", first, last, lengths, assume=assume)


def of(*statuses: Status, first: int = 1, last: int | None = None) -> Verdict:
    lengths = [
        Decided(n, status, "bound" if status == VERIFIED else None, reason=f"reason {n}", witness=WITNESS)
        for n, status in enumerate(statuses, start=first)
    ]
    return verdict(*lengths, first=first, last=first + len(statuses) - 1 if last is None else last)


def test_the_order_of_statuses() -> None:
    assert sorted([VERIFIED, UNKNOWN, REFUTED, ERROR]) == [REFUTED, ERROR, UNKNOWN, VERIFIED]
    assert [str(each) for each in Status] == ["REFUTED", "ERROR", "UNKNOWN", "VERIFIED"]


def test_the_status_is_the_minimum_of_all_lengths() -> None:
    for statuses in itertools.product(Status, repeat=3):
        for first in (1, 4):
            assert of(*statuses, first=first).status == min(statuses)
            assert of(*statuses, first=first, last=first + 3).status == min(*statuses, UNKNOWN)
    assert verdict().status == UNKNOWN
    assert of(VERIFIED, VERIFIED).status == VERIFIED
    assert of(VERIFIED, VERIFIED, last=3).status == UNKNOWN


def test_a_verdict_is_asked_and_is_no_truth_value() -> None:
    for statuses in itertools.product(Status, repeat=2):
        found = of(*statuses)
        assert found.verified is (statuses == (VERIFIED, VERIFIED))
        for wrong in (found, found.status):
            with pytest.raises(TypeError, match=r"verdict\.status == Status\.VERIFIED"):
                assert wrong
    assert not of(VERIFIED, last=2).verified
    assert of(VERIFIED) == of(VERIFIED)
    assert of(VERIFIED) != of(UNKNOWN)
    assert hash(of(VERIFIED)) == hash(of(VERIFIED))
    assert {VERIFIED: 1}[of(VERIFIED).status] == 1


@pytest.mark.parametrize("other", ["VERIFIED", "REFUTED", True, False, None, VERIFIED, REFUTED])
def test_comparisons_that_would_be_false_whatever_was_decided_are_refused(other: object) -> None:
    """`assert verdict != "REFUTED"` would pass on a REFUTED."""
    for compare in (operator.eq, operator.ne):
        with pytest.raises(TypeError, match=r"Status\.VERIFIED"):
            compare(of(REFUTED), other)
        if isinstance(other, (str, bool)):
            with pytest.raises(TypeError, match=r"Status\.VERIFIED"):
                compare(of(REFUTED).status, other)
        if isinstance(other, str):
            with pytest.raises(TypeError, match=r"Status\.VERIFIED"):
                compare(other, of(REFUTED).status)


def test_the_exit_status() -> None:
    expected = {VERIFIED: 0, REFUTED: 1, UNKNOWN: 3, ERROR: 4}
    for a, b in itertools.product(Status, repeat=2):
        assert exit_status([of(a), of(b)]) == expected[min(a, b)]
    assert exit_status([]) == 0


def test_the_witness_is_that_of_the_refuted_length() -> None:
    found = of(VERIFIED, REFUTED)
    assert found.refuted is not None
    assert found.refuted.length == 2
    assert found.witness == WITNESS
    assert of(VERIFIED, UNKNOWN).refuted is of(VERIFIED, UNKNOWN).witness is None


@pytest.mark.parametrize(
    ("statuses", "first", "shortest", "asked"),
    [
        ((VERIFIED, VERIFIED, REFUTED), 1, True, True),
        ((REFUTED,), 1, True, True),
        ((VERIFIED, UNKNOWN, REFUTED), 1, False, False),
        ((VERIFIED, ERROR, REFUTED), 1, False, False),
        ((VERIFIED, REFUTED), 2, False, True),
        ((VERIFIED, VERIFIED), 1, False, False),
        ((UNKNOWN,), 1, False, False),
    ],
)
def test_what_is_called_shortest(statuses: tuple[Status, ...], first: int, shortest: bool, asked: bool) -> None:
    found = of(*statuses, first=first)
    assert (found.shortest, found.shortest_asked) == (shortest, asked)


def test_a_witness_after_a_length_that_was_not_looked_at_is_not_the_shortest() -> None:
    found = verdict(Decided(1, VERIFIED, "bound"), Decided(3, REFUTED, witness=WITNESS))
    assert not found.shortest
    assert not found.shortest_asked


def test_lengths_and_evidence() -> None:
    found = verdict(
        Decided(1, VERIFIED, "vacuous"),
        Decided(2, VERIFIED, "solver"),
        Decided(3, UNKNOWN, reason="late"),
        Decided(4, VERIFIED, "enumeration"),
        Decided(5, ERROR, reason="broken"),
        Decided(6, REFUTED, witness=WITNESS),
        last=6,
    )
    assert found.vacuous == (1,)
    assert found.decided == (1, 2, 4, 6)
    assert found.evidence == ("enumeration", "solver", "vacuous")
    assert found.reason == ""
    assert of(VERIFIED, UNKNOWN, ERROR, UNKNOWN).reason == "reason 3"
    assert of(VERIFIED, UNKNOWN, UNKNOWN).reason == "reason 2"


def test_summaries() -> None:
    assert of(VERIFIED, REFUTED).summary() == "REFUTED at length 2 (shortest): ab"
    assert of(VERIFIED, REFUTED, first=4).summary() == "REFUTED at length 5 (shortest from 4 on): ab"
    assert of(UNKNOWN, REFUTED).summary() == "REFUTED at length 2: ab"
    assert of(VERIFIED, VERIFIED).summary() == "VERIFIED for 1..2 by bound"
    assert of(VERIFIED, UNKNOWN, VERIFIED).summary() == "UNKNOWN: reason 2; lengths decided: 1, 3"
    assert of(ERROR).summary() == "ERROR: reason 1; lengths decided: none"
    assert verdict(last=2).summary() == "UNKNOWN: not finished; lengths decided: none"
    several = verdict(
        Decided(1, VERIFIED, "vacuous"), Decided(2, VERIFIED, "solver"), Decided(3, VERIFIED, "bound"), assume="even"
    )
    assert several.summary() == ("VERIFIED for 1..3 by bound and solver and vacuous; even accepts no word of length 1")


def test_the_whole_text() -> None:
    assert repr(of(VERIFIED)) == "model, fixed(8) against exact, decision: VERIFIED for 1 by bound"
    found = verdict(Decided(1, REFUTED, witness=WITNESS), assume="even", against="lit", last=1)
    assert repr(found).splitlines() == [
        "model, fixed(8) against lit, decision, words that even accepts: REFUTED at length 1 (shortest): ab",
        "  against: accept (readout 1)",
        "  low:   reject (readout 0)",
        "  parts: mean at position 2: 1 against 0",
    ]
    assert found._repr_html_() == f"<pre>{found!r}</pre>"
    assert "&lt;" in verdict(Decided(1, UNKNOWN, reason="1 < 2"))._repr_html_()
    assert explain(of(VERIFIED)) == []
    assert explain(of(REFUTED))[0] == "exact: accept (readout 1)"
    unsaid = Witness(("aa", "b"), "accept", "reject", "", False)
    assert len(explain(verdict(Decided(1, REFUTED, witness=unsaid)))) == 2
    assert str(unsaid) == "aa b"


@pytest.mark.parametrize(
    ("lengths", "text"),
    [
        ((1, 3, 5, 7), "1, 3, ..., 7"),
        ((2, 5, 8, 11), "2, 5, ..., 11"),
        ((1, 3, 5), "1, 3, 5"),
        ((1, 2, 3, 4), "1..4"),
        ((1, 3, 4, 6), "1, 3..4, 6"),
        ((2,), "2"),
    ],
)
def test_lengths_without_words(lengths: tuple[int, ...], text: str) -> None:
    found = verdict(*(Decided(n, VERIFIED, "vacuous") for n in lengths), last=12, assume="even")
    assert nothing_asked(found) == f"even accepts no word of length {text}"


def test_spans() -> None:
    assert spans(range(1, 65)) == "1..64"
    assert spans((1, 2, 3, 5, 7, 8)) == "1..3, 5, 7..8"
    assert spans((4,)) == "4"
    assert spans(()) == ""
