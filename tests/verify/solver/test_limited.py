"""Calls in a child of their own: what they return or raise, and what is said when a limit is reached."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

import pytest
from logbits.verify.request.request import RequestError
from logbits.verify.request.words import length
from logbits.verify.solver.child import Child
from logbits.verify.solver.limited import UnfinishedError, Within


def test_a_call_returns_what_the_function_returns_and_runs_elsewhere() -> None:
    within = Within(60, 512)
    assert within.call("multiplying", math.prod, [2, 3], start=5) == 30
    assert within.call("asking", os.getpid) != os.getpid()


def test_a_call_raises_what_the_function_raises() -> None:
    with pytest.raises(RequestError, match="must be a whole number from 1 to"):
        Within(60, 512).call("reading a length", length, "0")


@pytest.mark.slow
def test_time_is_limited_for_all_calls_together() -> None:
    within, begun = Within(1, 512), time.monotonic()
    for _ in range(2):
        with pytest.raises(UnfinishedError, match=r"^time limit of 1 s reached while sleeping$"):
            within.call("sleeping", time.sleep, 60)
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("size", [1 << 33, 1 << 62])
def test_memory_is_limited(size: int) -> None:
    with pytest.raises(UnfinishedError, match=r"^memory limit of 300 MiB reached, while filling$"):
        Within(60, 300).call("filling", bytes, size)


def test_a_child_that_ends_by_itself_is_told() -> None:
    with pytest.raises(UnfinishedError, match=r"^ended with status 7, while leaving$"):
        Within(60, 300).call("leaving", os._exit, 7)


@pytest.mark.parametrize(
    "said",
    [
        "GNU MP: Cannot allocate memory (size=67141672)",
        "GNU MP: Cannot reallocate memory (old_size=8 new_size=33554432)",
        "MemoryError",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "z3: out of memory",
    ],
)
def test_what_libraries_say_without_memory_names_the_limit(said: str, tmp_path: Path) -> None:
    child = Child("compileall", str(tmp_path), memory=400)  # any module will do
    try:
        child._started().wait()
        assert child._errors is not None
        child._errors.write(said.encode())
        assert child._how() == "memory limit of 400 MiB reached"
    finally:
        child.kill()
