"""Claims as JSON data, and back: what a record of proofs holds, so that it can be checked without anything else.

Every dataclass that a claim is made of becomes an object with its name under "is" and its fields; rationals are
strings, tuples lists. Reading is by the types of the fields, and nothing is executed: a name that is not in `KINDS` is
wrong, and so is a value that does not fit. The form is canonical: one claim has one text, and whoever reads a text
makes sure that writing gives the same text again.
"""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from gmpy2 import mpq

from ..encode import arithmetic, position, program
from ..encode.kind import Kind
from ..encode.program import validate
from ..encode.rational import rational, show
from .question import Claim

_CLASSES: tuple[type, ...] = (
    Claim,
    Kind,
    program.Program,
    program.Form,
    program.Monomial,
    *get_args(program.Op),
    *get_args(program.Readout),
    position.Position,
    arithmetic.Arithmetic,
    *get_args(arithmetic.Format),
    *get_args(arithmetic.MeanRule),
)
KINDS = {each.__name__: each for each in _CLASSES if each is not program.Round}
"""What may be read, by name: everything that a claim without roundings put in is made of."""


class FormatError(ValueError):
    """Data that is no claim; the message says where."""


def to_data(value: object) -> Any:  # noqa: ANN401 (JSON)
    """JSON data of a claim or a part of one."""
    if isinstance(value, mpq):
        return show(value)
    if isinstance(value, tuple):
        return [to_data(each) for each in cast(tuple[object, ...], value)]
    if is_dataclass(value):
        parts = {each.name: to_data(getattr(value, each.name)) for each in fields(value)}
        return {"is": type(value).__name__} | parts
    return value


def text(data: object) -> str:
    """The canonical text of JSON data: one line, keys in order."""
    return json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":")) + "\n"


def claim(data: object) -> Claim:
    """The claim that JSON data stands for.

    Raises:
        FormatError: for the first thing that is wrong.
    """
    try:
        made = _read(data, Claim, "claim")
        assert isinstance(made, Claim)
        for each in (made.program, made.assume, made.other):
            if each is not None:
                validate(each)
    except FormatError:
        raise
    except (ValueError, TypeError) as error:  # of the constructors, which check what they are given
        raise FormatError(f"claim: {error}") from error
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(data: object, kind: Any, at: str) -> Any:  # noqa: ANN401 (types are values here)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_one_of(data, get_args(kind), at)
    if origin is Literal:
        if not isinstance(data, str) or data not in get_args(kind):
            raise FormatError(f"{at}: must be one of {', '.join(get_args(kind))}")
        return data
    if origin is tuple:
        return _read_tuple(data, get_args(kind), at)
    if kind is mpq:
        if not isinstance(data, str):
            raise FormatError(f"{at}: must be a rational, as a string")
        return rational(data)
    if kind in (int, str, bool):
        if type(data) is not kind:
            raise FormatError(f"{at}: must be {kind.__name__}, not {type(data).__name__}")
        return data
    return _read_object(data, kind, at)


def _read_one_of(data: object, kinds: tuple[Any, ...], at: str) -> Any:  # noqa: ANN401
    if data is None and type(None) in kinds:
        return None
    named = {cast(type, kind).__name__: kind for kind in kinds if is_dataclass(kind)}
    if named and isinstance(data, dict):
        given = cast(dict[str, object], data)
        name = given.get("is")
        if not isinstance(name, str) or name not in named:
            raise FormatError(f"{at}: must be one of {', '.join(named)}")
        return _read_object(given, named[name], at)
    plain = [kind for kind in kinds if kind is not type(None) and not is_dataclass(kind)]
    if len(plain) != 1:
        raise FormatError(f"{at}: must be an object")
    return _read(data, plain[0], at)


def _read_tuple(data: object, kinds: tuple[Any, ...], at: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise FormatError(f"{at}: must be a list")
    listed = cast(list[object], data)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(each, kinds[0], f"{at}[{index}]") for index, each in enumerate(listed))
    if len(listed) != len(kinds):
        raise FormatError(f"{at}: must have {len(kinds)} entries")
    return tuple(_read(a, kind, f"{at}[{index}]") for index, (a, kind) in enumerate(zip(listed, kinds, strict=True)))


def _read_object(data: object, kind: Any, at: str) -> Any:  # noqa: ANN401
    if not isinstance(data, dict):
        raise FormatError(f"{at}: must be an object")
    given = cast(dict[str, object], data)
    name = given.get("is")
    if not isinstance(name, str) or KINDS.get(name) is not kind:
        raise FormatError(f"{at}: must be a {kind.__name__}")
    wanted = {each.name for each in fields(kind)}
    if set(given) != wanted | {"is"}:
        raise FormatError(f"{at}: must have the fields {', '.join(sorted(wanted))}")
    hints = _hints(kind)
    return kind(**{name: _read(given[name], hints[name], f"{at}.{name}") for name in sorted(wanted)})
