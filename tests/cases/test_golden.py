"""The golden values of the catalogue, end to end: engine, child processes, solvers, replayed witnesses."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from logbits.cases.catalogue import CASES
from logbits.verify.command.api import verify
from logbits.verify.verdict.verdict import Status, Verdict
from support.deciding import asked, verdicts
from support.marks import slow

QUICK = ("majority", "majority-affine", "contains-eq", "dyck1", "dyck1-relu", "palindrome")
"""The cases that are decided up to 64 in seconds."""

SHORTER = {"double-histogram": 5, "dyck-bounded": 5, "k-hop": 6, "sort": 6}
"""Bounds for the cases whose terms grow fast."""


def decided(several: Sequence[tuple[str, int, str]]) -> list[Verdict]:
    """A verdict for each model, bound and arithmetic."""
    return verdicts(asked(CASES[model].program, n, arithmetic) for model, n, arithmetic in several)


def breaks(verdict: Verdict) -> int | None:
    """The shortest length at which the decision changes, None if it was proved that none does."""
    if verdict.status == Status.VERIFIED:
        return None
    assert verdict.status == Status.REFUTED
    assert verdict.shortest
    assert verdict.witness is not None
    assert verdict.refuted is not None
    assert len(verdict.witness.word) == verdict.refuted.length
    return verdict.refuted.length


def test_eight_bits_decide_majority_up_to_64() -> None:
    verdict = verify(CASES["majority-affine"].program, n=64, bits=8)
    assert verdict.status == Status.VERIFIED
    assert verdict.decided == tuple(range(1, 65))
    assert verdict.evidence == ("enumeration",)
    assert "VERIFIED for 1..64" in repr(verdict)


@pytest.mark.first(1)
@pytest.mark.parametrize(("n", "bits", "length"), [(64, 7, 33), (65, 8, 65)])
def test_one_bit_less_or_one_symbol_more_breaks_majority(n: int, bits: int, length: int) -> None:
    verdict = verify(CASES["majority-affine"].program, n=n, bits=bits)
    assert breaks(verdict) == length
    # One more than half are ones; the first such word in the order of the alphabet.
    ones = (length + 1) // 2
    assert str(verdict.witness) == "0" * (length - ones) + "1" * ones


@pytest.mark.slow
def test_entry_2_breaks_where_the_catalogue_says() -> None:
    lengths = (
        {"lit": 3}
        | {f"R({t})": length for t, length in enumerate([3, 3, 7, 13, 27, 57, None])}
        | {f"Q({t})": length for t, length in enumerate([3, 3, 5, 9, 17, 33, None, None], start=1)}
    )
    found = decided([("majority-affine", 64, arithmetic) for arithmetic in lengths])
    assert {a: breaks(verdict) for a, verdict in zip(lengths, found, strict=True)} == lengths
    assert str(found[0].witness) == "011"


@pytest.mark.slow
def test_entry_2_beyond_64() -> None:
    for arithmetic, length in (("R(6)", 111), ("Q(7)", 65), ("Q(8)", 129)):
        below, there = decided([("majority-affine", n, arithmetic) for n in (length - 1, length)])
        assert (breaks(below), breaks(there)) == (None, length)


@pytest.mark.slow
def test_the_first_word_that_breaks_up_to_24() -> None:
    words = {
        ("parity", "lit"): "11",
        ("dyck1-rasp", "lit"): "(" * 11 + ")" * 10,  # so every word with n <= 13 is right
        ("prefix-mean", "lit"): "100",
        ("fraction", "Q(12)"): None,
        ("fraction", "Q(11)"): "001",
        ("linear-count", "R(2)"): None,
        ("pattern", "lit"): None,
        ("shift", "lit"): None,
        ("even-length", "fixed(8)"): None,
        ("prime-encoding", "fixed(8)"): "01",
    }
    found = decided([(model, 24, arithmetic) for model, arithmetic in words])
    assert [breaks(verdict) for verdict in found] == [None if word is None else len(word) for word in words.values()]
    told = [None if verdict.witness is None else str(verdict.witness) for verdict in found]
    assert told == list(words.values())


def test_entry_5_breaks_at_3_under_every_reciprocal() -> None:
    for verdict in decided([("contains-eq", 64, f"dyadic reciprocal({guard})") for guard in range(13)]):
        assert breaks(verdict) == 3
        assert str(verdict.witness) == "111"


@pytest.mark.slow
def test_entry_5_never_breaks_under_quotients() -> None:
    for verdict in decided([("contains-eq", 64, f"dyadic quotient({guard})") for guard in (0, 1, 6, 12)]):
        assert breaks(verdict) is None


@pytest.mark.slow
def test_homogeneous_readouts_survive_every_reciprocal() -> None:
    for verdict in decided(
        [(model, 32, arithmetic) for model in ("majority", "dyck1") for arithmetic in ("lit", "R(3)")]
    ):
        assert breaks(verdict) is None


@pytest.mark.slow
def test_dyck_needs_a_bit_for_each_doubling() -> None:
    enough, few = decided([("dyck1", 64, "fixed(8)"), ("dyck1", 33, "fixed(7)")])
    assert breaks(enough) is None
    assert breaks(few) == 33  # -1/33 rounds to 0 on 5 fraction bits


@pytest.mark.slow
@pytest.mark.parametrize("arithmetic", ["exact", slow("fixed(5)"), slow("lit")])
def test_an_arithmetic_against_itself_needs_no_solver(arithmetic: str) -> None:
    against = {model: asked(CASES[model].program, SHORTER.get(model, 12), arithmetic, arithmetic) for model in CASES}
    for model, verdict in zip(CASES, verdicts(against.values()), strict=True):
        assert verdict.status == Status.VERIFIED, model
        assert "solver" not in verdict.evidence, model


@pytest.mark.parametrize("bits", [slow(8), slow(16)])
def test_quick_cases_are_decided_at_64(bits: int) -> None:
    expected = {("dyck1-relu", 8): 12, ("palindrome", 8): 3}
    for model, verdict in zip(QUICK, decided([(model, 64, f"fixed({bits})") for model in QUICK]), strict=True):
        assert breaks(verdict) == expected.get((model, bits)), model
