"""The checker imports nothing that it checks: only programs, numbers, terms and kinds of claims, as data."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.paths import ROOT

ROOM = ROOT / "verify" / "checker"
FILES = sorted(ROOM.glob("*.py"))
ALLOWED = {
    "encode.term.terms",
    "encode.program.program",
    "encode.program.position",
    "encode.claim.kind",
    *(f"encode.number.{path.stem}" for path in (ROOT / "encode" / "number").glob("[!_]*.py")),
    *(f"verify.checker.{path.stem}" for path in FILES),
}
"""What a file of the room may import of this package."""


def imports(text: str) -> Iterator[str]:
    """The modules that the text of a file of the room imports; those of this package without its name."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = ["verify", "checker"][: 3 - node.level] if node.level in (1, 2, 3) else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            inner = [f"{module}.{alias.name}" for alias in node.names]
            yield from inner if node.module is None or ALLOWED.issuperset(inner) else [module]


def strangers(text: str) -> list[str]:
    """What is imported and may not be."""
    return [
        module
        for module in imports(text)
        if module not in ALLOWED and module.split(".")[0] not in {*sys.stdlib_module_names, "gmpy2"}
    ]


def test_there_are_files() -> None:
    assert {"counts", "monotone", "refused"} <= {path.stem for path in FILES}
    assert all(path.parent == ROOM for path in ROOM.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_imports_what_is_allowed(path: Path) -> None:
    assert strangers(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_imports_by_statements_alone(path: Path) -> None:
    called = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    assert not {"__import__", "import_module", "importlib.import_module", "exec", "eval"} & called


@pytest.mark.parametrize(
    "line",
    [
        "from ...bounds.count.run import CountRun",
        "from ...bounds.count import run",
        "from ...bounds import count",
        "from ... import bounds",
        "from ...encode.program.walk import Walk",
        "from ...encode.program import walk",
        "from ..reference.run import Reference",
        "from .. import reference",
        "from logbits.encode.number.mean import Quotient",
        "import logbits.bounds",
        "import z3",
    ],
)
def test_what_is_not_allowed_is_noticed(line: str) -> None:
    assert strangers(line) != []


@pytest.mark.parametrize("line", ["from .refused import Refused", "from ...encode.program import program", "import re"])
def test_what_is_allowed_is_not(line: str) -> None:
    assert strangers(line) == []
