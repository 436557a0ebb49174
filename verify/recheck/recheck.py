"""Checking what `--proofs` left, alone: which records there should be, and each of them, in a child of its own.

The list of claims says which records a run left. One that is gone is missed, one that is not listed is told, and so is
one that is not the record that was written. How a record is checked is said in `logbits.verify.recheck.examine`; this
process only waits, for so long as is asked, and can stop at any time.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ...encode.model.serial import to_data
from ..proof.files import is_folder
from ..request.identity import Given
from ..solver.child import Child, DiedError, ExpiredError
from .claimfile import FormatError
from .index import INDEX
from .index import read as read_index
from .record import RECORD, OtherVersionError
from .result import Rechecked, read_result
from .store import LOCK, Lock

GRACE = 2.0
"""The seconds that a child has after its time limit to say how far it came, and after a signal to end."""


def recheck(root: Path, jobs: int, seconds: float, memory: int, models: Sequence[Given] = ()) -> Generator[Rechecked]:
    """Checks every claim in a folder, each within a time limit; closing the generator ends every child.

    `models` are those that the user names: a record may be about them, too.

    Raises:
        OSError: for a folder that cannot be read.
        FormatError: for one without any claim.
        RequestError: while a run writes to it.
    """
    lock = Lock(root, write=False)
    try:
        yield from _recheck(root, jobs, seconds, memory, models)
    finally:
        lock.release()


def _recheck(root: Path, jobs: int, seconds: float, memory: int, models: Sequence[Given]) -> Generator[Rechecked]:
    inside = sorted(root.iterdir())
    places = [place for place in inside if is_folder(place)]
    whole, listed = _listed(root)
    if not places and not listed and not whole.wrong:
        raise FormatError("holds no claim")
    programs = [{"name": each.name, "program": to_data(each.program)} for each in models]
    stopping = threading.Event()
    others = 0
    with ThreadPoolExecutor(jobs) as pool:
        try:
            checks = [
                pool.submit(_check, place, listed, seconds, memory, programs, stopping.is_set) for place in places
            ]
            for check in checks:
                result = check.result()
                others += result.other_version
                yield result
        finally:
            stopping.set()
            pool.shutdown(cancel_futures=True)
    for name in sorted((listed or {}).keys() - {place.name for place in places}):
        whole.fault(name, f"is missing, although {INDEX} lists it")
    for each in inside:
        if each not in places and each.name not in (LOCK, INDEX):
            what = "is a symbolic link, which is not followed" if each.is_symlink() else "belongs to no claim"
            whole.fault(each.name, what)
    if listed is None and not whole.wrong and others < len(places):
        whole.fault(INDEX, "is missing: nobody can say whether records were removed")
    if whole.wrong:
        yield whole


def _listed(root: Path) -> tuple[Rechecked, dict[str, str | None] | None]:
    """What is wrong with the list of claims, and the list, if there is one."""
    whole = Rechecked(root)
    try:
        return whole, read_index(root)
    except FormatError as error:
        whole.other_version = isinstance(error, OtherVersionError)
        whole.fault(INDEX, str(error))
    except OSError as error:
        whole.fault(INDEX, error.strerror or str(error))
    return whole, None


def _check(
    place: Path,
    listed: Mapping[str, str | None] | None,
    seconds: float,
    memory: int,
    programs: Sequence[Mapping[str, object]],
    stopped: Callable[[], bool],
) -> Rechecked:
    """What a child says about a record; its time begins when it is its turn."""
    digest = (listed or {}).get(place.name)
    request = {"place": str(place), "listed": digest or "", "seconds": seconds, "memory": memory, "models": programs}
    begun = time.monotonic()
    child = Child("logbits.verify.recheck.check_record", memory=memory)
    try:
        child.send(json.dumps(request).encode())
        result = read_result(json.loads(child.receive(begun + seconds + GRACE, stopped)))
    except ExpiredError:
        result = Rechecked(place)
        result.fault(RECORD, "could not be checked to its end: time limit reached")
    except DiedError as died:
        result = Rechecked(place)
        result.fault(RECORD, f"could not be checked to its end: {died}")
    finally:
        child.end(GRACE)
    if listed is not None and place.name not in listed:
        result.fault(RECORD, f"is not listed in {INDEX}: this folder was put here, or {INDEX} is of another")
    elif listed is not None and digest is None and not result.wrong:
        result.fault(RECORD, f"is not finished: {INDEX} says that a run began and never ended")
    return result


__all__ = ["FormatError", "Rechecked", "recheck"]
