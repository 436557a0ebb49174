"""Kissat, as a program, from the package passagemath-kissat; it is installed only with `logbits[kissat]`.

That package has no dependencies, and is the program with a module that is of no use without Sage: so its list of files
says where the program is, and nothing of it is imported.

- Kissat is not incremental. Each check is a run of its own on all clauses, with the assumptions as unit clauses.
- It reads clauses and writes its proof by name. The files are in a temporary folder, which whoever started this process
  removes, too, when it had to kill it (`logbits.verify.solver.ask`); so is Kissat, which is in the same process group.
- Its status is 10 for SAT and 20 for UNSAT, and it says so in a line; anything else, or only one of both, is "gave up".
- Proofs are text. `factor` would introduce variables, by lines that do not follow by unit propagation: it is off.
"""

from __future__ import annotations

import shutil
import subprocess
import weakref
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from tempfile import mkdtemp

from .child import tie_to_parent
from .sat import SatSession

PACKAGE = "passagemath-kissat"
_OPTIONS = ("-q", "--no-binary", "--no-factor")
_SAYS = {10: (True, b"s SATISFIABLE"), 20: (False, b"s UNSATISFIABLE")}


def program() -> Path:
    """Where Kissat is.

    Raises:
        FileNotFoundError: if its package is not installed, or has no such program.
    """
    try:
        listed = files(PACKAGE) or []
    except PackageNotFoundError as error:
        raise FileNotFoundError(f"{PACKAGE} is not installed") from error
    found = [Path(str(each.locate())) for each in listed if each.name == "kissat" and each.parent.name == "bin"]
    if not found or not found[0].is_file():
        raise FileNotFoundError(f"{PACKAGE} has no program bin/kissat")
    return found[0]


class Kissat:
    """Clauses, and what Kissat said of them last."""

    def __init__(self, logging: bool) -> None:
        """With `logging`, a run that refutes leaves a proof.

        Raises:
            FileNotFoundError: if Kissat is not there.
        """
        self.said = ""
        self._program = program()
        self._folder = Path(mkdtemp(prefix="kissat-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._proof = self._folder / "proof" if logging else None
        self._lines: list[str] = []
        self._most = 0
        self._model: list[int] = []

    def add_clause(self, clause: Sequence[int]) -> None:
        """Adds a clause."""
        self._most = max(self._most, *map(abs, clause))
        self._lines.append(f"{' '.join(map(str, clause))} 0\n")

    def solve(self, assumptions: Sequence[int]) -> bool | None:
        """Whether there is a model of the clauses and the assumptions.

        Raises:
            MemoryError: when Kissat runs out of memory.
        """
        lines = [*self._lines, *(f"{literal} 0\n" for literal in assumptions)]
        clauses = self._folder / "clauses"
        with clauses.open("w", encoding="ascii") as file:
            file.write(f"p cnf {max([self._most, *map(abs, assumptions)])} {len(lines)}\n")
            file.writelines(lines)
        names = [str(clauses), *([] if self._proof is None else [str(self._proof)])]
        if self._proof is not None:
            self._proof.unlink(missing_ok=True)
        done = subprocess.run(
            [str(self._program), *_OPTIONS, *names],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            preexec_fn=tie_to_parent,  # this process has one thread
            check=False,
        )
        told = done.stdout.splitlines()
        answer, line = _SAYS.get(done.returncode, (None, b""))
        if answer is not None and [each for each in told if each.startswith(b"s ")] == [line]:
            self._model = [int(word) for each in told if each.startswith(b"v ") for word in each[2:].split()]
            return answer
        error = done.stderr.decode(errors="replace").strip()
        if "out-of-memory" in error:
            raise MemoryError(error)
        self.said = f"status {done.returncode}" + (f": {error.splitlines()[-1][:200]}" if error else "")
        return None

    def get_model(self) -> list[int]:
        """The literals that are true."""
        return self._model

    def get_proof(self) -> Iterator[str] | None:
        """The lines of the proof of the last run; None if it was not to leave any."""
        return None if self._proof is None else _lines(self._proof)


def _lines(proof: Path) -> Iterator[str]:
    with proof.open(encoding="ascii") as file:
        for line in file:
            yield line.rstrip("\n")


class KissatSession(SatSession):
    """Kissat."""

    solver = "Kissat"

    def start(self, logging: bool) -> Kissat:
        """See `SatSession`."""
        self._kissat = Kissat(logging)
        return self._kissat

    def reason(self) -> str:
        """See `Session`."""
        return f"{super().reason()}: {self._kissat.said}"
