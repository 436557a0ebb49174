"""The question for one length: do two runs of one program decide some word of this length differently?

`Question` carries the pair, as a value: both outcomes as reduced terms over one list, the failures of either run, and
the root, a truth value that is 1 exactly on the words that break the claim. If the root is the number 0 the length is
decided; otherwise `circuit` is what a solver is asked.

Before an UNSAT (or a 0) counts, `simulate` compares terms, circuit, and-inverter graph and clauses with the reference
run on boundary and random words; a mismatch is an internal error, never a verdict.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from gmpy2 import mpq

from ..bounds.functions import Functions
from ..bounds.logic import conjunction, disjunction, exclusive
from ..bounds.reduce import Reduced
from ..bounds.thresholds import compare
from ..encode.aig import Aig, Literal
from ..encode.arithmetic import EXACT, Arithmetic
from ..encode.bits import Bits
from ..encode.blast import columns, to_graph
from ..encode.circuit import evaluate
from ..encode.cnf import Cnf, FormError, extend
from ..encode.program import Accept, Outputs, Program
from ..encode.ranges import Ranges, check
from ..encode.rational import ONE, ZERO
from ..encode.smtlib import script
from ..encode.terms import Term, Terms, evaluate_all
from ..encode.tseitin import clauses
from ..encode.twin import twin
from ..encode.unroll import Unrolled
from . import language
from .reference import Reference, Run, differ
from .verdict import Evidence


class EncodingError(Exception):
    """The encoding disagrees with the reference run: an error of this software, with the word that shows it."""


@dataclass(frozen=True)
class Claim:
    """What is asked, for every length up to `bound`: does `program` in `right` decide as in `left`?

    With `assume`, only words that this program, in exact arithmetic, accepts are asked about.

    Raises:
        ValueError: for an assumption that is no acceptor over the same alphabet.
    """

    program: Program
    left: Arithmetic
    right: Arithmetic
    bound: int
    assume: Program | None = None

    def __post_init__(self) -> None:
        if self.assume is not None:
            language.check(self.program, self.assume)

    def __str__(self) -> str:
        words = "" if self.assume is None else f", words that {self.assume.name} accepts"
        return f"{self.program.name}: {self.right} against {self.left}, decision{words}"

    def runs(self) -> list[tuple[Program, Arithmetic]]:
        """The runs that the question is made of: both sides, and that of the assumption, if there is one."""
        both = [(self.program, self.left), (self.program, self.right)]
        return both if self.assume is None else [*both, (self.assume, EXACT)]

    @property
    def causal(self) -> bool:
        """Whether in all its runs what is stored at a position depends on the symbols up to there alone."""
        return all(program.causal for program, _ in self.runs())


@dataclass(frozen=True)
class Side:
    """One run as terms: its outcome (an accept bit, or one output per word position) and where it fails."""

    outcome: tuple[Term, ...]
    failures: tuple[Term, ...]


SHARED = 512
"""The greatest bound for which the lengths of a causal program share their terms."""


class Workspace:
    """Where the questions of one claim are made: the terms of its runs, and (with `reduce`) their reduced copies.

    In a causal program what is stored at a position does not depend on what follows, so one workspace of the greatest
    length serves every length. For any other program there is a new one for each length.
    """

    def __init__(self, claim: Claim, length: int, *, reduce: bool = True) -> None:
        self.claim, self.length = claim, length
        alphabet = len(claim.program.alphabet)
        self.source = Terms(alphabet, length)
        self.reduced = Reduced(alphabet, length) if reduce else None
        self.facts = self.reduced.facts if self.reduced else Functions(self.source, Ranges(self.source))
        twins = (twin(program, arithmetic, claim.bound).program for program, arithmetic in claim.runs())
        self.runs = [Unrolled(program, self.source) for program in twins]

    def serves(self, claim: Claim, length: int) -> bool:
        """Whether a question can be made here."""
        return self.claim == claim and (length == self.length or (claim.causal and length < self.length))

    def sides(self, length: int) -> list[Side]:
        """All runs at a length."""
        return [self._side(run if length == self.length else run.prefix(length)) for run in self.runs]

    def _side(self, run: Unrolled) -> Side:
        outcome, failures = run.outcome(), run.failures()
        if self.reduced is not None:
            outcome, failures = (self.reduced.add(self.source, terms) for terms in (outcome, failures))
        return Side(tuple(outcome), tuple(failures))


def workspace(claim: Claim, length: int, before: Workspace | None = None) -> Workspace:
    """A workspace for a question: the one `before` if it serves, else a new one that serves as many as it can."""
    if before is not None and before.serves(claim, length):
        return before
    return Workspace(claim, claim.bound if claim.causal and claim.bound <= SHARED else length)


class Places:
    """The workspaces of one encoder. The last is kept: where it serves, the next question is made there too."""

    def __init__(self) -> None:
        self._last: Workspace | None = None

    def at(self, claim: Claim, length: int) -> Workspace:
        """The workspace for a question."""
        self._last = workspace(claim, length, self._last)
        return self._last


class Question:
    """The question for `claim` at one length. It is a function of the two, wherever it is made.

    `member` is 1 on the words that are asked about. Without `reduce`, all terms are those of the definition, as they
    are unrolled: to be looked at and to be compared with, since solvers find it much harder.
    """

    def __init__(self, claim: Claim, length: int, place: Workspace | None = None, *, reduce: bool = True) -> None:
        self.claim, self.length = claim, length
        place = place or Workspace(claim, length, reduce=reduce)
        self.facts = place.facts
        self.left, self.right, *assumed = place.sides(length)
        self.member, self.root = (self._defined if place.reduced is None else self._reduced)(assumed)

    def _reduced(self, assumed: list[Side]) -> tuple[Term, Term]:
        """Membership and root, by the rules for truth values."""
        acceptor = isinstance(self.claim.program.readout, Accept)
        pairs = list(zip(self.left.outcome, self.right.outcome, strict=True))
        different = [self._different(left, right, acceptor) for left, right in pairs]
        broken = disjunction(self.facts, [*different, *self.left.failures, *self.right.failures])
        if not assumed:
            return self.terms.one, broken
        member = conjunction(self.facts, self._accepted(assumed))
        return member, conjunction(self.facts, [broken, member])

    def _defined(self, assumed: list[Side]) -> tuple[Term, Term]:
        """Membership and root, as they are defined."""
        terms = self.terms
        pairs = zip(self.left.outcome, self.right.outcome, strict=True)
        same = [terms.add("compare", (terms.affine(ZERO, [(ONE, a), (-ONE, b)]),), "=") for a, b in pairs]
        fine = [terms.negate(failure) for failure in (*self.left.failures, *self.right.failures)]
        broken, accepted = terms.negate(terms.add("and", [*same, *fine])), self._accepted(assumed)
        return terms.add("and", accepted), terms.add("and", [broken, *accepted])

    def _accepted(self, assumed: list[Side]) -> list[Term]:
        return [t for side in assumed for t in (*side.outcome, *map(self.terms.negate, side.failures))]

    @property
    def terms(self) -> Terms:
        """The list of reduced terms."""
        return self.facts.terms

    def decided(self) -> bool:
        """Whether no word breaks the claim, known without a solver."""
        return self.root == self.terms.zero

    def evidence(self) -> Evidence:
        """What stands behind `decided`."""
        if self.left.failures or self.right.failures:
            return "bound"
        below = {
            base for outcome in (*self.left.outcome, *self.right.outcome, self.member) for base in self._bases(outcome)
        }
        keys = {base for table in below if self.terms.ops[table] == "table" for base in self._keys(table)}
        symbols = (below - {table for table in below if self.terms.ops[table] == "table"}) | keys
        counts = bool(below) and all(self.terms.ops[base] == "symbol" for base in symbols)
        return "enumeration" if counts else "bound"

    def _bases(self, term: Term) -> list[Term]:
        return [base for _, base in self.terms.split(term)[1]]

    def _keys(self, table: Term) -> list[Term]:
        return [base for part in self.terms.args[table] for base in self._bases(part)]

    @cached_property
    def bits(self) -> Bits:
        """The circuit for the root."""
        bits = Bits(self.terms, self.facts.ranges, self.length)
        bits.question(self.root)
        return bits

    @cached_property
    def graph(self) -> tuple[Aig, Literal]:
        """The circuit as an and-inverter graph, and the literal of the root."""
        aig, [root] = to_graph(self.bits.circuit, [self.bits.truth(self.root)])
        return aig, root

    @cached_property
    def cnf(self) -> Cnf:
        """The question as clauses: definitions in order, and the root, asserted."""
        return clauses(*self.graph)

    def script(self) -> str:
        """The question as SMT-LIB text."""
        title = f"{self.claim}, length {self.length}"
        return script(self.bits.circuit, self.bits.truth(self.root), (title, f"scales of bound {self.claim.bound}"))

    def vacuous(self) -> bool:
        """Whether no word of this length is asked about, known without a solver."""
        return self.member == self.terms.zero

    def _different(self, left: Term, right: Term, acceptor: bool) -> Term:
        if acceptor:
            return exclusive(self.facts, left, right)
        gap = self.terms.affine(ZERO, [(ONE, left), (-ONE, right)])
        return self.terms.negate(compare(self.facts, gap, "="))


class Pair:
    """The reference runs of both sides of a claim, and of what it assumes."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.left = Reference(claim.program, claim.left, claim.bound)
        self.right = Reference(claim.program, claim.right, claim.bound)
        self._assumed = None if claim.assume is None else Reference(claim.assume, EXACT, claim.bound)

    def run(self, word: Sequence[str]) -> tuple[Run, Run]:
        """Both runs on a word."""
        return self.left.run(word), self.right.run(word)

    def member(self, word: Sequence[str]) -> bool:
        """Whether the claim is about this word."""
        return self._assumed is None or language.contains(self._assumed, word)

    def spell(self, word: Sequence[int]) -> tuple[str, ...]:
        """A word of symbol numbers as symbols."""
        return tuple(self.claim.program.alphabet[symbol] for symbol in word)


def simulate(question: Question, pair: Pair, words: Iterator[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Compares terms, circuit, graph and clauses with the reference run on the words (as symbol numbers).

    Returns a word that breaks the claim, if one of these does.

    Raises:
        EncodingError: when they disagree.
    """
    sides = [question.left, question.right]
    roots = [question.root, question.member, *(term for side in sides for term in (*side.outcome, *side.failures))]
    circuit = None if question.decided() else question.bits
    seen: list[tuple[int, ...]] = []
    broken_at = 0
    found: tuple[int, ...] | None = None
    for word in words:
        symbols = pair.spell(word)
        runs, member = pair.run(symbols), pair.member(symbols)
        values = evaluate_all(question.terms, word, roots)
        broken = check(question.terms, question.facts.ranges, values)
        for name, side, run in zip(("left", "right"), sides, runs, strict=True):
            failed = any(values[term] for term in side.failures)
            if failed != (run.failure is not None):
                raise _mismatch(question, word, f"failure of the {name} run")
            if not failed and [values[term] for term in side.outcome] != numbers(question.claim.program, run):
                raise _mismatch(question, word, f"outcome of the {name} run")
        if (values[question.member] == 1) != member:
            raise _mismatch(question, word, "assumed language")
        expected = member and differ(*runs)
        if broken is not None or (values[question.root] == 1) != expected:
            raise _mismatch(question, word, "terms of the question")
        if circuit and evaluate(circuit.circuit, circuit.truth(question.root), word) != expected:
            raise _mismatch(question, word, "circuit of the question")
        broken_at |= expected << len(seen)
        seen.append(word)
        if expected and (found is None or word < found):
            found = word
    if circuit and seen:
        aig, root = question.graph
        inputs = columns(circuit.circuit, seen)
        [value] = aig.evaluate([root], inputs, len(seen))
        require_same(question, seen, value ^ broken_at, "graph of the question")
        try:
            asserted = extend(question.cnf, inputs, len(seen))
        except FormError as error:
            raise EncodingError(f"the clauses of the question are no definitions: {error}") from error
        require_same(question, seen, asserted ^ broken_at, "clauses of the question")
    return found


def require_same(question: Question, words: Sequence[tuple[int, ...]], differing: int, what: str) -> None:
    """Checks that nothing differs: bit k of `differing` says whether something does on word k.

    Raises:
        EncodingError: with the first word on which it does.
    """
    if differing:
        raise _mismatch(question, words[(differing & -differing).bit_length() - 1], what)


def unseen(question: Question, pair: Pair, words: Iterator[tuple[int, ...]]) -> str:
    """The SMT-LIB text that asks for any word of the assumed language; empty where one of `words` is such a word.

    Raises:
        EncodingError: when the circuit says otherwise of one of the words.
    """
    outside: list[tuple[int, ...]] = []
    for word in words:
        if pair.member(pair.spell(word)):
            return ""
        outside.append(word)
    bits = Bits(question.terms, question.facts.ranges, question.length)
    root = bits.question(question.member)
    for word in outside:
        if evaluate(bits.circuit, root, word):
            raise _mismatch(question, word, "circuit of the assumed language")
    aig, [literal] = to_graph(bits.circuit, [root])
    [value] = aig.evaluate([literal], columns(bits.circuit, outside), len(outside))
    require_same(question, outside, value, "graph of the assumed language")
    return script(bits.circuit, root, (f"any word for {question.claim}, length {question.length}",))


def _mismatch(question: Question, word: tuple[int, ...], what: str) -> EncodingError:
    text = " ".join(question.claim.program.alphabet[symbol] for symbol in word)
    return EncodingError(f"the encoding and the reference run disagree on the {what}, on the word {text}")


def numbers(program: Program, run: Run) -> list[mpq]:
    """The outcome of a run as the encoder represents it: truth values, numbers, or the numbers of classes."""
    outcome, readout = run.outcome, program.readout
    if isinstance(outcome, bool):
        return [mpq(outcome)]
    labels = readout.labels if isinstance(readout, Outputs) else ()
    return [mpq(labels.index(value)) if isinstance(value, str) else value for value in outcome]


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
