"""Files in a folder that others can write to: read only if they are plain files, written whole or not at all.

Where a record says that clauses or a proof are, there may be anything: a pipe, from which reading never ends; a device;
a link to a file elsewhere. Only regular files are read, links are not followed, and no more than a limit is read.
Writing goes to a file beside, which takes the name of the other only once everything has reached the disk; so what has
the name is whole, whatever happens meanwhile, and a full disk is an error that is told.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def read_regular(path: Path, most: int | None = None) -> bytes:
    """The content of a regular file.

    Raises:
        OSError: when it cannot be read, is no regular file, or is longer than `most` bytes; `strerror` says which.
    """
    with open_regular(path) as file:
        data = file.read() if most is None else file.read(most + 1)
    if most is not None and len(data) > most:
        raise _longer(path, most)
    return data


def open_regular(path: Path, most: int | None = None) -> BinaryIO:
    """A regular file, opened to be read.

    Raises:
        OSError: when it cannot be read, is no regular file, or is longer than `most` bytes; `strerror` says which.
    """
    require_regular(path)
    # Between the two looks it may have become something else.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    file = os.fdopen(descriptor, "rb")
    try:
        found = os.fstat(descriptor)
        _require_regular(path, found.st_mode)
        if most is not None and found.st_size > most:
            raise _longer(path, most)
    except OSError:
        file.close()
        raise
    return file


def _longer(path: Path, most: int) -> OSError:
    limit = f"{most >> 20} MiB" if most >= 1 << 20 else f"{most} bytes"
    return OSError(errno.EFBIG, f"is longer than {limit}", str(path))


def require_regular(path: Path) -> None:
    """Checks that a regular file is there, and not a link to one.

    Raises:
        OSError: unless it is; `strerror` says what it is.
    """
    _require_regular(path, path.lstat().st_mode)


def is_folder(path: Path) -> bool:
    """Whether a folder is there, itself and not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def unfinished(path: Path) -> Path:
    """Where a file is while it is being written."""
    return path.with_name(f"{path.name}.part")


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file, whole or not at all; what was there before stays until then.

    Raises:
        OSError: when that is not possible; nothing half-written is left.
    """
    part = unfinished(path)
    part.unlink(missing_ok=True)  # perhaps a link that somebody put there
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _require_regular(path: Path, mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "is a symbolic link, which is not followed", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "is no regular file", str(path))
