"""One random question, all its words: every way to decide against enumeration by the reference run.

`compare` does it; what is compared stands in the docstring of `tests/test_differential.py`.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gmpy2 import mpq
from logbits.bounds.count.run import vectors
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.twin import twin
from logbits.encode.circuit.bits import Bits
from logbits.encode.circuit.blast import columns as inputs
from logbits.encode.circuit.blast import to_graph
from logbits.encode.circuit.circuit import evaluate
from logbits.encode.circuit.cnf import dimacs, extend, require_form
from logbits.encode.circuit.smtlib import script
from logbits.encode.circuit.tseitin import clauses
from logbits.encode.claim.claim import Claim
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.program.program import Accept, Outputs
from logbits.encode.term.ranges import Ranges, Widths, check
from logbits.encode.term.terms import Term, Terms, evaluate_all
from logbits.encode.term.unroll import Unrolled
from logbits.verify.decide.counting import counting
from logbits.verify.decide.reply import Broken, Decided, Nowhere, Open, Seen
from logbits.verify.decide.together import together
from logbits.verify.question.question import Question
from logbits.verify.question.workspace import Workspaces
from logbits.verify.reference.pair import Pair
from logbits.verify.reference.run import Reference, Run, differ
from logbits.verify.solver.ask import missing
from logbits.verify.solver.solve import answers
from logbits.verify.solver.table import BACKENDS, Dialect
from support.circuit_values import columns, signed
from support.random_prefixes import sweep
from support.random_questions import Instance
from support.replies import answer

FIRST = int(os.environ.get("LOGBITS_FUZZ_FROM", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("LOGBITS_FUZZ", "300")))
"""The seeds of the questions that are compared."""

compared = Counter[tuple[str, str]]()
"""How many programs and words each way to decide has been compared on, in this process."""


def count(name: str, words: int) -> None:
    compared[name, "programs"] += 1
    compared[name, "words"] += words


@dataclass(frozen=True)
class Enumerated:
    """What the reference run says of every word."""

    words: list[tuple[int, ...]]
    runs: list[tuple[Run, Run]]
    members: list[bool]
    broken: list[tuple[int, ...]]


@dataclass(frozen=True)
class Encoded:
    """One list of terms with the question on it: the raw one or the reduced one."""

    name: str
    terms: Terms
    ranges: Widths
    outcomes: tuple[tuple[Term, ...], tuple[Term, ...]]
    failures: tuple[tuple[Term, ...], tuple[Term, ...]]
    member: Term
    root: Term

    def roots(self) -> list[Term]:
        """Everything that is compared."""
        sides = (*self.outcomes, *self.failures)
        return list(dict.fromkeys([self.root, self.member, *(term for side in sides for term in side)]))


def enumerate_words(made: Instance, claim: Claim) -> Enumerated:
    pair, words = Pair(claim), list(made.words())
    runs = [pair.run(made.spelled(word)) for word in words]
    members = [True] * len(words)
    if made.assume is not None:
        assumed = Reference(made.assume, EXACT, made.bound)
        several = [assumed.run(made.spelled(word)) for word in words]
        members = [run.failure is None and run.outcome is True for run in several]
    broken = [w for w, both, member in zip(words, runs, members, strict=True) if member and differ(*both)]
    return Enumerated(words, runs, members, broken)


def raw(claim: Claim, length: int) -> Encoded:
    """The question without any fact used: Unrolled, and a root of plain compare and `and` terms."""
    terms = Terms(len(claim.program.alphabet), length)
    runs = [Unrolled(twin(program, a, claim.bound).program, terms) for program, a in claim.runs()]
    left, right, *language = (tuple(run.outcome()) for run in runs)
    failures = [tuple(run.failures()) for run in runs]
    gaps = [terms.affine(ZERO, [(ONE, a), (-ONE, b)]) for a, b in zip(left, right, strict=True)]
    same = [terms.add("compare", (gap,), "=") for gap in gaps]
    fine = [terms.negate(failure) for side in failures[:2] for failure in side]
    accepted = [term for side in language for term in side]
    accepted += [terms.negate(failure) for side in failures[2:] for failure in side]
    member = terms.add("and", accepted)
    root = terms.add("and", (member, terms.negate(terms.add("and", same + fine))))
    return Encoded("raw", terms, Ranges(terms), (left, right), (failures[0], failures[1]), member, root)


def reduced(claim: Claim, length: int) -> Encoded:
    """The question as it is asked."""
    return encoded("reduced", Question(claim, length))


def shared(claim: Claim, length: int) -> Encoded:
    """The question as it is asked where other lengths have been before: a causal program shares their terms."""
    places = Workspaces()
    for other in sorted({1, length - 1, claim.bound} - {0, length}):
        Question(claim, other, places.at(claim, other))
    return encoded("shared", Question(claim, length, places.at(claim, length)))


def encoded(name: str, question: Question) -> Encoded:
    left, right = question.left, question.right
    return Encoded(
        name,
        question.terms,
        question.ranges,
        (left.reading, right.reading),
        (left.failures, right.failures),
        question.member,
        question.root,
    )


def numbers(made: Instance, run: Run) -> list[mpq]:
    """The outcome of a run as terms denote it: 0/1, numbers, or the numbers of classes."""
    outcome, readout = run.outcome, made.program.readout
    if isinstance(outcome, bool):
        assert isinstance(readout, Accept)
        return [mpq(outcome)]
    labels = readout.labels if isinstance(readout, Outputs) else ()
    return [mpq(labels.index(value)) if isinstance(value, str) else value for value in outcome]


def compare_terms(encoded: Encoded, made: Instance, found: Enumerated) -> list[dict[Term, mpq]]:
    """Terms against the reference on all words; returns the values."""
    rows: list[dict[Term, mpq]] = []
    for word, runs, member in zip(found.words, found.runs, found.members, strict=True):
        values = evaluate_all(encoded.terms, word, encoded.roots())
        for outcome, failures, run in zip(encoded.outcomes, encoded.failures, runs, strict=True):
            assert any(values[term] for term in failures) == (run.failure is not None), "failure"
            if run.failure is None:
                assert [values[term] for term in outcome] == numbers(made, run), "outcome"
        assert values[encoded.member] == member, "member"
        assert values[encoded.root] == (member and differ(*runs)), "root"
        assert check(encoded.terms, encoded.ranges, values) is None, "range"
        rows.append(values)
    count(f"{encoded.name} terms", len(rows))
    return rows


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
    count(f"{encoded.name} circuit", len(words))
    aig, [literal] = to_graph(circuit, [root])
    made = clauses(aig, literal)
    require_form(made)
    true = sum((values[row][encoded.root] == 1) << row for row in range(len(words)))
    assert extend(made, inputs(circuit, words), len(words)) == true, "clauses"
    count(f"{encoded.name} clauses", len(words))
    return bits


def compare_solvers(bits: Bits, root: Term, found: Enumerated, *, single: bool, quick: bool) -> None:
    """UNSAT or the first word against enumeration, and the printed text against the circuit, word by word."""
    circuit, node = bits.circuit, bits.truth(root)
    aig, [literal] = to_graph(circuit, [node])
    made = clauses(aig, literal)
    width, length = circuit.code_width, circuit.length
    codes = list(itertools.product(range(1 << width), repeat=length)) if single else []
    words = found.words if single else []
    some = [*words[:: max(1, len(words) // 4)], *codes[:: max(1, len(codes) // 4)]]

    def asked(dialect: Dialect, code: Sequence[int] = ()) -> str:
        """The question, about one word if its codes are given."""
        if dialect == "smt2":
            fixed = "".join(f"(assert (= w{p} #b{c:0{width}b}))\n" for p, c in enumerate(code, start=1))
            return script(circuit, node).replace("(check-sat)", f"{fixed}(check-sat)")
        bits = [c >> bit & 1 for c in code for bit in range(width)]
        units = [(variable if bit else -variable,) for variable, bit in enumerate(bits, start=1)]
        return dimacs(replace(made, clauses=(*made.clauses, *units)))

    for solver, backend in BACKENDS.items():
        if missing(solver) or (solver == "cvc5" and not quick):
            continue  # cvc5 takes minutes for some questions that nothing has reduced
        *_, last = answers(backend.open(asked(backend.dialect), length, width), length, circuit.alphabet)
        if found.broken:
            assert (last["answer"], last["least"]) == ("sat", True), solver
            assert tuple(last["word"]) == found.broken[0], solver
        else:
            assert last["answer"] == "unsat", solver
        for code in some:
            one = backend.open(asked(backend.dialect, code), length, width)
            assert one.check() is bool(evaluate(circuit, node, code)), (solver, code)
        count(solver, len(found.words))
    for code in codes:
        letters = [c if c < circuit.alphabet else 0 for c in code]
        assert evaluate(circuit, node, code) == evaluate(circuit, node, letters), "spare codes are symbol 0"


def compare_counts(claim: Claim, found: Enumerated, length: int) -> None:
    """Counts, and thresholds of a count, against enumeration."""
    counted, first = counting(claim), found.broken[0] if found.broken else None
    if counted is None:
        return
    counted.simulate(Pair(claim), iter(found.words))
    assert counted.breaking_word(length) == first, "counts"
    count("counts", len(found.words))
    if counted.monotone is not None:
        assert counted.monotone.breaking_word(length) == first, "thresholds"
        count("thresholds", len(found.words))


def compare_integers(claim: Claim, found: Enumerated, length: int) -> None:
    """Integer terms for all lengths against enumeration, on all counts of this one."""
    made = together(claim)
    if made is None:
        return
    broken = {tuple(map(word.count, range(len(claim.program.alphabet)))) for word in found.broken}
    for counts in vectors(len(claim.program.alphabet), length):
        assert made.parts(counts) == (counts in broken), "integers"
    count("integers", len(found.words))


def compare_prefixes(claim: Claim, found: Enumerated, length: int) -> None:
    """A sweep over prefixes against enumeration: the first word that breaks the claim, and each word unmerged."""
    followed = sweep(claim, length)
    if followed is None:
        return
    levels = [followed.advance() for _ in range(length)]
    assert levels[-1].word == (found.broken[0] if found.broken else None), "prefixes"
    again = sweep(claim, length)
    assert again is not None
    assert again.breaking(found.words) == [word in set(found.broken) for word in found.words], "prefixes, unmerged"
    count("prefixes", len(found.words))


def compare_obligation(claim: Claim, found: Enumerated, length: int) -> None:
    """What the engine is told about the length, where solvers may be asked and where all words are looked at."""
    reply = answer(claim, length)
    alone = answer(claim, length, every_word=True)
    assert alone == Broken(found.broken[0], least=True) if found.broken else isinstance(alone, Decided)
    match reply:
        case Decided(_, members):
            assert not found.broken, "evidence"
        case Open(_, _, members, word):
            assert word is None or word in found.broken, "word"
        case Broken():
            assert reply == Broken(found.broken[0], least=True), "least word"
            members = None
        case _:
            raise AssertionError(reply)
    if isinstance(members, Nowhere):
        assert not any(found.members), "vacuous"
    elif claim.assume is not None and isinstance(members, Seen):
        assert any(found.members), "language"
    count("obligation", len(found.words))


def compare(made: Instance, *, single: bool) -> None:
    """One question, all its words."""
    claim = Claim(made.program, made.left, made.right, made.bound, made.assume)
    found = enumerate_words(made, claim)
    count("reference", len(found.words))
    several = [raw(claim, made.length), reduced(claim, made.length)]
    if claim.causal and made.bound > 1:
        several.append(shared(claim, made.length))
    for each in several:
        values = compare_terms(each, made, found)
        bits = compare_circuit(each, made.length, found.words, values)
        if single or each.name == "reduced":
            compare_solvers(bits, each.root, found, single=single, quick=single and each.name == "reduced")
    compare_counts(claim, found, made.length)
    compare_integers(claim, found, made.length)
    compare_prefixes(claim, found, made.length)
    if single or claim.assume is not None or claim.program.symmetric:
        compare_obligation(claim, found, made.length)
