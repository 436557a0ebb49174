"""Lengths LO..HI: only these are decided, the scales stay those of HI, and nothing is called shortest that is not."""

from __future__ import annotations

import json

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, fixed
from logbits.encode.claim.claim import Claim
from logbits.verify.command import cli
from logbits.verify.command.api import verify
from logbits.verify.report.rows import Rows, question
from logbits.verify.request import words as request
from logbits.verify.request.request import Request, RequestError
from logbits.verify.request.requests import requests
from logbits.verify.verdict.verdict import Decided, Status, Verdict, Witness

AFFINE = CASES["majority-affine"].program
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", (1, 7)),
        (7, (1, 7)),
        ("3..7", (3, 7)),
        ("1..1", (1, 1)),
        (" 3 .. 7 ", (3, 7)),
        ("65536..65536", (65536,) * 2),
    ],
)
def test_lengths(text: str | int, expected: tuple[int, int]) -> None:
    assert request.lengths(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("7..3", "--n 7..3 holds no length: did you mean 3..7?"),
        ("0..3", "LO..HI, such as 5..64"),
        ("-1..3", "LO..HI"),
        ("3..", "not '3..'"),
        ("..3", "not '..3'"),
        ("..", "not '..'"),
        ("1...3", "LO..HI"),
        ("1..2..3", "LO..HI"),
        ("a..b", "LO..HI"),
        ("1..65537", "from 1 to 65536"),
        ("1.." + "9" * 5000, "not '1..999"),
        ("3.7", "--n must be a whole number"),
        ("3-7", "--n must be a whole number"),
    ],
)
def test_what_is_no_range_is_one_line_and_status_2(text: str, message: str, capsys: Capture) -> None:
    with pytest.raises(RequestError):
        request.lengths(text)
    assert cli.run(["--n", text, "--bits", "4"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert message in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("subcommand", [["show", "majority"], ["export", "majority", "--length", "4"]])
def test_scales_are_for_one_bound(subcommand: list[str], capsys: Capture) -> None:
    assert cli.run([*subcommand, "--n", "3..7", "--bits", "4"]) == 2
    assert "not '3..7'" in capsys.readouterr().err


@pytest.mark.parametrize(("first", "last"), [(0, 4), (-1, 4), (5, 4), (1, 0)])
def test_a_request_without_lengths_is_refused(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="none in"):
        Request(Claim(AFFINE, EXACT, fixed(4), last), first)
    with pytest.raises(ValueError, match="none in"):
        verify(AFFINE, last, 4, first=first)


@pytest.mark.slow
def test_only_these_lengths_are_decided_with_the_scales_of_the_last() -> None:
    whole, part = verify(AFFINE, 12, bits=4), verify(AFFINE, 12, bits=4, first=4)
    assert whole.refuted is not None
    assert part.refuted is not None
    assert whole.refuted.length == part.refuted.length == 5
    assert part.formats == whole.formats
    assert part.decided == (4, 5)
    assert (whole.shortest, part.shortest, part.shortest_asked) == (True, False, True)
    assert "REFUTED at length 5 (shortest from 4 on): 00111" in repr(part)
    late = verify(AFFINE, 12, bits=8, first=12)
    assert (late.status, late.decided) == (Status.VERIFIED, (12,))
    assert late.summary().startswith("VERIFIED for 12 by ")


def test_shortest_is_said_only_of_what_was_asked() -> None:
    witness = Witness(tuple("00111"), "accept", "reject", "", True)
    rows = Rows([Request(Claim(AFFINE, EXACT, fixed(4), 9), 3)])
    refuted = Decided(5, Status.REFUTED, witness=witness)

    def about(*statuses: Status) -> str:
        below = tuple(Decided(n, status, "bound") for n, status in enumerate(statuses, start=3))
        verdict = Verdict("m", "a", "exact", "decision", 3, 9, (*below, refuted))
        assert not verdict.shortest
        return rows.details(verdict, None)[0]

    assert "(length 5, shortest from 3 on, first" in about(Status.VERIFIED, Status.VERIFIED)
    assert "not every shorter length from 3 on is decided" in about(Status.VERIFIED)
    assert "not every shorter length from 3 on is decided" in about(Status.UNKNOWN, Status.VERIFIED)


def test_the_header_and_the_document_say_the_range(capsys: Capture) -> None:
    assert question(requests(["majority"], "5..9", 4)).endswith("every word of length 5..9")
    assert question(requests(["majority"], "9..9", 4)).endswith("every word of length 9")
    arguments = ["--n", "4..12", "--bits", "4", "--model", "majority-affine"]
    assert cli.run(arguments) == 1
    text = capsys.readouterr().out
    assert "every word of length 4..12\n" in text
    assert "  word:    00111 (length 5, shortest from 4 on, first in alphabetical order)\n" in text
    assert cli.run([*arguments, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["question"]["first"], told["question"]["last"]) == (4, 12)
    assert [(each["first"], each["last"]) for each in told["verdicts"][0]["runs"]] == [(4, 4), (5, 5)]
    assert told["verdicts"][0]["shortest"] is False


def test_a_wide_range_has_a_wide_column() -> None:
    verdict = Verdict("m", "a", "exact", "decision", 60000, 65536, ())
    rows = Rows([Request(Claim(AFFINE, EXACT, fixed(17), 65536), 60000)])
    assert rows.row(verdict, None)[0].split() == ["m", "UNKNOWN", "none", "0.0"]
    full = Verdict("m", "a", "x", "decision", 60000, 60001, tuple(Decided(n, Status.VERIFIED) for n in (60000, 60001)))
    assert rows.row(full, None)[0].split() == ["m", "VERIFIED", "60000..60001", "0.0"]
