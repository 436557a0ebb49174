"""Deciding many claims in one run of the engine: its child processes start once, which takes longer than most."""

from __future__ import annotations

from collections.abc import Iterable

from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.program.program import Program
from logbits.verify.engine.engine import decide
from logbits.verify.request.request import Options, Request
from logbits.verify.verdict.verdict import Verdict


def asked(program: Program, n: int, arithmetic: str, against: str = "exact") -> Claim:
    """The claim about decisions for lengths 1..n."""
    return Claim(program, parse(against), parse(arithmetic), n)


def verdicts(claims: Iterable[Claim]) -> list[Verdict]:
    """A verdict for each claim, in order, decided as `verify` does."""
    requests = [Request(claim) for claim in claims]
    found = [event for event in decide(requests, Options(seconds=120.0)) if isinstance(event, Verdict)]
    assert len(found) == len(requests)
    return found
