"""Programs into files: the document that `load` reads, whole or not at all.

The text is written beside the file and takes its place in one step, so that a full disk or an interruption leaves what
was there. It is read again before, and must give an equal program: what could not be loaded is not saved.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from typing import cast

from ..number.given import described
from ..program.program import Program, ProgramError
from ..program.wellformed import validate
from . import modelfile
from .jsontext import JsonError, parse
from .load import MAX_BYTES, as_path, quoted
from .serial import FormatError


def save(program: Program, file: str | Path) -> None:
    """Writes `program` into `file`, whose name ends in .json; a file that is there is replaced.

    Raises:
        TypeError: for what is no program, or no name of a file.
        FormatError: for a name that ends otherwise, a program that cannot be saved, and a file that cannot be written.
    """
    if not isinstance(cast(object, program), Program):
        instead = "; a Builder and a Rasp are finished by accept, output, ..., and a case has its .program"
        raise TypeError(f"save: program must be a program, not {described(program)}{instead}")
    path = as_path("save: file", file)
    if path.suffix.lower() != ".json":
        raise FormatError(f"{quoted(path)}: programs are saved as JSON: the name must end in .json")
    content = _content(program, path)
    beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        target = path.resolve()
        beside = target.with_name(beside.name)
        with beside.open("xb") as opened:
            opened.write(content)
        beside.replace(target)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise FormatError(f"{quoted(path)}: cannot be written: {why}") from error
    finally:
        with suppress(OSError, ValueError):
            beside.unlink(missing_ok=True)


def _content(program: Program, path: Path) -> bytes:
    """The document, after reading it again.

    Raises:
        FormatError: where it would not give the same program.
    """
    try:
        content = modelfile.write(validate(program)).encode()
        again = modelfile.read(parse(content))
    except (ProgramError, JsonError, FormatError, RecursionError, UnicodeEncodeError) as error:
        raise FormatError(f"{quoted(path)}: {described(program)} that cannot be saved: {error}") from error
    except ValueError as error:  # of roundings in the program
        raise FormatError(f"{quoted(path)}: {error}") from error
    if again != program or (again.formula, again.source) != (program.formula, program.source):
        raise FormatError(f"{quoted(path)}: the program would not be the same when it is loaded")
    if len(content) > MAX_BYTES:
        raise FormatError(f"{quoted(path)}: would be longer than {MAX_BYTES >> 20} MiB, and could not be loaded")
    return content
