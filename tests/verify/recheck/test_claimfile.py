"""Claims as data: what is read is what was written, and nothing else is read."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.recheck.claimfile import FormatError, claim, text, to_data
from support.random_questions import instance


def example() -> dict[str, Any]:
    return to_data(Claim(CASES["dyck1"].program, EXACT, parse("fixed(8)"), 12, CASES["dyck1-relu"].program))


@pytest.mark.parametrize("name", CASES)
def test_cases_come_back(name: str) -> None:
    made = Claim(CASES[name].program, EXACT, parse("dyadic reciprocal(3)"), 20)
    assert claim(json.loads(text(to_data(made)))) == made


@pytest.mark.parametrize("seed", range(60))
def test_random_claims_come_back(seed: int) -> None:
    given = instance(seed)
    made = Claim(given.program, given.left, given.right, given.bound, given.assume)
    data = json.loads(text(to_data(made)))
    assert claim(data) == made
    assert to_data(claim(data)) == data


def test_different_claims_have_different_texts() -> None:
    program = CASES["majority"].program
    claims = [Claim(program, EXACT, parse(a), n) for a in ("fixed(8)", "fixed(9)", "Q(8)", "R(8)") for n in (5, 6)]
    claims += [Claim(program, EXACT, parse("fixed(8)"), 5, CASES["last"].program)]
    assert len({text(to_data(each)) for each in claims}) == len(claims)


def holders(data: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """Every place in JSON data, as its container and key."""
    inside: Any = data.items() if isinstance(data, dict) else enumerate(cast(list[Any], data))
    for key, value in list(inside):
        yield data, key
        if isinstance(value, (dict, list)):
            yield from holders(value)


@pytest.mark.first(2)
@pytest.mark.parametrize(
    "value",
    [None, True, 1, -1, 1.5, "", "x", "1/0", "1e9", [], {}, [[]], {"is": "Round"}, {"is": "Claim"}, {"is": 3}, 10**30],
    ids=repr,
)
def test_whatever_is_put_anywhere_is_refused_or_read_as_it_is(value: object) -> None:
    whole = to_data(Claim(CASES["parity-lookup"].program, EXACT, parse("fixed(8)"), 12))
    for place in range(sum(1 for _ in holders(whole))):
        data = copy.deepcopy(whole)
        holder, key = list(holders(data))[place]
        holder[key] = copy.deepcopy(value)
        try:
            made = claim(data)
        except FormatError:
            continue
        assert isinstance(made, Claim)


def test_missing_and_unknown_fields_are_refused() -> None:
    whole = to_data(Claim(CASES["last"].program, EXACT, parse("fixed(8)"), 12))
    for place, (holder, key) in enumerate(holders(whole)):
        if isinstance(holder, dict):
            data = copy.deepcopy(whole)
            inner, _ = list(holders(data))[place]
            del inner[key]
            with pytest.raises(FormatError):
                claim(data)
    with pytest.raises(FormatError, match="must have the fields"):
        claim(whole | {"more": 1})


def test_what_is_wrong_is_told_with_its_place() -> None:
    data = example()
    data["program"]["ops"][0]["table"][0][1]["value"] = 1
    with pytest.raises(FormatError, match=r"claim\.program\.ops\[0\]\.table\[0\]\[1\]\.value: must be a rational"):
        claim(data)


def test_programs_that_are_not_well_formed_are_refused() -> None:
    data = example()
    data["program"]["names"].pop()
    with pytest.raises(FormatError, match="every operation needs a name"):
        claim(data)


def test_a_program_with_roundings_in_cannot_be_written_as_a_claim() -> None:
    data = example()
    data["program"]["ops"].append({"is": "Round", "arg": 0, "rounding": None})
    with pytest.raises(FormatError):
        claim(data)


def test_a_truth_value_is_no_number() -> None:
    data = example()
    data["bound"] = True
    with pytest.raises(FormatError, match="bound: must be int, not bool"):
        claim(data)
