"""Dataclasses as JSON data, and back, by the types of their fields.

`to_data` writes the canonical form: every dataclass becomes an object with its name under "is" and its fields;
rationals are strings, tuples lists. `Reader` reads it, strictly: a name that is not known is wrong, and so is a value
that does not fit. Nothing is executed. What is wrong is collected, each fault with its place, such as
`ops[3].form.terms[0]`; whatever has a fault inside is `WRONG`, so that one fault is told once.

Formats for people (`logbits.encode.model.modelfile`) are the same reader with other leaves.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from gmpy2 import mpq

from ..number.rational import rational, show
from .jsontext import Unread


class FormatError(ValueError):
    """Data that is not what it should be; the message says where."""


class _Wrong:
    """What stands for a value that could not be read."""


WRONG = _Wrong()


def to_data(value: object) -> Any:  # noqa: ANN401 (JSON)
    """JSON data of a dataclass or a part of one."""
    if isinstance(value, mpq):
        return show(value)
    if isinstance(value, tuple):
        return [to_data(each) for each in cast(tuple[object, ...], value)]
    if is_dataclass(value):
        parts = {each.name: to_data(getattr(value, each.name)) for each in fields(value) if each.init}
        return {"is": type(value).__name__} | parts
    return value


@cache
def hints(kind: type) -> dict[str, Any]:
    """The types of the fields of a dataclass, annotations included."""
    return get_type_hints(kind, include_extras=True)


class Reader:
    """Reads what `to_data` writes; `kinds` are the dataclasses that may occur, by name. `faults` grows."""

    def __init__(self, kinds: Mapping[str, type]) -> None:
        self.kinds = kinds
        self.faults: list[str] = []

    def wrong(self, at: str, what: str) -> _Wrong:
        """Records a fault."""
        self.faults.append(f"{at}: {what}")
        return WRONG

    def read(self, data: object, kind: Any, at: str) -> Any:  # noqa: ANN401 (types are values here)
        """The value of type `kind` that the data stand for, or `WRONG`."""
        origin, args = get_origin(kind), get_args(kind)
        if isinstance(data, Unread):
            return self.wrong(at, data.why)
        if origin is Annotated:
            return self.annotated(data, args, at)
        if origin in (Union, types.UnionType):
            return self._one_of(data, args, at)
        if origin is Literal:
            if not isinstance(data, str) or data not in args:
                return self.wrong(at, f"must be one of {', '.join(args)}")
            return data
        if origin is tuple:
            return self.sequence(data, args, at)
        if kind is mpq:
            return self.number(data, at)
        if kind in (int, str, bool):
            return self.plain(data, kind, at)
        return self.record(data, kind, at)

    # -- leaves, which other formats write otherwise

    def annotated(self, data: object, args: tuple[Any, ...], at: str) -> Any:  # noqa: ANN401
        """A value of a type with a remark, here of the type alone."""
        return self.read(data, args[0], at)

    def number(self, data: object, at: str) -> Any:  # noqa: ANN401
        """A rational, as a string."""
        if not isinstance(data, str):
            return self.wrong(at, "must be a rational, as a string")
        try:
            return rational(data)
        except ValueError as error:
            return self.wrong(at, str(error))

    def plain(self, data: object, kind: type, at: str) -> Any:  # noqa: ANN401
        """An integer, a string or a truth value."""
        if type(data) is not kind:
            return self.wrong(at, f"must be {kind.__name__}, not {type(data).__name__}")
        return data

    def sequence(self, data: object, kinds: tuple[Any, ...], at: str) -> Any:  # noqa: ANN401
        """A tuple, as a list."""
        if not isinstance(data, list):
            return self.wrong(at, "must be a list")
        listed = cast(list[object], data)
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            kinds = (kinds[0],) * len(listed)
        if len(listed) != len(kinds):
            return self.wrong(at, f"must have {len(kinds)} entries")
        found = [self.read(a, kind, f"{at}[{k}]") for k, (a, kind) in enumerate(zip(listed, kinds, strict=True))]
        return WRONG if WRONG in found else tuple(found)

    def record(self, data: object, kind: Any, at: str) -> Any:  # noqa: ANN401
        """A dataclass, with its name and all of its fields."""
        if not isinstance(data, dict):
            return self.wrong(at, "must be an object")
        given = cast(dict[str, object], data)
        name = given.get("is")
        if not isinstance(name, str) or self.kinds.get(name) is not kind:
            return self.wrong(at, f"must be a {kind.__name__}")
        wanted = {each.name for each in fields(kind) if each.init}
        if set(given) != wanted | {"is"}:
            return self.wrong(at, f"must have the fields {', '.join(sorted(wanted))}")
        return self.made(kind, {field: given[field] for field in sorted(wanted)}, at)

    # -- inside

    def made(self, kind: Any, given: Mapping[str, object], at: str) -> Any:  # noqa: ANN401
        """The dataclass of the fields that are given, the others as they are by default."""
        found = {name: self.read(value, hints(kind)[name], _inside(at, name)) for name, value in given.items()}
        if WRONG in found.values():
            return WRONG
        try:
            return kind(**found)
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:  # of the constructor, which checks
            return self.wrong(at, str(error))

    def _one_of(self, data: object, kinds: tuple[Any, ...], at: str) -> Any:  # noqa: ANN401
        if data is None and type(None) in kinds:
            return None
        named = {cast(type, kind).__name__: kind for kind in kinds if is_dataclass(kind)}
        if named and isinstance(data, dict):
            given = cast(dict[str, object], data)
            name = given.get("is")
            if isinstance(name, str) and name in named:
                return self.record(given, named[name], at)
            if len(named) > 1:
                return self.wrong(at, f"must be one of {', '.join(named)}")
        plain = [kind for kind in kinds if kind is not type(None) and not is_dataclass(kind)] or list(named.values())
        if len(plain) != 1:
            return self.wrong(at, "must be an object")
        return self.read(cast(object, data), plain[0], at)


class PlainReader(Reader):
    """Reads objects that people write: "is" only where there is a choice, fields with defaults may be left out.

    Numbers may be integers too, and tuples of a string and something are objects. All text must be printable.
    """

    defaults: Mapping[tuple[str, str], object] = {}
    """Further defaults, by the name of the dataclass and the field."""

    def number(self, data: object, at: str) -> Any:  # noqa: ANN401
        """A rational, as a string, or an integer."""
        if type(data) is int:
            return mpq(data)
        return super().number(data, at) if isinstance(data, str) else self.wrong(at, f"must be a number, {_WRITTEN}")

    def plain(self, data: object, kind: type, at: str) -> Any:  # noqa: ANN401
        """An integer, a string without control characters, or a truth value."""
        if isinstance(data, str) and not data.isprintable():
            return self.wrong(at, f"{data[:40]!r} has characters that cannot be printed")
        return super().plain(data, kind, at)

    def sequence(self, data: object, kinds: tuple[Any, ...], at: str) -> Any:  # noqa: ANN401
        """A tuple, as a list, or as an object if it holds pairs of a text and something."""
        pair = get_args(kinds[0])
        if len(kinds) == 2 and kinds[1] is Ellipsis and len(pair) == 2 and self.is_key(pair[0]):
            if not isinstance(data, dict):
                return self.wrong(at, "must be an object")
            rows = cast(dict[str, object], data).items()
            found = [(self.read(k, pair[0], at), self.read(v, pair[1], f"{at}[{k[:40]!r}]")) for k, v in rows]
            return WRONG if any(WRONG in row for row in found) else tuple(found)
        return super().sequence(data, kinds, at)

    def is_key(self, kind: Any) -> bool:  # noqa: ANN401
        """Whether pairs with this in front are written as objects."""
        return kind is str

    def record(self, data: object, kind: Any, at: str) -> Any:  # noqa: ANN401
        """A dataclass; its name is told where it is one of several."""
        if not isinstance(data, dict):
            return self.wrong(at or "the document", "must be an object")
        given = {key: value for key, value in cast(dict[str, object], data).items() if key != "is"}
        known = {each.name: each for each in fields(kind)}
        unknown = [key for key in given if key not in known]
        for key in unknown:
            self.wrong(_inside(at, key[:40] if key.isprintable() else repr(key[:40])), self.unknown(key, list(known)))
        further = {field: value for (name, field), value in self.defaults.items() if name == kind.__name__}
        missing = [
            name
            for name, each in known.items()
            if name not in given and name not in further and each.default is MISSING
        ]
        for key in missing:
            self.wrong(_inside(at, key), "is missing")
        fields_given = {name: value for name, value in (further | given).items() if name in known}
        if not missing:
            made = self.made(kind, fields_given, at)
            return WRONG if unknown else made
        for name, value in fields_given.items():  # the faults in what is there
            self.read(value, hints(kind)[name], _inside(at, name))
        return WRONG

    def unknown(self, key: str, known: list[str]) -> str:
        """What to say of a key that is not known."""
        return f"unknown key: there are {', '.join(known)}"


_WRITTEN = 'such as 2, "1/3" or "0.25"'


def _inside(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
