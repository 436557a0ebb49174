"""Our clauses and CaDiCaL beside z3 and bitwuzla, on the same terms, with what it takes to prove and to check.

    python tests/bench/solvers.py [--quick] [--markdown] [--limit SECONDS] [--repeat K]

A row is the question for one length *as it is defined*: no rule has touched it, so that solvers have the whole work.
z3 and bitwuzla read its circuit as SMT-LIB 2, CaDiCaL the clauses that we make of the same circuit. Each is asked in
turn, k times, in a child process of its own, and the medians are shown; a second is a second of the child, its start
included, which alone takes some tenths. *Bits* is the making of graph and clauses, *proof* CaDiCaL with a proof,
*check* the checker. Ratios are to CaDiCaL without a proof. The command fails where answers differ.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.program import Program
from logbits.verify.proof.check import check
from logbits.verify.question.question import Question
from logbits.verify.solver.ask import Answer, ask

SOLVERS = ("cadical", "bitwuzla", "z3")
HEAD = ["model", "arithmetic", "n", "answer", "bits", "cadical", "bitwuzla", "z3", "proof", "check", "check/proof"]


def masked() -> Program:
    """Uniform attention over a mask that the word chooses: A[m_j; v_j] > 1/2, the letters being pairs of bits m, v."""
    t = Builder("masked-mean", "abcd")
    mask, value = t.symbol("c") + t.symbol("d"), t.symbol("b") + t.symbol("d")
    return t.accept(t.attend(t.key(t.store(mask)), t.store(value)) - "1/2")


@dataclass(frozen=True)
class Row:
    """One question."""

    program: Program
    arithmetic: str
    n: int
    quick: bool = False


ROWS = [
    Row(CASES["dyck1-relu"].program, "fixed(10)", 12, quick=True),
    Row(CASES["dyck1-relu"].program, "fixed(10)", 16),
    Row(CASES["dyck1-relu"].program, "fixed(10)", 20),
    Row(CASES["dyck1-relu"].program, "fixed(12)", 24),
    Row(CASES["prefix-argmax"].program, "dyadic quotient(12)", 6, quick=True),
    Row(CASES["prefix-argmax"].program, "dyadic quotient(12)", 8),
    Row(CASES["prefix-argmax"].program, "dyadic quotient(12)", 10),
    Row(masked(), "dyadic reciprocal(13)", 8, quick=True),
    Row(masked(), "dyadic reciprocal(13)", 16),
    Row(masked(), "dyadic reciprocal(13)", 24),
]


class Measured:
    """The seconds of each kind, and the answers."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.expired: set[str] = set()
        self.answers: set[str] = set()

    def add(self, kind: str, seconds: float) -> None:
        self.seconds.setdefault(kind, []).append(seconds)

    def median(self, kind: str) -> float:
        return statistics.median(self.seconds[kind])


def measure(row: Row, repeat: int, limit: float) -> Measured:
    """All solvers in turn."""
    measured = Measured()
    claim = Claim(row.program, EXACT, parse(row.arithmetic), row.n)
    width = max(1, (len(row.program.alphabet) - 1).bit_length())
    for _ in range(repeat):
        question = Question(claim, row.n, reduce=False)
        text = question.script()
        start = time.perf_counter()
        clauses = question.texts().dimacs
        measured.add("bits", time.perf_counter() - start)

        def solve(solver: str, proof: Path | None = None, text: str = text, clauses: str = clauses) -> Answer:
            return ask(
                solver,
                clauses if solver == "cadical" else text,
                length=row.n,
                width=width,
                alphabet=len(row.program.alphabet),
                deadline=time.monotonic() + limit,
                memory=8192,
                proof=proof,
            )

        for solver in SOLVERS:
            if solver in measured.expired:
                continue
            answer = solve(solver)
            if answer.kind == "unknown":
                measured.expired.add(solver)
            else:
                measured.answers.add(answer.kind)
                measured.add(solver, answer.seconds)
        if measured.answers == {"unsat"} and "cadical" not in measured.expired:
            with tempfile.TemporaryDirectory() as folder:
                cnf, proof = Path(folder, "cnf"), Path(folder, "drat")
                cnf.write_text(clauses)
                measured.add("proof", solve("cadical", proof).seconds)
                checked = check(cnf, proof, time.monotonic() + 10 * limit, 8192)
                if checked.ok is not True:
                    raise SystemExit(f"{row.program.name} n={row.n}: {checked.reason}")
                measured.add("check", checked.seconds)
    if len(measured.answers) != 1:
        raise SystemExit(f"{row.program.name} n={row.n}: the answers differ: {measured.answers}")
    return measured


def cells(row: Row, measured: Measured, limit: float) -> list[str]:
    """A row of the table."""

    def shown(kind: str) -> str:
        ours = measured.median("cadical") if "cadical" in measured.seconds else limit
        if kind in measured.expired:
            return f"> {limit:g} s (> {limit / ours:.1f})"
        if kind not in measured.seconds:
            return "-"
        seconds = measured.median(kind)
        return f"{seconds:.2f} s" + (f" ({seconds / ours:.1f})" if kind in ("bitwuzla", "z3") else "")

    proved = "check" in measured.seconds
    ratio = f"{measured.median('check') / measured.median('proof'):.1f}" if proved else "-"
    kinds = [shown(kind) for kind in ("bits", *SOLVERS, "proof", "check")]
    [answer] = measured.answers
    return [row.program.name, row.arithmetic, str(row.n), answer, *kinds, ratio]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small lengths, once, limit 20 s")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--limit", type=float, help="seconds for each solver: 60, with --quick 20")
    parser.add_argument("--repeat", type=int, help="how often each row is measured: 3, with --quick 1")
    args = parser.parse_args()
    limit, repeat = args.limit or (20.0 if args.quick else 60.0), args.repeat or (1 if args.quick else 3)
    table: list[list[str]] = []
    for row in ROWS:
        if row.quick or not args.quick:
            table.append(cells(row, measure(row, repeat, limit), limit))
            print("  ".join(table[-1]), file=sys.stderr, flush=True)
    packages = ("z3-solver", "bitwuzla", "python-sat", "dratify")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"{datetime.datetime.now(datetime.UTC).date()}; Python {platform.python_version()}, {versions}; ", end="")
    print(f"median of {repeat}, limit {limit:g} s\n")
    rows = [HEAD, *table]
    if args.markdown:
        rows.insert(1, ["---"] * len(HEAD))
        print("\n".join(f"| {' | '.join(each)} |" for each in rows))
    else:
        widths = [max(len(each[column]) for each in rows) for column in range(len(HEAD))]
        for each in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
