"""Well-formed programs: each fault is named, and what a program says about itself is right."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from gmpy2 import mpq
from logbits.encode.number.rounding import fixed_point
from logbits.encode.program.operation import layers, operands, pairwise, used_scores
from logbits.encode.program.position import constant, i, n
from logbits.encode.program.program import (
    Accept,
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Monomial,
    Nearest,
    Op,
    Outputs,
    Product,
    Program,
    ProgramError,
    Round,
    Score,
    Table,
)
from logbits.encode.program.wellformed import validate

ZERO, ONE = mpq(0), mpq(1)
F0 = Form(ZERO, ((ONE, 0),))
ROUNDING = fixed_point(8, 0, True, "floor", "wrap")
OPS: tuple[Op, ...] = (
    Embed((("0", constant(0)), ("1", i))),
    Score((Monomial(ONE, (0,), (0,)),)),
    Attend(0, 1, "none", "saturated"),
)


def program(*more: Op, **changes: object) -> Program:
    ops = OPS + more
    base = Program("p", ("0", "1"), ops, Accept(F0, "last"), tuple(f"op{k}" for k in range(len(ops))))
    return replace(base, **changes)


def embed(*symbols: str) -> tuple[Op, ...]:
    return (Embed(tuple((s, constant(0)) for s in symbols)),)


FAULTS: list[tuple[Program, str]] = [
    (program(alphabet=()), "the alphabet is empty"),
    (program(alphabet=("0", "0")), "a symbol occurs twice"),
    (program(alphabet=("0", "BOS")), "cannot be symbols of words"),
    (program(alphabet=("0", "EOS")), "cannot be symbols of words"),
    (program(alphabet=("0", "")), "the empty string"),
    (program(names=("a",)), "every operation needs a name"),
    (program(max_length=0), "max_length must be at least 1"),
    (program(Affine(Form(ZERO, ((ONE, 3),)))), "operation 3 (op3) reads a feature that does not come before it"),
    (program(Product(0, 4)), "does not come before it"),
    (program(Product(0, -1)), "does not come before it"),
    (program(Affine(Form(ZERO, ((ONE, 1),)))), "operation 3 (op3) reads a score as a feature"),
    (program(Product(0, 1)), "reads a score as a feature"),
    (program(Score((Monomial(ONE, (1,), ()),))), "reads a score as a feature"),
    (program(Attend(1, 1, "none", "saturated")), "reads a score as a feature"),
    (program(Attend(1, None, "none", "uniform")), "reads a score as a feature"),
    (program(Round(1, ROUNDING), Attend(3, 3, "none", "hard")), "operation 4 (op4) reads a score as a feature"),
    (program(*embed("0")), "must give a value for each symbol, once"),
    (program(*embed("0", "1", "1")), "must give a value for each symbol, once"),
    (program(*embed("0", "1", "BOS")), "must give a value for each symbol, once"),
    (program(bos=True), "operation 0 (op0) must give a value for each symbol, once"),
    (program(eos=True), "operation 0 (op0) must give a value for each symbol, once"),
    (program(Attend(0, 1, "future", "hard")), "unknown mask 'future'"),  # type: ignore[arg-type]
    (program(Attend(0, 1, "none", "soft")), "unknown tie rule 'soft'"),  # type: ignore[arg-type]
    (program(Attend(0, 1, "none", "uniform")), "uniform attention, and only it, has no score"),
    (program(Attend(0, None, "none", "hard")), "uniform attention, and only it, has no score"),
    (program(Attend(0, 2, "none", "hard")), "its score is not a score"),
    (program(Compare(F0, "<")), "unknown relation '<'"),  # type: ignore[arg-type]
    (program(Max(())), "the maximum of nothing"),
    (program(Table(F0, ())), "a table needs entries, each key once"),
    (program(Table(F0, ((ONE, ONE), (ONE, ZERO)))), "a table needs entries, each key once"),
    (program(readout=Accept(Form(ZERO, ((ONE, 3),)), "last")), "the readout reads a feature that does not exist"),
    (program(readout=Accept(Form(ZERO, ((ONE, -1),)), "last")), "the readout reads a feature that does not exist"),
    (program(readout=Accept(Form(ZERO, ((ONE, 1),)), "last")), "the readout reads a score as a feature"),
    (program(readout=Accept(F0, "bos")), "the readout is at BOS, which the model does not have"),
    (program(readout=Accept(F0, "eos")), "the readout is at EOS, which the model does not have"),
    (program(readout=Accept(F0, "middle")), "unknown place 'middle'"),  # type: ignore[arg-type]
    (program(readout=Outputs(())), "there is no output"),
    (program(readout=Outputs((F0, F0))), "several outputs need labels"),
    (program(readout=Outputs((F0, F0), ("a",))), "every class needs one label"),
    (program(readout=Outputs((F0, F0), ("a", "a"))), "a label occurs twice"),
    (program(ranges=((3, (ZERO, ONE)),)), "a range is declared for an operation that does not exist"),
    (program(ranges=((2, (ONE, ZERO)),)), "the range declared for op2 is empty"),
    (program(ranges=((2, (ZERO, n + i)),)), "a range is declared to depend on i: (n + i)"),
]


@pytest.mark.parametrize(("faulty", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_each_fault_is_named(faulty: Program, message: str) -> None:
    with pytest.raises(ProgramError, match="^p: .*" + re.escape(message)):
        validate(faulty)


@pytest.mark.parametrize(
    "good",
    [
        program(),
        program(Round(1, ROUNDING), Attend(0, 3, "strict", "rightmost")),
        program(readout=Outputs((F0,))),
        program(readout=Outputs((F0,), ("a",))),
        program(ranges=((1, (ONE, ONE)),)),
        program(alphabet=("1", "0")),
    ],
)
def test_good_programs_pass_unchanged(good: Program) -> None:
    assert validate(good) is good


def test_positions_count_bos_as_zero_and_eos_as_the_next() -> None:
    assert list(program().positions(3)) == [1, 2, 3]
    assert list(program(bos=True).positions(3)) == [0, 1, 2, 3]
    assert list(program(eos=True).positions(3)) == [1, 2, 3, 4]
    assert list(program(bos=True, eos=True).positions(1)) == [0, 1, 2]


def test_places() -> None:
    places = ("bos", "first", "last", "eos")
    assert [program().place(place, 5) for place in places] == [0, 1, 5, 6]  # type: ignore[arg-type]


def test_symbols_of_embeddings() -> None:
    assert program(bos=True, eos=True).symbols() == ("0", "1", "BOS", "EOS")


def test_length_awareness() -> None:
    aware = Embed((("0", constant(0)), ("1", i / (n + 1))))
    assert not program().length_aware
    assert program(aware).length_aware


def test_layers_count_heads_once() -> None:
    assert layers(program().ops) == (1,)
    assert layers(()) == ()
    two_values = program(Nearest(F0), Attend(3, 1, "none", "saturated"))
    assert layers(two_values.ops) == (1,)
    assert layers((*OPS, Attend(0, 1, "causal", "saturated"), Attend(2, None, "none", "uniform"))) == (2, 1)


def test_operands_with_repetitions() -> None:
    assert list(operands(Score((Monomial(ONE, (4, 4), (2,)), Monomial(ONE))))) == [4, 4, 2]
    assert list(operands(Max((F0, Form(ONE), Form(ZERO, ((ONE, 2), (ONE, 1))))))) == [0, 2, 1]
    assert list(operands(Product(3, 5))) == [3, 5]
    assert list(operands(Round(4, ROUNDING))) == [4]
    assert list(operands(Attend(5, 3, "none", "hard"))) == [5, 3]
    assert list(operands(Attend(5, None, "none", "uniform"))) == [5]
    assert list(operands(Outputs((F0, F0)))) == [0, 0]
    assert list(operands(OPS[0])) == []


def test_rounded_scores_are_scores() -> None:
    ops = (*OPS, Round(1, ROUNDING), Round(3, ROUNDING), Round(2, ROUNDING))
    assert pairwise(ops) == [False, True, False, True, True, False]


def test_scores_that_no_head_reads_do_not_exist() -> None:
    unread = (*OPS, Score((Monomial(ONE),)), Round(1, ROUNDING), Attend(0, 4, "none", "hard"))
    assert used_scores(unread) == {1, 4}


def test_depth_is_no_limit() -> None:
    """Everything that looks at the structure alone is a loop."""
    deep = (OPS[0], *(Product(k, k) for k in range(5000)), Score((Monomial(ONE, (5000,)),)))
    rounded = (*deep, *(Round(5001 + k, ROUNDING) for k in range(3000)))
    assert sum(pairwise(rounded)) == 3001
    assert len(used_scores((*rounded, Attend(0, len(rounded) - 1, "none", "hard")))) == 3001
    assert layers(rounded) == ()
