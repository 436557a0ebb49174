"""Weights from safetensors files: exact, in the shapes that a configuration says, or refused with one line."""

from __future__ import annotations

import itertools
import json
import random
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from logbits.cases.tracr_sources import SOURCES
from logbits.cases.weights import FILES, weighted
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.model import tensors, tracr
from logbits.encode.model.load import load
from logbits.encode.model.serial import FormatError
from logbits.verify.reference.run import Reference

TRACR = [name for name in FILES if name.startswith("tracr-")]


def stored(specs: dict[str, tuple[str, list[int], bytes]], **more: object) -> bytes:
    """A safetensors file: name to type, shape and bytes."""
    header: dict[str, object] = {}
    start = 0
    for name, (kind, shape, data) in specs.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, start + len(data)]}
        start += len(data)
    text = json.dumps(header | more).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(data for _, _, data in specs.values())


def singles(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


# -- numbers


@pytest.mark.parametrize(
    ("kind", "data", "values"),
    [
        ("F32", singles(0.0, -0.0, 1.0, -2.5, 0.1), ["0", "0", "1", "-5/2", "13421773/134217728"]),
        ("F32", struct.pack("<3I", 1, 0x7F7FFFFF, 0x00800000), [f"1/{2**149}", str((2**24 - 1) << 104), f"1/{2**126}"]),
        ("F16", struct.pack("<4H", 0x3C00, 0xC000, 0x0001, 0x7BFF), ["1", "-2", f"1/{2**24}", "65504"]),
        ("BF16", struct.pack("<3H", 0x3F80, 0xBFC0, 0x0001), ["1", "-3/2", f"1/{2**133}"]),
        ("F64", struct.pack("<3d", 0.1, -1e300, 5e-324), [str(Fraction(0.1)), str(Fraction(-1e300)), f"1/{2**1074}"]),
    ],
)
def test_each_number_is_the_rational_that_it_is(kind: str, data: bytes, values: list[str]) -> None:
    read = tensors.read(stored({"x": (kind, [len(values)], data)}))
    assert read.vector("x") == [mpq(value) for value in values]


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_singles_are_exact(values: list[float]) -> None:
    read = tensors.read(stored({"x": ("F32", [1, len(values)], singles(*values))}))
    assert read.matrix("x") == [[mpq(Fraction(value)) for value in values]]


@pytest.mark.parametrize(
    ("value", "message"),
    [(float("nan"), "is not a number (NaN) at [1, 0]"), (float("-inf"), "is -infinite at [1, 0]")],
)
def test_what_is_no_number_is_told_with_its_place(value: float, message: str) -> None:
    read = tensors.read(stored({"x": ("F32", [2, 2], singles(0, 0, value, 0))}))
    assert read.matrix("x") is None
    assert read.faults == [f"tensor 'x' {message}"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it has 0 bytes"),
        (b"1234567", "it has 7 bytes"),
        (struct.pack("<Q", 2**63), "its header would have 9223372036854775808 bytes, of 8 in all"),
        (struct.pack("<Q", 100) + b"{}", "its header would have 100 bytes"),
        (struct.pack("<Q", 2) + b"[]", "its header is no object"),
        (struct.pack("<Q", 2) + b"{\xff", "its header is not UTF-8"),
        (struct.pack("<Q", 30) + b"[" * 30, "its header is nested more than 16 deep"),
        (struct.pack("<Q", 15) + b'{"a": 1,"a": 1}', "its header gives 'a' twice"),
        (stored({"x": ("I64", [1], b"\0" * 8)}), "tensor 'x' holds 'I64': F16, BF16, F32, F64 can be read"),
        (stored({"x": ("F32", [2**40, 0], b"")}), "tensor 'x' must have one, two or three dimensions, not the shape"),
        (stored({"x": ("F32", [2**60], singles(1))}), "tensor 'x' must have one, two or three dimensions"),
        (stored({"x": ("F32", [1, 1, 1, 1], singles(1))}), "tensor 'x' must have one, two or three dimensions"),
        (stored({"x": ("F32", [-1], singles(1))}), "tensor 'x' must have one, two or three dimensions"),
        (stored({"x": ("F32", [2], singles(1))}), "is no safetensors file"),
        (stored({"x": ("F32", [1], singles(1))})[:-1], "is no safetensors file"),
        (stored({"x": ("F32", [1], singles(1))}) + b"\0", "is no safetensors file"),
        (stored({"\x1b": ("F32", [1], singles(1))}), "its header does not say what '\\x1b' is"),
        (
            stored({}, x={"dtype": "F32", "shape": [1], "data_offsets": [0, 2**62]}) + singles(1),
            "is no safetensors file",
        ),
        (stored({}, x={"dtype": "F32", "shape": [1]}) + singles(1), "is no safetensors file"),
        (stored({}, x=3), "its header does not say what 'x' is"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_wrong_tensors_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        tensors.read(data)
    assert message in str(caught.value)


# -- what Tracr compiled


def decoded(name: str, outcome: Sequence[object]) -> list[Any]:
    """Outputs as the samples have them."""
    values = json.loads(FILES[name].read_text())["output"]["values"]
    if values is None:
        return list(outcome)
    labels = {tracr.label(value): value for value in values}
    return [labels[str(each)] for each in outcome]


@pytest.mark.parametrize("name", TRACR)
def test_the_exact_run_gives_what_the_compiled_model_gave(name: str) -> None:
    """Where the RASP program leaves an output undefined, softmax lets traces decide and saturation does not."""
    program = weighted(name).program
    reference = Reference(program, EXACT, program.max_length or 0)
    for example in json.loads(FILES[name].read_text())["examples"]:
        outcome = reference.run(tuple(map(str, example["input"]))).outcome
        assert not isinstance(outcome, bool)
        found = decoded(name, outcome)
        for value, sample, wanted in zip(found, example["model"], example["program"], strict=True):
            if isinstance(sample, float):
                assert abs(value - mpq(Fraction(sample))) < mpq(1, 10**6)
            elif wanted is not None:
                assert value == sample


FIRST_DIFFERENCE = {"tracr-length": 10}
"""The least length at which the weights and the RASP program differ, where they do."""


@pytest.mark.first(1)
@pytest.mark.parametrize("name", TRACR)
def test_the_weights_compute_their_program(name: str) -> None:
    """On every word up to a small length; of `length`, which looks at no symbol, on one word of each length."""
    program, source = weighted(name).program, SOURCES[name.replace("tracr", "rasp")]()
    assert (source.alphabet, source.max_length) == (program.alphabet, program.max_length)
    assert getattr(source.readout, "labels", ()) == getattr(program.readout, "labels", ())
    longest = program.max_length or 0
    runs = [Reference(each, EXACT, longest) for each in (program, source)]
    alphabet = program.alphabet if name != "tracr-length" else program.alphabet[:1]
    bound = longest if len(alphabet) == 1 else min(longest, 6 if len(alphabet) == 2 else 4)
    for length in range(1, bound + 1):
        different = False
        for word in itertools.product(alphabet, repeat=length):
            weights, rasp = (run.run(word).outcome for run in runs)
            # Numbers are those of float32 weights, of which some are near 1 and not 1.
            different = different or weights != rasp
        assert different == (length >= FIRST_DIFFERENCE.get(name, 99)), length


def test_either_file_names_both() -> None:
    for name in FILES:
        assert load(FILES[name]) == load(FILES[name].with_suffix(".safetensors"))


@pytest.mark.slow
def test_what_was_trained_computes_its_task_on_every_word() -> None:
    program = weighted("trained-first").program
    reference = Reference(program, EXACT, 10)
    for length in range(1, 9):
        for word in itertools.product("01", repeat=length):
            assert reference.run(word).outcome == (word[0] == "1")


# -- configurations


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    for suffix in (".json", ".safetensors"):
        (tmp_path / f"x{suffix}").write_bytes(FILES["trained-first"].with_suffix(suffix).read_bytes())
    return tmp_path / "x.json"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"more": 1}, "more: unknown key: there are schema, name, vocabulary"),
        ({"layer_norm": True}, "layer_norm: layer normalisation divides by a root of activations"),
        ({"orientation": "out"}, "orientation: must be one of out-in, in-out"),
        ({"orientation": "in-out"}, "tensor 'query.weight' must have the shape [6, any], not [4, 6]"),
        ({"vocabulary": {"0": 0, "1": 2}}, "the row of '1' must be one of the 2 of the embedding, not 2"),
        ({"vocabulary": {"0": 0, "BOS": 1}}, "BOS and EOS cannot be symbols of words"),
        ({"vocabulary": {"0": 0, "\n": 1}}, "has characters that cannot be printed"),
        ({"vocabulary": {}}, "the alphabet is empty"),
        ({"vocabulary": {"0": 0.0, "1": 1}}, "vocabulary['0']: write \"0.0\", a string"),
        ({"tokens": "embedding"}, "tensor 'embedding' is missing"),
        ({"tokens": "embedding"}, "tensor 'tokens.weight' has no role: give it one, or name it under \"ignore\""),
        ({"positions": None}, "tensor 'positions.weight' has no role"),
        ({"positions": "query.weight"}, "tensor 'positions.weight' has no role"),
        ({"max_length": 11}, "the table of positions ends at n = 10, so that max_length must be given"),
        ({"first_position": 10}, "first_position must be one of the 10 rows of the table of positions, not 10"),
        ({"first_position": -1}, "first_position must be one of the 10 rows"),
        ({"activation": "gelu"}, "activation: must be one of relu"),
        ({"layers": []}, "tensor 'query.weight' has no role"),
        ({"layers": [{}]}, "layers[0].query: is missing; layers[0].key: is missing"),
        (
            {"unembedding": {"weight": "unembed.weight", "bias": "tokens.weight"}},
            "'tokens.weight' must have",
        ),
        ({"readout": {"is": "Decision", "greater": 2}}, "readout.greater must be one of the 2 logits, not 2"),
        ({"readout": {"is": "Classes", "labels": ["a"]}}, "readout.labels must name the 2 logits, not 1"),
        ({"readout": {"is": "Classes", "labels": ["a", "b", "c"]}}, "readout.labels must name the 2 logits, not 3"),
        ({"readout": {"is": "Classes", "labels": ["a", "a"]}}, "a label occurs twice"),
        ({"readout": {"is": "Number", "logit": -1}}, "readout.logit must be one of the 2 logits, not -1"),
        ({"readout": {}}, "readout: must be one of Decision, Classes, Number"),
        ({"bos": 7}, "the row of 'BOS' must be one of the 2 of the embedding, not 7"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_configurations_that_do_not_fit_are_refused(changes: dict[str, Any], message: str, trained: Path) -> None:
    trained.write_text(json.dumps(json.loads(trained.read_text()) | changes))
    with pytest.raises(FormatError) as caught:
        load(trained)
    assert message in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"heads": 3}, "layers[0].heads: the sizes are no multiples of 3"),
        ({"heads": 0}, "layers[0].heads: the sizes are no multiples of 0"),
        ({"out": None}, "layers[0]: hidden and out come together or not at all"),
        ({"query": {"weight": "query.weight", "outputs": [0, 9]}}, "'query.weight' has no outputs 0..8"),
        (
            {"query": {"weight": "query.weight", "bias": "query.bias", "outputs": [0, 2]}},
            "has queries of size 2",
        ),
        (
            {"value": {"weight": "value.weight", "bias": "unembed.bias"}},
            "'unembed.bias' must have the shape [4]",
        ),
        ({"norm1": "x"}, "layers[0].norm1: layer normalisation divides"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_layers_that_do_not_fit_are_refused(changes: dict[str, Any], message: str, trained: Path) -> None:
    about = json.loads(trained.read_text())
    about["layers"][0] |= changes
    trained.write_text(json.dumps(about))
    with pytest.raises(FormatError) as caught:
        load(trained)
    assert message in str(caught.value)


def test_parts_of_a_larger_map_and_orientations_are_the_same_model(trained: Path) -> None:
    """As torch's MultiheadAttention packs them, and transposed."""
    held = tensors.read(trained.with_suffix(".safetensors").read_bytes())
    about = json.loads(trained.read_text())
    specs: dict[str, tuple[str, list[int], bytes]] = {}
    for name, spec in held.specs.items():
        specs[name] = (spec["dtype"], spec["shape"], bytes(spec["data"]))
    packed = [specs.pop(f"{role}.weight") for role in ("query", "key", "value")]
    biases = [specs.pop(f"{role}.bias") for role in ("query", "key", "value")]
    specs["in.weight"] = ("F32", [12, 6], b"".join(data for _, _, data in packed))
    specs["in.bias"] = ("F32", [12], b"".join(data for _, _, data in biases))
    for place, role in enumerate(("query", "key", "value")):
        about["layers"][0][role] = {"weight": "in.weight", "bias": "in.bias", "outputs": [4 * place, 4 * place + 4]}
    before = load(trained)
    trained.write_text(json.dumps(about))
    trained.with_suffix(".safetensors").write_bytes(stored(specs))
    assert load(trained) == before

    for name, (kind, shape, data) in specs.items():
        if len(shape) == 2 and name not in ("tokens.weight", "positions.weight"):
            cells = [data[k : k + 4] for k in range(0, len(data), 4)]
            columns = [cells[k :: shape[1]] for k in range(shape[1])]
            specs[name] = kind, shape[::-1], b"".join(b"".join(column) for column in columns)
    trained.write_text(json.dumps(about | {"orientation": "in-out"}))
    trained.with_suffix(".safetensors").write_bytes(stored(specs))
    assert load(trained) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_seq_len": 13}, "tensor 'pos_embed/embeddings' must have the shape [14, 31], not [13, 31]"),
        ({"num_layers": 2}, "tensor 'transformer/layer_1/attn/query/w' is missing"),
        ({"num_layers": 10**9}, "num_layers and num_heads must be at most 1000"),
        ({"key_size": 3}, "tensor 'transformer/layer_0/attn/query/w' must have the shape [31, 3], not [31, 4]"),
        ({"mlp_hidden_size": 1}, "must have the shape [31, 1], not [31, 26]"),
        ({"layer_norm": True}, "layer_norm: layer normalisation is not supported"),
        ({"bos": "START"}, "vocabulary: bos or pad is not in it"),
        ({"vocabulary": {"BOS": 0, "PAD": 1, "a": 2, "b": 2}}, "vocabulary: the rows must be 0, 1, … in some order"),
        ({"residual_labels": ["x"]}, "output.residual_indices: there are 1"),
        (
            {"output": {"kind": "numerical", "residual_indices": [0], "values": [1]}},
            "output.values: a list iff",
        ),
        ({"output": {"kind": "categorical", "residual_indices": [0, 1], "values": [1, 1]}}, "a value occurs twice"),
        ({"unknown": 1}, "unknown: unknown key"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_configurations_of_tracr_that_do_not_fit_are_refused(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    file = FILES["tracr-length"]
    (tmp_path / "x.json").write_text(json.dumps(json.loads(file.read_text()) | changes))
    (tmp_path / "x.safetensors").write_bytes(file.with_suffix(".safetensors").read_bytes())
    with pytest.raises(FormatError) as caught:
        load(tmp_path / "x.json")
    assert message in str(caught.value)


@settings(deadline=None)
@given(st.sampled_from((".json", ".safetensors")), st.integers(0, 2**32))
def test_files_with_a_few_other_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("mutated")
    draw = random.Random(seed)
    for each in (".json", ".safetensors"):
        data = bytearray(FILES["trained-first"].with_suffix(each).read_bytes())
        if each == suffix:
            for _ in range(draw.randint(1, 4)):
                place = draw.randrange(len(data) if draw.random() < 0.5 else min(len(data), 900))
                match draw.randrange(4):
                    case 0:
                        data[place] ^= 1 << draw.randrange(8)
                    case 1:
                        del data[place : place + draw.randint(1, 40)]
                    case 2:
                        data[place:place] = data[draw.randrange(len(data)) :][: draw.randint(1, 20)]
                    case _:
                        data[place] = draw.choice(b'0123456789"[]{},:-e')
        (folder / f"x{each}").write_bytes(data)
    fault = ""
    try:
        load(folder / "x.json")
    except FormatError as error:
        fault = str(error)
    assert fault.isprintable()
