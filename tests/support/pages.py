"""The examples of a page in Markdown: fenced blocks, Python, and what the commands of a `console` block print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path


def blocks(page: str, language: str) -> list[str]:
    """What stands between the fences of all blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def examples(page: str) -> str:
    """The Python blocks of a page, every other line empty, so that lines keep their numbers."""
    lines, inside = [], False
    for line in page.splitlines():
        inside = line == "```python" or (inside and line != "```")
        lines.append(line if inside and line != "```python" else "")
    return "\n".join(lines) + "\n"


def steps(block: str) -> list[tuple[str, str]]:
    """The commands of a block with what they print."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    assert parts[0] == ""
    return list(zip(parts[1::2], parts[2::2], strict=True))


def normal(text: str) -> list[str]:
    """Lines as they are compared: runs of spaces are one, seconds are a mark."""
    lines = [re.sub(r" +", " ", line) for line in text.rstrip().splitlines()]
    return [re.sub(r" \d+\.\d( s)?$", " # s", line) for line in lines]


def run_console(block: str, folder: Path) -> None:
    """Runs the commands of a block in a folder, one after the other, and compares what they print.

    `cat FILE` writes the file as it is shown; every other command is run by a shell, which knows the status of the one
    before.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment, status = os.environ | {"PATH": path, "COLUMNS": "120"}, 0
    for command, expected in steps(block):
        if command.startswith("cat "):
            (folder / command.removeprefix("cat ")).write_text(expected)
            continue
        script = ["bash", "-c", f"(exit {status}); {command}"]
        result = subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        status = result.returncode
        assert result.stderr == ""
        assert normal(result.stdout) == normal(expected)
