"""A question is a function of its claim and length: not of what was asked before, where, or with which hash seed."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from gmpy2 import mpq
from logbits import verify
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import DECISION, Kind
from logbits.encode.term.terms import reachable
from logbits.verify.decide.counting import counting
from logbits.verify.decide.together import Together
from logbits.verify.question import workspace as places
from logbits.verify.question.question import Question
from logbits.verify.question.workspace import Workspace, Workspaces, block
from logbits.verify.recheck.recheck import recheck
from support.random_questions import instance

ARITHMETICS = ("fixed(3)", "fixed(6)", "Q(4)", "R(2)", "bf16", "int8 nearest-even", "e4m3fn iterative")
PARTS = 5
KINDS = (DECISION, Kind("error", mpq(3, 4)), Kind("attention"), Kind("exact"))


def text(question: Question) -> str:
    """Everything that is said of a question: its terms, and what solvers are asked."""
    terms, roots = question.terms, [question.root, question.member, *question.left.reading, *question.right.reading]
    listed = [(t, terms.ops[t], terms.args[t], terms.payloads[t]) for t in reachable(terms, roots)]
    asked = ["decided"] if question.decided() else [question.script(), question.texts().dimacs]
    return "\n".join([repr(listed), repr((question.left, question.right, question.root)), *asked])


def claims(seed: int) -> list[Claim]:
    """A claim about each case, and about some random programs: other arithmetics and kinds for each seed."""
    choose = random.Random(seed)
    made = [Claim(case.program, EXACT, parse(choose.choice(ARITHMETICS)), 4) for case in CASES.values()]
    made += [
        Claim(case.program, EXACT, claim.right, 5, kind=choose.choice(KINDS))
        for case, claim in zip(CASES.values(), made, strict=True)
        if case.program.causal
    ]
    for number in range(8):
        random_one = instance(1000 * seed + number)
        made.append(Claim(random_one.program, random_one.left, random_one.right, random_one.bound))
    return made


def k_hop() -> Claim:
    return Claim(CASES["k-hop"].program, EXACT, parse("fixed(6)"), 6, kind=Kind("error", mpq(3, 4)))


@pytest.mark.first(1)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_asking_changes_nothing(seed: int, part: int) -> None:
    choose, open_ones = random.Random(seed), 0
    for claim in [k_hop(), *claims(seed)][part::PARTS]:
        lengths = list(range(1, claim.bound + 1))
        alone = {length: text(Question(claim, length)) for length in lengths}
        open_ones += sum(not each.endswith("decided") for each in alone.values())
        shared = Workspaces()
        for length in choose.choices(lengths, k=2 * len(lengths)):
            assert text(Question(claim, length, shared.at(claim, length))) == alone[length], (str(claim), length)
    assert open_ones


def test_the_length_of_a_block_changes_no_meaning_but_is_part_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim(CASES["prefix-argmax"].program, EXACT, parse("fixed(4)"), 9)
    assert block(claim, 5) == range(1, 10)
    monkeypatch.setattr(places, "BLOCK", 4)
    assert [block(claim, length) for length in (4, 5, 8, 9)] == [range(1, 5), range(5, 9), range(5, 9), range(9, 10)]
    shared = Workspaces()
    for length in (9, 6, 8, 5, 1, 7):
        assert text(Question(claim, length, shared.at(claim, length))) == text(Question(claim, length))
    with pytest.raises(ValueError, match=r"made for lengths 5\.\.8, not 9"):
        Workspace(claim, block(claim, 6)).at(9)


def test_programs_that_are_not_causal_share_nothing() -> None:
    claim = Claim(CASES["palindrome"].program, EXACT, parse("fixed(4)"), 9)
    assert block(claim, 5) == range(5, 6)


@pytest.mark.parametrize("name", ["most-frequent", "histogram-width", "fraction"])
def test_integer_scripts_too(name: str) -> None:
    claim = Claim(CASES[name].program, EXACT, parse("fixed(7)"), 40)
    assert counting(claim) is not None
    ranges = [range(1, 41), range(5, 9), range(30, 41), range(1, 2)]
    alone = [Together(claim).script(lengths) for lengths in ranges]
    shared = Together(claim)
    assert [shared.script(lengths) for lengths in reversed(ranges)] == alone[::-1]


def digest() -> str:
    """What a process of its own makes of some claims."""
    found = hashlib.sha256()
    for claim in [k_hop(), *claims(9)]:
        for length in (5, 2, 4):
            if length <= claim.bound:
                found.update(text(Question(claim, length)).encode())
    return found.hexdigest()


@pytest.mark.slow
def test_the_hash_seed_changes_nothing() -> None:
    command = [sys.executable, "-c", "import test_one_question; print(test_one_question.digest())"]
    path = os.pathsep.join([os.path.dirname(__file__), *sys.path])
    seen = {
        subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert seen == {digest().encode() + b"\n"}


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2, 3, 4])
def test_the_number_of_jobs_changes_nothing(jobs: int, tmp_path: Path) -> None:
    """What was proved is what is asked again, byte by byte: the same clauses, whoever made them."""
    asked = k_hop()
    verdict = verify(asked.program, 6, bits=6, claim="error<=3/4", jobs=jobs, proofs=tmp_path)
    assert "proof" in verdict.evidence
    files = sorted(tmp_path.rglob("*.cnf"))
    assert len(files) > 1
    for file in files:
        assert file.read_text() == Question(asked, int(file.stem)).texts().dimacs
    assert all(result.well for result in recheck(tmp_path, jobs, 300.0, 2048))
