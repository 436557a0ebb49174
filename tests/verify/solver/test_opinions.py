"""What is made of the answers of several solvers: every combination of what they can say."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

import pytest
from logbits.verify.solver import opinions
from logbits.verify.solver.ask import Answer
from logbits.verify.solver.child import StoppedError
from logbits.verify.solver.opinions import Outcome, combine, consult

RIGHT, WRONG = (1, 0), (0, 0)
SAYINGS = {
    "right": Answer("sat", "s", RIGHT, True),
    "wrong": Answer("sat", "s", WRONG, True),
    "unsat": Answer("unsat", "s"),
    "gave up": Answer("unknown", "s", reason="gave up"),
}


def stands(word: tuple[int, ...]) -> bool:
    return word == RIGHT


def never() -> bool:
    return False


def says(**answers: Answer) -> Callable[[str, Callable[[], bool]], Answer]:
    return lambda solver, _: answers[solver]


@pytest.mark.parametrize("sayings", list(itertools.product(SAYINGS, repeat=3)), ids=",".join)
def test_every_combination_of_three_answers(sayings: tuple[str, ...]) -> None:
    outcome = combine([SAYINGS[each] for each in sayings], stands)
    if "right" in sayings:
        assert (outcome.kind, outcome.word) == ("sat", RIGHT)
        assert ("unsat" in outcome.note) == ("unsat" in sayings)
        assert ("does not replay" in outcome.note) == ("wrong" in sayings)
    elif "wrong" in sayings:
        assert outcome.kind == "error"
        assert "does not replay" in outcome.reason
        assert ("said unsat" in outcome.reason) == ("unsat" in sayings)
    elif "unsat" in sayings:
        assert outcome == Outcome("unsat", ", ".join(["s"] * sayings.count("unsat")))
    else:
        assert outcome == Outcome("unknown", reason="; ".join(["gave up"] * 3))


def test_nothing_said_is_unknown() -> None:
    assert combine([], stands).kind == "unknown"


def test_of_several_words_a_least_one_is_taken() -> None:
    answers = [Answer("sat", "a", (1, 1)), Answer("sat", "b", (0, 1), True), Answer("sat", "c", (0, 0))]
    outcome = combine(answers, lambda _: True)
    assert (outcome.solver, outcome.word, outcome.least) == ("b", (0, 1), True)


def test_every_solver_is_asked_where_all_are_wanted() -> None:
    ask = says(a=Answer("unsat", "a"), b=Answer("unknown", "b"), c=Answer("unsat", "c"))
    assert consult("abc", True, ask, stands, never) == Outcome("unsat", "a, c")


def test_the_first_answer_counts_where_one_is_enough() -> None:
    asked: list[str] = []

    def ask(solver: str, _: Callable[[], bool]) -> Answer:
        asked.append(solver)
        return Answer("unsat", solver)

    assert consult("abc", False, ask, stands, never) == Outcome("unsat", "a")
    assert asked == ["a"]


def test_who_gives_up_is_followed_at_once() -> None:
    start = time.monotonic()
    ask = says(a=Answer("unknown", "a", reason="no"), b=Answer("sat", "b", RIGHT))
    assert consult("ab", False, ask, stands, never).solver == "b"
    assert time.monotonic() - start < opinions.STAGGER


def test_who_takes_long_is_joined_and_then_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "STAGGER", 0.02)
    ended: list[str] = []

    def ask(solver: str, stopped: Callable[[], bool]) -> Answer:
        if solver == "b":
            return Answer("unsat", "b")
        while not stopped():
            time.sleep(0.005)
        ended.append(solver)
        raise StoppedError

    assert consult("ab", False, ask, stands, never) == Outcome("unsat", "b")
    assert ended == ["a"]
    assert not [thread for thread in threading.enumerate() if "put" in thread.name]


def test_an_answer_that_nobody_wants_any_more_is_none() -> None:
    with pytest.raises(StoppedError):
        consult("a", False, says(a=Answer("unsat", "a")), stands, lambda: True)


def test_an_error_of_ours_comes_through() -> None:
    def ask(solver: str, stopped: Callable[[], bool]) -> Answer:
        raise RuntimeError(solver)

    with pytest.raises(RuntimeError, match="a"):
        consult("ab", False, ask, stands, never)
