"""How far what one would take without `logbits` gets: the largest length that each rival decides within a limit.

    python tests/bench/rivals.py [FAMILY]... [--limit SECONDS] [--keep FILE] [--markdown] [--picture]

A rival is asked about *one* length, at a precision that suffices; `logbits` about *every* length up to it. Lengths go
up a ladder until one is not decided. Each solve is a process of its own (`solve`), with limits for CPU time and memory,
and CPU seconds are those of the process and its children after its question is made. The command fails where an answer
differs from ours. Beside the largest length that the best rival decides stands the ratio of its CPU seconds to ours, at
that length and in this run.

`--keep FILE` keeps what was measured, family by family, and shows it again without measuring it; `--picture` draws it
into docs/rivals.svg and docs/rivals.png.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import math
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.families import FAMILIES, Family
from bench.solve import ABC, RIVALS, SAID

LADDER = (*range(4, 8), *range(8, 16, 2), *range(16, 32, 4), 32, 48, 64, 96, 128, 192, *(1 << k for k in range(8, 17)))
"""The lengths that are tried."""

FIRST = 12
"""The one that is tried first."""

OURS = "logbits"
PACKAGES = {"cvc5": "cvc5", "CP-SAT": "ortools"}
"""What not every installation has."""

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Solved:
    """`answer` is None where it was not decided; `why` says then what happened."""

    answer: str | None
    seconds: float
    why: str = ""


@dataclass
class Reach:
    """The largest length that was decided, 0 where none was, and what ended the climb, if not the ladder."""

    n: int = 0
    seconds: float = 0.0
    why: str = ""

    def __str__(self) -> str:
        if not self.n:
            return "none"
        return f"{'' if self.why else '≥ '}{self.n:,}".replace(",", " ")


@dataclass
class Result:
    """All that was measured for one family; `best` is a rival, and `ours` our CPU seconds at its largest length."""

    model: str
    reaches: dict[str, Reach] = field(default_factory=dict[str, Reach])
    best: str = ""
    ours: float = 0.0


def ask(rival: str, family: Family, n: int, precision: int, limit: int, memory: int) -> Solved:
    """One solve.

    Raises:
        SystemExit: when the process fails for another reason than its limits.
    """
    command = [sys.executable, "-m", "bench.solve", rival, family.model, *map(str, (n, precision, limit, memory))]
    process = subprocess.Popen(
        command, cwd=TESTS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    late = False
    try:
        out, error = process.communicate(timeout=20 * limit)
    except subprocess.TimeoutExpired:
        out, error, late = "", "", True
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    lines = [json.loads(line) for line in out.splitlines()]
    if len(lines) == 2:
        seconds, answer = lines[1]["used"] - lines[0]["used"], lines[1]["answer"]
        if seconds > limit:
            return Solved(None, seconds, "time")
        return Solved(answer, seconds) if answer in SAID.values() else Solved(None, seconds, answer)
    making = "" if lines or late else " to make the question"
    if late or process.returncode == -signal.SIGXCPU:
        return Solved(None, limit, f"time{making}")
    if "memory" in error.lower() or "bad_alloc" in error or process.returncode in (-signal.SIGABRT, -signal.SIGSEGV):
        return Solved(None, limit, f"memory{making}")
    raise SystemExit(f"{rival} on {family.model}, n = {n}: status {process.returncode}\n{error}")


def climb(rival: str, family: Family, limit: int, memory: int) -> Reach:
    """Up the ladder, from its middle; where not even that is decided, from its foot.

    Raises:
        SystemExit: when a precision that suffices is said not to.
    """
    reach = Reach()
    for lengths in ([n for n in LADDER if n >= FIRST], [n for n in LADDER if n < FIRST]):
        for n in lengths:
            solved = ask(rival, family, n, family.suffices(n), limit, memory)
            if solved.answer is None:
                reach.why = solved.why
                break
            if solved.answer != "verified":
                raise SystemExit(f"{rival} on {family.model}, n = {n}: {solved.answer}")
            reach.n, reach.seconds = n, solved.seconds
        if reach.n:
            break
    print(f"{family.model}: {rival} {reach.n} ({reach.seconds:.2f} s), then {reach.why or 'no more'}", file=sys.stderr)
    return reach


def compete(family: Family, rivals: list[str], limit: int, memory: int) -> Result:
    """All rivals, and `logbits`."""
    result = Result(family.model)
    for rival in rivals:
        result.reaches[rival] = climb(rival, family, limit, memory)
    others = [rival for rival in rivals if rival != OURS]
    result.best = max(others, key=lambda rival: (result.reaches[rival].n, -result.reaches[rival].seconds))
    if n := result.reaches[result.best].n:
        solved = ask(OURS, family, n, family.suffices(n), limit, memory)
        result.ours = solved.seconds if solved.answer == "verified" else math.inf
    return result


def present() -> list[str]:
    """The rivals that are installed; those that are not are told."""
    missing = {name: package for name, package in PACKAGES.items() if find_spec(package) is None}
    if not Path(ABC).exists():
        missing["ABC"] = f"{ABC} (Debian: berkeley-abc)"
    for rival, what in missing.items():
        print(f"{rival} is left out: there is no {what}", file=sys.stderr, flush=True)
    return [rival for rival in RIVALS if rival not in missing]


def ratio(result: Result) -> str:
    """Of the best rival's CPU seconds to ours, two digits."""
    reach = result.reaches[result.best]
    if not reach.n:
        return ""
    if math.isinf(result.ours):
        return f"{result.best}, n = {reach.n}: not decided by {OURS}"
    return (
        f"{result.best}, n = {reach.n}: {reach.seconds:.2g} s / {result.ours:.2g} s = {reach.seconds / result.ours:.2g}"
    )


def rows(results: list[Result]) -> Iterator[list[str]]:
    """The table."""
    rivals = list(results[0].reaches)
    yield ["family", "arithmetic at n", *rivals, "best rival / ours"]
    for result in results:
        cells = [str(result.reaches[rival]) for rival in rivals]
        family = FAMILIES[result.model]
        yield [result.model, family.text(family.law), *cells, ratio(result)]


def show(results: list[Result], markdown: bool) -> str:
    """The table as text."""
    table = list(rows(results))
    if markdown:
        table.insert(1, ["---"] * len(table[0]))
        return "\n".join(f"| {' | '.join(row)} |" for row in table)
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    )


def conditions(limit: int, memory: int) -> str:
    """Versions, limits and the class of the machine."""
    names = ("z3-solver", "bitwuzla", "cvc5", "ortools", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in names if find_spec(name.removesuffix("-solver")))
    return (
        f"{datetime.datetime.now(datetime.UTC).date()}; Python {platform.python_version()}, {versions}; "
        f"{platform.system()} {platform.machine()}; {limit} CPU seconds and {memory} MiB each, one at a time"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=f"of {', '.join(FAMILIES)}; all unless given")
    parser.add_argument("--limit", type=int, default=60, help="CPU seconds for each solve")
    parser.add_argument("--memory", type=int, default=4096, help="MiB for each process")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="what was measured is kept here (JSON)")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--picture", action="store_true", help="draw docs/rivals.svg and docs/rivals.png")
    args = parser.parse_args()
    if unknown := set(args.families) - set(FAMILIES):
        parser.error(f"no family {min(unknown)!r}; there are {', '.join(FAMILIES)}")
    kept = json.loads(args.keep.read_text(encoding="utf-8")) if args.keep and args.keep.exists() else {}
    under = conditions(args.limit, args.memory)
    results: list[Result] = []
    for name in args.families or FAMILIES:
        if name not in kept:
            result = compete(FAMILIES[name], present(), args.limit, args.memory)
            kept[name] = {"conditions": under, **asdict(result)}
            if args.keep:
                args.keep.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        reaches = {rival: Reach(**reach) for rival, reach in kept[name]["reaches"].items()}
        results.append(Result(name, reaches, kept[name]["best"], kept[name]["ours"]))
    said = dict.fromkeys(kept[result.model]["conditions"] for result in results)
    print("\n".join(said), show(results, args.markdown), sep="\n\n")
    if args.picture:
        from bench.picture import draw

        draw(results, args.limit, TESTS.parent / "docs")


if __name__ == "__main__":
    main()
