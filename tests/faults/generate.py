"""Generated faults: every small change of an operator in the trusted files, and which of them the tests notice.

    python tests/faults/generate.py [--file F]... [--sample K] [--seed S] [--results PATH] [--again] [--list]

The list is a function of the source alone, in the order of the text. `--sample K` takes K of them, the same number from
each file as far as there are enough; a greater K adds to the faults of a smaller one. Each is applied to a copy of the
package, and the quick tests of its file are asked (`trial.outcome`). Results are appended to a text file, a line per
fault as it is decided, and what stands there already is not asked again (`--again`: except what survived). At the end
comes a table per file.

A fault that survives is a missing test, or it changes nothing that is promised: `survivors.txt` lists those with their
reasons. It is written as the faults made by hand are (`listed.py`), with the file and the operator in the first
line and whole lines as text.

Why not mutmut or cosmic-ray: mutmut names modules by their path, and here the folder `encode` is `logbits.encode`, so
that it finds no test for any fault; cosmic-ray edits the checkout itself, leaves the fault in when it is interrupted,
and spends half of its faults on replacing an arithmetic operator by all others, but has none for min and max, floor and
ceil, all and any or the words that name ties, masks and roundings.
"""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.generated import Generated, faults, flat, sample
from faults.listed import SURVIVORS, blocks
from faults.trial import outcome
from faults.trusted import SLOW, TRUSTED, quick_tests

FUZZ = "40"
SECONDS = {"run": 300.0}
"""How long a slow test may take, or the fast ones of a file together, where that is more than 90 seconds."""


def excused() -> dict[tuple[str, str, str], str]:
    """The faults that may survive, as file, old and new lines, with the reason."""
    return {
        (head[0], textwrap.dedent(old), textwrap.dedent(new)): reason for head, old, new, reason in blocks(SURVIVORS)
    }


def decide(chosen: Sequence[Generated], results: Path, *, again: bool) -> dict[str, str]:
    """The outcome of each fault by its key, from the file of results or from the tests."""
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    known = {key: said for said, _, key in (line.partition(" ") for line in lines if line)}
    with results.open("a", encoding="utf-8") as file:
        for number, fault in enumerate(chosen, start=1):
            if fault.key in known and not (again and known[fault.key] == "survived"):
                continue
            start = time.monotonic()
            known[fault.key] = ask(fault)
            print(f"{known[fault.key]} {fault.key}", file=file, flush=True)
            spent = time.monotonic() - start
            print(f"{number:4}/{len(chosen)} {spent:6.1f} s  {known[fault.key]:8}  {fault}", flush=True)
    return known


def ask(fault: Generated) -> str:
    """The outcome of the quick tests: the slow ones among them are asked where the fast ones notice nothing."""
    tests = quick_tests(fault.file)
    fast, slow = [name for name in tests if name not in SLOW], [name for name in tests if name in SLOW]
    found = outcome(fault.file, fault.text(), fast, FUZZ, 90.0) if fast else "survived"
    for name in slow:
        if found == "survived":
            found = outcome(fault.file, fault.text(), [name], FUZZ, SECONDS.get(name, 90.0))
    return found


def report(files: Sequence[str], chosen: Sequence[Generated], known: dict[str, str]) -> int:
    """Prints the table, then the survivors without a reason, of which it returns the number."""
    reasons = excused()
    print(f"\n{'file':24}{'generated':>10}{'tested':>8}{'killed':>8}{'survived':>10}{'excused':>9}{'score':>8}")
    unexplained: list[Generated] = []
    total = Counter[str]()
    for file in files:
        several = [fault for fault in chosen if fault.file == file and fault.key in known]
        survivors = [fault for fault in several if known[fault.key] == "survived"]
        without = [fault for fault in survivors if (file, *fault.lines()) not in reasons]
        unexplained += without
        row = Counter(
            generated=len(faults(file)),
            tested=len(several),
            killed=len(several) - len(survivors),
            survived=len(survivors),
            excused=len(survivors) - len(without),
        )
        total.update(row)
        _print_row(file, row)
    _print_row("all", total)
    for fault in unexplained:
        print(f"SURVIVED {fault}\n    - {flat(fault.lines()[0])}\n    + {flat(fault.lines()[1])}")
    return len(unexplained)


def _print_row(name: str, row: Counter[str]) -> None:
    counted = row["tested"] - row["excused"]
    score = f"{100 * row['killed'] / counted:.0f} %" if counted else "-"
    numbers = "".join(f"{row[key]:>{width}}" for key, width in (("generated", 10), ("tested", 8), ("killed", 8)))
    print(f"{name:24}{numbers}{row['survived']:>10}{row['excused']:>9}{score:>8}")


def main() -> int:
    """The status is 1 if a fault survives without a reason."""
    parser = argparse.ArgumentParser(description="Generated faults in the trusted files, and whether tests notice them")
    parser.add_argument("--file", action="append", choices=TRUSTED, help="only this file (may be repeated)")
    parser.add_argument("--sample", type=int, help="how many faults, all files alike; without it all of them")
    parser.add_argument("--seed", type=int, default=0, help="which sample")
    parser.add_argument("--results", type=Path, default=Path("build", "faults.txt"), help="what is known already")
    parser.add_argument("--again", action="store_true", help="ask again about faults that survived")
    parser.add_argument("--list", action="store_true", help="list the faults, ask no tests")
    chosen = parser.parse_args()
    files = tuple(chosen.file or TRUSTED)
    several = list(sample(files, chosen.sample, chosen.seed))
    if chosen.list:
        for fault in sorted(several, key=lambda fault: (fault.file, fault.start)):
            print(fault)
        return 0
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    os.nice(15)
    return int(report(files, several, decide(several, chosen.results, again=chosen.again)) > 0)


if __name__ == "__main__":
    sys.exit(main())
