"""cvc5 behind the protocol of `logbits.verify.solver.table`; it is installed only with `logbits[cvc5]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cvc5  # pyright: ignore[reportMissingTypeStubs, reportMissingImports]

from ...encode.circuit.smtlib import input_name

# cvc5's Python interface has no types; everything that leaves this file is checked or converted.
_cvc5: Any = cvc5


class _Session:
    """One cvc5 solver with one script; `_declared` are its constants by name."""

    def __init__(self, script: str, *, incremental: bool) -> None:
        self._manager = _cvc5.TermManager()
        self._solver = _cvc5.Solver(self._manager)
        self._solver.setOption("produce-models", "true")
        self._solver.setOption("incremental", "true" if incremental else "false")
        parser = _cvc5.InputParser(self._solver)
        # Without its last line, which would make the parser solve.
        text = script.replace("(check-sat)\n", "")
        parser.setStringInput(_cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
        symbols = parser.getSymbolManager()
        while not (command := parser.nextCommand()).isNull():
            said = command.invoke(self._solver, symbols)
            if said.strip() not in ("", "success"):
                raise ValueError(f"cvc5: {said.strip()}")
        self._declared = {term.getSymbol(): term for term in symbols.getDeclaredTerms()}
        self._reason = ""

    def reason(self) -> str:
        """See `Session`."""
        return self._reason

    def _told(self, answer: Any) -> bool | None:  # noqa: ANN401 (no types)
        if answer.isUnknown():
            self._reason = f"cvc5 gave up: {answer.getUnknownExplanation()}"
        return True if answer.isSat() is True else False if answer.isUnsat() is True else None


class Cvc5Session(_Session):
    """One cvc5 solver with one script about letters."""

    def __init__(self, script: str, length: int, width: int) -> None:
        super().__init__(script, incremental=True)
        self._letters = [self._declared[input_name(p)] for p in range(1, length + 1)]
        self._width = width

    def check(self, smaller: tuple[int, int] | None = None) -> bool | None:
        """See `Session`."""
        if smaller is None:
            answer = self._solver.checkSat()
        else:
            below = self._manager.mkBitVector(self._width, smaller[1])
            less = self._manager.mkTerm(_cvc5.Kind.BITVECTOR_ULT, self._letters[smaller[0] - 1], below)
            answer = self._solver.checkSatAssuming(less)
        return self._told(answer)

    def fix(self, position: int, code: int) -> None:
        """See `Session`."""
        value = self._manager.mkBitVector(self._width, code)
        self._solver.assertFormula(self._manager.mkTerm(_cvc5.Kind.EQUAL, self._letters[position - 1], value))

    def codes(self) -> list[int]:
        """See `Session`."""
        return [int(self._solver.getValue(letter).getBitVectorValue(10)) for letter in self._letters]


class Cvc5Integers(_Session):
    """One cvc5 solver with one script about integers."""

    def __init__(self, script: str, names: Sequence[str]) -> None:
        super().__init__(script, incremental=False)
        self._variables = [self._declared[name] for name in names]

    def check(self) -> bool | None:
        """See `Integers`."""
        return self._told(self._solver.checkSat())

    def values(self) -> list[int]:
        """See `Integers`."""
        return [int(self._solver.getValue(variable).getIntegerValue()) for variable in self._variables]
