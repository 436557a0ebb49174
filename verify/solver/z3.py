"""z3 behind the protocol of `logbits.verify.solver.table`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import z3  # pyright: ignore[reportMissingTypeStubs]

from ...encode.circuit.smtlib import input_name

# z3's Python interface has no types; everything that leaves this file is checked or converted.
_z3: Any = z3


class Z3Session:
    """One z3 solver, made for QF_BV, with one script."""

    def __init__(self, script: str, length: int, width: int) -> None:
        self._context = _z3.Context()
        self._solver = _z3.SolverFor("QF_BV", ctx=self._context)
        self._letters = [_z3.BitVec(input_name(p), width, self._context) for p in range(1, length + 1)]
        self._solver.from_string(script)
        self._model: Any = None

    def check(self, smaller: tuple[int, int] | None = None) -> bool | None:
        """See `Session`."""
        self._model = None
        assumptions = [] if smaller is None else [_z3.ULT(self._letters[smaller[0] - 1], smaller[1])]
        self._solver.push()
        self._solver.add(*assumptions)
        answer = self._solver.check()
        if answer == _z3.sat:
            self._model = self._solver.model()
        self._solver.pop()
        return True if answer == _z3.sat else False if answer == _z3.unsat else None

    def fix(self, position: int, code: int) -> None:
        """See `Session`."""
        self._solver.add(self._letters[position - 1] == code)

    def codes(self) -> list[int]:
        """See `Session`."""
        return [self._model.eval(letter, model_completion=True).as_long() for letter in self._letters]

    def reason(self) -> str:
        """See `Session`."""
        return str(self._solver.reason_unknown())


class Z3Integers:
    """One z3 solver, made for QF_NIA, with one script."""

    def __init__(self, script: str, names: Sequence[str]) -> None:
        self._context = _z3.Context()
        self._solver = _z3.SolverFor("QF_NIA", ctx=self._context)
        self._variables = [_z3.Int(name, self._context) for name in names]
        self._solver.from_string(script)

    def check(self) -> bool | None:
        """True for SAT, False for UNSAT, None if the solver gave up."""
        answer = self._solver.check()
        return True if answer == _z3.sat else False if answer == _z3.unsat else None

    def values(self) -> list[int]:
        """The values of the named variables in the model, after a check that was True."""
        model = self._solver.model()
        return [model.eval(variable, model_completion=True).as_long() for variable in self._variables]

    def reason(self) -> str:
        """Why the check was None."""
        return str(self._solver.reason_unknown())


def version() -> str:
    """The version of the solver."""
    return str(_z3.get_version_string())
