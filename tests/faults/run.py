"""Puts faults made by hand in, one at a time, and says whether some test notices.

    python tests/faults/run.py [WORD]... [--jobs J] [--sample K] [--list]

All of them, or those that a word means: the name of one (`term-012`), of a room (`encode/term`), or a word of its file
or text; or K of these at random (always the same). What they are, and where: `listed.py`.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.listed import Fault, read
from faults.trial import ROOT, outcome

FUZZ = "150"


def is_killed(fault: Fault, seconds: float = 600) -> bool:
    """Whether some test fails, or does not end, with the fault in.

    Raises:
        ValueError: if the old text does not occur exactly once.
    """
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise ValueError(f"{fault.name}: {fault.old!r} occurs {text.count(fault.old)} times in {fault.file}")
    return outcome(fault.file, text.replace(fault.old, fault.new), fault.tests, FUZZ, seconds) != "survived"


def timed(fault: Fault) -> tuple[Fault, bool, float]:
    """The fault, whether it is killed, and the seconds that took."""
    start = time.monotonic()
    return fault, is_killed(fault), time.monotonic() - start


def meant(faults: Sequence[Fault], words: Sequence[str]) -> list[Fault]:
    """The faults that some word means; all if there is none.

    Raises:
        ValueError: if a word means none.
    """
    found: set[Fault] = set()
    for word in words:
        named = [fault for fault in faults if fault.name == word]
        more = named or [fault for fault in faults if word in fault.file + fault.old + fault.new]
        if not more:
            raise ValueError(f"no fault is called {word!r}, and none has this word in its file or text")
        found.update(more)
    return [fault for fault in faults if fault in found or not words]


def main() -> int:
    """Prints one line a fault; the status is 1 if one survives without a reason."""
    parser = argparse.ArgumentParser(description="Faults made by hand, and whether tests notice them")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--sample", type=int)
    parser.add_argument("--list", action="store_true", help="list the faults, ask no tests")
    asked = parser.parse_args()
    try:
        chosen = meant(read(), asked.words)
    except ValueError as error:
        parser.error(str(error))
    if asked.sample is not None:
        chosen = random.Random(0).sample(chosen, min(asked.sample, len(chosen)))
    if asked.list:
        print("\n".join(map(str, chosen)))
        return 0
    killed = bad = 0
    with ThreadPoolExecutor(asked.jobs) as pool:
        for fault, dead, seconds in pool.map(timed, chosen):
            killed += dead
            bad += not dead and not fault.reason
            word = "killed" if dead else "survived" if fault.reason else "SURVIVED"
            print(f"{word:8} {seconds:5.1f} s  {str(fault)[:110]}", flush=True)
            if not dead and fault.reason:
                print(f"{'':18}{fault.reason}")
    print(f"{killed} of {len(chosen)} killed, {bad} survived without a reason")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
