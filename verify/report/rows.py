"""Verdicts as lines of text: the question once, a row for each model, and beneath a refuted one the word.

Everything here is text of a given width, None for no limit; whether it goes to a terminal is not known here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..request.request import Request, Unmade
from ..verdict.verdict import Status, Verdict, Witness, explain, nothing_asked, spans
from .columns import Columns, wrap

HEADINGS = ("model", "verdict", "lengths", "evidence", "seconds")
_LABEL = 11
"""Where the text beneath a row begins, after its label."""


def question(requests: Sequence[Request | Unmade]) -> str:
    """The question that all the requests ask, in one line."""
    about = requests[0].about
    lengths = spans(range(about.first, about.last + 1))
    assumed = f" that {about.assume} accepts" if about.assume else ""
    return f"{about.arithmetic} against {about.against}, {about.claim}, every word of length {lengths}{assumed}"


class Rows:
    """The rows of one question: wide enough for its models, known before the first of them is decided."""

    def __init__(self, requests: Sequence[Request | Unmade]) -> None:
        names = ["model", *(request.about.model for request in requests)]
        widest = max(len(f"{request.about.first}..{request.about.last}") for request in requests)
        self._widest_lengths = max(len(HEADINGS[2]), widest)
        self._columns = Columns((max(map(len, names)), 8, self._widest_lengths, 24, 7), right=frozenset({4}))

    def header(self, width: int | None) -> list[str]:
        """The headings, where there are columns for them."""
        return self._columns.lines(HEADINGS, width) if self._columns.fit(width) else []

    def row(self, verdict: Verdict, width: int | None) -> list[str]:
        """The row of one verdict."""
        seconds = f"{verdict.seconds:.1f}"
        if not self._columns.fit(width):
            seconds += " s"
        status = str(verdict.status) if verdict.finished else "STOPPED"
        cells = (verdict.model, status, self._lengths(verdict), ", ".join(evidence(verdict)), seconds)
        return self._columns.lines(cells, width)

    def details(self, verdict: Verdict, width: int | None, *, formats: bool = False) -> list[str]:
        """What stands beneath a row: the word that breaks the claim, the reason of an UNKNOWN, notes, formats."""
        texts: list[tuple[str, str]] = []
        if verdict.witness is not None:
            texts.append(("word", f"{verdict.witness} ({_about(verdict, verdict.witness)})"))
            texts += [(label, text.strip()) for label, _, text in (line.partition(":") for line in explain(verdict))]
        elif verdict.status != Status.VERIFIED:
            texts.append(("reason", verdict.reason or ("not finished" if verdict.finished else "interrupted")))
        if verdict.decided and spans(verdict.decided) != self._lengths(verdict):
            texts.append(("decided", f"lengths {spans(verdict.decided)}"))
        if verdict.vacuous:
            texts.append(("vacuous", nothing_asked(verdict)))
        texts += [("note", note) for note in (*verdict.notes, *_noted(verdict))]
        texts += [("error", f"proof not kept: {verdict.unkept}")] if verdict.unkept else []
        if tried := verdict.advice():
            texts.append(("try", tried))
        if formats:
            texts += [("stored", f"{site} as {form}") for site, form in verdict.formats]
        return [line for label, text in texts for line in wrap(text, width, f"  {label}:".ljust(_LABEL), " " * _LABEL)]

    def _lengths(self, verdict: Verdict) -> str:
        """The lengths that are decided: as ranges, or only how many where that is too long for the column."""
        decided = verdict.decided
        text = spans(decided) if decided else "none"
        return text if len(text) <= self._widest_lengths else f"{len(decided)} of {verdict.last - verdict.first + 1}"


def evidence(verdict: Verdict) -> tuple[str, ...]:
    """What a verdict stands on: the word where there is one, and what was shown about lengths."""
    return (*(() if verdict.witness is None else ("word",)), *verdict.evidence)


def _noted(verdict: Verdict) -> list[str]:
    """What is noted about single lengths, each note once, with all lengths that it is about."""
    found: dict[str, list[int]] = {}
    for each in verdict.runs:
        if each.note:
            found.setdefault(each.note, []).extend(each.lengths)
    return [f"length {spans(tuple(lengths))}: {note}" for note, lengths in found.items()]


def footer(verdicts: Sequence[Verdict], seconds: float) -> str:
    """How many of each, in one line."""
    counts = Counter(verdict.status for verdict in verdicts)
    told = [f"{counts[status]} {status}" for status in sorted(counts, reverse=True)]
    return f"{', '.join(told)} in {seconds:.1f} s"


def _about(verdict: Verdict, witness: Witness) -> str:
    about = f"length {len(witness.word)}"
    if verdict.first == 1:
        about += ", shortest" if verdict.shortest else ", not every shorter length is decided"
    elif verdict.shortest_asked:
        about += f", shortest from {verdict.first} on"
    else:
        about += f", not every shorter length from {verdict.first} on is decided"
    return about + (", first in alphabetical order" if witness.least else "")
