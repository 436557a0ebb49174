"""Verdicts and programs as text: what is shown, and that no width loses any of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from logbits.cases.case import Case
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, fixed
from logbits.encode.arithmetic.scales import sites
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.position import i
from logbits.verify.report.columns import Columns, fitted, wrap
from logbits.verify.report.listing import listing, operation, readout, shape
from logbits.verify.report.rows import Rows, footer, question
from logbits.verify.request.request import Request
from logbits.verify.verdict.verdict import Decided, Status, Verdict, Witness

WORD = "0" * 16 + "1" * 17
REQUESTS = [Request(Claim(CASES[name].program, EXACT, fixed(8), 64)) for name in ("majority", "majority-affine")]
VERIFIED = Verdict(
    "majority",
    "fixed(8) quotient toward-zero saturate",
    "exact",
    "decision",
    1,
    64,
    tuple(Decided(n, Status.VERIFIED, "enumeration") for n in range(1, 65)),
    formats=(("is 1", "u8.7"),),
    seconds=1.25,
)
REFUTED = replace(
    VERIFIED,
    model="majority-affine",
    runs=(
        *(Decided(n, Status.VERIFIED, "solver") for n in range(1, 33)),
        Decided(
            33,
            Status.REFUTED,
            witness=Witness(tuple(WORD), "accept (readout 1/66)", "reject (readout 0)", "mean at position 1", True),
        ),
    ),
)
UNKNOWN = replace(
    VERIFIED,
    runs=tuple(
        Decided(n, Status.UNKNOWN, reason="time limit of 1 s reached at length 2")
        if n % 2 == 0
        else Decided(n, Status.VERIFIED, "solver")
        for n in range(1, 65)
    ),
    notes=("1/3 in threshold is not dyadic and stays exact",),
)
WIDTHS = [20, 31, 40, 80, 200, None]


def shown(verdict: Verdict, width: int | None, *, formats: bool = False) -> list[str]:
    rows = Rows(REQUESTS)
    return [*rows.header(width), *rows.row(verdict, width), *rows.details(verdict, width, formats=formats)]


def joined(lines: Sequence[str]) -> str:
    """The lines without what breaking them put in."""
    return "".join(line.strip() for line in lines).replace(" ", "")


def test_the_question_is_one_line() -> None:
    assert (
        question(REQUESTS)
        == "fixed(8) quotient toward-zero saturate against exact, decision, every word of length 1..64"
    )


def test_a_verified_row() -> None:
    assert shown(VERIFIED, None) == [
        "model            verdict   lengths  evidence                  seconds",
        "majority         VERIFIED  1..64    enumeration                   1.2",
    ]


def test_a_refuted_row_shows_the_word_both_readouts_and_where_the_runs_part() -> None:
    assert shown(REFUTED, 80)[1:] == [
        "majority-affine  REFUTED   1..33    word, solver                  1.2",
        f"  word:    {WORD} (length 33, shortest, first in",
        "           alphabetical order)",
        "  exact:   accept (readout 1/66)",
        "  low:     reject (readout 0)",
        "  parts:   mean at position 1",
    ]


def test_a_word_is_called_shortest_only_if_all_shorter_lengths_are_verified() -> None:
    gap = replace(REFUTED, runs=REFUTED.runs[1:])
    assert "(length 33, not every shorter length is decided, first in alphabetical order)" in "\n".join(
        shown(gap, None)
    )


def test_an_unknown_row_shows_the_reason_and_the_lengths_decided() -> None:
    lines = shown(UNKNOWN, None)
    assert lines[1].split() == ["majority", "UNKNOWN", "32", "of", "64", "solver", "1.2"]
    assert lines[2] == "  reason:  time limit of 1 s reached at length 2"
    assert lines[3].startswith("  decided: lengths 1, 3, 5, 7, ")
    assert lines[3].endswith(" 61, 63")
    assert lines[4] == "  note:    1/3 in threshold is not dyadic and stays exact"


def test_nothing_decided_is_said() -> None:
    nothing = replace(VERIFIED, runs=())
    lines = shown(nothing, None)
    assert lines[1].split()[:3] == ["majority", "UNKNOWN", "none"]
    assert lines[2:] == ["  reason:  not finished"]


def test_formats_are_shown_on_demand() -> None:
    assert shown(VERIFIED, None, formats=True)[-1] == "  stored:  is 1 as u8.7"


@pytest.mark.parametrize("verdict", [VERIFIED, REFUTED, UNKNOWN], ids=lambda v: str(v.status))
@pytest.mark.parametrize("width", WIDTHS)
def test_no_width_loses_anything_or_is_exceeded(verdict: Verdict, width: int | None) -> None:
    lines = shown(verdict, width, formats=True)
    assert width is None or max(map(len, lines)) <= width
    assert "…" not in joined(lines)
    rows = Rows(REQUESTS)
    assert joined(rows.details(verdict, width)) == joined(rows.details(verdict, None))
    assert str(verdict.status) in joined(lines)
    assert verdict.witness is None or WORD in joined(lines)


def test_symbols_of_several_letters_are_kept_apart() -> None:
    assert REFUTED.witness is not None
    witness = replace(REFUTED.witness, word=("push", "pop") * 8)
    refuted = Decided(16, Status.REFUTED, witness=witness)
    lines = shown(replace(REFUTED, runs=(refuted,)), 40)
    assert "  word:    push pop push pop push pop" in lines
    assert not any("pus " in line for line in lines)


def test_the_footer_counts() -> None:
    assert footer([VERIFIED, REFUTED, VERIFIED, UNKNOWN], 12.34) == "2 VERIFIED, 1 UNKNOWN, 1 REFUTED in 12.3 s"


def test_a_cell_that_is_too_long_moves_the_others() -> None:
    assert Columns((2, 2)).lines(("abcd", "e"), None) == ["abcd  e"]
    assert fitted([("a", "b"), ("ccc", "d")], right=frozenset({0})).lines(("a", "b"), 80) == ["  a  b"]


def test_wrap_breaks_what_is_longer_than_a_line() -> None:
    assert wrap("word " + "x" * 30, 20, "", "  ") == ["word " + "x" * 15, "  " + "x" * 15]


def test_cells_stay_whole_where_columns_do_not_fit() -> None:
    assert shown(REFUTED, 40)[:4] == [
        "majority-affine",
        "  REFUTED  1..33  word, solver  1.2 s",
        f"  word:    {WORD[:29]}",
        f"           {WORD[29:]} (length 33, shortest,",
    ]
    assert shown(REFUTED, 25)[:3] == ["majority-affine", "  REFUTED  1..33", "  word, solver  1.2 s"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_case_can_be_listed(case: Case, width: int | None) -> None:
    formats = [str(each) for each in sites(case.program, fixed(8), 64)]
    lines = listing(case, width, formats)
    assert width is None or max(map(len, lines)) <= width
    text = joined(lines)
    for index, (op, name) in enumerate(zip(case.program.ops, case.program.names, strict=True)):
        assert f"x{index}{name}{operation(op)}{formats[index]}".replace(" ", "") in text


def test_the_listing_of_a_small_case() -> None:
    assert listing(CASES["majority-affine"], None, ["u8.7", "u8.7"]) == [
        "majority-affine: U[1_1] > 1/2",
        "1 layer, 1 head; alphabet 0 1",
        "",
        "x0  is 1          1[w_i = 1]  u8.7",
        "x1  mean of ones  U[x0]       u8.7",
        "accept iff x1 > 1/2 at i = n",
    ]


def test_every_operation_has_a_notation() -> None:
    t = Builder("all", "ab", bos=True, eos=True, max_length=9)
    a, b, place = t.symbol("a"), t.symbol("a", "b"), t.position(i)
    mixed = t.embed({"a": 2, "BOS": i + 1})
    constant = t.store(3)
    affine = t.store(a - b / 2 + 1)
    declared = t.store(1 - place, within=(-8, 1))
    products = t.product(a, b), t.product(a, a)
    greatest = t.maximum(a, 1 - b), t.relu(b - a)
    compared = a >= b, a.equals(1), b + affine < 1
    steps = t.nearest(place / 2), t.table(a, {0: 1, 1: "1/2"})
    score = t.query(a) * t.key(place) ** 2 - t.key(b) ** 4 * "1/2"
    heads = (
        t.attend(score, a, "causal"),
        t.attend(score, a, "strict", "hard"),
        t.attend(score, a, "none", "rightmost"),
        t.uniform(a, "strict"),
    )
    everything = a + mixed + constant + declared
    for each in (*products, *greatest, *compared, *steps, *heads):
        everything = everything + each
    program = t.classify({"yes": everything, "no": a * -2})
    assert [operation(op) for op in program.ops] == [
        "1[w_i = a]",
        "1[w_i in {a, b}]",
        "i",
        "w_i in {a: 2, b: 0, BOS: (i + 1), EOS: 0}",
        "3",
        "x0 - 1/2·x1 + 1",
        "1 - x2",
        "x0·x1",
        "x0²",
        "max(x0, 1 - x1)",
        "relu(x1 - x0)",
        "1[x0 - x1 >= 0]",
        "1[x0 = 1]",
        "1[1 - x1 - x5 > 0]",
        "round(1/2·x2)",
        "x0 in {0: 1, 1: 1/2}",
        "x0(i)·x2(j)² - 1/2·x1(j)^4",
        "A≤i[x16; x0]",
        "A<i[x16; x0] leftmost",
        "A[x16; x0] rightmost",
        "U<i[x0]",
    ]
    assert readout(program.readout).endswith("no: -2·x0")
    assert shape(program) == "1 layer, 4 heads"
    text = listing(Case(0, "all", program, note="m = 3"), None)
    assert "1 layer, 4 heads; alphabet a b; with BOS and EOS; positions up to n = 9" in text
    assert "x6 is declared to lie in [-8, 1]" in text
    assert "note: m = 3" in text
    rounded = twin(program, parse("fixed(8, 4) reciprocal(3)"), 9).program
    listed = [operation(op) for op in rounded.ops]
    assert "x0 rounded to s8.4" in listed
    assert any(text.startswith("U<i[") and text.endswith("] by reciprocal(3)") for text in listed)


def test_outputs_have_a_notation() -> None:
    t = Builder("numbers", "ab")
    assert readout(t.output(t.symbol("a") * 2).readout) == "output 2·x0 at each i"
