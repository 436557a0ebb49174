"""Programs as JSON for people: what is written is read back, and all faults are told, each with its place."""

from __future__ import annotations

import copy
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st
from logbits.cases.catalogue import CASES
from logbits.cases.weights import FILES, weighted
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.model import jsontext, modelfile
from logbits.encode.model.load import MAX_BYTES, load
from logbits.encode.model.serial import FormatError
from logbits.encode.program.program import Program
from logbits.verify.command import cli
from logbits.verify.reference.run import Reference
from support.paths import ROOT
from support.random_questions import instance

Capture = pytest.CaptureFixture[str]

HALF: dict[str, Any] = {
    "schema": "logbits/model/1",
    "name": "half",
    "alphabet": ["0", "1"],
    "ops": [
        {"name": "is 1", "is": "Embed", "table": {"0": 0, "1": 1}},
        {"name": "share", "is": "Attend", "value": "is 1", "mask": "none", "ties": "uniform"},
    ],
    "readout": {"is": "Accept", "form": {"const": "-1/2", "terms": [[1, "share"]]}, "place": "last"},
}


def read(data: object) -> Program:
    return modelfile.read(jsontext.parse(json.dumps(data).encode()))


def back(program: Program) -> Program:
    return modelfile.read(jsontext.parse(modelfile.write(program).encode()))


def same(a: Program, b: Program) -> bool:
    return a == b and (a.formula, a.source) == (b.formula, b.source)


@pytest.mark.parametrize("name", CASES)
def test_every_case_comes_back(name: str) -> None:
    assert same(back(CASES[name].program), CASES[name].program)


@pytest.mark.parametrize("name", FILES)
def test_models_with_weights_come_back(name: str) -> None:
    assert same(back(weighted(name).program), weighted(name).program)


@pytest.mark.first(25)
@pytest.mark.parametrize("seed", range(200))
def test_random_programs_come_back(seed: int) -> None:
    program = instance(seed).program
    assert same(back(program), program)


def test_a_program_as_a_person_writes_it() -> None:
    program = read(HALF)
    assert (program.names, program.bos, program.max_length) == (("is 1", "share"), False, None)
    assert program.ops == CASES["majority-affine"].program.ops
    assert program.readout == CASES["majority-affine"].program.readout


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    data = copy.deepcopy(HALF)
    change(data)
    return data


def at(*path: str | int, value: object) -> dict[str, Any]:
    data = copy.deepcopy(HALF)
    holder: Any = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        ([], ["the document: must be an object"]),
        ({}, ["schema: must be 'logbits/model/1'", "ops: is missing", "name: is missing", "readout: is missing"]),
        (at("schema", value="logbits/model/2"), ["schema: must be 'logbits/model/1'"]),
        (at("more", value=1), ["more: unknown key: there are schema, name, alphabet, ops, readout, bos"]),
        (at("names", value=[]), ["names: unknown key: there are schema, name"]),
        (at("bos", value=1), ["bos: must be bool, not int"]),
        (at("alphabet", value=["0", "0"]), ["a symbol occurs twice in the alphabet"]),
        (at("alphabet", value="01"), ["alphabet: must be a list"]),
        (at("alphabet", 1, value="\x1b[2J"), ["alphabet[1]: '\\x1b[2J' has characters that cannot be printed"]),
        (at("name", value="a\nb"), ["name: 'a\\nb' has characters that cannot be printed"]),
        (at("formula", value="\ud800"), ["formula: '\\ud800' has characters that cannot be printed"]),
        (at("ops", 0, value=3), ["ops[0]: must be an object"]),
        (at("ops", 0, "is", value="Round"), ["ops[0].is: must be one of Embed, Affine, Product"]),
        (at("ops", 0, "is", value=[]), ["ops[0].is: must be one of Embed"]),
        (at("ops", 0, "name", value=None), ["ops[0].name: must be str, not NoneType"]),
        (at("ops", 1, "name", value="is 1"), ["ops[1]: 'is 1' is the name of ops[0] too: give one of them another id"]),
        (at("ops", 0, "more", value=1), ["ops[0].more: unknown key: there are table"]),
        (at("ops", 0, "table", value=[]), ["ops[0].table: must be an object"]),
        (at("ops", 0, "table", "2", value=1), ["operation 0 (is 1) must give a value for each symbol, once"]),
        (at("ops", 0, "table", "1", value=0.1), ["ops[0].table['1']: write \"0.1\", a string, which is exact"]),
        (
            at("ops", 0, "table", "1", value="exit()"),
            ["ops[0].table['1']: no position expression: 'exit' at character"],
        ),
        (at("ops", 0, "table", "1", value=True), ["ops[0].table['1']: must be a number, such as 2"]),
        (at("ops", 1, "value", value="are 1"), ["ops[1].value: no operation is named 'are 1'"]),
        (at("ops", 1, "value", value=0), ["ops[1].value: must be the name of an operation, as a string"]),
        (at("ops", 1, "value", value="share"), ["ops[1].value: 'share' does not come before it"]),
        (at("ops", 1, "mask", value="future"), ["ops[1].mask: must be one of none, causal, strict"]),
        (at("ops", 1, "ties", value="hard"), ["operation 1 (share): uniform attention, and only it, has no score"]),
        (at("ops", 1, "mean", value=3), ["ops[1].mean: is put in by the arithmetic, and not written"]),
        (at("readout", "form", "terms", 0, value=[1]), ["readout.form.terms[0]: must have 2 entries"]),
        (at("readout", "form", "terms", 0, 0, value=1.5), ['readout.form.terms[0][0]: write "1.5", a string']),
        (at("readout", "form", "const", value="1/0"), ["readout.form.const: not a number: '1/0'"]),
        (at("readout", "form", "const", value="1e9"), ["readout.form.const: not a number: '1e9'"]),
        (at("readout", "is", value="Reject"), ["readout: must be one of Accept, Outputs, Attended"]),
        (at("readout", "place", value="bos"), ["the readout is at BOS, which the model does not have"]),
        (at("ranges", value={"share": [1, 0]}), ["the range declared for share is empty"]),
        (at("ranges", value={"none": [0, 1]}), ["ranges: no operation is named 'none'"]),
        (at("max_length", value=0), ["max_length must be at least 1"]),
        (
            changed(lambda d: (d["ops"][0]["table"].update({"1": 0.5}), d["ops"][1].update(value="x"), d.pop("name"))),
            ["ops[0].table['1']: write", "ops[1].value: no operation", "name: is missing"],
        ),
    ],
    ids=lambda value: value[0][:50] if isinstance(value, list) and value else "",
)
def test_all_faults_are_told_with_their_places(data: object, messages: list[str]) -> None:
    with pytest.raises(FormatError) as caught:
        read(data)
    for message in messages:
        assert message in str(caught.value)
    assert len(str(caught.value).split("; ")) <= 12
    assert "__init__" not in str(caught.value)


def test_many_faults_are_one_line() -> None:
    data = at("readout", "form", "terms", value=[[1.5, "x"]] * 1000)
    with pytest.raises(FormatError, match=r"; and 1988 more$"):
        read(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("is", "name", "ops")), inner),
    max_leaves=6,
)


@given(st.data())
def test_anything_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    document = copy.deepcopy(HALF)
    holder: Any = document
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        inside = holder[key]
        if not isinstance(inside, (dict, list)) or not inside or data.draw(st.booleans()):
            break
        holder = inside
    holder[key] = data.draw(JSON)
    fault, made = "", None
    try:
        made = read(document)
    except FormatError as error:
        fault = str(error)
    assert fault.isprintable()
    assert made is None or same(back(made), made)


@given(st.binary(max_size=60) | st.text('{}[]":,0123456789.eE-+ \\tfn', max_size=40).map(str.encode))
def test_any_bytes_are_json_or_refused(data: bytes) -> None:
    fault = ""
    try:
        jsontext.parse(data)
    except jsontext.JsonError as error:
        fault = str(error)
    assert fault.isprintable()


# -- files


@pytest.mark.first(2)
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.json", b"", "is not JSON: line 1, column 1"),
        ("x.json", b"\xff\xfe{\x00}\x00", "is not UTF-8, at byte 0"),
        ("x.json", b"\xef\xbb\xbf{}", "is not JSON: line 1, column 1: Unexpected UTF-8 BOM"),
        ("x.json", b"[1]", "the document must be an object"),
        ("x.json", b"{}", "\"schema\" must be 'logbits/model/1' for a program or 'logbits/weights/1' for weights"),
        ("x.json", b'{"schema": {"a": []}}', '"schema" must be'),
        ("x.json", b'{"schema": "logbits/model/1", "name": 1, "name": 2}', "gives 'name' twice in one object"),
        ("x.json", b"[" * 100_000, "is nested more than 16 deep"),
        ("x.json", b'{"schema": "logbits/model/1", "max_length": ' + b"9" * 10**6 + b"}", "a number of 1000000 digits"),
        ("x.json", b'{"schema": "logbits/model/1", "max_length": 1e999999999}', 'write "1e999999999", a string'),
        ("x.json", b"\x80\x04\x95\x0b\x00", "is a pickle, whatever its name says; save with safetensors"),
        ("x.json", b"PK\x03\x04" + b"\0" * 50, "is a zip file, such as torch.save writes"),
        ("x.safetensors", b"\x80\x02}q\x00.", "cannot be read: No such file"),
        ("x.json", b" " * (MAX_BYTES + 1), "is longer than 4 MiB"),
        ("x.txt", b"{}", "must end in .json or .safetensors"),
        ("x.pt", b"{}", "pickles run code when they are loaded: save with safetensors"),
        ("x.PTH", b"{}", "pickles run code"),
        ("x.onnx", b"", "ONNX holds a graph of operations, which is not read"),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_wrong_files_are_one_line_and_status_2(
    name: str, content: bytes, message: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    for arguments in (["--model", str(file), "--n", "3", "--bits", "8"], ["show", str(file)]):
        assert cli.run(arguments) == 2
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)
        assert message in told.err
        assert len(told.err) < 2000


def test_what_is_no_file_is_refused(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "device.json").symlink_to("/dev/zero")
    (tmp_path / "endless.json").write_bytes(b"")
    with (tmp_path / "endless.json").open("r+b") as file:
        file.truncate(1 << 40)
    for name, message in (
        ("folder.json", "is no regular file"),
        ("device.json", "is no regular file"),
        ("endless.json", "is longer than 4 MiB"),
        ("missing.json", "cannot be read: No such file or directory"),
        ("a\0.json", "cannot be read"),
        ("x" * 5000 + ".json", "cannot be read"),
    ):
        with pytest.raises(FormatError, match=message):
            load(f"{tmp_path}/{name}")
    assert cli.run(["--model", f"{tmp_path}/folder.json", "--n", "3", "--bits", "8"]) == 2
    assert "is no regular file" in capsys.readouterr().err


def test_a_tower_of_powers_is_a_wrong_request(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "tower.json"
    file.write_text(json.dumps(at("ops", 0, "table", "1", value="((9**4096)**4096)**4096")))
    assert cli.run(["--model", str(file), "--n", "3", "--bits", "8"]) == 2
    assert "cannot raise to that power" in capsys.readouterr().err


@pytest.mark.slow
def test_export_writes_what_model_reads(tmp_path: Path, capsys: Capture) -> None:
    file = str(tmp_path / "dyck1.json")
    assert cli.run(["export", "dyck1", "--format", "json", "--output", file]) == 0
    assert same(load(file), CASES["dyck1"].program)
    assert cli.run(["export", file, "--format", "json"]) == 0
    assert capsys.readouterr().out == Path(file).read_text()
    assert cli.run(["export", "dyck1", "--format", "json", "--n", "3"]) == 2
    assert "leave out" in capsys.readouterr().err


@pytest.mark.slow
def test_a_file_is_a_model_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    Path("half.json").write_text(json.dumps(HALF))
    assert cli.run(["--model", "half.json", "--n", "4", "--bits", "2", "--json", "--proofs", "proofs"]) == 1
    document = capsys.readouterr().out
    [verdict] = json.loads(document)["verdicts"]
    assert (verdict["model"], verdict["file"]) == ("half", "half.json")
    Path("verdicts.json").write_text(document)
    assert cli.run(["replay", "verdicts.json"]) == 2
    assert "'half' was read from a file: give it with --model, as 'half.json'" in capsys.readouterr().err
    assert cli.run(["replay", "verdicts.json", "--model", "half.json"]) == 1
    assert "this word breaks the claim" in capsys.readouterr().out
    assert cli.run(["recheck", "proofs"]) == 0
    assert cli.run(["--model", "last", "--n", "3", "--bits", "8", "--assume", "./half.json"]) == 0
    assert "that half accepts" in capsys.readouterr().out
    assert cli.run(["show", "half.json"]) == 0
    assert cli.run(["export", "half.json", "--n", "3", "--length", "2", "--bits", "8"]) == 0
    Path("other.json").write_text(json.dumps(HALF))
    capsys.readouterr()
    assert cli.run(["--model", "half.json", "--model", "other.json", "--n", "4", "--bits", "2"]) == 2
    assert "2 of the models are named 'half'" in capsys.readouterr().err


def test_a_document_opens_no_file(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "m.json").write_text(json.dumps(HALF))
    witness = {"schema": "logbits/witness/1", "model": str(tmp_path / "m.json"), "arithmetic": "lit", "bound": 3}
    (tmp_path / "w.json").write_text(json.dumps(witness | {"word": ["0"]}))
    assert cli.run(["replay", str(tmp_path / "w.json")]) == 2
    assert "was read from a file: give it with --model" in capsys.readouterr().err


def test_numbers_may_be_written_in_each_exact_way() -> None:
    for value, number in ((2, mpq(2)), ("2", mpq(2)), ("0.25", mpq(1, 4)), ("-1/3", mpq(-1, 3)), ("10/4", mpq(5, 2))):
        program = read(at("readout", "form", "const", value=value))
        assert program.readout.form.const == number  # type: ignore[union-attr]


def test_the_documents_of_the_documentation_are_read(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "models.md").read_text()
    blocks = re.findall(r"^    \{\n(?:    .*\n)*?    \}$", text, re.MULTILINE)
    before, program, weights = (json.loads(block) for block in blocks)
    assert [read(each).name for each in (before, program)] == ["before-last", "starts-with-its-end"]
    reference = Reference(read(before), EXACT, 16)
    for word in itertools.product("ab", repeat=6):
        assert reference.run(word).outcome == (word[-2] == "b")
    (tmp_path / "x.json").write_text(json.dumps(weights))
    (tmp_path / "x.safetensors").write_bytes(FILES["trained-first"].with_suffix(".safetensors").read_bytes())
    assert replace(load(tmp_path / "x.json"), name="trained-first") == weighted("trained-first").program
