"""Questions of which every step was accepted: the terms are those of the checker, and so is what is known of them.

    the definition, unrolled → a derivation, as text → the checker's own list of terms → clauses

Who decides writes the text (`Deriving`); who checks a record reads it (`Accepted`). Both take the question from what
the checker accepted, never from what rules made, so that it is the same in either case, and rules need not be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from ...bounds.reduce.ledger import Ledger
from ...encode.claim.claim import Claim
from ...encode.term.terms import Term
from ..checker.checker import VERSION, VERSIONS, Checker
from ..checker.refused import Refused
from .workspace import Definition, Made, Workspace


class Accepted:
    """The questions of one block of lengths, as the checker accepted them; `last` is the greatest that was read.

    Derivations of the two passes (`logbits.verify.question.workspace`) are about lists of their own, each of which goes
    on from length to length.
    """

    def __init__(self, definition: Definition, tick: Callable[[], None] = lambda: None) -> None:
        self.definition = definition
        self._checkers = {version: Checker(definition.terms, tick, version) for version in VERSIONS}
        self._by: dict[int, Checker] = {}
        self.last = 0

    def read(self, lines: Iterable[str], length: int) -> None:
        """Has the derivation of a length checked, which goes on from what was read before.

        Raises:
            Refused: where it is not accepted, or does not say what is asked.
            ValueError: for a length of another block.
        """
        made, lines = self.definition.at(length), iter(lines)
        first = next(lines, "")
        checker = self._checkers.get(first.split(" ")[0], self._checkers[VERSION])
        if list(checker.read(chain((first,), lines), length)) != self._images(checker, [made.root, made.member]):
            raise Refused("its last line names other terms than those that are asked about")
        self.last, self._by[length] = length, checker

    def at(self, length: int) -> Made:
        """What is asked at a length of which the derivation was read.

        Raises:
            Refused: where it does not say what is asked.
        """
        checker = self._by[length]
        return self.definition.at(length).mapped(
            checker.terms, checker.facts, lambda several: self._images(checker, several)
        )

    def _images(self, checker: Checker, several: Sequence[Term]) -> list[Term]:
        return [checker.image(term) for term in several]


class Deriving:
    """The questions of a workspace, each with the text of its derivation."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.accepted = Accepted(workspace.definition)
        self._ledgers: dict[bool, Ledger] = {}

    def derive(self, length: int) -> str:
        """The derivation of what is asked at a length, going on from those that were made before; accepted, too.

        Raises:
            Refused: where the checker does not accept it.
        """
        self.workspace.at(length)
        reduced, made = self.workspace.by(length), self.workspace.definition.at(length)
        sides = [term for side in (made.left, made.right) for term in (*side.reading, *side.failures)]
        merged = reduced is self.workspace.merged
        if merged not in self._ledgers:
            self._ledgers[merged] = Ledger(reduced, self.workspace.definition.terms)
        text = self._ledgers[merged].write(length, [made.root, made.member], sides)
        self.accepted.read(text.splitlines(), length)
        return text


def deriving(claim: Claim, lengths: range) -> Deriving:
    """For a block of lengths of a claim."""
    return Deriving(Workspace(claim, lengths))
