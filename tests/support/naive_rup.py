"""A second opinion about proofs: naive, slow, and sharing no code with the checker that the software uses.

Everything is a list of sets. A clause follows (RUP) if unit propagation, started afresh each time over all clauses,
refutes its negation. Nothing is ever deleted: a line that follows from some of the clauses follows from all of them, so
this one accepts at least what a checker accepts that heeds deletions.
"""

from __future__ import annotations

Clause = frozenset[int]


def clauses(dimacs: str) -> list[Clause]:
    """The clauses of a DIMACS text, read line by line."""
    lines = [line.split() for line in dimacs.splitlines() if line and line[0] not in "cp"]
    assert all(line[-1] == "0" and "0" not in line[:-1] for line in lines)
    return [frozenset(map(int, line[:-1])) for line in lines]


def propagation_refutes(formula: list[Clause], facts: Clause) -> bool:
    """Whether unit propagation finds the clauses and the facts in conflict."""
    true = set(facts)
    while True:
        if any(-literal in true for literal in true):
            return True
        forced: set[int] = set()
        for clause in formula:
            if not clause & true:
                open_ones = [literal for literal in clause if -literal not in true]
                if not open_ones:
                    return True
                if len(open_ones) == 1:
                    forced.add(open_ones[0])
        if not forced:
            return False
        true |= forced


def refutes(dimacs: str, proof: str) -> bool:
    """Whether each line of the proof follows from what is there by then, up to the empty clause."""
    formula = clauses(dimacs)
    for line in proof.splitlines():
        numbers = [int(token) for token in line.removeprefix("d ").split()]
        if numbers[-1] != 0 or 0 in numbers[:-1]:
            return False
        clause = frozenset(numbers[:-1])
        if line.startswith("d "):
            continue
        if not propagation_refutes(formula, frozenset(-literal for literal in clause)):
            return False
        if not clause:
            return True
        formula.append(clause)
    return False
