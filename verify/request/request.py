"""What is to be decided, and how: requests and options, as the engine takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ...encode.claim.claim import Claim
from ..verdict.verdict import Decided, Status, Verdict


class RequestError(ValueError):
    """A request that makes no sense: the message is one line that says what to write instead."""


@dataclass(frozen=True)
class Options:
    """How to decide: `seconds` is the time limit per model, `memory` the limit per child process in MiB.

    Every one of `solvers` is asked; without any it is a portfolio of `logbits.verify.solver.ask.SOLVERS`. With
    `proofs`, that folder gets proofs and records.
    """

    jobs: int = 2
    seconds: float = 300.0
    memory: int = 2048
    solvers: tuple[str, ...] = ()
    proofs: Path | None = None


@dataclass(frozen=True)
class Request:
    """What to decide: a claim for every length first..claim.bound, about the model in `file`, if it is one.

    `spent` are the seconds of its time limit that it took to make it.

    Raises:
        ValueError: when there is no such length.
    """

    claim: Claim
    first: int = 1
    file: str = ""
    spent: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.claim.bound:
            raise ValueError(f"lengths go from 1 to the bound: there are none in {self.first}..{self.claim.bound}")

    @property
    def about(self) -> About:
        """What is asked, in words."""
        claim = self.claim
        assumed = "" if claim.assume is None else claim.assume.name
        name, asked = claim.program.name, claim.asked
        return About(name, str(claim.right), str(claim.left), asked, assumed, self.first, claim.bound, self.file)


@dataclass(frozen=True)
class About:
    """What is asked of one model, in words: all that can be told of a request whose claim could not be made."""

    model: str
    arithmetic: str
    against: str
    claim: str
    assume: str
    first: int
    last: int
    file: str = ""


@dataclass(frozen=True)
class Unmade:
    """A request whose claim could not be made within its limits, for this reason."""

    about: About
    reason: str
    spent: float = 0.0

    def verdict(self) -> Verdict:
        """All that is known: nothing, and why."""
        about = self.about
        nothing = Decided(about.first, Status.UNKNOWN, reason=self.reason, seconds=self.spent)
        asked = about.model, about.arithmetic, about.against, about.claim, about.first, about.last
        return Verdict(*asked, (nothing,), seconds=self.spent, assume=about.assume)


def quoted(text: str) -> str:
    """`text` as it was given, on one line and not too long."""
    if re.fullmatch(r"[+-]?[0-9]{1,30}", text):
        return text
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
