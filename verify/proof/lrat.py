"""A checker of LRAT proofs, small enough to be read at one sitting: the last word on what `rup` makes of a proof.

In LRAT each line says why it follows, so that a checker searches for nothing and needs no data structure that could be
wrong. The clauses of the formula have the numbers 1, 2, … in the order of the text. A line `9 -1 2 0 4 7 0` adds the
clause `-1 2` as number 9: set its literals to false; clause 4 must then have just one literal that is not false, which
is set to true, and clause 7, the last one named, none. Then the clause follows from the formula, as 4 and 7 do: no
assignment makes these true and all its literals false. `9 d 4 7 0` removes clauses, which can only be missed.

A refutation is a text whose last line adds the empty clause. Lines that keep satisfiability without following (RAT,
written with negative numbers after the first 0) are not understood, nor is anything else: each line is exactly of one
of the two forms, in ASCII, with single spaces. A clause is a set of literals, and may hold one with its opposite.

Of the rest of this package only the reader of formulas is used, which repairs nothing (`logbits.verify.solver.dimacs`).
"""

from __future__ import annotations

import re

from ..solver.dimacs import read
from .judgement import Judgement

_NUMBER = r"[1-9][0-9]{0,17}"
_ADDED = re.compile(rf"({_NUMBER})((?: -?{_NUMBER})*) 0((?: {_NUMBER})*) 0")
_REMOVED = re.compile(rf"({_NUMBER}) d((?: {_NUMBER})*) 0")


def judge(cnf: str, proof: str) -> Judgement:
    """Whether `proof`, LRAT as text, refutes the formula that the DIMACS text `cnf` is.

    Raises:
        ValueError: for texts that are not DIMACS and LRAT.
    """
    formula = read(cnf)
    clauses = {number: frozenset(literals) for number, literals in enumerate(formula.clauses, 1)}
    last, refuted = len(clauses), False
    lines = proof.removesuffix("\n").split("\n") if proof else []
    for at, line in enumerate(lines, 1):
        if refuted:
            return Judgement(False, f"line {at} comes after the empty clause", at)
        if removed := _REMOVED.fullmatch(line):
            numbers = [int(token) for token in removed[2].split()]
            reason = "" if int(removed[1]) >= last else f"its number is below {last}, which is in use"
            reason = reason or _removal(clauses, numbers)
        elif added := _ADDED.fullmatch(line):
            number, clause = int(added[1]), frozenset(int(token) for token in added[2].split())
            reason = "" if number > last else f"number {number} comes after {last}"
            if any(abs(literal) > formula.variables for literal in clause):
                reason = f"a literal is beyond the {formula.variables} variables of the formula"
            reason = reason or _gap(clauses, clause, [int(token) for token in added[3].split()])
            clauses[number] = clause
            last, refuted = number, not clause
        else:
            raise ValueError(f"not LRAT: line {at} is {line[:40]!r}, not 'NUMBER LITERALS 0 NUMBERS 0'")
        if reason:
            return Judgement(False, f"line {at}: {reason}", at)
    return Judgement(refuted, "" if refuted else "does not end with the empty clause", len(lines))


def _gap(clauses: dict[int, frozenset[int]], clause: frozenset[int], numbers: list[int]) -> str:
    """Why a clause does not follow from those with these numbers, in this order; empty if it does."""
    false = set(clause)
    for at, number in enumerate(numbers, 1):
        if number not in clauses:
            return f"there is no clause {number}"
        left = clauses[number] - false
        if not left:
            return "" if at == len(numbers) else f"goes on after clause {number}, in which all is false"
        if len(left) > 1:
            return f"clause {number} has {len(left)} literals that are not false"
        [literal] = left
        if -literal in false:
            return f"clause {number} is true already"
        false.add(-literal)
    return "no clause that it names is all false"


def _removal(clauses: dict[int, frozenset[int]], numbers: list[int]) -> str:
    """Removes clauses; why that is not possible, or empty."""
    for number in numbers:
        if number not in clauses:
            return f"there is no clause {number}"
        del clauses[number]
    return ""
