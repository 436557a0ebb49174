"""Counts instead of words: a run of a symmetric program, on how often each symbol occurs.

In a symmetric program (`Program.symmetric`: the premise is checked on the program, not assumed) all positions with
one symbol store the same, and a head sees a symbol only by how often it occurs. So a run is a function of the counts,
and all words of length n are decided on C(n + |Σ| - 1, |Σ| - 1) vectors of counts, in exact integers, without a
solver: 2,145 instead of 3^64 for three letters and n = 64. Every vector is reached, by the word that lists the
symbols in order.

The run interprets the program with its roundings in (`logbits.encode.arithmetic.twin`), a symbol at a time; the
reference run, which shares nothing with it, is compared with it by simulation and on all words of small lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from gmpy2 import mpq

from ...encode.claim.kind import DECISION, Kind
from ...encode.number.rational import ONE, ZERO, nearest_integer
from ...encode.program import position
from ...encode.program.program import (
    BOS,
    EOS,
    Accept,
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Nearest,
    Outputs,
    Product,
    Program,
    Round,
    Score,
    Steps,
    Table,
    forms,
    used_scores,
)
from ...encode.term.terms import divide, evaluate

Values = list[mpq]
"""One value per class; a class is a symbol of the alphabet, then BOS and EOS where the model has them."""


@dataclass(frozen=True)
class Counted:
    """What a run on counts gives, per class: the exact accumulators of the readout, and the outcome there.

    An outcome is a truth value, a number, or the number of a class. At symbols that do not occur all is 0.
    """

    outcomes: tuple[mpq, ...]
    accumulators: tuple[tuple[mpq, ...], ...]
    failed: bool

    def read(self, kind: Kind, c: int) -> tuple[mpq, ...]:
        """What a claim reads at a class.

        Raises:
            ValueError: for attention, of which nothing is kept here.
        """
        if kind.reads == "attention":
            raise ValueError("sets of positions are not read from counts")
        return self.accumulators[c] if kind.reads == "accumulators" else (self.outcomes[c],)


class CountRun:
    """Runs of a symmetric program, with its roundings in, on counts.

    Raises:
        ValueError: for a program that is not symmetric.
    """

    def __init__(self, program: Program) -> None:
        if not program.symmetric:
            raise ValueError(f"{program.name} is not symmetric: the order of a word matters")
        self.program = program
        self.symbols = program.symbols()
        self._used = used_scores(program.ops)
        self._forms = forms(program.readout)
        self._tables = [dict(op.table) if isinstance(op, Embed) else {} for op in program.ops]
        self._entries = [
            tuple(((key,), value) for key, value in sorted(op.entries)) if isinstance(op, Table) else ()
            for op in program.ops
        ]

    def run(self, counts: Sequence[int]) -> Counted:
        """The run on the words with these counts, one for each symbol of the alphabet, not all 0."""
        values, failed = self._interpret(counts)
        present = [*(count > 0 for count in counts), *(True for _ in self.symbols[len(counts) :])]
        sums = [tuple(_form(form, values, c) for form in self._forms) for c in range(len(present))]
        rows = tuple(row if here else (ZERO,) * len(row) for row, here in zip(sums, present, strict=True))
        outcomes = tuple(self._outcome(row) if here else ZERO for row, here in zip(rows, present, strict=True))
        return Counted(outcomes, rows, failed)

    def features(self, counts: Sequence[int]) -> list[Values]:
        """What each operation stores at each class (0 at symbols that do not occur; nothing for scores)."""
        return self._interpret(counts)[0]

    def _interpret(self, counts: Sequence[int]) -> tuple[list[Values], bool]:
        length = sum(counts)
        weights = [*counts, *(1 for _ in self.symbols[len(counts) :])]
        present = [index for index, weight in enumerate(weights) if weight]
        values: list[Values] = []
        scores: dict[int, list[Values]] = {}
        failed = False
        for index, op in enumerate(self.program.ops):
            match op:
                case Score():
                    scores[index] = [[self._score(op, values, q, k) for k in present] for q in present]
                    values.append([])
                case Round(arg, rounding) if arg in scores:
                    if rounding.overflow == "error" and index in self._used:  # by a head: others do not exist
                        failed |= any(rounding.overflows(score) for row in scores[arg] for score in row)
                    scores[index] = [[rounding.apply(score) for score in row] for row in scores[arg]]
                    values.append([])
                case _:
                    column = [ZERO] * len(weights)
                    for place, c in enumerate(present):
                        column[c] = self._value(index, values, c, length)
                        if isinstance(op, Attend):
                            row = None if op.score is None else scores[op.score][place]
                            total, count = _selected(values[op.value], row, weights, present)
                            if op.total is not None:
                                failed |= op.total.overflow == "error" and op.total.overflows(total)
                                total = op.total.apply(total)
                            column[c] = divide(total, count, op.reciprocal)
                        elif isinstance(op, Round) and op.rounding.overflow == "error":
                            failed |= op.rounding.overflows(values[op.arg][c])
                        elif isinstance(op, Table):
                            failed |= _form(op.form, values, c) not in dict(op.entries)
                    values.append(column)
        return values, failed

    def _value(self, index: int, values: list[Values], c: int, length: int) -> mpq:
        op = self.program.ops[index]
        match op:
            case Embed():
                symbol = self.symbols[c]
                place = 0 if symbol == BOS else length + 1 if symbol == EOS else 1
                return position.evaluate(self._tables[index][symbol], place, length)
            case Affine(form):
                return _form(form, values, c)
            case Product(left, right):
                return values[left][c] * values[right][c]
            case Max(several):
                return max(_form(form, values, c) for form in several)
            case Compare(form, relation):
                return evaluate("compare", relation, [_form(form, values, c)])
            case Nearest(form):
                return nearest_integer(_form(form, values, c))
            case Table(form):
                return evaluate("table", self._entries[index], [_form(form, values, c)])
            case Steps(form, base, jumps):
                return evaluate("steps", (base, jumps), [_form(form, values, c)])
            case Round(arg, rounding):
                return rounding.apply(values[arg][c])
            case Attend() | Score():
                return ZERO

    def _score(self, score: Score, values: list[Values], query: int, key: int) -> mpq:
        return sum(
            (
                m.coefficient
                * prod((values[f][query] for f in m.queries), start=ONE)
                * prod((values[f][key] for f in m.keys), start=ONE)
                for m in score.monomials
            ),
            ZERO,
        )

    def _outcome(self, row: Sequence[mpq]) -> mpq:
        match self.program.readout:
            case Accept():
                return mpq(row[0] > 0)
            case Outputs(labels=labels) if labels:
                return mpq(row.index(max(row)))
            case _:
                return row[0]


def _selected(values: Values, scores: Values | None, weights: Sequence[int], present: Sequence[int]) -> tuple[mpq, int]:
    """The sum of a head's values over M, and |M|; without scores M is everything."""
    chosen = list(present)
    if scores is not None:
        best = max(scores)
        chosen = [c for c, score in zip(present, scores, strict=True) if score == best]
    return sum((weights[c] * values[c] for c in chosen), ZERO), sum(weights[c] for c in chosen)


def _form(form: Form, values: list[Values], c: int) -> mpq:
    return sum((coefficient * values[feature][c] for coefficient, feature in form.terms), form.const)


def vectors(alphabet: int, length: int) -> Iterator[tuple[int, ...]]:
    """All vectors of counts with sum `length`, the greatest first counts first: their sorted words ascend."""
    if alphabet == 1:
        yield (length,)
        return
    for first in range(length, -1, -1):
        for rest in vectors(alphabet - 1, length - first):
            yield first, *rest


def classes(program: Program, counts: Sequence[int]) -> list[int]:
    """The classes at which the outcome of words with these counts can be read.

    For a readout at the first or last position that is the symbol there, for outputs every symbol that occurs.
    """
    place = program.readout.place if isinstance(program.readout, Accept) else None
    if place in ("bos", "eos"):
        return [program.symbols().index(BOS if place == "bos" else EOS)]
    return [symbol for symbol, count in enumerate(counts) if count]


def first_word(program: Program, counts: Sequence[int], c: int) -> tuple[int, ...]:
    """The first word, in the order of the alphabet, with these counts whose outcome is read at class c."""
    rest = [symbol for symbol, count in enumerate(counts) for _ in range(count - (symbol == c))]
    place = program.readout.place if isinstance(program.readout, Accept) else None
    if c >= len(counts) or place in (None, "bos", "eos"):
        return tuple(symbol for symbol, count in enumerate(counts) for _ in range(count))
    return (c, *rest) if place == "first" else (*rest, c)


def read_at(program: Program, word: Sequence[int]) -> list[int]:
    """The classes at which the outcome of a word is read: one for an acceptor, one per word position for outputs."""
    if not isinstance(program.readout, Accept):
        return list(word)
    match program.readout.place:
        case "bos":
            return [program.symbols().index(BOS)]
        case "eos":
            return [program.symbols().index(EOS)]
        case "first":
            return [word[0]]
        case "last":
            return [word[-1]]


def alike(left: Program, right: Program) -> bool:
    """Whether the readings of two symmetric programs can be compared class by class: they are read at the same one."""
    a, b = left.readout, right.readout
    if isinstance(a, Accept) and isinstance(b, Accept):
        return a.place == b.place and (a.place in ("first", "last") or left.symbols() == right.symbols())
    return isinstance(a, Outputs) and isinstance(b, Outputs) and a.labels == b.labels


def breaks(left: CountRun, right: CountRun, counts: Sequence[int], kind: Kind = DECISION) -> list[int]:
    """The classes at which words with these counts break a claim of this kind; all of them where a run fails."""
    a, b = left.run(counts), right.run(counts)
    failed = a.failed or b.failed
    read_at = classes(left.program, counts)
    return [c for c in read_at if failed or kind.apart(a.read(kind, c), b.read(kind, c))]


def breaking_word(left: CountRun, right: CountRun, length: int, kind: Kind = DECISION) -> tuple[int, ...] | None:
    """The first word of a length, in the order of the alphabet, that breaks a claim of this kind."""
    found: tuple[int, ...] | None = None
    for counts in vectors(len(left.program.alphabet), length):
        for c in breaks(left, right, counts, kind):
            word = first_word(left.program, counts, c)
            found = word if found is None else min(found, word)
    return found
