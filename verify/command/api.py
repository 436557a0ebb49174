"""The same from Python: `verify(program, n=64, bits=8)`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ...encode.arithmetic.arithmetic import Arithmetic, fixed
from ...encode.claim.claim import Claim, aligned
from ...encode.program.program import Program
from ...encode.program.wellformed import validate
from ..engine.engine import decide
from ..reference.run import Reference
from ..request import words as request
from ..request.request import Request
from ..verdict.verdict import Verdict
from . import given


def verify(
    program: Program,
    n: int,
    bits: int | None = None,
    *,
    first: int = 1,
    arithmetic: str | Arithmetic | None = None,
    against: str | Arithmetic = "exact",
    assume: Program | None = None,
    claim: str = "decision",
    other: Program | None = None,
    jobs: int = 2,
    timeout: float = 300.0,
    memory: int = 2048,
    solvers: Sequence[str] | None = None,
    proofs: str | Path | None = None,
) -> Verdict:
    """Whether `program`, computed in the arithmetic, agrees on every word of length first..n with its run in `against`.

    Args:
        program: the transformer: of a finished Builder or Rasp, of a case that ships, or `load(file)`.
        n: the bound N, at least 1.
        bits: b of the arithmetic `fixed(b)` with scales per site; or give `arithmetic`.
        arithmetic: an arithmetic or its text, for example "dyadic quotient(12)".
        first: the least length asked about; scales are those of the bound n all the same.
        against: the arithmetic to compare with, exact rationals unless given.
        assume: an acceptor over the same alphabet; only words that it accepts, in exact arithmetic, are asked about.
        claim: what it is to agree, as on the command line: "exact", "attention", "error<=1/100", "language dyck1".
        other: a program of your own to compare with, for the claims "equivalent" and "language", without a name then.
        jobs: the number of child processes that work at a time.
        timeout: the limit in seconds for all lengths together.
        memory: the limit per child process in MiB.
        solvers: which solvers to ask, all of them; without: one after the other, until one answers.
        proofs: a folder for records, derivations, clauses and checked proofs; `verify-precision recheck DIR` checks
            them again.

    Raises:
        ValueError: for lengths, bits, an arithmetic, an assumption or a claim that do not fit, or a solver that is not
            there.
        TypeError: for neither or both of `bits` and `arithmetic`, and for what is of a wrong type; the line names the
            argument, says what was given, and what would be right.
    """
    given.program("program", program)
    bound, least = given.lengths(n, first)
    if (bits is None) == (arithmetic is None):
        raise TypeError("give either bits or arithmetic, for example bits=8 or arithmetic='dyadic quotient(12)'")
    low = given.arithmetic("arithmetic", arithmetic) if bits is None else fixed(given.bits(bits))
    left = given.arithmetic("against", against)
    limits = given.limits(timeout, jobs, memory, solvers, proofs)
    assumed = None if assume is None else validate(given.program("assume", assume))
    kind, name = given.claim(claim, other)
    if other is None and name:
        other = request.compared(kind, name)
    compared = None if other is None else aligned(validate(other), program)
    made = Claim(validate(program), left, low, bound, assumed, kind, compared)
    for side, side_arithmetic in made.runs():
        Reference(side, side_arithmetic, bound)  # refuses lengths that the model does not know
        request.fits(side, side_arithmetic, bound)
    with closing(decide([Request(made, least)], limits)) as events:
        return next(event for event in events if isinstance(event, Verdict))
