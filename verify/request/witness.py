"""Reading witnesses back from files: what `--json` wrote, or a small document that somebody wrote by hand.

A file is data, whoever wrote it. It is looked at strictly, from size and nesting down to single symbols, and the first
thing that is wrong is told in one line that says where it is. Both schemas are described in `docs/json.md`.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from ...encode.claim.claim import Claim, aligned
from ...encode.claim.kind import Kind
from ...encode.model.jsontext import JsonError, Unread, parse
from ...encode.model.load import names_file
from ...encode.model.serial import to_data
from ...encode.program.program import Program
from ..reference.pair import Pair
from .identity import Given, digest, given
from .request import RequestError, quoted
from .schema import READABLE, SCHEMA
from .words import MAX_LENGTH, case, claim, compared, kind_of, named

WITNESS = "logbits/witness/1"
MAX_BYTES = 16 << 20
_REQUIRED = {"schema", "model", "arithmetic", "bound", "word"}
_OPTIONAL = {"against", "assume", "claim", "programs"}
_ROLES = ("program", "other", "assume")

T = TypeVar("T")


@dataclass(frozen=True)
class Witnessed:
    """A word that is said to break a claim, and where it was read."""

    claim: Claim
    word: tuple[str, ...]
    where: str


def read(name: str, models: Sequence[str] = ()) -> list[Witnessed]:
    """The witnesses in a file, "-" for standard input, in order; see `parsed`.

    Raises:
        RequestError: for the first thing that is wrong with the file.
    """
    return parsed(content(name), called(name), models)


def called(name: str) -> str:
    """What a file is called in messages."""
    return "standard input" if name == "-" else repr(name)


def content(name: str) -> bytes:
    """The bytes of a file, "-" for standard input.

    Raises:
        RequestError: for one that cannot be read, or that is too long.
    """
    if name == "-" and sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]
        raise RequestError("cannot read standard input: it is closed")
    try:
        with contextlib.nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: of open(), for a name that no file can have
        why = (error.strerror or error) if isinstance(error, OSError) else error
        raise RequestError(f"cannot read {called(name)}: {why}") from error
    if len(data) > MAX_BYTES:
        raise RequestError(f"{called(name)} is longer than {MAX_BYTES >> 20} MiB")
    return data


def parsed(data: bytes, file: str, models: Sequence[str] = ()) -> list[Witnessed]:
    """The witnesses in the content of a file that is called `file` in messages.

    A document names its models, and no file is opened because a document says so: `models` are the files, or names, of
    those that are meant by what they call themselves.

    Raises:
        RequestError: for the first thing that is wrong.
    """
    try:
        document = parse(data)
    except JsonError as error:
        raise RequestError(f"{file} {error}") from error
    return _Reader(file, given(models)).witnesses(document)


class _Reader:
    """Checks one document, field by field."""

    def __init__(self, file: str, models: Sequence[Given]) -> None:
        self.file, self.models = file, models

    def witnesses(self, value: object) -> list[Witnessed]:
        document = self.mapping(value, "")
        schema = self.field(document, "", "schema", self.text)
        if schema == WITNESS:
            for key in document:
                if key not in _REQUIRED | _OPTIONAL:
                    raise self.wrong("", f"unknown field {quoted(key)}: there are {', '.join(_fields())}")
            return [self.witness(document, "", self.field(document, "", "bound", self.number), document, "word")]
        if schema not in READABLE:
            raise self.wrong("schema", f"must be {SCHEMA!r} or {WITNESS!r}, not {quoted(schema)}")
        found: list[Witnessed] = []
        for index, each in enumerate(self.field(document, "", "verdicts", self.listing)):
            at = f"verdicts[{index}]"
            verdict = self.mapping(each, at)
            # A verdict has many more fields, and newer ones may have others: only what is needed is read.
            if self.required(verdict, at, "witness") is not None:
                self.field(verdict, at, "claim", self.text)
                inner = self.field(verdict, at, "witness", self.mapping)
                bound = self.field(verdict, at, "last", self.number)
                found.append(self.witness(verdict, at, bound, inner, "witness.word"))
        if not found:
            raise RequestError(f"{self.file} holds no witness: nothing in it is REFUTED")
        return found

    def witness(
        self, about: Mapping[str, object], at: str, bound: int, holder: Mapping[str, object], key: str
    ) -> Witnessed:
        """What is claimed of a word, and the word."""
        model = self.field(about, at, "model", self.text)
        digests = self.digests(about, at)
        program = self.meaning(
            _path(at, "model"), lambda: self.program(model, digests.get("program"), file=about.get("file"))
        )
        right = self.field(about, at, "arithmetic", self.text)
        left = self.field(about, at, "against", self.text) if "against" in about else "exact"
        low, other = (
            self.meaning("", lambda text=text, name=name: named(_path(at, name), text))
            for name, text in (("arithmetic", right), ("against", left))
        )
        assume = None if about.get("assume") is None else self.field(about, at, "assume", self.text)
        asked = self.field(about, at, "claim", self.text) if "claim" in about else "decision"
        kind, name = self.meaning("", lambda: kind_of(_path(at, "claim"), asked))
        assumed = with_which = None
        if assume is not None:
            assumed = self.meaning(_path(at, "assume"), lambda: self.program(assume, digests.get("assume")))
        if name:
            with_which = self.meaning(
                _path(at, "claim"), lambda: self.program(name, digests.get("other"), kind=kind, beside=program)
            )
        word = [
            self.text(symbol, f"{_path(at, key)}[{index}]")
            for index, symbol in enumerate(self.listing(self.required(holder, at, key), _path(at, key)))
        ]
        if not 1 <= len(word) <= bound:
            raise self.wrong(_path(at, key), f"must have 1 to {bound} symbols, as many as the bound, not {len(word)}")
        for index, symbol in enumerate(word):
            if symbol not in program.alphabet:
                symbols = " ".join(program.alphabet)
                raise self.wrong(
                    f"{_path(at, key)}[{index}]", f"{quoted(symbol)} is no symbol of {model}, which reads {symbols}"
                )
        made = self.meaning(at, lambda: claim(program, other, low, bound, assumed, asked, with_which))
        if assume is not None and not Pair(made).member(word):
            raise self.wrong(_path(at, key), f"{assume} does not accept this word, so that the claim is not about it")
        return Witnessed(made, tuple(word), f"{self.file}{', ' + at if at else ''}")

    def digests(self, about: Mapping[str, object], at: str) -> dict[str, str]:
        """SHA-256 of the programs that are meant, by their roles, as far as the document says them."""
        if "programs" not in about:
            return {}
        inside = self.field(about, at, "programs", self.mapping)
        for key in inside:
            if key not in _ROLES:
                raise self.wrong(_path(at, "programs"), f"unknown field {quoted(key)}: there are {', '.join(_ROLES)}")
        where = _path(at, "programs")
        return {role: self.text(each, _path(where, role)) for role, each in inside.items() if each is not None}

    def program(
        self,
        name: str,
        sha: str | None,
        *,
        file: object = None,
        kind: Kind | None = None,
        beside: Program | None = None,
    ) -> Program:
        """The program that a document calls by this name, and says to be in `file`, or to have this digest.

        It is one that the user named, or one that ships: no name, and no `file`, is followed to a file. For a claim of
        a `kind` with another program, it is that, and has its alphabet in the order of the program `beside` it.
        """
        found = [each.program for each in self.models if each.program.name == name]
        shown = quoted(file if isinstance(file, str) else name)
        if not found and (file is not None or names_file(name)):
            raise RequestError(f"{quoted(name)} was read from a file: give it with --model, as {shown}")
        # A reference language is named after its model, which may be one of those that the user named.
        if not found or sha is not None or (kind is not None and kind.name == "language"):
            found += self._shipped(name, kind, needed=not found)
        if sha is not None:
            ordered = [each if beside is None else aligned(each, beside) for each in found]
            found = [each for each in ordered if digest(to_data(each)) == sha]
            if not found:
                raise RequestError(
                    f"{quoted(name)} has SHA-256 {quoted(sha)}, and is another program: give its --model"
                )
        language = kind is not None and kind.name == "language" and sha is None
        return found[-1] if language else found[0]

    def _shipped(self, name: str, kind: Kind | None, *, needed: bool) -> list[Program]:
        if names_file(name):
            return []
        try:
            return [case(name).program if kind is None else compared(kind, name)]
        except RequestError as error:
            if needed:
                raise RequestError(f"{error}; give --model, if it was read from a file") from error
            return []

    def field(self, holder: Mapping[str, object], at: str, key: str, read: Callable[[object, str], T]) -> T:
        return read(self.required(holder, at, key), _path(at, key))

    def required(self, holder: Mapping[str, object], at: str, key: str) -> object:
        last = key.rpartition(".")[2]
        if last not in holder:
            raise self.wrong(_path(at, key), "is missing")
        return holder[last]

    def meaning(self, at: str, read: Callable[[], T]) -> T:
        """What `read` gives, with the place of the field before its complaint."""
        try:
            return read()
        except RequestError as error:
            raise self.wrong(at, str(error)) from error

    def mapping(self, value: object, at: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self.wrong(at or "the document", f"must be an object, not {_kind(value)}")
        return cast(dict[str, object], value)

    def listing(self, value: object, at: str) -> list[object]:
        if not isinstance(value, list):
            raise self.wrong(at, f"must be a list, not {_kind(value)}")
        return cast(list[object], value)

    def text(self, value: object, at: str) -> str:
        if not isinstance(value, str):
            raise self.wrong(at, f"must be a string, not {_kind(value)}")
        return value

    def number(self, value: object, at: str) -> int:
        """A length: a whole number, which `true` is not."""
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_LENGTH:
            shown = quoted(str(value)) if isinstance(value, int) and not isinstance(value, bool) else _kind(value)
            raise self.wrong(at, f"must be a whole number from 1 to {MAX_LENGTH}, not {shown}")
        return value

    def wrong(self, at: str, what: str) -> RequestError:
        return RequestError(f"{self.file}: {at + ': ' if at else ''}{what}")


def _fields() -> list[str]:
    return ["schema", "model", "arithmetic", "against", "bound", "word", "assume", "claim", "programs"]


def _path(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return "a string"
        case int():
            return "a number"
        case Unread(text, why):
            return why if text.isdigit() else "a number with a point or exponent"
        case list():
            return "a list"
        case _:
            return "an object"
