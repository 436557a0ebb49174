"""Proofs from end to end: what `--proofs` leaves, that it is checked again, and that nothing in it can be changed."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from collections.abc import Callable, Generator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.circuit.cnf import read_dimacs, require_form
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.program import Program
from logbits.verify.command.api import verify
from logbits.verify.command.cli import run
from logbits.verify.decide import solving as deciding
from logbits.verify.proof import proving
from logbits.verify.proof.check import Checked, check
from logbits.verify.question.question import Question
from logbits.verify.recheck import examine as examining
from logbits.verify.recheck import index
from logbits.verify.recheck.claimfile import text
from logbits.verify.recheck.examine import examine
from logbits.verify.recheck.recheck import Rechecked, recheck
from logbits.verify.recheck.record import RECORD, read
from logbits.verify.recheck.store import folder
from logbits.verify.request.identity import digest
from logbits.verify.solver.ask import Answer
from logbits.verify.solver.child import StoppedError
from logbits.verify.verdict.verdict import Status, Verdict
from support.liars import lies
from support.marks import slow_after
from support.naive_rup import refutes
from support.paths import at
from support.small_programs import crowded, needs_solver, pattern, share

N = 5
Stop = Callable[[], bool]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Verdict]:
    """A folder with the proofs of one claim, and its verdict."""
    root = tmp_path_factory.mktemp("proofs")
    return root, verify(needs_solver(), N, arithmetic="fixed(9)", proofs=root)


@pytest.fixture
def kept(made: tuple[Path, Verdict], tmp_path: Path) -> Path:
    """The folder of the claim in a copy that may be changed."""
    shutil.copytree(made[0], tmp_path / "proofs")
    return place_of(tmp_path / "proofs")


def place_of(root: Path) -> Path:
    """The one folder of a claim in a folder of proofs."""
    [place] = (each for each in root.iterdir() if each.is_dir())
    return place


def nothing() -> Program:
    """A language without words, which no rule sees."""
    t = Builder("nothing", "abc")
    a, b = t.uniform(t.symbol("a"), "causal"), t.uniform(t.symbol("b"), "causal")
    return t.accept(t.both(t.uniform((a - b) > 0) > "3/4", t.uniform((b - a) > 0) > "1/2"))


def again(root: Path) -> list[Rechecked]:
    return list(recheck(root, 1, 300.0, 2048))


def told(root: Path) -> str:
    """What is wrong with the records in a folder, checked in this process."""
    listed = index.read(root) or {}
    places = [place for place in root.iterdir() if place.is_dir()]
    results = [examine(place, listed.get(place.name) or "", 300.0, 2048) for place in places]
    assert not all(each.well for each in results)
    return "\n".join(line for each in results for line in each.lines())


def test_a_length_that_a_solver_decides_has_a_checked_proof(made: tuple[Path, Verdict]) -> None:
    verdict = made[1]
    assert verdict.status == Status.VERIFIED
    assert set(verdict.evidence) == {"derivation", "proof"}
    for each in verdict.lengths:
        assert (each.certificate is not None) == (each.evidence == "proof")


def test_the_files_are_the_question_and_a_refutation_of_it(made: tuple[Path, Verdict]) -> None:
    root, verdict = made
    claim = Claim(needs_solver(), EXACT, parse("fixed(9)"), N)
    proved = [each.length for each in verdict.lengths if each.evidence == "proof"]
    assert proved
    for length in proved:
        clauses = (folder(root, claim) / f"{length}.cnf").read_text()
        assert clauses == Question(claim, length).texts().dimacs
        cnf = read_dimacs(clauses, 2 * length)
        require_form(cnf)
        assert refutes(clauses, (folder(root, claim) / f"{length}.drat").read_text())


def test_all_holds_again(made: tuple[Path, Verdict]) -> None:
    [result] = again(made[0])
    assert result.well
    assert result.held == {"derivation": 3, "proof": 2}
    assert (result.twice, result.once) == (2, {})
    assert result.lines()[0].endswith("2 by proof; 2 of 2 proofs checked twice")


@pytest.mark.parametrize(
    ("said", "why"),
    [({"once": "too long", "second": 7.0}, "too long"), ({"second": 30.0, "once": "late"}, "half of the time is over")],
)
def test_proofs_that_were_checked_once_are_told(
    said: dict[str, Any], why: str, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second checker has half of the time; the last proof is checked with what the others left of it."""
    given: list[float] = []

    def once(clauses: Path, proof: Path, deadline: float, memory: int, stopped: Stop, second: float) -> Checked:
        given.append(second)
        checked = check(clauses, proof, deadline, memory, stopped)
        return replace(checked, **said) if second else checked

    monkeypatch.setattr(examining, "check", once)
    result = examining.examine(kept, "", 60.0, 2048)
    assert result.well
    assert given == [30.0, 30.0 - said["second"]]
    assert result.twice == 0
    assert result.once == ({why: [3, 5]} if why == "too long" else {"late": [3], why: [5]})
    assert result.lines()[0].endswith("2 by proof; 0 of 2 proofs checked twice")
    assert f"no second opinion: {why}" in "\n".join(result.lines())


@pytest.mark.slow
def test_one_byte_of_any_file_is_seen_and_the_file_is_named(kept: Path) -> None:
    for file in sorted(kept.iterdir()):
        data = file.read_bytes()
        for place in {0, len(data) // 3, len(data) // 2, len(data) - 1}:
            file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            assert file.name in told(kept.parent), (file.name, place)
        file.write_bytes(data)
    assert all(each.well for each in again(kept.parent))


@pytest.mark.slow
@pytest.mark.parametrize("change", slow_after(1, [lambda data: data[:-1], lambda data: data + b"\n", lambda _: b""]))
def test_bytes_that_are_gone_or_added_are_seen(change: Callable[[bytes], bytes], kept: Path) -> None:
    for file in sorted(kept.iterdir()):
        data = file.read_bytes()
        file.write_bytes(change(data))
        assert file.name in told(kept.parent)
        file.write_bytes(data)


@pytest.mark.slow
def test_a_file_that_is_gone_is_named(kept: Path) -> None:
    for file in sorted(kept.iterdir()):
        data = file.read_bytes()
        file.unlink()
        assert file.name in told(kept.parent)
        file.write_bytes(data)


def test_a_proof_without_end_is_not_read_to_its_end(kept: Path) -> None:
    with (kept / f"{N}.drat").open("ab") as file:
        file.truncate(1 << 42)  # of which nothing is on the disk
    assert f"'{N}.drat': checking the proof: memory limit of 2048 MiB reached" in told(kept.parent)


@pytest.mark.first(1)
@pytest.mark.parametrize("suffix", ["cnf", "drat"])
def test_pipes_and_links_in_place_of_files_are_told(suffix: str, kept: Path, tmp_path: Path) -> None:
    file = kept / f"{N}.{suffix}"
    shutil.move(file, tmp_path / "elsewhere")
    os.mkfifo(file)
    assert f"'{file.name}': is no regular file" in told(kept.parent)
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    assert f"'{file.name}': is a symbolic link, which is not followed" in told(kept.parent)


@pytest.mark.slow
def test_files_that_belong_to_nothing_are_named(kept: Path) -> None:
    (kept / "99.cnf").write_text("p cnf 0 0\n")
    (kept.parent / "stray").write_text("")
    assert "99.cnf" in told(kept.parent)
    [result, whole] = again(kept.parent)
    assert not result.well
    assert whole.wrong == ["'stray': belongs to no claim"]


def rewritten(place: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes a record as somebody would who knows how digests are made, the one in the list of claims too."""
    content = json.loads((place / RECORD).read_text())
    del content["digest"]
    change(content)
    made = text(content | {"digest": digest(content)})
    (place / RECORD).write_text(made)
    index.write(place.parent, {place.name: sha256(made.encode()).hexdigest()})


def test_a_record_that_was_changed_with_its_old_digest_is_seen(kept: Path) -> None:
    """What says nothing about the claim, and so nothing else looks at, is held by the digest."""
    content = json.loads((kept / RECORD).read_text())
    content["claimed"]["versions"] = dict.fromkeys(content["claimed"]["versions"], "0")
    (kept / RECORD).write_text(text(content))
    assert "digest" in told(kept.parent)


def entry(content: dict[str, Any], length: int) -> dict[str, Any]:
    return next(each for each in content["lengths"] if each["first"] <= length <= each["last"])


def test_a_length_that_is_missing_is_told(kept: Path) -> None:
    rewritten(kept, lambda content: content["lengths"].pop())
    assert "missing   lengths 5" in told(kept.parent)


def test_evidence_that_is_made_up_is_not_believed(kept: Path) -> None:
    for evidence, message in (("bound", "bound: "), ("derivation", "derivation cannot be derived again")):

        def claim_it(content: dict[str, Any], evidence: str = evidence) -> None:
            entry(content, N).update(evidence=evidence, certificate=None)

        rewritten(kept, claim_it)
        assert message in told(kept.parent)


def test_a_certificate_for_a_length_that_needs_none_is_wrong(kept: Path) -> None:
    def move(content: dict[str, Any]) -> None:
        proved = entry(content, N)
        entry(content, 2).update(evidence="proof", certificate=proved["certificate"])

    rewritten(kept, move)
    assert "there is no such question to be proved" in told(kept.parent)


def test_another_claim_with_the_same_files_is_not_believed(kept: Path) -> None:
    def fewer_bits(content: dict[str, Any]) -> None:
        content["claim"]["right"]["format"]["bits"] = 3
        parts = {"program": "program", "arithmetic": "right"}
        digests = {name: digest(content["claim"][part]) for name, part in parts.items()}
        content["digests"] = digests | {"claim": digest(content["claim"])}

    rewritten(kept, fewer_bits)
    assert "another claim" in told(kept.parent)
    claim = read(kept / RECORD).claim
    index.write(kept.parent, {folder(kept.parent, claim).name: None})
    shutil.move(kept, folder(kept.parent, claim))
    assert "no step says" in told(kept.parent)


Change = Callable[[dict[str, Any]], object]
PLAIN: dict[str, Any] = {"evidence": None, "certificate": None, "inside": [], "claimed": {"solver": "", "reason": ""}}
FORGED: dict[str, Change] = {
    "no lengths": lambda c: c.update(first=N + 1, lengths=[]),
    "far away": lambda c: c.update(first=10**30, lengths=[]),
    "length 0": lambda c: c.update(
        status="REFUTED", lengths=[{"first": 0, "last": 0, "status": "REFUTED", "witness": [], **PLAIN}]
    ),
    "below the first": lambda c: c.update(
        first=3, status="REFUTED", lengths=[{"first": 1, "last": 1, "status": "REFUTED", "witness": ["a"], **PLAIN}]
    ),
    "beyond the bound": lambda c: c["lengths"].append(
        {"first": N + 1, "last": N + 1, "status": "REFUTED", "witness": ["z"], **PLAIN}
    ),
    "overlapping": lambda c: c["lengths"].insert(
        0, {"first": 1, "last": 1, "status": "REFUTED", "witness": ["a"], **PLAIN}
    ),
    "status": lambda c: c.update(status="BANANA"),
    "another status": lambda c: c.update(status="UNKNOWN"),
    "status of a length": lambda c: c["lengths"][0].update(status="FINE"),
    "evidence": lambda c: c["lengths"][0].update(evidence="magic"),
    "no whole number": lambda c: c.update(first=1.9),
    "a text": lambda c: c.update(first="1"),
    "a truth value": lambda c: c.update(first=True),
    "infinity": lambda c: c.update(first=float("inf")),
    "too many": lambda c: c["lengths"][-1].update(last=10**12),
    "a list": lambda c: c["lengths"][0]["claimed"].update(reason=["x"]),
    "other digests": lambda c: c["digests"].update(program="0" * 64),
    "no digests": lambda c: c.pop("digests"),
    "one more field": lambda c: c.update(more=1),
    "about nothing": lambda c: c["lengths"][-1]["certificate"].update(about="nothing"),
    "bound": lambda c: c["claim"].update(bound=0),
    "digest of the clauses": lambda c: c["lengths"][-1]["certificate"].update(cnf="0" * 64),
    "digest of the proof": lambda c: c["lengths"][-1]["certificate"].update(proof="0" * 64),
}


@pytest.mark.parametrize("name", slow_after(9, FORGED))
def test_forged_records_are_not_believed(name: str, kept: Path) -> None:
    rewritten(kept, FORGED[name])
    assert any(file in told(kept.parent) for file in (RECORD, f"{N}.cnf", f"{N}.drat"))


def test_clauses_that_change_while_they_are_checked_prove_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "p cnf 1 2\n1 0\n-1 0\n"
    rewritten(kept, lambda c: c["lengths"][-1]["certificate"].update(cnf=sha256(other.encode()).hexdigest()))

    def swapped(cnf: Path, proof: Path, *more: object) -> Checked:
        if cnf.name == f"{N}.cnf":
            cnf.write_text(other)
            proof.write_text("0\n")
        return check(cnf, proof, *more)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(*at("logbits.verify.recheck.examine.check"), swapped)
    assert f"'{N}.cnf': is not what the record says" in told(kept.parent)


@pytest.mark.slow
def test_files_that_nothing_needs_do_not_stay(tmp_path: Path) -> None:
    t = Builder("both", "abc")
    a, b = t.uniform(t.symbol("a"), "causal"), t.uniform(t.symbol("b"), "causal")
    program = t.accept(t.uniform((a - b) > 0) - t.uniform((b - a) > 0))
    verdict = verify(program, 6, arithmetic="fixed(9)", first=6, assume=nothing(), proofs=tmp_path)
    assert verdict.status == Status.VERIFIED
    assert all(each.well for each in again(tmp_path)), again(tmp_path)[0].lines()


def test_a_record_that_says_more_than_its_lengths(kept: Path) -> None:
    def refuted(content: dict[str, Any]) -> None:
        entry(content, N).update(PLAIN | {"status": "REFUTED", "witness": list("abcab")})

    rewritten(kept, refuted)
    assert "the word does not break the claim" in told(kept.parent)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"schema":"logbits/proofs/1"}\n', "[" * 10**5, "1" * 10**5])
def test_what_is_no_record_is_told_in_one_line(content: str, kept: Path) -> None:
    (kept / RECORD).write_text(content)
    [line] = [line for line in told(kept.parent).splitlines() if RECORD in line]
    assert len(line) < 500


@pytest.mark.slow
def test_a_refuted_claim_is_replayed(tmp_path: Path) -> None:
    verdict = verify(CASES["dyck1-relu"].program, 12, bits=8, proofs=tmp_path)
    assert verdict.status == Status.REFUTED
    [result] = again(tmp_path)
    assert result.well
    assert result.held["word"] == 1
    assert sum(result.held.values()) == 12


@pytest.mark.slow
def test_a_language_without_words_is_proved_to_have_none(tmp_path: Path) -> None:
    verdict = verify(share(), 20, arithmetic="fixed(9)", assume=crowded(), first=20, proofs=tmp_path)
    certificate = verdict.lengths[0].certificate
    assert verdict.evidence == ("vacuous",)
    assert certificate is not None
    assert certificate.about == "language"
    [result] = again(tmp_path)
    assert result.well, result.lines()
    assert len(list(tmp_path.glob("*/20.language.*"))) == 2


@pytest.mark.slow
def test_a_word_of_the_language_is_kept_with_the_proof(tmp_path: Path) -> None:
    verdict = verify(share(), 21, arithmetic="fixed(9)", assume=replace(pattern(), name="x"), first=20, proofs=tmp_path)
    assert [len(each.inside) for each in verdict.lengths] == [20, 21]
    assert all(each.well for each in again(tmp_path))
    place = place_of(tmp_path)

    def forget(content: dict[str, Any]) -> None:
        content["lengths"][-1]["inside"] = ["a"] * 21

    rewritten(place, forget)
    assert "no word of the assumed language is known" in told(tmp_path)


def test_a_proof_that_is_rejected_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(proving, "check", lambda *_: Checked(False, "step 1 does not follow"))
    verdict = verify(needs_solver(), N, arithmetic="fixed(9)", proofs=tmp_path)
    assert verdict.status == Status.ERROR
    assert "the proof of cadical is rejected: step 1" in verdict.reason


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "checked", [Checked(None, "time limit reached"), Checked(True, cnf="0" * 64, proof="0" * 64), Checked(True)]
)
def test_a_proof_that_was_not_checked_is_a_solvers_word(
    checked: Checked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(proving, "check", lambda *_: checked)
    verdict = verify(needs_solver(), N, arithmetic="fixed(9)", proofs=tmp_path)
    assert verdict.status == Status.VERIFIED
    assert "proof" not in verdict.evidence
    assert all("no proof" in each.note for each in verdict.lengths if each.evidence == "solver")
    [result] = again(tmp_path)
    assert not result.well
    assert "unproved" in "\n".join(result.lines())


def test_who_leaves_no_proof_gives_his_word(tmp_path: Path) -> None:
    verdict = verify(needs_solver(), N, arithmetic="fixed(9)", solvers=("bitwuzla",), proofs=tmp_path)
    assert verdict.evidence[-1] == "solver"
    assert "no solver that leaves proofs was asked" in {
        each.note.removeprefix("no proof: ") for each in verdict.lengths
    }


@pytest.mark.slow
def test_all_solvers_that_are_named_are_asked_and_one_of_them_proves(tmp_path: Path) -> None:
    verdict = verify(needs_solver(), N, arithmetic="fixed(9)", solvers=("z3", "glucose"), proofs=tmp_path)
    proved = [each for each in verdict.lengths if each.evidence == "proof"]
    assert proved
    assert {each.solver for each in proved} == {"z3, glucose"}
    assert {each.certificate.solver for each in proved if each.certificate} == {"glucose"}


@pytest.mark.slow
def test_a_wrong_unsat_is_told_where_another_finds_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = CASES["dyck1-relu"].program
    original = deciding.ask

    def half(solver: str, *given: object, **more: object) -> Answer:
        return Answer("unsat", solver) if solver == "z3" else original(solver, *given, **more)  # pyright: ignore

    monkeypatch.setattr(deciding, "ask", half)
    verdict = verify(program, 12, bits=8, solvers=("z3", "bitwuzla"))
    assert verdict.status == Status.REFUTED
    assert verdict.refuted is not None
    assert verdict.refuted.note == "z3 said unsat, wrongly; --proofs DIR keeps such questions"
    assert verdict.refuted.length == 12
    kept = verify(program, 12, bits=8, solvers=("z3", "bitwuzla"), proofs=tmp_path).refuted
    assert kept is not None
    assert kept.note.endswith("the question is kept in 12.wrong.smt2 and 12.wrong.cnf")
    [question] = tmp_path.glob("*/12.wrong.smt2")
    assert "(check-sat)" in question.read_text(encoding="utf-8")
    assert question.with_suffix(".cnf").read_text(encoding="utf-8").startswith("c ")
    [result] = recheck(tmp_path, 1, 60.0, 2048)  # which it does not disturb
    assert not result.wrong

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(deciding, "write_whole", full)
    told = verify(program, 12, bits=8, first=12, solvers=("z3", "bitwuzla"), proofs=tmp_path)
    assert told.status == Status.REFUTED
    assert told.refuted is not None
    assert told.refuted.note.endswith("the question could not be kept: No space left on device")


def test_a_disagreement_without_a_word_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"z3": Answer("unsat", "z3"), "bitwuzla": Answer("sat", "bitwuzla", (0,) * 5)}
    monkeypatch.setattr(deciding, "ask", lies(lambda solver: answers[solver]))
    verdict = verify(needs_solver(), N, arithmetic="fixed(9)", solvers=("z3", "bitwuzla"), first=5)
    assert verdict.status == Status.ERROR
    assert "z3 said unsat" in verdict.reason
    assert "a a a a a" in verdict.reason


def test_an_earlier_run_leaves_nothing_behind(tmp_path: Path) -> None:
    claim = Claim(needs_solver(), EXACT, parse("fixed(9)"), N)
    place = folder(tmp_path, claim)
    place.mkdir()
    for name in ("77.cnf", "77.drat", "77.drat.part", "notes.txt"):
        (place / name).write_text("old")
    verify(claim.program, N, arithmetic="fixed(9)", proofs=tmp_path)
    assert not list(place.glob("77.*"))
    assert (place / "notes.txt").read_text() == "old"  # not ours


def test_what_was_decided_before_an_interruption_is_kept(tmp_path: Path) -> None:
    from logbits.verify.engine.engine import decide
    from logbits.verify.request.request import Options, Request

    claim = Claim(CASES["dyck1"].program, EXACT, parse("fixed(9)"), 40)
    events = decide([Request(claim)], Options(jobs=1, proofs=tmp_path))
    for _ in range(5):
        next(events)
    events.close()
    record = read(folder(tmp_path, claim) / RECORD)
    assert record.status == "UNKNOWN"
    assert "missing   lengths" in told(tmp_path)


def test_a_check_that_nobody_waits_for_leaves_no_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stop(*_: object) -> Checked:
        raise StoppedError

    monkeypatch.setattr(proving, "check", stop)
    verdict = verify(needs_solver(), N, arithmetic="fixed(9)", proofs=tmp_path)
    assert verdict.status == Status.UNKNOWN
    place = place_of(tmp_path)
    derived = {1, 2, 4}
    assert {n for each in read(place / RECORD).entries for n in range(each.first, each.last + 1)} >= derived
    assert {file.name for file in place.iterdir()} == {RECORD, *(f"{n}.steps" for n in derived)}


def test_closing_ends_the_checks(made: tuple[Path, Verdict]) -> None:
    checks = recheck(made[0], 1, 300.0, 2048)
    assert isinstance(checks, Generator)
    next(checks)
    checks.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]


@pytest.mark.slow
def test_the_command(made: tuple[Path, Verdict], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recheck", str(made[0])]) == 0
    assert capsys.readouterr().out.startswith("ok  'needs-solver': ")
    assert run(["recheck", str(tmp_path / "none")]) == 2
    assert "cannot read" in capsys.readouterr().err
    assert run(["recheck", str(tmp_path)]) == 2
    assert "holds no claim" in capsys.readouterr().err
    (tmp_path / "x").mkdir()
    assert run(["recheck", str(tmp_path)]) == 1
    assert "'claim.json': No such file" in capsys.readouterr().out
    (tmp_path / "file").write_text("")
    assert run(["--n", "2", "--bits", "3", "--proofs", str(tmp_path / "file" / "x")]) == 2
    assert "cannot make the folder" in capsys.readouterr().err


def test_names_of_folders_hold_no_surprises(tmp_path: Path) -> None:
    program: Program = replace(CASES["majority"].program, name="../../etc/é x")
    place = folder(tmp_path, Claim(program, EXACT, parse("fixed(3)"), 3))
    assert place.parent == tmp_path
    assert place.name.isascii()
