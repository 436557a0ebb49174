"""Telling what `recheck` finds, line by line, as each record is done."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ..recheck.claimfile import FormatError
from ..recheck.recheck import recheck
from ..request.identity import given, shown_path
from ..request.request import Options, RequestError
from .columns import wrap
from .terminal import Output


def as_lines(folder: str, limits: Options, models: Sequence[str], output: Output) -> int:
    """Checks the records in a folder, and says what holds; the exit status.

    Raises:
        RequestError: for a folder that cannot be read or holds no claim, and for a model that is none.
    """
    well = True
    known = given(models)
    try:
        with closing(recheck(Path(folder), limits.jobs, limits.seconds, limits.memory, known)) as checks:
            for checked in checks:
                for part in (part for line in checked.lines() for part in wrap(line, output.width, "", "    ")):
                    output.line(part)
                well = well and checked.well
    except FormatError as error:
        raise RequestError(f"{shown_path(folder)} {error}") from error
    except (RequestError, BrokenPipeError):
        raise
    except (OSError, ValueError) as error:  # of names that no folder can have, too
        why = error.strerror if isinstance(error, OSError) else error
        raise RequestError(f"cannot read {shown_path(folder)}: {why}") from error
    return 0 if well else 1
