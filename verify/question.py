"""The question for one length: do two runs of one program decide some word of this length differently?

`Question` carries the pair, as a value: both outcomes as reduced terms over one list, the failures of either run, and
the root, a truth value that is 1 exactly on the words that break the claim. If the root is the number 0 the length is
decided; otherwise `circuit` is what a solver is asked.

Before an UNSAT (or a 0) counts, `simulate` compares terms and circuit with the reference run on boundary and random
words; a mismatch is an internal error, never a verdict.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from gmpy2 import mpq

from ..bounds.logic import disjunction, exclusive
from ..bounds.reduce import Reduced
from ..bounds.thresholds import compare
from ..encode.arithmetic import Arithmetic
from ..encode.bits import Bits
from ..encode.circuit import evaluate
from ..encode.program import Accept, Outputs, Program
from ..encode.ranges import check
from ..encode.rational import ONE, ZERO
from ..encode.smtlib import script
from ..encode.terms import Term, Terms, evaluate_all
from ..encode.twin import twin
from ..encode.unroll import Unrolled
from .reference import Reference, Run, differ
from .verdict import Evidence


class EncodingError(Exception):
    """The encoding disagrees with the reference run: an error of this software, with the word that shows it."""


@dataclass(frozen=True)
class Claim:
    """What is asked, for every length up to `bound`: does `program` in `right` decide as in `left`?"""

    program: Program
    left: Arithmetic
    right: Arithmetic
    bound: int


@dataclass(frozen=True)
class Side:
    """One run as terms: its outcome (an accept bit, or one output per word position) and where it fails."""

    outcome: tuple[Term, ...]
    failures: tuple[Term, ...]


SHARED = 512
"""The greatest bound for which the lengths of a causal program share their terms."""


class Workspace:
    """Where the questions of one claim are made: the terms of both runs, and their reduced copies.

    In a causal program what is stored at a position does not depend on what follows, so one workspace of the greatest
    length serves every length. For any other program there is a new one for each length.
    """

    def __init__(self, claim: Claim, length: int) -> None:
        self.claim, self.length = claim, length
        alphabet = len(claim.program.alphabet)
        self.source = Terms(alphabet, length)
        self.reduced = Reduced(alphabet, length)
        twins = (twin(claim.program, arithmetic, claim.bound).program for arithmetic in (claim.left, claim.right))
        self.runs = [Unrolled(program, self.source) for program in twins]

    def serves(self, claim: Claim, length: int) -> bool:
        """Whether a question can be made here."""
        return self.claim == claim and (length == self.length or (claim.program.causal and length < self.length))

    def sides(self, length: int) -> tuple[Side, Side]:
        """Both runs at a length, reduced."""
        left, right = (self._side(run if length == self.length else run.prefix(length)) for run in self.runs)
        return left, right

    def _side(self, run: Unrolled) -> Side:
        outcome, failures = (self.reduced.add(self.source, terms) for terms in (run.outcome(), run.failures()))
        return Side(tuple(outcome), tuple(failures))


def workspace(claim: Claim, length: int, before: Workspace | None = None) -> Workspace:
    """A workspace for a question: the one `before` if it serves, else a new one that serves as many as it can."""
    if before is not None and before.serves(claim, length):
        return before
    return Workspace(claim, claim.bound if claim.program.causal and claim.bound <= SHARED else length)


class Question:
    """The question for `claim` at one length. It is a function of the two, wherever it is made."""

    def __init__(self, claim: Claim, length: int, place: Workspace | None = None) -> None:
        self.claim, self.length = claim, length
        place = place or Workspace(claim, length)
        self.facts = place.reduced.facts
        self.left, self.right = place.sides(length)
        acceptor = isinstance(claim.program.readout, Accept)
        pairs = list(zip(self.left.outcome, self.right.outcome, strict=True))
        different = [self._different(left, right, acceptor) for left, right in pairs]
        self.root = disjunction(self.facts, [*different, *self.left.failures, *self.right.failures])

    @property
    def terms(self) -> Terms:
        """The list of reduced terms."""
        return self.facts.terms

    def decided(self) -> bool:
        """Whether no word breaks the claim, known without a solver."""
        return self.root == self.terms.zero

    def evidence(self) -> Evidence:
        """What stands behind `decided`."""
        outcomes = (*self.left.outcome, *self.right.outcome)
        ops = {self.terms.ops[base] for outcome in outcomes for _, base in self.terms.split(outcome)[1]}
        failures = self.left.failures or self.right.failures
        return "enumeration" if ops and ops <= {"table", "symbol"} and not failures else "bound"

    @cached_property
    def bits(self) -> Bits:
        """The circuit for the root."""
        bits = Bits(self.terms, self.facts.ranges, self.length)
        bits.question(self.root)
        return bits

    def script(self) -> str:
        """The question as SMT-LIB text."""
        claim = self.claim
        title = f"{claim.program.name}: {claim.right} against {claim.left}, decision, length {self.length}"
        return script(self.bits.circuit, self.bits.truth(self.root), (title, f"scales of bound {claim.bound}"))

    def _different(self, left: Term, right: Term, acceptor: bool) -> Term:
        if acceptor:
            return exclusive(self.facts, left, right)
        gap = self.terms.affine(ZERO, [(ONE, left), (-ONE, right)])
        return self.terms.negate(compare(self.facts, gap, "="))


class Pair:
    """The reference runs of both sides of a claim."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.left = Reference(claim.program, claim.left, claim.bound)
        self.right = Reference(claim.program, claim.right, claim.bound)

    def run(self, word: Sequence[str]) -> tuple[Run, Run]:
        """Both runs on a word."""
        return self.left.run(word), self.right.run(word)


def simulate(question: Question, pair: Pair, words: Iterator[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Compares terms and circuit with the reference run on the words (as symbol numbers).

    Returns a word that breaks the claim, if one of these does.

    Raises:
        EncodingError: when they disagree.
    """
    alphabet = question.claim.program.alphabet
    sides = [question.left, question.right]
    roots = [question.root, *(term for side in sides for term in (*side.outcome, *side.failures))]
    circuit = None if question.decided() else question.bits
    found: tuple[int, ...] | None = None
    for word in words:
        runs = pair.run([alphabet[symbol] for symbol in word])
        values = evaluate_all(question.terms, word, roots)
        broken = check(question.terms, question.facts.ranges, values)
        for name, side, run in zip(("left", "right"), sides, runs, strict=True):
            failed = any(values[term] for term in side.failures)
            if failed != (run.failure is not None):
                raise _mismatch(question, word, f"failure of the {name} run")
            if not failed and [values[term] for term in side.outcome] != _numbers(question.claim.program, run):
                raise _mismatch(question, word, f"outcome of the {name} run")
        expected = differ(*runs)
        if broken is not None or (values[question.root] == 1) != expected:
            raise _mismatch(question, word, "terms of the question")
        if circuit and evaluate(circuit.circuit, circuit.truth(question.root), word) != expected:
            raise _mismatch(question, word, "circuit of the question")
        if expected and (found is None or word < found):
            found = word
    return found


def _mismatch(question: Question, word: tuple[int, ...], what: str) -> EncodingError:
    text = " ".join(question.claim.program.alphabet[symbol] for symbol in word)
    return EncodingError(f"the encoding and the reference run disagree on the {what}, on the word {text}")


def _numbers(program: Program, run: Run) -> list[mpq]:
    """The outcome of a run as the encoder represents it: truth values, numbers, or the numbers of classes."""
    outcome, readout = run.outcome, program.readout
    if isinstance(outcome, bool):
        return [mpq(outcome)]
    assert isinstance(readout, Outputs)
    return [mpq(readout.labels.index(value)) if isinstance(value, str) else value for value in outcome]


def sample(alphabet: int, length: int, budget: int) -> Iterator[tuple[int, ...]]:
    """All words if they are few, else at most `budget`: boundary words first, then random ones, always the same."""
    if alphabet**length <= 2 * budget:
        yield from itertools.product(range(alphabet), repeat=length)
        return
    last = alphabet - 1
    half, rest = length // 2, length - length // 2
    boundary = [
        (0,) * length,
        (last,) * length,
        (0,) * (length - 1) + (last,),
        (last,) + (0,) * (length - 1),
        (0,) * half + (last,) * rest,
        tuple(index % alphabet for index in range(length)),
    ]
    words = list(dict.fromkeys(boundary))[:budget]
    choose = random.Random(f"{alphabet} {length}")
    while len(words) < budget:
        word = tuple(choose.randrange(alphabet) for _ in range(length))
        if word not in words:
            words.append(word)
    yield from words
