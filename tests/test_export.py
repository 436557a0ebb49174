"""Exported questions: whole, honest about what is known, and answered by the solvers as the verdict says."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic import EXACT, parse
from logbits.verify import cli
from logbits.verify.backend import BACKENDS
from logbits.verify.export import export
from logbits.verify.question import Claim, Pair, Question, simulate
from logbits.verify.reference import differ
from logbits.verify.solvers import missing, speaking
from programs import instance

NAMES = ("majority", "majority-affine", "contains-eq", "dyck1", "dyck1-relu", "palindrome")
Capture = pytest.CaptureFixture[str]


def answers(text: str, length: int, width: int = 1) -> set[bool | None]:
    return {BACKENDS[name].open(text, length, width).check() for name in speaking("smt2") if not missing(name)}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("arithmetic", ["fixed(3)", "fixed(8)", "lit", "Q(3)"])
def test_solvers_answer_as_enumeration_does(name: str, arithmetic: str) -> None:
    for length in (1, 3, 5):
        claim = Claim(CASES[name].program, EXACT, parse(arithmetic), 5)
        pair = Pair(claim)
        expected = any(differ(*pair.run(w)) for w in itertools.product(claim.program.alphabet, repeat=length))
        text = export(claim, length, "0")
        assert answers(text, length) == {expected}
        status = re.search(r"^\(set-info :status (.*)\)$", text, re.MULTILINE)
        assert status is None or status[1] == ("sat" if expected else "unsat")
        # Where nothing is rounded at this length, both runs are one term already as they are defined.
        assert ("(assert false)" in text) == ("; form: nothing is left of it" in text)
        assert "(assert false)" not in text or length == 1 or arithmetic == "lit"
        assert text.count("(assert ") == text.count("(check-sat)") == 1


def test_a_status_is_set_only_if_it_is_known() -> None:
    claim = Claim(CASES["dyck1-relu"].program, EXACT, parse("fixed(8)"), 64)
    assert ":status" not in export(claim, 12, "0")  # refuted, but by a word that nobody has looked for
    assert "(set-info :status unsat)" in export(claim, 4, "0")
    assert "(set-info :status sat)" in export(Claim(claim.program, EXACT, parse("fixed(2)"), 64), 4, "0")


@pytest.mark.parametrize("seeds", [range(30), range(30, 60)])
def test_the_question_as_defined_is_the_question(seeds: range) -> None:
    for seed in seeds:
        made = instance(seed)
        claim = Claim(made.program, made.left, made.right, made.bound)
        question = Question(claim, made.length, reduce=False)
        pair = Pair(claim)
        found = simulate(question, pair, made.words())
        broken = [word for word in made.words() if differ(*pair.run(made.spelled(word)))]
        assert found == (min(broken) if broken else None), seed


def test_the_comments_say_what_is_asked() -> None:
    claim = Claim(CASES["dyck1"].program, EXACT, parse("fixed(8)"), 64, CASES["dyck1-relu"].program)
    assert export(claim, 2, "1.2.3").splitlines()[:7] == [
        "; dyck1: fixed(8) quotient toward-zero saturate against exact, decision, words that dyck1-relu accepts",
        "; scales of bound 64; made by logbits 1.2.3",
        "; question: does any word of length 2 break the claim? sat: some does, unsat: none",
        "; form: as it is defined, since rules that use ranges and local lemmas decide it",
        "; letters: w1 to w2, #b0 for (, #b1 for )",
        "(set-logic QF_BV)",
        "(set-info :status unsat)",
    ]


def test_equal_sides_leave_nothing() -> None:
    claim = Claim(CASES["dyck1"].program, EXACT, EXACT, 4)
    text = export(claim, 4, "0")
    assert "; form: nothing is left of it: both runs are one by definition" in text
    assert answers(text, 4) == {False}


def test_spare_codes_are_said() -> None:
    made = next(made for made in map(instance, range(100)) if len(made.program.alphabet) == 3)
    text = export(Claim(made.program, made.left, made.right, made.bound), made.length, "0")
    assert "#b00 for a, #b01 for b, #b10 for c, every other code for a too" in text


def test_a_symbol_cannot_leave_its_comment() -> None:
    from dataclasses import replace

    program = CASES["majority"].program
    table = {"0": "x\n(assert false)", "1": "1"}
    ops = [
        replace(op, table=tuple((table[s], e) for s, e in op.table)) if hasattr(op, "table") else op
        for op in program.ops
    ]
    odd = replace(program, alphabet=tuple(table.values()), ops=tuple(ops))  # type: ignore[arg-type]
    text = export(Claim(odd, EXACT, parse("fixed(3)"), 3), 3, "0")
    assert "\n; (assert false)" in text
    assert "\n(assert false)" not in text


def test_the_command(tmp_path: Path, capsys: Capture) -> None:
    arguments = ["export", "majority-affine", "--n", "12", "--length", "5", "--bits", "4"]
    assert cli.run(arguments) == 0
    text = capsys.readouterr().out
    assert answers(text, 5) == {True}
    target = tmp_path / "question.smt2"
    assert cli.run([*arguments, "--output", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert target.read_text() == text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense", "--n", "4", "--length", "4", "--bits", "4"], "unknown model"),
        (["majority", "--length", "4", "--bits", "4"], "give --n"),
        (["majority", "--n", "4", "--bits", "4"], "--length"),
        (
            ["majority", "--n", "4", "--length", "5", "--bits", "4"],
            "--length must be a whole number from 1 to 4, not 5",
        ),
        (["majority", "--n", "4", "--length", "4"], "give --bits"),
        (["majority", "--n", "4", "--length", "4", "--bits", "4", "--assume", "dyck1"], "over ( )"),
        (["majority", "--n", "4", "--length", "4", "--bits", "4", "--output", "/"], "cannot write '/'"),
        (["majority", "--n", "4", "--length", "4", "--bits", "4", "--output", ""], "cannot write ''"),
    ],
)
def test_a_wrong_request_is_one_line(arguments: list[str], message: str, capsys: Capture) -> None:
    assert cli.run(["export", *arguments]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert message in told.err
