"""What an UNKNOWN says to try: the limit that was reached, other solvers, fewer lengths with the same scales."""

from __future__ import annotations

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, fixed
from logbits.encode.claim.claim import Claim
from logbits.verify.command import cli
from logbits.verify.command.api import verify
from logbits.verify.report.rows import Rows
from logbits.verify.request import words as request
from logbits.verify.request.request import Request
from logbits.verify.verdict.advice import advice
from logbits.verify.verdict.verdict import Decided, Status, Verdict


@pytest.mark.parametrize(
    ("reason", "decided", "line", "python"),
    [
        (
            "time limit of 300 s reached at length 7",
            (1, 2, 3, 4, 5, 6),
            "more time, --timeout 1200; the lengths that are left, --n 7..9, with the same scales",
            "more time, timeout=1200; the lengths that are left, n=9, first=7, with the same scales",
        ),
        (
            "time limit of 0.5 s reached",
            (),
            "more time, --timeout 60; fewer lengths, --n 5..9, with the same scales",
            "more time, timeout=60; fewer lengths, n=9, first=5, with the same scales",
        ),
        (
            "encoding length 4: memory limit of 2048 MiB reached",
            (1, 2, 3, 9),
            "more memory, --memory 4096; fewer processes at a time, --jobs 1; "
            "the lengths that are left, --n 4..9, with the same scales",
            "more memory, memory=4096; fewer processes at a time, jobs=1; "
            "the lengths that are left, n=9, first=4, with the same scales",
        ),
        (
            "encoding length 4: ended with signal SIGKILL",
            tuple(range(1, 9)),
            "fewer processes at a time, --jobs 1; the lengths that are left, --n 9..9, with the same scales",
            "fewer processes at a time, jobs=1; the lengths that are left, n=9, first=9, with the same scales",
        ),
        (
            "z3: incomplete",
            tuple(range(2, 10)),
            "other solvers, --solvers z3,cadical,bitwuzla; the lengths that are left, --n 1..9, with the same scales",
            "other solvers, solvers='z3,cadical,bitwuzla'; "
            "the lengths that are left, n=9, first=1, with the same scales",
        ),
    ],
)
def test_advice(reason: str, decided: tuple[int, ...], line: str, python: str) -> None:
    assert advice(reason, 1, 9, decided) == line
    assert advice(reason, 1, 9, decided, python=True) == python


def test_one_length_cannot_be_fewer() -> None:
    assert advice("time limit of 300 s reached", 9, 9, ()) == "more time, --timeout 1200"
    assert advice("", 1, 9, ()) == ""
    assert advice("cvc5 is not installed: pip install 'x'", 9, 9, ()) == ""


def test_what_is_advised_is_read() -> None:
    assert request.lengths("7..9") == (7, 9)
    assert request.options("1200", "1", "4096", "z3,cadical,bitwuzla").seconds == 1200


def test_rows_and_the_repr_say_it_of_an_unknown_only() -> None:
    unknown = Decided(1, Status.UNKNOWN, reason="time limit of 300 s reached")
    verdict = Verdict("m", "a", "exact", "decision", 1, 1, (unknown,))
    rows = Rows([Request(Claim(CASES["majority"].program, EXACT, fixed(8), 1))])
    assert rows.details(verdict, None) == [
        "  reason:  time limit of 300 s reached",
        "  try:     more time, --timeout 1200",
    ]
    assert repr(verdict).splitlines()[1:] == ["  try:   more time, timeout=1200"]
    for status in (Status.VERIFIED, Status.ERROR):
        other = Verdict("m", "a", "exact", "decision", 1, 1, (Decided(1, status, "bound", reason="x"),))
        assert other.advice() == ""
        assert not [line for line in (*rows.details(other, None), repr(other)) if "try:" in line]


def test_for_real(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--n", "6", "--bits", "4", "--model", "palindrome", "--timeout", "0.001"]) == 3
    assert "\n  try:     more time, --timeout 60" in capsys.readouterr().out
    assert "try:   more time, timeout=60" in repr(verify(CASES["palindrome"].program, 6, 4, timeout=0.001))
