"""The reference run: a program and an arithmetic, interpreted in exact rationals straight from the definition.

Everything else answers to this oracle: witnesses are replayed on it, and circuits are simulated against it. So it
follows the definition of a run line by line and shares as little as it can with the encoder: the program data with
its position expressions (`evaluate`), the formats (`Rounding`), and what a claim fixes before any run, the choice of
scales (`sites`) and rounded parameters (`rounded`); but neither the walk, nor the pass that puts roundings in, nor
the terms. It rounds at each site itself, selects itself and divides by the rule of the arithmetic itself. Slow and
plain is right here.

Source of the meaning: Merrill, Sabharwal and Smith 2022, definition 1 and, for `reciprocal`, appendix A.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from typing import cast

from gmpy2 import mpq

from ...encode.arithmetic.arithmetic import Arithmetic
from ...encode.arithmetic.parameters import rounded
from ...encode.arithmetic.scales import sites
from ...encode.number.mean import Iterative
from ...encode.number.rational import show
from ...encode.number.rounding import Rounding
from ...encode.program import position
from ...encode.program.program import (
    BOS,
    EOS,
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Mask,
    Max,
    Nearest,
    Product,
    Program,
    Round,
    Score,
    Steps,
    Table,
)
from .decided import half_up, holds, step
from .mean import Weighing, divided, mean
from .readout import Column, Outcome, Rows, accumulator, read_out
from .rows import Row, Scores
from .sharing import blocks, shared


@dataclass(frozen=True)
class Failure:
    """The first failure of a run: an overflow under `error`, or a table outside its domain."""

    op: int
    position: int
    message: str


@dataclass(frozen=True)
class Run:
    """Everything that one run stored.

    `values` has an entry per operation of the original program: a `Column` for a feature, `Rows` for a score.
    `selected` holds M_i for each Attend, per query position and as positions (all allowed ones for `uniform`).
    `readout` holds the exact accumulators: one tuple for an acceptor, one per word position for outputs. A run with a
    `failure` goes on, with the saturated value or with 0 for a table, but its outcome means nothing.
    """

    length: int
    positions: range
    values: tuple[Column | Rows, ...]
    selected: dict[int, tuple[Sequence[int], ...]]
    readout: tuple[Column, ...]
    outcome: Outcome
    failures: tuple[Failure, ...]
    """The first one at each position, in the order in which they were met."""

    @property
    def failure(self) -> Failure | None:
        """The first of all."""
        return self.failures[0] if self.failures else None


class Reference:
    """Runs of `program` in `arithmetic`, with the scales of bound N = `bound`.

    A score exists, and is stored, only for the pairs that the mask of some head using it allows: elsewhere it is not
    computed and cannot fail. Everything else that a program writes down is computed, needed by the readout or not, and
    a failure anywhere is a failure of the run.

    Raises:
        ValueError: for a program that already has roundings in, a bound below 1 or beyond the positions that the model
            knows, a position expression that is undefined somewhere, and a site that no scale fits.
    """

    def __init__(self, program: Program, arithmetic: Arithmetic, bound: int) -> None:
        if any(isinstance(op, Round) or (isinstance(op, Attend) and op != _written(op)) for op in program.ops):
            raise ValueError(f"{program.name}: the reference run rounds by itself and takes programs without roundings")
        if bound < 1:
            raise ValueError(f"{program.name}: the bound must be at least 1, not {bound}")
        if program.max_length is not None and bound > program.max_length:
            raise ValueError(f"{program.name} knows positions up to length {program.max_length} only, not {bound}")
        self.program, self.arithmetic, self.bound = program, arithmetic, bound
        self.sites = sites(program, arithmetic, bound)
        self.computed = rounded(program, arithmetic)
        self.weighing = Weighing.of(arithmetic)
        self.blocks = blocks(program, arithmetic)
        self._masks: dict[int, set[Mask]] = {}
        for op in program.ops:
            if isinstance(op, Attend) and op.score is not None:
                self._masks.setdefault(op.score, set()).add(op.mask)
        self._embedded: dict[tuple[int, str, int, int], mpq] = {}
        self._reads_length = program.length_aware
        self.remembered: dict[int, Scores] = {}

    def run(self, word: Sequence[str]) -> Run:
        """The run on `word`, a sequence of symbols.

        Raises:
            ValueError: for the empty word, a symbol outside the alphabet and a word longer than the bound.
        """
        name, length = self.program.name, len(word)
        if length == 0:
            raise ValueError(f"{name}: the empty word is out of scope")
        if length > self.bound:
            raise ValueError(f"{name}: a word of length {length} is longer than the bound {self.bound}")
        for symbol in word:
            if symbol not in self.program.alphabet:
                raise ValueError(f"{name}: {symbol!r} is not a symbol of words")
        return _Interpreter(self, tuple(word)).run()

    def allowed(self, score: int, query: int, positions: range) -> int:
        """How many positions, from the first on, some head that uses this score may look at from position `query`."""
        return max((allowed(mask, query, positions) for mask in self._masks.get(score, ())), default=0)

    def embedding(self, index: int, expression: position.Position, symbol: str, place: int, length: int) -> mpq:
        """φ in Q, before it is stored."""
        key = index, symbol, place, length if self._reads_length else 0
        if key not in self._embedded:
            self._embedded[key] = position.evaluate(expression, place, length)
        return self._embedded[key]


class _Interpreter:
    """One run: the values stored so far, and the first failure."""

    def __init__(self, reference: Reference, word: tuple[str, ...]) -> None:
        self.reference, self.program = reference, reference.program
        self.length = len(word)
        self.positions = self.program.positions(self.length)
        self.letters = ((BOS,) if self.program.bos else ()) + word + ((EOS,) if self.program.eos else ())
        self.values: list[Column | Rows] = []
        self.selected: dict[int, tuple[Sequence[int], ...]] = {}
        self.rows: dict[int, list[Row]] = {}
        self.failures: dict[int, Failure] = {}
        self.failed = 0

    def run(self) -> Run:
        for index, op in enumerate(self.reference.computed.ops):
            if isinstance(op, Score):
                self.values.append(self.scores(index, op))
            else:
                exact = self.attend(index, op) if isinstance(op, Attend) else self.local(index, op)
                self.values.append(
                    tuple(self.store(index, i, value) for i, value in zip(self.positions, exact, strict=True))
                )
            self.share(index)
        readout, outcome = read_out(self.reference.computed, self.length, self.values, self.selected)
        failures = tuple(self.failures.values())
        return Run(self.length, self.positions, tuple(self.values), self.selected, readout, outcome, failures)

    def fail(self, index: int, place: int, message: str) -> None:
        self.failed += 1
        told = f"{self.program.names[index]} at position {place}: {message}"
        self.failures.setdefault(place, Failure(index, place, told))

    def store(self, index: int, place: int, value: mpq, key: int | None = None) -> mpq:
        """`value` as the site of operation `index` holds it, a score's for the key position `key`."""
        site = self.reference.sites[index]
        if not isinstance(self.program.ops[index], Attend):  # a head's accumulator is that of its sum, before
            value = self.hold(index, place, value, site.accumulator, key)
        return self.hold(index, place, value, site.stored, key)

    def hold(self, index: int, place: int, value: mpq, rounding: Rounding | None, key: int | None = None) -> mpq:
        """`value` in a format."""
        if rounding is None:
            return value
        if rounding.overflow == "error" and rounding.overflows(value):
            towards = "" if key is None else f" towards position {key}"
            self.fail(index, place, f"{show(value)}{towards} overflows {rounding}")
        return rounding.apply(value)

    def share(self, index: int) -> None:
        """Stores a block where its last operation has been computed; none of them has been stored yet."""
        block = self.reference.blocks.get(index, range(0))
        if index + 1 == block.stop:
            columns = [self.column(each) for each in block]
            chosen = shared(self.reference.arithmetic, columns)
            for each, column in zip(block, columns, strict=True):
                rows = zip(self.positions, column, chosen, strict=True)
                self.values[each] = tuple(self.hold(each, *row) for row in rows)

    def column(self, feature: int) -> Column:
        return cast(Column, self.values[feature])

    def form(self, form: Form, k: int) -> mpq:
        """The exact accumulator of an affine form of stored operands, at the k-th position."""
        return accumulator(form, self.values, k)

    def local(
        self, index: int, op: Embed | Affine | Product | Max | Compare | Nearest | Table | Steps | Round
    ) -> Iterable[mpq]:
        """An operation that stays at its position: the exact value at each one, in order."""
        places = range(len(self.positions))
        match op:
            case Embed(table):
                expressions = dict(table)
                return [
                    self.reference.embedding(index, expressions[symbol], symbol, i, self.length)
                    for symbol, i in zip(self.letters, self.positions, strict=True)
                ]
            case Affine(form):
                return [self.form(form, k) for k in places]
            case Product(left, right):
                return [self.column(left)[k] * self.column(right)[k] for k in places]
            case Max(forms):
                return [max(self.form(form, k) for form in forms) for k in places]
            case Compare(form, relation):
                return [mpq(1) if holds(relation, self.form(form, k)) else mpq(0) for k in places]
            case Nearest(form):
                return [half_up(self.form(form, k)) for k in places]
            case Steps(form, base, jumps):
                return [step(self.form(form, k), base, jumps) for k in places]
            case Table(form, entries):
                # Lazily, so that at each position the failure of the table and then that of its site come in order.
                domain = dict(entries)
                return (self.look_up(index, i, self.form(form, k), domain) for k, i in enumerate(self.positions))
            case Round():
                raise ValueError("a reference run does not interpret roundings")

    def look_up(self, index: int, place: int, value: mpq, entries: dict[mpq, mpq]) -> mpq:
        if value not in entries:
            self.fail(index, place, f"{show(value)} is outside the domain of the table")
            return mpq(0)
        return entries[value]

    def scores(self, index: int, op: Score) -> Rows:
        """The stored score of each pair that some head may use."""
        scores = self.reference.remembered.setdefault(index, Scores(op))
        queries, keys = scores.parts([self.column(feature) for feature in scores.features], len(self.positions))
        scores.look_at(keys)
        rows: list[tuple[mpq | None, ...]] = []
        self.rows[index] = []
        for i, query in zip(self.positions, queries, strict=True):
            row, failed = scores.row(query), self.failed
            count = self.reference.allowed(index, i, self.positions)
            for j, key in zip(self.positions[len(row.entries) : count], keys[len(row.entries) : count], strict=True):
                row.entries.append(self.store(index, i, sum(map(mul, query, key), mpq(0)), j))
            if self.failed != failed:
                scores.forget(query)
            self.rows[index].append(row)
            rows.append(row.padded(count, len(keys)))
        return tuple(rows)

    def attend(self, index: int, op: Attend) -> list[mpq]:
        """One output feature of a head at each position, before it is stored."""
        first = self.positions.start
        values = self.column(op.value)
        if op.score is None and op.mask == "none":  # every position sees the same, and words may be long
            everywhere = tuple(self.positions)
            self.selected[index] = (everywhere,) * len(everywhere)
            return [self.mean(index, first, values)] * len(everywhere)
        if op.score is None:
            return self.uniform(index, op.mask, values)
        chosen: list[Sequence[int]] = []
        outputs: list[mpq] = []
        rows = self.rows[op.score]
        for k, i in enumerate(self.positions):
            if k and op.mask == "none" and rows[k] is rows[k - 1]:
                chosen.append(chosen[-1])
                outputs.append(outputs[-1])
                continue
            count = allowed(op.mask, i, self.positions)
            best = tuple(first + k for k in rows[k].maximal(count)) if count else ()
            chosen.append(best)
            if not best:
                outputs.append(mpq(0))
            elif op.ties == "hard":
                outputs.append(values[min(best) - first])
            elif op.ties == "rightmost":
                outputs.append(values[max(best) - first])
            else:
                outputs.append(self.mean(index, i, [values[j - first] for j in best]))
        self.selected[index] = tuple(chosen)
        return outputs

    def uniform(self, index: int, mask: Mask, values: Sequence[mpq]) -> list[mpq]:
        """The mean over all that a mask allows, at each position: words may be long, so the sums go on."""
        first, total, count = self.positions.start, mpq(0), 0
        rule, accumulator = self.reference.arithmetic.mean, self.reference.sites[index].accumulator
        weighing = self.reference.weighing
        goes_on = not isinstance(rule, Iterative) and weighing.weights is None and weighing.denominator is None
        chosen: list[Sequence[int]] = []
        outputs: list[mpq] = []
        for i in self.positions:
            while count < len(values) and allows(mask, i, first + count):
                total += values[count]
                count += 1
            chosen.append(range(first, first + count))
            if not count:
                outputs.append(mpq(0))
            elif goes_on:
                outputs.append(divided(self.hold(index, i, total, accumulator), count, rule))
            else:
                outputs.append(self.mean(index, i, values[:count]))
        self.selected[index] = tuple(chosen)
        return outputs

    def mean(self, index: int, place: int, values: Sequence[mpq]) -> mpq:
        """The mean of values, before it is stored: `quotient(t)` rounds where every site rounds, in `store`."""
        rule, accumulator = self.reference.arithmetic.mean, self.reference.sites[index].accumulator
        return mean(
            values,
            rule,
            self.reference.weighing,
            lambda value, rounding: self.hold(index, place, value, rounding),
            accumulator,
        )


def _written(op: Attend) -> Attend:
    """A head as authors write it, without anything that an arithmetic puts in."""
    return Attend(op.value, op.score, op.mask, op.ties)


def allowed(mask: Mask, query: int, positions: range) -> int:
    """How many positions, from the first on, a mask lets a query position look at."""
    count = {"none": len(positions), "causal": query - positions.start + 1, "strict": query - positions.start}[mask]
    return min(max(count, 0), len(positions))


def allows(mask: Mask, query: int, key: int) -> bool:
    """Whether a mask lets a query position look at a key position."""
    match mask:
        case "none":
            return True
        case "causal":
            return key <= query
        case "strict":
            return key < query


def differ(a: Run, b: Run) -> bool:
    """Whether two runs on one word decide differently: other outcomes, or either failed.

    Raises:
        ValueError: for runs on words of different lengths.
    """
    if a.length != b.length:
        raise ValueError(f"runs on words of lengths {a.length} and {b.length} cannot be compared")
    return a.failure is not None or b.failure is not None or a.outcome != b.outcome
