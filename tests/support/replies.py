"""What becomes of one length of a claim, in this process, as an encoding child would say it."""

from __future__ import annotations

from logbits.encode.claim.claim import Claim
from logbits.verify.decide import ways
from logbits.verify.decide.exhaustion import EveryWord
from logbits.verify.decide.reply import Single
from logbits.verify.decide.way import Desk


def answer(claim: Claim, length: int, *, every_word: bool = False) -> Single:
    """What becomes of a length; with `every_word`, what rules leave open is put to all words, if they are few."""
    without = ways.UNPROVED - {EveryWord.name} if every_word else ways.UNPROVED
    reply = ways.decide(Desk(claim), range(length, length + 1), "", without)
    assert isinstance(reply, Single)
    return reply
