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
from ...encode.number.rounding import Rounding
from ...encode.program import position
from ...encode.program.operation import forms
from ...encode.program.program import BOS, EOS, Accept, Attend, Embed, Outputs, Program, Relation
from ...encode.program.walk import Jumps, Walk, accumulators
from ...encode.term.terms import evaluate, select
from .kinds import symmetric
from .running import running

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
        if not kind.reading.counted:
            raise ValueError("sets of positions are not read from counts")
        return self.accumulators[c] if kind.reading.name == "accumulators" else (self.outcomes[c],)


class CountRun:
    """Runs of a symmetric program, with its roundings in, on counts.

    Raises:
        ValueError: for a program that is not symmetric.
    """

    def __init__(self, program: Program) -> None:
        if not symmetric(program):
            raise ValueError(f"{program.name} is not symmetric: the order of a word matters")
        self.program = program
        self.symbols = program.symbols()
        self._walk: Walk[int] = Walk(program)
        self._tables = _Tables()

    def run(self, counts: Sequence[int]) -> Counted:
        """The run on the words with these counts, one for each symbol of the alphabet, not all 0."""
        numbers, columns = self._interpret(counts)
        nothing = (ZERO,) * len(forms(self.program.readout))
        rows = [nothing] * len(self.symbols)
        outcomes = [ZERO] * len(self.symbols)
        for c in numbers.present:
            rows[c] = tuple(accumulators(numbers, self.program.readout, lambda f, c=c: columns[f][c]))
            outcomes[c] = self._outcome(rows[c])
        return Counted(tuple(outcomes), tuple(rows), numbers.failed)

    def features(self, counts: Sequence[int]) -> list[Values]:
        """What each operation stores at each class (0 at symbols that do not occur; nothing for scores)."""
        _, columns = self._interpret(counts)
        return [[column.get(c, ZERO) for c in range(len(self.symbols))] if column else [] for column in columns]

    def _interpret(self, counts: Sequence[int]) -> tuple[_Numbers, list[dict[int, mpq]]]:
        numbers = _Numbers(self.symbols, counts, self._tables)
        return numbers, self._walk.over(numbers, numbers.present)

    def _outcome(self, row: Sequence[mpq]) -> mpq:
        match self.program.readout:
            case Accept():
                return mpq(row[0] > 0)
            case Outputs(labels=labels) if labels:
                return mpq(row.index(max(row)))
            case _:
                return row[0]


class _Tables(dict[Jumps, dict[mpq, mpq]]):
    """The tables of a program, to be looked things up in."""

    def __missing__(self, entries: Jumps) -> dict[mpq, mpq]:
        made = self[entries] = dict(entries)
        return made


class _Numbers:
    """The domain of numbers, for one vector of counts: a place is a class of which there are any positions."""

    def __init__(self, symbols: Sequence[str], counts: Sequence[int], tables: _Tables) -> None:
        self.symbols, self.length, self.tables = symbols, sum(counts), tables
        weights = [*counts, *(1 for _ in symbols[len(counts) :])]
        self.present = [index for index, weight in enumerate(weights) if weight]
        self.weights = [weights[index] for index in self.present]
        self.failed = False

    def embed(self, op: Embed, place: int) -> mpq:
        symbol = self.symbols[place]
        expression = next(expression for given, expression in op.table if given == symbol)
        index = 0 if symbol == BOS else self.length + 1 if symbol == EOS else 1
        return position.evaluate(expression, index, self.length)

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, mpq]]) -> mpq:
        for coefficient, value in parts:
            const += coefficient * value
        return const

    def product(self, factors: Sequence[mpq]) -> mpq:
        return prod(factors, start=ONE)

    def greatest(self, values: Sequence[mpq]) -> mpq:
        return max(values)

    def compare(self, value: mpq, relation: Relation) -> mpq:
        return evaluate("compare", relation, (value,))

    def nearest(self, value: mpq) -> mpq:
        return nearest_integer(value)

    def table(self, value: mpq, entries: Jumps, where: object) -> mpq:
        found = self.tables[entries].get(value)
        self.failed |= found is None
        return ZERO if found is None else found

    def steps(self, value: mpq, base: mpq, jumps: Jumps) -> mpq:
        return evaluate("steps", (base, jumps), (value,))

    def stored(self, value: mpq, rounding: Rounding, where: object) -> mpq:
        self.failed |= rounding.overflow == "error" and rounding.overflows(value)
        return rounding.apply(value)

    def attend(self, op: Attend, place: int, values: Sequence[mpq], scores: Sequence[mpq] | None) -> mpq:
        """The mean of the values over M, which is everything where there are no scores."""
        chosen = range(len(values)) if scores is None else select("saturated", scores)
        if op.total is not None and op.stepwise:
            return self._stepwise(op, op.total, [(k, values[k]) for k in chosen])
        total, count = ZERO, 0
        for k in chosen:
            total += self.weights[k] * values[k]
            count += self.weights[k]
        self.failed |= op.mean.fails(count)
        if op.total is not None and op.mean.before:
            return self.stored(op.mean.divide(total, count), op.total, (place, None))
        return op.mean.divide(total if op.total is None else self.stored(total, op.total, (place, None)), count)

    def _stepwise(self, op: Attend, rounding: Rounding, terms: Sequence[tuple[int, mpq]]) -> mpq:
        """The mean of a sum that is stored after every addition: BOS, symbols that are 0 or one number, then EOS."""
        symbols, total = [self.symbols[self.present[k]] for k, _ in terms], ZERO
        special = {symbol: value for symbol, (_, value) in zip(symbols, terms, strict=True) if symbol in (BOS, EOS)}
        words = [term for symbol, term in zip(symbols, terms, strict=True) if symbol not in special and term[1]]
        several = {value for _, value in words}
        if len(several) > 1:
            raise ValueError("a sum of different terms depends on their order")
        repeated = next(iter(several), ZERO), sum(self.weights[k] for k, _ in words)
        for term, times in ((special.get(BOS, ZERO), 1), repeated, (special.get(EOS, ZERO), 1)):
            sums = running(rounding, total, term)
            self.failed |= sums.fails(times)
            total = sums.after(times)
        return op.mean.divide(total, sum(self.weights[k] for k, _ in terms))


def vectors(alphabet: int, length: int) -> Iterator[tuple[int, ...]]:
    """All vectors of counts with sum `length`, the greatest first counts first: their sorted words ascend."""
    counts = [length] + [0] * (alphabet - 1)
    while True:
        yield tuple(counts)
        given = next((k for k in range(alphabet - 2, -1, -1) if counts[k]), None)
        if given is None:
            return
        rest, counts[-1] = counts[-1], 0  # which moves forward with the one that is taken away
        counts[given] -= 1
        counts[given + 1] = rest + 1


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
    return [c for c in read_at if failed or kind.agreement.apart(a.read(kind, c), b.read(kind, c))]


def breaking_word(left: CountRun, right: CountRun, length: int, kind: Kind = DECISION) -> tuple[int, ...] | None:
    """The first word of a length, in the order of the alphabet, that breaks a claim of this kind."""
    found: tuple[int, ...] | None = None
    for counts in vectors(len(left.program.alphabet), length):
        for c in breaks(left, right, counts, kind):
            word = first_word(left.program, counts, c)
            found = word if found is None else min(found, word)
    return found
