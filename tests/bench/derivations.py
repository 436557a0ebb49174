"""What it costs that nobody has to believe the rules: bytes written, and the time of checking over that of deciding.

    python tests/bench/derivations.py ARITHMETIC N [MODEL]... [--limit SECONDS] [--markdown]

For each model one run without `--proofs`, one with, and one recheck of what that left, one after the other, each with
one job, in fresh processes. Times are processor seconds of these processes and their children, which other work on the
machine changes less than what a clock shows. *Checking* is the recheck: it unrolls, goes through the steps, makes the
clauses and checks the proofs. Nothing is asserted about seconds; that every VERIFIED length holds again is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from logbits.cases.catalogue import CASES

COMMAND = [sys.executable, "-m", "logbits.start"]


def timed(*arguments: str) -> tuple[float, str]:
    """The processor seconds that a command and its children take, and what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout + done.stderr


def decided(*arguments: str) -> tuple[float, str, dict[str, int]]:
    """The same of a run: the seconds, the status, and how many lengths each kind of evidence stands behind."""
    seconds, printed = timed(*arguments, "--json", "--jobs", "1")
    [verdict] = json.loads(printed)["verdicts"]
    kinds: dict[str, int] = {}
    for run in verdict["runs"]:
        kind = run.get("evidence") or run["status"]
        kinds[kind] = kinds.get(kind, 0) + run["last"] - run["first"] + 1
    return seconds, verdict["status"], kinds


def row(model: str, arithmetic: str, n: int, limit: float) -> list[str]:
    """One line of the table."""
    asked = ["--model", model, "--arithmetic", arithmetic, "--n", str(n), "--timeout", str(limit)]
    with tempfile.TemporaryDirectory() as folder:
        plain, status, _ = decided(*asked)
        kept, again, kinds = decided(*asked, "--proofs", folder)
        checking, printed = timed("recheck", folder, "--jobs", "1", "--timeout", str(limit))
        sizes = [each.stat().st_size for each in Path(folder).rglob("*") if each.is_file()]
        steps = [each.stat().st_size for each in Path(folder).rglob("*.steps")]
    holds = bool(re.match(r"ok ", printed)) or status not in ("VERIFIED", "REFUTED")
    if again != status or not holds:
        print(f"{model}: {status}, {again} with proofs; {printed[:2000]}", file=sys.stderr)
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    numbers = [f"{plain:.1f} s", f"{kept / plain:.2f}", f"{checking / plain:.2f}"]
    mib = [f"{sum(sizes) / 1e6:.2f} MB", f"{max(steps, default=0) / 1e6:.2f} MB"]
    return [model, f"{status.lower()}: {told}", *numbers, *mib, "ok" if holds else "FAILED"]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arithmetic")
    parser.add_argument("n", type=int)
    parser.add_argument("models", nargs="*", default=list(CASES))
    parser.add_argument("--limit", type=float, default=600.0)
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    os.environ["NO_COLOR"] = "1"
    heads = ["model", "verdict", "deciding", "with --proofs", "checking", "written", "largest derivation", "recheck"]
    print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads) if given.markdown else "\t".join(heads))
    for model in given.models:
        cells = row(model, given.arithmetic, given.n, given.limit)
        print("| " + " | ".join(cells) + " |" if given.markdown else "\t".join(cells), flush=True)


if __name__ == "__main__":
    main()
