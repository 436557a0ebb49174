"""The golden values of the catalogue, end to end: engine, child processes, solvers, replayed witnesses."""

from __future__ import annotations

import pytest
from logbits.cases.catalogue import CASES
from logbits.verify.command.api import verify
from logbits.verify.verdict.verdict import Status, Verdict

QUICK = ("majority", "majority-affine", "contains-eq", "dyck1", "dyck1-relu", "palindrome")
"""The cases that are decided up to 64 in seconds."""

SHORTER = {"double-histogram": 5, "dyck-bounded": 5, "k-hop": 6, "sort": 6}
"""Bounds for the cases whose terms grow fast."""


def decide(model: str, n: int, arithmetic: str, against: str = "exact") -> Verdict:
    return verify(CASES[model].program, n, arithmetic=arithmetic, against=against, timeout=120)


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


@pytest.mark.parametrize(("n", "bits", "length"), [(64, 7, 33), (65, 8, 65)])
def test_one_bit_less_or_one_symbol_more_breaks_majority(n: int, bits: int, length: int) -> None:
    verdict = verify(CASES["majority-affine"].program, n=n, bits=bits)
    assert breaks(verdict) == length
    # One more than half are ones; the first such word in the order of the alphabet.
    ones = (length + 1) // 2
    assert str(verdict.witness) == "0" * (length - ones) + "1" * ones


@pytest.mark.parametrize(
    ("arithmetic", "length"),
    [("lit", 3)]
    + [(f"R({t})", length) for t, length in enumerate([3, 3, 7, 13, 27, 57, None])]
    + [(f"Q({t})", length) for t, length in enumerate([3, 3, 5, 9, 17, 33, None, None], start=1)],
)
def test_entry_2_breaks_where_the_catalogue_says(arithmetic: str, length: int | None) -> None:
    verdict = decide("majority-affine", 64, arithmetic)
    assert breaks(verdict) == length
    if arithmetic == "lit":
        assert str(verdict.witness) == "011"


@pytest.mark.parametrize(("arithmetic", "length"), [("R(6)", 111), ("Q(7)", 65), ("Q(8)", 129)])
def test_entry_2_beyond_64(arithmetic: str, length: int) -> None:
    assert breaks(decide("majority-affine", length, arithmetic)) == length
    assert breaks(decide("majority-affine", length - 1, arithmetic)) is None


@pytest.mark.parametrize(
    ("model", "arithmetic", "word"),
    [
        ("parity", "lit", "11"),
        ("dyck1-rasp", "lit", "(" * 11 + ")" * 10),  # so every word with n <= 13 is right
        ("prefix-mean", "lit", "100"),
        ("fraction", "Q(12)", None),
        ("fraction", "Q(11)", "001"),
        ("linear-count", "R(2)", None),
        ("pattern", "lit", None),
        ("shift", "lit", None),
        ("even-length", "fixed(8)", None),
        ("prime-encoding", "fixed(8)", "01"),
    ],
)
def test_the_first_word_that_breaks_up_to_24(model: str, arithmetic: str, word: str | None) -> None:
    verdict = decide(model, 24, arithmetic)
    assert breaks(verdict) == (None if word is None else len(word))
    assert word is None or str(verdict.witness) == word


@pytest.mark.parametrize("guard", range(13))
def test_entry_5_breaks_at_3_under_every_reciprocal(guard: int) -> None:
    verdict = decide("contains-eq", 64, f"dyadic reciprocal({guard})")
    assert breaks(verdict) == 3
    assert str(verdict.witness) == "111"


@pytest.mark.parametrize("guard", [0, 1, 6, 12])
def test_entry_5_never_breaks_under_quotients(guard: int) -> None:
    assert breaks(decide("contains-eq", 64, f"dyadic quotient({guard})")) is None


@pytest.mark.parametrize("model", ["majority", "dyck1"])
@pytest.mark.parametrize("arithmetic", ["lit", "R(3)"])
def test_homogeneous_readouts_survive_every_reciprocal(model: str, arithmetic: str) -> None:
    assert breaks(decide(model, 32, arithmetic)) is None


def test_dyck_needs_a_bit_for_each_doubling() -> None:
    assert breaks(decide("dyck1", 33, "fixed(7)")) == 33  # -1/33 rounds to 0 on 5 fraction bits
    assert breaks(decide("dyck1", 64, "fixed(8)")) is None


@pytest.mark.parametrize("model", CASES)
@pytest.mark.parametrize("arithmetic", ["exact", "fixed(5)", "lit"])
def test_an_arithmetic_against_itself_needs_no_solver(model: str, arithmetic: str) -> None:
    verdict = decide(model, SHORTER.get(model, 12), arithmetic, against=arithmetic)
    assert verdict.status == Status.VERIFIED
    assert "solver" not in verdict.evidence


@pytest.mark.parametrize("model", QUICK)
@pytest.mark.parametrize("bits", [8, 16])
def test_quick_cases_are_decided_at_64(model: str, bits: int) -> None:
    verdict = verify(CASES[model].program, n=64, bits=bits)
    expected = {("dyck1-relu", 8): 12, ("palindrome", 8): 3}
    assert breaks(verdict) == expected.get((model, bits))
