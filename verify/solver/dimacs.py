"""Reading DIMACS CNF, strictly: the clauses that are in the text, all of them and nothing else.

Both the SAT solvers and the checker of their proofs get their clauses from here, so a clause that is misread here would
be misread twice. Nothing is repaired, therefore: the readers of solvers and of libraries stop at a `%`, close a clause
that the file does not close, or raise the number of variables, and then decide some other formula. Whatever is not
exactly a header and as many clauses as it says, over the variables that it says, is an error. Clauses are kept as they
stand, with repeated and complementary literals. Comments are whole lines; line breaks are otherwise only white space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADER = re.compile(r"p cnf (0|[1-9][0-9]{0,17}) (0|[1-9][0-9]{0,17})")
_ODD = re.compile(r"[^-0-9 \n]|-(?![1-9])|[0-9]-|(?<![0-9])0[0-9]|[0-9]{19}")


@dataclass(frozen=True)
class Formula:
    """Clauses of signed literals over the variables 1..variables."""

    variables: int
    clauses: list[list[int]]


def read(text: str) -> Formula:
    """The formula that `text` is.

    Raises:
        ValueError: unless it is exactly what its header says.
    """
    lines = [line for line in text.split("\n") if not line.startswith("c")]
    first = next((index for index, line in enumerate(lines) if line), len(lines))
    header = _HEADER.fullmatch(lines[first]) if first < len(lines) else None
    if header is None:
        raise ValueError("not DIMACS: the first line that is no comment must be 'p cnf VARIABLES CLAUSES'")
    variables, announced = int(header[1]), int(header[2])
    body = "\n".join(lines[first + 1 :])
    if odd := _ODD.search(body):
        raise ValueError(f"not DIMACS: clauses are whole numbers, not {body[odd.start() : odd.start() + 20]!r}")
    numbers = [int(token) for token in body.split()]
    if numbers and numbers[-1] != 0:
        raise ValueError("not DIMACS: the last clause does not end with 0")
    if numbers and max(max(numbers), -min(numbers)) > variables:
        raise ValueError(f"not DIMACS: a literal is beyond the {variables} variables of the header")
    clauses: list[list[int]] = []
    start = 0
    while start < len(numbers):
        end = numbers.index(0, start)
        clauses.append(numbers[start:end])
        start = end + 1
    if len(clauses) != announced:
        raise ValueError(f"not DIMACS: the header says {announced} clauses, there are {len(clauses)}")
    return Formula(variables, clauses)
