"""Programs that read positions and see words through counts, for the checker of counts: the premises, and a run.

A value is known to depend, beside how often each symbol occurs, on the symbol at its position, on the position, on both
or on neither, by what it is made of. A head may look at keys of which it sees the symbol, each as often as it occurs,
or the position, each once, or neither, all of them alike; never at both, since which symbol is where is not known. So
what is stored at position i under a symbol is the same in all words with these counts that have this symbol there, and
a run stores it for each position, each symbol or each pair of both, as it depends on them, and for BOS and EOS.

Nothing here comes from where such claims are decided (`logbits.bounds.count`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from ...encode.program.position import Position, evaluate
from ...encode.program.program import BOS, EOS, Accept, Attend, Embed, Feature, Op, Outputs, Program, Round, Score
from .operations import Part, form, local, mean, require_understood, score, store
from .reads import read_by
from .refused import Refused

Place = tuple[int, str]
"""A position and the symbol there: 0 stands for any position, "" for any symbol; (0, BOS) and (0, EOS)."""

SPECIAL = (0, BOS), (0, EOS)


@dataclass(frozen=True)
class Seen:
    """Whether a value depends on the symbol at its position, and on the position."""

    symbol: bool = False
    position: bool = False

    def at(self, place: Place) -> Place:
        """The place that stands for a place."""
        i, symbol = place
        return place if place in SPECIAL else (i if self.position else 0, symbol if self.symbol else "")


class Positional:
    """Runs on words of one length, of a program that has its roundings in, and these premises.

    Each is looked at:

        embeddings   for each symbol of its domain one expression
        heads        no mask; of what is seen at keys, not both the symbol and the position; where one of several is
                     taken, not the symbol; a sum that is rounded on its way is so in the order of positions, or is of
                     terms that at symbols of words are 0 or one number
        readout      a decision, or outputs
        operations   each reads what comes before it; the keys of a table differ, thresholds ascend

    Raises:
        Refused: where one does not hold; for a length below 1 or beyond the positions that the program knows.
    """

    def __init__(self, program: Program, length: int) -> None:
        self.program, self.length = program, length
        self.special = (BOS,) * program.bos + (EOS,) * program.eos
        if length < 1 or (program.max_length is not None and length > program.max_length):
            raise Refused(f"{program.name} is not asked about words of length {length}")
        if not program.alphabet or len({*program.alphabet, BOS, EOS}) < len(program.alphabet) + 2:
            raise Refused(f"{program.name} has no alphabet, or one with a symbol twice")
        self.seen: list[Seen] = []
        self.keys: dict[Feature, Seen] = {}
        """Of scores, and rounded ones: what is seen at keys; `seen` is what is seen at queries."""
        self._embedded: dict[int, dict[Place, mpq]] = {}
        for index, op in enumerate(program.ops):
            try:
                require_understood(op, ("saturated", "hard", "rightmost"))
                self.seen.append(self._sees(index, op))
            except (Refused, ValueError) as error:
                raise Refused(f"{program.name}, operation {index}: {error}") from error
        self._exist = {op.score for op in program.ops if isinstance(op, Attend)}
        for index in range(len(program.ops) - 1, -1, -1):
            op = program.ops[index]
            if index in self._exist and isinstance(op, Round):
                self._exist.add(op.arg)

    # -- what is seen

    def _sees(self, index: int, op: Op) -> Seen:
        match op:
            case Embed():
                return self._embed(index, op)
            case Score(monomials):
                self.keys[index] = self._joined([f for m in monomials for f in m.keys])
                return self._joined([f for m in monomials for f in m.queries])
            case Attend(value, score):
                keys = self._joined([value])
                if score is not None:
                    if score not in self.keys:
                        raise Refused(f"operation {score} is no score")
                    keys = _either(keys, self.keys[score])
                if keys.symbol and (keys.position or op.ties not in ("uniform", "saturated")):
                    raise Refused("a head sees more of a word than how often each symbol occurs")
                return Seen() if score is None else self.seen[score]
            case Round(arg) if arg in self.keys:
                self.keys[index] = self.keys[arg]
                return self.seen[arg]
            case _:
                return self._joined(read_by(op)[0])

    def _joined(self, features: Sequence[Feature]) -> Seen:
        joined = Seen()
        for feature in features:
            if not 0 <= feature < len(self.seen) or feature in self.keys:
                raise Refused(f"operation {feature} has no value where it is read")
            joined = _either(joined, self.seen[feature])
        return joined

    def _embed(self, index: int, op: Embed) -> Seen:
        if sorted(symbol for symbol, _ in op.table) != sorted((*self.program.alphabet, *self.special)):
            raise Refused("a value is not embedded once for each symbol")
        table = dict(op.table)
        first, *others = [table[symbol] for symbol in self.program.alphabet]
        seen = Seen(any(not bool(each == first) for each in others), any(map(_reads_i, (first, *others))))
        ends = {BOS: 0, EOS: self.length + 1}
        values = {(0, symbol): evaluate(table[symbol], ends[symbol], self.length) for symbol in self.special}
        for symbol in self.program.alphabet if seen.symbol else self.program.alphabet[:1]:
            for i in range(1, self.length + 1) if seen.position else (1,):
                values[seen.at((i, symbol))] = evaluate(table[symbol], i, self.length)
        self._embedded[index] = values
        return seen

    # -- runs

    def run(self, counts: Mapping[str, int]) -> Run:
        """What is stored on the words with these counts.

        Raises:
            Refused: where a run fails on one of them, or an operation reads what has no value.
        """
        made = Run(self, counts)
        for index, op in enumerate(self.program.ops):
            try:
                made.step(index, op, self.keys.get(index), exists=index in self._exist)
            except Refused as error:
                raise Refused(f"{self.program.name}, operation {index}: {error}") from error
        return made

    def embedded(self, index: int) -> dict[Place, mpq]:
        """φ at each place."""
        return self._embedded[index]


class Run:
    """One run: for each operation what it stores at each place, of scores for each query and each key."""

    def __init__(self, of: Positional, counts: Mapping[str, int]) -> None:
        self.of, self.counts = of, {symbol: count for symbol, count in counts.items() if count}
        self.values: list[dict[Place, mpq]] = []
        self.rows: dict[int, dict[Place, dict[Place, mpq]]] = {}

    def places(self, seen: Seen) -> Iterator[Place]:
        """The places of a value, in the order of a word: BOS, its positions and symbols, EOS."""
        if self.of.program.bos:
            yield 0, BOS
        for i in range(1, self.of.length + 1) if seen.position else (0,):
            for symbol in self.counts if seen.symbol else ("",):
                yield i, symbol
        if self.of.program.eos:
            yield 0, EOS

    def step(self, index: int, op: Op, keys: Seen | None, *, exists: bool) -> None:
        """One operation.

        Raises:
            Refused: where it fails.
        """
        seen = self.of.seen[index]
        values: dict[Place, mpq] = {}
        match op:
            case Score() | Round() if keys is not None and not exists:
                pass  # it is not computed, and cannot fail
            case Score() if keys is not None:
                heres = {key: self.here(key) for key in self.places(keys)}
                self.rows[index] = {
                    query: {key: score(op, self.here(query), here) for key, here in heres.items()}
                    for query in self.places(seen)
                }
            case Round(arg, rounding) if keys is not None:
                self.rows[index] = {
                    query: {key: store(value, rounding) for key, value in row.items()}
                    for query, row in self.rows[arg].items()
                }
            case Embed():
                given = self.of.embedded(index)
                values = {place: given[place] for place in self.places(seen)}
            case Attend():
                values = {query: self._head(op, query) for query in self.places(seen)}
            case _:
                values = {place: local(op, self.here(place)) for place in self.places(seen)}
        self.values.append(values)

    def here(self, place: Place) -> Mapping[Feature, mpq]:
        """What is stored at a place."""
        return _Here(self, place)

    def _head(self, op: Attend, query: Place) -> mpq:
        value = self.of.seen[op.value]
        seen = value if op.score is None else _either(value, self.of.keys[op.score])
        chosen = [*self.places(seen)]
        if op.score is not None:
            scored, row = self.of.keys[op.score], self.rows[op.score][query]
            greatest = max(row.values())
            chosen = [key for key in chosen if row[scored.at(key)] == greatest]
        if op.ties in ("hard", "rightmost"):
            return self.values[op.value][value.at(chosen[0 if op.ties == "hard" else -1])]
        parts: list[Part] = [(self._weight(seen, key), self.values[op.value][value.at(key)]) for key in chosen]
        ends = [key for key in chosen if key in SPECIAL]
        return mean(op, parts, int((0, BOS) in ends), int((0, EOS) in ends), in_order=not seen.symbol)

    def _weight(self, seen: Seen, key: Place) -> int:
        if key in SPECIAL or seen.position:
            return 1
        return self.counts[key[1]] if seen.symbol else self.of.length

    def read(self) -> dict[Place, tuple[mpq, ...]]:
        """The accumulators of the readout at each place at which some word with these counts is read.

        Raises:
            Refused: for a readout that is at no position of the program, or is not understood.
        """
        program, length = self.of.program, self.of.length
        match program.readout:
            case Accept(written, "bos" | "eos" as at):
                special = {"bos": BOS, "eos": EOS}[at]
                if special not in self.of.special:
                    raise Refused(f"{program.name} is read at {special}, which it does not have")
                return {(0, special): (form(written, self.here((0, special))),)}
            case Accept(written, "first" | "last" as at):
                forms, positions = (written,), [1 if at == "first" else length]
            case Outputs(forms, labels) if len(forms) == (len(labels) or 1):
                positions = range(1, length + 1)
            case _:
                raise Refused(f"the readout of {program.name} is not understood")
        return {
            (i, symbol): tuple(form(written, self.here((i, symbol))) for written in forms)
            for i in positions
            for symbol in self.counts
        }


class _Here(Mapping[Feature, mpq]):
    """What is stored at a place, operation by operation."""

    def __init__(self, run: Run, place: Place) -> None:
        self._run, self._place = run, place

    def __getitem__(self, feature: Feature) -> mpq:
        run = self._run
        if not 0 <= feature < len(run.values) or not run.values[feature]:
            raise Refused(f"operation {feature} has no value where it is read")
        return run.values[feature][run.of.seen[feature].at(self._place)]

    def __iter__(self) -> Iterator[Feature]:
        return iter(range(len(self._run.values)))

    def __len__(self) -> int:
        return len(self._run.values)


def reads_positions(program: Program) -> bool:
    """Whether a position of a word is embedded, or one of several positions is taken."""
    special = (BOS, EOS)
    rows = (row for op in program.ops if isinstance(op, Embed) for row in op.table)
    taken = any(isinstance(op, Attend) and op.ties in ("hard", "rightmost") for op in program.ops)
    return taken or any(_reads_i(expression) for symbol, expression in rows if symbol not in special)


def _either(a: Seen, b: Seen) -> Seen:
    return Seen(a.symbol or b.symbol, a.position or b.position)


def _reads_i(expression: Position) -> bool:
    return expression.op == "i" or any(map(_reads_i, expression.args))
