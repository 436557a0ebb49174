"""The proof checker dratify, and the one way of using it in which what it accepts is so.

It checks forwards: each line of a proof must follow by unit propagation (RUP) from the clauses before it, up to the
empty clause. By default it also accepts lines that only keep satisfiability (RAT), and there it is wrong, in 0.1.10 and
in both of its engines: a clause that forced a variable at the root can be deleted, the variable stays forced, and RAT
looks for the deleted clause in vain. `p cnf 2 2`, `1 0`, `-1 -2 0` is satisfiable, and `d -1 -2 0`, `2 0`, `0` is then
"verified". So RAT is off. What is left is sound whatever is deleted, since every line that is accepted follows from the
formula itself; and none of our solvers needs more, with the introduction of variables switched off.

Its two engines do the same; the native one is some ten to twenty times faster. It comes with `logbits[native]`, and is
found by dratify only after cdclkit has been imported: otherwise Python is used, silently. Hence the engine is named
here, never "auto", and every result says which one ran.
"""

from __future__ import annotations

from typing import Any, Literal

import dratify

from ..solver.dimacs import read
from .judgement import Judgement

try:
    import cdclkit  # pyright: ignore[reportMissingImports]
except ImportError:
    cdclkit = None

# What dratify says of its own types is incomplete.
_dratify: Any = dratify
_NATIVE = cdclkit is not None and dratify.native_available()


def engine() -> Literal["native", "python"]:
    """Which engine checks."""
    return "native" if _NATIVE else "python"


def judge(cnf: str, proof: str) -> Judgement:
    """Whether `proof` refutes the formula that the DIMACS text `cnf` is.

    Raises:
        ValueError: for texts that are not DIMACS and DRAT.
    """
    formula = read(cnf)
    steps: list[tuple[str, tuple[int, ...]]] = dratify.parse_proof(proof)
    end = next((index for index, step in enumerate(steps) if step == ("a", ())), len(steps))
    if any(kind != "d" for kind, _ in steps[end + 1 :]):
        return Judgement(False, f"goes on after the empty clause, at step {end + 1}", 0)
    for number, (_, literals) in enumerate(steps, 1):
        if literals and max(literals) >= 2 * formula.variables:
            return Judgement(False, f"step {number} has a variable that the formula has not", 0)
    clauses = dratify.CNF(formula.variables)
    for clause in formula.clauses:
        clauses.add_dimacs(clause)
    result = _dratify.check_proof(clauses, steps[: end + 1], check_rat=False, engine=engine())
    ok = result.ok is True and result.reached_empty is True and result.failed_step <= 0
    failed = f"step {result.failed_step}: " if result.failed_step > 0 else ""
    return Judgement(ok, "" if ok else f"{failed}{result.reason}", result.steps)
