"""Ratios of what one would write without `logbits` to what it takes here, each measured in one run.

    python tests/bench/run.py [SECTION]... [--quick] [--markdown] [--limit SECONDS] [--repeat K]

A row is one obligation: one model, one arithmetic, one length. Both sides are fresh child processes in turn, k times,
and the medians are shown. Ours is everything after the imports: making the question, simulating it, and the solver,
its start included, if one is left to ask. The naive side is the solver alone (reading the text and checking) or the
enumeration alone. A naive solve is killed at the limit; the ratio is then a lower bound. One that takes more than ten
seconds is not repeated. Seconds are shown and never asserted; that both sides give the same answer is.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

LIMITS = {"z3": 60.0, "bitwuzla": 120.0, "argmax": 60.0, "majority": 60.0, "enumeration": 60.0}
"""The sections, and the limit of a naive solve in each, in seconds."""

LONG = 10.0
"""A naive solve that takes longer is not repeated."""


@dataclass(frozen=True)
class Row:
    """`tool` answers the naive question."""

    section: str
    model: str
    n: int
    frac: int
    arithmetic: str
    tool: str
    quick: bool = False


ROWS = [
    Row("z3", "dyck1-relu", 8, 14, "dyadic quotient(14)", "z3", quick=True),
    Row("z3", "dyck1-relu", 12, 14, "dyadic quotient(14)", "z3", quick=True),
    Row("z3", "dyck1-relu", 16, 14, "dyadic quotient(14)", "z3"),
    Row("bitwuzla", "dyck1-relu", 16, 14, "dyadic quotient(14)", "bitwuzla", quick=True),
    Row("bitwuzla", "dyck1-relu", 48, 14, "dyadic quotient(14)", "bitwuzla"),
    Row("bitwuzla", "dyck1-relu", 64, 14, "dyadic quotient(14)", "bitwuzla"),
    Row("argmax", "prefix-argmax", 12, 12, "dyadic quotient(12)", "bitwuzla", quick=True),
    Row("argmax", "prefix-argmax", 16, 12, "dyadic quotient(12)", "bitwuzla"),
    Row("argmax", "prefix-argmax", 24, 12, "dyadic quotient(12)", "bitwuzla"),
    Row("majority", "majority-affine", 64, 7, "fixed(8)", "z3", quick=True),
    Row("enumeration", "majority-affine", 16, 7, "fixed(8)", "numpy", quick=True),
    Row("enumeration", "majority-affine", 20, 7, "fixed(8)", "numpy", quick=True),
    Row("enumeration", "dyck1-relu", 16, 14, "dyadic quotient(14)", "numpy", quick=True),
    Row("enumeration", "dyck1-relu", 20, 14, "dyadic quotient(14)", "numpy", quick=True),
]


@dataclass(frozen=True)
class Measured:
    """The seconds of each repetition (none for a naive solve that was killed), and the answers."""

    naive: list[float]
    ours: list[float]
    answer: str
    how: str
    limit: float


# -- in the children


def naive_side(row: Row) -> dict[str, object]:
    """One naive solve, alone in its process; says when it starts."""
    from bench import enumerations, naive

    if row.tool == "numpy":
        _say({})
        start = time.perf_counter()
        broken = enumerations.broken(row.model, row.n, row.frac)
        return {"seconds": time.perf_counter() - start, "answer": "refuted" if broken else "verified"}
    solver = naive.question(row.model, row.n, row.frac)
    if row.tool == "z3":
        _say({})
        start = time.perf_counter()
        said = str(solver.check())
    else:
        import bitwuzla

        with tempfile.NamedTemporaryFile("w", suffix=".smt2") as file:
            file.write("(set-logic QF_BV)\n" + solver.to_smt2().replace("(check-sat)\n", ""))
            file.flush()
            _say({})
            start = time.perf_counter()
            manager, options = bitwuzla.TermManager(), bitwuzla.Options()
            parser = bitwuzla.Parser(manager, options)
            parser.parse(file.name)
            said = str(parser.bitwuzla().check_sat()).rpartition(".")[2].lower()
    return {"seconds": time.perf_counter() - start, "answer": {"sat": "refuted", "unsat": "verified"}.get(said, said)}


def our_side(row: Row) -> dict[str, object]:
    """One obligation from the claim to the answer, as the engine does it."""
    from logbits.cases.catalogue import CASES
    from logbits.encode.arithmetic.arithmetic import EXACT
    from logbits.encode.arithmetic.text import parse
    from logbits.encode.claim.claim import Claim
    from logbits.verify.decide import ways
    from logbits.verify.decide.reply import Broken, Decided, Open
    from logbits.verify.decide.way import Desk
    from logbits.verify.solver.ask import ask

    _say({})
    start = time.perf_counter()
    claim = Claim(CASES[row.model].program, EXACT, parse(row.arithmetic), row.n)
    reply = ways.decide(Desk(claim), range(row.n, row.n + 1), "")
    said, how = ("refuted", "word") if isinstance(reply, Broken) else (str(reply), "")
    if isinstance(reply, Decided):
        said, how = "verified", reply.evidence
    elif isinstance(reply, Open):
        deadline = time.monotonic() + 600
        alphabet = len(claim.program.alphabet)
        solved = ask(
            "bitwuzla",
            reply.question.smt2,
            length=row.n,
            width=reply.width,
            alphabet=alphabet,
            deadline=deadline,
            memory=2048,
        )
        said = {"sat": "refuted", "unsat": "verified"}.get(solved.kind, solved.reason)
        how = "bitwuzla"
    return {"seconds": time.perf_counter() - start, "answer": said, "how": how}


def _say(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)


# -- in the parent


def child(side: str, row: Row, limit: float | None) -> dict[str, object] | None:
    """What the child for one side says; None if it was killed at the limit."""
    command = [sys.executable, "-m", "bench.run", "--child", side, str(ROWS.index(row))]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            process.kill()

        timer = None
        try:
            process.stdout.readline()  # it starts now
            if limit is not None:
                timer = threading.Timer(limit, expire)
                timer.start()
            said = process.stdout.read()
            process.wait()
        finally:
            if timer is not None:
                timer.cancel()
            process.kill()
    if expired.is_set():
        return None
    if process.returncode or not said:
        raise SystemExit(f"{row}: the {side} side ended with status {process.returncode}")
    return json.loads(said)


def measure(row: Row, repeat: int, limit: float) -> Measured:
    """Both sides in turn."""
    naive: list[float] = []
    ours: list[float] = []
    answers: set[str] = set()
    killed, how = False, ""
    for _ in range(repeat):
        if not killed and max(naive, default=0.0) <= LONG:
            said = child("naive", row, limit)
            killed = said is None
            if said is not None:
                naive.append(float(str(said["seconds"])))
                answers.add(str(said["answer"]))
        said = child("ours", row, None)
        assert said is not None
        ours.append(float(str(said["seconds"])))
        answers.add(str(said["answer"]))
        how = str(said["how"])
    if len(answers) != 1:
        raise SystemExit(f"{row}: the answers differ: {', '.join(sorted(answers))}")
    return Measured([] if killed else naive, ours, answers.pop(), how, limit)


def number(value: float) -> str:
    """Two significant digits, rounded down (as a bound may be shown), without an exponent."""
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{math.floor(value / unit + 1e-9) * unit:,.{digits}f}".replace(",", " ")


def cells(row: Row, measured: Measured) -> list[str]:
    """A row of the table."""
    ours = statistics.median(measured.ours)
    naive = statistics.median(measured.naive) if measured.naive else measured.limit
    return [
        row.model,
        row.arithmetic,
        str(row.n),
        row.tool,
        f"{number(naive)} s" if measured.naive else f"> {measured.limit:g} s",
        f"{number(ours)} s",
        f"{number(naive / ours)}" if measured.naive else f"> {number(naive / ours)}",
        f"{measured.answer} ({measured.how})",
    ]


HEAD = ["model", "arithmetic", "n", "naive", "naive time", "ours", "ratio", "answer (ours by)"]


def lines(table: list[list[str]], markdown: bool) -> Iterator[str]:
    """The table as text, with its head."""
    if markdown:
        yield from (f"| {' | '.join(row)} |" for row in [HEAD, ["---"] * len(HEAD), *table])
        return
    widths = [max(len(row[column]) for row in [HEAD, *table]) for column in range(len(HEAD))]
    for row in [HEAD, *table]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def conditions(repeat: int, limit: float | None) -> str:
    """Versions, options and the class of the machine."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("z3-solver", "bitwuzla", "numpy"))
    killed = "limits of the sections" if limit is None else f"limit {limit:g} s"
    return (
        f"{datetime.datetime.now(datetime.UTC).date()}; Python {platform.python_version()}, {versions}; "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; median of {repeat}, {killed}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(LIMITS)}; all unless given")
    parser.add_argument("--quick", action="store_true", help="the small lengths, once, limit 10 s")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--limit", type=float, help="seconds per naive solve, for all sections")
    parser.add_argument("--repeat", type=int, help="how often each row is measured: 3, with --quick 1")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        side, index = args.child
        _say({"naive": naive_side, "ours": our_side}[side](ROWS[int(index)]))
        return
    unknown = set(args.sections) - set(LIMITS)
    if unknown:
        parser.error(f"no section {min(unknown)!r}; there are {', '.join(LIMITS)}")
    limit = 10.0 if args.quick and args.limit is None else args.limit
    repeat = args.repeat or (1 if args.quick else 3)
    table: list[list[str]] = []
    for row in ROWS:
        if (row.quick or not args.quick) and (not args.sections or row.section in args.sections):
            print(f"{row.model} n={row.n} {row.tool}", end=" ", file=sys.stderr, flush=True)
            table.append(cells(row, measure(row, repeat, LIMITS[row.section] if limit is None else limit)))
            print("  ".join(table[-1][4:]), file=sys.stderr, flush=True)
    print(conditions(repeat, limit) + "\n")
    print("\n".join(lines(table, args.markdown)))


if __name__ == "__main__":
    main()
