"""Formulas for tests: random small ones, pigeonholes, their text, and all their models by trying everything."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence

from logbits.verify.solver.table import BACKENDS, Dialect

Clauses = list[list[int]]


def dimacs(variables: int, clauses: Sequence[Iterable[int]]) -> str:
    lines = [" ".join(map(str, [*clause, 0])) for clause in clauses]
    return "\n".join([f"p cnf {variables} {len(clauses)}", *lines, ""])


def models(variables: int, clauses: Clauses) -> list[tuple[bool, ...]]:
    """The values of variables 1..variables that satisfy all clauses."""
    every = itertools.product((False, True), repeat=variables)
    return [m for m in every if all(any(m[abs(x) - 1] == (x > 0) for x in clause) for clause in clauses)]


def words(variables: int, clauses: Clauses, length: int, width: int) -> list[tuple[int, ...]]:
    """The letter codes of all models, in order."""
    letters = [range(p * width, (p + 1) * width) for p in range(length)]
    found = {tuple(sum(m[v] << b for b, v in enumerate(bits)) for bits in letters) for m in models(variables, clauses)}
    return sorted(found)


def random_clauses(seed: int, most: int = 10) -> tuple[int, Clauses]:
    """A number of variables and clauses over them, about as often satisfiable as not."""
    rng = random.Random(seed)
    variables = rng.randint(3, most)
    number = int(variables * rng.uniform(2, 5))
    sizes = (min(variables, rng.choice((1, 2, 3, 3, 3, 3, 4))) for _ in range(number))
    return variables, [[rng.choice((1, -1)) * v for v in rng.sample(range(1, variables + 1), k)] for k in sizes]


def pigeonhole(holes: int) -> tuple[int, Clauses]:
    """One pigeon more than holes: unsatisfiable, and hard to refute."""
    place = [[p * holes + h + 1 for h in range(holes)] for p in range(holes + 1)]
    pairs = itertools.combinations(range(holes + 1), 2)
    apart = [[-place[a][h], -place[b][h]] for a, b in pairs for h in range(holes)]
    return holes * (holes + 1), place + apart


REFUTED = [
    (variables, clauses) for variables, clauses in map(random_clauses, range(150)) if not models(variables, clauses)
]
"""Random formulas without a model."""

SQUARE = dimacs(2, [[1, 2], [-1, 2], [1, -2], [-1, -2]])
"""Unsatisfiable, but not by unit propagation alone."""

CHAIN = dimacs(3, [[1], [-1, 2], [-2, 3], [-3]])
"""Refuted by unit propagation alone."""


def speaking(dialect: Dialect) -> tuple[str, ...]:
    """The names of all solvers that read this dialect, installed or not."""
    return tuple(name for name, backend in BACKENDS.items() if backend.dialect == dialect)
