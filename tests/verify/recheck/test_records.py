"""Records that somebody made up, or changed: each is one clear line, at once, and never `ok`."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.model.modelfile import write as model_text
from logbits.encode.program.program import Accept, Form, Program
from logbits.verify.command.api import verify
from logbits.verify.command.cli import run
from logbits.verify.recheck import index
from logbits.verify.recheck.claimfile import FormatError, text, to_data
from logbits.verify.recheck.examine import examine
from logbits.verify.recheck.index import INDEX
from logbits.verify.recheck.recheck import recheck
from logbits.verify.recheck.record import MAX_BYTES, RECORD, SCHEMA, parsed
from logbits.verify.recheck.result import Rechecked
from logbits.verify.recheck.store import folder, write
from logbits.verify.request.identity import digest, plain, shown
from logbits.verify.verdict.verdict import Decided, Status, Verdict

Capture = pytest.CaptureFixture[str]
LAST = CASES["last"].program


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Verdict]:
    """A folder with the record of one claim, and its verdict."""
    root = tmp_path_factory.mktemp("proofs")
    return root, verify(LAST, 3, bits=8, proofs=root)


@pytest.fixture
def place(made: tuple[Path, Verdict], tmp_path: Path) -> Path:
    """The folder of the claim in a copy that may be changed."""
    shutil.copytree(made[0], tmp_path / "proofs")
    [found] = (each for each in (tmp_path / "proofs").iterdir() if each.is_dir())
    return found


def put(place: Path, data: bytes) -> Path:
    """Writes a record, and lists it as who wrote it would."""
    (place / RECORD).write_bytes(data)
    index.write(place.parent, {place.name: sha256(data).hexdigest()})
    return place


def rewritten(place: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Changes a record as somebody would who knows how all digests are made."""
    content = json.loads((place / RECORD).read_bytes())
    del content["digest"]
    change(content)
    if isinstance(content.get("claim"), dict) and {"program", "right"} <= content["claim"].keys():
        parts = {"program": content["claim"]["program"], "arithmetic": content["claim"]["right"]}
        parts["claim"] = content["claim"]
        content["digests"].update({name: digest(part) for name, part in parts.items()})
    return put(place, text(content | {"digest": digest(content)}).encode())


def examined(place: Path) -> Rechecked:
    """What is found in this process."""
    return examine(place, (index.read(place.parent) or {}).get(place.name) or "", 60.0, 2048)


def record_of(root: Path, claim: Claim) -> Path:
    """The folder with the record of a claim, checked and written."""
    verify(claim.program, claim.bound, arithmetic=claim.right, assume=claim.assume, proofs=root)
    return folder(root, claim)


def constant(program: Program, value: int) -> Program:
    """A program with the same name and operations that gives the same to all words."""
    assert isinstance(program.readout, Accept)
    return replace(program, readout=replace(program.readout, form=Form(const=mpq(value), terms=())))


# -- which program


def test_the_program_that_ships_is_told_with_its_digest(place: Path) -> None:
    found = examined(place)
    assert found.well
    assert found.lines()[1] == f"  program 'last', SHA-256 {digest(to_data(LAST))}: the model that ships"


def test_another_program_with_the_name_of_one_that_ships_is_not_ok(tmp_path: Path, capsys: Capture) -> None:
    fake = constant(CASES["dyck1-relu"].program, 1)
    verify(fake, 8, bits=4, proofs=tmp_path)
    assert run(["recheck", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("FAILED  'dyck1-relu'")
    assert "program 'dyck1-relu' is not the 'dyck1-relu' that ships" in told


def test_another_assumption_with_the_name_of_one_that_ships_is_not_ok(tmp_path: Path) -> None:
    empty = constant(CASES["dyck1"].program, -1)
    found = examined(record_of(tmp_path, Claim(CASES["dyck1-relu"].program, EXACT, parse("fixed(2)"), 4, empty)))
    assert found.held == {"vacuous": 4}
    assert not found.well
    told = "\n".join(found.lines())
    assert "assume 'dyck1' is not the 'dyck1' that ships" in told
    assert "vacuous   lengths 1..4: no word is asked about" in told


def test_another_language_with_the_name_of_one_that_ships_is_not_ok(tmp_path: Path) -> None:
    program = CASES["dyck1"].program  # which is equivalent, and not the reference language
    verify(program, 2, bits=8, claim="language", other=replace(program, source="mine"), proofs=tmp_path)
    [found] = recheck(tmp_path, 1, 60.0, 2048)
    assert [each.stands for each in found.programs] == ["ships", "another"]
    assert not found.well


@pytest.mark.slow
def test_the_reference_language_and_an_equivalent_model_ship(tmp_path: Path, capsys: Capture) -> None:
    for claim in ("language dyck1", "equivalent dyck1"):
        ask = ["--model", "dyck1-relu", "--n", "2", "--bits", "8", "--claim", claim, "--proofs", str(tmp_path)]
        assert run(ask) == 0
    assert run(["recheck", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "other 'dyck1', SHA-256" in told
    assert ": the reference language that ships" in told
    assert told.count(": the model that ships") == 3


@pytest.mark.slow
def test_a_file_that_the_user_names_may_be_the_program(tmp_path: Path, capsys: Capture) -> None:
    fake, file = constant(LAST, 1), tmp_path / "mine.json"
    verify(fake, 2, bits=8, proofs=tmp_path / "proofs")
    file.write_text(model_text(fake))
    assert run(["recheck", str(tmp_path / "proofs"), "--model", str(file)]) == 0
    assert "NOT the one of this name that ships" in capsys.readouterr().out
    file.write_text(model_text(constant(LAST, -1)))
    assert run(["recheck", str(tmp_path / "proofs"), "--model", str(file)]) == 1
    assert "program 'last' is not the 'last' in " in capsys.readouterr().out
    assert run(["recheck", str(tmp_path / "proofs"), "--model", str(tmp_path / "none.json")]) == 2


@pytest.mark.slow
def test_a_program_that_nobody_knows_is_told_loudly_and_wrong_where_models_are_named(
    tmp_path: Path, capsys: Capture
) -> None:
    verify(replace(LAST, name="my-last"), 2, bits=8, proofs=tmp_path)
    assert run(["recheck", str(tmp_path)]) == 0
    assert "NEITHER a model that ships NOR one given with --model" in capsys.readouterr().out
    assert run(["recheck", str(tmp_path), "--model", "last"]) == 1
    assert "program 'my-last' neither ships nor is given with --model" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["Last", "last ", "l\uff41st", "last.", "la\u0301st", "_last_"])
def test_a_name_that_looks_like_another_is_told(name: str, place: Path, tmp_path: Path) -> None:
    claim = Claim(replace(LAST, name=name), EXACT, parse("fixed(8)"), 3)
    place = tmp_path / folder(tmp_path, claim).name
    place.mkdir()
    write(tmp_path, claim, Verdict(name, "", "", "", 1, 3, ()))
    found = examined(place)
    assert [each.stands for each in found.programs] == ["another"]
    assert all(line.isascii() for line in found.lines())


def test_names_are_quoted_and_never_read_like_a_verdict(tmp_path: Path) -> None:
    name = "x', lengths 1..65536: 65536 by proof \u0430"
    claim = Claim(replace(LAST, name=name), EXACT, parse("fixed(8)"), 3)
    folder(tmp_path, claim).mkdir()
    write(tmp_path, claim, Verdict(name, "", "", "", 1, 3, ()))
    head, program, *_ = examined(folder(tmp_path, claim)).lines()
    quoted = '"x\', lengths 1..65536: 65536 by proof \\u0430"'
    assert head.startswith(f"FAILED  {quoted}: ")
    assert program.startswith(f"  program {quoted}, SHA-256 ")


@pytest.mark.parametrize("name", ["la\u200bst", "last\u202e", "\x1b[2K\rok  last", "last\n"])
def test_names_that_hide_something_are_refused_and_shown_escaped(name: str, tmp_path: Path) -> None:
    claim = Claim(replace(LAST, name=name), EXACT, parse("fixed(8)"), 3)
    folder(tmp_path, claim).mkdir()
    write(tmp_path, claim, Verdict(name, "", "", "", 1, 3, ()))
    found = examined(folder(tmp_path, claim))
    assert not found.well
    assert all(line.isascii() and line.isprintable() for line in found.lines())
    assert shown(name).isprintable()
    assert plain(name).isprintable()


# -- what is written in it


def test_what_nobody_checks_is_told_as_claimed(place: Path) -> None:
    def boast(content: dict[str, Any]) -> None:
        content["lengths"][0]["claimed"]["solver"] = "an oracle\n\x1b[31m"
        content["claimed"]["versions"]["dratify"] = "99"

    found = examined(rewritten(place, boast))
    assert found.well
    assert "  claimed, not checked: who solved (an oracle \\x1b[31m), versions of software" in found.lines()[-1]


def holders(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401
    """The places of all objects in JSON data."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(data, dict):
        inside = list(data.items())
    elif isinstance(data, list):
        inside = list(enumerate(data))
    found = [at] if isinstance(data, dict) else []
    return found + [place for key, value in inside for place in holders(value, (*at, key))]


def test_an_unknown_key_anywhere_is_refused(place: Path) -> None:
    content = json.loads((place / RECORD).read_bytes())
    places = holders(content)
    assert {("claimed",), ("claimed", "versions"), ("lengths", 0, "claimed"), ("claim", "kind")} <= set(places)
    for at in places:

        def more(given: dict[str, Any], at: tuple[Any, ...] = at) -> None:
            inner: Any = given
            for key in at:
                inner = inner[key]
            inner["more"] = None

        found = examined(rewritten(place, more))
        assert len(found.wrong) == 1, at
        assert not found.held, at
        (place / RECORD).write_text(text(content))


Change = Callable[[dict[str, Any]], object]
SHAPES: dict[str, tuple[Change, str]] = {
    "bound of 10^9": (lambda c: c["claim"].update(bound=10**9), "claim.bound must be a whole number from 1 to 65536"),
    "one more": (lambda c: c["claim"].update(bound=65537), "claim.bound must be a whole number from 1 to 65536"),
    "digits": (lambda c: c["claim"].update(bound=10**3999), "claim.bound must be a whole number from 1 to 65536"),
    "no bound": (lambda c: c["claim"].pop("bound"), "claim.bound must be a whole number"),
    "no claim": (lambda c: c.update(claim=3), "claim must be an object"),
    "no lengths": (lambda c: c.update(lengths=None), "lengths must be a list"),
    "an old key": (lambda c: c.update(versions={}), "the record has the unknown key 'versions'"),
    "odd key": (lambda c: c.update({"a\u202e\n": 1}), "the record has the unknown key 'a\\u202e\\n'"),
    "a package": (lambda c: c["claimed"]["versions"].update(x="1"), "claimed.versions has the unknown key 'x'"),
    "a number": (lambda c: c["claimed"]["versions"].update(logbits=1), "claimed.versions.logbits must be a string"),
    "a witness": (lambda c: c["lengths"][0].update(witness=["0"]), "lengths[0]: a witness is for what is REFUTED"),
    "a certificate": (
        lambda c: c["lengths"][0].update(certificate={"about": "question", "cnf": "", "proof": ""}),
        "lengths[0]: a certificate about the question does not stand behind that",
    ),
    "no certificate": (lambda c: c["lengths"][0].update(evidence="proof"), "lengths[0]: evidence by proof needs"),
    "no evidence": (lambda c: c["lengths"][0].update(evidence=None), "lengths[0]: evidence is for what is VERIFIED"),
    "inside": (lambda c: c["lengths"][0].update(inside=["0"]), "lengths[0]: a word inside the language is for one"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_has_not_its_shape_is_one_line_with_its_place(name: str, place: Path) -> None:
    change, message = SHAPES[name]
    found = examined(rewritten(place, change))
    assert len(found.wrong) == 1
    assert f"'claim.json': {message}" in found.wrong[0]


BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "not UTF-8": (lambda _: b"\xff\xfe{}", "is not UTF-8, at byte 0"),
    "twice": (lambda data: data[:-2] + b',"claim":1}\n', "gives 'claim' twice in one object"),
    "deep": (lambda _: b'{"a":' * 10**6, "is nested more than 400 deep"),
    "brackets": (lambda _: b"[" * 10**6, "is nested more than 400 deep"),
    "digits": (
        lambda data: data.replace(b'"bound":3', b'"bound":' + b"9" * 10**6),
        "it holds the number 9999999999999999999999999999999999999999",
    ),
    "a float": (lambda data: data.replace(b'"bound":3', b'"bound":3.0'), "it holds the number 3.0"),
    "infinity": (lambda data: data.replace(b'"bound":3', b'"bound":Infinity'), "is not JSON"),
    "spaces": (lambda data: b" " + data, "is not the text that was written"),
    "empty": (lambda _: b"", "is not JSON"),
    "null": (lambda _: b"null\n", "it is no object"),
    "long": (lambda data: data + b" " * (MAX_BYTES + 1), "is longer than 64 MiB"),
    "no schema": (lambda _: b"{}\n", f"is not of schema {SCHEMA}"),
    "before": (
        lambda data: data.replace(SCHEMA.encode(), b"logbits/proofs/1"),
        f"is of schema 'logbits/proofs/1', and this version reads {SCHEMA}: run again",
    ),
    "after": (
        lambda data: data.replace(SCHEMA.encode(), b"logbits/proofs/99"),
        f"is of schema 'logbits/proofs/99', and this version reads {SCHEMA}: run again",
    ),
    "another": (lambda data: data.replace(SCHEMA.encode(), b"logbits/model/1"), f"is not of schema {SCHEMA}"),
}


@pytest.mark.parametrize("name", BYTES)
def test_what_is_no_record_is_one_line(name: str, place: Path) -> None:
    change, message = BYTES[name]
    found = examined(put(place, change((place / RECORD).read_bytes())))
    assert len(found.wrong) == 1
    assert found.wrong[0].startswith("'claim.json': ")
    assert message in found.wrong[0]
    assert len(found.wrong[0]) < 400


@pytest.mark.first(1)
@pytest.mark.parametrize("name", ["fifo", "folder", "socket", "device", "link", "loop", "nothing"])
def test_only_regular_files_are_read(
    name: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """From a pipe nobody would ever read to the end: the whole command must come back."""
    kept = tmp_path / "elsewhere.json"
    shutil.move(place / RECORD, kept)
    monkeypatch.chdir(place)  # paths of sockets are short
    match name:
        case "fifo":
            os.mkfifo(RECORD)
        case "folder":
            Path(RECORD).mkdir()
        case "socket":
            socket.socket(socket.AF_UNIX).bind(RECORD)
        case "device":
            Path(RECORD).symlink_to("/dev/zero")
        case "link":
            Path(RECORD).symlink_to(kept)
        case "loop":
            Path(RECORD).symlink_to(RECORD)
        case _:
            pass
    assert run(["recheck", str(place.parent), "--timeout", "60"]) == 1
    told = capsys.readouterr().out
    links = ("device", "link", "loop")
    why = "is a symbolic link, which is not followed" if name in links else "is no regular file"
    assert f"'claim.json': {'No such file or directory' if name == 'nothing' else why}" in told


def test_nothing_is_followed_out_of_the_folder(place: Path, tmp_path: Path) -> None:
    shutil.move(place, tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    [whole] = recheck(place.parent, 1, 60.0, 2048)
    assert whole.wrong == [
        f"'{place.name}': is missing, although claims.json lists it",
        f"'{place.name}': is a symbolic link, which is not followed",
    ]


# -- limits


@pytest.mark.slow
def test_a_record_that_takes_too_long_or_too_much_is_told(place: Path) -> None:
    [found] = recheck(place.parent, 1, 0.001, 2048)
    assert "could not be checked to its end: time limit reached" in found.wrong[0]
    nested = b'{"a":[' + b"[],[[1,2,3,4,5,6,7,8]]," * 2_500_000 + b"0]}\n"
    put(place, nested)
    [found] = recheck(place.parent, 1, 60.0, 256)
    assert "memory limit of 256 MiB reached" in found.wrong[0]


def slow(root: Path) -> None:
    """A record that takes minutes to check."""
    claim = Claim(CASES["most-frequent"].program, EXACT, parse("fixed(12)"), 400)
    folder(root, claim).mkdir()
    lengths = tuple(Decided(n, Status.VERIFIED, "enumeration") for n in range(1, 401))
    assert not write(root, claim, Verdict("most-frequent", "", "", "", 1, 400, lengths)).unkept


def children_of(pid: int) -> set[int]:
    """The processes that a process and its children have started."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # a thread may end while it is looked at
            for child in map(int, (task / "children").read_text().split()):
                found |= {child} | children_of(child)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_signal_ends_it_at_once_and_leaves_no_child(tmp_path: Path) -> None:
    slow(tmp_path)
    command = [sys.executable, "-c", "from logbits.verify.command.cli import main; main()", "recheck", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (below := children_of(process.pid)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    told, complaint = process.communicate(timeout=30)
    assert (process.returncode, told, complaint) == (130, "", "verify-precision: interrupted\n")
    assert time.monotonic() - begun < 10
    assert not {pid for pid in below if Path(f"/proc/{pid}").exists()}


@pytest.mark.slow
def test_a_time_limit_holds(tmp_path: Path) -> None:
    slow(tmp_path)
    begun = time.monotonic()
    [found] = recheck(tmp_path, 1, 4.0, 2048)
    assert time.monotonic() - begun < 20
    assert found.wrong[-1].endswith("could not be checked to its end: time limit reached")


# -- the list of claims


@pytest.mark.slow
def test_a_record_that_was_removed_is_missed(place: Path, capsys: Capture) -> None:
    root = place.parent
    verify(LAST, 2, bits=8, proofs=root)
    assert run(["recheck", str(root)]) == 0
    shutil.rmtree(place)
    assert run(["recheck", str(root)]) == 1
    assert f"'{place.name}': is missing, although claims.json lists it" in capsys.readouterr().out


def test_a_length_that_was_removed_is_missed(place: Path) -> None:
    """Also where the record is all right in itself: it is about fewer lengths than were asked about."""
    content = json.loads((place / RECORD).read_bytes())
    del content["digest"]
    content.update(first=2)
    content["lengths"][0].update(first=2)
    (place / RECORD).write_text(text(content | {"digest": digest(content)}))
    found = examined(place)
    assert found.wrong == ["'claim.json': is not the record that claims.json lists"]
    assert not found.missing


@pytest.mark.slow
def test_a_record_that_was_put_there_is_told(place: Path, tmp_path: Path) -> None:
    [other] = (each for each in (tmp_path / "other", place.parent) if each != place.parent)
    verify(LAST, 2, bits=8, proofs=other)
    [added] = (each for each in other.iterdir() if each.is_dir())
    shutil.copytree(added, place.parent / added.name)
    found = {each.place.name: each for each in recheck(place.parent, 1, 60.0, 2048)}
    assert found[place.name].well
    assert "is not listed in claims.json" in found[added.name].wrong[0]


def test_without_the_list_nobody_can_say_what_was_removed(place: Path) -> None:
    (place.parent / INDEX).unlink()
    record, whole = recheck(place.parent, 1, 60.0, 2048)
    assert record.well
    assert whole.wrong == ["'claims.json': is missing: nobody can say whether records were removed"]


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON"),
        (b"[" * 10**6, "is nested more than 400 deep"),
        (text({"schema": SCHEMA, "claims": []}).encode(), "must have the fields schema and claims"),
        (text({"schema": SCHEMA, "claims": {}, "more": 1}).encode(), "must have the fields schema and claims"),
        (text({"schema": SCHEMA, "claims": {"../x": None}}).encode(), "names of folders are letters"),
        (text({"schema": SCHEMA, "claims": {"x": 1}}).encode(), "claims.x: must be a SHA-256, or null"),
        (text({"schema": "logbits/proofs/2", "claims": {}}).encode(), "is of schema 'logbits/proofs/2'"),
    ],
)
def test_a_list_that_is_none_is_one_line(content: bytes, message: str, place: Path, capsys: Capture) -> None:
    """And no run adds to it."""
    (place.parent / INDEX).write_bytes(content)
    *_, whole = recheck(place.parent, 1, 60.0, 2048)
    assert len(whole.wrong) == 1
    assert message in whole.wrong[0]
    assert run(["--model", "last", "--n", "3", "--bits", "8", "--proofs", str(place.parent)]) == 2
    assert message in capsys.readouterr().err
    assert (place.parent / INDEX).read_bytes() == content


def test_records_of_another_version_are_one_line(place: Path, capsys: Capture) -> None:
    data = (place / RECORD).read_bytes()
    (place.parent / INDEX).unlink()
    (place / RECORD).write_bytes(data.replace(SCHEMA.encode(), b"logbits/proofs/1"))
    assert run(["recheck", str(place.parent)]) == 1
    head, line = capsys.readouterr().out.splitlines()
    assert head.startswith("FAILED  ")
    assert "is of schema 'logbits/proofs/1'" in line


def test_a_record_comes_back(made: tuple[Path, Verdict]) -> None:
    root, verdict = made
    claim = Claim(LAST, EXACT, parse("fixed(8)"), 3)
    record = parsed((folder(root, claim) / RECORD).read_bytes())
    assert (record.claim, record.first, record.status) == (claim, 1, "VERIFIED")
    assert [(each.first, each.last, each.evidence) for each in record.entries] == [(1, 3, verdict.evidence[0])]
    with pytest.raises(FormatError, match="it is no object"):
        parsed(b"[]")


def test_a_name_of_many_characters_is_shortened(tmp_path: Path) -> None:
    t = Builder("n" * 10_000, "01")
    verify(t.accept(t.symbol("1")), 2, bits=8, proofs=tmp_path)
    [found] = recheck(tmp_path, 1, 60.0, 2048)
    assert found.well
    assert max(map(len, found.lines())) < 400
