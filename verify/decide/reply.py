"""What can become of the question about a length: decided, open, broken, or a fault of ours.

A reply is one of these and nothing else, and each has just what there is to say in its case. Whoever gets one says by
`match` what follows from which, so that what is missing (a child that died, a time limit, None) is never taken for one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..question.question import Texts
from ..verdict.verdict import Evidence


@dataclass(frozen=True)
class Seen:
    """A word of the assumed language is known at this length; where none is assumed, any word is one."""


@dataclass(frozen=True)
class Unseen:
    """Whether the assumed language has a word at this length is to be asked, in letter codes of `width` bits."""

    texts: Texts
    width: int


@dataclass(frozen=True)
class Nowhere:
    """The assumed language has no word at this length, by rules."""


Members = Seen | Unseen | Nowhere
"""What is known of the assumed language at a length: it must have a word before the length counts as VERIFIED."""


@dataclass(frozen=True)
class Decided:
    """No word breaks the claim; `unkept` says why a derivation was not kept, although one was wanted.

    Raises:
        ValueError: for evidence that is called vacuous where words may be asked about, and the other way round.
    """

    evidence: Evidence
    members: Members
    unkept: str = ""

    def __post_init__(self) -> None:
        if (self.evidence == "vacuous") != isinstance(self.members, Nowhere):
            raise ValueError(f"evidence {self.evidence}, but {type(self.members).__name__.lower()}")


@dataclass(frozen=True)
class Open:
    """It is left to solvers whether a word breaks the claim, in letter codes of `width` bits.

    `unkept` says why the derivation of the question was not kept, although one was wanted.

    Simulation may have come across a `word` that does: then an answer that there is none is wrong.
    """

    question: Texts
    width: int
    members: Seen | Unseen
    word: tuple[int, ...] | None
    unkept: str = ""


@dataclass(frozen=True)
class OpenTogether:
    """The same about many lengths in one question about integers.

    `names` are its variables: the length, then how often each symbol occurs.
    """

    script: str
    names: tuple[str, ...]
    word: tuple[int, ...] | None


@dataclass(frozen=True)
class Broken:
    """A word breaks the claim; `least` says that no word of its length before it does."""

    word: tuple[int, ...]
    least: bool


@dataclass(frozen=True)
class Fault:
    """An error of this software."""

    reason: str


Single = Decided | Open | Broken | Fault
"""What can become of one length."""

Reply = Single | OpenTogether
"""What can become of the lengths that a way takes at once."""
