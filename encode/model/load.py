"""Models from files: which kind a file is of, and its bytes, within limits; nothing in a file is ever executed.

    x.json           a sequence program (`logbits.encode.model.modelfile`), or the configuration of x.safetensors
    x.safetensors    weights, with their configuration in x.json beside it (`weights`, `tracr`)

Formats that run code when they are loaded, or that hold a graph of operations instead of weights, are refused by name
and by their first bytes.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import cast

from ..number.given import described
from ..program.program import Program
from . import modelfile, tensors, tracr, weights
from .jsontext import JsonError, parse
from .serial import FormatError

MAX_BYTES = 4 << 20
"""The greatest size of a file: a million weights of 32 bits, far beyond what can be decided."""

_JSON, _TENSORS = ".json", ".safetensors"
_SAVE = "save with safetensors.torch.save_file(model.state_dict(), 'x.safetensors') and describe that in x.json"
_REFUSED = {
    **dict.fromkeys(
        (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle"), f"pickles run code when they are loaded: {_SAVE}"
    ),
    **dict.fromkeys(
        (".py", ".ipynb"), "is Python, which is not run: write save(program, 'x.json') in it, and give x.json"
    ),
    ".onnx": f"ONNX holds a graph of operations, which is not read: {_SAVE}",
    **dict.fromkeys((".npz", ".npy", ".h5", ".gguf"), f"this format is not read: {_SAVE}"),
}
_MAGIC = {b"\x80": "a pickle", b"PK\x03\x04": "a zip file, such as torch.save writes", b"\x89HDF": "an HDF5 file"}


def names_file(name: str) -> bool:
    """Whether `name` means a file: it has a path separator, or ends as a file of a model does."""
    return "/" in name or "\\" in name or Path(name).suffix.lower() in (_JSON, _TENSORS, *_REFUSED)


def size_of(name: str) -> int:
    """The number of bytes that are read for the model of this name, where it names files; 0 for all others."""
    if not names_file(name):
        return 0
    total = 0
    for suffix in (_JSON, _TENSORS):
        # A file that cannot be looked at is told when it is read.
        with suppress(OSError, ValueError):
            total += Path(name).with_suffix(suffix).stat().st_size
    return total


def expands(name: str) -> bool:
    """Whether the file of a model, as far as it is looked at, has formulas that stand for many numbers."""
    if not names_file(name):
        return False
    with suppress(OSError, ValueError), Path(name).with_suffix(_JSON).open("rb") as opened:
        text = opened.read(MAX_BYTES)
        return any(word in text for word in (b'"wave"', b'"Sinusoid"', b'"rotary"'))
    return False


def load(name: str | Path) -> Program:
    """The program in a file; of weights and their configuration, either names both.

    Raises:
        TypeError: for what is no name of a file.
        FormatError: for whatever is wrong with the file, in one line that begins with its name.
    """
    file = as_path("load: name", name)
    suffix = file.suffix.lower()
    if suffix not in (_JSON, _TENSORS):
        why = _REFUSED.get(suffix, f"must end in {_JSON} or {_TENSORS}")
        raise FormatError(f"{quoted(file)}: {why}")
    configuration = file.with_suffix(_JSON) if suffix == _TENSORS else file
    data = _document(configuration)
    schema = data.get("schema")
    if schema == modelfile.SCHEMA and suffix == _TENSORS:
        raise FormatError(f"{quoted(configuration)}: is a whole program, not the configuration of {quoted(file)}")
    try:
        if schema == modelfile.SCHEMA:
            return modelfile.read(data)
        if schema != weights.SCHEMA and (schema is not None or tracr.MARK not in data):
            raise FormatError(f'"schema" must be {modelfile.SCHEMA!r} for a program or {weights.SCHEMA!r} for weights')
    except FormatError as error:
        raise FormatError(f"{quoted(configuration)}: {error}") from error
    stored = file if suffix == _TENSORS else file.with_suffix(_TENSORS)
    held = _bytes(stored)
    try:
        found = tensors.read(held)
    except FormatError as error:
        raise FormatError(f"{quoted(stored)}: {error}") from error
    try:
        return weights.read(data, found) if schema == weights.SCHEMA else tracr.read(data, found)
    except FormatError as error:
        raise FormatError(f"{quoted(configuration)}: {error}") from error


def as_path(argument: str, name: object) -> Path:
    """The path that a name is.

    Raises:
        TypeError: for what is neither a text nor a path.
    """
    if not isinstance(name, (str, Path)):
        raise TypeError(f"{argument} must be the name of a file, as a text or a Path, not {described(name)}")
    return Path(name)


def _document(file: Path) -> dict[str, object]:
    held = _bytes(file)
    try:
        data = parse(held)
    except JsonError as error:
        raise FormatError(f"{quoted(file)}: {error}") from error
    if not isinstance(data, dict):
        raise FormatError(f"{quoted(file)}: the document must be an object")
    return cast(dict[str, object], data)


def _bytes(file: Path) -> bytes:
    """The content of a regular file that is not too large and is not another format under a false name."""
    try:
        if file.exists() and not file.is_file():
            raise FormatError(f"{quoted(file)}: is no regular file")
        with file.open("rb") as source:
            data = source.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(f"{quoted(file)}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # of a name that no file can have
        raise FormatError(f"{quoted(file)}: cannot be read: {error}") from error
    if len(data) > MAX_BYTES:
        raise FormatError(f"{quoted(file)}: is longer than {MAX_BYTES >> 20} MiB")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic) and not _is_header(data):
            raise FormatError(f"{quoted(file)}: is {kind}, whatever its name says; {_SAVE}")
    return data


def _is_header(data: bytes) -> bool:
    """Whether the bytes begin as a safetensors file does: a length, then an object."""
    return len(data) > 8 and int.from_bytes(data[:8], "little") < len(data) and data[8:9] == b"{"


def quoted(file: Path) -> str:
    """The name of a file in a message."""
    text = str(file)
    return repr(text if len(text) <= 200 else f"{text[:197]}...")
