"""The files of derivations: which goes on from which."""

from __future__ import annotations

from pathlib import Path

import pytest
from logbits.verify.proof.derived import chain, is_derivation, steps_of


def write(folder: Path, length: int, said: int, last: int) -> None:
    steps_of(folder, length).write_text(f"logbits/derivation/1 2 9 {said} {last}\nend 0 1\n", encoding="ascii")


def test_names() -> None:
    assert steps_of(Path("x"), 7) == Path("x/7.steps")
    assert all(map(is_derivation, ("7.steps", "123456789.steps", "7.steps.part")))
    assert not any(
        map(is_derivation, ("7.step", "x.steps", "-7.steps", "1234567890.steps", "7.steps.old", "a7.steps", ".steps"))
    )


def test_a_chain_ends_with_one_that_goes_on_from_none(tmp_path: Path) -> None:
    for length, last in ((2, 0), (5, 2), (6, 5), (9, 5)):
        write(tmp_path, length, length, last)
    assert chain(tmp_path, 9) == [2, 5, 9]
    assert chain(tmp_path, 6) == [2, 5, 6]
    assert chain(tmp_path, 2) == [2]


def test_what_is_no_chain(tmp_path: Path) -> None:
    write(tmp_path, 3, 4, 0)  # says that it is of another length
    write(tmp_path, 4, 4, 4)  # goes on from itself
    write(tmp_path, 5, 5, 6)  # from a longer one
    write(tmp_path, 6, 6, 5)
    write(tmp_path, 7, 7, 3)  # from one that is wrong
    steps_of(tmp_path, 8).write_text("end 0 1\n", encoding="ascii")
    steps_of(tmp_path, 9).write_bytes("logbits/derivation/1 2 9 9 ٠\n".encode())
    for length in range(3, 10):
        with pytest.raises(ValueError, match="does not say what it goes on from"):
            chain(tmp_path, length)


def test_one_is_missing(tmp_path: Path) -> None:
    write(tmp_path, 5, 5, 2)
    with pytest.raises(OSError, match=r"2\.steps"):
        chain(tmp_path, 5)
