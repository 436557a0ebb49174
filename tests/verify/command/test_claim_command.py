"""Claims of every kind from the command line: what is printed, replayed, exported, recorded and checked again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from logbits.verify.command import cli
from support.marks import slow_after

Capture = pytest.CaptureFixture[str]

REFUTED = [
    ("histogram-width", "fixed(8)", "output", 9),
    ("majority-affine", "fixed(7)", "exact", 4),
    ("last", "fixed(4)", "attention", 24),
    ("most-frequent", "fixed(5)", "error<=1/100", 4),
    ("dyck1-relu", "fixed(4)", "language dyck1", 6),
    ("contains-eq", "R(3)", "equivalent contains", 3),
]
VERIFIED = [
    ("histogram-width", "fixed(8)", "output", 4),
    ("last", "fixed(4, 1)", "exact", 4),
    ("palindrome", "fixed(8)", "attention", 4),
    ("majority", "fixed(6)", "error<=1/16", 4),
    ("dyck1-relu", "fixed(8)", "language dyck1-relu", 4),
    ("contains-eq", "Q(3)", "equivalent contains", 4),
]


def ask(model: str, arithmetic: str, claim: str, n: int) -> list[str]:
    return ["--model", model, "--arithmetic", arithmetic, "--claim", claim, "--n", str(n)]


@pytest.mark.slow
@pytest.mark.parametrize(("model", "arithmetic", "claim", "n"), slow_after(3, REFUTED))
def test_a_witness_is_printed_and_replays(
    model: str, arithmetic: str, claim: str, n: int, capsys: Capture, tmp_path: Path
) -> None:
    folder = tmp_path / "proofs"
    assert cli.run([*ask(model, arithmetic, claim, n), "--json", "--proofs", str(folder)]) == 1
    text = capsys.readouterr().out
    document = json.loads(text)
    [verdict] = document["verdicts"]
    assert document["question"]["claim"] == verdict["claim"] == claim
    assert verdict["witness"]["against"] != verdict["witness"]["low"]
    file = tmp_path / "verdicts.json"
    file.write_text(text)
    assert cli.run(["replay", str(file)]) == 1
    assert capsys.readouterr().out.rstrip().endswith("breaks the claim")
    small = {key: verdict[key] for key in ("model", "arithmetic", "claim")} | {
        "schema": "logbits/witness/1",
        "bound": n,
        "word": verdict["witness"]["word"],
    }
    file.write_text(json.dumps(small))
    assert cli.run(["replay", str(file), "--all"]) == 1
    assert claim in capsys.readouterr().out
    assert cli.run(["recheck", str(folder)]) == 0
    kind, _, other = claim.partition(" ")
    assert f"{kind}{f' {other!r}' if other else ''}, lengths" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(("model", "arithmetic", "claim", "n"), slow_after(2, VERIFIED))
def test_a_record_is_checked_again(
    model: str, arithmetic: str, claim: str, n: int, capsys: Capture, tmp_path: Path
) -> None:
    assert cli.run([*ask(model, arithmetic, claim, n), "--proofs", str(tmp_path)]) == 0
    assert f"{claim}, every word" in capsys.readouterr().out
    assert cli.run(["recheck", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("ok")
    assert cli.run(["export", *ask(model, arithmetic, claim, n)[1:], "--length", "3"]) == 0
    exported = capsys.readouterr().out
    assert claim in exported
    assert "(check-sat)" in exported


def test_no_witness_of_one_kind_is_one_of_another(capsys: Capture, tmp_path: Path) -> None:
    word = {"schema": "logbits/witness/1", "model": "majority-affine", "arithmetic": "fixed(7)", "bound": 33}
    file = tmp_path / "witness.json"
    for claim, status in (("decision", 0), ("exact", 1), ("error<=1/10", 0), ("attention", 0)):
        file.write_text(json.dumps(word | {"word": ["0", "0", "1"], "claim": claim}))
        assert cli.run(["replay", str(file)]) == status, claim
    assert "the heads select the same positions" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--claim", "descision"], "--claim: unknown claim 'descision': did you mean decision? there are"),
        (["--claim", "error<=-1"], "--claim: cannot read 'error<=-1': an error is at least 0"),
        (["--claim", "language"], "--claim: language needs the name of a model"),
        (["--claim", "language majorty"], "unknown model 'majorty': did you mean majority"),
        (["--claim", "language most-frequent"], "there is no reference language 'most-frequent': there are majority"),
        (["--claim", "equivalent dyck1"], "majority reads words over 0 1, but dyck1 over ( )"),
        (["--claim", "equivalent prefix-argmax"], "majority gives decisions, but prefix-argmax numbers"),
        (["--claim", "equivalent last", "--against", "Q(3)"], "equivalent last is against exact arithmetic"),
        (["--claim", "equivalent prime-encoding", "--n", "300"], "prime-encoding knows positions up to n = 255 only"),
    ],
)
def test_what_is_refused(arguments: list[str], said: str, capsys: Capture) -> None:
    assert cli.run(["--model", "majority", "--n", "4", "--bits", "4", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_one_run_alone_is_exported_for_decisions_only(capsys: Capture) -> None:
    common = ["export", "majority", "--n", "4", "--bits", "4", "--length", "3", "--format", "aag", "--part", "against"]
    assert cli.run([*common, "--claim", "language majority"]) == 0
    assert capsys.readouterr().out.startswith("aag")
    assert cli.run([*common, "--claim", "exact"]) == 2
    assert "the claim exact compares more" in capsys.readouterr().err


@pytest.mark.slow
def test_every_case_can_be_asked_about_claims_of_one_run(capsys: Capture) -> None:
    for claim in ("exact", "attention", "error<=1"):
        assert cli.run(["--n", "2", "--bits", "8", "--claim", claim]) in (0, 1)
        assert "ERROR" not in capsys.readouterr().out
