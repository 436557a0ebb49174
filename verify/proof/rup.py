"""From DRAT to LRAT: each line of a proof is derived again by unit propagation, and what that took is written down.

The pass goes forwards. A line follows (RUP) if its literals, all set to false, lead by unit propagation to a clause
that is all false. The clauses that were propagated on the way there, from the last back to those that it rests on, are
the hints of the line, with which `lrat` checks it without searching. That checker is the one that is trusted: a fault
in this file makes proofs that it refuses. Lines that only keep satisfiability (RAT) are refused here.

*Deletion.* What is forced at the root, before anything is assumed, stays forced, whatever is deleted later: solvers
mean it so, and since all that was ever added follows from the formula itself, it is sound. The unit clause becomes a
line of its own when the literal is forced, so that nothing rests on the clause that forced it, which may go. So the
deletion of a unit clause changes nothing, nor does that of a clause that is not there, as in drat-trim and in dratify.

*Trimming.* Backwards from the empty clause only those lines stay that it needs, each clause until it is used last.

*Limits.* Clauses have two watched literals; a literal that becomes false costs a visit to each clause that watches it.
The pass ends with a `LongError` after `VISITS` of these, some three seconds: enough for most proofs of up to 10,000
lines. It is a count and no time, so that the same proof always has the same result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..solver.dimacs import read

VISITS = 10_000_000
_WORD = re.compile(r"d|0|-?[1-9][0-9]{0,17}")


class LongError(Exception):
    """The pass would take too long; nothing is known of the proof."""


def lrat(cnf: str, proof: str, visits: int = VISITS) -> str:
    """An LRAT text that refutes the formula that the DIMACS text `cnf` is, made of the DRAT text `proof`.

    Raises:
        ValueError: for texts that are not DIMACS and DRAT, and for a proof that does not refute the formula.
        LongError: when that is not known after so many visits.
    """
    formula = read(cnf)
    run = _Pass(formula.variables, len(formula.clauses), visits)
    for number, clause in enumerate(formula.clauses, 1):
        run.add(number, clause)
    steps = iter([(False, list[int]())]) if run.refuted else _steps(proof)
    for at, (deleted, literals) in enumerate(steps, 1):
        if any(abs(literal) > formula.variables for literal in literals):
            raise ValueError(f"step {at} has a variable that the formula has not")
        if deleted:
            run.delete(literals)
        elif not run.derive(literals):
            raise ValueError(f"step {at} does not follow by unit propagation")
        elif not literals:
            return "".join(_trimmed(run.lines))
    raise ValueError("every step follows, but the empty clause is not among them")


def _steps(proof: str) -> Iterator[tuple[bool, list[int]]]:
    """The steps of a DRAT text: whether it is a deletion, and the clause."""
    deleted, literals, closed = False, list[int](), True
    for at, line in enumerate(proof.split("\n"), 1):
        for word in () if line.startswith("c") else line.split():
            if not _WORD.fullmatch(word) or (word == "d" and not closed):
                raise ValueError(f"not DRAT: line {at} has {word[:20]!r} where a literal, 0 or d should be")
            if word == "0":
                yield deleted, literals
                deleted, literals, closed = False, [], True
                continue
            closed = False
            if word == "d":
                deleted = True
            else:
                literals.append(int(word))
    if not closed:
        raise ValueError("not DRAT: the last clause does not end with 0")


def _trimmed(lines: dict[int, tuple[Sequence[int], Sequence[int]]]) -> Iterator[str]:
    """The lines that the last one needs, and deletions of what none needs any more."""
    needed, dying = {max(lines)}, dict[int, list[int]]()
    for number in sorted(lines, reverse=True):
        if number in needed:
            dying[number] = sorted(set(lines[number][1]) - needed)
            needed.update(dying[number])
    for number in sorted(dying):
        literals, hints = lines[number]
        yield f"{' '.join(map(str, [number, *literals, 0, *hints, 0]))}\n"
        if literals and dying[number]:
            yield f"{' '.join(map(str, [number, 'd', *dying[number], 0]))}\n"


class _Pass:
    """Clauses by number, with what is forced at the root, and the lines so far.

    Lists over literals have 2 * variables + 1 places: Python counts those of negative literals from the end.
    """

    def __init__(self, variables: int, clauses: int, visits: int) -> None:
        self.lines: dict[int, tuple[Sequence[int], Sequence[int]]] = {}
        self.refuted: list[int] = []
        """The hints of the empty clause, once it follows without assumptions."""
        self._visits = visits
        self._clauses: list[list[int]] = [[] for _ in range(clauses + 1)]
        self._live: dict[tuple[int, ...], list[int]] = {}
        self._watching: list[list[int]] = [[] for _ in range(2 * variables + 1)]
        self._value = [0] * (2 * variables + 1)
        self._reason = [0] * (variables + 1)
        self._unit = [0] * (variables + 1)
        self._trail: list[int] = []

    def add(self, number: int, literals: Sequence[int]) -> None:
        """Adds a clause that is there or follows, and propagates at the root."""
        clause = sorted(set(literals), key=lambda literal: (self._value[literal] < 0, abs(literal), literal))
        self._clauses[number] = clause
        self._live.setdefault(tuple(sorted(clause)), []).append(number)
        values = [self._value[literal] for literal in clause]
        if self.refuted or 1 in values:
            return
        if values[1:2] == [0]:
            for literal in clause[:2]:
                self._watching[literal].append(number)
            return
        start, conflict = len(self._trail), number
        if values[:1] == [0]:
            self._assign(clause[0], number)
            conflict = self._propagate(start)
        for literal in self._trail[start:]:
            self._force(literal)
        if conflict:
            self.refuted = [*(self._unit[abs(literal)] for literal in self._clauses[conflict]), conflict]

    def delete(self, literals: Sequence[int]) -> None:
        """Deletes a clause, if it is there."""
        if numbers := self._live.get(tuple(sorted(set(literals)))):
            self._clauses[numbers.pop()] = []

    def derive(self, literals: Sequence[int]) -> bool:
        """Whether a clause follows by unit propagation; then it is added, with its line."""
        literals = sorted(set(literals), key=abs)  # in this order, as some checkers of LRAT want them
        start = len(self._trail)
        hints = self.refuted or self._refute(literals)
        for literal in self._trail[start:]:
            self._value[literal] = self._value[-literal] = 0
        del self._trail[start:]
        if hints:
            number = len(self._clauses)
            self._clauses.append([])
            self.lines[number] = literals, hints
            self.add(number, literals)
        return bool(hints)

    def _refute(self, literals: Sequence[int]) -> list[int]:
        """The hints with which the literals cannot all be false; none if propagation does not show that."""
        start = len(self._trail)
        for literal in literals:
            if self._value[literal] > 0:  # at the root, or it stands beside its opposite, in a line that none needs
                return [self._unit[abs(literal)]]
            if self._value[literal] == 0:
                self._assign(-literal, 0)
        conflict = self._propagate(start)
        if not conflict:
            return []
        chain, met = [conflict], set(map(abs, self._clauses[conflict]))
        for literal in reversed(self._trail[start:]):
            if abs(literal) in met and (reason := self._reason[abs(literal)]):
                chain.append(reason)
                met.update(map(abs, self._clauses[reason]))
        units = {self._unit[variable] for variable in met.difference(map(abs, literals))} - {0}
        return sorted(units) + chain[::-1]

    def _force(self, literal: int) -> None:
        """Makes a unit clause of a literal that is forced at the root."""
        reason = self._reason[abs(literal)]
        clause = self._clauses[reason]
        self._unit[abs(literal)] = reason
        if len(clause) > 1:
            self._unit[abs(literal)] = len(self._clauses)
            self._clauses.append([literal])
            hints = [*(self._unit[abs(other)] for other in clause if other != literal), reason]
            self.lines[self._unit[abs(literal)]] = [literal], hints

    def _assign(self, literal: int, reason: int) -> None:
        self._value[literal], self._value[-literal] = 1, -1
        self._reason[abs(literal)] = reason
        self._trail.append(literal)

    def _propagate(self, at: int) -> int:
        """Propagates what stands on the trail from `at` on; the number of a clause that is all false, or 0."""
        value, clauses, trail = self._value, self._clauses, self._trail
        while at < len(trail):
            false = -trail[at]
            watching, kept = self._watching[false], list[int]()
            self._visits -= 1 + len(watching)
            if self._visits < 0:
                raise LongError("unit propagation in Python would take too long")
            at += 1
            self._watching[false] = kept
            for index, number in enumerate(watching):
                clause = clauses[number]
                if not clause:  # deleted
                    continue
                if clause[0] == false:
                    clause[0], clause[1] = clause[1], false
                if value[clause[0]] > 0:
                    kept.append(number)
                    continue
                for place in range(2, len(clause)):
                    if value[clause[place]] >= 0:
                        clause[1], clause[place] = clause[place], false
                        self._watching[clause[1]].append(number)
                        break
                else:
                    kept.append(number)
                    if value[clause[0]] < 0:
                        kept += watching[index + 1 :]
                        return number
                    self._assign(clause[0], number)
        return 0
