"""Checking proofs: what is a proof is accepted by both checkers, and nothing else by either."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dratify
import pytest
from logbits.verify.proof import check as checker
from logbits.verify.proof import dratify as backend_dratify
from logbits.verify.proof import rup
from logbits.verify.proof.check import Checked, check
from logbits.verify.proof.check_proof import again, examine
from logbits.verify.proof.dratify import engine, judge
from logbits.verify.solver.ask import missing
from logbits.verify.solver.child import DiedError, ExpiredError
from logbits.verify.solver.table import BACKENDS
from support import naive_rup
from support.formulas import CHAIN, REFUTED, SQUARE, dimacs, pigeonhole, random_clauses, speaking

PROVING = [name for name in speaking("dimacs") if not missing(name)]
PIGEONS = dimacs(*pigeonhole(4))


@pytest.fixture(params=["native", "python"])
def running(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each engine in turn."""
    if request.param == "native" and not dratify.native_available():
        pytest.skip("the native engine is not installed")
    monkeypatch.setattr(backend_dratify, "_NATIVE", request.param == "native")
    assert engine() == request.param
    return request.param


def proof_by(solver: str, text: str) -> str:
    session = BACKENDS[solver].open_proving(text, 1, 1)
    assert session.check() is False
    return "".join(session.proof())


def accepted(text: str, proof: str) -> bool:
    """Whether the checker accepts; what it accepts must convince the naive one too."""
    try:
        ok = judge(text, proof).ok
    except ValueError:
        return False
    assert (
        not ok or naive_rup.refutes(text, proof) or naive_rup.propagation_refutes(naive_rup.clauses(text), frozenset())
    )
    return ok


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("solver", PROVING)
def test_proofs_are_accepted_by_both(solver: str) -> None:
    for variables, clauses in (*REFUTED, pigeonhole(4)):
        text = dimacs(variables, clauses)
        proof = proof_by(solver, text)
        assert judge(text, proof).ok
        assert naive_rup.refutes(text, proof)


# -- what is no proof


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("solver", PROVING)
def test_a_proof_without_its_end_is_none(solver: str) -> None:
    for variables, clauses in REFUTED[:40]:
        text = dimacs(variables, clauses)
        trivial = naive_rup.propagation_refutes(naive_rup.clauses(text), frozenset())
        lines = proof_by(solver, text).splitlines(keepends=True)
        assert accepted(text, "".join(lines[:-1])) is trivial
        assert accepted(text, "") is trivial
        assert accepted(text, "0\n") is trivial


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("solver", PROVING)
def test_a_damaged_proof_convinces_only_if_it_still_is_one(solver: str) -> None:
    rng = random.Random(solver)
    lines = proof_by(solver, PIGEONS).splitlines()
    rejected = 0
    for _ in range(60):
        index = rng.randrange(len(lines) - 1)
        numbers = lines[index].removeprefix("d ").split()
        which = rng.randrange(len(numbers) - 1)
        numbers[which] = str(-int(numbers[which]))
        changed = ("d " if lines[index].startswith("d ") else "") + " ".join(numbers)
        rejected += not accepted(PIGEONS, "\n".join([*lines[:index], changed, *lines[index + 1 :]]) + "\n")
    assert rejected > 5


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("solver", PROVING)
def test_the_proof_of_another_formula_is_none(solver: str) -> None:
    """Of the same pigeons with one clause less, which can be satisfied."""
    variables, clauses = pigeonhole(4)
    proof = proof_by(solver, PIGEONS)
    for without in (0, 7, len(clauses) - 1):
        assert not accepted(dimacs(variables, clauses[:without] + clauses[without + 1 :]), proof)


@pytest.mark.usefixtures("running")
def test_nothing_refutes_a_formula_that_has_a_model() -> None:
    """Proofs of all kinds: the lines of real ones, single literals, deletions of everything."""
    satisfiable = [each for each in map(random_clauses, range(80)) if each not in REFUTED]
    lines = [line for each in REFUTED[:20] for line in proof_by("cadical", dimacs(*each)).splitlines()]
    rng = random.Random(1)
    assert len(satisfiable) > 10
    for variables, clauses in satisfiable:
        for _ in range(5):
            chosen = [rng.choice(lines) for _ in range(rng.randint(0, 6))]
            chosen += [f"{rng.choice((1, -1)) * rng.randint(1, variables)} 0" for _ in range(3)]
            chosen += ["d " + " ".join(map(str, [*rng.choice(clauses), 0])) for _ in range(3)]
            rng.shuffle(chosen)
            assert not accepted(dimacs(variables, clauses), "\n".join([*chosen, "0"]) + "\n")


@pytest.mark.usefixtures("running")
def test_a_deleted_reason_refutes_nothing() -> None:
    """The formula is satisfiable; with RAT on, dratify 0.1.10 accepts this, in both engines."""
    text, proof = dimacs(2, [[1], [-1, -2]]), "d -1 -2 0\n2 0\n0\n"
    assert not accepted(text, proof)
    assert not accepted(text, "2 0\n0\n")


@pytest.mark.usefixtures("running")
def test_lines_that_only_keep_satisfiability_are_rejected() -> None:
    """Variable 4 is free, so `4 1` may be added (RAT), but does not follow: no solver of ours needs that."""
    text = dimacs(4, [[a, 2 * b, 3 * c] for a in (1, -1) for b in (1, -1) for c in (1, -1)])
    proof = "1 2 0\n1 0\n2 0\n0\n"
    assert accepted(text, proof)
    assert accepted(text, "1 2 4 0\n" + proof)
    assert not accepted(text, "4 1 0\n" + proof)


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    "proof",
    [
        "1 0\n",
        "1 2 0\n0\n",  # a lemma that follows, but not the empty clause
        "0\n",
        "0\n0\n",
        "d 1 2 0\n2 0\n0\n",  # a needed clause is gone
        "d -1 -2 0\nd 1 2 0\n1 0\n0\n",
        "3 0\n2 0\n0\n",  # a variable that is not there
        "2 3 0\n2 0\n0\n",
        "d 3 1 0\n2 0\n0\n",
        "2 0\n0\n1 0\n",  # something after the end
        "2 0\n0\n0\n",
        "2 0 x\n0\n",
        "garbage\n",
        "2\n",
        "d\n",
        "2 0\nd d 1 2 0\n0\n",
        "\x00\x01a\n",
        "p cnf 2 1\n0\n",
    ],
)
def test_broken_proofs_are_rejected(proof: str) -> None:
    assert not accepted(SQUARE, proof)


@pytest.mark.usefixtures("running")
def test_what_propagation_refutes_needs_no_lines() -> None:
    for proof in ("", "0\n", "3 0\n0\n"):
        assert accepted(CHAIN, proof)
    assert accepted(dimacs(1, [[1], []]), "0\n")


@pytest.mark.usefixtures("running")
def test_deletions_after_the_end_and_white_space_do_not_matter() -> None:
    for proof in ("2 0\n0\nd 1 2 0\n", "2 0\n0", "2\n0 0", "c said\n2 0\n0\n"):
        assert judge(SQUARE, proof).ok


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("cnf", ["", "p cnf 2 3\n1 0\n-1 0\n", "p cnf 1 2\n1 0\n-1 0\n%\n0\n", "(check-sat)\n"])
def test_a_formula_that_cannot_be_read_is_not_refuted(cnf: str) -> None:
    assert not accepted(cnf, "0\n")


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    "changes",
    [{"ok": 1}, {"reached_empty": False}, {"failed_step": 2}, {"ok": None}, {"ok": "yes"}, {"reached_empty": 1}],
)
def test_only_a_result_that_is_good_in_every_respect_counts(
    changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    original: Any = dratify.check_proof

    def odd(*args: object, **known: object) -> object:
        result = original(*args, **known)
        for name, value in changes.items():
            setattr(result, name, value)
        return result

    assert judge(SQUARE, "2 0\n0\n").ok
    monkeypatch.setattr(dratify, "check_proof", odd)
    assert not judge(SQUARE, "2 0\n0\n").ok


# -- in a child


def files(folder: Path, cnf: str = SQUARE, proof: str = "2 0\n0\n") -> tuple[Path, Path]:
    (folder / "cnf").write_bytes(cnf.encode())
    (folder / "proof").write_bytes(proof.encode())
    return folder / "cnf", folder / "proof"


def checked(cnf: Path, proof: Path, seconds: float = 60, memory: int = 1024) -> Checked:
    return check(cnf, proof, time.monotonic() + seconds, memory)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_proof_is_checked_in_a_child(tmp_path: Path) -> None:
    found = checked(*files(tmp_path))
    assert (found.ok, found.reason, found.steps, found.engine) == (True, "", 2, engine())
    assert found.refutes(sha(SQUARE), sha("2 0\n0\n"))
    assert not found.refutes(sha(CHAIN), sha("2 0\n0\n"))
    assert not found.refutes(sha(SQUARE), sha("0\n"))
    assert not found.refutes("", "")


def test_what_is_rejected_says_where(tmp_path: Path) -> None:
    found = checked(*files(tmp_path, proof="1 2 0\n0\n"))
    assert found.ok is False
    assert found.reason.startswith("step 2: ")
    assert not found.refutes(sha(SQUARE), sha("1 2 0\n0\n"))
    found = checked(*files(tmp_path, proof="\u0661 0\n"))
    assert found.ok is False
    assert "ascii" in found.reason


def test_digests_alone_are_no_acceptance() -> None:
    assert not Checked(None, cnf="1", proof="2").refutes("1", "2")
    assert not Checked(False, cnf="1", proof="2").refutes("1", "2")
    assert not Checked(True, cnf="", proof="").refutes("", "")
    assert Checked(True, cnf="1", proof="2").refutes("1", "2")


def test_digests_are_of_the_bytes() -> None:
    said = examine(SQUARE.encode(), b"2 0\n0\n")
    assert (said["ok"], said["cnf"], said["proof"]) == (True, sha(SQUARE), sha("2 0\n0\n"))


@pytest.mark.parametrize("missing", ["cnf", "proof"])
def test_a_file_that_is_not_there_is_not_known(missing: str, tmp_path: Path) -> None:
    cnf, proof = files(tmp_path)
    (tmp_path / missing).unlink()
    found = checked(cnf, proof)
    assert found.ok is None
    assert "FileNotFoundError" in found.reason


def test_a_late_check_is_not_known(tmp_path: Path) -> None:
    found = checked(*files(tmp_path), seconds=0)
    assert (found.ok, found.reason) == (None, "checking the proof: time limit reached")


def test_a_check_without_memory_is_not_known(tmp_path: Path) -> None:
    found = checked(*files(tmp_path, proof="1 2 0\n" * 3_000_000 + "2 0\n0\n"), memory=160)
    assert found.ok is None
    assert "memory" in found.reason


def test_an_unwanted_check_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(checker.StoppedError):
        check(*files(tmp_path), time.monotonic() + 60, 1024, lambda: True)


class Saying:
    """In place of a child: what it says is given."""

    said: dict[str, Any]

    def __init__(self, module: str, *args: str, memory: int) -> None:
        pass

    def send(self, payload: bytes) -> None:
        pass

    def receive(self, deadline: float, stopped: Callable[[], bool]) -> bytes:
        return json.dumps(self.said).encode()

    def kill(self) -> None:
        pass


@pytest.mark.parametrize("ok", [None, 1, "True", 0, []])
def test_only_true_is_ok(ok: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = {"ok": ok, "reason": "", "steps": 0, "engine": "python", "cnf": "1", "proof": "2"}
    monkeypatch.setattr(Saying, "said", said, raising=False)
    monkeypatch.setattr(checker, "Child", Saying)
    assert checked(*files(tmp_path)).ok is False


# -- a second opinion


def test_a_proof_is_checked_twice_where_that_is_wanted(tmp_path: Path) -> None:
    both = check(*files(tmp_path), time.monotonic() + 60, 1024, second=60)
    assert (both.ok, both.twice, both.once, both.steps) == (True, True, "", 2)
    assert both.refutes(sha(SQUARE), sha("2 0\n0\n"))
    assert 0 < both.second < 60
    one = checked(*files(tmp_path))
    assert (one.ok, one.twice, one.once, one.second) == (True, False, "", 0.0)
    none = check(*files(tmp_path, proof="0\n"), time.monotonic() + 60, 1024, second=60)
    assert (none.ok, none.twice, none.once, none.reason[:8]) == (False, False, "", "step 1: ")


def test_the_second_checker_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first accepts, wrongly, the second refuses, and what unit propagation writes down is checked, too."""
    assert again(SQUARE.encode(), b"2 0\n0\n")["ok"] is True
    for proof in (b"0\n", b"x\n", b"1 2 0\n", b"\xd9\xa1 0\n"):
        said = again(SQUARE.encode(), proof)
        assert said["ok"] is False
        assert said["reason"]
    monkeypatch.setattr(rup, "lrat", lambda *_: "5 0 1 2 3 4 0\n")
    said = again(SQUARE.encode(), b"2 0\n0\n")
    assert said == {"ok": False, "reason": "line 1: clause 1 has 2 literals that are not false"}


def test_a_pass_that_takes_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rup, "VISITS", 10)
    said = again(PIGEONS.encode(), proof_by("cadical", PIGEONS).encode())
    assert said == {"ok": None, "reason": "unit propagation in Python would take too long"}


ACCEPTED = {"ok": True, "reason": "", "steps": 2, "engine": "python", "cnf": "1", "proof": "2"}


def second_says(said: object, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Checked:
    """What becomes of a proof that the first checker accepts, where the second says this, or this happens."""
    frames = [ACCEPTED, said]

    def receive(self: Saying, deadline: float, stopped: Callable[[], bool]) -> bytes:
        frame = frames.pop(0)
        if isinstance(frame, Exception):
            raise frame
        return json.dumps(frame).encode()

    monkeypatch.setattr(Saying, "receive", receive)
    monkeypatch.setattr(checker, "Child", Saying)
    found = check(*files(folder), time.monotonic() + 60, 1024, second=1)
    assert not frames
    return found


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"ok": None, "reason": "too long"}, "too long"),
        (ExpiredError(), "time limit reached"),
        (DiedError("memory limit of 1 MiB reached"), "memory limit of 1 MiB reached"),
    ],
)
def test_without_a_second_opinion_the_first_stands_and_that_is_told(
    said: object, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = second_says(said, monkeypatch, tmp_path)
    assert (found.ok, found.twice, found.once) == (True, False, why)
    assert found.refutes("1", "2")


@pytest.mark.parametrize("ok", [False, 1, 0, "True", []])
def test_what_the_second_does_not_accept_is_rejected(
    ok: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = second_says({"ok": ok, "reason": "line 3"}, monkeypatch, tmp_path)
    assert (found.ok, found.twice, found.reason) == (False, False, "the second checker: line 3")


def test_an_unwanted_second_opinion_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(checker.StoppedError):
        second_says(checker.StoppedError(), monkeypatch, tmp_path)


def test_the_native_engine_runs_where_it_is_installed() -> None:
    """It is found only after its package has been imported: without that, Python would check, silently."""
    pytest.importorskip("cdclkit_native")
    assert engine() == "native"
