"""One question put to one rival, or to `logbits`: in a process of its own, which `rivals` starts.

    PYTHONPATH=tests python -m bench.solve RIVAL MODEL LENGTH PRECISION SECONDS MIB

First the question is made: imports, terms, the text or the circuit. That is not counted. Then a line says how many CPU
seconds went by, the limit begins, and a second line brings the answer and the CPU seconds up to it, those of child
processes included. The limits hold for each process (RLIMIT_CPU, RLIMIT_AS).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.families import FAMILIES, Family

Solve = Callable[[], str]
"""Gives the answer: `verified`, `refuted`, or what else was said."""

MAKING = 4
"""The making of a question has this many times the limit."""

SAID = {"sat": "refuted", "unsat": "verified"}
ABC = "/usr/bin/berkeley-abc"
COMPARE = "cec -n -s -T {0} -C 2000000000 low.aig against.aig"
PROVE = {"prefix-argmax": "&fraig -x; &put; dsat", "induction": "&fraig -x; &put; dsat", "most-frequent": "&put; dsat"}
"""The commands of ABC that were fastest on short words, among `cec`, `&cec`, `dprove`, `iprove` and these."""

WORKERS = 8
"""CP-SAT's portfolio, whose workers differ: one worker alone does not decide `majority-affine` at n = 64."""


def z3(family: Family, n: int, precision: int, limit: int) -> Solve:
    from bench import naive

    solver = naive.question(family.model, n, precision)
    return lambda: SAID.get(str(solver.check()), "unknown")


def _script(family: Family, n: int, precision: int) -> str:
    from bench import naive

    return "(set-logic QF_BV)\n" + naive.question(family.model, n, precision).to_smt2().replace("(check-sat)\n", "")


def bitwuzla(family: Family, n: int, precision: int, limit: int) -> Solve:
    """Its parser reads files only."""
    import bitwuzla

    path = Path(tempfile.mkdtemp(), "question.smt2")
    path.write_text(_script(family, n, precision), encoding="ascii")

    def solve() -> str:
        parser = bitwuzla.Parser(bitwuzla.TermManager(), bitwuzla.Options())
        parser.parse(str(path))
        return SAID.get(str(parser.bitwuzla().check_sat()).rpartition(".")[2].lower(), "unknown")

    return solve


def cvc5(family: Family, n: int, precision: int, limit: int) -> Solve:
    """Bits are made at once, and CaDiCaL solves: as its authors do for bit-vectors in competitions."""
    import cvc5 as module  # pyright: ignore[reportMissingTypeStubs]

    cvc5: Any = module
    text = _script(family, n, precision)

    def solve() -> str:
        solver = cvc5.Solver(cvc5.TermManager())
        for option, value in (("bitblast", "eager"), ("bv-sat-solver", "cadical"), ("bv-assert-input", "true")):
            solver.setOption(option, value)
        parser = cvc5.InputParser(solver)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
        while not (command := parser.nextCommand()).isNull():
            command.invoke(solver, parser.getSymbolManager())
        return SAID.get(str(solver.checkSat()), "unknown")

    return solve


def cp_sat(family: Family, n: int, precision: int, limit: int) -> Solve:
    from bench import integers
    from ortools.sat.python import cp_model  # pyright: ignore[reportMissingImports]

    model = integers.question(family.model, n, precision)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS

    def solve() -> str:
        said = solver.solve(model)
        known = {cp_model.OPTIMAL: "refuted", cp_model.FEASIBLE: "refuted", cp_model.INFEASIBLE: "verified"}
        return known.get(said) or str(solver.status_name(said))

    return solve


def numpy(family: Family, n: int, precision: int, limit: int) -> Solve:
    from bench import enumerations

    return lambda: "refuted" if enumerations.broken(family.model, n, precision) else "verified"


def abc(family: Family, n: int, precision: int, limit: int) -> Solve:
    """Two circuits are compared, or where there are several outputs the one that asks whether they differ is proved."""
    from logbits.cases.catalogue import CASES
    from logbits.encode.arithmetic.arithmetic import EXACT
    from logbits.encode.arithmetic.text import parse
    from logbits.encode.claim.claim import Claim
    from logbits.verify.report.export import export

    folder = Path(tempfile.mkdtemp())
    claim = Claim(CASES[family.model].program, EXACT, parse(family.text(precision)), n)
    parts = ("low", "against") if family.acceptor else ("question",)
    for part in parts:
        (folder / f"{part}.aig").write_bytes(export(claim, n, "", "aig", part))
    command = COMPARE.format(20 * limit) if family.acceptor else f"&r question.aig; {PROVE[family.model]}"

    def solve() -> str:
        said = subprocess.run([ABC, "-c", command], cwd=folder, capture_output=True, text=True, check=False).stdout
        for sign, answer in (
            ("Networks are equivalent", "verified"),
            ("NOT EQUIVALENT", "refuted"),
            ("UNSATISFIABLE", "verified"),
            ("SATISFIABLE", "refuted"),
        ):
            if sign in said:
                return answer
        return "unknown"

    return solve


def ours(family: Family, n: int, precision: int, limit: int) -> Solve:
    """Every length up to n, in the ways that `verify` takes unless it is told otherwise.

    Its workers have the limit one by one, and those that die are started again: so there is a limit by the clock too.
    """
    from logbits import verify
    from logbits.cases.catalogue import CASES

    program = CASES[family.model].program
    arithmetic = family.text(precision)
    return lambda: verify(program, n, arithmetic=arithmetic, jobs=1, timeout=3 * limit).status.name.lower()


RIVALS: dict[str, Callable[[Family, int, int, int], Solve]] = {
    "z3": z3,
    "bitwuzla": bitwuzla,
    "cvc5": cvc5,
    "CP-SAT": cp_sat,
    "numpy": numpy,
    "ABC": abc,
    "logbits": ours,
}


def used() -> float:
    """CPU seconds of this process, and of its children that have ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def main(rival: str, model: str, n: int, precision: int, limit: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (MAKING * limit, hard))
    solve = RIVALS[rival](FAMILIES[model], n, precision, limit)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used()) + limit + 1, hard))
    print(json.dumps({"used": used()}), flush=True)
    answer = solve()
    print(json.dumps({"used": used(), "answer": answer}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
