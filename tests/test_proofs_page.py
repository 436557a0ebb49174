"""The page about records tells the truth: its derivation is the one that is made, and its tables name what there is."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from logbits import Builder
from logbits.bounds.reduce.derivation import Bounded
from logbits.bounds.reduce.functions import Cover
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.number.mean import MAX_BITS
from logbits.verify.checker import attention, known, numbers, steps
from logbits.verify.checker.checker import TERMS, VERSION
from logbits.verify.checker.refused import Refused
from logbits.verify.question.accepted import Accepted
from logbits.verify.question.workspace import Definition
from logbits.verify.recheck.record import RECORD, SCHEMA
from logbits.verify.recheck.store import folder, write
from logbits.verify.verdict.verdict import Decided, Evidence, Status, Verdict
from support.pages import examples
from support.paths import ROOT

PAGE = (ROOT / "docs" / "proofs.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """What stands below a heading, up to the next heading."""
    [found] = re.findall(rf"^#+ {title}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found


def rows(part: str) -> list[list[str]]:
    """The rows of the tables of a part, without their heads. A bar inside a cell has a backslash before it."""
    lines = [line for line in part.splitlines() if line.startswith("|")]
    heads = {index + step for index, line in enumerate(lines) if line.startswith("|---") for step in (-1, 0)}
    kept = [line for index, line in enumerate(lines) if index not in heads]
    return [[cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in kept]


def words(cell: str) -> list[str]:
    """The words in the font of code."""
    return re.findall(r"`([^`]*)`", cell)


TOLD = section("An example")
TEXT = TOLD[TOLD.index(VERSION) :].partition("\n\n")[0].splitlines()


def accepted(lines: list[str]) -> Accepted:
    """What is accepted of the example."""
    t = Builder("more-b-than-a", "ab")
    program = t.accept(t.uniform(t.symbol("b")) - "1/2")
    made = Accepted(Definition(Claim(program, parse("exact"), parse("fixed(4)"), 3), range(3, 4)))
    made.read(lines, 3)
    return made


def test_the_example_gives_what_it_says() -> None:
    given = doctest.DocTestParser().get_doctest(examples(PAGE), {}, "docs/proofs.md", "docs/proofs.md", 0)
    said: list[str] = []
    failed, attempted = doctest.DocTestRunner(verbose=False).run(given, out=said.append)
    assert failed == 0, "".join(said)
    assert attempted == PAGE.count("\n>>> ") > 5


def test_the_example_is_explained_line_by_line() -> None:
    assert [words(first)[0] for first, _ in rows(TOLD)] == TEXT


def test_the_example_is_accepted_and_none_of_its_lines_can_be_left_out() -> None:
    made = accepted(TEXT)
    assert made.at(3).root == made.at(3).terms.zero
    for index in range(len(TEXT)):
        with pytest.raises(Refused):
            accepted(TEXT[:index] + TEXT[index + 1 :]).at(3)


def test_the_rules_are_those_of_the_checker() -> None:
    told = [
        (operation, rule)
        for operations, [rule] in ((first, words(second)) for first, second, *_ in rows(section("Rules")))
        for operation in (["all"] if operations.startswith("all but") else words(operations))
    ]
    assert len(set(told)) == len(told)
    assert set(told) == {*steps.CHECKS, *(("all", rule) for rule in steps.EVERY)}


def test_tables_name_all_kinds() -> None:
    told = {
        (title, word) for title in ("Keys", "Promises") for [word] in (words(row[0]) for row in rows(section(title)))
    }
    kinds = {"Keys": get_args(get_type_hints(Cover)["kind"]), "Promises": get_args(get_type_hints(Bounded)["kind"])}
    assert told == {(title, kind) for title, several in kinds.items() for kind in several}
    lines = {words(line)[0].split()[0] for line, _ in rows(section("Derivations"))}
    assert lines == {VERSION, "c", "a", "t", "f", "k", "b", "=", "end"}
    [made] = (what for line, what in rows(section("Derivations")) if words(line)[0].startswith("t "))
    assert {word.split()[0] for word in words(made)} == {*TERMS, "table"}


def test_evidence_is_that_of_records() -> None:
    told = [word for evidence, *_ in rows(section("What recheck does")) for word in words(evidence)]
    assert sorted(told) == sorted(get_args(Evidence))


def test_the_keys_of_records_are_in_the_tables(tmp_path: Path) -> None:
    t = Builder("a", "ab")
    claim = Claim(t.accept(t.symbol("b")), parse("exact"), parse("fixed(4)"), 1)
    folder(tmp_path, claim).mkdir()
    write(tmp_path, claim, Verdict("a", "", "", "", 1, 1, (Decided(1, Status.VERIFIED, "bound"),)))
    record = json.loads((folder(tmp_path, claim) / RECORD).read_text())
    assert record["schema"] == SCHEMA
    told = [key for keys, *_ in rows(section(r"claim\.json")) for key in words(keys)]
    assert sorted(told) == sorted([*record, *record["lengths"][0]])


def test_limits_are_those_of_the_checker() -> None:
    assert f"more than {known.LIMIT} values" in section("What is known of a term")
    assert f"at most {known.LIMIT}." in section("Keys").replace("\n", " ")
    assert f"exceeds {known.AROUND}²" in section("Ranks").replace("\n", " ")
    assert f"({known.LIMIT}, {numbers.SPLIT}, {attention.LEVELS})" in section("Rules").replace("\n", " ")
    assert f"at most {2 * attention.PLACES}." in section("Rules").replace("\n", " ")
    assert f"from 1 to {MAX_BITS}," in section("Terms")
    assert f"`{SCHEMA}`" in PAGE
