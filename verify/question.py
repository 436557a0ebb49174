"""The question for one length: do two runs of one program decide some word of this length differently?

`Question` carries the pair, as a value: both outcomes as reduced terms over one list, the failures of either run, and
the root, a truth value that is 1 exactly on the words that break the claim. If the root is the number 0 the length is
decided; otherwise `circuit` is what a solver is asked.

Before an UNSAT (or a 0) counts, all of this is compared with the reference run (`logbits.verify.simulation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..bounds.functions import Functions
from ..bounds.logic import conjunction, disjunction, exclusive
from ..bounds.reduce import Reduced
from ..bounds.thresholds import compare
from ..encode.aig import Aig, Literal
from ..encode.arithmetic import EXACT, Arithmetic
from ..encode.bits import Bits
from ..encode.blast import to_graph
from ..encode.cnf import Cnf, dimacs
from ..encode.program import Accept, Program
from ..encode.ranges import Ranges
from ..encode.rational import ONE, ZERO
from ..encode.smtlib import script
from ..encode.terms import Term, Terms
from ..encode.tseitin import clauses
from ..encode.twin import twin
from ..encode.unroll import Unrolled
from . import language
from .verdict import Evidence


@dataclass(frozen=True)
class Texts:
    """One question in the dialects of solvers."""

    smt2: str
    dimacs: str


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
        return script(self.bits.circuit, self.bits.truth(self.root), self._about())

    def texts(self) -> Texts:
        """The question for solvers of either kind."""
        return Texts(self.script(), dimacs(self.cnf, self._about()))

    def _about(self) -> tuple[str, ...]:
        return f"{self.claim}, length {self.length}", f"scales of bound {self.claim.bound}"

    def vacuous(self) -> bool:
        """Whether no word of this length is asked about, known without a solver."""
        return self.member == self.terms.zero

    def _different(self, left: Term, right: Term, acceptor: bool) -> Term:
        if acceptor:
            return exclusive(self.facts, left, right)
        gap = self.terms.affine(ZERO, [(ONE, left), (-ONE, right)])
        return self.terms.negate(compare(self.facts, gap, "="))
