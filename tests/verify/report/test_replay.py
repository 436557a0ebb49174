"""Replaying witnesses: what is shown of both runs, and which files are refused, with which line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.model.jsontext import MAX_NESTING
from logbits.encode.model.modelfile import write as write_model
from logbits.encode.program.program import Program
from logbits.verify.command import cli
from logbits.verify.reference.run import differ
from logbits.verify.report.replay import PARTS, Replay
from logbits.verify.request import words
from logbits.verify.request.witness import MAX_BYTES, read
from support.marks import slow_after
from support.random_questions import instance

Capture = pytest.CaptureFixture[str]
WIDTHS = [20, 40, 80, None]
GOOD: dict[str, Any] = {
    "schema": "logbits/witness/1",
    "model": "majority-affine",
    "arithmetic": "lit",
    "against": "exact",
    "bound": 12,
    "word": ["0", "1", "1"],
}


def replayed(
    program: Program, right: str, word: Iterable[str], *, everything: bool = False, left: str = "exact"
) -> str:
    symbols = tuple(word)
    claim = Claim(program, parse(left), parse(right), len(symbols))
    return "\n".join(Replay(claim, symbols).lines(80, everything=everything))


@pytest.fixture
def written(tmp_path: Path) -> Callable[[object], str]:
    """Writes a document, or bytes, and gives the name of the file."""

    def write(content: object) -> str:
        path = tmp_path / "witness.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


# -- what is shown


def test_a_small_replay() -> None:
    assert replayed(CASES["majority-affine"].program, "lit", "011").splitlines() == [
        "majority-affine: dyadic reciprocal(0) against exact, decision, scales of bound 3",
        "word: 011 (length 3)",
        "",
        "x0  is 1:  1[w_i = 1]",
        "  i     w_i  exact  low",
        "  1     0    0      0",
        "  2..3  1    1      1",
        "",
        "x1  mean of ones:  U[x0]",
        "  i     exact  low",
        "  1..3  2/3    1/2  !=  <- the runs part here",
        "",
        "accept iff x1 > 1/2 at i = n",
        "  exact:   accept (readout 1/6)",
        "  low:     reject (readout 0)",
        "the runs decide differently: this word breaks the claim",
    ]


def test_scores_and_selections() -> None:
    program = CASES["palindrome"].program
    text = replayed(program, "fixed(3)", "abba")
    assert "x4  score of mirrored:  2·x3(i)·x1(j) + 2·x1(j) - 2·x1(i)·x1(j) - x1(j)²" in text
    assert "\n  i  j  exact  low\n" in text
    assert "  the runs differ at 2 more query positions, shown by --all\n" in text
    assert "\n  i  M_i exact  M_i low\n" in text
    assert "\n  4  {1}        {1..4}\n" in text
    whole = replayed(program, "fixed(3)", "abba", everything=True)
    assert "--all" not in whole
    assert all(f"x{index}  " in whole for index in range(len(program.ops)))
    assert len(whole) > len(text)


def test_what_agrees_is_left_out_and_counted() -> None:
    text = replayed(CASES["contains-eq"].program, "fixed(9)", "0110")
    assert "\n3 more operations, in which the runs agree, are shown by --all\n" in text
    assert text.endswith("\nboth runs decide alike: this word does not break the claim")
    assert "!=" not in text


def test_a_failing_run_is_shown_where_it_fails() -> None:
    t = Builder("p", "ab")
    program = t.accept(t.store(t.embed({"a": 1, "b": 8}, name="big") * 1))
    text = replayed(program, "fixed(4, 0) error", "ab")
    assert "  low fails: big at position 2: 8 overflows s4.0\n" in text
    assert "\n  low:     fails: big at position 2: 8 overflows s4.0\n" in text
    assert text.endswith("\na run fails: this word breaks the claim")


def test_outputs_are_shown_at_each_position() -> None:
    t = Builder("p", "ab", bos=True, eos=True)
    share = t.uniform(t.symbol("a"), "causal")
    text = replayed(t.classify({"low": "1/3", "high": share}), "Q(1)", "baab")
    assert "\n  0     BOS  0      0\n" in text
    assert "\n  3  high (low: 1/3, high: 1/2)  high (low: 1/3, high: 1/2)\n" in text
    assert text.count("BOS") == text.count("EOS") == 1
    numbers = replayed(t.output(share), "Q(1)", "baab")
    assert "\n  4  2/5    0    !=\n" in numbers


def test_both_formats_are_shown_where_both_runs_round() -> None:
    text = replayed(CASES["majority-affine"].program, "fixed(3)", "011", left="fixed(5)")
    assert "mean of ones:  U[x0]  stored as u3.2 against u5.4\n" in text
    assert "\n  i     against  low\n" in text
    assert "\n  against: accept" in text


@pytest.mark.slow
@pytest.mark.parametrize("seeds", slow_after(1, [range(30), range(30, 120)]), ids=str)
def test_random_replays_fit_and_mark_one_place(seeds: range) -> None:
    for seed in seeds:
        made = instance(seed)
        claim = Claim(made.program, made.left, made.right, made.bound)
        for word in list(made.words())[::7]:
            replay = Replay(claim, made.spelled(word))
            for everything in (False, True):
                for width in WIDTHS:
                    lines = replay.lines(width, everything=everything)
                    assert width is None or max(map(len, lines)) <= width
                text = "\n".join(replay.lines(None, everything=everything))
                assert text.count(PARTS) == (replay.parts is not None), seed
                assert text.endswith("breaks the claim") == differ(replay.left, replay.right)
                assert not everything or "--all" not in text


# -- documents of the command


def test_what_the_command_refutes_breaks_the_claim_when_replayed(tmp_path: Path, capsys: Capture) -> None:
    names = ["majority-affine", "contains-eq", "palindrome", "majority"]
    cli.run(["--n", "6", "--bits", "2", "--json", *(f"--model={name}" for name in names)])
    path = tmp_path / "verdicts.json"
    path.write_text(capsys.readouterr().out)
    verdicts = json.loads(path.read_text())["verdicts"]
    assert cli.run(["replay", str(path)]) == 1
    text = capsys.readouterr().out
    refuted = [verdict for verdict in verdicts if verdict["status"] == "REFUTED"]
    assert len(refuted) >= 2
    for index, verdict in enumerate(refuted, start=1):
        assert f"witness {index} of {len(refuted)}\n{verdict['model']}: " in text
        assert f"\n  exact:   {verdict['witness']['against']}\n  low:     {verdict['witness']['low']}\n" in text
    assert text.count("this word breaks the claim") == len(refuted)


def test_a_witness_of_its_own(written: Callable[[object], str], capsys: Capture) -> None:
    assert cli.run(["replay", written(GOOD)]) == 1
    assert "scales of bound 12\nword: 011 (length 3)\n" in capsys.readouterr().out
    assert cli.run(["replay", written(GOOD | {"word": ["0"] * 12})]) == 0
    assert "x1  " not in capsys.readouterr().out
    assert cli.run(["replay", "--all", written({k: v for k, v in GOOD.items() if k != "against"})]) == 1
    assert cli.run(["replay", written(GOOD | {"against": "lit"})]) == 0


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(GOOD).encode())))
    assert cli.run(["replay", "-"]) == 1
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{")))
    assert cli.run(["replay", "-"]) == 2
    assert "standard input is not JSON: line 1, column 2" in capsys.readouterr().err


@pytest.mark.slow
def test_the_assumption_holds_at_replay_too(written: Callable[[object], str], capsys: Capture) -> None:
    about = GOOD | {"model": "dyck1-relu", "arithmetic": "fixed(8)", "bound": 64, "word": list("((((())))))(")}
    assert cli.run(["replay", written(about)]) == 1
    capsys.readouterr()
    assert cli.run(["replay", written(about | {"assume": "dyck1"})]) == 2
    assert "word: dyck1 does not accept this word" in capsys.readouterr().err
    assert cli.run(["replay", written(about | {"assume": "dyck1", "word": list("(())")})]) == 0
    assert "decision, words that dyck1 accepts, scales" in capsys.readouterr().out
    assert cli.run(["replay", written(about | {"assume": None})]) == 1


# -- files that are refused


def verdicts(**changes: object) -> dict[str, Any]:
    verdict: dict[str, Any] = {
        "model": "majority-affine",
        "arithmetic": "lit",
        "against": "exact",
        "claim": "decision",
        "last": 12,
        "witness": {"word": ["0", "1", "1"], "another": 1},
        "newer": [],
    }
    return {"schema": "logbits/verdicts/1", "newer": {}, "verdicts": [{"witness": None}, verdict | changes]}


def without(document: dict[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in document.items() if k != key}


def test_fields_that_are_not_known_do_no_harm_in_a_document_of_verdicts(written: Callable[[object], str]) -> None:
    (found,) = read(written(verdicts()))
    assert (found.word, found.claim.bound, found.claim.right) == (("0", "1", "1"), 12, parse("lit"))
    assert (found.claim.left, found.claim.program) == (EXACT, CASES["majority-affine"].program)


@pytest.mark.first(6)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON: line 1, column 1"),
        (b"{", "is not JSON: line 1, column 2"),
        (b"\xff{}", "is not UTF-8, at byte 0"),
        (b'{"a": NaN}', "is not JSON: NaN is no number there"),
        (b'{"a": 1, "a": 2}', "gives 'a' twice in one object"),
        (
            json.dumps(without(GOOD, "bound")).encode()[:-1] + b', "bound": ' + b"9" * 5000 + b"}",
            "bound: must be a whole number from 1 to 65536, not a number of 5000 digits",
        ),
        (b"[" * 100_000, f"is nested more than {MAX_NESTING} deep, at character {MAX_NESTING}"),
        (b'{"a":' * 100_000, f"is nested more than {MAX_NESTING} deep"),
        (b'"' + b'\\"' * 1_000_000, "is not JSON"),
        (b'["' + b"[" * 1_000_000 + b'"]', "the document: must be an object, not a list"),
        (b" " * (MAX_BYTES + 1), "is longer than 16 MiB"),
        ([], "the document: must be an object, not a list"),
        ({}, "schema: is missing"),
        ({"schema": 1}, "schema: must be a string, not a number"),
        ({"schema": "logbits/verdicts/3"}, "schema: must be 'logbits/verdicts/2' or 'logbits/witness/1', not"),
        (GOOD | {"words": []}, "unknown field 'words': there are schema, model,"),
        (without(GOOD, "model"), "model: is missing"),
        (without(GOOD, "arithmetic"), "arithmetic: is missing"),
        (without(GOOD, "bound"), "bound: is missing"),
        (without(GOOD, "word"), "word: is missing"),
        (GOOD | {"model": "majorty"}, "model: unknown model 'majorty': did you mean majority"),
        (GOOD | {"model": None}, "model: must be a string, not null"),
        (GOOD | {"arithmetic": "decimal"}, "arithmetic: unknown arithmetic word 'decimal'"),
        (GOOD | {"against": 8}, "against: must be a string, not a number"),
        (GOOD | {"against": "fixed(0)"}, "against: the bits of fixed must be from 1"),
        (GOOD | {"assume": "dyck1"}, "majority-affine reads words over 0 1, but dyck1, which is assumed, over ( )"),
        (GOOD | {"assume": "nonsense"}, "unknown model 'nonsense'"),
        (GOOD | {"assume": True}, "assume: must be a string, not true"),
        (GOOD | {"bound": 0}, "bound: must be a whole number from 1 to 65536, not 0"),
        (GOOD | {"bound": True}, "bound: must be a whole number from 1 to 65536, not true"),
        (GOOD | {"bound": 12.0}, "bound: must be a whole number from 1 to 65536, not a number with a point"),
        (GOOD | {"bound": "12"}, "bound: must be a whole number from 1 to 65536, not a string"),
        (GOOD | {"bound": 10**19}, "bound: must be a whole number"),
        (GOOD | {"bound": 2}, "word: must have 1 to 2 symbols, as many as the bound, not 3"),
        (GOOD | {"word": []}, "word: must have 1 to 12 symbols"),
        (GOOD | {"word": "011"}, "word: must be a list, not a string"),
        (GOOD | {"word": {"0": 1}}, "word: must be a list, not an object"),
        (GOOD | {"word": ["0", 1]}, "word[1]: must be a string, not a number"),
        (GOOD | {"word": ["0", "2"]}, "word[1]: 2 is no symbol of majority-affine, which reads 0 1"),
        (GOOD | {"word": ["0", "\ud800\n"]}, "word[1]: '\\ud800\\n' is no symbol"),
        (GOOD | {"model": "dyck1", "arithmetic": "fixed(1) ceil", "word": ["("]}, "dyck1 in fixed(1)"),
        ({"schema": "logbits/verdicts/1"}, "verdicts: is missing"),
        ({"schema": "logbits/verdicts/1", "verdicts": {}}, "verdicts: must be a list, not an object"),
        ({"schema": "logbits/verdicts/1", "verdicts": []}, "holds no witness: nothing in it is REFUTED"),
        ({"schema": "logbits/verdicts/1", "verdicts": [3]}, "verdicts[0]: must be an object, not a number"),
        ({"schema": "logbits/verdicts/1", "verdicts": [{}]}, "verdicts[0].witness: is missing"),
        (verdicts(witness=[]), "verdicts[1].witness: must be an object, not a list"),
        (verdicts(witness={}), "verdicts[1].witness.word: is missing"),
        (verdicts(witness={"word": ["x"]}), "verdicts[1].witness.word[0]: 'x' is no symbol"),
        (verdicts(claim="attentive"), "verdicts[1].claim: unknown claim 'attentive': did you mean attention?"),
        (verdicts(claim=None), "verdicts[1].claim: must be a string, not null"),
        (verdicts(last=2), "verdicts[1].witness.word: must have 1 to 2 symbols"),
        (verdicts(model="none"), "verdicts[1].model: unknown model 'none'"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_wrong_file_is_one_line_and_status_2(
    content: object, message: str, written: Callable[[object], str], capsys: Capture
) -> None:
    name = written(content)
    assert cli.run(["replay", name]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith(f"verify-precision: {name!r}")
    assert message in told.err
    assert len(told.err) < 500


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.json", "cannot read 'missing.json': No such file or directory"),
        ("/", "cannot read '/': Is a directory"),
        ("a\0b", "cannot read 'a\\x00b'"),
        ("two\nlines", "cannot read 'two\\nlines'"),
        ("", "cannot read ''"),
    ],
)
def test_what_cannot_be_read_is_one_line(name: str, message: str, capsys: Capture) -> None:
    assert cli.run(["replay", name]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="has no /dev/zero")
def test_an_endless_file_is_refused(capsys: Capture) -> None:
    assert cli.run(["replay", "/dev/zero"]) == 2
    assert "is longer than 16 MiB" in capsys.readouterr().err


def test_no_file_is_a_wrong_request(capsys: Capture) -> None:
    assert cli.run(["replay"]) == 2
    assert cli.run(["replay", "a", "b"]) == 2
    assert cli.run(["replay", "a", "--every"]) == 2
    assert capsys.readouterr().out == ""


# -- which programs are meant


def decided(capsys: Capture, *arguments: str) -> dict[str, Any]:
    """The document of a run that refutes something."""
    assert cli.run([*arguments, "--json"]) == 1
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def lax(tmp_path: Path) -> str:
    """A file with an acceptor of every word that calls itself dyck1."""
    t = Builder("dyck1", "()")
    (tmp_path / "lax.json").write_text(write_model(t.accept(t.symbol("(") + t.symbol(")"))))
    return str(tmp_path / "lax.json")


@pytest.mark.first(1)
@pytest.mark.parametrize("claim", ["equivalent", "language"])
@pytest.mark.parametrize("path", ["/etc/passwd", "./x.json", "x.safetensors", "x.pkl"])
def test_no_file_is_opened_because_a_claim_names_it(
    claim: str, path: str, written: Callable[[object], str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "load", None)  # whoever calls it fails
    for document in (GOOD | {"claim": f"{claim} {path}"}, GOOD | {"assume": path}, GOOD | {"model": path}):
        assert cli.run(["replay", written(document)]) == 2
        assert f"was read from a file: give it with --model, as {path!r}" in capsys.readouterr().err


def test_a_claim_may_be_about_a_file_that_the_user_names(
    lax: str, written: Callable[[object], str], capsys: Capture
) -> None:
    """The file calls itself like a model that ships; the document says which one is meant."""
    ask = ["--model", "dyck1-relu", "--n", "3", "--bits", "8", "--claim", f"equivalent {lax}"]
    document = decided(capsys, *ask)
    assert document["verdicts"][0]["claim"] == "equivalent dyck1"
    assert cli.run(["replay", written(document)]) == 2
    assert "claim: 'dyck1' has SHA-256" in (told := capsys.readouterr().err)
    assert "is another program: give its --model" in told
    assert cli.run(["replay", written(document), "--model", lax]) == 1
    assert "this word breaks the claim" in capsys.readouterr().out


@pytest.mark.slow
def test_what_is_assumed_may_be_a_file_that_the_user_names(
    lax: str, written: Callable[[object], str], capsys: Capture
) -> None:
    document = decided(capsys, "--model", "dyck1-relu", "--n", "12", "--bits", "8", "--assume", lax)
    assert cli.run(["replay", written(document)]) == 2
    assert "assume: 'dyck1' has SHA-256" in capsys.readouterr().err
    assert cli.run(["replay", written(document), "--model", lax]) == 1


def test_programs_that_ship_need_no_file_and_files_beside_do_no_harm(
    lax: str, written: Callable[[object], str], capsys: Capture
) -> None:
    document = decided(capsys, "--model", "dyck1-relu", "--n", "12", "--bits", "8", "--claim", "language dyck1")
    assert set(document["verdicts"][0]["programs"]) == {"program", "other"}
    assert cli.run(["replay", written(document)]) == 1
    assert cli.run(["replay", written(document), "--model", lax]) == 1


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        ({"program": "0" * 64}, "'majority-affine' has SHA-256"),
        ({"more": ""}, "programs: unknown field 'more': there are program, other, assume"),
        ({"program": 3}, "programs.program: must be a string, not a number"),
        ([], "programs: must be an object, not a list"),
    ],
)
def test_digests_of_programs_are_looked_at(
    programs: object, message: str, written: Callable[[object], str], capsys: Capture
) -> None:
    assert cli.run(["replay", written(GOOD | {"programs": programs})]) == 2
    assert message in capsys.readouterr().err
