"""One walk over a program: what each operation means, over any *domain* of values.

A domain says what the parts of operations are there: a constant, a sum, a product, the greatest, a comparison. In
numbers the walk is a run; over terms it is the encoding of one length, over integers with n symbolic that of all
lengths; over intervals, steps and directions of growth it is an analysis. So an operation is interpreted here, in one
place, and a new analysis is a short file with a domain. The reference run alone stays apart, to be compared with.

Places are where a value is: positions, the classes of a symmetric program (a symbol, BOS, EOS), or one place for all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Protocol, TypeVar

from gmpy2 import mpq

from ..number.rational import ZERO
from ..number.rounding import Rounding
from .operation import forms, pairwise, used_scores
from .program import (
    Affine,
    Attend,
    Compare,
    Embed,
    Feature,
    Form,
    Max,
    Nearest,
    Op,
    Product,
    Program,
    Readout,
    Relation,
    Round,
    Score,
    Steps,
    Table,
)

P = TypeVar("P", bound=Hashable)
Q = TypeVar("Q", bound=Hashable, contravariant=True)
V = TypeVar("V")
Jumps = tuple[tuple[mpq, mpq], ...]


class Domain(Protocol[Q, V]):
    """What values are, and what the parts of operations do to them.

    `where` is the place at which a value is stored, for domains that keep a record of what fails.
    """

    def embed(self, op: Embed, place: Q) -> V:
        """φ at a place."""
        ...

    def linear(self, const: mpq, parts: Sequence[tuple[mpq, V]]) -> V:
        """The sum of `const` and each coefficient times its value."""
        ...

    def product(self, factors: Sequence[V]) -> V:
        """The product of no, one or several values."""
        ...

    def greatest(self, values: Sequence[V]) -> V:
        """The maximum of one or several values."""
        ...

    def compare(self, value: V, relation: Relation) -> V:
        """1 if value > 0, value >= 0 or value = 0, else 0."""
        ...

    def nearest(self, value: V) -> V:
        """The nearest integer, halves upward."""
        ...

    def table(self, value: V, entries: Jumps, where: tuple[Q, Q | None]) -> V:
        """The entry of a value; 0, and a failure of the run, where there is none."""
        ...

    def steps(self, value: V, base: mpq, jumps: Jumps) -> V:
        """The result of the greatest threshold that is reached, else the base."""
        ...

    def stored(self, value: V, rounding: Rounding, where: tuple[Q, Q | None]) -> V:
        """The value as a format holds it; where overflow is an error, that is a failure of the run."""
        ...


class Heads(Domain[Q, V], Protocol):
    """A domain that knows heads too, so that a whole program can be walked in order."""

    def attend(self, op: Attend, place: Q, values: Sequence[V], scores: Sequence[V] | None) -> V:
        """A head's output at a place, of the values and scores at all places; no scores for uniform attention."""
        ...


def form(domain: Domain[P, V], written: Form, read: Callable[[Feature], V]) -> V:
    """An affine form of what is read."""
    return domain.linear(written.const, [(coefficient, read(feature)) for coefficient, feature in written.terms])


def local(domain: Domain[P, V], op: Op, place: P, read: Callable[[Feature], V]) -> V:
    """An operation that stays at its place, before it is stored; `read` gives earlier features there.

    Raises:
        ValueError: for a score or a head.
    """
    match op:
        case Round(arg, rounding):
            return domain.stored(read(arg), rounding, (place, None))
        case Embed():
            return domain.embed(op, place)
        case Affine(written):
            return form(domain, written, read)
        case Product(left, right):
            return domain.product((read(left), read(right)))
        case Max(several):
            return domain.greatest([form(domain, written, read) for written in several])
        case Compare(written, relation):
            return domain.compare(form(domain, written, read), relation)
        case Nearest(written):
            return domain.nearest(form(domain, written, read))
        case Table(written, entries):
            return domain.table(form(domain, written, read), entries, (place, None))
        case Steps(written, base, jumps):
            return domain.steps(form(domain, written, read), base, jumps)
        case Score() | Attend():
            raise ValueError("scores and heads have no value at a single place")


def score(domain: Domain[P, V], op: Score, query: Callable[[Feature], V], key: Callable[[Feature], V]) -> V:
    """A score before it is stored; `query` and `key` give earlier features at the two places."""
    return domain.linear(
        ZERO,
        [(m.coefficient, domain.product([*map(query, m.queries), *map(key, m.keys)])) for m in op.monomials],
    )


def accumulators(domain: Domain[P, V], readout: Readout, read: Callable[[Feature], V]) -> list[V]:
    """The forms of a readout at a place."""
    return [form(domain, written, read) for written in forms(readout)]


def once(domain: Heads[None, V], op: Op, values: Sequence[V]) -> V:
    """An operation where one place stands for all, and a pair of places too; `values` are those of earlier ones."""
    match op:
        case Score():
            return score(domain, op, values.__getitem__, values.__getitem__)
        case Attend(value, scored):
            return domain.attend(op, None, [values[value]], None if scored is None else [values[scored]])
        case _:
            return local(domain, op, None, values.__getitem__)


class Walk(Generic[P]):
    """A program in which every head sees every place, to be walked in order, over one domain or many."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._pairwise, self._used = pairwise(program.ops), used_scores(program.ops)

    def over(self, domain: Heads[P, V], places: Sequence[P]) -> list[dict[P, V]]:
        """What each operation stores at each place, in the order of the program; nothing for scores.

        A score that no head reads does not exist.
        """
        columns: list[dict[P, V]] = []
        rows: dict[int, dict[P, list[V]]] = {}

        def at(place: P) -> Callable[[Feature], V]:
            return lambda feature: columns[feature][place]

        reads = [at(place) for place in places]
        for index, op in enumerate(self.program.ops):
            if self._pairwise[index]:
                if index in self._used:
                    rows[index] = _rows(domain, op, places, rows, reads)
                columns.append({})
            elif isinstance(op, Attend):
                values = [columns[op.value][place] for place in places]
                if op.score is None and op.total is None:  # all places see the same, and none can fail
                    columns.append(dict.fromkeys(places, domain.attend(op, places[0], values, None)))
                    continue
                row = None if op.score is None else rows[op.score]
                columns.append(
                    {place: domain.attend(op, place, values, None if row is None else row[place]) for place in places}
                )
            else:
                columns.append(
                    {place: local(domain, op, place, read) for place, read in zip(places, reads, strict=True)}
                )
        return columns


def _rows(
    domain: Heads[P, V],
    op: Op,
    places: Sequence[P],
    rows: dict[int, dict[P, list[V]]],
    reads: Sequence[Callable[[Feature], V]],
) -> dict[P, list[V]]:
    """A score, or a rounded score, for each query and each key."""
    if isinstance(op, Round):
        given, rounding = rows[op.arg], op.rounding
        return {
            query: [
                domain.stored(value, rounding, (query, key)) for key, value in zip(places, given[query], strict=True)
            ]
            for query in places
        }
    if not isinstance(op, Score):
        raise ValueError("only a score, and a rounding of one, has a value for each pair")
    return {place: [score(domain, op, query, key) for key in reads] for place, query in zip(places, reads, strict=True)}
