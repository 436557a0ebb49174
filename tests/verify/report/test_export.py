"""Exported questions: whole, honest about what is known, and answered by the solvers as the verdict says."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.circuit.cnf import extend, read_dimacs, require_form
from logbits.encode.circuit.words import at_most
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.program import Accept, Embed
from logbits.verify.command import cli
from logbits.verify.question.question import Question
from logbits.verify.question.simulation import EncodingError, simulate
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.run import differ
from logbits.verify.report.export import FORMATS
from logbits.verify.report.export import export as exported
from logbits.verify.solver.ask import missing
from logbits.verify.solver.table import BACKENDS
from support.formulas import speaking
from support.marks import slow_after
from support.paths import at
from support.random_questions import instance

NAMES = ("majority", "majority-affine", "contains-eq", "dyck1", "dyck1-relu", "palindrome")
Capture = pytest.CaptureFixture[str]


def export(claim: Claim, length: int, version: str) -> str:
    return exported(claim, length, version).decode()


def answers(text: str, length: int, width: int = 1) -> set[bool | None]:
    return {BACKENDS[name].open(text, length, width).check() for name in speaking("smt2") if not missing(name)}


@pytest.mark.first(3)
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


@pytest.mark.slow
@pytest.mark.parametrize("seeds", slow_after(1, [range(15), range(15, 60)]))
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
        replace(op, table=tuple((table[s], e) for s, e in op.table)) if isinstance(op, Embed) else op
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


@pytest.mark.first(1)
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
        (
            ["majority", "--n", "4", "--length", "4", "--bits", "4", "--format", "smt"],
            "unknown format 'smt': there are smt2, cnf, aag and aig",
        ),
        (
            ["majority", "--n", "4", "--length", "4", "--bits", "4", "--part", "high"],
            "unknown part 'high': there are question, low and against",
        ),
        (
            ["majority", "--n", "4", "--length", "4", "--bits", "4", "--part", "low"],
            "write it with --format aag or aig",
        ),
        (
            ["majority", "--n", "4", "--length", "4", "--bits", "4", "--part", "against", "--format", "cnf"],
            "write it with --format aag or aig, not cnf",
        ),
        (
            ["induction", "--n", "4", "--length", "4", "--bits", "4", "--part", "low", "--format", "aig"],
            "induction has other outputs",
        ),
    ],
)
def test_a_wrong_request_is_one_line(arguments: list[str], message: str, capsys: Capture) -> None:
    assert cli.run(["export", *arguments]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert message in told.err


# -- other formats


SMALL = ["majority-affine", "--n", "12", "--length", "5", "--bits", "4"]


def test_clauses_say_what_they_ask_and_are_of_the_form() -> None:
    claim = Claim(CASES["majority-affine"].program, EXACT, parse("fixed(4)"), 12)
    text = exported(claim, 5, "1.2.3", "cnf").decode()
    assert text.splitlines()[:7] == [
        "c majority-affine: fixed(4) quotient toward-zero saturate against exact, decision",
        "c scales of bound 12; made by logbits 1.2.3",
        "c question: does any word of length 5 break the claim? sat: some does, unsat: none",
        "c form: reduced by rules that use ranges and local lemmas",
        "c status: sat, known without a solver",
        "c letters: variables 1 to 5, one for each letter, #b0 for 0, #b1 for 1",
        "p cnf 17 43",
    ]
    cnf = read_dimacs(text, 5)
    require_form(cnf)
    pair, every = Pair(claim), list(itertools.product((0, 1), repeat=5))
    columns = [sum(word[k] << row for row, word in enumerate(every)) for k in range(5)]
    broken = [differ(*pair.run(pair.spell(word))) for word in every]
    assert [extend(cnf, columns, 32) >> row & 1 == 1 for row in range(32)] == broken


@pytest.mark.slow
def test_three_symbols_take_two_bits() -> None:
    made = next(made for made in map(instance, range(100)) if len(made.program.alphabet) == 3)
    claim, n = Claim(made.program, made.left, made.right, made.bound), made.length
    text = exported(claim, n, "0", "cnf").decode()
    assert f"variables 1 to {2 * n}, 2 for each letter, the lowest bit first, #b00 for a, #b01 for b" in text
    lines = exported(claim, n, "0", "aag").decode().splitlines()
    assert f"i{2 * n - 1} w{n}[1]" in lines
    assert "o0 breaks_the_claim" in lines


@pytest.mark.first(1)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_to_files_and_to_standard_output(form: str, tmp_path: Path) -> None:
    script = "import sys; from logbits.verify.command.cli import main; main()"
    arguments = [sys.executable, "-c", script, "export", *SMALL, "--format", form]
    shown = subprocess.run(arguments, capture_output=True, check=True).stdout
    target = tmp_path / "written"
    assert cli.run(["export", *SMALL, "--format", form, "--output", str(target)]) == 0
    assert target.read_bytes() == shown
    assert shown.startswith({"smt2": b"; ", "cnf": b"c ", "aag": b"aag 17 5 0 1 ", "aig": b"aig "}[form][:4])


def test_binary_is_not_written_to_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert cli.run(["export", *SMALL, "--format", "aig"]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "give --output FILE, or write --format aag" in told.err
    assert cli.run(["export", *SMALL, "--format", "aag"]) == 0


def outputs(text: str, length: int) -> dict[str, int]:
    """The outputs of an AIGER text over letters of one bit, by name, on all words."""
    head, *lines = text.splitlines()
    _, _, inputs, _, several, gates = head.split(" ")
    assert int(inputs) == length
    values = {0: 0} | {2 * k + 2: sum((row >> k & 1) << row for row in range(1 << length)) for k in range(length)}

    def value(literal: int) -> int:
        return values[literal & ~1] ^ (((1 << (1 << length)) - 1) if literal & 1 else 0)

    start = length + int(several)
    for line in lines[start : start + int(gates)]:
        gate, a, b = map(int, line.split(" "))
        values[gate] = value(a) & value(b)
    names = [line.split(" ", 1)[1] for line in lines if re.match("o[0-9]+ ", line)]
    return {name: value(int(line)) for name, line in zip(names, lines[length:start], strict=True)}


@pytest.mark.first(1)
@pytest.mark.parametrize("seeds", [range(60), range(60, 120)])
def test_runs_alone(seeds: range) -> None:
    """Accepts, fails, and a 0 where the other run fails; equal exactly on the words that do not break the claim."""
    seen = 0
    for seed in seeds:
        made = instance(seed)
        if not isinstance(made.program.readout, Accept) or len(made.program.alphabet) != 2:
            continue
        claim, n = Claim(made.program, made.left, made.right, made.bound), made.length
        pair = Pair(claim)
        low, against = (outputs(exported(claim, n, "0", "aag", part).decode(), n) for part in ("low", "against"))
        assert (low["against_fails"], against["low_fails"]) == (0, 0)
        assert list(low) == list(against) == ["accepts", "low_fails", "against_fails"]
        for row in range(1 << n):
            runs = pair.run(pair.spell([row >> k & 1 for k in range(n)]))
            for run, found, fails in zip(runs, (against, low), ("against_fails", "low_fails"), strict=True):
                assert (found[fails] >> row & 1 == 1) == (run.failure is not None)
                assert (found["accepts"] >> row & 1 == 1) == (run.failure is None and run.outcome is True)
            same = all(low[name] >> row & 1 == against[name] >> row & 1 for name in low)
            assert same is not differ(*runs), seed
        seen += 1
    assert seen > 5


def test_a_run_alone_fails_wherever_it_does() -> None:
    t = Builder("overflows", "ab")
    overflowing = parse("fixed(4, 0) error")
    claim = Claim(t.accept(t.embed({"a": 1, "b": 8})), overflowing, overflowing, 3)
    b_somewhere, only_a = 0b11111110, 0b00000001
    for part in ("low", "against"):
        found = outputs(exported(claim, 3, "0", "aag", part).decode(), 3)
        assert found.pop(f"{part}_fails") == b_somewhere
        assert sorted(found.values()) == [0, only_a]


def test_runs_alone_are_zero_where_nothing_is_asked() -> None:
    claim = Claim(CASES["dyck1-relu"].program, EXACT, parse("fixed(8)"), 12, CASES["dyck1"].program)
    found = outputs(exported(claim, 4, "0", "aag", "low").decode(), 4)
    members = sum(1 << row for row in range(16) if Pair(claim).member("".join("()"[row >> k & 1] for k in range(4))))
    assert members.bit_count() == 2
    assert found == {"accepts": members, "low_fails": 0, "against_fails": 0}


@pytest.mark.parametrize("part", ["low", "against"])
def test_a_fault_in_a_run_alone_is_an_error(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim(CASES["majority-affine"].program, parse("fixed(4)"), parse("fixed(3)"), 6)
    monkeypatch.setattr(*at("logbits.encode.circuit.blast.at_most"), lambda logic, a, b: at_most(logic, b, a))
    with pytest.raises(EncodingError, match="output 'accepts' of the run"):
        exported(claim, 6, "0", "aag", part)
