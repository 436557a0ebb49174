"""The pass that puts roundings in: what it adds, and that it changes nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.scales import sites
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.model.build import Builder
from logbits.encode.number.mean import EXACT_MEAN, Reciprocal
from logbits.encode.program.operation import rename
from logbits.encode.program.position import i
from logbits.encode.program.program import Attend, Attended, Compare, Monomial, Program, Round, Score
from logbits.encode.program.wellformed import validate
from support.means import Short, rule

ARITHMETICS = ["exact", "lit", "R(3)", "Q(5)", "fixed(8)", "fixed(4) reciprocal(2) floor wrap", "fixed(6, 3)"]


def everything() -> Program:
    """A program with each operation."""
    t = Builder("everything", "ab", bos=True, eos=True)
    x, p = t.symbol("a"), t.position(i)
    heads = [t.attend(t.key(p) * t.query(x), p, "causal", ties) for ties in ("saturated", "hard", "rightmost")]
    mean = t.uniform(t.store(x + p, within=(0, 20)), "strict")
    steps = t.product(t.relu(mean - 1), t.nearest(heads[0] / 3)) + t.table(x > 0, {0: 5, 1: "1/3"})
    return t.classify({"one": steps + heads[1], "two": heads[2], "three": 2})


PROGRAMS = [*(case.program for case in CASES.values()), everything()]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_exact_puts_nothing_in(program: Program) -> None:
    exact = twin(program, EXACT, 8)
    assert exact.program == replace(program, ranges=())
    assert exact.stored == tuple(range(len(program.ops)))


@pytest.mark.parametrize("text", ARITHMETICS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_each_site_is_rounded_once_and_read_rounded(program: Program, text: str) -> None:
    arithmetic = parse(text)
    low = twin(program, arithmetic, 8)
    validate(low.program)
    roundings = [site.stored for site in sites(program, arithmetic, 8)]
    assert len(low.program.ops) == len(program.ops) + sum(r is not None for r in roundings)
    for index, rounding in enumerate(roundings):
        stored = low.program.ops[low.stored[index]]
        if rounding is None:
            assert not isinstance(stored, Round)
            made = low.stored[index]
        else:
            made = low.stored[index] - 1
            assert stored == Round(made, rounding)
            assert low.program.names[low.stored[index]] == f"{program.names[index]} rounded"
        assert low.program.names[made] == program.names[index]
        expected = rename(program.ops[index], list(low.stored))
        found = low.program.ops[made]
        assert (replace(found, mean=EXACT_MEAN) if isinstance(found, Attend) else found) == expected
    plain = [k - (rounding is not None) for k, rounding in zip(low.stored, roundings, strict=True)]
    heads = isinstance(program.readout, Attended)
    assert low.program.readout == rename(program.readout, plain if heads else list(low.stored))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_comparisons_are_not_sites(program: Program) -> None:
    low = twin(program, parse("fixed(8)"), 8).program
    rounded = {op.arg for op in low.ops if isinstance(op, Round)}
    assert all((k in rounded) != isinstance(op, (Compare, Round)) for k, op in enumerate(low.ops))


@pytest.mark.parametrize(
    ("text", "guard"), [("lit", 0), ("R(3)", 3), ("fixed(8) reciprocal(2, ceil)", (2, "ceil")), ("Q(3)", None)]
)
def test_reciprocal_goes_to_means_only(text: str, guard: Short) -> None:
    low = twin(everything(), parse(text), 8).program
    rules = {op.ties: op.mean for op in low.ops if isinstance(op, Attend)}
    assert rules == {"saturated": rule(guard), "uniform": rule(guard), "hard": EXACT_MEAN, "rightmost": EXACT_MEAN}


def test_declared_ranges_are_used_up() -> None:
    assert everything().ranges
    assert twin(everything(), parse("fixed(8)"), 8).program.ranges == ()


def test_rename_reaches_every_operand() -> None:
    score = Score((Monomial(mpq(2), (0, 1), (1,)),))
    assert rename(score, [5, 7]) == Score((Monomial(mpq(2), (5, 7), (7,)),))
    assert rename(Attend(0, 1, "causal", "hard"), [5, 7]) == Attend(5, 7, "causal", "hard")
    assert rename(Attend(1, None, "causal", "uniform", Reciprocal(3)), [5, 7]) == Attend(
        7, None, "causal", "uniform", Reciprocal(3)
    )
