"""The verdicts and words of the catalogue at n = 64 are those that they were before the source was divided into rooms.

`before.json` holds, for five arithmetics and each case, the verdict then and the word that broke the claim; null where
none was reached in the time that was given. What was told then must be told now; `LOGBITS_WHOLE=1` asks about all,
which takes most of an hour, else only about what is quick. Nothing here is true by definition: each word is replayed in
exact arithmetic, and shortest means that all shorter lengths are decided.
"""

from __future__ import annotations

import json
import os

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.engine.engine import decide
from logbits.verify.request.request import Options, Request
from logbits.verify.verdict.verdict import Verdict
from support.paths import ROOT

Row = tuple[str, str | None]

PAGE = ROOT / "tests" / "cases" / "before.json"
BEFORE: dict[str, dict[str, list[str | None] | None]] = json.loads(PAGE.read_text(encoding="utf-8"))
LONG = {
    "ab-star",
    "anbn",
    "anbncn",
    "double-histogram",
    "dyck-bounded",
    "dyck1",
    "dyck1-rasp",
    "dyck1-relu",
    "histogram-lookup",
    "histogram-mean",
    "induction",
    "induction-average",
    "k-hop",
    "mod-count",
    "most-frequent",
    "palindrome",
    "parity",
    "parity-lookup",
    "pattern",
    "prefix-argmax",
    "reverse",
    "shuffle-dyck",
    "sort",
    "ww",
}
"""Cases that take seconds each in some arithmetic where they hold."""

WHOLE = bool(os.environ.get("LOGBITS_WHOLE"))


def now(arithmetic: str, names: list[str]) -> dict[str, Row]:
    low = parse(arithmetic)
    requests = [Request(Claim(CASES[name].program, EXACT, low, 64)) for name in names]
    options = Options(seconds=600.0 if WHOLE else 120.0)
    verdicts = [event for event in decide(requests, options) if isinstance(event, Verdict)]
    return {each.model: (str(each.status), each.witness and spelled(each.witness.word)) for each in verdicts}


def spelled(word: tuple[str, ...]) -> str:
    return ("" if all(len(symbol) == 1 for symbol in word) else " ").join(word)


def asked(arithmetic: str) -> list[str]:
    """The cases of a column that were decided, and that are asked about here."""
    rows = BEFORE[arithmetic]
    refuted = [name for name, row in rows.items() if row is not None and row[0] == "REFUTED"]
    held = [name for name, row in rows.items() if row is not None and row[0] == "VERIFIED"]
    return [*refuted, *(name for name in held if WHOLE or name not in LONG)]


def test_the_columns_are_whole() -> None:
    assert set(BEFORE) == {"fixed(8)", "fixed(16)", "Q(12)", "R(4)", "bf16 nearest-even"}
    assert all(set(rows) == set(CASES) for rows in BEFORE.values())
    assert sum(row is not None for rows in BEFORE.values() for row in rows.values()) > 170


@pytest.mark.slow
@pytest.mark.parametrize("arithmetic", BEFORE)
def test_verdicts_and_words_are_the_same(arithmetic: str) -> None:
    names = asked(arithmetic)
    assert len(names) > 15
    assert now(arithmetic, names) == {name: tuple(BEFORE[arithmetic][name] or ()) for name in names}
