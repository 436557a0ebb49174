"""The table of solvers, and the protocol behind which each of them stands.

A session reads one question, in the dialect of its solver, and is asked about it, at first without assumptions. Answers
are True (SAT), False (UNSAT) and None (the solver gave up), to be told apart with `is`.

The table is data: the process that asks reads it and imports no solver; a child imports the one module that it needs,
so that a solver that is not installed, or does not load, is missed by nobody who does not ask it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Literal, Protocol

Dialect = Literal["smt2", "dimacs"]


class Session(Protocol):
    """One solver with one question loaded."""

    def check(self, smaller: tuple[int, int] | None = None) -> bool | None:
        """Whether it is satisfiable, with the letter at word position p below code c if `smaller` = (p, c)."""
        ...

    def fix(self, position: int, code: int) -> None:
        """Asserts, for good, that the letter at a word position has this code."""
        ...

    def codes(self) -> list[int]:
        """The letter codes of the last model, after a check that was True."""
        ...

    def reason(self) -> str:
        """Why the last check was None."""
        ...


class Integers(Protocol):
    """One solver with one question about integers loaded."""

    def check(self) -> bool | None:
        """Whether it is satisfiable."""
        ...

    def values(self) -> list[int]:
        """The values of the named variables in the model, after a check that was True."""
        ...

    def reason(self) -> str:
        """Why the check was None."""
        ...


class Proving(Session, Protocol):
    """A session that logs how it refutes."""

    def proof(self) -> Iterator[str]:
        """The lines of a DRAT proof, after a first check that was False; an error at any other time."""
        ...


@dataclass(frozen=True)
class Backend:
    """A solver: the dialect of its questions, whether it can leave proofs, and where its session is.

    `package` is what it imports, `install` what to install for that, and it is in every installation unless `optional`.
    `integers` is the session for questions about integers, empty where there is none. `files` tells that it works with
    files, in a temporary folder.
    """

    name: str
    dialect: Dialect
    proves: bool
    module: str
    session: str
    package: str
    install: str
    integers: str = ""
    optional: bool = False
    files: bool = False

    def installed(self) -> bool:
        """Whether its package is there."""
        return find_spec(self.package) is not None

    def open(self, text: str, length: int, width: int) -> Session:
        """A session about `text`, over `length` letters with codes of `width` bits."""
        return self._session()(text, length, width)

    def open_proving(self, text: str, length: int, width: int) -> Proving:
        """The same, with a proof if it refutes.

        Raises:
            ValueError: when the solver leaves no proofs.
        """
        if not self.proves:
            raise ValueError(f"{self.name} leaves no proofs")
        return self._session()(text, length, width, logging=True)

    def open_integers(self, text: str, names: Sequence[str]) -> Integers:
        """A session about integers, whose variables are named.

        Raises:
            ValueError: when the solver is not asked about integers.
        """
        if not self.integers:
            raise ValueError(f"{self.name} is not asked about integers")
        return getattr(self._module(), self.integers)(text, names)

    def _session(self) -> Any:  # noqa: ANN401 (a class of the module that the table names)
        return getattr(self._module(), self.session)

    def _module(self) -> ModuleType:
        return import_module(f"{__package__}.{self.module}")


_TABLE = (
    Backend("bitwuzla", "smt2", False, "bitwuzla", "BitwuzlaSession", "bitwuzla", "bitwuzla"),
    Backend("z3", "smt2", False, "z3", "Z3Session", "z3", "z3-solver", "Z3Integers"),
    Backend("cvc5", "smt2", False, "cvc5", "Cvc5Session", "cvc5", "logbits[cvc5]", "Cvc5Integers", True),
    Backend("cadical", "dimacs", True, "pysat", "CadicalSession", "pysat", "python-sat"),
    Backend("glucose", "dimacs", True, "pysat", "GlucoseSession", "pysat", "python-sat"),
    Backend("lingeling", "dimacs", True, "pysat", "LingelingSession", "pysat", "python-sat"),
    Backend(
        "kissat",
        "dimacs",
        True,
        "kissat",
        "KissatSession",
        "passagemath_kissat",
        "logbits[kissat]",
        optional=True,
        files=True,
    ),
)

BACKENDS = {backend.name: backend for backend in _TABLE}
"""Every solver there is, by its name."""
