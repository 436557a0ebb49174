"""Reading what depends on the position: expressions as text, tables that they name, and formulas of numbers.

Files of programs and configurations of weights share it. A table is a list of numbers or a `Wave`; a number may be
written as the `Power` that it is rounded from (`logbits.encode.model.waves`). Of a formula nothing but its values is
kept: the program is the same as if they had been written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gmpy2 import mpq

from ..program import expression
from ..program.position import Position, constant
from .serial import WRONG, PlainReader
from .waves import MAX_WAVES, Power, Wave


class FormulaReader(PlainReader):
    """Reads expressions where a `Position` is meant; `tables` are those that they may name."""

    def __init__(self, kinds: Mapping[str, type]) -> None:
        super().__init__(kinds)
        self.tables: dict[str, tuple[Position, ...]] = {}
        self.waves = 0

    def name_tables(self, data: object) -> None:
        """The tables of a document, an object; what is wrong with them is noted."""
        if not isinstance(data, dict):
            self.wrong("tables", "must be an object")
            return
        for name, each in cast(dict[str, object], data).items():
            at = f"tables.{name[:40]}" if expression.is_name(name) else f"tables[{name[:40]!r}]"
            if not expression.is_name(name):
                words = ", ".join(expression.WORDS)
                self.wrong(at, f"a name is of letters, digits and _, begins with no digit, and is none of {words}")
            values = self._values(each, at)
            # A table that is wrong is known all the same, so that its fault is told once.
            self.tables[name] = tuple(map(constant, values)) if values else (constant(0),)

    def _values(self, data: object, at: str) -> Sequence[mpq]:
        """The numbers of a table; none, with a fault noted, where something is wrong."""
        if isinstance(data, dict):
            wave = self._formula(cast(dict[str, object], data), Wave, at)
            if not isinstance(wave, Wave):
                return ()
            self.waves += wave.last - wave.first + 1
            if self.waves > MAX_WAVES:
                self.wrong(at, f"all waves together have more than {MAX_WAVES} values")
                return ()
            try:
                return wave.values()
            except ValueError as error:
                self.wrong(at, str(error))
                return ()
        if not isinstance(data, list) or not data:
            self.wrong(at, "must be a list of numbers, at least one, or a Wave")
            return ()
        found = self.sequence(cast(object, data), (mpq, ...), at)
        return () if found is WRONG else found

    def number(self, data: object, at: str) -> Any:  # noqa: ANN401
        """A rational, also as the power that it is rounded from."""
        if not isinstance(data, dict):
            return super().number(data, at)
        power = self._formula(cast(dict[str, object], data), Power, at)
        try:
            return power.value() if isinstance(power, Power) else WRONG
        except ValueError as error:
            return self.wrong(at, str(error))

    def _formula(self, data: Mapping[str, object], kind: type, at: str) -> object:
        if data.get("is", kind.__name__) != kind.__name__:
            return self.wrong(at, f"must be a {kind.__name__}")
        return self.record(data, kind, at)

    def read(self, data: object, kind: Any, at: str) -> Any:  # noqa: ANN401
        """The value of type `kind` that the data stand for, or `WRONG`."""
        return self.position(data, at) if kind is Position else super().read(data, kind, at)

    def position(self, data: object, at: str) -> Any:  # noqa: ANN401
        """A position expression, as text, or a number."""
        if isinstance(data, str):
            try:
                return expression.parse(data, self.tables)
            except ValueError as error:
                return self.wrong(at, f"no position expression: {error}")
        value = super().read(data, mpq, at)
        return WRONG if value is WRONG else constant(value)
