"""Few words: what the graph says of all of them, against the reference run on each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from logbits.cases.catalogue import CASES
from logbits.cases.weights import shipped
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.circuit.aig import Aig
from logbits.encode.claim.claim import Claim
from logbits.verify.command.api import verify
from logbits.verify.decide import exhaustion
from logbits.verify.decide.reply import Broken, Decided, Fault, Open, Seen
from logbits.verify.question.question import Question
from logbits.verify.reference.pair import Pair
from logbits.verify.verdict.verdict import Status
from support.marks import slow
from support.replies import answer


def claim(name: str, text: str, bound: int, assume: str | None = None) -> Claim:
    case = CASES[name] if name in CASES else shipped(name)
    return Claim(case.program, EXACT, parse(text), bound, CASES[assume].program if assume else None)


def by_reference(asked: Claim, length: int) -> tuple[int, ...] | None:
    """The first word that breaks a claim, by the reference run on each."""
    pair, letters = Pair(asked), range(len(asked.program.alphabet))
    words = itertools.product(letters, repeat=length)
    return next((word for word in words if pair.breaks(pair.spell(word))), None)


ASKED = [
    ("sort", "Q(3)", None, range(2, 8)),
    ("palindrome", "fixed(8)", None, range(2, 8)),
    ("palindrome", "Q(2)", None, range(6, 10)),
    ("dyck-bounded", "Q(2)", None, range(2, 5)),  # four letters
    ("prefix-mean", "Q(4)", None, range(3, 9)),
    ("tracr-sort_unique", "int8", None, range(1, 4)),  # five
    ("dyck1-relu", "fixed(4)", "dyck1", range(3, 8)),
]


@pytest.mark.first(1)
@pytest.mark.parametrize(("name", "text", "assume", "lengths"), ASKED)
@pytest.mark.parametrize("batch", [slow(1), 3, 8192])
def test_the_first_word_of_all(
    name: str, text: str, assume: str | None, lengths: range, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exhaustion, "BATCH", batch)
    asked = claim(name, text, max(lengths), assume)
    for length in lengths:
        question = Question(asked, length)
        if not question.decided():
            assert exhaustion.affordable(question)
            assert exhaustion.first_break(question) == by_reference(asked, length)


def test_what_is_decided_and_what_is_not() -> None:
    """The list above holds questions of both kinds that rules leave open."""
    found: set[bool] = set()
    for name, text, assume, lengths in ASKED:
        asked = claim(name, text, max(lengths), assume)
        left = [length for length in lengths if not Question(asked, length).decided()]
        found |= {by_reference(asked, length) is None for length in left}
    assert found == {True, False}


def test_the_reply() -> None:
    holds, breaks = claim("prefix-mean", "Q(12)", 8), claim("sort", "Q(3)", 8)
    for length in range(3, 7):
        assert answer(holds, length, every_word=True) == Decided("enumeration", Seen())
    first = by_reference(breaks, 6)
    assert first is not None
    assert answer(breaks, 6, every_word=True) == Broken(first, least=True)
    # Where it is not wanted a solver is asked.
    assert isinstance(answer(breaks, 6), Open)


@pytest.mark.parametrize(("limit", "allowed"), [("WORDS", 64), ("STEPS", None)])
def test_too_many_words(limit: str, allowed: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = claim("prefix-mean", "Q(12)", 8)
    question = Question(asked, 6)
    graph, root = question.graph
    allowed = allowed or 3 * len(graph.cone([root]))
    monkeypatch.setattr(exhaustion, "BATCH", 31)  # 64 words are three batches
    monkeypatch.setattr(exhaustion, limit, allowed)
    assert exhaustion.affordable(question)
    monkeypatch.setattr(exhaustion, limit, allowed - 1)
    assert not exhaustion.affordable(question)
    assert isinstance(answer(asked, 6, every_word=True), Open)


def test_large_graphs_are_evaluated_on_fewer_words_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = claim("sort", "Q(4)", 8)
    question = Question(asked, 6)
    graph, root = question.graph
    gates = len(graph.cone([root]))
    sizes: list[int] = []
    original = type(graph).evaluate

    def evaluate(self: Aig, roots: Sequence[int], columns: Sequence[int], count: int) -> list[int]:
        sizes.append(count)
        return original(self, roots, columns, count)

    monkeypatch.setattr(type(graph), "evaluate", evaluate)
    for bits, size in ((gates * 7, 7), (gates * 8 - 1, 7), (1, 1), (gates * 64, 64)):
        sizes.clear()
        monkeypatch.setattr(exhaustion, "BITS", bits)
        assert exhaustion.first_break(question) == by_reference(asked, 6)
        assert set(sizes[:-1]) <= {size}
        assert sizes[0] == size


def test_memory_that_is_not_enough_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(_: Question) -> None:
        raise MemoryError

    monkeypatch.setattr(exhaustion, "first_break", exhausted)
    for asked, length in ((claim("prefix-mean", "Q(12)", 8), 6), (claim("palindrome", "fixed(8)", 8), 3)):
        reply = answer(asked, length, every_word=True)
        assert isinstance(reply, Open)
        assert (reply.word is None) == (by_reference(asked, length) is None)


def test_a_word_of_the_simulation_is_never_outweighed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exhaustion, "first_break", lambda _: None)
    asked = claim("palindrome", "fixed(8)", 8)
    reply = answer(asked, 3, every_word=True)
    assert isinstance(reply, Fault)
    assert "one of the simulation does" in reply.reason


def test_a_question_too_large_makes_no_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """No graph of a question with 2^21 words is made only to count its gates."""
    question = Question(claim("majority-affine", "Q(3)", 21), 21)
    monkeypatch.setattr(Question, "graph", property(lambda _: pytest.fail("a graph was made")))
    assert not exhaustion.affordable(question)


@pytest.mark.slow
def test_who_wants_proofs_or_names_solvers_gets_these(tmp_path: Path) -> None:
    program = CASES["prefix-mean"].program
    alone = verify(program, n=5, first=5, arithmetic="Q(12)", jobs=1)
    asked = verify(program, n=5, first=5, arithmetic="Q(12)", jobs=1, solvers=("z3",))
    proved = verify(program, n=5, first=5, arithmetic="Q(12)", jobs=1, proofs=tmp_path)
    assert [each.status for each in (alone, asked, proved)] == [Status.VERIFIED] * 3
    assert [each.lengths[0].evidence for each in (alone, asked, proved)] == ["enumeration", "solver", "proof"]


@pytest.mark.slow
def test_ranks_of_real_weights_need_no_solver() -> None:
    program = shipped("tracr-sort_unique").program
    verdict = verify(program, n=4, bits=16, jobs=2)
    assert verdict.status == Status.VERIFIED
    assert {each.evidence for each in verdict.lengths} <= {"enumeration", "bound"}
