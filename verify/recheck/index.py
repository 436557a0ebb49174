"""The list of what `--proofs` left in a folder, so that a record that was removed is missed.

    DIR/claims.json    {"schema": …, "claims": {FOLDER: SHA-256 of its claim.json, or null while that is not written}}

A folder is listed before its record is there: whoever is killed leaves something that says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..proof.files import read_regular, write_whole
from ..request.identity import canonical
from .claimfile import FormatError
from .record import SCHEMA, document

INDEX = "claims.json"
MAX_BYTES = 16 << 20
_FOLDER = re.compile(r"[A-Za-z0-9_-]{1,100}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def read(root: Path) -> dict[str, str | None] | None:
    """The digests of the records in a folder, by the names of their folders; None where there is no list.

    Raises:
        FormatError: for a list that is not as it was written.
        OSError: for one that cannot be read, or is no regular file.
    """
    try:
        data = read_regular(root / INDEX, MAX_BYTES)
    except FileNotFoundError:
        return None
    given = document(data, SCHEMA)
    claims = given.get("claims")
    if set(given) != {"schema", "claims"} or not isinstance(claims, dict):
        raise FormatError("must have the fields schema and claims, an object")
    found: dict[str, str | None] = {}
    for name, digest in claims.items():  # pyright: ignore[reportUnknownVariableType]
        if not _FOLDER.fullmatch(name):  # pyright: ignore[reportUnknownArgumentType]
            raise FormatError(f"claims: names of folders are letters, digits, _ and -, not {name[:100]!a}")
        if digest is not None and not (isinstance(digest, str) and _DIGEST.fullmatch(digest)):
            raise FormatError(f"claims.{name}: must be a SHA-256, or null")
        found[name] = digest
    return found


def write(root: Path, claims: Mapping[str, str | None]) -> None:
    """Writes the list, whole or not at all.

    Raises:
        OSError: when that is not possible.
    """
    write_whole(root / INDEX, canonical({"schema": SCHEMA, "claims": dict(claims)}).encode("ascii"))
