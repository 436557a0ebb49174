"""Injected faults: each is one small change to a trusted file that some test must notice.

    python tests/mutants.py [WORD]... [--jobs J] [--sample K]

All of them, or those whose file or text contains a word, or K of these at random (always the same).

`mutants.txt` lists them: a line `@ FILE | TESTS` with the file and the quick subset of the tests that is asked, then
the old text (`- `), which occurs once in the file, and the new (`+ `). Each is applied to a copy of the package in a
temporary directory. One that no test notices is printed as survived; that is allowed only with a reason (`? `).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
FOLDERS = ("encode", "bounds", "verify", "cases")
TOP = "verify/logbits"
"""What installs as `logbits` itself."""

FUZZ = "150"
"""The number of random programs that stand for the differential tests."""


def file_of(name: str) -> Path:
    """The file of the tests called `name`, in whichever room it is.

    Raises:
        ValueError: unless there is one.
    """
    [found] = TESTS.rglob(f"test_{name}.py")
    return found


@dataclass(frozen=True)
class Mutant:
    """`old` becomes `new` in `file`; `tests` are asked. `reason` says why it may survive."""

    file: str
    tests: tuple[str, ...]
    old: str
    new: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.new.strip().splitlines()[0]}"


def read(listed: str = "mutants.txt") -> list[Mutant]:
    """The faults that a file beside this one lists."""
    found: list[Mutant] = []
    for block in (TESTS / listed).read_text(encoding="utf-8").split("\n@ ")[1:]:
        head, *lines = block.splitlines()
        file, tests = head.split(" | ")
        old, new, reason = (
            "\n".join(line[2:] for line in lines if line.startswith(mark)) for mark in ("- ", "+ ", "? ")
        )
        found.append(Mutant(file, tuple(tests.split()), old, new, reason))
    return found


def is_killed(mutant: Mutant, seconds: float = 600) -> bool:
    """Whether some test fails, or does not end, with the fault in."""
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.file}: {mutant.old!r} occurs {text.count(mutant.old)} times")
    return outcome(mutant.file, text.replace(mutant.old, mutant.new), mutant.tests, FUZZ, seconds) != "survived"


def outcome(file: str, text: str, tests: Sequence[str], fuzz: str, seconds: float) -> str:
    """What the tests say when `file` has `text`: "killed", "endless" (they do not end in time) or "survived".

    They run on a copy of the package in a temporary folder, which is put on PYTHONPATH.
    """
    with tempfile.TemporaryDirectory() as temporary:
        shutil.copytree(ROOT / TOP, Path(temporary, "logbits"))
        for folder in FOLDERS:
            into = Path(temporary, "logbits", folder)
            shutil.copytree(ROOT / folder, into, ignore=shutil.ignore_patterns("__pycache__"))
        Path(temporary, "logbits", file).write_text(text, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": temporary, "PYTHONDONTWRITEBYTECODE": "1", "LOGBITS_FUZZ": fuzz}
        paths = [str(file_of(name)) for name in tests]
        command = [sys.executable, "-P", "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", *paths]
        pytest = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            said, _ = pytest.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return "endless"
        finally:
            with contextlib.suppress(ProcessLookupError):  # what the tests started ends with them
                os.killpg(pytest.pid, signal.SIGKILL)
            pytest.wait()
    if pytest.returncode not in (0, 1, 2):  # passed, failed, could not be collected
        raise RuntimeError(f"{file}: pytest ended with {pytest.returncode}\n{said.decode()}")
    return "survived" if pytest.returncode == 0 else "killed"


def timed(mutant: Mutant) -> tuple[Mutant, bool, float]:
    """The fault, whether it is killed, and the seconds that took."""
    start = time.monotonic()
    return mutant, is_killed(mutant), time.monotonic() - start


def main() -> int:
    """Prints one line a fault; the status is 1 if one survives without a reason."""
    parser = argparse.ArgumentParser(description="Injected faults, and whether tests notice them")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--sample", type=int)
    asked = parser.parse_args()
    chosen = [m for m in read() if not asked.words or any(word in m.file + m.old + m.new for word in asked.words)]
    if asked.sample is not None:
        chosen = random.Random(0).sample(chosen, asked.sample)
    killed = bad = 0
    with ThreadPoolExecutor(asked.jobs) as pool:
        for mutant, dead, seconds in pool.map(timed, chosen):
            killed += dead
            bad += not dead and not mutant.reason
            word = "killed" if dead else "survived" if mutant.reason else "SURVIVED"
            print(f"{word:8} {seconds:5.1f} s  {str(mutant)[:100]}", flush=True)
            if not dead and mutant.reason:
                print(f"{'':18}{mutant.reason}")
    print(f"{killed} of {len(chosen)} killed, {bad} survived without a reason")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
