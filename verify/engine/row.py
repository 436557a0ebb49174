"""One request while it is being decided: its plan, what is known, and which lengths still matter."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..decide.limits import Limits
from ..decide.portion import Portion
from ..decide.talk import Planned
from ..recheck.store import folder
from ..request.request import Options, Request
from ..solver.ask import SOLVERS
from ..verdict.verdict import Decided, Status, Verdict
from .ledger import Ledger, upto


@dataclass
class Row:
    """One request, by its number."""

    index: int
    request: Request
    options: Options
    waiting: deque[Portion] = field(default_factory=deque[Portion])
    ledger: Ledger = field(default_factory=Ledger)
    taken: bool = False
    """Whether somebody plans it, or has."""
    formats: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    refuted: int | None = None
    reported: bool = False
    told: float = 0.0
    """When its progress was told last."""
    limits: Limits | None = None
    spent: float = 0.0
    """The seconds that it took before its clock was stopped."""

    @property
    def last(self) -> int:
        """The greatest length that still matters."""
        return self.request.claim.bound if self.refuted is None else self.refuted

    @property
    def asked(self) -> range:
        """All lengths of the request."""
        return range(self.request.first, self.request.claim.bound + 1)

    @property
    def total(self) -> int:
        """How many lengths matter."""
        return self.last - self.request.first + 1

    @property
    def keep(self) -> Path | None:
        """The folder in which proofs and derivations are kept, if that is wanted."""
        return None if self.options.proofs is None else folder(self.options.proofs, self.request.claim)

    def begin(self) -> Limits:
        """Starts the clock of the request, if it does not run."""
        if self.limits is None:
            options = self.options
            self.limits = Limits(
                time.monotonic() + options.seconds - self.spent,
                options.seconds,
                options.memory,
                options.solvers or SOLVERS,
                bool(options.solvers),
                self.keep,
            )
        return self.limits

    def pause(self) -> None:
        """Stops the clock until the request is worked on again."""
        self.spent, self.limits = self.seconds, None

    @property
    def seconds(self) -> float:
        """How long the request has been worked on."""
        limits = self.limits
        return self.spent if limits is None else time.monotonic() - (limits.deadline - limits.seconds)

    def planned(self, plan: Planned) -> None:
        """Takes a plan over."""
        self.waiting.extend(plan.portions)
        self.formats, self.notes = plan.formats, plan.notes

    def take(self) -> Portion | None:
        """The next lengths that matter and that nobody has been given yet; all of them where the time is up."""
        late = self.limits is not None and time.monotonic() >= self.limits.deadline
        while self.waiting:
            portion = self.waiting.popleft()
            lengths = range(portion.lengths.start, min(portion.lengths.stop, self.last + 1))
            if lengths and late:
                return replace(portion, lengths=lengths)
            if lengths:
                first, rest = replace(portion, lengths=lengths).split()
                self.waiting.appendleft(rest)
                return first
        return None

    def put(self, run: Decided) -> bool:
        """Records what is known about lengths, as far as they matter; whether any does.

        Raises:
            ValueError: where something is known about one of them already.
        """
        wanted = upto(run, self.last)
        if wanted is None:
            return False
        self.ledger.add(wanted)
        if wanted.status == Status.REFUTED:
            self.refuted = wanted.length
            self.ledger.cut(wanted.length)
        return True

    def finished(self) -> bool:
        """Whether something is known about every length that matters."""
        return self.ledger.known == self.total

    def verdict(self, *, finished: bool = True) -> Verdict:
        """The verdict on what is known now."""
        claim = self.request.claim
        return Verdict(
            claim.program.name,
            str(claim.right),
            str(claim.left),
            claim.asked,
            self.request.first,
            claim.bound,
            tuple(self.ledger.runs),
            self.formats,
            self.notes,
            self.seconds,
            "" if claim.assume is None else claim.assume.name,
            finished,
        )
