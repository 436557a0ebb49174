"""CaDiCaL, Glucose and Lingeling, through python-sat.

The traps of that package are dealt with here, and in `sat`, which the others share:

- `solve()` may return None, which is falsy.
- Clauses are added one by one to a solver that already logs. Given to the constructor, they reach Glucose and Lingeling
  before the log is open, CaDiCaL 3.0 before its options are set, and an empty list of clauses is taken for none given.
- Lingeling goes on logging what it still gets of a formula that it has refuted. Glucose and Lingeling log nothing at
  all where unit propagation alone refutes the formula. Logs are DRAT, in text; CaDiCaL's is binary and python-sat
  translates it.
- A model is cut off at the last variable that the solver has seen.
- Before 1.9.dev16 the log was read before it was flushed: `pyproject.toml` asks for a later version.
- CaDiCaL 3.0 can introduce variables of its own (`factor`): activation literals would collide with them, and the lines
  of a proof that introduce them do not follow by unit propagation. So that is off.
"""

from __future__ import annotations

from typing import Any

import pysat.solvers  # pyright: ignore[reportMissingTypeStubs]

from .sat import SatSession, Solver

# python-sat has no types; everything that leaves this file is checked or converted.
_pysat: Any = pysat.solvers


class _PysatSession(SatSession):
    """A solver of python-sat, which calls it `solver`."""

    def start(self, logging: bool) -> Solver:
        """See `SatSession`."""
        return getattr(_pysat, self.solver)(with_proof=logging)


class CadicalSession(_PysatSession):
    """CaDiCaL."""

    solver = "Cadical300"

    def start(self, logging: bool) -> Solver:
        """See `SatSession`."""
        solver: Any = super().start(logging)
        solver.configure({"factor": 0})
        return solver


class GlucoseSession(_PysatSession):
    """Glucose."""

    solver = "Glucose42"


class LingelingSession(_PysatSession):
    """Lingeling."""

    solver = "Lingeling"
