"""All ways to decide, in order: each gets the lengths that it is for and that those before it have left.

    counts      symmetric programs, while vectors of counts are few
    thresholds  decisions that are monotone in one count: any length
    together    symmetric programs with the length symbolic: one question to z3 about all lengths
    long counts those that are not put so, while vectors of each length are few
    prefixes    programs that can be followed letter by letter, while what they remember of words is little
    runs        programs with long numbers, such as trained weights: both runs on every word, exactly
    words       lengths with few words: terms, and every word is put to what rules leave open
    terms       any length of any claim: terms, and what rules leave open is left to solvers

Another way is a file with a class like these (`logbits.verify.decide.way`), and an entry here.
"""

from __future__ import annotations

from collections.abc import Collection

from ...encode.claim.claim import Claim
from ..question.simulation import EncodingError
from .counts import Counts
from .exhaustion import EveryWord
from .portion import Portion
from .prefixes import Prefixes
from .reply import Fault, Reply
from .running import EveryRun
from .terms import Terms
from .thresholds import Thresholds
from .together import EveryLength
from .way import Desk, Way

WAYS: tuple[Way, ...] = (
    Counts(),
    Thresholds(),
    EveryLength(),
    Counts(long=True),
    Prefixes(),
    EveryRun(),
    EveryWord(),
    Terms(),
)

UNPROVED = frozenset({Prefixes.name, EveryRun.name, EveryWord.name})
"""The ways that leave no proof and ask no solver: not for those who want either."""


def plan(claim: Claim, lengths: range, without: Collection[str] = ()) -> list[Portion]:
    """How the lengths are asked about, ascending; ways named in `without` are left out."""
    portions: list[Portion] = []
    for way in WAYS:
        taken = lengths[:0] if way.name in without else way.applies(claim, lengths)
        if taken:
            portions += way.portions(claim, taken)
            lengths = lengths[len(taken) :]
    return portions


def alone(claim: Claim, length: int, without: Collection[str] = ()) -> Way:
    """The first way that is for this length alone.

    Raises:
        ValueError: where all that would be for it are left out.
    """
    one = range(length, length + 1)
    for way in WAYS:
        if way.name not in without and not way.together and way.applies(claim, one):
            return way
    raise ValueError(f"no way is left to decide length {length}")


def decide(desk: Desk, lengths: range, way: str = "", without: Collection[str] = ()) -> Reply:
    """What becomes of lengths in the way of this name, or of one length in the first way that is for it alone.

    Raises:
        LookupError: for a name that no way has.
    """
    found = {each.name: each for each in WAYS}[way] if way else alone(desk.claim, lengths.start, without)
    try:
        reply = found.decide(desk, lengths)
    except EncodingError as error:
        return Fault(str(error))
    return decide(desk, lengths, "", {*without, found.name}) if reply is None else reply
