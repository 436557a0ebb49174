"""The folder of `--proofs`, for those who write to it: one run at a time, and nothing half-written.

    DIR/claims.json                 which claims there are (`logbits.verify.recheck.index`)
    DIR/MODEL-DIGEST/claim.json     the claim in full, its lengths, what stands behind each (`record`)
    DIR/MODEL-DIGEST/7.steps        the derivation of the question for length 7, going on from that of a shorter one
    DIR/MODEL-DIGEST/7.cnf, 7.drat  clauses of the question for length 7, and their refutation
    DIR/MODEL-DIGEST/7.language.cnf, 7.language.drat
                                    the same for the question whether the assumed language has a word of length 7
    DIR/.lock                       who holds its lock writes, or reads; the kernel takes the lock from whoever ends

What cannot be written is told, and never hides a verdict: `write` gives the verdict back, with what was not kept.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ...encode.claim.claim import Claim
from ..proof.derived import chain, steps_of
from ..proof.files import is_folder, write_whole
from ..proof.proving import clauses_of, proof_of, stem_of
from ..request.identity import digest, shown, shown_path
from ..request.request import RequestError
from ..verdict.verdict import DERIVED, Verdict
from . import index, record
from .claimfile import FormatError, to_data
from .record import RECORD

LOCK = ".lock"
_OURS = re.compile(r"[0-9]+(?:(?:\.language)?\.(?:cnf|drat)|\.steps)(?:\.part)?|claim\.json(?:\.part)?")


class Lock:
    """The lock of a folder, until `release`: one who writes, or several who read; of none, nothing.

    Raises:
        RequestError: while others hold it, or where it cannot be had.
    """

    def __init__(self, root: Path | None, *, write: bool) -> None:
        self._descriptor: int | None = None
        if root is not None:
            self._take(root, write=write)

    def _take(self, root: Path, *, write: bool) -> None:
        flags = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            self._descriptor = os.open(root / LOCK, flags | (os.O_RDWR | os.O_CREAT if write else os.O_RDONLY), 0o666)
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if write else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.release()
            doing = "another run, or a recheck, uses" if write else "a run writes to"
            raise RequestError(f"{doing} the folder {shown_path(root)}: wait for it to end") from error
        except OSError as error:
            self.release()
            if write:
                raise _refused(root / LOCK, error) from error
            # Who only reads needs none where there is none, or where it is not theirs: nobody there can be kept out.

    def release(self) -> None:
        """Gives the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def hold(root: Path | None, claims: Sequence[Claim]) -> Lock:
    """The lock of a folder in which a run may now write the records of claims; nothing of an earlier run is left there.

    Raises:
        RequestError: when that is not possible, before anything is decided.
    """
    lock = Lock(root, write=True)
    try:
        if root is not None:
            for claim in claims:
                prepare(root, claim)
    except BaseException:
        lock.release()
        raise
    return lock


def folder(root: Path, claim: Claim) -> Path:
    """Where the record and the files of a claim are."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", claim.program.name)[:60]
    return root / f"{name}-{digest(to_data(claim))[:16]}"


def prepare(root: Path, claim: Claim) -> None:
    """Makes the folder of a claim, without what an earlier run left there, and lists it.

    Raises:
        RequestError: when that is not possible.
    """
    place = folder(root, claim)
    try:
        _list(root, place.name, None)
        place.mkdir(exist_ok=True)
        if not is_folder(place):
            raise RequestError(f"--proofs: {shown_path(place)} is no folder, but a link: remove it")
        for file in place.iterdir():
            if _OURS.fullmatch(file.name):
                file.unlink()
    except OSError as error:
        raise _refused(Path(error.filename or place), error) from error
    except FormatError as error:
        where = shown_path(root / index.INDEX)
        raise RequestError(f"--proofs: {where} {error}; name another folder, or remove that file") from error


def discard(root: Path, claim: Claim, length: int) -> None:
    """Removes what was kept for a length that is not recorded; what stays is told by recheck."""
    for about in ("question", "language"):
        stem = stem_of(folder(root, claim), length, about)
        for file in (clauses_of(stem), proof_of(stem)):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)


def write(root: Path, claim: Claim, verdict: Verdict) -> Verdict:
    """Writes the record of a verdict, whole or not at all, and removes files that nothing in it rests on.

    The verdict comes back, and says in `unkept` why there is no record, if there is none.
    """
    place = folder(root, claim)
    try:
        _remove_others(place, verdict)
        data = record.write(claim, verdict)
        write_whole(place / RECORD, data)
        _list(root, place.name, sha256(data).hexdigest())
    except OSError as error:
        return replace(verdict, unkept=f"{shown(Path(error.filename or RECORD).name)}: {error.strerror or error}")
    except Exception as error:  # whatever it is: the verdict is told all the same
        return replace(verdict, unkept=f"{type(error).__name__}: {error}")
    return verdict


def tidy(root: Path, claim: Claim, verdict: Verdict) -> None:
    """Removes files that nothing in the record of a verdict rests on: what a child wrote that was ahead."""
    with contextlib.suppress(OSError):
        _remove_others(folder(root, claim), verdict)


def _remove_others(place: Path, verdict: Verdict) -> None:
    named = {RECORD}
    for each in verdict.lengths:
        if each.certificate is not None:
            stem = stem_of(place, each.length, each.certificate.about)
            named |= {clauses_of(stem).name, proof_of(stem).name}
        if each.evidence in DERIVED:
            with contextlib.suppress(OSError, ValueError):  # what is not there is told by recheck
                named |= {steps_of(place, n).name for n in chain(place, each.length)}
    for file in place.iterdir():
        if _OURS.fullmatch(file.name) and file.name not in named:
            file.unlink(missing_ok=True)


def _list(root: Path, name: str, sha: str | None) -> None:
    listed = index.read(root) or {}
    index.write(root, listed | {name: sha})


def _refused(file: Path, error: OSError) -> RequestError:
    return RequestError(f"--proofs: cannot write {shown_path(file)}: {error.strerror or error}")
