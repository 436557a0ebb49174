"""Random questions, every word of the length: terms, reduced terms, circuits and solvers against the reference run.

For each seed of `programs.instance`, and for each of its words:

- the raw terms (`Unrolled` over `Terms`) and the reduced terms (`Question`) have the outcome and the failures that the
  two reference runs have, and both roots are 1 exactly on the words that break the claim; for causal programs so has a
  `Question` that is made after other lengths in the same workspace;
- every term lies within its interval and on its step;
- the circuits of all lists have the values of their terms, by an evaluator of the tests;

and for some of the seeds z3 and bitwuzla, in this process, say SAT or UNSAT to both scripts as enumeration does, and
agree with the circuit on the printed text of single words, spare letter codes among them.

`LOGBITS_FUZZ=N` sets the number of seeds; `LOGBITS_FUZZ_FROM=S` the first one.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from circuits import columns, signed
from cnfs import speaking
from gmpy2 import mpq
from logbits.encode.bits import Bits
from logbits.encode.circuit import evaluate
from logbits.encode.program import Accept, Outputs
from logbits.encode.ranges import Ranges, check
from logbits.encode.rational import ONE, ZERO
from logbits.encode.smtlib import script
from logbits.encode.terms import Term, Terms, evaluate_all
from logbits.encode.twin import twin
from logbits.encode.unroll import Unrolled
from logbits.verify.backend import BACKENDS
from logbits.verify.question import Claim, Question, workspace
from logbits.verify.reference import Run, differ
from logbits.verify.simulation import Pair
from logbits.verify.solvers import missing
from programs import Instance, instance

CHUNK = 20
FIRST = int(os.environ.get("LOGBITS_FUZZ_FROM", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("LOGBITS_FUZZ", "300")))
CHUNKS = [SEEDS[start : start + CHUNK] for start in range(0, len(SEEDS), CHUNK)]
SOLVED = 10
"""Every so many seeds the solvers are asked too."""


@dataclass(frozen=True)
class Encoded:
    """One list of terms with the question on it: the raw one or the reduced one."""

    name: str
    terms: Terms
    ranges: Ranges
    outcomes: tuple[tuple[Term, ...], tuple[Term, ...]]
    failures: tuple[tuple[Term, ...], tuple[Term, ...]]
    root: Term

    def roots(self) -> list[Term]:
        """Everything that is compared."""
        sides = (*self.outcomes, *self.failures)
        return list(dict.fromkeys([self.root, *(term for side in sides for term in side)]))


def raw(claim: Claim, length: int) -> Encoded:
    """The question without any fact used: Unrolled, and a root of plain compare and `and` terms."""
    terms = Terms(len(claim.program.alphabet), length)
    runs = [Unrolled(twin(claim.program, a, claim.bound).program, terms) for a in (claim.left, claim.right)]
    left, right = (tuple(run.outcome()) for run in runs)
    failures = [tuple(run.failures()) for run in runs]
    gaps = [terms.affine(ZERO, [(ONE, a), (-ONE, b)]) for a, b in zip(left, right, strict=True)]
    same = [terms.add("compare", (gap,), "=") for gap in gaps]
    fine = [terms.negate(failure) for side in failures for failure in side]
    root = terms.negate(terms.add("and", same + fine))
    return Encoded("raw", terms, Ranges(terms), (left, right), (failures[0], failures[1]), root)


def reduced(claim: Claim, length: int) -> Encoded:
    """The question as it is asked."""
    return encoded("reduced", Question(claim, length))


def shared(claim: Claim, length: int) -> Encoded:
    """The question as it is asked where other lengths have been before: a causal program shares their terms."""
    place = None
    for other in sorted({1, length - 1, claim.bound, length} - {0}, key=lambda other: other == length):
        place = workspace(claim, other, place)
        question = Question(claim, other, place)
    return encoded("shared", question)


def encoded(name: str, question: Question) -> Encoded:
    left, right = question.left, question.right
    return Encoded(
        name,
        question.terms,
        question.facts.ranges,
        (left.outcome, right.outcome),
        (left.failures, right.failures),
        question.root,
    )


def numbers(made: Instance, run: Run) -> list[mpq]:
    """The outcome of a run as terms denote it: 0/1, numbers, or the numbers of classes."""
    outcome, readout = run.outcome, made.program.readout
    if isinstance(outcome, bool):
        assert isinstance(readout, Accept)
        return [mpq(outcome)]
    assert isinstance(readout, Outputs)
    return [mpq(readout.labels.index(value)) if isinstance(value, str) else value for value in outcome]


def compare_terms(encoded: Encoded, made: Instance, word: Sequence[int], runs: tuple[Run, Run]) -> dict[Term, mpq]:
    """Terms against the reference on one word; returns the values."""
    values = evaluate_all(encoded.terms, word, encoded.roots())
    for outcome, failures, run in zip(encoded.outcomes, encoded.failures, runs, strict=True):
        assert any(values[term] for term in failures) == (run.failure is not None), "failure"
        if run.failure is None:
            assert [values[term] for term in outcome] == numbers(made, run), "outcome"
    assert values[encoded.root] == differ(*runs), "root"
    assert check(encoded.terms, encoded.ranges, values) is None, "range"
    return values


def compare_circuit(
    encoded: Encoded, length: int, words: Sequence[tuple[int, ...]], values: Sequence[dict[Term, mpq]]
) -> Bits:
    """The circuit against the terms on all words."""
    bits, ranges = Bits(encoded.terms, encoded.ranges, length), encoded.ranges
    bits.question(encoded.root)
    circuit = bits.circuit
    wanted: dict[Term, tuple[int, mpq, bool]] = {}
    for term in encoded.roots():
        if ranges.is_truth(term):
            wanted[term] = bits.truth(term), ONE, False
        else:
            wanted[term] = bits.number(term).node, ranges.step(term), True
    found = columns(circuit, words)
    for term, (node, step, number) in wanted.items():
        for row, expected in enumerate(values):
            got = signed(circuit, node, found[node][row]) if number else found[node][row]
            assert got * step == expected[term], f"circuit of term {term}"
    root = bits.truth(encoded.root)
    for row in range(0, len(words), 7):
        assert evaluate(circuit, root, words[row]) == found[root][row], "evaluate"
    return bits


def compare_solvers(
    bits: Bits, root: Term, broken: Sequence[tuple[int, ...]], words: Sequence[tuple[int, ...]]
) -> None:
    """SAT and UNSAT against enumeration, and the printed text against the circuit, word by word."""
    circuit, node = bits.circuit, bits.truth(root)
    text = script(circuit, node)
    width, length = circuit.code_width, circuit.length
    codes = list(itertools.product(range(1 << width), repeat=length))
    some = [*words[:: max(1, len(words) // 4)], *codes[:: max(1, len(codes) // 4)]]
    for solver in (name for name in speaking("smt2") if not missing(name)):
        session = BACKENDS[solver].open
        asked = session(text, length, width)
        answer = asked.check()
        assert answer is bool(broken), solver
        if answer:
            word = tuple(code if code < circuit.alphabet else 0 for code in asked.codes())
            assert word in broken, solver
        for code in some:
            letters = "".join(f"(assert (= w{p} #b{c:0{width}b}))\n" for p, c in enumerate(code, start=1))
            one = session(text.replace("(check-sat)", letters + "(check-sat)"), length, width)
            assert one.check() is bool(evaluate(circuit, node, code)), (solver, code)
    for code in codes:
        letters = [c if c < circuit.alphabet else 0 for c in code]
        assert evaluate(circuit, node, code) == evaluate(circuit, node, letters), "spare codes are symbol 0"


def compare(made: Instance, *, solve: bool) -> None:
    """One question, all its words."""
    claim = Claim(made.program, made.left, made.right, made.bound)
    pair = Pair(claim)
    words = list(made.words())
    runs = [pair.run(made.spelled(word)) for word in words]
    broken = [word for word, both in zip(words, runs, strict=True) if differ(*both)]
    several = [raw(claim, made.length), reduced(claim, made.length)]
    if made.program.causal and made.bound > 1:
        several.append(shared(claim, made.length))
    for each in several:
        values = [compare_terms(each, made, word, both) for word, both in zip(words, runs, strict=True)]
        bits = compare_circuit(each, made.length, words, values)
        if solve:
            compare_solvers(bits, each.root, broken, words)


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"{seeds.start}..{seeds.stop - 1}")
def test_encodings_agree_with_the_reference_on_every_word(seeds: range) -> None:
    for seed in seeds:
        made = instance(seed)
        try:
            compare(made, solve=seed % SOLVED == 0)
        except Exception as error:
            claim = f"{made.right} against {made.left}, n = {made.length}, N = {made.bound}"
            raise AssertionError(f"seed {seed} ({claim}): {error}\n{made.program}") from error
