"""The README tells the truth: every command in it is run, every output compared.

In `console` blocks, `$ cat FILE` shows a file, which the test writes as shown; every other `$ command` is run by a
shell and its output compared line by line. Seconds differ from machine to machine and nothing else may; runs of
spaces count as one, as the width of a column of seconds does. `python` blocks are tests, and are run by pytest. The
two `sh` blocks make environments of their own; continuous integration runs them as they stand.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.marks import slow
from support.pages import blocks, run_console
from support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def seconds(block: str) -> float:
    """How long the commands of a block take, as it says itself."""
    return sum(map(float, re.findall(r" in (\d+\.\d) s$", block, re.MULTILINE)))


BLOCKS = [block if seconds(block) < 2.5 else slow(block) for block in blocks(README, "console")]


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][2:60])
def test_commands_print_what_the_readme_says(block: str, tmp_path: Path) -> None:
    run_console(block, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks(README, "python"))
def test_python_blocks_are_tests_that_pass(block: str, tmp_path: Path) -> None:
    (tmp_path / "test_readme_block.py").write_text(block)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert "1 passed" in result.stdout


def test_the_two_commands_are_there() -> None:
    main_job, tests = blocks(README, "sh")
    assert main_job.strip().endswith("verify-precision --n 64 --bits 8")
    assert tests.strip().endswith("pytest")
