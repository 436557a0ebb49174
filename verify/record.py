"""What `--proofs DIR` leaves: for each claim a folder with a record, and for each proved length clauses and a proof.

    DIR/MODEL-DIGEST/claim.json     the claim in full, its lengths, what stands behind each
    DIR/MODEL-DIGEST/7.cnf, 7.drat  clauses of the question for length 7, and their refutation
    DIR/MODEL-DIGEST/7.language.cnf, 7.language.drat
                                    the same for the question whether the assumed language has a word of length 7

The record is canonical JSON (`logbits.verify.serial`) and carries the digest of all its other content, so that no byte
of it can change unseen; the digests of the files are in it. A digest never stands for a claim: the claim is there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from .backend import BACKENDS
from .question import Claim
from .serial import FormatError, to_data
from .serial import claim as read_claim
from .serial import text as canonical
from .verdict import Certificate, Decided, Status, Verdict

SCHEMA = "logbits/proofs/1"
RECORD = "claim.json"
MAX_BYTES = 64 << 20
_OURS = re.compile(r"[0-9]+(?:\.language)?\.(?:cnf|drat)(?:\.part)?|claim\.json(?:\.part)?")
_PACKAGES = ("logbits", "dratify", "cdclkit-native", *dict.fromkeys(each.install for each in BACKENDS.values()))


def digest(data: object) -> str:
    """SHA-256 of the canonical text of JSON data."""
    return sha256(canonical(data).encode()).hexdigest()


def folder(root: Path, claim: Claim) -> Path:
    """Where the record and the files of a claim are."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", claim.program.name)[:60]
    return root / f"{name}-{digest(to_data(claim))[:16]}"


def prepare(root: Path, claim: Claim) -> None:
    """Makes the folder of a claim, without what an earlier run left there.

    Raises:
        OSError: when that is not possible.
    """
    place = folder(root, claim)
    place.mkdir(parents=True, exist_ok=True)
    for file in place.iterdir():
        if _OURS.fullmatch(file.name):
            file.unlink()


def write(root: Path, claim: Claim, verdict: Verdict) -> None:
    """Writes the record of a verdict, whole or not at all."""
    data = to_data(claim)
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "versions": {package: _version(package) for package in _PACKAGES},
        "digests": {"program": digest(data["program"]), "arithmetic": digest(data["right"]), "claim": digest(data)},
        "claim": data,
        "first": verdict.first,
        "status": str(verdict.status),
        "lengths": _entries(verdict.lengths),
    }
    file = folder(root, claim) / RECORD
    part = file.with_name(f"{RECORD}.part")
    part.write_text(canonical(content | {"digest": digest(content)}), encoding="ascii")
    os.replace(part, file)


def _version(package: str) -> str | None:
    try:
        return version(package.partition("[")[0])
    except PackageNotFoundError:
        return None


def _entries(lengths: tuple[Decided, ...]) -> list[dict[str, Any]]:
    """One entry for each run of consecutive lengths about which the same is known."""
    pairs = [(each.length - index, _entry(each), each.length) for index, each in enumerate(lengths)]
    found: list[dict[str, Any]] = []
    for (_, entry), group in groupby(pairs, key=lambda pair: (pair[0], pair[1])):
        run = [length for _, _, length in group]
        found.append({"first": run[0], "last": run[-1]} | entry)
    return found


def _entry(each: Decided) -> dict[str, Any]:
    return {
        "status": str(each.status),
        "evidence": each.evidence,
        "solver": each.solver,
        "certificate": None if each.certificate is None else asdict(each.certificate),
        "inside": list(each.inside),
        "witness": None if each.witness is None else list(each.witness.word),
        "reason": each.reason or each.note,
    }


@dataclass(frozen=True)
class Entry:
    """What a record says about the lengths first..last."""

    first: int
    last: int
    status: str
    evidence: str | None
    solver: str
    certificate: Certificate | None
    inside: tuple[str, ...]
    witness: tuple[str, ...] | None
    reason: str


@dataclass(frozen=True)
class Record:
    """A record that was read."""

    claim: Claim
    first: int
    status: str
    entries: tuple[Entry, ...]


def read(file: Path) -> Record:
    """The record in a file.

    Raises:
        FormatError: for a file that is not as it was written; the message says what is wrong.
        OSError: for one that cannot be read.
    """
    with file.open("rb") as source:
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FormatError(f"is longer than {MAX_BYTES >> 20} MiB")
    try:
        content = json.loads(data)
        if not isinstance(content, dict) or canonical(cast(object, content)).encode() != data:
            raise FormatError("is not the text that was written")
        given = cast(dict[str, Any], content)
        if given.get("schema") != SCHEMA:
            raise FormatError(f"is not of schema {SCHEMA}")
        if given.pop("digest", None) != digest(given):
            raise FormatError("has another digest than its content")
        claim = read_claim(given["claim"])
        if to_data(claim) != given["claim"]:
            raise FormatError("the claim is not in its canonical form")
        entries = tuple(_read_entry(each) for each in given["lengths"])
        return Record(claim, int(given["first"]), str(given["status"]), entries)
    except FormatError:
        raise
    except RecursionError as error:
        raise FormatError("is nested too deep") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FormatError(f"is no record: {type(error).__name__}: {error}") from error


def _read_entry(given: Mapping[str, Any]) -> Entry:
    certificate, witness = given["certificate"], given["witness"]
    return Entry(
        int(given["first"]),
        int(given["last"]),
        given["status"],
        given["evidence"],
        given["solver"],
        None if certificate is None else Certificate(**certificate),
        tuple(given["inside"]),
        None if witness is None else tuple(witness),
        given["reason"],
    )


def is_decided(entry: Entry) -> bool:
    """Whether the entry says VERIFIED or REFUTED."""
    return entry.status in (str(Status.VERIFIED), str(Status.REFUTED))
