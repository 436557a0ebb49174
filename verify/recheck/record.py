"""A record: one claim, its lengths, and what stands behind each, as `--proofs` keeps it. See `docs/proofs.md`.

A record is canonical JSON (`logbits.verify.recheck.claimfile`) and carries the digest of all its other content; the
digests of the files are in it. A digest never stands for a claim: the claim is there. What nobody can check, who solved
and with which version, is under "claimed", and told as that. Everything else must be of one shape, with no key more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from typing import Any, cast, get_args

from ...encode.claim.claim import Claim
from ...encode.model.jsontext import JsonError, Unread, parse
from ..proof.files import read_regular
from ..request.identity import digest, plain, shown
from ..request.words import MAX_LENGTH
from ..solver.table import BACKENDS
from ..verdict.verdict import Decided, Evidence, Status, Verdict
from .claimfile import FormatError, to_data
from .claimfile import claim as read_claim
from .claimfile import text as canonical

SCHEMA = "logbits/proofs/3"
RECORD = "claim.json"
MAX_BYTES = 64 << 20
MAX_NESTING = 400
_FIELDS = {"schema", "claim", "digests", "first", "status", "lengths", "claimed"}
_ENTRY = {"first", "last", "status", "evidence", "certificate", "inside", "witness", "claimed"}
_CERTIFICATE = {"about", "cnf", "proof"}
_PACKAGES = (
    "logbits",
    "dratify",
    "cdclkit-native",
    *dict.fromkeys(each.install for each in BACKENDS.values() if "[" not in each.install),
)


class OtherVersionError(FormatError):
    """A file that another version of this software wrote."""


# -- writing


def write(claim: Claim, verdict: Verdict) -> bytes:
    """The text of the record of a verdict."""
    data = to_data(claim)
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "claim": data,
        "digests": _digests(data),
        "first": verdict.first,
        "status": str(verdict.status),
        "lengths": _entries(verdict.lengths),
        "claimed": {"versions": {name: number for name in _PACKAGES if (number := _version(name)) is not None}},
    }
    return canonical(content | {"digest": digest(content)}).encode("ascii")


def _digests(claim: dict[str, Any]) -> dict[str, str]:
    return {"program": digest(claim["program"]), "arithmetic": digest(claim["right"]), "claim": digest(claim)}


def _version(package: str) -> str | None:
    try:
        return version(package)
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
    made = each.certificate
    return {
        "status": str(each.status),
        "evidence": each.evidence,
        "certificate": None if made is None else {"about": made.about, "cnf": made.cnf, "proof": made.proof},
        "inside": list(each.inside),
        "witness": None if each.witness is None else list(each.witness.word),
        "claimed": {"solver": each.solver, "reason": each.reason or each.note},
    }


# -- reading


@dataclass(frozen=True)
class Kept:
    """The digests of the clauses and the proof that a length rests on, and what they are about."""

    about: str
    cnf: str
    proof: str


@dataclass(frozen=True)
class Entry:
    """What a record says about the lengths first..last; `solver` and `reason` are claimed only."""

    first: int
    last: int
    status: str
    evidence: str | None
    certificate: Kept | None
    inside: tuple[str, ...]
    witness: tuple[str, ...] | None
    solver: str
    reason: str


@dataclass(frozen=True)
class Record:
    """A record that was read."""

    claim: Claim
    first: int
    status: str
    entries: tuple[Entry, ...]

    @property
    def solvers(self) -> list[str]:
        """Who is said to have solved."""
        return list(dict.fromkeys(entry.solver for entry in self.entries if entry.solver))


def read(file: Path) -> Record:
    """The record in a file.

    Raises:
        FormatError: for a file that is not as it was written; the message says what is wrong.
        OSError: for one that cannot be read, or is no regular file.
    """
    return parsed(read_regular(file, MAX_BYTES))


def parsed(data: bytes) -> Record:
    """The record that a text is.

    Raises:
        FormatError: for a text that is not as it was written; the message says what is wrong.
    """
    given = document(data, SCHEMA)
    if given.pop("digest", None) != digest(given):
        raise FormatError("has another digest than its content")
    _shape(given, _FIELDS, "the record")
    data_of_claim = _object(given["claim"], "claim")
    _whole(data_of_claim.get("bound"), 1, MAX_LENGTH, "claim.bound")  # before anything is made that grows with it
    try:
        claim = read_claim(data_of_claim)
    except RecursionError as error:
        raise FormatError("is nested too deep") from error
    except FormatError as error:
        raise FormatError(f"{plain(str(error))}; if another version wrote it, run again") from error
    if to_data(claim) != data_of_claim:
        raise FormatError("the claim is not in its canonical form")
    if given["digests"] != _digests(data_of_claim):
        raise FormatError("has other digests than those of its claim")
    first = _whole(given["first"], 1, claim.bound, "first")
    entries: list[Entry] = []
    for index, each in enumerate(_list(given["lengths"], "lengths")):
        least = entries[-1].last + 1 if entries else first
        entries.append(_read_entry(each, least, claim.bound, f"lengths[{index}]"))
    _one_of(given["status"], Status.__members__, "status")
    claimed = _shape(given["claimed"], {"versions"}, "claimed")
    numbers = _shape(claimed["versions"], set(_PACKAGES), "claimed.versions", complete=False)
    for name, number in numbers.items():
        _text(number, f"claimed.versions.{name}")
    return Record(claim, first, given["status"], tuple(entries))


def document(data: bytes, schema: str) -> dict[str, Any]:
    """The object that a text is, if it is of this schema and exactly the text that is written for the object.

    Raises:
        FormatError: unless it is.
    """
    try:
        content = parse(data, MAX_NESTING)
    except JsonError as error:
        raise FormatError(str(error)) from error
    except RecursionError as error:
        raise FormatError("is nested too deep") from error
    if not isinstance(content, dict):
        raise FormatError("is not the text that was written: it is no object")
    given = cast(dict[str, Any], content)
    found = given.get("schema")
    if isinstance(found, str) and found != schema and found.rpartition("/")[0] == schema.rpartition("/")[0]:
        raise OtherVersionError(
            f"is of schema {shown(found)}, and this version reads {schema}: run again, --proofs DIR"
        )
    if found != schema:
        raise FormatError(f"is not of schema {schema}")
    try:
        if canonical(given).encode() != data:
            raise FormatError("is not the text that was written")
    except TypeError as error:  # of numbers that are not read
        raise FormatError(_unread(given)) from error
    return given


def _unread(data: object) -> str:
    if isinstance(data, Unread):
        return f"is not the text that was written: it holds the number {plain(data.text)}"
    inside = cast(Iterable[object], data.values() if isinstance(data, dict) else data if isinstance(data, list) else ())
    return next((found for each in inside if (found := _unread(each))), "")


def _read_entry(data: object, least: int, most: int, at: str) -> Entry:
    given = _shape(data, _ENTRY, at)
    claimed = _shape(given["claimed"], {"solver", "reason"}, f"{at}.claimed")
    first = _whole(given["first"], least, most, f"{at}.first")
    certificate, witness = given["certificate"], given["witness"]
    entry = Entry(
        first,
        _whole(given["last"], first, most, f"{at}.last"),
        _one_of(given["status"], Status.__members__, f"{at}.status"),
        None if given["evidence"] is None else _one_of(given["evidence"], get_args(Evidence), f"{at}.evidence"),
        None if certificate is None else _read_certificate(certificate, f"{at}.certificate"),
        _texts(given["inside"], f"{at}.inside"),
        None if witness is None else _texts(witness, f"{at}.witness"),
        _text(claimed["solver"], f"{at}.claimed.solver"),
        _text(claimed["reason"], f"{at}.claimed.reason"),
    )
    # Whatever is there is looked at: what nothing would look at may not be there.
    if (entry.status == str(Status.VERIFIED)) != (entry.evidence is not None):
        raise FormatError(f"{at}: evidence is for what is VERIFIED, and needed there")
    if (entry.status == str(Status.REFUTED)) != (entry.witness is not None):
        raise FormatError(f"{at}: a witness is for what is REFUTED, and needed there")
    about = {"proof": "question", "vacuous": "language"}.get(entry.evidence or "")
    if entry.certificate is not None and entry.certificate.about != about:
        raise FormatError(f"{at}: a certificate about the {entry.certificate.about} does not stand behind that")
    if entry.certificate is None and entry.evidence == "proof":
        raise FormatError(f"{at}: evidence by proof needs a certificate")
    if entry.inside and (entry.evidence in (None, "vacuous") or first != entry.last):
        raise FormatError(f"{at}: a word inside the language is for one length that is VERIFIED")
    return entry


def _read_certificate(data: object, at: str) -> Kept:
    given = _shape(data, _CERTIFICATE, at)
    about = _one_of(given["about"], ("question", "language"), f"{at}.about")
    return Kept(about, _text(given["cnf"], f"{at}.cnf"), _text(given["proof"], f"{at}.proof"))


def _object(data: object, at: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise FormatError(f"{at} must be an object")
    return cast(dict[str, Any], data)


def _shape(data: object, keys: set[str], at: str, *, complete: bool = True) -> dict[str, Any]:
    given = _object(data, at)
    for key in sorted(given.keys() - keys):
        raise FormatError(f"{at} has the unknown key {shown(key)}")
    for key in sorted(keys - given.keys()) if complete else ():
        raise FormatError(f"{at} has no {key}")
    return given


def _list(data: object, at: str) -> list[object]:
    if not isinstance(data, list):
        raise FormatError(f"{at} must be a list")
    return cast(list[object], data)


def _text(data: object, at: str) -> str:
    if not isinstance(data, str):
        raise FormatError(f"{at} must be a string")
    return data


def _texts(data: object, at: str) -> tuple[str, ...]:
    return tuple(_text(each, at) for each in _list(data, at))


def _one_of(data: object, known: Iterable[str], at: str) -> str:
    if not isinstance(data, str) or data not in known:
        raise FormatError(f"{at} must be one of {', '.join(known)}")
    return data


def _whole(data: object, least: int, most: int, at: str) -> int:
    if type(data) is not int or not least <= data <= most:
        raise FormatError(f"{at} must be a whole number from {least} to {most}")
    return data


def is_decided(entry: Entry) -> bool:
    """Whether the entry says VERIFIED or REFUTED."""
    return entry.status in (str(Status.VERIFIED), str(Status.REFUTED))
