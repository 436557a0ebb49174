"""A way to decide: which lengths it is for, in what portions, and what becomes of them. `ways` lists them all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from ...bounds.prefix.sweep import Sweep
from ...bounds.words.runs import Runs
from ...encode.claim.claim import Claim
from ..question.trials import Trials
from ..question.workspace import Workspaces
from ..reference.pair import Pair
from .derivations import Derivations
from .portion import Portion
from .reply import Reply


class Desk:
    """What is at hand where one claim is worked on: the reference runs, and the workspaces of questions.

    Derivations are kept in the folder `keep`; where none is named rules are believed, and there are none.
    """

    def __init__(self, claim: Claim, keep: Path | None = None) -> None:
        self.claim, self.keep, self.pair, self.places = claim, keep, Pair(claim), Workspaces()
        self.derivations = None if keep is None else Derivations(claim, keep)
        self.trials = Trials(self.pair)
        self.runs: Runs | None = None
        self.spent = False
        """Whether there was not enough memory to run all words."""
        self.sweep: Sweep | None = None
        self.swept = False
        """Whether there were too many states for the sweep to go on."""


class Way(Protocol):
    """One way to decide lengths of a claim. What it decides is simulated against the reference run before."""

    @property
    def name(self) -> str:
        """What portions call it."""
        ...

    @property
    def together(self) -> bool:
        """Whether all lengths of a portion are one question; else each is one."""
        ...

    def applies(self, claim: Claim, lengths: range) -> range:
        """Those of the lengths that this way is for, from the first on; the ways after it get the others."""
        ...

    def portions(self, claim: Claim, lengths: range) -> Iterable[Portion]:
        """The lengths that it applies to, in portions."""
        ...

    def decide(self, desk: Desk, lengths: range) -> Reply | None:
        """What becomes of these lengths: of one, or (`together`) of all; None where it is not for them after all.

        Raises:
            EncodingError: when a simulation disagrees with the reference run.
        """
        ...
