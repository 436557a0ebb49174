"""Reference languages as programs: each is the plain function of its case, and nothing in it depends on a bound."""

from __future__ import annotations

import itertools

import pytest
from logbits.cases.catalogue import CASES
from logbits.cases.languages import LANGUAGES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.claim.claim import Claim
from logbits.encode.claim.kind import parse as parse_kind
from logbits.encode.program.program import Accept
from logbits.verify.command.api import verify
from logbits.verify.reference.run import Reference
from logbits.verify.verdict.verdict import Status
from support.deciding import verdicts
from support.marks import slow


@pytest.mark.first(2)
@pytest.mark.parametrize("longest", [6, slow(8)])
@pytest.mark.parametrize("name", LANGUAGES)
def test_the_program_accepts_what_the_function_says(name: str, longest: int) -> None:
    program, language = LANGUAGES[name], CASES[name].language
    assert language is not None
    assert program.max_length is None
    assert program.alphabet == CASES[name].program.alphabet
    reference = Reference(program, EXACT, longest)
    for length in range(1, longest + 1):
        for word in itertools.product(program.alphabet, repeat=length):
            run = reference.run(word)
            assert run.failure is None
            assert run.outcome is language(word), word


def test_every_acceptor_that_shipped_with_the_languages_has_one() -> None:
    for name in LANGUAGES:
        assert isinstance(CASES[name].program.readout, Accept)


def test_cases_accept_their_language_exactly() -> None:
    kind = parse_kind("language it")[0]
    claims = [Claim(CASES[name].program, EXACT, EXACT, 5, kind=kind, other=LANGUAGES[name]) for name in LANGUAGES]
    for name, verdict in zip(LANGUAGES, verdicts(claims), strict=True):
        assert verdict.status == Status.VERIFIED, verdict
        assert verdict.claim == f"language {LANGUAGES[name].name}"


def test_a_language_is_named_in_a_claim() -> None:
    verdict = verify(CASES["majority"].program, n=5, arithmetic="exact", claim="language majority")
    assert verdict.status == Status.VERIFIED
    assert verdict.claim == "language majority"
