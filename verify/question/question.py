"""The question for one length: do two runs disagree on some word of this length?

`Claim` says which two runs, and its kind (`logbits.encode.claim.kind`) what it is to agree. `Question` carries the
pair, as a value: both readings as reduced terms over one list, the failures of either run, and the root, a truth value
that is 1 exactly on the words that break the claim. If the root is the number 0 the length is decided; otherwise
`circuit` is what a solver is asked.

Before an UNSAT (or a 0) counts, all of this is compared with the reference run (`logbits.verify.question.simulation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...encode.circuit.aig import Aig, Literal
from ...encode.circuit.bits import Bits
from ...encode.circuit.blast import to_graph
from ...encode.circuit.cnf import Cnf, dimacs
from ...encode.circuit.smtlib import script
from ...encode.circuit.tseitin import clauses
from ...encode.claim.claim import Claim
from .workspace import Definition, Place, Workspace, block


@dataclass(frozen=True)
class Texts:
    """One question in the dialects of solvers."""

    smt2: str
    dimacs: str


class Question:
    """The question for `claim` at one length. It is a function of the two, wherever it is made.

    `member` is 1 on the words that are asked about. Without `reduce`, all terms are those of the definition, as they
    are unrolled: to be looked at and to be compared with, since solvers find it much harder.
    """

    def __init__(self, claim: Claim, length: int, place: Place | None = None, *, reduce: bool = True) -> None:
        self.claim, self.length = claim, length
        if place is None:
            one = range(length, length + 1)
            place = Workspace(claim, block(claim, length)) if reduce else Definition(claim, one)
        made = place.at(length)
        self.terms, self.ranges = made.terms, made.ranges
        self.left, self.right, self.member, self.root = made.left, made.right, made.member, made.root

    def decided(self) -> bool:
        """Whether no word breaks the claim, known without a solver."""
        return self.root == self.terms.zero

    @cached_property
    def bits(self) -> Bits:
        """The circuit for the root."""
        bits = Bits(self.terms, self.ranges, self.length)
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
