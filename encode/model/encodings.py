"""Positional encodings of models from files, as one position expression for each coordinate.

A tensor of positions is a table: a row for each place. Where the encoding depends on the length too, as i/n does, one
tensor serves one length only; then there is one for each length, or a formula, which serves all of them. A column that
is the same function of the place at every length is a table of places still, so that only what depends on the length
makes a model length-aware.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from ..program.position import Position, by_place, choose, constant, n
from .rotary import Order
from .tensors import Tensors
from .waves import MAX_WAVES, SINGLE, Wave, format_of

Table = list[list[mpq]]
"""The encoding: a row for each place, from the first on."""

_BASE = mpq(10000)

LENGTH = "{n}"
"""What stands for the length in the name of a tensor."""


@dataclass(frozen=True)
class ByLength:
    """A table for each length: a tensor [lengths, places, d], or tensors [places, d] whose name has {n} for the length.

    The first entry of a tensor belongs to the length `first_length`, 1 or 0, which nobody reads.
    """

    tensor: str
    first_length: int = 1

    def __post_init__(self) -> None:
        if self.first_length not in (0, 1):
            raise ValueError(
                f"first_length must be 0 or 1, as tables are needed for every length, not {self.first_length}"
            )
        if LENGTH in self.tensor and (self.first_length != 1 or self.tensor.count(LENGTH) > 1):
            raise ValueError(f"a name with {LENGTH}, once, says itself which length a tensor is for")


@dataclass(frozen=True)
class Sinusoid:
    """sin and cos of p / base**(2k/d) for the place p, of the k-th pair of d coordinates (Vaswani et al. 2017).

    p is `first` at the first place. The pairs are neighbours (sin, cos, sin, …), or sines fill the first half.
    """

    base: mpq = _BASE
    order: Order = "neighbours"
    first: int = 0
    stored: str = SINGLE

    def __post_init__(self) -> None:
        if self.base <= 0:
            raise ValueError("base must be positive")
        format_of(self.stored)

    def columns(self, size: int, places: range) -> list[Position]:
        """The coordinates at these places.

        Raises:
            ValueError: for what cannot be stored so.
        """
        if size * len(places) > MAX_WAVES:
            raise ValueError(f"positions: {size} coordinates of {len(places)} places are more than {MAX_WAVES} values")
        half = (size + 1) // 2
        pairs = [(c // 2, c % 2) if self.order == "neighbours" else (c % half, c // half) for c in range(size)]
        last = self.first + len(places) - 1
        waves = [
            Wave(
                "cos" if odd else "sin",
                self.first,
                last,
                base=self.base,
                exponent=mpq(-2 * k, size),
                stored=self.stored,
            )
            for k, odd in pairs
        ]
        return [by_place(wave.values(), places[0]) for wave in waves]


class Encoding:
    """The positional encoding that a configuration gives: its tables, for each length or one for all, and formulas.

    `given` are coordinates that a formula gives, by their number; `size` is the number of coordinates.
    """

    def __init__(
        self,
        about: str | ByLength | Sinusoid | None,
        first_position: int,
        given: Mapping[str, Position],
        max_length: int | None,
        bos: bool,
        eos: bool,
        size: int,
    ) -> None:
        self.about, self.first_position, self.given = about, first_position, given
        self.max_length, self.bos, self.eos, self.size = max_length, bos, eos, size
        self.tables: list[Table] = []
        self.known: int | None = None
        """The last length that the tables tell, None if there are none."""

    @property
    def longest(self) -> int | None:
        """The greatest length: the one that is given, else the last that the tables tell."""
        return self.known if self.max_length is None else self.max_length

    def places(self, length: int) -> range:
        """All places of a word of this length."""
        return range(0 if self.bos else 1, length + (2 if self.eos else 1))

    def read(self, tensors: Tensors) -> None:
        """Reads the tables; what is wrong with them and with formulas is noted in `tensors.faults`."""
        faults = list(self._faults())
        if isinstance(self.about, str):
            table = tensors.matrix(self.about, None, self.size)
            self.tables = [] if table is None else [table]
        if isinstance(self.about, ByLength):
            self.tables = _by_length(self.about, tensors, self.size)
        rows = min(map(len, self.tables), default=self.first_position + 1)
        if not 0 <= self.first_position < rows:
            at = f"first_position must be one of the {rows} rows of the table of positions"
            faults.append(f"{at}, not {self.first_position}")
        self.tables = [table[self.first_position :] for table in self.tables]
        if isinstance(self.about, str) and self.tables:
            self.known = max(1, len(self.tables[0]) - len(self.places(0)))
        if isinstance(self.about, ByLength) and self.tables:
            self.known = len(self.tables)
            for length, table in enumerate(self.tables, 1):
                if len(table) < len(self.places(length)):
                    at = f"the table of positions for length {length} has {len(table)} rows from first_position on"
                    faults.append(f"{at}, and needs {len(self.places(length))}")
                    break
        if self.known is not None and (self.max_length or 0) > self.known:
            at = f"the table of positions ends at n = {self.known}, so that max_length must be given"
            faults.append(f"{at} up to there, not as {self.max_length}")
        tensors.faults += faults

    def _faults(self) -> Iterator[str]:
        """What is wrong, whatever is in the tables."""
        if isinstance(self.about, Sinusoid) and self.max_length is None:
            yield "max_length is missing: a Sinusoid is a table, which ends somewhere"
        found: set[int] = set()
        for name in self.given:
            c = int(name) if name.isascii() and name.isdigit() and len(name) < 8 else self.size
            if c >= self.size or c in found:
                yield f"columns: {name[:40]!r} must be one of the {self.size} coordinates, from 0, once"
            found.add(c)

    def expressions(self) -> list[Position]:
        """One expression for each coordinate, once nothing is wrong; none where there is no encoding.

        Raises:
            ValueError: for what cannot be stored so, or is too large.
        """
        if isinstance(self.about, Sinusoid):
            found = self.about.columns(self.size, self.places(self.longest or 1))
        elif isinstance(self.about, ByLength):
            tables = enumerate(self.tables[: self.longest], 1)
            found = self._columns([table[: len(self.places(length))] for length, table in tables])
        elif self.tables:
            found = self._columns(self.tables)
        else:
            found = [constant(0)] * self.size if self.given else []
        given = {int(name): formula for name, formula in self.given.items()}
        return [given.get(c, each) for c, each in enumerate(found)]

    def _columns(self, tables: Sequence[Table]) -> list[Position]:
        return [_column([[row[c] for row in table] for table in tables], int(not self.bos)) for c in range(self.size)]


def _column(lengths: Sequence[Sequence[mpq]], first: int) -> Position:
    """One coordinate, of which the values at all places are given for the lengths 1, 2, …, or once for all."""
    longest = max(lengths, key=len)
    if all(list(values) == list(longest[: len(values)]) for values in lengths):
        return by_place(longest, first)
    return choose(n, [by_place(values, first) for values in lengths])


def _by_length(about: ByLength, tensors: Tensors, size: int) -> list[Table]:
    """The tables for the lengths 1, 2, … as they are stored; none, with a fault noted, where something is wrong."""
    if LENGTH not in about.tensor:
        cube = tensors.cube(about.tensor, size)
        if cube is not None and len(cube) <= 1 - about.first_length:
            tensors.faults.append(f"tensor {about.tensor[:40]!r} has a table for length 0 only")
        return (cube or [])[1 - about.first_length :]
    before, after = about.tensor.split(LENGTH)
    names = [name for name in tensors.specs if name.startswith(before) and name.endswith(after)]
    inner = [name[len(before) : len(name) - len(after)] for name in names]
    last = max((int(each) for each in inner if each.isascii() and each.isdigit() and len(each) < 8), default=1)
    found: list[Table] = []
    for length in range(1, last + 1):
        table = tensors.matrix(about.tensor.replace(LENGTH, str(length)), None, size)
        if table is None:
            return []
        found.append(table)
    return found
