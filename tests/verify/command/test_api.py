"""`verify` from Python: every argument that does not fit is refused in one line that names it, before anything runs."""

# pyright: reportArgumentType=false
# What is given here is what the types forbid, among others.

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import logbits
import numpy as np
import pytest
from logbits import Builder, Rasp, Status, verify
from logbits.cases.catalogue import CASES
from logbits.verify.command import api

AFFINE = CASES["majority-affine"].program
T, R = Builder("p", "01"), Rasp("r", "ab", max_length=3)
GOOD: dict[str, Any] = {
    "program": AFFINE,
    "n": 2,
    "bits": 4,
    "first": 1,
    "arithmetic": None,
    "against": "exact",
    "assume": None,
    "claim": "decision",
    "other": None,
    "jobs": 1,
    "timeout": 30.0,
    "memory": 2048,
    "solvers": None,
    "proofs": None,
}
STRANGERS: list[Any] = [
    True, -1, float("nan"), "", "8", "1..4", "majority", [], [1], (1, 4), range(4), {}, object(), print, T,
    T.symbol("0"), R, R.tokens, CASES["majority"], AFFINE, np.float64(-2), 10**5000, b"x",
]  # fmt: skip


def nothing(*_: object) -> Generator[object, None, None]:
    yield from ()


@pytest.mark.parametrize("argument", GOOD)
def test_every_argument(argument: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "decide", nothing)
    refused = 0
    for stranger in STRANGERS:
        if argument == "proofs" and isinstance(stranger, str):
            continue
        asked = GOOD | {argument: stranger} | ({"bits": None} if argument == "arithmetic" else {})
        try:
            verify(**asked)
        except StopIteration:  # nothing is decided here
            continue
        except (TypeError, ValueError) as error:
            refused += 1
            said = str(error)
            assert argument in said
            assert "0x" not in said
            assert "--" not in said
            assert said.isprintable()
            assert len(said) < 330
    assert refused > 14


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"program": "majority"}, r"CASES\['majority'\]\.program"),
        ({"program": "my.json"}, r"write load\('my\.json'\)"),
        ({"program": Path("my.json")}, r"write load\('my\.json'\)"),
        ({"program": None}, "must be a program, not None: for example"),
        ({"program": CASES["majority"]}, r"case\.program"),
        ({"program": T}, r"finish it: t\.accept"),
        ({"program": R}, r"finish it: r\.output"),
        ({"program": T.symbol("0")}, r"t\.accept\(feature\)"),
        ({"n": "1..4"}, "n=64, first=5 asks about 5..64"),
        ({"n": True}, "n must be a whole number from 1 to 65536, .* not True"),
        ({"n": 65537}, "not 65537"),
        ({"n": 0}, r"none in 1\.\.0"),
        ({"first": 3}, r"none in 3\.\.2"),
        ({"bits": "8"}, "bits must be a whole number from 1 to 1024, not '8'"),
        ({"bits": 8.0}, r"bits must be a whole number from 1 to 1024, not 8\.0"),
        ({"bits": 0}, "from 1 to 1024, not 0"),
        ({"bits": None}, "give either bits or arithmetic"),
        ({"arithmetic": "lit"}, "give either bits or arithmetic"),
        ({"bits": None, "arithmetic": 8}, "arithmetic must be a text such as"),
        ({"against": "exakt"}, "against: "),
        ({"assume": "dyck1"}, r"assume must be a program, .*CASES\['dyck1'\]"),
        ({"other": AFFINE}, "other is for claim='equivalent' or 'language'"),
        ({"claim": "equivalent"}, "claim: equivalent needs the name"),
        ({"jobs": 0}, "jobs must be a whole number from 1 to 1024, not 0"),
        ({"memory": 1}, "memory must be a whole number of MiB from 256"),
        ({"timeout": 0}, "timeout must be a number of seconds, more than 0"),
        ({"solvers": ["z4"]}, "solvers must be some of"),
    ],
)
def test_the_line_says_what_to_give(changes: dict[str, Any], hint: str) -> None:
    with pytest.raises((TypeError, ValueError), match=hint):
        verify(**(GOOD | changes))


def test_what_a_model_does_not_know_is_refused() -> None:
    t = Builder("short", "01", max_length=2)
    with pytest.raises(ValueError, match="short knows positions up to n = 2 only, not 3"):
        verify(t.accept(t.symbol("1")), n=3, bits=4)


def test_whole_numbers_of_other_packages_are_taken() -> None:
    verdict = verify(AFFINE, np.int64(2), np.int8(4))  # type: ignore[arg-type]
    assert verdict.verified
    assert (type(verdict.last), verdict.last, verdict.status) == (int, 2, Status.VERIFIED)


def test_the_names_to_import_are_told_by_the_page() -> None:
    assert set(logbits.__all__) <= {word.strip(",`") for word in (logbits.__doc__ or "").split()}
    assert all(getattr(logbits, name) is not None for name in logbits.__all__)
    assert logbits.__version__[0].isdigit()
