"""A witness as text: both runs on one word, operation by operation, where they part, and what they decide.

Positions in a row that hold the same pair of values are one line, so that a long word can be read and nothing is left
out. A score has a value for each pair of positions: of these only some query positions are shown, and it is said how
many more differ. All values are exact, and come from the two reference runs alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar, cast

from ...encode.arithmetic.scales import sites
from ...encode.claim.claim import Claim
from ...encode.claim.kind import ATTENTION
from ...encode.program.program import BOS, EOS, Accept, Attend, Embed, Score
from ..reference.divergence import first_divergence
from ..reference.pair import Pair
from ..reference.readout import Column, Rows
from ..reference.run import Reference
from ..request import witness
from ..verdict.decimals import annotated, readable
from ..verdict.refutation import differences, error, output, selection, told
from ..verdict.verdict import spans
from . import listing
from .columns import fitted, wrap

PARTS = "!=  <- the runs part here"

T = TypeVar("T")


def replayed(
    data: bytes, file: str, models: Sequence[str], width: int | None, *, everything: bool
) -> tuple[list[str], bool]:
    """The story of all witnesses in the content of a file, and whether one of them breaks its claim.

    Raises:
        RequestError: for the first thing that is wrong with the file.
    """
    lines, broken = list[str](), False
    witnesses = witness.parsed(data, file, models)
    for index, each in enumerate(witnesses):
        played = Replay(each.claim, each.word)
        lines += [""] if index else []
        lines += [f"witness {index + 1} of {len(witnesses)}"] if len(witnesses) > 1 else []
        lines += played.lines(width, everything=everything)
        broken = broken or played.breaks
    return lines, broken


class Replay:
    """Both runs on one word."""

    def __init__(self, claim: Claim, word: Sequence[str]) -> None:
        self.claim, self.program, self.word = claim, claim.program, tuple(word)
        self.pair = Pair(claim)
        self.left, self.right = self.pair.run(self.word)
        # Operations are shown of one program, the one under test, in both arithmetics.
        own = self.left if claim.other is None else Reference(self.program, claim.left, claim.bound).run(self.word)
        self.runs = own, self.right
        self.positions = self.left.positions
        self.parts = first_divergence(self.program, *self.runs)
        self.titles = ("exact" if str(claim.left) == "exact" else "against", "low")
        self._sites = [sites(self.program, side, claim.bound) for side in (claim.left, claim.right)]

    @property
    def breaks(self) -> bool:
        """Whether the word breaks the claim."""
        return self.pair.differ(self.left, self.right)

    def lines(self, width: int | None, *, everything: bool = False) -> list[str]:
        """The whole story, in lines of at most `width`; operations in which nothing differs only with `everything`."""
        plain = all(len(symbol) == 1 for symbol in self.word)
        text = ("" if plain else " ").join(self.word)
        shown = wrap(f"{self.claim}, scales of bound {self.claim.bound}", width, "", "  ")
        shown += wrap(f"word: {text} (length {len(self.word)})", width, "", "  ")
        hidden = 0
        for index, op in enumerate(self.program.ops):
            if everything or self._differs(index) or (isinstance(op, Embed) and _reads_symbol(op)):
                shown += ["", *self._block(index, width, everything=everything)]
            else:
                hidden += 1
        if hidden:
            one = hidden == 1
            more = f"{hidden} more operation{'' if one else 's'}, in which the runs agree, {'is' if one else 'are'}"
            shown += ["", *wrap(f"{more} shown by --all", width)]
        return [*shown, "", *self._decision(width)]

    def _differs(self, index: int) -> bool:
        """Whether the runs differ in a value or in what a head selects, or one of them fails in this operation."""
        a, b = self.runs
        fails = any(run.failure is not None and run.failure.op == index for run in self.runs)
        return fails or a.values[index] != b.values[index] or a.selected.get(index) != b.selected.get(index)

    def _block(self, index: int, width: int | None, *, everything: bool) -> list[str]:
        op = self.program.ops[index]
        heading = f"x{index}  {self.program.names[index]}:  {listing.operation(op)}{self._stored(index)}"
        lines = wrap(heading, width, "", "    ")
        if isinstance(op, Score):
            lines += self._score(index, width, everything=everything)
        else:
            lines += self._selected(index, width) if isinstance(op, Attend) else []
            lines += self._feature(index, width)
        for title, run in zip(self.titles, self.runs, strict=True):
            if run.failure is not None and run.failure.op == index:
                lines += wrap(f"{title} fails: {annotated((run.failure.message,))[0]}", width, "  ", "    ")
        return lines

    def _stored(self, index: int) -> str:
        """The formats in which the runs store an operation, where they do."""
        left, right = (str(side[index]) for side in self._sites)
        if not left and not right:
            return ""
        return f"  stored as {right or 'exact'}" + (left and f" against {left}")

    def _feature(self, index: int, width: int | None) -> list[str]:
        """A feature at each position, beside the symbol there where the feature reads it."""
        op = self.program.ops[index]
        left, right = (cast(Column, run.values[index]) for run in self.runs)
        symbols: Sequence[str] = [""] * len(self.positions)
        if isinstance(op, Embed) and _reads_symbol(op):
            symbols = [*([BOS] if self.program.bos else []), *self.word, *([EOS] if self.program.eos else [])]
        rows: list[tuple[str, ...]] = [("i", "w_i", *self.titles, "")]
        for start, where, (symbol, a, b) in _groups(self.positions, list(zip(symbols, left, right, strict=True))):
            rows.append((where, symbol, readable(a), readable(b), self._mark(a != b, (index, start, None))))
        return _table(rows if any(symbols) else [(row[0], *row[2:]) for row in rows], width)

    def _score(self, index: int, width: int | None, *, everything: bool) -> list[str]:
        """A score at the query positions that tell most; with `everything`, at all where the runs differ."""
        left, right = (dict(zip(self.positions, cast(Rows, run.values[index]), strict=True)) for run in self.runs)
        differing = [i for i in self.positions if left[i] != right[i]]
        wanted = set(differing if everything else self._telling(index, differing))
        if everything or not wanted:
            wanted |= self._read_out()
        rows: list[tuple[str, ...]] = [("i", "j", *self.titles, "")]
        for i in sorted(wanted):
            for start, where, (a, b) in _groups(self.positions, list(zip(left[i], right[i], strict=True))):
                if a is not None and b is not None:
                    rows.append((str(i), where, readable(a), readable(b), self._mark(a != b, (index, i, start))))
        lines = _table(rows, width, lead=2)
        hidden = len(set(differing) - wanted)
        if hidden:
            more = f"the runs differ at {hidden} more query position{'' if hidden == 1 else 's'}, shown by --all"
            lines += wrap(more, width, "  ", "    ")
        return lines

    def _telling(self, score: int, differing: Sequence[int]) -> set[int]:
        """Query positions that explain: the first where a score differs, the first where a head's selection does."""
        found = set(differing[:1])
        for head, op in enumerate(self.program.ops):
            if isinstance(op, Attend) and op.score == score:
                chosen = zip(self.positions, *(run.selected[head] for run in self.runs), strict=True)
                found |= set([i for i, a, b in chosen if a != b][:1])
        return found

    def _read_out(self) -> set[int]:
        """The positions at which the outcome is read, as far as they matter."""
        if isinstance(self.program.readout, Accept):
            return {self.program.place(self.program.readout.place, len(self.word))}
        return set(differences(self.pair, self.left, self.right)[:1])

    def _selected(self, index: int, width: int | None) -> list[str]:
        """M_i of either run, where the two differ."""
        rows: list[tuple[str, ...]] = [("i", *(f"M_i {title}" for title in self.titles))]
        pairs = list(zip(*(run.selected[index] for run in self.runs), strict=True))
        for _, where, (a, b) in _groups(self.positions, pairs):
            if a != b:
                rows.append((where, selection(a), selection(b)))
        return _table(rows, width) if len(rows) > 1 else []

    def _decision(self, width: int | None) -> list[str]:
        """The readout and what both runs make of it."""
        lines = wrap(listing.readout(self.program.readout), width, "", "    ")
        runs = (self.pair.left.program, self.left), (self.program, self.right)
        failed = any(run.failure is not None for _, run in runs)
        titles = self.titles if self.claim.other is None else (self.claim.other.name, self.titles[1])
        if self.claim.kind.reading == ATTENTION and not failed:
            how = self._how()
        elif failed or isinstance(self.program.readout, Accept):
            texts = annotated(told(self.pair, self.left, self.right))
            for title, text in zip(titles, texts, strict=True):
                lines += wrap(text, width, f"  {title + ':':8} ", "    ")
            how = "a run fails" if failed else self._how()
        else:
            rows: list[tuple[str, ...]] = [("i", *titles, "")]
            outputs = [annotated([output(program, run, k) for program, run in runs]) for k in range(len(self.word))]
            wrong = differences(self.pair, self.left, self.right)
            if self.claim.stored is not None:
                rows[0] = ("i", titles[0], "stored", titles[1], "")
                sums = [row[0] for row in self.left.readout]
                outputs = [
                    (a, readable(self.claim.stored.apply(s)), b) for (a, b), s in zip(outputs, sums, strict=True)
                ]
            for start, where, texts in _groups(range(1, len(self.word) + 1), outputs):
                # Beneath equal outputs may lie different accumulators.
                rows.append((where, *texts, "!=" if start in wrong else ""))
            lines += _table(rows, width)
            how = self._how()
        return [*lines, *wrap(f"{how}: this word {'breaks' if self.breaks else 'does not break'} the claim", width)]

    def _how(self) -> str:
        """What the claim says of two runs that did not fail."""
        match self.claim.kind.name:
            case "attention":
                return f"the heads select {'different' if self.breaks else 'the same'} positions"
            case "exact":
                return f"the accumulators {'differ' if self.breaks else 'are equal'}"
            case "error":
                worst = readable(max(error(self.left, self.right, index) for index in range(len(self.left.readout))))
                return f"the accumulators are {worst} apart, and {readable(self.claim.kind.margin)} is allowed"
            case "output" if self.claim.stored is not None:
                return f"the outputs {'differ from' if self.breaks else 'are'} the exact ones, stored"
            case _:
                return "the runs decide differently" if self.breaks else "both runs decide alike"

    def _mark(self, different: bool, here: tuple[int, int, int | None]) -> str:
        if not different:
            return ""
        first = self.parts is not None and here == (self.parts.op, self.parts.position, self.parts.key)
        return PARTS if first else "!="


def _reads_symbol(op: Embed) -> bool:
    return len({expression for _, expression in op.table}) > 1


def _groups(places: Iterable[int], values: Sequence[T]) -> Iterator[tuple[int, str, T]]:
    """Neighbours with equal values as one: the first place, all of them as text, and the value."""
    for value, group in groupby(zip(places, values, strict=True), key=itemgetter(1)):
        found = tuple(place for place, _ in group)
        yield found[0], spans(found), value


def _table(rows: Sequence[Sequence[str]], width: int | None, lead: int = 1) -> list[str]:
    """Aligned rows, two spaces in; in lines that are too narrow, the first cells of a row above the others."""
    columns = fitted(rows, lead=lead)
    if columns.fit(None if width is None else width - 2):
        return [f"  {line}" for row in rows for line in columns.lines(row, None)]
    return [line for row in rows[1:] for line in columns.lines(row, width)]
