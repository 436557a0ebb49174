"""The protocol behind which each SMT solver stands.

A session reads one script and is asked about it, at first without assumptions. Answers are True (SAT), False (UNSAT)
and None (the solver gave up), to be told apart with `is`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from .backend_bitwuzla import BitwuzlaSession
from .backend_z3 import Z3Integers, Z3Session


class Integers(Protocol):
    """One solver with one script about integers loaded."""

    def check(self) -> bool | None:
        """Whether the script is satisfiable."""
        ...

    def values(self) -> list[int]:
        """The values of the variables in the model, after a check that was True."""
        ...

    def reason(self) -> str:
        """Why the check was None."""
        ...


class Session(Protocol):
    """One solver with one script loaded."""

    def check(self, smaller: tuple[int, int] | None = None) -> bool | None:
        """Whether the script is satisfiable, with the letter at word position p below code c if `smaller` = (p, c)."""
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


SESSIONS: dict[str, Callable[[str, int, int], Session]] = {"bitwuzla": BitwuzlaSession, "z3": Z3Session}
"""Each is called with the script, the number of word positions and the width of a letter code."""

INTEGERS: dict[str, Callable[[str, Sequence[str]], Integers]] = {"z3": Z3Integers}
"""Each is called with a script about integers and the names of its variables."""
