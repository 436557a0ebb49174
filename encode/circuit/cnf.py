"""Clauses of a form in which nothing can be vacuous, their check, and their text.

Variables 1 to I are the inputs. Each further variable has a block of clauses that defines it by smaller ones, then
comes a single unit clause: the question. `require_form` checks this without knowing where clauses come from, and it is
all that has to hold so that nothing is assumed about the inputs: whatever they are, the definitions can be satisfied,
one after the other. So UNSAT means that no input makes the asserted literal true, never that there is no input.

The form does not say that a definition is the right one. `extend` computes what the clauses define, so that they, as a
solver will read them, can be compared with the reference run. How clauses are made is told in
`logbits.encode.circuit.tseitin`, which nothing here needs: this file alone is what has to be read to check a file of
clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

Clause = tuple[int, ...]


class FormError(ValueError):
    """Clauses, or a text, that are not of the form: the message says where."""


@dataclass(frozen=True)
class Cnf:
    """Clauses over the variables 1 to `variables`, of which the first `inputs` are free; the last clause is asserted.

    A literal is a variable or minus a variable.
    """

    inputs: int
    variables: int
    clauses: tuple[Clause, ...]


def require_form(cnf: Cnf) -> None:
    """Checks that the clauses are definitions of variables after the inputs, in order, and one asserted literal.

    Each later variable v has one block of clauses. They mention v, once each, and smaller variables, and every clause
    with v and every one with -v contradict each other in a smaller variable: so under no values of the smaller ones
    do both demand something of v, and every assignment to the inputs extends to all variables.

    Raises:
        FormError: for the first thing that is different.
    """
    for number, clause in enumerate(cnf.clauses, 1):
        names = {abs(literal) for literal in clause}
        if not clause or len(names) < len(clause) or not all(1 <= name <= cnf.variables for name in names):
            raise FormError(f"clause {number} is empty, repeats a variable or has one that does not exist: {clause}")
    if not cnf.clauses or len(cnf.clauses[-1]) != 1:
        raise FormError("the last clause must assert one literal")
    due = cnf.inputs + 1
    for v, block in _blocks(cnf):
        if v != due:
            raise FormError(f"variable {due} should be defined, not {v}")
        _require_definition(v, block)
        due += 1
    if due != cnf.variables + 1:
        raise FormError(f"variable {due} is not defined")


def _require_definition(v: int, block: Sequence[Clause]) -> None:
    # That v is the greatest variable of each clause, and occurs once, is known by now.
    ups = [frozenset(clause) for clause in block if v in clause]
    for down in (clause for clause in block if -v in clause):
        opposite = {-literal for literal in down} - {v}
        for up in ups:
            if opposite.isdisjoint(up):
                raise FormError(f"the definition of variable {v} can fail: {sorted(up)} and {sorted(down)}")


def extend(cnf: Cnf, columns: Sequence[int], count: int) -> int:
    """The words, of `count` given ones, for which the definitions make the asserted literal true.

    `columns[k]` holds variable k + 1: its bit w is the value on word w; the result is read in the same way.

    Raises:
        ValueError: unless there is one column, of at most `count` bits, for each input.
        FormError: when a variable is not defined in its turn, or not on each of these words.
    """
    if len(columns) != cnf.inputs or any(column >> count for column in columns):
        raise ValueError(f"{cnf.inputs} columns of {count} bits are needed")
    every = (1 << count) - 1
    values = [0, *columns]
    for v, block in _blocks(cnf):
        if v != len(values):
            raise FormError(f"variable {len(values)} should be defined, not {v}")
        demanded = {v: 0, -v: 0}
        for clause in block:
            # Where all other literals are false, the clause demands its own.
            rest, own = every, v if v in clause else -v
            for literal in clause:
                if literal != own:
                    rest &= values[-literal] if literal < 0 else ~values[literal]
            demanded[own] |= rest
        if demanded[v] ^ demanded[-v] != every:
            raise FormError(f"variable {v} is not defined by its clauses")
        values.append(demanded[v])
    [asserted] = cnf.clauses[-1]
    return values[asserted] if asserted > 0 else every ^ values[-asserted]


def _blocks(cnf: Cnf) -> Iterator[tuple[int, Sequence[Clause]]]:
    """The clauses before the last, those in a row with the same greatest variable together."""
    for v, block in groupby(cnf.clauses[:-1], lambda clause: max(map(abs, clause))):
        yield v, list(block)


# -- the text


def dimacs(cnf: Cnf, comments: Iterable[str] = ()) -> str:
    """The clauses as DIMACS text, the comments before them, one clause a line."""
    lines = [f"c {line}".rstrip() for comment in comments for line in comment.splitlines()]
    lines.append(f"p cnf {cnf.variables} {len(cnf.clauses)}")
    lines += [" ".join(map(str, (*clause, 0))) for clause in cnf.clauses]
    return "\n".join(lines) + "\n"


_NUMBER = r"(?:0|-?[1-9][0-9]{0,17})"
_HEADER = re.compile(rf"p cnf ({_NUMBER}) ({_NUMBER})")
_CLAUSE = re.compile(rf"(?:{_NUMBER} )*0")


def read_dimacs(text: str, inputs: int) -> Cnf:
    """The clauses of a text as `dimacs` writes it, of which the first `inputs` variables are free.

    Strict: comments come first, clauses are one a line, as many as announced, and nothing else is there. So every
    reader sees the same clauses. What the inputs are follows from the claim, and is not taken from the text.

    Raises:
        FormError: with the number of the line that is wrong.
    """
    # Not splitlines: for others a form feed, or a line separator of Unicode, ends no comment.
    lines = text.split("\n")
    if lines.pop() != "" or "\r" in text:
        raise FormError("each line must end with a line feed, and nothing else")
    start = next((number for number, line in enumerate(lines) if line != "c" and not line.startswith("c ")), len(lines))
    header = _HEADER.fullmatch(lines[start]) if start < len(lines) else None
    if header is None:
        raise FormError(f"line {start + 1} must be a comment or 'p cnf VARIABLES CLAUSES'")
    variables, count = int(header[1]), int(header[2])
    if count != len(lines) - start - 1 or variables < inputs:
        raise FormError(
            f"{variables} variables and {count} clauses are announced for {inputs} inputs, "
            f"and {len(lines) - start - 1} lines follow"
        )
    clauses: list[Clause] = []
    for number, line in enumerate(lines[start + 1 :], start + 2):
        if not _CLAUSE.fullmatch(line):
            raise FormError(f"line {number} is no clause: numbers with one space between, a 0 only at the end")
        *clause, _ = map(int, line.split(" "))
        if 0 in clause or any(abs(literal) > variables for literal in clause):
            raise FormError(f"line {number} has a 0 before its end or a variable that was not announced")
        clauses.append(tuple(clause))
    return Cnf(inputs, variables, tuple(clauses))
