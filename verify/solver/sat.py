"""A session with any SAT solver, behind the protocol of `logbits.verify.solver.table`.

- Answers are told apart with `is`: what is neither True nor False is "gave up".
- An empty clause is not handed on: to a solver it may be nothing at all. The formula is refuted then.
- A proof is what the first check logged, without assumptions: a solver with assumptions may log an empty clause that
  holds only under them. It ends with its first empty clause, which is added, as the solver's claim, where the log has
  none. It is checked like any other line, so adding it proves nothing.
- A model may be cut off at the last variable that the solver has seen; a variable beyond it is in no clause.

"The letter at p is below c" is a few clauses over its bits that hold under a fresh activation literal; a unit clause
retires it afterwards. No other variable is needed: y <= m exactly if at no bit where m has 0, y has 1 there and also 1
wherever m has 1 above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Protocol

from .dimacs import read


class Solver(Protocol):
    """A SAT solver; of what it returns nothing is believed."""

    def add_clause(self, clause: Sequence[int]) -> object:
        """Adds a clause, not empty, for good."""
        ...

    def solve(self, assumptions: Sequence[int]) -> object:
        """True or False, or anything else where it gives up."""
        ...

    def get_model(self) -> Iterable[int]:
        """The literals that are true, after True."""
        ...

    def get_proof(self) -> Iterable[str] | None:
        """The lines of a DRAT proof, after False, if it logs."""
        ...


class SatSession:
    """One solver with the clauses of one DIMACS text; variable 1 + (p - 1) * width + b is bit b of the letter at p."""

    solver: ClassVar[str]

    def __init__(self, text: str, length: int, width: int, logging: bool = False) -> None:
        """With `logging`, the first check leaves a proof if it is UNSAT.

        Raises:
            ValueError: for a text that is not DIMACS or has no variables for the letters.
        """
        formula = read(text)
        if length * width > formula.variables:
            raise ValueError(f"{length} letters of {width} bits, but {formula.variables} variables")
        self._length, self._width = length, width
        self._variables = formula.variables
        self._logging = logging
        self._checks = 0
        self._provable = False
        self._refuted = not all(formula.clauses)
        self._solver = self.start(logging)
        for clause in formula.clauses:
            if clause:
                self._solver.add_clause(clause)

    def start(self, logging: bool) -> Solver:
        """A solver without clauses."""
        raise NotImplementedError

    def check(self, smaller: tuple[int, int] | None = None) -> bool | None:
        """See `Session`."""
        self._checks += 1
        if self._refuted or (smaller is not None and smaller[1] <= 0):
            answer = False
        elif smaller is None:
            answer = self._solve([])
        else:
            activation = self._below(*smaller)
            answer = self._solve([activation])
            self._solver.add_clause([-activation])
        self._provable = self._logging and self._checks == 1 and smaller is None and answer is False
        return answer

    def fix(self, position: int, code: int) -> None:
        """See `Session`."""
        for bit, variable in enumerate(self._bits(position)):
            self._solver.add_clause([variable if code >> bit & 1 else -variable])

    def codes(self) -> list[int]:
        """See `Session`."""
        return list(self._codes)

    def reason(self) -> str:
        """See `Session`."""
        return f"{self.solver} gave up"

    def proof(self) -> Iterator[str]:
        """The lines of a DRAT proof, the last an empty clause.

        Raises:
            RuntimeError: unless the only check so far was logged, without assumptions, and UNSAT.
        """
        if not self._provable:
            raise RuntimeError("there is a proof only after a first check that was UNSAT, with logging on")
        lines: Iterable[str] | None = [] if self._refuted else self._solver.get_proof()
        if lines is None:
            raise RuntimeError(f"{self.solver} logged no proof")
        for line in lines:
            if line == "0":
                break
            yield f"{line}\n"
        yield "0\n"

    def _solve(self, assumptions: list[int]) -> bool | None:
        answer = self._solver.solve(assumptions=assumptions)
        if answer is True:
            # At once: a clause that is added makes some solvers forget the model.
            values = {literal for literal in self._solver.get_model() if literal > 0}
            self._codes = [
                sum((variable in values) << bit for bit, variable in enumerate(self._bits(position)))
                for position in range(1, self._length + 1)
            ]
        return True if answer is True else False if answer is False else None

    def _bits(self, position: int) -> range:
        first = 1 + (position - 1) * self._width
        return range(first, first + self._width)

    def _below(self, position: int, code: int) -> int:
        """A new literal under which the letter is below the code, which is at least 1."""
        self._variables += 1
        bits, most = self._bits(position), code - 1
        if code < 1 << self._width:
            for bit, variable in enumerate(bits):
                if not most >> bit & 1:
                    above = [-bits[j] for j in range(bit + 1, self._width) if most >> j & 1]
                    self._solver.add_clause([-self._variables, -variable, *above])
        return self._variables
