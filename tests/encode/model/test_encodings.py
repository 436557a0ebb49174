"""Positional encodings of weights: one file serves every length, by tables for each or by formulas."""

from __future__ import annotations

import itertools
import json
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from gmpy2 import mpq
from logbits import Status, load, verify
from logbits import save as save_program
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.model.serial import FormatError
from logbits.encode.model.textbook import transformer
from logbits.encode.program.position import i, n
from logbits.encode.program.program import Program, ProgramError
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.run import Reference

Nested = Sequence[Any]
LONGEST = 33


def single(value: Fraction) -> float:
    return struct.unpack("<f", struct.pack("<f", float(value)))[0]


def shape(tensor: Nested) -> list[int]:
    return [len(tensor), *(shape(tensor[0]) if isinstance(tensor[0], list) else [])]


def flat(tensor: Nested) -> list[float]:
    return [x for each in tensor for x in (flat(each) if isinstance(each, list) else [float(each)])]


def save(folder: Path, tensors: dict[str, Nested], about: dict[str, Any], name: str = "x") -> Path:
    header: dict[str, Any] = {}
    data = b""
    for key, tensor in tensors.items():
        values = flat(tensor)
        end = len(data) + 4 * len(values)
        header[key] = {"dtype": "F32", "shape": shape(tensor), "data_offsets": [len(data), end]}
        data += struct.pack(f"<{len(values)}f", *values)
    text = json.dumps(header).encode()
    (folder / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    (folder / f"{name}.json").write_text(json.dumps(about))
    return folder / f"{name}.json"


def cells(rows: int, columns: int, values: dict[tuple[int, int], float]) -> list[list[float]]:
    return [[values.get((r, c), 0) for c in range(columns)] for r in range(rows)]


def parity() -> tuple[dict[str, Nested], dict[str, Any]]:
    """Chiang and Cholak (2022) for parity, as torch stores it: eight coordinates, the encoding in 2 and 3.

    k/(n+1) and 1/(n+1) come from uniform heads; I = 1 at the place k is made by ReLU; two heads sum I over even and
    over odd places.
    """
    tensors: dict[str, Nested] = {
        "tok": cells(3, 8, {(1, 0): 1, (2, 1): 1}),  # a row for 0, 1 and EOS
        "one.in": cells(24, 8, {(16, 0): 1, (20, 1): 1}),
        "one.out": cells(8, 8, {(4, 0): 1, (5, 4): 1}),
        "one.up": cells(3, 8, {(r, c): v for r in range(3) for c, v in ((2, -1), (4, 1), (5, r - 1))}),
        "one.down": cells(8, 3, {(6, 0): 1, (6, 1): -2, (6, 2): 1}),
        "two.in": cells(24, 8, {(0, 1): 1, (4, 1): 1, (8, 3): 1, (12, 3): -1, (16, 6): 1, (20, 6): 1}),
        "two.out": cells(8, 8, {(7, 0): -1, (7, 4): 1}),
        "logit": cells(1, 8, {(0, 7): 1}),
    }

    def layer(name: str, ffn: bool) -> dict[str, Any]:
        maps = {role: {"weight": f"{name}.in", "outputs": [8 * k, 8 * k + 8]}
                for k, role in enumerate(("query", "key", "value"))}  # fmt: skip
        more = {"hidden": {"weight": f"{name}.up"}, "out": {"weight": f"{name}.down"}} if ffn else {}
        return {"heads": 2, **maps, "output": {"weight": f"{name}.out"}} | more

    about = {
        "schema": "logbits/weights/1",
        "name": "parity",
        "orientation": "out-in",
        "vocabulary": {"0": 0, "1": 1},
        "eos": 2,
        "tokens": "tok",
        "layers": [layer("one", True), layer("two", False)],
        "unembedding": {"weight": "logit"},
        "readout": {"is": "Decision", "greater": 0, "place": "eos"},
    }
    return tensors, about


def places(length: int, rows: int) -> list[list[float]]:
    """The encoding for one length, padded with what nobody reads."""
    table = cells(rows, 8, {(p, 2): single(Fraction(p, length + 1)) for p in range(length + 1)})
    for p in range(rows):
        table[p][3] = 1 - 2 * (p % 2) if p <= length else 99
    return table


def cube() -> list[list[list[float]]]:
    return [places(length, LONGEST + 1) for length in range(1, LONGEST + 1)]


def files(folder: Path) -> dict[str, Path]:
    tensors, about = parity()
    whole = about | {"positions": {"is": "ByLength", "tensor": "pos"}}
    several = {f"pos.{k}.weight": places(k, k + 1) for k in range(1, LONGEST + 1)}
    by_name = about | {"positions": {"is": "ByLength", "tensor": "pos.{n}.weight"}}
    formulas = about | {"columns": {"2": "(i - 1) / (n + 1)", "3": "(-1) ** (i - 1)"}}
    empty = [cells(1, 8, {(0, 0): 7})]
    from_zero = about | {"positions": {"is": "ByLength", "tensor": "pos", "first_length": 0}}
    beside = formulas | {"positions": "pos", "max_length": LONGEST}
    return {
        "whole": save(folder, tensors | {"pos": cube()}, whole, "whole"),
        "several": save(folder, tensors | several, by_name, "several"),
        "formulas": save(folder, tensors, formulas, "formulas"),
        "zero": save(folder, tensors | {"pos": [empty[0] * (LONGEST + 1), *cube()]}, from_zero, "zero"),
        "beside": save(folder, tensors | {"pos": cells(LONGEST + 1, 8, {(4, 2): 5})}, beside, "beside"),
    }


def test_one_file_serves_every_length(tmp_path: Path) -> None:
    """It computes parity at each length, and each way to write its positions is the same or the exact model."""
    programs = {name: load(path) for name, path in files(tmp_path).items()}
    assert programs["whole"] == programs["several"] == programs["zero"]
    assert programs["beside"].ops == programs["formulas"].ops
    save_program(programs["whole"], tmp_path / "saved.json")
    assert load(tmp_path / "saved.json") == programs["whole"]
    assert (programs["whole"].max_length, programs["formulas"].max_length) == (LONGEST, None)
    for program in (programs["whole"], programs["formulas"]):
        assert program.length_aware
        reference = Reference(program, EXACT, 12)
        for length in range(1, 6):
            for word in itertools.product("01", repeat=length):
                assert reference.run(word).outcome == (word.count("1") % 2 == 1)


@pytest.mark.parametrize("name", ["whole", "formulas"])
def test_bfloat_tells_parity_up_to_32(name: str, tmp_path: Path) -> None:
    """With 24, 26, 28, 30 and 32 ones among 33 it fails, and nowhere below: known by an emulation with fractions."""
    program = load(files(tmp_path)[name])
    pair = Pair(Claim(program, EXACT, parse("bf16 nearest-even"), LONGEST))
    for length in (8, 32, 33):
        broken = [k for k in range(length + 1) if pair.breaks("0" * (length - k) + "1" * k)]
        assert broken == ([24, 26, 28, 30, 32] if length == 33 else [])


@pytest.mark.slow
def test_the_first_length_at_which_bfloat_fails_is_found(tmp_path: Path) -> None:
    verdict = verify(load(files(tmp_path)["whole"]), n=33, arithmetic="bf16 nearest-even")
    assert verdict.status is Status.REFUTED
    assert "length 33 (shortest)" in str(verdict)


def test_a_column_that_is_the_same_at_every_length_is_a_table_of_places(tmp_path: Path) -> None:
    """So a causal model stays causal."""
    tensors, about = parity()
    constant = [[[row[0], row[1], 0, *row[3:]] for row in places(k, LONGEST + 1)] for k in range(1, LONGEST + 1)]
    program = load(
        save(tmp_path, tensors | {"pos": constant}, about | {"positions": {"is": "ByLength", "tensor": "pos"}})
    )
    assert not program.length_aware


def test_a_column_that_differs_at_one_length_reads_the_length(tmp_path: Path) -> None:
    tensors, about = parity()
    tables = [cells(5, 8, {(2, 2): 7} if k == 3 else {}) for k in range(1, 5)]
    made = load(save(tmp_path, tensors | {"pos": tables}, about | {"positions": {"is": "ByLength", "tensor": "pos"}}))
    assert made.length_aware
    for length in range(1, 5):
        assert (7 in Reference(made, EXACT, 4).run("0" * length).values[2]) == (length == 3)


@pytest.mark.parametrize("form", ["cube", "names", "matrix"])
def test_the_first_position_may_be_a_later_row(form: str, tmp_path: Path) -> None:
    tensors, about = parity()
    shift: dict[str, Any] = {"first_position": 2}
    rows = [[[9.0] * 8] * 2 + places(k, k + 1) for k in range(1, 5)]
    if form == "cube":
        rows = [[*each, *([[9.0] * 8] * (7 - len(each)))] for each in rows]
        tensors |= {"pos": rows}
        shift["positions"] = {"is": "ByLength", "tensor": "pos"}
    elif form == "names":
        tensors |= {f"pos{k}": each for k, each in enumerate(rows, 1)}
        shift["positions"] = {"is": "ByLength", "tensor": "pos{n}"}
    else:
        tensors |= {"pos": rows[-1]}
        shift["positions"] = "pos"
    run = Reference(load(save(tmp_path, tensors, about | shift)), EXACT, 4).run("0000")
    assert [*run.values[2]] == [mpq(Fraction(single(Fraction(p, 5)))) for p in range(5)]


def test_sinusoids_are_the_encoding_of_vaswani(tmp_path: Path) -> None:
    def coordinates(more: dict[str, Any]) -> list[tuple[Any, ...]]:
        tensors, about = parity()
        made = load(save(tmp_path, tensors, about | {"max_length": 6, "positions": {"is": "Sinusoid"} | more}))
        run = Reference(made, EXACT, 6).run("000000")
        return [tuple(run.values[k]) for k in range(8)]

    t = Builder("pe", "0", max_length=6, eos=True)
    for k in range(4):
        t.sinusoid(k, 8)
        t.sinusoid(k, 8, wave="cos")
    wanted = Reference(t.output(t.sinusoid(0, 8)), EXACT, 6).run("000000").values
    plain = coordinates({})
    assert [plain[c][:6] for c in range(2, 8)] == [tuple(wanted[c])[:6] for c in range(2, 8)]
    halves = coordinates({"order": "halves"})
    assert [halves[c][:6] for c in range(2, 8)] == [plain[c][:6] for c in (4, 6, 1, 3, 5, 7)]
    later = coordinates({"first": 2, "base": "10000"})
    assert [later[c][:4] for c in range(2, 8)] == [plain[c][2:6] for c in range(2, 8)]
    assert coordinates({"stored": "bf16 floor"})[2][1] == mpq(51, 512)  # of 0.0998


BY_LENGTH: dict[str, Any] = {"is": "ByLength", "tensor": "pos"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"positions": BY_LENGTH | {"tensor": "q"}}, "tensor 'q' is missing"),
        ({"positions": BY_LENGTH | {"tensor": "tok"}}, "tensor 'tok' must have the shape [any, any, 8], not [3, 8]"),
        ({"positions": BY_LENGTH | {"tensor": "pos.{n}"}}, "tensor 'pos.1' is missing"),
        ({"positions": BY_LENGTH | {"tensor": "odd.{n}"}}, "tensor 'odd.2' is missing"),
        ({"positions": BY_LENGTH | {"tensor": "{n}.{n}"}}, "a name with {n}, once, says itself which length"),
        ({"positions": BY_LENGTH | {"tensor": "p{n}", "first_length": 0}}, "a name with {n}, once, says itself"),
        ({"positions": BY_LENGTH | {"first_length": 2}}, "positions: first_length must be 0 or 1"),
        ({"positions": BY_LENGTH, "max_length": 5}, "the table of positions ends at n = 4"),
        ({"positions": BY_LENGTH, "first_position": 2}, "for length 3 has 3 rows from first_position on, and needs 4"),
        ({"positions": BY_LENGTH, "first_position": 9}, "first_position must be one of the 5 rows of the table"),
        ({"positions": {"is": "Table"}}, "positions: must be one of ByLength, Sinusoid"),
        ({"positions": {"is": "Sinusoid"}}, "max_length is missing: a Sinusoid is a table, which ends somewhere"),
        ({"positions": {"is": "Sinusoid", "base": 0}, "max_length": 3}, "positions: base must be positive"),
        ({"positions": {"is": "Sinusoid", "order": "odd"}}, "positions.order: must be one of neighbours, halves"),
        ({"positions": {"is": "Sinusoid", "stored": "bf16"}}, "positions: stored: 'bf16' does not say how it rounds"),
        (
            {"positions": {"is": "Sinusoid"}, "max_length": 1 << 20, "ignore": ["pos", "odd.1", "odd.3"]},
            "positions: 8 coordinates of 1048577 places are more than 262144 values",
        ),
        ({"columns": {"8": "i"}}, "columns: '8' must be one of the 8 coordinates, from 0, once"),
        ({"columns": {"x": "i"}}, "columns: 'x' must be one of the 8 coordinates"),
        ({"columns": {"1": "i", "01": "n"}}, "columns: '01' must be one of the 8 coordinates, from 0, once"),
        ({"columns": {"1": "j"}}, "columns['1']: no position expression: 'j' at character 1"),
        ({"columns": {"1": "choose(i: t)"}}, "columns['1']: no position expression: 't' at character 11"),
        ({"tables": {"t": []}}, "tables.t: must be a list of numbers"),
        ({"table": {}}, "table: unknown key: there are schema, name"),
        ({"positions": "pos"}, "tensor 'pos' must have the shape [any, 8], not [4, 5, 8]"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_encodings_that_do_not_fit_are_refused(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    tensors, about = parity()
    small = [places(length, 5) for length in range(1, 5)]
    more = {"pos": small, "odd.1": places(1, 2), "odd.3": places(3, 4)}
    with pytest.raises(FormatError) as caught:
        load(save(tmp_path, tensors | more, about | changes))
    assert message in str(caught.value)
    assert str(caught.value).isprintable()


def test_tables_for_length_0_alone_are_refused(tmp_path: Path) -> None:
    tensors, about = parity()
    with pytest.raises(FormatError, match="tensor 'pos' has a table for length 0 only"):
        load(save(tmp_path, tensors | {"pos": [places(1, 2)]}, about | {"positions": BY_LENGTH | {"first_length": 0}}))


def test_a_table_that_is_named_serves_columns(tmp_path: Path) -> None:
    tensors, about = parity()
    formulas = {"columns": {"3": "choose(1 + i mod 2: sign)"}, "tables": {"sign": [-1, "1/2"]}}
    run = Reference(load(save(tmp_path, tensors, about | formulas)), EXACT, 3).run("000")
    assert [*run.values[2]][:3] == [mpq(1, 2), -1, mpq(1, 2)]  # the coordinate 2 is nowhere


def test_matrices_take_expressions_as_positions() -> None:
    def made(positions: Any) -> Program:  # noqa: ANN401
        t = Builder("expressions", "ab", max_length=4)
        return t.output(transformer(t, {"a": [1, 0], "b": [0, 1]}, positions, [])[0])

    run = Reference(made([i / n, i - 1]), EXACT, 4).run("aaaa")
    assert [*run.values[0]] == [mpq(5, 4), mpq(3, 2), mpq(7, 4), 2]
    for wrong in ([i], [i, i, i], [i, [1, 2]]):
        with pytest.raises(ProgramError, match="positions must be 2 expressions, or rows of 2 numbers"):
            made(wrong)
