"""Rows of scores that are remembered: a run is what it would be if it were the first."""

from __future__ import annotations

import random

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.build import Builder
from logbits.encode.program.position import i
from logbits.encode.program.program import Program, Score
from logbits.verify.reference import rows
from logbits.verify.reference.run import Reference, Run


def several(model: str) -> Program:
    """A model that ships, or one whose scores read symbols and may overflow at some positions only."""
    if model != "own":
        return CASES[model].program
    t = Builder("own", "ab", bos=True)
    index, b = t.position(i), t.symbol("b")
    score = 2 * t.query(index) * t.key(b) * t.key(index) + t.query(b) - t.key(b) * t.key(index)
    return t.output(t.attend(score, b, "causal") + t.attend(score, index))


def runs(reference: Reference, words: list[str], *, anew: bool) -> list[Run]:
    first = reference.program, reference.arithmetic, reference.bound
    return [(Reference(*first) if anew else reference).run(word) for word in words]


@pytest.mark.parametrize("model", ["own", "palindrome", "induction", "k-hop", "sort", "dyck-bounded", "histogram-mean"])
@pytest.mark.parametrize("arithmetic", ["exact", "fixed(5)", "fixed(5, 0) error", "bf16 nearest-even", "float(3, 3)"])
def test_a_run_is_what_it_would_be_if_it_were_the_first(model: str, arithmetic: str) -> None:
    program, choose = several(model), random.Random(f"{model} {arithmetic}")
    words = ["".join(choose.choices(program.alphabet, k=choose.randint(1, 6))) for _ in range(30)]
    reference = Reference(program, parse(arithmetic), 6)
    assert runs(reference, words, anew=False) == runs(reference, words, anew=True)


def test_some_of_these_runs_fail_at_some_rows_only() -> None:
    reference = Reference(several("own"), parse("fixed(5, 0) error"), 6)
    several_runs = runs(reference, ["aaaaaa", "aabaab", "aaaaaa", "aabaab"], anew=False)
    assert [run.failure is None for run in several_runs] == [True, False, True, False]
    assert several_runs[1].failure == several_runs[3].failure


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "REMEMBERED", 9)
    op = next(op for op in several("palindrome").ops if isinstance(op, Score))
    scores, keys = rows.Scores(op), [(mpq(k), mpq(k * k)) for k in range(3)]
    for number in range(5):
        scores.look_at(keys)
        scores.row((mpq(number), mpq(1))).entries += [mpq(number)] * 3
        assert scores.row((mpq(number), mpq(1))).entries == [mpq(number)] * 3
    assert scores.row((mpq(4), mpq(1))).entries
    assert not scores.row((mpq(0), mpq(1))).entries
