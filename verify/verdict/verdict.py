"""Verdicts: what has been decided, how, and what it is worth.

Statuses are ordered REFUTED < ERROR < UNKNOWN < VERIFIED, and a verdict about many lengths is the minimum of theirs, so
nothing ever turns an UNKNOWN into a VERIFIED. A solver's answer is not a verdict: it becomes one after a check (a
witness replayed, a circuit simulated).
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from itertools import groupby, pairwise
from typing import Literal

from ...encode.number.given import described
from .advice import advice
from .decimals import annotated

Evidence = Literal["enumeration", "bound", "derivation", "proof", "solver", "vacuous"]
"""What stands behind a VERIFIED length.

enumeration: every word was looked at, or every vector of how often each symbol occurs, in exact integers. bound: the
two runs became one term by rules, or their decisions are monotone in a count with equal thresholds. derivation: as by
rules, and each step of theirs was accepted by a checker that shares nothing with them. proof: a solver refuted clauses,
a checker that shares nothing with it has checked its proof, and the question was derived. solver: a solver answered
UNSAT to the circuit, or to integer terms for many lengths, simulated against the reference run before. vacuous: no word
of the length is in the language that the claim assumes (by rules, by a proof, or by a solver, which is named then).
"""

DERIVED: tuple[Evidence, ...] = ("derivation", "proof", "vacuous")
"""Where derivations are kept, the evidence that rests on one."""

LONG = 100
"""The number of characters beyond which a word is written with powers, where that is shorter."""


class Status(IntEnum):
    """The order matters: the status of several obligations is their minimum.

    A status is not true or false, nor equal to its name: either would let a test pass that nobody wrote.
    """

    REFUTED = 0
    ERROR = 1
    UNKNOWN = 2
    VERIFIED = 3

    def __str__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        raise TypeError("a status is not true or false: compare it, as in verdict.status == Status.VERIFIED")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (str, bool)):
            raise TypeError(f"compare a status with Status.VERIFIED, for example, and not with {described(other)}")
        return int(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = IntEnum.__hash__


@dataclass(frozen=True)
class Witness:
    """A word that breaks the claim, replayed by the reference run on both sides.

    `left` is the run against which is compared (exact, unless asked otherwise), `right` the run in the arithmetic under
    test; both as text: the outcome and the readout's accumulator. `divergence` says where the stored values part first.
    `least` tells that no word of this length before it, in the order of the alphabet, breaks the claim.
    """

    word: tuple[str, ...]
    left: str
    right: str
    divergence: str
    least: bool = False

    def __str__(self) -> str:
        plain = all(len(symbol) == 1 for symbol in self.word)
        text = ("" if plain else " ").join(self.word)
        return text if len(text) <= LONG else min(text, _powers(self.word), key=len)


@dataclass(frozen=True)
class Certificate:
    """A checked proof: SHA-256 of the clauses (DIMACS) and of the proof (DRAT), who made it and who checked it.

    It is about the question whether a word breaks the claim, or `about` the language that the claim assumes.
    """

    about: Literal["question", "language"]
    cnf: str
    proof: str
    solver: str
    engine: str
    steps: int
    solving: float = field(compare=False)
    checking: float = field(compare=False)


@dataclass(frozen=True)
class Decided:
    """What is known about a run of `size` consecutive lengths, the least of which is `length`: the same about each.

    `inside` is a word of the assumed language that a solver found, where that had to be shown; `note` tells of solvers
    that were wrong, and why there is no proof although one was wanted. `seconds` are those of all its lengths.

    Raises:
        ValueError: for a run without lengths, and for a word or a certificate that would be about several.
    """

    length: int
    status: Status
    evidence: Evidence | None = None
    reason: str = ""
    witness: Witness | None = None
    solver: str = ""
    certificate: Certificate | None = None
    inside: tuple[str, ...] = ()
    note: str = ""
    seconds: float = 0.0
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 1 or (self.size > 1 and not self._general):
            raise ValueError(f"{self.size} lengths from {self.length} on: no words, or a word of only one of them")

    @property
    def _general(self) -> bool:
        """Whether nothing in it is about a single length."""
        return self.status != Status.REFUTED and self.witness is None and self.certificate is None and not self.inside

    @property
    def lengths(self) -> range:
        """The lengths that it is about."""
        return range(self.length, self.length + self.size)

    def joined(self, after: Decided) -> Decided | None:
        """This run and the one `after` it as one run; None where not the same is known, or a length lies between."""
        if self.lengths.stop != after.length or not (self._general and after._general):
            return None
        whole = replace(self, size=self.size + after.size, seconds=self.seconds + after.seconds)
        same = replace(after, length=whole.length, size=whole.size, seconds=whole.seconds)
        return whole if whole == same else None


_ASK = "write verdict.verified, or verdict.status == Status.VERIFIED"


@dataclass(frozen=True)
class Verdict:
    """The answer for one model, one arithmetic and all lengths first..last.

    `runs` hold what is known about the lengths that were looked at, ascending; lengths after a refuted one are not
    needed. `assume` names the program whose language the words are restricted to, empty for all words. One that was
    interrupted is not `finished`, and so never VERIFIED. `unkept` says why there is no record, although one was wanted.

    Raises:
        ValueError: for runs that are not in order, overlap, or are about lengths that nobody asked about.
    """

    model: str
    arithmetic: str
    against: str
    claim: str
    first: int
    last: int
    runs: tuple[Decided, ...]
    formats: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    assume: str = ""
    finished: bool = True
    unkept: str = ""

    def __post_init__(self) -> None:
        ends = [self.first, *(each.lengths.stop for each in self.runs)]
        starts = [*(each.length for each in self.runs), self.last + 1]
        if any(end > start for end, start in zip(ends, starts, strict=True)):
            raise ValueError(f"runs of lengths that are not in order within {self.first}..{self.last}")

    @property
    def lengths(self) -> tuple[Decided, ...]:
        """One entry for each length that was looked at, ascending, each with its share of the seconds of its run."""
        return tuple(
            replace(each, length=length, size=1, seconds=each.seconds / each.size)
            for each in self.runs
            for length in each.lengths
        )

    def __bool__(self) -> bool:
        raise TypeError(f"a verdict is not true or false: {_ASK}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            raise TypeError(f"a verdict is compared with verdicts only, not with {described(other)}: {_ASK}")
        compared = [each.name for each in fields(self) if each.compare]
        return all(getattr(self, name) == getattr(other, name) for name in compared)

    @property
    def verified(self) -> bool:
        """Whether every length is VERIFIED: an UNKNOWN is not."""
        return self.status == Status.VERIFIED

    @property
    def status(self) -> Status:
        """The minimum over the lengths; UNKNOWN where a length has not been looked at and nothing is refuted."""
        worst = min((each.status for each in self.runs), default=Status.UNKNOWN)
        complete = self.finished and sum(each.size for each in self.runs) == self.last - self.first + 1
        return worst if complete else min(worst, Status.UNKNOWN)

    @property
    def refuted(self) -> Decided | None:
        """The shortest refuted length."""
        return next((each for each in self.runs if each.status == Status.REFUTED), None)

    @property
    def witness(self) -> Witness | None:
        """The word that breaks the claim, if one was found."""
        return self.refuted.witness if self.refuted else None

    @property
    def shortest(self) -> bool:
        """Whether every length below the witness's has been decided, so that the witness is a shortest one."""
        return self.first == 1 and self.shortest_asked

    @property
    def shortest_asked(self) -> bool:
        """Whether every length from `first` to below the witness's has been decided; shorter ones were not asked."""
        refuted = self.refuted
        if refuted is None:
            return False
        below = [each for each in self.runs if each.length < refuted.length]
        looked_at = sum(each.size for each in below)
        return looked_at == refuted.length - self.first and all(each.status == Status.VERIFIED for each in below)

    @property
    def vacuous(self) -> tuple[int, ...]:
        """The lengths without any word of the assumed language."""
        return tuple(length for each in self.runs if each.evidence == "vacuous" for length in each.lengths)

    @property
    def decided(self) -> tuple[int, ...]:
        """The lengths that are VERIFIED or REFUTED."""
        return tuple(length for lengths in self.ranges for length in lengths)

    @property
    def ranges(self) -> tuple[range, ...]:
        """The lengths that are VERIFIED or REFUTED as ranges, as long as they can be."""
        found: list[range] = []
        for each in self.runs:
            if each.status in (Status.VERIFIED, Status.REFUTED):
                if found and found[-1].stop == each.length:
                    found[-1] = range(found[-1].start, each.lengths.stop)
                else:
                    found.append(each.lengths)
        return tuple(found)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The kinds of evidence behind the VERIFIED lengths, the weakest last."""
        order: tuple[Evidence, ...] = ("enumeration", "bound", "derivation", "proof", "solver", "vacuous")
        present = {each.evidence for each in self.runs}
        return tuple(kind for kind in order if kind in present)

    @property
    def reason(self) -> str:
        """Why the status is not VERIFIED or REFUTED: the reason given for the first length that has that status."""
        return next((each.reason for each in self.runs if each.status == self.status and each.reason), "")

    def advice(self, *, python: bool = False) -> str:
        """What to try next where this is UNKNOWN: options of the command, or arguments of `verify`; else empty."""
        if self.status != Status.UNKNOWN:
            return ""
        return advice(self.reason, self.first, self.last, self.decided, python=python)

    def summary(self) -> str:
        """One line: the status and what stands behind it."""
        status, refuted = self.status, self.refuted
        if status == Status.REFUTED and refuted is not None:
            from_first = "" if self.first == 1 else f" from {self.first} on"
            shortest = f" (shortest{from_first})" if self.shortest_asked else ""
            return f"REFUTED at length {refuted.length}{shortest}: {refuted.witness}"
        if status == Status.VERIFIED:
            empty = f"; {nothing_asked(self)}" if self.vacuous else ""
            return f"VERIFIED for {spans(range(self.first, self.last + 1))} by {' and '.join(self.evidence)}{empty}"
        decided = f"lengths decided: {spans(self.decided) if self.decided else 'none'}"
        return f"{status}: {self.reason or 'not finished'}; {decided}"

    def __repr__(self) -> str:
        words = f", words that {self.assume} accepts" if self.assume else ""
        lines = [f"{self.model}, {self.arithmetic} against {self.against}, {self.claim}{words}: {self.summary()}"]
        if self.witness is not None:
            lines += [f"  {line}" for line in explain(self)]
        lines += [f"  proof not kept: {self.unkept}"] if self.unkept else []
        if self.status == Status.UNKNOWN:
            lines += [f"  try:   {tried}"] if (tried := self.advice(python=True)) else []
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def _powers(word: tuple[str, ...]) -> str:
    """A word as powers of symbols: a^683 b^684 c."""
    runs = [(symbol, len(list(run))) for symbol, run in groupby(word)]
    return " ".join(symbol if size == 1 else f"{symbol}^{size}" for symbol, size in runs)


def explain(verdict: Verdict) -> list[str]:
    """The lines that show a witness: both readouts, and where the runs part first; long numbers as decimals too."""
    witness = verdict.witness
    if witness is None:
        return []
    against = "exact" if verdict.against == "exact" else "against"
    left, right, parts = annotated((witness.left, witness.right, witness.divergence))
    return [f"{against}: {left}", f"low:   {right}", *([f"parts: {parts}"] if parts else [])]


def nothing_asked(verdict: Verdict) -> str:
    """At which lengths the assumed language has no word, so that nothing was asked."""
    lengths = verdict.vacuous
    steps = {after - before for before, after in pairwise(lengths)}
    even = len(lengths) > 3 and len(steps) == 1 and steps != {1}
    text = f"{min(lengths)}, {min(lengths) + min(steps)}, ..., {max(lengths)}" if even else spans(lengths)
    return f"{verdict.assume} accepts no word of length {text}"


def spans(lengths: Sequence[int]) -> str:
    """Ascending integers as ranges: "1..12, 14"."""
    runs: list[tuple[int, int]] = []
    for length in lengths:
        if runs and runs[-1][1] == length - 1:
            runs[-1] = runs[-1][0], length
        else:
            runs.append((length, length))
    return ", ".join(str(a) if a == b else f"{a}..{b}" for a, b in runs)


def exit_status(verdicts: list[Verdict]) -> int:
    """0 all VERIFIED, 1 something REFUTED, 4 an internal error, 3 nothing refuted but something UNKNOWN.

    2 where a record that was wanted could not be written, whatever the verdict: then that was not done.
    """
    if any(verdict.unkept for verdict in verdicts):
        return 2
    worst = min((verdict.status for verdict in verdicts), default=Status.VERIFIED)
    return {Status.VERIFIED: 0, Status.REFUTED: 1, Status.ERROR: 4, Status.UNKNOWN: 3}[worst]
