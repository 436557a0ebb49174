"""The small checker: what does not follow from the hints of its line is refused, whoever wrote it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from logbits.verify.proof.lrat import judge
from logbits.verify.proof.rup import lrat
from logbits.verify.solver.table import BACKENDS
from support.formulas import CHAIN, REFUTED, SQUARE, dimacs, models, pigeonhole, random_clauses
from support.naive_rup import clauses, propagation_refutes
from support.paths import ROOT

SQUARED = "5 2 0 1 2 0\n5 d 1 2 0\n6 0 5 3 4 0\n"


def accepted(text: str, proof: str) -> bool:
    try:
        return judge(text, proof).ok
    except ValueError:
        return False


def proof_of(text: str) -> str:
    session = BACKENDS["cadical"].open_proving(text, 1, 1)
    assert session.check() is False
    return lrat(text, "".join(session.proof()))


def every_line_follows(text: str, proof: str) -> bool:
    """Whether each clause of a proof follows by propagation from all before it, whatever the hints are."""
    formula = clauses(text)
    for line in proof.splitlines():
        words = line.split()
        if words[1] != "d":
            added = frozenset(map(int, words[1 : words.index("0", 1)]))
            if not propagation_refutes(formula, frozenset(-literal for literal in added)):
                return False
            formula.append(added)
    return formula[-1] == frozenset()


def test_a_proof_is_accepted() -> None:
    assert judge(SQUARE, SQUARED) == (True, "", 3)
    assert judge(CHAIN, "5 0 1 2 3 4 0").ok
    assert judge(dimacs(1, [[1], []]), "3 0 2 0\n").ok
    assert judge(dimacs(2, [[1, 1], [-1, -1]]), "3 0 1 2 0\n").ok


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        ("", "does not end with the empty clause"),
        ("5 2 0 1 2 0\n", "does not end with the empty clause"),
        ("5 d 1 0\n", "does not end with the empty clause"),
        (SQUARED + "7 1 0 5 0\n", "line 4 comes after the empty clause"),
        (SQUARED + "7 d 5 0\n", "line 4 comes after the empty clause"),
        ("5 0 1 2 3 4 0\n", "line 1: clause 1 has 2 literals that are not false"),
        ("5 0 0\n", "line 1: no clause that it names is all false"),
        ("5 2 0 1 0\n", "line 1: no clause that it names is all false"),
        ("5 2 0 1 2 3 0\n", "line 1: goes on after clause 2, in which all is false"),
        ("5 2 0 1 1 2 0\n", "line 1: clause 1 is true already"),
        ("5 2 0 1 7 0\n", "line 1: there is no clause 7"),
        ("5 2 0 1 5 0\n", "line 1: there is no clause 5"),
        ("5 2 0 1 2 0\n5 d 1 1 0\n", "line 2: there is no clause 1"),
        ("5 2 0 1 2 0\n5 d 3 0\n6 0 5 3 4 0\n", "line 3: there is no clause 3"),
        ("5 d 9 0\n", "line 1: there is no clause 9"),
        ("4 2 0 1 2 0\n", "line 1: number 4 comes after 4"),
        ("9 2 0 1 2 0\n8 0 9 3 4 0\n", "line 2: number 8 comes after 9"),
        ("9 2 0 1 2 0\n9 0 9 3 4 0\n", "line 2: number 9 comes after 9"),
        ("3 d 1 0\n", "line 1: its number is below 4, which is in use"),
        ("5 3 0 1 2 0\n", "line 1: a literal is beyond the 2 variables of the formula"),
        ("5 2 -3 0 1 2 0\n", "line 1: a literal is beyond the 2 variables of the formula"),
    ],
)
def test_what_does_not_follow_is_refused_with_line_and_reason(proof: str, reason: str) -> None:
    assert judge(SQUARE, proof)[:2] == (False, reason)


LONG = "9" * 100_000


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "",
        "5",
        "5 0",
        "5 2 0 1 2",
        "5 2 0 1 2 ",
        "5 2 0 1 2 00",
        "5 2 0 1 2 0 ",
        " 5 2 0 1 2 0",
        "5  2 0 1 2 0",
        "5\t2 0 1 2 0",
        "5 2 0 1 2 0\r",
        "5 2 0 1 2 0 0",
        "5 2 0 1 2 0 6 0 5 3 4 0",
        "0 2 0 1 2 0",
        "-5 2 0 1 2 0",
        "+5 2 0 1 2 0",
        "05 2 0 1 2 0",
        "5 +2 0 1 2 0",
        "5 02 0 1 2 0",
        "5 2.0 0 1 2 0",
        "5 1_0 0 1 2 0",
        "5 -0 0 1 2 0",
        "5 2 0 -1 2 0",  # RAT
        "5 2 0 1 -2 3 0",
        "5 2 0 01 2 0",
        "5 d -1 0",
        "5 d 1",
        "5 d1 0",
        "d 1 0",
        "5 D 1 0",
        "5 2 0 d 1 2 0",
        "5 d 1 0 2 0",
        "c 5",
        "a 5 2 0 1 2 0",
        "\u0665 2 0 1 2 0",
        "5 \u00b2 0 1 2 0",
        "5 2\u0661 0 1 2 0",
        "5 2 0 1\u20032 0",
        "5 2 0 1 2 0\x0b6 0 5 3 4 0",
        "5 2 0 1 2 0\x00",
        f"{LONG} 2 0 1 2 0",
        f"5 {LONG} 0 1 2 0",
        f"5 2 0 {LONG} 2 0",
        f"5 d {LONG} 0",
    ],
)
def test_what_is_not_exactly_a_line_of_lrat_is_one_line_of_reason(line: str) -> None:
    with pytest.raises(ValueError, match=r"^not LRAT: line 2 is .{1,200}$"):
        judge(SQUARE, f"5 d 0\n{line}\n" + SQUARED)


@pytest.mark.parametrize("cnf", ["", "p cnf 2 3\n1 0\n-1 0\n", "p cnf 1 2\n1 0\n-1 0\n%\n0\n", "(check-sat)\n"])
def test_a_formula_that_cannot_be_read_is_not_refuted(cnf: str) -> None:
    with pytest.raises(ValueError, match="not DIMACS"):
        judge(cnf, "3 0 1 2 0\n")


# -- changed and forged


def changes(proof: str, numbers: int) -> Iterator[str]:
    """A proof with one word replaced, dropped, doubled or put in, or a line dropped, doubled or in another place."""
    lines = [line.split() for line in proof.splitlines()]
    for at, line in enumerate(lines):
        before, after = lines[:at], lines[at + 1 :]
        for place, word in enumerate(line):
            rest = [word for word in ("0", "d", "1", "-1", str(numbers)) if word != line[place]]
            rest += [] if word == "d" else [str(-int(word)), str(int(word) + 1), str(int(word) - 1)]
            changed = [[*line[:place], other, *line[place + 1 :]] for other in rest]
            changed += [[*line[:place], *line[place + 1 :]], [*line[:place], word, *line[place:]]]
            for each in changed:
                yield "".join(f"{' '.join(words)}\n" for words in [*before, each, *after])
        moved = [[*before, *after], [*before, line, line, *after], [*before, *after[:1], line, *after[1:]]]
        for each in moved:
            yield "".join(f"{' '.join(words)}\n" for words in each)


@pytest.mark.parametrize("formula", [*REFUTED[:12], pigeonhole(2)], ids=range(13))
def test_every_change_of_one_word_is_refused_or_leaves_a_proof(formula: tuple[int, list[list[int]]]) -> None:
    text = dimacs(*formula)
    proof = proof_of(text)
    assert judge(text, proof).ok
    refused = 0
    for changed in changes(proof, len(formula[1]) + 1):
        ok = accepted(text, changed)
        assert not ok or every_line_follows(text, changed)
        refused += not ok
    assert refused > 20


def test_without_one_of_its_clauses_a_formula_that_has_a_model_then_is_not_refuted() -> None:
    """A proof names clauses by number: another clause takes the place of the one that is gone."""
    tried = 0
    for variables, formula in REFUTED[:40]:
        proof = proof_of(dimacs(variables, formula))
        for at in range(len(formula)):
            other = [*formula[:at], formula[at - 1], *formula[at + 1 :]]
            if models(variables, other):
                assert not accepted(dimacs(variables, other), proof)
                tried += 1
    assert tried > 40


def test_nothing_refutes_a_formula_that_has_a_model() -> None:
    rng = random.Random(5)
    satisfiable = [each for each in map(random_clauses, range(120)) if models(*each)]
    assert len(satisfiable) > 20
    for variables, formula in satisfiable:
        for _ in range(20):
            number, lines = len(formula), list[str]()
            for _ in range(6):
                number += 1
                literals = [rng.choice((1, -1)) * rng.randint(1, variables) for _ in range(rng.randint(0, 2))]
                hints = [rng.randint(1, number - 1) for _ in range(rng.randint(0, 6))]
                lines.append(" ".join(map(str, [number, *literals, 0, *hints, 0])))
                judged = judge(dimacs(variables, formula), "\n".join(lines))
                assert not judged.ok
                if judged.reason != "does not end with the empty clause":  # else the line follows: it stays
                    lines.pop()
                    number -= 1


def test_a_clause_that_is_true_always_follows_and_gives_nothing() -> None:
    text = dimacs(2, [[1, 2], [1, -1]])
    assert judge(text, "3 1 -1 2 0 1 0\n")[:2] == (False, "does not end with the empty clause")
    assert judge(text, "3 0 2 0\n").reason == "line 1: clause 2 has 2 literals that are not false"
    assert judge(text, "3 1 0 2 1 0\n").reason == "line 1: clause 2 is true already"


def test_it_is_small_and_shares_only_the_reader_of_formulas() -> None:
    """As the pages say."""
    text = (ROOT / "verify/proof/lrat.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 100
    found = re.findall(r"^(?:from|import) (\S+)", text, re.MULTILINE)
    assert found == ["__future__", "re", "..solver.dimacs", ".judgement"]
