"""JSON from files that anybody may have written: read strictly, with limits, and without a float.

A number that is no integer, or one of too many digits, comes as `Unread`, which says why; so whoever knows the place
tells it. Keys that occur twice, bytes that are not UTF-8 and nesting beyond a limit are faults of the text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

MAX_NESTING = 16
"""The greatest number of brackets around anything."""

MAX_DIGITS = 4000
"""The greatest number of digits of a number."""

# Strings are matched whole, so that brackets within do not count, and to the end of the text if nothing ends them;
# possessively, so that nothing is kept to go back to.
_TOKENS = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


class JsonError(ValueError):
    """A text that is not the JSON that is read here: the message is a predicate, "is not JSON: …"."""


@dataclass(frozen=True)
class Unread:
    """A number that is not read as one, and why."""

    text: str
    why: str


def parse(data: bytes, nesting: int = MAX_NESTING) -> object:
    """The dicts, lists, strings, integers, truth values and None, or `Unread`, that the text stands for.

    At most `nesting` brackets are around anything in it.

    Raises:
        JsonError: for the first thing that is wrong.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise JsonError(f"is not UTF-8, at byte {error.start}") from error
    depth = 0
    for token in _TOKENS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > nesting:
            raise JsonError(f"is nested more than {nesting} deep, at character {token.start()}")
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_inexact, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise JsonError(f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise JsonError(f"gives {key[:40]!r} twice in one object")
        found[key] = value
    return found


def _integer(text: str) -> int | Unread:
    return int(text) if len(text) <= MAX_DIGITS else Unread(text[:40], f"a number of {len(text)} digits")


def _inexact(text: str) -> Unread:
    # Most of those who wrote 0.1 mean one tenth, which no float is.
    return Unread(text[:40], f'write "{text}", a string, which is exact' if len(text) <= 40 else "not an exact number")


def _constant(text: str) -> object:
    raise JsonError(f"is not JSON: {text} is no number there")
