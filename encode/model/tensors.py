"""Tensors from safetensors files, each number the exact rational that its bits are.

A safetensors file is a length, a JSON header and raw bytes: nothing in it can be executed. The header is looked at
before the package `safetensors` reads the file, since it is what could claim huge sizes; numbers are made from the bits
by integer arithmetic, so no float and no numpy is on the way.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import safetensors
from gmpy2 import mpq

from ..number.rational import ZERO
from .jsontext import JsonError, parse
from .serial import FormatError

MAX_HEADER = 1 << 20
"""The greatest size of a header, in bytes."""

_FLOATS = {"F16": ("H", 5, 10), "BF16": ("H", 8, 7), "F32": ("I", 8, 23), "F64": ("Q", 11, 52)}
"""For each type the letter of `struct` for its bits, and how many of these are exponent and fraction."""


_deserialize = cast(
    Callable[[bytes], list[tuple[str, dict[str, Any]]]],
    safetensors.deserialize,  # pyright: ignore[reportUnknownMemberType]
)


@dataclass
class Tensors:
    """The tensors of one file; those that were read are noted, so that what is left over can be told."""

    specs: Mapping[str, Mapping[str, Any]]
    faults: list[str] = field(default_factory=list[str])
    used: set[str] = field(default_factory=set[str])

    def matrix(self, name: str, rows: int | None = None, columns: int | None = None) -> list[list[mpq]] | None:
        """A tensor of two dimensions; None, with a fault noted, where there is none of this shape."""
        values, shape = self._values(name, (rows, columns)), self._shape(name)
        if values is None:
            return None
        width = shape[1]
        return [values[start : start + width] for start in range(0, len(values), width)]

    def cube(self, name: str, columns: int | None = None) -> list[list[list[mpq]]] | None:
        """A tensor of three dimensions; None, with a fault noted, where there is none of this shape."""
        values, shape = self._values(name, (None, None, columns)), self._shape(name)
        if values is None:
            return None
        rows = [values[start : start + shape[2]] for start in range(0, len(values), shape[2])]
        return [rows[start : start + shape[1]] for start in range(0, len(rows), shape[1])]

    def vector(self, name: str, size: int | None = None) -> list[mpq] | None:
        """A tensor of one dimension; None, with a fault noted, where there is none of this shape."""
        return self._values(name, (size,))

    def left(self) -> list[str]:
        """The tensors that nobody has read."""
        return [name for name in self.specs if name not in self.used]

    def _shape(self, name: str) -> list[int]:
        return self.specs[name]["shape"] if name in self.specs else []

    def _values(self, name: str, wanted: tuple[int | None, ...]) -> list[mpq] | None:
        self.used.add(name)
        if name not in self.specs:
            self.faults.append(f"tensor {_short(name)} is missing")
            return None
        shape = self._shape(name)
        if len(shape) != len(wanted) or any(w not in (None, s) for w, s in zip(wanted, shape, strict=True)):
            asked = ", ".join("any" if size is None else str(size) for size in wanted)
            self.faults.append(f"tensor {_short(name)} must have the shape [{asked}], not {shape}")
            return None
        values: list[mpq] = []
        for place, value in enumerate(_numbers(self.specs[name]["dtype"], self.specs[name]["data"])):
            if isinstance(value, str):
                self.faults.append(f"tensor {_short(name)} is {value} at {_index(place, shape)}")
                return None
            values.append(value)
        return values


def read(data: bytes) -> Tensors:
    """The tensors in the bytes of a file.

    Raises:
        FormatError: for anything but a whole safetensors file of floats with one, two or three dimensions.
    """
    _check_header(data)
    try:
        specs = dict(_deserialize(data))
    except (safetensors.SafetensorError, ValueError, OverflowError, MemoryError) as error:
        raise FormatError(f"is no safetensors file: {str(error)[:120]}") from error
    return Tensors(specs)


def _check_header(data: bytes) -> None:
    """Looks at the header without reserving memory for anything that it claims."""
    if len(data) < 8:
        raise FormatError(f"is no safetensors file: it has {len(data)} bytes")
    [size] = struct.unpack("<Q", data[:8])
    if size > MAX_HEADER or size > len(data) - 8:
        raise FormatError(f"is no safetensors file: its header would have {size} bytes, of {len(data)} in all")
    try:
        header = parse(data[8 : 8 + size])
    except JsonError as error:
        raise FormatError(f"is no safetensors file: its header {error}") from error
    if not isinstance(header, dict):
        raise FormatError("is no safetensors file: its header is no object")
    for name, about in cast(dict[str, Any], header).items():
        if name != "__metadata__":
            _check_tensor(name, about, len(data) - 8 - size)


def _check_tensor(name: str, about: object, bytes_: int) -> None:
    given = cast(dict[str, Any], about) if isinstance(about, dict) else {}
    kind, shape = given.get("dtype"), given.get("shape")
    if not name.isprintable() or not isinstance(kind, str) or not isinstance(shape, list):
        raise FormatError(f"is no safetensors file: its header does not say what {_short(name)} is")
    if kind not in _FLOATS:
        raise FormatError(f"tensor {_short(name)} holds {_short(kind)}: {', '.join(_FLOATS)} can be read")
    sizes = cast(list[object], shape)
    if len(sizes) not in (1, 2, 3) or any(type(each) is not int or not 1 <= each <= bytes_ for each in sizes):
        raise FormatError(
            f"tensor {_short(name)} must have one, two or three dimensions, not the shape {str(sizes)[:60]}"
        )


def _numbers(kind: str, data: bytes) -> Iterator[mpq | str]:
    """The numbers that the bytes hold, in order; for what is none, what it is."""
    letter, exponents, fractions = _FLOATS[kind]
    known: dict[int, mpq | str] = {0: ZERO}
    for (bits,) in struct.iter_unpack(f"<{letter}", data):
        value = known.get(bits)
        if value is None:
            value = known[bits] = _number(bits, exponents, fractions)
        yield value


def _number(bits: int, exponents: int, fractions: int) -> mpq | str:
    """What the bits of an IEEE number mean: sign, exponent, fraction."""
    fraction, exponent = bits & ((1 << fractions) - 1), bits >> fractions & ((1 << exponents) - 1)
    sign = -1 if bits >> fractions >> exponents else 1
    if exponent == (1 << exponents) - 1:
        return "not a number (NaN)" if fraction else f"{'-' if sign < 0 else ''}infinite"
    if exponent:
        fraction |= 1 << fractions
    shift = max(exponent, 1) - (1 << exponents - 1) + 1 - fractions
    return mpq(sign * fraction << shift) if shift >= 0 else mpq(sign * fraction, 1 << -shift)


def _index(place: int, shape: list[int]) -> list[int]:
    """The index of the entry that is at this place of the data."""
    found: list[int] = []
    for size in reversed(shape):
        place, k = divmod(place, size)
        found.insert(0, k)
    return found


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
