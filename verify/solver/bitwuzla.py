"""Bitwuzla behind the protocol of `logbits.verify.solver.table`."""

from __future__ import annotations

import tempfile
from typing import Any

import bitwuzla  # pyright: ignore[reportMissingTypeStubs]

from ...encode.circuit.smtlib import input_name

# Bitwuzla's Python interface has no types; everything that leaves this file is checked or converted.
_bitwuzla: Any = bitwuzla


class BitwuzlaSession:
    """One Bitwuzla instance with one script."""

    def __init__(self, script: str, length: int, width: int) -> None:
        self._manager = _bitwuzla.TermManager()
        options = _bitwuzla.Options()
        options.set(_bitwuzla.Option.PRODUCE_MODELS, True)
        parser = _bitwuzla.Parser(self._manager, options)
        # Without its last line, which would make the parser solve; the parser reads files only.
        with tempfile.NamedTemporaryFile("w", suffix=".smt2") as file:
            file.write(script.replace("(check-sat)\n", ""))
            file.flush()
            parser.parse(file.name)
        self._solver = parser.bitwuzla()
        declared = {term.symbol(): term for term in parser.get_declared_funs()}
        self._letters = [declared[input_name(p)] for p in range(1, length + 1)]
        self._sort = self._manager.mk_bv_sort(width)

    def check(self, smaller: tuple[int, int] | None = None) -> bool | None:
        """See `Session`."""
        if smaller is None:
            answer = self._solver.check_sat()
        else:
            below = self._manager.mk_bv_value(self._sort, smaller[1])
            less = self._manager.mk_term(_bitwuzla.Kind.BV_ULT, [self._letters[smaller[0] - 1], below])
            answer = self._solver.check_sat(less)
        return True if answer == _bitwuzla.Result.SAT else False if answer == _bitwuzla.Result.UNSAT else None

    def fix(self, position: int, code: int) -> None:
        """See `Session`."""
        value = self._manager.mk_bv_value(self._sort, code)
        self._solver.assert_formula(self._manager.mk_term(_bitwuzla.Kind.EQUAL, [self._letters[position - 1], value]))

    def codes(self) -> list[int]:
        """See `Session`."""
        return [int(self._solver.get_value(letter).value(10)) for letter in self._letters]

    def reason(self) -> str:
        """See `Session`."""
        return "bitwuzla gave up"


def version() -> str:
    """The version of the solver."""
    from importlib.metadata import version as installed

    return installed("bitwuzla")
