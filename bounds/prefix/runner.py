"""Merged programs at one position: what each operation stores there in many runs, and what heads remember then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.number.rounding import Rounding
from ...encode.program.operation import reads
from ...encode.program.program import Attend, Program, Round, Score
from ...encode.program.walk import local
from ..batch.many import Many, Truths, chosen, linear, mapped, one, product
from .kinds import Kind, UnsupportedError
from .letters import Columns, Here
from .memory import Chosen, Greatest, Meeting, Number, Same, Slot, Sum
from .merged import Merged


class Runner:
    """What is the same at all positions: which slots there are, and what queries with each symbol read.

    `matched` are the pairs of scores whose sets of keys are compared, `needed` the operations that are of any interest,
    and `twins` scores for which others stand, that always select the same.

    Raises:
        UnsupportedError: for heads that remember more than slots hold.
    """

    def __init__(
        self,
        merged: Merged,
        kinds: Sequence[Kind],
        matched: Sequence[tuple[int, int]],
        needed: frozenset[int],
        twins: Mapping[int, int],
    ) -> None:
        self.merged, self.kinds, self.twins = merged, kinds, twins
        self.program: Program = merged.members[0].program
        self.symbols = self.program.symbols()
        self.by_symbol = self._by_symbol()
        self.order = [index for index in sorted(needed) if not merged.pairwise[index]]
        self.slots: dict[Slot, list[int]] = {}
        """Each slot, with the heads that read it."""
        for index in self.order:
            op = merged.ops[index]
            if isinstance(op, Attend):
                for query in self.queries(op.score) if op.score is not None else (0,):
                    for slot in self.remembered(op, query):
                        self.slots.setdefault(slot, []).append(index)
        for left, right in matched:
            for query in range(len(self.symbols)):
                same = self.same(left, right, query)
                for slot in (Greatest(left, same.query), Greatest(right, same.query), same):
                    self.slots.setdefault(slot, [])

    def queries(self, score: int) -> list[int]:
        """Symbols, by number, that stand for all queries: those of one class give each key the same score."""
        return sorted(set(self._classes(self.twins.get(score, score))))

    def query(self, score: int, symbol: int) -> int:
        """The symbol that stands for queries with a symbol."""
        return self._classes(self.twins.get(score, score))[symbol]

    def same(self, left: int, right: int, symbol: int) -> Same:
        """The slot that says whether queries with a symbol select the same by two scores."""
        first = self.joint(left, right)[symbol]
        return Same(left, right, first)

    def joint(self, left: int, right: int) -> list[int]:
        """For each symbol the first whose queries give each key the same two scores."""
        pairs = list(zip(self._classes(left), self._classes(right), strict=True))
        return [pairs.index(pair) for pair in pairs]

    def _classes(self, score: int) -> list[int]:
        op = self.merged.ops[score]
        while isinstance(op, Round):
            op = self.merged.ops[op.arg]
        read = sorted({feature for feature, where in reads(op) if where == "here"})
        rows = [tuple(self.by_symbol[k].number(symbol) for k in read) for symbol in range(len(self.symbols))]
        return [rows.index(row) for row in rows]

    def _by_symbol(self) -> dict[int, Many]:
        """The features that are functions of the symbol alone, at each symbol."""
        here = Here(1, self.symbols, np.arange(len(self.symbols)))
        found: dict[int, Many] = {}
        for index, op in enumerate(self.merged.ops):
            if self.kinds[index] <= Kind.SYMBOL and not self.merged.pairwise[index] and not isinstance(op, Attend):
                found[index] = local(Columns(), op, here, found.__getitem__)
        return found

    def remembered(self, head: Attend, query: int) -> list[Slot]:
        """The slots that a head reads for a query, and those that they are made of."""
        total = head.total if head.stepwise else None
        if head.score is None:
            if total is not None and total.overflow == "error" and head.mask == "strict":
                raise UnsupportedError("a sum that nobody reads may overflow")
            return [Sum(head.value, total)]
        if total is not None and total.overflow == "error":
            raise UnsupportedError("a sum of selected values may overflow")
        if head.ties == "uniform":
            raise UnsupportedError("uniform attention with scores")
        score = self.twins.get(head.score, head.score)
        kept = Chosen(head.value, score, query, head.ties, total)
        number: list[Slot] = [Number(score, query)] if head.ties == "saturated" else []
        return [Greatest(score, query), *number, kept]

    def at(self, here: Here, old: dict[Slot, Many] | None, count: int, *, final: bool) -> Run:
        """All runs at a position: what is known before it ends is stored, and (`final`) what is known where it ends."""
        return Run(self, here, old, count, final=final)


class Run:
    """One position of many runs: `columns` holds what each operation stores, where it is known."""

    def __init__(self, runner: Runner, here: Here, old: dict[Slot, Many] | None, count: int, *, final: bool) -> None:
        self.runner, self.here, self.old, self.count = runner, here, old, count
        self.columns: dict[int, Many] = {}
        self._failed: dict[int, list[Truths]] = {}
        self._scores: dict[tuple[int, int], Many] = {}
        self._domain = Columns()
        self._meeting = Meeting(old, self.columns.__getitem__, self.score, self._store)
        for index in runner.order:
            if runner.kinds[index] < Kind.COMMON or final:
                op = runner.merged.ops[index]
                found = self._attend(op) if isinstance(op, Attend) else self._local(index)
                self.columns[index] = found
                self._note(index)

    def _local(self, index: int) -> Many:
        return local(self._domain, self.runner.merged.ops[index], self.here, self.columns.__getitem__)

    def _note(self, *several: int) -> None:
        """Whatever failed since the last note failed at these operations."""
        if self._domain.failed:
            for index in several:
                self._failed.setdefault(index, []).extend(self._domain.failed)
            self._domain.failed = []

    def _store(self, value: Many, rounding: Rounding) -> Many:
        return self._domain.stored(value, rounding, None)

    def slots(self) -> dict[Slot, Many]:
        """What is remembered after this position."""
        found: dict[Slot, Many] = {}
        for slot, heads in self.runner.slots.items():
            found[slot] = self._meeting.after(slot)
            self._note(*heads)
        return found

    def failed(self, members: Sequence[int]) -> Truths:
        """The runs in which one of these programs failed here."""
        wanted = set(members)
        found = np.zeros(self.count, dtype=np.bool_)
        for index, several in self._failed.items():
            for truths in several if self.runner.merged.owners[index] & wanted else ():
                found |= truths
        return found

    def score(self, score: int, query: int) -> Many:
        """What a query with a symbol gives the key at this position."""
        found = self._scores.get((score, query))
        if found is None:
            found = self._scores[score, query] = self._score(score, query)
        return found

    def _score(self, score: int, query: int) -> Many:
        op = self.runner.merged.ops[score]
        if isinstance(op, Round):
            return self._domain.stored(self.score(op.arg, query), op.rounding, None)
        assert isinstance(op, Score)
        parts: list[tuple[mpq, Many]] = []
        for monomial in op.monomials:
            coefficient = monomial.coefficient
            for feature in monomial.queries:
                coefficient *= self.runner.by_symbol[feature].number(query)
            value = one(ONE)
            for feature in monomial.keys:
                value = product(value, self.columns[feature])
            parts.append((coefficient, value))
        return linear(ZERO, parts)

    @cached_property
    def letters(self) -> dict[int, Truths]:
        """For each symbol that stands here, by its number among all: in which runs."""
        found: dict[int, Truths] = {}
        for k, symbol in enumerate(self.here.symbols):
            truths = self.here.letters == k
            if truths.any():
                found[self.runner.symbols.index(symbol)] = truths
        return found

    def _attend(self, head: Attend) -> Many:
        seen = self.here.index + self.runner.program.bos - (head.mask == "strict")
        if head.score is None:
            [slot] = self.runner.remembered(head, 0)
            total = self.read(slot, head)
            if not seen:
                return one(ZERO)
            total = total if head.total is None or head.stepwise else self._store(total, head.total)
            return product(total, one(head.mean.weight(seen)))
        if not seen:
            return one(ZERO)
        return self.asked(head.score, lambda query: self._selected(head, query))

    def asked(self, score: int, read: Callable[[int], Many]) -> Many:
        """What each run reads for its own symbol."""
        found: Many | None = None
        known: dict[int, Many] = {}
        for symbol, truths in self.letters.items():
            query = self.runner.query(score, symbol)
            if query not in known:
                known[query] = read(query)
            value = known[query]
            found = value if found is None else found if value is found else chosen(truths, value, found)
        assert found is not None
        return found

    def _selected(self, head: Attend, query: int) -> Many:
        *_, kept = self.runner.remembered(head, query)
        assert isinstance(kept, Chosen)
        value = self.read(kept, head)
        if head.ties != "saturated":
            return value
        total = value if head.total is None or head.stepwise else self._store(value, head.total)
        number = self.read(Number(kept.score, query), head)
        return product(total, mapped(number, lambda k: head.mean.weight(int(k))))

    def read(self, slot: Slot, head: Attend) -> Many:
        """What a head reads of a slot: with its own position, unless its mask is strict."""
        if head.mask != "strict":
            return self._meeting.after(slot)
        return one(ZERO) if self.old is None else self.old[slot]

    def same(self, slot: Same, mask: str) -> Truths:
        """Where two scores select the same; the empty set is the same as itself."""
        if mask == "strict" and self.old is None:
            return np.ones(1, dtype=np.bool_)
        held = self.old[slot] if mask == "strict" and self.old is not None else self._meeting.after(slot)
        return (held.numerators == 1).astype(np.bool_)
