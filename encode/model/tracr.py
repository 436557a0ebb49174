"""Models that Tracr compiled (Lindner et al. 2023): its tensors and configuration, read as saturated attention.

The configuration is the JSON that comes with the weights: sizes, vocabulary, which coordinates of x are the output and
what they mean. Tensors are `token_embed/embeddings`, `pos_embed/embeddings` and, in each layer,
`attn/{query,key,value,linear}/{w,b}` and `mlp/linear_{1,2}/{w,b}`, as [inputs, outputs]; BOS is at position 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from ..program.program import BOS, Program, ProgramError
from .build import Builder
from .modelfile import listed
from .serial import FormatError, PlainReader
from .tensors import Tensors
from .textbook import Layer, Linear, transformer
from .weights import split

MARK = "mlp_exactness"
"""A field that only these configurations have: they name no schema."""


@dataclass(frozen=True)
class Output:
    """Which coordinates of x are the output: a number, or one for each of `values`, of which the first greatest is."""

    kind: Literal["categorical", "numerical"]
    residual_indices: tuple[int, ...]
    values: tuple[str | int | bool, ...] | None


@dataclass(frozen=True)
class Configuration:
    """What Tracr says of a model. `examples` are sample runs, which nobody needs for reading it."""

    name: str
    source: str
    max_seq_len: int
    causal: bool
    mlp_exactness: int
    num_heads: int
    num_layers: int
    key_size: int
    mlp_hidden_size: int
    activation: Literal["relu"]
    layer_norm: bool
    bos: str
    pad: str
    vocabulary: tuple[tuple[str, int], ...]
    output: Output
    residual_labels: tuple[str, ...]


class _Reader(PlainReader):
    def read(self, data: object, kind: object, at: str) -> object:
        if kind == str | int | bool:
            plain = isinstance(data, (str, int))  # true and false are integers too
            return self.plain(data, type(data), at) if plain else self.wrong(at, "must be a string or an integer")
        return super().read(data, kind, at)


def read(data: dict[str, object], tensors: Tensors) -> Program:
    """The program that a configuration makes of tensors.

    Raises:
        FormatError: naming all that is wrong.
    """
    reader = _Reader({})
    given = {key: value for key, value in data.items() if key != "examples"}
    about = cast(Configuration, reader.record(given, Configuration, ""))
    if not reader.faults:
        reader.faults += _faults(about)
    if reader.faults:
        raise FormatError(listed(reader.faults))
    size, rows = len(about.residual_labels), dict(about.vocabulary)
    embedding = tensors.matrix("token_embed/embeddings", len(rows), size)
    table = tensors.matrix("pos_embed/embeddings", about.max_seq_len + 1, size)
    layers = [_layer(tensors, about, number, size) for number in range(about.num_layers)]
    tensors.faults += [f"tensor {name[:60]!r} is unknown" for name in tensors.left()]
    if tensors.faults or embedding is None or table is None:
        raise FormatError(listed(tensors.faults))
    alphabet = [symbol for symbol in rows if symbol not in (about.bos, about.pad)]
    try:
        t = Builder(about.name, alphabet, bos=True, max_length=about.max_seq_len, source=about.source)
        tokens = {symbol: embedding[rows[symbol]] for symbol in alphabet} | {BOS: embedding[rows[about.bos]]}
        x = transformer(t, tokens, table, layers, about.residual_labels)
        output = [x[index] for index in about.output.residual_indices]
        if about.output.values is None:
            return t.output(output[0])
        return t.classify(dict(zip(map(label, about.output.values), output, strict=True)))
    except ProgramError as error:
        raise FormatError(str(error)) from error


def label(value: str | float) -> str:
    """The label of an output value: itself, or its JSON text."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _faults(about: Configuration) -> list[str]:
    """What contradicts itself in a configuration that has the right form."""
    rows = [row for _, row in about.vocabulary]
    size, output = len(about.residual_labels), about.output
    labels = None if output.values is None else [label(value) for value in output.values]
    checks = (
        (about.layer_norm, "layer_norm: layer normalisation is not supported"),
        (min(about.max_seq_len, about.num_heads, about.key_size, about.num_layers) < 1, "sizes must be at least 1"),
        (about.num_layers > 1000 or about.num_heads > 1000, "num_layers and num_heads must be at most 1000"),
        (sorted(rows) != list(range(len(rows))), "vocabulary: the rows must be 0, 1, … in some order"),
        (not {about.bos, about.pad} <= dict(about.vocabulary).keys(), "vocabulary: bos or pad is not in it"),
        (not all(0 <= k < size for k in output.residual_indices), f"output.residual_indices: there are {size}"),
        ((output.kind == "numerical") != (labels is None), "output.values: a list iff the output is categorical"),
        (labels is None and len(output.residual_indices) != 1, "output.residual_indices: one for a number"),
        (labels is not None and len(set(labels)) != len(output.residual_indices), "output.values: one for each index"),
        (labels is not None and len(set(labels)) != len(labels), "output.values: a value occurs twice"),
    )
    return [message for wrong, message in checks if wrong]


def _layer(tensors: Tensors, about: Configuration, number: int, size: int) -> Layer:
    inner = about.num_heads * about.key_size

    def linear(name: str, inputs: int, outputs: int) -> Linear:
        at = f"transformer/layer_{number}/{name}"
        return Linear(tensors.matrix(f"{at}/w", inputs, outputs) or [], tensors.vector(f"{at}/b", outputs) or ())

    query, key, value = (linear(f"attn/{role}", size, inner) for role in ("query", "key", "value"))
    output = linear("attn/linear", inner, size)
    return Layer(
        split(query, key, value, output, about.num_heads),
        output.bias,
        linear("mlp/linear_1", size, about.mlp_hidden_size),
        linear("mlp/linear_2", about.mlp_hidden_size, size),
        "causal" if about.causal else "none",
    )
