"""What the parent asks an encoding child, and what the child says: pickled, one frame each, between our own processes.

    Plan        Planned or Refused
    Ask         Parts, until one is the last
    Replay      Replayed
    Belongs     Belonging

Any of them may be answered by `Fault` instead. Everything that may take long, or much memory, is asked for so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...encode.claim.claim import Claim
from ..verdict.verdict import Witness
from .portion import Portion
from .reply import Reply


@dataclass(frozen=True)
class Plan:
    """How the lengths of a claim are to be decided, without the ways of these names."""

    claim: Claim
    lengths: range
    without: frozenset[str]


@dataclass(frozen=True)
class Planned:
    """The portions, the format of each stored value by name, and what else must be known to read the verdict."""

    portions: tuple[Portion, ...]
    formats: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """The claim makes no sense: in one line, why."""

    reason: str


@dataclass(frozen=True)
class Ask:
    """What becomes of lengths, ascending, in the way of this name, or each in the first way that is for it alone.

    Derivations go into the folder `keep`, if one is named.
    """

    claim: Claim
    lengths: range
    way: str
    without: frozenset[str]
    keep: Path | None = None


@dataclass(frozen=True)
class Part:
    """What became of some of the lengths that were asked about; after the `last` part the child waits again."""

    lengths: range
    reply: Reply
    last: bool


@dataclass(frozen=True)
class Replay:
    """Whether a word, as numbers of symbols, breaks a claim, by both reference runs."""

    claim: Claim
    word: tuple[int, ...]


@dataclass(frozen=True)
class Replayed:
    """The witness that the word is; None if the claim holds on it, or is not about it."""

    witness: Witness | None


@dataclass(frozen=True)
class Belongs:
    """Whether a claim is about a word, by the reference run of what it assumes."""

    claim: Claim
    word: tuple[int, ...]


@dataclass(frozen=True)
class Belonging:
    """Whether it is."""

    member: bool


Request = Plan | Ask | Replay | Belongs
