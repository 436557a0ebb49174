"""Traps of python-sat, which are what its backend is there for."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import pysat.solvers
from logbits.verify.solver.pysat import GlucoseSession, LingelingSession
from packaging.version import Version
from support import naive_rup
from support.formulas import REFUTED, dimacs


def test_logs_are_flushed_in_the_version_that_is_required() -> None:
    assert Version(version("python-sat")) >= Version("1.9.dev16")


def test_glucose_and_lingeling_leave_nothing_where_propagation_refutes() -> None:
    """Why the last line may have to be added."""
    for make in (GlucoseSession, LingelingSession):
        solver: Any = getattr(pysat.solvers, make.solver)(bootstrap_with=[[1], [-1, 2], [-2]], with_proof=True)
        assert solver.solve() is False
        assert solver.get_proof() == []


def test_lingeling_goes_on_after_the_empty_clause() -> None:
    """Why a proof is cut there."""
    variables, clauses = next(
        each for each in REFUTED if lingeling_lines(*each).index("0") < len(lingeling_lines(*each)) - 1
    )
    session = LingelingSession(dimacs(variables, clauses), 1, 1, logging=True)
    assert session.check() is False
    assert naive_rup.refutes(dimacs(variables, clauses), "".join(session.proof()))


def lingeling_lines(variables: int, clauses: list[list[int]]) -> list[str]:
    session = LingelingSession(dimacs(variables, clauses), 1, 1, logging=True)
    session.check()
    return [*(session._solver.get_proof() or []), "0"]
