"""Trained weights: a safetensors file, and a JSON configuration that says which tensor is what.

Schema `logbits/weights/1`, described in `docs/models.md`. The names of tensors are those of the file, a torch state
dict for example, whose Linear layers are stored as [outputs, inputs] (`orientation` "out-in"). Every tensor of the file
must have a role or be named under `ignore`: weights that nobody reads would be another model than that in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from ..program.position import Position
from ..program.program import BOS, EOS, Mask, Place, Program
from .build import Builder, Expression
from .encodings import ByLength, Encoding, Sinusoid
from .formulas import FormulaReader
from .modelfile import listed
from .rotary import Rotary
from .serial import FormatError
from .tensors import Tensors
from .textbook import Head, Layer, Linear, linear, transformer

MAX_LAYERS = 100
"""The greatest number of layers: a small file may name its tensors again and again."""

SCHEMA = "logbits/weights/1"


@dataclass(frozen=True)
class Map:
    """A linear map: its weight, its bias, and the outputs first..last-1 of both if they are a part of a larger map."""

    weight: str
    bias: str | None = None
    outputs: tuple[int, int] | None = None


@dataclass(frozen=True)
class Block:
    """One layer: attention, perhaps with rotary encodings, then (if they are given) `hidden`, ReLU and `out`."""

    query: Map
    key: Map
    value: Map
    output: Map
    heads: int = 1
    mask: Mask = "none"
    hidden: Map | None = None
    out: Map | None = None
    rotary: Rotary | None = None


@dataclass(frozen=True)
class Decision:
    """Accept iff the logit `greater` exceeds the logit `than` (or 0, without it) at the named position."""

    greater: int
    than: int | None = None
    place: Place = "last"


@dataclass(frozen=True)
class Classes:
    """At each position the first label with the greatest logit; the labels of all logits in order."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """At each position the logit with this number."""

    logit: int = 0


@dataclass(frozen=True)
class Configuration:
    """What the tensors are. `vocabulary` gives the row of each symbol, in the order of the alphabet.

    `columns` are coordinates of the positions that a formula gives, by their number.
    """

    schema: Literal["logbits/weights/1"]
    name: str
    vocabulary: tuple[tuple[str, int], ...]
    tokens: str
    layers: tuple[Block, ...]
    unembedding: Map
    readout: Decision | Classes | Number
    orientation: Literal["out-in", "in-out"]
    positions: str | ByLength | Sinusoid | None = None
    first_position: int = 0
    columns: tuple[tuple[str, Position], ...] = ()
    bos: int | None = None
    eos: int | None = None
    max_length: int | None = None
    activation: Literal["relu"] = "relu"
    ignore: tuple[str, ...] = ()
    formula: str = ""
    source: str = ""


_KINDS = {
    kind.__name__: kind for kind in (Map, Block, Decision, Classes, Number, ByLength, Sinusoid, Rotary, Configuration)
}


class _Reader(FormulaReader):
    def unknown(self, key: str, known: list[str]) -> str:
        known = [*known, "tables"] if "vocabulary" in known else known
        if "norm" in key.lower():
            return "layer normalisation divides by a root of activations, which is not supported"
        return super().unknown(key, known)


def read(data: object, tensors: Tensors) -> Program:
    """The program that a configuration makes of tensors.

    Raises:
        FormatError: naming all that is wrong.
    """
    reader = _Reader(_KINDS)
    if isinstance(data, dict):
        given = dict(cast(dict[str, object], data))
        reader.name_tables(given.pop("tables", {}))
        data = given
    made = reader.record(data, Configuration, "")
    if reader.faults:
        raise FormatError(listed(reader.faults))
    return _Assembly(cast(Configuration, made), tensors).program()


class _Assembly:
    """One configuration with its tensors; what is wrong with shapes is noted in `tensors.faults`."""

    def __init__(self, about: Configuration, tensors: Tensors) -> None:
        self.about, self.tensors = about, tensors

    def program(self) -> Program:
        about, tensors = self.about, self.tensors
        embedding = tensors.matrix(about.tokens) or [[]]
        rows = dict(about.vocabulary)
        rows |= {name: row for name, row in ((BOS, about.bos), (EOS, about.eos)) if row is not None}
        self._rows(rows, len(embedding))
        size = len(embedding[0])
        encoding = Encoding(
            about.positions,
            about.first_position,
            dict(about.columns),
            about.max_length,
            about.bos is not None,
            about.eos is not None,
            size,
        )
        encoding.read(tensors)
        blocks = list(self._blocks(size))
        unembedding = self._map(about.unembedding, size)
        logits = len(unembedding.weight[0]) if unembedding.weight else 0
        tensors.faults += self._readout(logits)
        for name in tensors.left():
            if name not in about.ignore:
                tensors.faults.append(f'tensor {name[:60]!r} has no role: give it one, or name it under "ignore"')
        if tensors.faults:
            raise FormatError(listed(tensors.faults))

        try:
            t = Builder(
                about.name,
                [symbol for symbol, _ in about.vocabulary],
                bos=about.bos is not None,
                eos=about.eos is not None,
                max_length=encoding.longest,
                formula=about.formula,
                source=about.source,
            )
            tokens = {symbol: embedding[row] for symbol, row in rows.items()}
            x = transformer(t, tokens, encoding.expressions(), blocks)
            return self._finish(t, linear(t, x, unembedding))
        except ValueError as error:
            raise FormatError(str(error)) from error

    def _finish(self, t: Builder, logits: list[Expression]) -> Program:
        match self.about.readout:
            case Decision(greater, than, place):
                return t.accept(logits[greater] - (0 if than is None else logits[than]), place)
            case Classes(labels):
                return t.classify(dict(zip(labels, logits, strict=True)))
            case Number(logit):
                return t.output(logits[logit])

    def _rows(self, rows: dict[str, int], known: int) -> None:
        for symbol, row in rows.items():
            if not 0 <= row < known:
                self.tensors.faults.append(
                    f"the row of {symbol!r} must be one of the {known} of the embedding, not {row}"
                )

    def _readout(self, logits: int) -> Iterator[str]:
        """What is wrong with the readout of so many logits."""
        read: dict[str, int] = {}
        match self.about.readout:
            case Decision(greater, than):
                read = {"greater": greater} | ({} if than is None else {"than": than})
            case Number(logit):
                read = {"logit": logit}
            case Classes(labels):
                if len(labels) != logits:
                    yield f"readout.labels must name the {logits} logits, not {len(labels)}"
                if len(set(labels)) != len(labels):
                    yield "readout.labels: a label occurs twice"
        for field, index in read.items():
            if not 0 <= index < logits:
                yield f"readout.{field} must be one of the {logits} logits, not {index}"

    def _blocks(self, size: int) -> Iterator[Layer]:
        if len(self.about.layers) > MAX_LAYERS:
            self.tensors.faults.append(f"layers: there must be at most {MAX_LAYERS}")
            return
        for number, block in enumerate(self.about.layers):
            wide = [self._map(each, size) for each in (block.query, block.key, block.value)]
            inner = len(wide[2].weight[0]) if wide[2].weight else 0
            output = self._map(block.output, inner, size)
            if not all(each.weight for each in (*wide, output)):
                continue  # which is a fault that is noted
            if block.heads < 1 or any(len(each.weight[0]) % block.heads for each in wide):
                self.tensors.faults.append(f"layers[{number}].heads: the sizes are no multiples of {block.heads}")
                continue
            if (block.hidden is None) != (block.out is None):
                self.tensors.faults.append(f"layers[{number}]: hidden and out come together or not at all")
                continue
            hidden = None if block.hidden is None else self._map(block.hidden, size)
            out = None
            if hidden is not None and block.out is not None:
                out = self._map(block.out, len(hidden.weight[0]) if hidden.weight else 0, size)
            yield Layer(
                split(wide[0], wide[1], wide[2], output, block.heads),
                output.bias,
                hidden,
                out,
                block.mask,
                block.rotary,
            )

    def _map(self, about: Map, inputs: int, outputs: int | None = None) -> Linear:
        """A linear map as [inputs][outputs]; an empty one, with a fault noted, where its shape does not fit."""
        part = about.outputs
        asked = outputs if part is None else None
        if self.about.orientation == "out-in":
            stored = self.tensors.matrix(about.weight, asked, inputs or None)
            weight = [list(row) for row in zip(*stored, strict=True)] if stored else []
        else:
            weight = self.tensors.matrix(about.weight, inputs or None, asked) or []
        size = len(weight[0]) if weight else None
        bias = (self.tensors.vector(about.bias, size) or []) if about.bias is not None else []
        if part is not None and weight:
            low, high = part
            if not 0 <= low < high <= len(weight[0]):
                self.tensors.faults.append(f"{about.weight!r} has no outputs {low}..{high - 1}")
                return Linear([], ())
            weight, bias = [row[low:high] for row in weight], bias[low:high]
        return Linear(weight, bias)


def split(query: Linear, key: Linear, value: Linear, output: Linear, heads: int) -> tuple[Head, ...]:
    """The heads whose maps stand side by side in larger ones, the head being the outer index."""

    def part(whole: Linear, head: int) -> Linear:
        size = len(whole.weight[0]) // heads if whole.weight else 0
        low, high = head * size, (head + 1) * size
        return Linear([row[low:high] for row in whole.weight], whole.bias[low:high])

    rows = len(output.weight) // heads
    return tuple(
        Head(part(query, h), part(key, h), part(value, h), output.weight[h * rows : (h + 1) * rows])
        for h in range(heads)
    )
