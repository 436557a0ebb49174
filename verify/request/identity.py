"""Which program is it? A name says nothing: whoever writes a file writes the name too.

What identifies a program is its canonical text, all of its operations, of which SHA-256 is shown. Whether it is one
that ships is decided by comparing programs, not names or digests: the names are alike for everyone, and `dyck1-relu`
with a readout that is always 1 is named `dyck1-relu` too. Names are shown in quotes and in ASCII, with everything else
escaped, so that none of them reads like a sentence of ours, hides characters, or looks like another.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from ...cases.catalogue import CASES
from ...cases.languages import LANGUAGES
from ...cases.weights import NAMES, shipped
from ...encode.claim.claim import Claim, aligned
from ...encode.model.serial import to_data
from ...encode.program.program import Program
from .words import case

Standing = Literal["ships", "given", "another", "unknown"]
"""What is known of a program: it ships; it is in a file that the user named; it has the name of one of these, or one
that looks like it, and is another program; or nothing."""

_MOST = 60


def canonical(data: object) -> str:
    """The canonical text of JSON data: one line, keys in order."""
    return json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":")) + "\n"


def digest(data: object) -> str:
    """SHA-256 of the canonical text of JSON data."""
    return sha256(canonical(data).encode()).hexdigest()


def shown(text: str, most: int = _MOST) -> str:
    """A name that anybody may have made up: in quotes, in ASCII, with everything else escaped, and not too long."""
    return ascii(text) if len(text) <= most else f"{text[:most]!a}..."


def shown_path(path: str | Path) -> str:
    """The name of a file or a folder, likewise; its end tells most, and is not cut off."""
    return shown(str(path), 4096)


def plain(text: str, most: int = 300) -> str:
    """A message in which something made up may occur: one line of printable ASCII, and not too long."""
    line = " ".join(text.encode("ascii", "backslashreplace").decode().split())
    line = re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\x{ord(found[0]):02x}", line)
    return line if len(line) <= most else f"{line[:most]}..."


@dataclass(frozen=True)
class Given:
    """A model that the user named, and how."""

    name: str
    program: Program


def given(models: Sequence[str]) -> list[Given]:
    """The models that `--model` names.

    Raises:
        RequestError: for a name that no model has, and a file with something wrong in it.
    """
    return [Given(name, case(name).program) for name in dict.fromkeys(models)]


@dataclass(frozen=True)
class Identity:
    """What is known of one of the programs of a claim; `role` says which: program, other or assume.

    `model` is what it is, where that is known, or what it might be taken for.
    """

    role: str
    name: str
    digest: str
    stands: Standing
    model: str = ""

    def __str__(self) -> str:
        match self.stands:
            case "ships":
                told = f"the {self.model} that ships"
            case "given":
                told = f"the one in {shown_path(self.model)}"
                told += ", NOT the one of this name that ships" if self.name in _names() else ""
            case "another":
                told = f"NOT the {self.model}"
            case "unknown":
                told = "NEITHER a model that ships NOR one given with --model: only the record says what it computes"
        return f"{self.role} {shown(self.name)}, SHA-256 {self.digest}: {told}"


def identities(claim: Claim, models: Sequence[Given] = ()) -> list[Identity]:
    """What is known of each program that a claim is about."""
    return [
        Identity(role, program.name, digest(to_data(program)), *_standing(claim, role, program, models))
        for role, program in _programs(claim).items()
    ]


def digests(claim: Claim) -> dict[str, str]:
    """SHA-256 of each program that a claim is about, by its role."""
    return {role: digest(to_data(program)) for role, program in _programs(claim).items()}


def _programs(claim: Claim) -> dict[str, Program]:
    parts = {"program": claim.program, "other": claim.other, "assume": claim.assume}
    return {role: program for role, program in parts.items() if program is not None}


def _standing(claim: Claim, role: str, program: Program, models: Sequence[Given]) -> tuple[Standing, str]:
    def is_program(each: Program) -> bool:
        # A program that is compared with has its alphabet in the order of the other.
        return program == each or (role == "other" and program == aligned(each, claim.program))

    for kind, each in _shipped(claim, role, program.name):
        if is_program(each):
            return "ships", kind
    for each in models:
        if is_program(each.program):
            return "given", each.name
    alike = _skeleton(program.name)
    for each in models:
        if _skeleton(each.program.name) == alike:
            return "another", f"{shown(each.program.name)} in {shown_path(each.name)}"
    for name in sorted(_names()):
        if _skeleton(name) == alike:
            return "another", f"{shown(name)} that ships"
    return "unknown", ""


def _shipped(claim: Claim, role: str, name: str) -> Iterator[tuple[str, Program]]:
    """The programs that ship under a name, and may be meant by it in this place of the claim."""
    language = role == "other" and claim.kind.name == "language"
    if name in CASES and not language:
        yield "model", CASES[name].program
    if name in NAMES and not language:
        yield "model", shipped(name).program
    if name in LANGUAGES and (language or role == "assume"):
        yield "reference language", LANGUAGES[name]


@cache
def _names() -> frozenset[str]:
    return frozenset((*CASES, *NAMES, *LANGUAGES))


def _skeleton(name: str) -> str:
    """What is left of a name where only letters and digits count, without their case and form."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", name).casefold()) or name
