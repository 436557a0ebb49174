"""What `--proofs DIR` leaves: for each claim a folder with a record, and for each proved length clauses and a proof.

    DIR/MODEL-DIGEST/claim.json     the claim in full, its lengths, what stands behind each
    DIR/MODEL-DIGEST/7.cnf, 7.drat  clauses of the question for length 7, and their refutation
    DIR/MODEL-DIGEST/7.language.cnf, 7.language.drat
                                    the same for the question whether the assumed language has a word of length 7

The record is canonical JSON (`logbits.verify.recheck.claimfile`) and carries the digest of all its other content, so
that no byte of it can change unseen; the digests of the files are in it. A digest never stands for a claim: the claim
is there.
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
from typing import Any, cast, get_args

from ...encode.claim.claim import Claim
from ..proof.proving import clauses_of, proof_of, stem_of
from ..solver.table import BACKENDS
from ..verdict.verdict import Certificate, Decided, Evidence, Status, Verdict
from .claimfile import FormatError, to_data
from .claimfile import claim as read_claim
from .claimfile import text as canonical

SCHEMA = "logbits/proofs/1"
RECORD = "claim.json"
MAX_BYTES = 64 << 20
_FIELDS = {"schema", "versions", "digests", "claim", "first", "status", "lengths"}
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


def discard(root: Path, claim: Claim, length: int) -> None:
    """Removes what was kept for a length that is not recorded."""
    for about in ("question", "language"):
        stem = stem_of(folder(root, claim), length, about)
        for file in (clauses_of(stem), proof_of(stem)):
            file.unlink(missing_ok=True)


def write(root: Path, claim: Claim, verdict: Verdict) -> None:
    """Writes the record of a verdict, whole or not at all, and removes files that no certificate in it is about."""
    place = folder(root, claim)
    named = {RECORD}
    for each in verdict.lengths:
        if each.certificate is not None:
            stem = stem_of(place, each.length, each.certificate.about)
            named |= {clauses_of(stem).name, proof_of(stem).name}
    for file in place.iterdir():
        if _OURS.fullmatch(file.name) and file.name not in named:
            file.unlink(missing_ok=True)
    data = to_data(claim)
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "versions": {package: _version(package) for package in _PACKAGES},
        "digests": _digests(data),
        "claim": data,
        "first": verdict.first,
        "status": str(verdict.status),
        "lengths": _entries(verdict.lengths),
    }
    file = place / RECORD
    part = file.with_name(f"{RECORD}.part")
    part.write_text(canonical(content | {"digest": digest(content)}), encoding="ascii")
    os.replace(part, file)


def _digests(claim: Mapping[str, Any]) -> dict[str, str]:
    return {"program": digest(claim["program"]), "arithmetic": digest(claim["right"]), "claim": digest(claim)}


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
        _require(set(given) == _FIELDS, "has other fields than a record")
        _require(given["digests"] == _digests(given["claim"]), "has other digests than those of its claim")
        first = _whole(given["first"], 1, claim.bound)
        entries: list[Entry] = []
        for each in given["lengths"]:
            least = entries[-1].last + 1 if entries else first
            entries.append(_read_entry(each, least, claim.bound))
        _require(given["status"] in Status.__members__, "has an unknown status")
        return Record(claim, first, given["status"], tuple(entries))
    except FormatError:
        raise
    except RecursionError as error:
        raise FormatError("is nested too deep") from error
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise FormatError(f"is no record: {type(error).__name__}: {error}") from error


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise FormatError(what)


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise FormatError(f"has a length that is not one of {least}..{most}, or not in order")
    return value


def _read_entry(given: Mapping[str, Any], least: int, most: int) -> Entry:
    first = _whole(given["first"], least, most)
    last = _whole(given["last"], first, most)
    _require(given["status"] in Status.__members__, "has an unknown status")
    _require(given["evidence"] in (None, *get_args(Evidence)), "has unknown evidence")
    texts = [given["solver"], given["reason"], *given["inside"], *(given["witness"] or ())]
    _require(all(isinstance(text, str) for text in texts), "has an entry with something that is no text")
    certificate, witness = given["certificate"], given["witness"]
    return Entry(
        first,
        last,
        given["status"],
        given["evidence"],
        given["solver"],
        None if certificate is None else _read_certificate(certificate),
        tuple(given["inside"]),
        None if witness is None else tuple(witness),
        given["reason"],
    )


def _read_certificate(given: Mapping[str, Any]) -> Certificate:
    made = Certificate(**given)
    texts = [given[name] for name in ("about", "cnf", "proof", "solver", "engine")]
    _require(all(isinstance(text, str) for text in texts), "has a certificate with something that is no text")
    _require(made.about in ("question", "language"), "has a certificate about something else")
    return made


def is_decided(entry: Entry) -> bool:
    """Whether the entry says VERIFIED or REFUTED."""
    return entry.status in (str(Status.VERIFIED), str(Status.REFUTED))
