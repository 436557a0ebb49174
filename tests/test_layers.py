"""The shape of the source: which way imports run, who may touch a solver, and what occurs nowhere."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from support.paths import ROOT

FLOORS = (
    ("encode/number",),
    ("encode/program", "encode/integer"),
    ("encode/arithmetic",),
    ("encode/model",),
    ("encode/claim", "cases"),
    ("encode/term",),
    ("encode/circuit", "bounds/batch", "bounds/count", "verify/reference", "verify/checker"),
    ("bounds/prefix", "bounds/reduce", "verify/solver", "verify/verdict"),
    ("bounds/words", "verify/proof", "verify/question"),
    ("verify/decide", "verify/request"),
    ("verify/recheck",),
    ("verify/engine",),
    ("verify/report",),
    ("verify/command",),
)
"""The rooms, from below: a file imports from its own room and from lower floors only, so that there is no circle."""

LAYERS = ("encode", "bounds", "verify")
FOLDERS = (*LAYERS, "cases")
TOP = ROOT / "verify" / "logbits"
"""What installs as `logbits` itself: it stands above all rooms."""

FILES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if TOP not in path.parents and "trained" not in path.parts
)


def room(path: Path) -> str:
    """The room of a file, "encode/term"; of a package itself its folder."""
    parts = path.relative_to(ROOT).parts
    return parts[0] if parts[0] == "cases" or len(parts) == 2 else "/".join(parts[:2])


FLOOR = {name: height for height, names in enumerate(FLOORS) for name in names}
TRUSTED = [
    path
    for path in FILES
    if path.relative_to(ROOT).parts[0] in ("encode", "bounds")
    or room(path) in ("verify/reference", "verify/checker")
    or (room(path) == "verify/question" and path.stem not in ("simulation", "trials"))
]
ARRAYS = ("bounds/batch", "bounds/count", "bounds/prefix", "bounds/words")
"""The rooms that compute on columns of integers."""

INTEGERS = {
    *("abs", "argwhere", "asarray", "broadcast_arrays", "broadcast_shapes", "cumsum", "frompyfunc", "lcm", "newaxis"),
    *("searchsorted", "stack", "take_along_axis"),
    *("argsort", "bitwise_or", "concatenate", "insert", "int8", "minimum"),
    *("arange", "argmax", "array", "bool_", "broadcast", "broadcast_to", "flatnonzero", "full", "gcd", "int16"),
    *("int32", "int64", "maximum", "ndarray", "ones", "repeat", "sort", "tile", "unique", "where", "zeros"),
}
"""What they use of numpy."""

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

BACKENDS = {name: f"verify/{'proof' if name == 'dratify' else 'solver'}/{name}.py" for name in SOLVERS.values()}
ELSEWHERE = {"safetensors": "encode/model/tensors.py"}
"""Other packages that are imported in one file only."""

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
each_trusted = pytest.mark.parametrize("path", TRUSTED, ids=lambda path: path.relative_to(ROOT).as_posix())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The modules that a file imports; those of this package as "logbits.folder.module"."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = ["logbits", *path.relative_to(ROOT).parent.parts]
            base = base[: len(base) + 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{module}.{alias.name}" if node.level and node.module is None else module


def calls(path: Path) -> Iterator[str]:
    """The names of the functions that a file calls, methods with their object's name where it is a name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_there_are_files_in_every_room() -> None:
    assert {room(path) for path in FILES} - set(LAYERS) == set(FLOOR)
    assert len(FILES) > 120


@pytest.mark.first(27)
@each_file
def test_every_room_stands_on_lower_floors_only(path: Path) -> None:
    """Folders too: `encode < bounds < verify`, and `cases` beside them."""
    own = room(path)
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "logbits":
            other = "cases" if parts[1] == "cases" else "/".join(parts[1:3])
            assert own in FLOOR, f"{path.name} imports {module}, but packages import nothing"
            assert other == own or FLOOR[other] < FLOOR[own], f"{own} imports {other}"
            if parts[1] in LAYERS and own != "cases":
                assert LAYERS.index(parts[1]) <= LAYERS.index(own.split("/")[0]), module


@each_file
def test_only_declared_dependencies_are_imported_and_only_where_they_belong(path: Path) -> None:
    allowed = {
        "encode": {"gmpy2", "safetensors"},
        "bounds": {"gmpy2", *(["numpy"] if room(path) in ARRAYS else [])},
        "cases": {"gmpy2"},
        "verify": {"gmpy2", "rich", "typer", "click", *SOLVERS},
    }
    for module in imports(path):
        top = module.split(".")[0]
        assert top in sys.stdlib_module_names or top == "logbits" or top in allowed[path.relative_to(ROOT).parts[0]], (
            module
        )


@pytest.mark.parametrize("package", SOLVERS)
def test_each_solver_and_checker_is_imported_in_one_file(package: str) -> None:
    users = [path for path in FILES if package in {module.split(".")[0] for module in imports(path)}]
    assert users == [ROOT / BACKENDS[SOLVERS[package]]]


@pytest.mark.parametrize(("package", "file"), ELSEWHERE.items())
def test_each_other_package_is_imported_in_one_file(package: str, file: str) -> None:
    users = [path for path in FILES if package in {module.split(".")[0] for module in imports(path)}]
    assert users == [ROOT / file]


def test_the_page_about_the_house_has_its_floors() -> None:
    rows = re.findall(
        r"^\| (\d+) \| `([a-z/]+)` \| .+ \|$", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [(int(floor) - 1, name) for floor, name in rows] == [(FLOOR[name], name) for _, name in rows]
    assert sorted(name for _, name in rows) == sorted(FLOOR)


def test_the_type_checker_finds_the_package_where_it_is() -> None:
    """`logbits` is no folder here: tests/types/logbits has a link to each of its parts."""
    links = ROOT / "tests" / "types" / "logbits"
    found = {path.name: path.resolve() for path in links.iterdir() if path.name != "__pycache__"}
    assert found == {folder: ROOT / folder for folder in FOLDERS} | {p.name: p for p in TOP.iterdir() if p.is_file()}


def test_what_asks_a_solver_or_a_checker_imports_none() -> None:
    """Only children do: a backend is imported by the table, by name, or by the one child that needs it."""
    backends = {f"logbits.{file[:-3].replace('/', '.')}" for file in BACKENDS.values()}
    assert [path.stem for path in FILES if backends & set(imports(path))] == ["check_proof"]


def test_kissat_is_named_in_one_file_and_imported_nowhere() -> None:
    """It is a program, found by the list of the files of its package."""
    names = [path for path in FILES if "passagemath-kissat" in path.read_text(encoding="utf-8")]
    assert names == [ROOT / "verify/command/doctor.py", ROOT / "verify/solver/kissat.py"]
    assert not [path for path in FILES if any(module.startswith(("passagemath", "sage")) for module in imports(path))]


@each_file
def test_nothing_is_executed(path: Path) -> None:
    assert not {"eval", "exec", "compile", "__import__", "torch.load"} & set(calls(path))


def test_pickle_is_read_from_our_own_processes_only() -> None:
    users = {path.stem for path in FILES if "pickle" in set(imports(path))}
    assert users == {"encoder", "worker", "limited"}


@each_trusted
def test_no_floats_where_it_is_decided(path: Path) -> None:
    """No float literal, no call of float, no division of literals, no module that computes in floats."""
    for node in ast.walk(tree(path)):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, (float, complex))), ast.unparse(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            sides = (node.left, node.right)
            assert not all(isinstance(side, ast.Constant) for side in sides), ast.unparse(node)
    assert not {"float", "complex", "round", "math.log", "math.log2", "math.sqrt", "math.isclose"} & set(calls(path))
    floats = {"random", "statistics", "decimal"} | (set() if room(path) in ARRAYS else {"numpy"})
    assert not floats & {module.split(".")[0] for module in imports(path)}


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if room(path) in ARRAYS and "numpy" in set(imports(path))],
    ids=lambda path: path.stem,
)
def test_arrays_hold_integers(path: Path) -> None:
    """Numpy divides, takes means and roots, and makes zeros, in floats unless told otherwise: none of that here."""
    for node in ast.walk(tree(path)):
        assert not isinstance(node, ast.Div), path.name
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np":
            assert node.attr in INTEGERS, node.attr
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.zeros", "np.ones", "np.full"):
            assert any(word.arg == "dtype" for word in node.keywords), ast.unparse(node)


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
