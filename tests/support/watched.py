"""A derivation that notes, for each rule, where it fired and which facts its offers looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from gmpy2 import mpq
from logbits.bounds.reduce.derivation import Derivation, Expr, Offer, Rule
from logbits.bounds.reduce.functions import Functions, Key
from logbits.encode.term.ranges import Interval, Ranges
from logbits.encode.term.terms import Payload, Term, Terms

Note = Callable[[str], None]
LOOKUPS = ("common_key", "count_key", "order", "pair", "values", "tabulate", "map", "is_among")
"""The methods of functions that look for keys and at their points: what they use of intervals is behind a cover."""


class WatchedRanges(Ranges):
    """Intervals, steps and domains, each noted; what they use of each other is not."""

    def __init__(self, terms: Terms, note: Note, behind: Callable[[], AbstractContextManager[None]]) -> None:
        super().__init__(terms)
        self._plain, self._note, self._behind = Ranges(terms), note, behind

    def interval(self, term: Term) -> Interval:
        self._note("interval")
        with self._behind():
            return self._plain.interval(term)

    def step(self, term: Term) -> mpq:
        self._note("step")
        with self._behind():
            return self._plain.step(term)

    def is_truth(self, term: Term) -> bool:
        self._note("interval")
        self._note("step")
        with self._behind():
            return self._plain.is_truth(term)

    def domain(self, term: Term, limit: int) -> list[mpq] | None:
        self._note("domain")
        with self._behind():
            return self._plain.domain(term, limit)


class WatchedSet(set[tuple[Term, ...]]):
    """A set of facts: to ask it is noted, to add to it is not."""

    note: Note

    def __contains__(self, item: object) -> bool:
        self.note("unique")
        return super().__contains__(item)


class WatchedDict(dict[object, object]):
    """Facts by what they are about: to ask for one is noted, to set one is not."""

    note: Note
    kind: str

    def __contains__(self, key: object) -> bool:
        self.note(self.kind)
        return super().__contains__(key)

    def __getitem__(self, key: object) -> object:
        self.note(self.kind)
        return super().__getitem__(key)

    def get(self, key: object, default: object = None) -> object:
        self.note(self.kind)
        return super().get(key, default)


class WatchedRows(list[Payload]):
    """The payloads of terms: to look at the rows of a table is to rely on the cover of its key."""

    note: Note
    terms: Terms

    def __getitem__(self, index: int) -> Payload:  # type: ignore[override]
        if self.terms.ops[index] == "table":
            self.note("cover")
        return super().__getitem__(index)


@dataclass(frozen=True)
class Fired:
    """One step: the rule's number in the table, what it is about, and what it says."""

    rule: int
    expr: Expr
    offer: Offer


class Watched(Derivation):
    """As a derivation is, with `fired`, and `touched`: by the number of a rule, the facts that its offers looked at."""

    def __init__(self, alphabet: int, length: int, rules: Sequence[Rule]) -> None:
        self.fired: list[Fired] = []
        self.touched: defaultdict[int, set[str]] = defaultdict(set)
        self._frames: list[set[str]] = []
        self._inside = 0
        super().__init__(Terms(alphabet, length), [self._watch(number, rule) for number, rule in enumerate(rules)])
        self.ranges = WatchedRanges(self.terms, self._note, self._behind)
        rows = WatchedRows(self.terms.payloads)
        rows.note, rows.terms = self._note, self.terms
        self.terms.payloads = rows
        unique = WatchedSet()
        unique.note, self.unique = self._note, unique
        for kind in ("positive", "bounded"):
            known = WatchedDict()
            known.note, known.kind = self._note, kind
            setattr(self, kind, known)

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        found = super().__getattribute__(name)
        if name in ("around", "everywhere", "ranks"):
            self._note("around")
        if name in ("reads", "contenders"):
            self._note("reads")
        return self._hidden(found) if name in LOOKUPS else found

    def points(self, key: Key) -> list[tuple[mpq, ...]]:
        """As it is, noted."""
        if self._frames:
            self._frames[-1].add("cover")
        with self._behind():
            return Functions.points(self, key)

    @contextmanager
    def _behind(self) -> Generator[None, None, None]:
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    def _hidden(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def looked_up(*args: Any, **named: Any) -> Any:  # noqa: ANN401
            with self._behind():
                return method(*args, **named)

        return looked_up

    def _note(self, fact: str) -> None:
        if self._frames and not self._inside:
            self._frames[-1].add(fact)

    def _watch(self, number: int, rule: Rule) -> Rule:
        def offer(d: Derivation, args: tuple[Term, ...], payload: Payload) -> Offer | None:
            self._frames.append(set())
            inside, self._inside = self._inside, 0
            found = rule.offer(d, args, payload)
            self._inside = inside
            seen = self._frames.pop()
            if found is not None:
                self.fired.append(Fired(number, (rule.on, args, payload), found))
                self.touched[number] |= seen
            return found

        return replace(rule, offer=offer)
