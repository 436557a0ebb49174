"""Sequence programs as JSON that people write and read, schema `logbits/model/1`; described in `docs/models.md`.

The fields are those of `logbits.encode.program.program`, read by the same mechanism as records of proofs, with other
leaves: an operation is named, not numbered, position expressions are text, rationals may be integers, pairs of a symbol
and something are objects, and what has a default may be left out. An operation is named by its `id`, which is its
`name` where that is not given; `write` gives ids x0, x1, … as `verify-precision show` does, where names are not unique.
Long tables stand apart, under `tables`, and expressions name them; there, and where a number is meant, may be a formula
(`logbits.encode.model.formulas`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from gmpy2 import mpq

from ..number.rational import show
from ..program import position, program
from ..program.position import Position
from ..program.program import Program
from ..program.wellformed import faults
from .formulas import FormulaReader
from .serial import WRONG, FormatError, hints

SCHEMA = "logbits/model/1"
_OPS = {kind.__name__: kind for kind in get_args(program.Op) if kind is not program.Round}
_READOUTS = {kind.__name__: kind for kind in get_args(program.Readout)}
_OWN = ("is", "name", "id")
_PUT_IN = {"mean", "total"}
"""Fields of `Attend` that the pass `logbits.encode.arithmetic.twin` fills."""
_FIELDS = ("schema", *(each.name for each in fields(Program) if each.name != "names"), "tables")
LONG = 8
"""The number of entries from which on a table is written apart."""

_DEFAULTS: dict[tuple[str, str], Any] = {
    ("Form", "const"): 0,
    ("Monomial", "coefficient"): 1,
    ("Attend", "score"): None,
}


def read(data: object) -> Program:
    """The program that a document stands for.

    Raises:
        FormatError: naming all that is wrong, each with its place.
    """
    reader = _Reader()
    made = reader.program(data)
    if made is None or reader.faults:
        raise FormatError(listed(reader.faults))
    found = list(faults(made))
    if found:
        raise FormatError(listed(found))
    return made


def listed(faults: Sequence[str], most: int = 12) -> str:
    """Faults in one line, the first of them if they are many."""
    more = f"; and {len(faults) - most} more" if len(faults) > most else ""
    return "; ".join(faults[:most]) + more


class _Reader(FormulaReader):
    defaults = _DEFAULTS

    def __init__(self) -> None:
        super().__init__(_OPS | _READOUTS)
        self.ids: dict[str, int] = {}
        self.reading = 0

    def program(self, data: object) -> Program | None:
        if not isinstance(data, dict):
            self.wrong("the document", "must be an object")
            return None
        given = dict(cast(dict[str, object], data))
        if given.pop("schema", None) != SCHEMA:
            self.wrong("schema", f"must be {SCHEMA!r}")
        if "names" in given:  # of the program, not of the document
            self.wrong("names", self.unknown("names", ["ops"]))
        self.name_tables(given.pop("tables", {}))
        ops = self.operations(given.pop("ops", None))
        self.reading = len(self.ids)
        nothing: list[object] = []
        made = self.record(given | {"ops": nothing, "names": nothing}, Program, "")
        if made is WRONG or ops is None:
            return None
        return replace(made, ops=tuple(op for _, op in ops), names=tuple(name for name, _ in ops))

    def operations(self, data: object) -> list[tuple[str, Any]] | None:
        """The operations with their names; ids are looked at first, so that a name that comes later is known too."""
        if not isinstance(data, list):
            self.wrong("ops", "must be a list" if data is not None else "is missing")
            return None
        listed = cast(list[object], data)
        names = [self.identify(each, index) for index, each in enumerate(listed)]
        found: list[tuple[str, Any]] = []
        for index, (each, name) in enumerate(zip(listed, names, strict=True)):
            self.reading = index
            if name is not None:
                given = cast(dict[str, object], each)
                kind = given.get("is")
                at = f"ops[{index}]"
                if not isinstance(kind, str) or kind not in _OPS:
                    self.wrong(f"{at}.is", f"must be one of {', '.join(_OPS)}")
                    continue
                for key in _PUT_IN & given.keys():
                    self.wrong(f"{at}.{key}", "is put in by the arithmetic, and not written")
                found.append((name, self.record({k: v for k, v in given.items() if k not in _OWN}, _OPS[kind], at)))
        return None if len(found) < len(listed) or any(op is WRONG for _, op in found) else found

    def identify(self, data: object, index: int) -> str | None:
        """The name of an operation, its id noted."""
        at = f"ops[{index}]"
        if not isinstance(data, dict):
            self.wrong(at, "must be an object")
            return None
        given = cast(dict[str, object], data)
        if "name" not in given and "id" not in given:
            self.wrong(at, 'needs a "name"')
            return None
        own = given.get("id", given.get("name"))
        named = self.plain(given.get("name", own), str, f"{at}.name")
        identity = self.plain(own, str, f"{at}.id" if "id" in given else f"{at}.name")
        if named is WRONG or identity is WRONG:
            return None
        if identity in self.ids:
            self.wrong(
                at, f"{identity[:40]!r} is the name of ops[{self.ids[identity]}] too: give one of them another id"
            )
            return None
        self.ids[identity] = index
        return named

    def read(self, data: object, kind: Any, at: str) -> Any:  # noqa: ANN401
        if kind == program.End:
            end = self.position(data, at)
            return end.value if isinstance(end, Position) and end.op == "const" else end
        return super().read(data, kind, at)

    def annotated(self, data: object, args: tuple[Any, ...], at: str) -> Any:  # noqa: ANN401
        """A feature, by its name."""
        if not isinstance(data, str):
            return self.wrong(at, "must be the name of an operation, as a string")
        if data not in self.ids:
            return self.wrong(at, f"no operation is named {data[:40]!r}")
        if self.ids[data] >= self.reading:
            return self.wrong(at, f"{data[:40]!r} does not come before it")
        return self.ids[data]

    def is_key(self, kind: Any) -> bool:  # noqa: ANN401
        return kind is str or get_origin(kind) is Annotated

    def unknown(self, key: str, known: list[str]) -> str:
        if "ops" in known:
            return f"unknown key: there are {', '.join(_FIELDS)}"
        return super().unknown(key, known)


def write(made: Program) -> str:
    """The document for a program, in lines, so that reading gives the same program again.

    Raises:
        ValueError: for a program with roundings in.
    """
    return _Writer(made).text()


class _Writer:
    """Writes one program: `ids` are how operations are named, `tables` the names of long tables."""

    def __init__(self, made: Program) -> None:
        self.made = made
        self.unique = len(set(made.names)) == len(made.names)
        self.ids: Sequence[str] = made.names if self.unique else [f"x{index}" for index in range(len(made.names))]
        self.tables: dict[tuple[Position, ...], str] = {}
        written = [each for op in made.ops if isinstance(op, program.Embed) for _, each in op.table]
        for entries in (entries for each in written for entries in position.tables(each)):
            if len(entries) >= LONG and all(entry.op == "const" for entry in entries):
                self.tables.setdefault(entries, f"t{len(self.tables)}")

    def text(self) -> str:
        """The document."""
        document: dict[str, Any] = {"schema": SCHEMA}
        if self.tables:
            document["tables"] = {
                name: [_number(each.value) for each in entries] for entries, name in self.tables.items()
            }
        for name, value, kind in _given(self.made):
            if name == "ops":
                document["ops"] = [self.operation(index, op) for index, op in enumerate(self.made.ops)]
            elif name != "names":
                document[name] = self.data(value, kind)
        rows = ",\n".join(f"  {_line(op)}" for op in document["ops"])
        lines = [f" {_line(key)}: " + (f"[\n{rows}\n ]" if key == "ops" else _line(v)) for key, v in document.items()]
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def operation(self, index: int, op: program.Op) -> dict[str, Any]:
        """One operation, with its name."""
        identity = {} if self.unique else {"id": self.ids[index]}
        return identity | {"name": self.made.names[index]} | self.data(op, program.Op)

    def data(self, value: Any, kind: Any) -> Any:  # noqa: ANN401
        """JSON data for people of a value of type `kind`."""
        origin, args = get_origin(kind), get_args(kind)
        if isinstance(value, Position):
            return _number(value.value) if value.op == "const" else value.text(tables=self.tables)
        if isinstance(value, mpq):
            return _number(value)
        if origin is Annotated:
            return self.ids[value]
        if origin is tuple:
            kinds: tuple[Any, ...] = (args[0],) * len(value) if args[1:] == (Ellipsis,) else args
            found = [self.data(each, k) for each, k in zip(value, kinds, strict=True)]
            pair = get_args(args[0])
            keyed = args[1:] == (Ellipsis,) and len(pair) == 2 and (pair[0] is str or get_origin(pair[0]) is Annotated)
            return dict(found) if keyed else found
        if origin in (Union, UnionType):
            return None if value is None else self.data_of_one(value, args)
        if isinstance(value, program.Round):
            raise ValueError("a program with roundings in cannot be written as a model")
        if is_dataclass(value):
            return {name: self.data(each, k) for name, each, k in _given(cast(object, value))}
        return value

    def data_of_one(self, value: Any, kinds: tuple[Any, ...]) -> Any:  # noqa: ANN401
        """JSON data of a value that is of one of these types: a dataclass with its name, or whatever it is."""
        if is_dataclass(value):
            return {"is": type(cast(object, value)).__name__} | self.data(value, Any)
        return self.data(value, next(kind for kind in kinds if kind is not type(None)))


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _given(made: Any) -> list[tuple[str, Any, Any]]:  # noqa: ANN401
    """The fields of a dataclass that are not as they are by default, with their types."""
    kind = cast(type, made.__class__)
    rows = [(each, getattr(made, each.name)) for each in fields(made)]
    return [
        (each.name, value, hints(kind)[each.name])
        for each, value in rows
        if (each.default is MISSING or value != each.default)
        and value != _DEFAULTS.get((kind.__name__, each.name), MISSING)
    ]


def _number(value: mpq) -> int | str:
    return int(value.numerator) if value.denominator == 1 and abs(value) < 1 << 53 else show(value)
