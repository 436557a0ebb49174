"""The question for one length: do two runs disagree on some word of this length?

`Claim` says which two runs, and its kind (`logbits.encode.kind`) what it is to agree. `Question` carries the pair, as a
value: both readings as reduced terms over one list, the failures of either run, and the root, a truth value that is 1
exactly on the words that break the claim. If the root is the number 0 the length is decided; otherwise `circuit` is
what a solver is asked.

Before an UNSAT (or a 0) counts, all of this is compared with the reference run (`logbits.verify.simulation`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from ..bounds.functions import Functions
from ..bounds.logic import conjunction, disjunction
from ..bounds.reduce import Reduced
from ..encode.aig import Aig, Literal
from ..encode.arithmetic import EXACT, Arithmetic
from ..encode.bits import Bits
from ..encode.blast import to_graph
from ..encode.cnf import Cnf, dimacs
from ..encode.formats import Rounding
from ..encode.kind import DECISION, NAMED, Kind
from ..encode.program import Accept, Outputs, Program, Readout
from ..encode.ranges import Ranges
from ..encode.smtlib import script
from ..encode.terms import Term, Terms
from ..encode.tseitin import clauses
from ..encode.twin import twin
from ..encode.unroll import Unrolled
from . import language
from .comparison import defined, different
from .output import output_format, storing
from .verdict import Evidence


@dataclass(frozen=True)
class Texts:
    """One question in the dialects of solvers."""

    smt2: str
    dimacs: str


@dataclass(frozen=True)
class Claim:
    """What is asked, for every length up to `bound`: do two runs agree, as the kind of the claim says?

    The right run is that of `program` in the arithmetic `right`, under test. The left run is that of `other` in `left`,
    or of `program` itself where the kind names no other program. With `assume`, only words that this program, in exact
    arithmetic, accepts are asked about.

    Raises:
        ValueError: for an assumption that is no acceptor over the same alphabet, for another program that does not fit
            (its alphabet must be in the same order, see `aligned`), and for a kind that makes no sense here.
    """

    program: Program
    left: Arithmetic
    right: Arithmetic
    bound: int
    assume: Program | None = None
    kind: Kind = DECISION
    other: Program | None = None

    def __post_init__(self) -> None:
        if self.assume is not None:
            language.check(self.program, self.assume)
        if (self.other is not None) != (self.kind.name in NAMED):
            raise ValueError(f"the claim {self.kind} {'needs' if self.other is None else 'has no'} other program")
        if self.other is not None:
            _require_comparable(self.program, self.other, self.kind)
            if self.left != EXACT:
                raise ValueError(f"{self.asked} is against exact arithmetic, not against {self.left}")
        if self.kind.name == "output":
            output_format(self.program, self.right, self.bound)

    def __str__(self) -> str:
        words = "" if self.assume is None else f", words that {self.assume.name} accepts"
        return f"{self.program.name}: {self.right} against {self.left}, {self.asked}{words}"

    @property
    def asked(self) -> str:
        """The kind, and the name of the other program if there is one: what `--claim` reads."""
        return str(self.kind) if self.other is None else f"{self.kind} {self.other.name}"

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of classes of both programs; their numbers here stand for them."""
        several = [side.readout for side, _ in self.runs()[:2]]
        return tuple(dict.fromkeys(k for each in reversed(several) if isinstance(each, Outputs) for k in each.labels))

    def runs(self) -> list[tuple[Program, Arithmetic]]:
        """The runs that the question is made of: both sides, and that of the assumption, if there is one."""
        both = [(self.other or self.program, self.left), (self.program, self.right)]
        return both if self.assume is None else [*both, (self.assume, EXACT)]

    def twins(self) -> list[Program]:
        """The programs of the runs, with their roundings in; for `output`, that of the left run's output too."""
        left, *others = [twin(program, arithmetic, self.bound).program for program, arithmetic in self.runs()]
        rounding = self.stored
        return [left if rounding is None else storing(left, rounding), *others]

    @property
    def stored(self) -> Rounding | None:
        """How the left run stores its output once more, by the claim `output`."""
        return output_format(self.program, self.right, self.bound) if self.kind.name == "output" else None

    @property
    def causal(self) -> bool:
        """Whether in all its runs what is stored at a position depends on the symbols up to there alone."""
        return all(program.causal for program, _ in self.runs())


def aligned(other: Program, program: Program) -> Program:
    """`other`, which may list the same symbols in another order, with the alphabet of `program`."""
    same = sorted(other.alphabet) == sorted(program.alphabet)
    return replace(other, alphabet=program.alphabet) if same else other


def _require_comparable(program: Program, other: Program, kind: Kind) -> None:
    """Checks that two programs can decide alike.

    Raises:
        ValueError: unless they are over one alphabet, in one order, and have outcomes of one kind.
    """
    if other.alphabet != program.alphabet:
        ours, theirs = (" ".join(each.alphabet) for each in (program, other))
        raise ValueError(f"{program.name} reads words over {ours}, but {other.name} over {theirs}")
    ours, theirs = _gives(program.readout), _gives(other.readout)
    if ours != theirs:
        raise ValueError(f"{program.name} gives {ours}, but {other.name} {theirs}")
    if kind.name == "language" and not isinstance(other.readout, Accept):
        raise ValueError(f"{other.name} gives {theirs} and accepts no words: it is no language")


def _gives(readout: Readout) -> str:
    """What a program gives: outcomes can be compared within one of these."""
    if isinstance(readout, Accept):
        return "decisions"
    return "classes" if isinstance(readout, Outputs) and readout.labels else "numbers"


@dataclass(frozen=True)
class Side:
    """One run as terms: its reading (of the assumption, its accept bit) and where it fails."""

    reading: tuple[Term, ...]
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
        self.runs = [Unrolled(program, self.source) for program in claim.twins()]

    def serves(self, claim: Claim, length: int) -> bool:
        """Whether a question can be made here."""
        return self.claim == claim and (length == self.length or (claim.causal and length < self.length))

    def sides(self, length: int) -> list[Side]:
        """All runs at a length."""
        runs = [run if length == self.length else run.prefix(length) for run in self.runs]
        read, labels = self.claim.kind.reads, self.claim.labels
        readings = [*(run.read(read, labels) for run in runs[:2]), *(run.outcome() for run in runs[2:])]
        return [self._side(reading, run.failures()) for reading, run in zip(readings, runs, strict=True)]

    def _side(self, reading: list[Term], failures: list[Term]) -> Side:
        if self.reduced is not None:
            reading, failures = (self.reduced.add(self.source, terms) for terms in (reading, failures))
        return Side(tuple(reading), tuple(failures))


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
        kind, pairs = self.claim.kind, list(zip(self.left.reading, self.right.reading, strict=True))
        acceptor = isinstance(self.claim.program.readout, Accept) and kind.reads == "outcome"
        truths = acceptor or kind.reads == "attention"
        apart = [different(self.facts, kind, left, right, truths=truths) for left, right in pairs]
        broken = disjunction(self.facts, [*apart, *self.left.failures, *self.right.failures])
        if not assumed:
            return self.terms.one, broken
        member = conjunction(self.facts, self._accepted(assumed))
        return member, conjunction(self.facts, [broken, member])

    def _defined(self, assumed: list[Side]) -> tuple[Term, Term]:
        """Membership and root, as they are defined."""
        terms, pairs = self.terms, zip(self.left.reading, self.right.reading, strict=True)
        same = [truth for a, b in pairs for truth in defined(terms, self.claim.kind, a, b)]
        fine = [terms.negate(failure) for failure in (*self.left.failures, *self.right.failures)]
        broken, accepted = terms.negate(terms.add("and", [*same, *fine])), self._accepted(assumed)
        return terms.add("and", accepted), terms.add("and", [broken, *accepted])

    def _accepted(self, assumed: list[Side]) -> list[Term]:
        return [t for side in assumed for t in (*side.reading, *map(self.terms.negate, side.failures))]

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
        below = {base for term in (*self.left.reading, *self.right.reading, self.member) for base in self._bases(term)}
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
