"""Questions: twins that share are decided, samples cover what they say, and a fault in the encoding is noticed."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic
from logbits.encode.arithmetic.text import parse
from logbits.encode.circuit.blast import columns
from logbits.encode.circuit.circuit import Circuit, Number
from logbits.encode.circuit.cnf import Clause
from logbits.encode.circuit.tseitin import Kind, _block, clauses
from logbits.encode.circuit.words import Logic, add, at_most, choose
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.term.ranges import Ranges
from logbits.encode.term.terms import Term
from logbits.encode.term.unroll import Unrolled
from logbits.verify.question.question import Question
from logbits.verify.question.simulation import EncodingError, require_same, simulate
from logbits.verify.question.trials import sample
from logbits.verify.reference.pair import Pair
from support.marks import slow
from support.paths import at
from support.random_questions import instance

NAMES = ("majority", "majority-affine", "contains-eq", "dyck1", "dyck1-relu", "palindrome")


def ask(name: str, right: str, length: int, left: Arithmetic = EXACT, bound: int = 0) -> Question:
    return Question(Claim(CASES[name].program, left, parse(right), bound or length), length)


def words(question: Question) -> list[tuple[int, ...]]:
    return list(itertools.product(range(len(question.claim.program.alphabet)), repeat=question.length))


# -- twins that share


@pytest.mark.first(14)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("text", ["exact", "lit", slow("Q(3)"), "fixed(3)", slow("fixed(4) reciprocal(1) wrap floor")])
def test_equal_sides_are_decided_without_a_solver(name: str, text: str) -> None:
    for length in (1, 2, 3, 5):
        question = ask(name, text, length, parse(text))
        assert question.left == question.right
        assert question.decided()
        assert question.root == question.terms.zero


@pytest.mark.slow
def test_equal_sides_of_random_programs_are_decided_without_a_solver() -> None:
    for seed in range(80):
        made = instance(seed)
        for arithmetic in (EXACT, made.right):
            question = Question(Claim(made.program, arithmetic, arithmetic, made.bound), made.length)
            fails = any(question.terms.value(term) != 0 for term in question.left.failures)
            assert question.decided() or fails, seed


@pytest.mark.parametrize(
    ("name", "text", "lengths"),
    [
        ("majority", "lit", range(1, 13)),
        ("majority-affine", "fixed(8)", range(1, 13)),
        ("contains-eq", "Q(0)", range(1, 9)),
        ("dyck1", "R(2)", range(1, 9)),
    ],
)
def test_these_are_decided_by_local_lemmas(name: str, text: str, lengths: range) -> None:
    assert all(ask(name, text, length).decided() for length in lengths)


# -- simulation


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["lit", "Q(1)", "fixed(2)"])
def test_simulation_finds_the_first_word_that_breaks_the_claim(name: str, text: str) -> None:
    for length in (1, 3, 5):
        question = ask(name, text, length)
        pair = Pair(question.claim)
        alphabet = question.claim.program.alphabet
        broken = [
            word
            for word in words(question)
            if pair.left.run([alphabet[s] for s in word]).outcome != pair.right.run([alphabet[s] for s in word]).outcome
        ]
        assert simulate(question, pair, iter(words(question)[::-1])) == (min(broken) if broken else None)
        assert question.decided() <= (not broken)


def test_failures_break_the_claim_on_either_side() -> None:
    t = Builder("p", "ab")
    program = t.output(t.table(t.symbol("a"), {0: 5}))
    for left, right in ((EXACT, EXACT), (EXACT, parse("fixed(4)"))):
        question = Question(Claim(program, left, right, 2), 2)
        pair = Pair(question.claim)
        assert simulate(question, pair, iter([(1, 1)])) is None
        for word in ((0, 0), (0, 1), (1, 0)):
            assert simulate(question, pair, iter([word])) == word
    t = Builder("p", "ab")
    overflows = t.accept(t.embed({"a": 1, "b": 8}))
    for left, right in ((EXACT, parse("fixed(4, 0) error")), (parse("fixed(4, 0) error"), EXACT)):
        question = Question(Claim(overflows, left, right, 2), 2)
        assert simulate(question, Pair(question.claim), iter(words(question))) == (0, 1)
        assert simulate(question, Pair(question.claim), iter([(0, 0)])) is None


# -- faults: whichever layer lies, simulation notices


def narrow_interval(
    self: Ranges, term: Term, true: Callable[[Ranges, Term], tuple[mpq, mpq]] = Ranges.interval
) -> tuple[mpq, mpq]:
    low, high = true(self, term)
    return (low, high - self.step(term)) if high - low > 2 * self.step(term) else (low, high)


def wrong_at_least(self: Circuit, a: Number, b: Number, true: Callable[..., int] = Circuit.at_least) -> int:
    return true(self, a, Number(self.add(b, self.number(1)).node, b.low + 1, b.high + 1))


def swapped(
    self: Unrolled, labels: tuple[str, ...] = (), true: Callable[..., list[Term]] = Unrolled.outcome
) -> list[Term]:
    return true(self, labels)[::-1]


def some_claims() -> Iterator[tuple[Claim, int]]:
    """Cases and random programs: something for every fault."""
    for name, text in (("majority-affine", "Q(1)"), ("dyck1-relu", "fixed(3)"), ("palindrome", "fixed(3)")):
        yield Claim(CASES[name].program, EXACT, parse(text), 5), 5
    for seed in range(60):
        made = instance(seed)
        yield Claim(made.program, made.left, made.right, made.bound), made.length


def notices(claim: Claim, length: int) -> bool:
    """Whether simulation on all words (or an assertion on the way) says that something is wrong."""
    try:
        question = Question(claim, length)
        simulate(question, Pair(claim), iter(words(question)))
    except (EncodingError, AssertionError, ValueError):
        return True
    return False


@pytest.mark.slow
def test_without_a_fault_nothing_is_noticed() -> None:
    assert not any(notices(claim, length) for claim, length in itertools.islice(some_claims(), 30))


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("logbits.verify.question.agreement._same", lambda *_, **__: []),
        ("logbits.encode.term.unroll.Unrolled.failures", lambda self: []),
        ("logbits.encode.term.unroll.Unrolled.outcome", swapped),
        ("logbits.bounds.reduce.derivation.Derivation.at_least", lambda self, term: self.terms.one),
        ("logbits.bounds.reduce.derivation.Derivation.any_of", lambda self, truths: truths[0]),
        ("logbits.bounds.reduce.comparisons._gaps", lambda d, part, low, high: (mpq(99), mpq(99))),
        ("logbits.encode.term.ranges.Ranges.interval", narrow_interval),
        ("logbits.encode.number.mean.Quotient.weight", lambda self, count: mpq(1, count + 1)),
        ("logbits.encode.term.rows.Row.maximal", lambda self, count: [0]),
    ],
)
def test_a_fault_in_the_encoding_is_an_error(
    target: str, fault: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*at(target), fault)
    assert any(notices(claim, length) for claim, length in some_claims())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("logbits.encode.circuit.circuit.Circuit.at_least", wrong_at_least),
        ("logbits.encode.circuit.circuit.Circuit.conjunction", lambda self, nodes: nodes[0] if nodes else 0),
        ("logbits.encode.circuit.circuit.Circuit.is_symbol", lambda self, position, symbol: 0),
    ],
)
def test_a_fault_in_the_circuit_is_an_error(
    target: str, fault: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terms are right, and made before the fault comes in."""
    opened = [question for claim, n in some_claims() if not (question := Question(claim, n)).decided()]
    assert len(opened) > 10
    monkeypatch.setattr(*at(target), fault)
    for question in opened:
        try:
            simulate(question, Pair(question.claim), iter(words(question)))
        except (EncodingError, AssertionError, ValueError):
            return
    pytest.fail("nothing was noticed")


def wrong_sum(logic: Logic[int], a: list[int], b: list[int], carry: int) -> list[int]:
    return add(logic, a, b, logic.true)


def half_a_definition(kind: Kind, v: int, operands: list[int]) -> list[Clause]:
    return [clause for clause in _block(kind, v, operands) if kind == "and" or v in clause]


def wrong_definition(kind: Kind, v: int, operands: list[int]) -> list[Clause]:
    return list(_block("and", v, operands))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "fault", "what"),
    [
        ("logbits.encode.circuit.blast.add", wrong_sum, "graph"),
        ("logbits.encode.circuit.blast.at_most", lambda logic, a, b: at_most(logic, b, a), "graph"),
        ("logbits.encode.circuit.blast.choose", lambda logic, condition, a, b: choose(logic, condition, b, a), "graph"),
        ("logbits.encode.circuit.aig.Aig.majority", lambda self, a, b, c: self.both(a, b), "graph"),
        ("logbits.encode.circuit.aig.Aig.evaluate", lambda self, roots, columns, count: [0] * len(roots), "graph"),
        ("logbits.encode.circuit.tseitin._block", wrong_definition, "clauses"),
        ("logbits.verify.question.question.clauses", lambda aig, root: clauses(aig, root ^ 1), "clauses"),
        ("logbits.verify.question.simulation.columns", lambda circuit, words: columns(circuit, words[::-1]), "graph"),
        ("logbits.verify.question.simulation.evaluate", lambda circuit, root, word: 2, "circuit"),
    ],
)
def test_a_fault_in_the_bits_is_an_error(
    target: str, fault: Callable[..., object], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The circuit is right, and the word that shows the fault is named."""
    made = (Question(claim, n) for claim, n in some_claims())
    opened = list(itertools.islice((question for question in made if not question.decided()), 12))
    assert all(question.bits for question in opened)
    monkeypatch.setattr(*at(target), fault)
    found: list[str] = []
    for question in opened:
        try:
            simulate(question, Pair(question.claim), iter(words(question)))
        except EncodingError as error:
            found.append(str(error))
    assert found
    assert all(f"disagree on the {what} of the question, on the word" in text for text in found)


def test_half_a_definition_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*at("logbits.encode.circuit.tseitin._block"), half_a_definition)
    question = ask("dyck1-relu", "fixed(3)", 5)
    with pytest.raises(EncodingError, match="clauses of the question are no definitions: variable"):
        simulate(question, Pair(question.claim), iter(words(question)))


def test_the_first_word_with_a_difference_is_named() -> None:
    question = ask("majority-affine", "Q(1)", 3)
    require_same(question, [(0, 0, 0)], 0, "nothing")
    with pytest.raises(EncodingError, match="on the bits, on the word 0 1 1"):
        require_same(question, [(0, 0, 0), (0, 1, 1), (1, 1, 1)], 0b110, "bits")


def test_the_message_names_the_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*at("logbits.verify.question.agreement._same"), lambda *_, **__: [])
    question = ask("majority-affine", "lit", 3)
    assert question.decided()  # a lie, which must not get through
    with pytest.raises(EncodingError, match="on the word 0 1 1"):
        simulate(question, Pair(question.claim), iter(words(question)))


def test_questions_do_not_depend_on_assertions() -> None:
    """`python -O` drops every assert: what is asked must stay the same."""
    made = (
        "from logbits.cases.catalogue import CASES\n"
        "from logbits.encode.arithmetic.arithmetic import EXACT\n"
        "from logbits.encode.arithmetic.text import parse\n"
        "from logbits.encode.claim.claim import Claim\n"
        "from logbits.verify.question.question import Question\n"
        "for name in ('majority-affine', 'dyck1-relu', 'palindrome'):\n"
        "    print(Question(Claim(CASES[name].program, EXACT, parse('fixed(3)'), 4), 4).script())\n"
    )
    texts = [
        subprocess.run([sys.executable, *flags, "-c", made], capture_output=True, text=True, check=True).stdout
        for flags in ((), ("-O",))
    ]
    assert "assert t" in texts[0]
    assert texts[0] == texts[1]


# -- samples


@pytest.mark.parametrize("alphabet", [1, 2, 3, 5])
@pytest.mark.parametrize("length", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("budget", [1, 8, 40])
def test_samples(alphabet: int, length: int, budget: int) -> None:
    found = list(sample(alphabet, length, budget))
    assert found == list(sample(alphabet, length, budget))
    assert len(set(found)) == len(found)
    assert all(len(word) == length and set(word) <= set(range(alphabet)) for word in found)
    if alphabet**length <= 2 * budget:
        assert set(found) == set(itertools.product(range(alphabet), repeat=length))
    else:
        assert len(found) == budget
        assert found[0] == (0,) * length
    if budget >= 8:
        assert (alphabet - 1,) * length in found


@pytest.mark.parametrize("name", ["left", "right"])
def test_simulation_compares_the_outcome_of_each_side_and_not_only_their_difference(name: str) -> None:
    question = ask("majority-affine", "fixed(3)", 3)
    pair = Pair(question.claim)
    simulate(question, pair, iter(words(question)))
    side = getattr(question, name)
    setattr(question, name, replace(side, reading=tuple(map(question.terms.negate, side.reading))))
    with pytest.raises(EncodingError, match=f"outcome of the {name} run"):
        simulate(question, pair, iter(words(question)))


def test_the_outcome_of_a_failed_run_means_nothing() -> None:
    t = Builder("p", "ab")
    claim = Claim(t.accept(t.table(t.symbol("b"), {0: 1})), EXACT, EXACT, 2)
    question = Question(claim, 2)
    every = words(question)
    for name in ("left", "right"):
        side = getattr(question, name)
        setattr(question, name, replace(side, reading=(question.terms.const(mpq(1)),)))
    assert simulate(question, Pair(claim), iter(every)) == (0, 1)
