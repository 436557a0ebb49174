"""The shape of the source: which way imports run, who may touch a solver, and what occurs nowhere."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("encode", "bounds", "verify")
FILES = sorted(path for folder in (*LAYERS, "cases") for path in (ROOT / folder).glob("*.py"))
MAY_IMPORT = {
    "encode": {"encode"},
    "bounds": {"encode", "bounds"},
    "verify": {"encode", "bounds", "verify", "cases"},
    "cases": {"encode", "cases"},
}
TRUSTED = [path for path in FILES if path.parent.name in ("encode", "bounds") or path.stem in ("question", "reference")]
LONGEST = 400
SOLVERS = {
    "z3": "z3",
    "bitwuzla": "bitwuzla",
    "cvc5": "cvc5",
    "pysat": "pysat",
    "dratify": "dratify",
    "cdclkit": "dratify",
}
"""The packages that solve, or check proofs, and the backend that each is imported in."""

ELSEWHERE = {"safetensors": "encode/tensors.py"}
"""Other packages that are imported in one file only."""

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
each_trusted = pytest.mark.parametrize("path", TRUSTED, ids=lambda path: f"{path.parent.name}/{path.name}")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports; those of this package as "logbits.folder.module"."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = ["logbits", path.parent.name][: 3 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{module}.{alias.name}" if node.level and node.module is None else module


def calls(path: Path) -> Iterator[str]:
    """The names of the functions that a file calls, methods with their object's name where it is a name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_there_are_files() -> None:
    assert {path.parent.name for path in FILES} == {*LAYERS, "cases"}
    assert len(FILES) > 30


@each_file
def test_imports_run_one_way(path: Path) -> None:
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "logbits":
            assert len(parts) > 1, module
            assert parts[1] in MAY_IMPORT[path.parent.name], module


@each_file
def test_only_declared_dependencies_are_imported_and_only_where_they_belong(path: Path) -> None:
    allowed = {
        "encode": {"gmpy2", "safetensors"},
        "bounds": {"gmpy2"},
        "cases": {"gmpy2"},
        "verify": {"gmpy2", "rich", "typer", "click", *SOLVERS},
    }
    for module in imports(path):
        top = module.split(".")[0]
        assert top in sys.stdlib_module_names or top == "logbits" or top in allowed[path.parent.name], module


@pytest.mark.parametrize("package", SOLVERS)
def test_each_solver_and_checker_is_imported_in_one_file(package: str) -> None:
    users = [path.name for path in FILES if package in {module.split(".")[0] for module in imports(path)}]
    assert users == [f"backend_{SOLVERS[package]}.py"]


@pytest.mark.parametrize(("package", "file"), ELSEWHERE.items())
def test_each_other_package_is_imported_in_one_file(package: str, file: str) -> None:
    users = [path for path in FILES if package in {module.split(".")[0] for module in imports(path)}]
    assert users == [ROOT / file]


def test_what_asks_a_solver_or_a_checker_imports_none() -> None:
    """Only children do: a backend is imported by the table, by name, or by the one child that needs it."""
    backends = {f"logbits.verify.backend_{name}" for name in SOLVERS.values()}
    assert [path.stem for path in FILES if backends & set(imports(path))] == ["check_proof"]


@each_file
def test_nothing_is_executed(path: Path) -> None:
    assert not {"eval", "exec", "compile", "__import__", "torch.load"} & set(calls(path))


def test_pickle_is_read_from_our_own_processes_only() -> None:
    users = {path.stem for path in FILES if "pickle" in set(imports(path))}
    assert users == {"encoder", "worker"}


@each_trusted
def test_no_floats_where_it_is_decided(path: Path) -> None:
    """No float literal, no call of float, no division of literals, no module that computes in floats."""
    for node in ast.walk(tree(path)):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, (float, complex))), ast.unparse(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            sides = (node.left, node.right)
            assert not all(isinstance(side, ast.Constant) for side in sides), ast.unparse(node)
    assert not {"float", "complex", "round", "math.log", "math.log2", "math.sqrt", "math.isclose"} & set(calls(path))
    floats = {"numpy", "random", "statistics", "decimal"} - ({"random"} if path.stem == "question" else set())
    assert not floats & {module.split(".")[0] for module in imports(path)}


@each_trusted
def test_no_clock_no_environment_no_solver_where_it_is_encoded(path: Path) -> None:
    tops = {module.split(".")[0] for module in imports(path)}
    assert not tops & {"time", "os", "subprocess", "threading", *SOLVERS, "pickle", "hashlib"}
    assert "id" not in set(calls(path))
    assert "hash" not in set(calls(path))


@each_file
def test_files_are_short_and_have_a_docstring(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert ast.get_docstring(tree(path))


@each_file
def test_asserts_have_no_effect(path: Path) -> None:
    """They may be switched off: `assert add(x) == y` would then not add."""
    pure = {"isinstance", "all", "any", "len", "set", "min", "max", "abs"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Assert):
            called = {ast.unparse(call.func) for call in ast.walk(node.test) if isinstance(call, ast.Call)}
            assert called <= pure, ast.unparse(node)
            assert not [each for each in ast.walk(node.test) if isinstance(each, ast.NamedExpr)], ast.unparse(node)


def test_no_file_is_a_bag() -> None:
    assert not [path for path in FILES if path.stem in ("utils", "util", "helpers", "helper", "manager", "common")]
