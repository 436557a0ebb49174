"""Questions of which every step was accepted: the terms are those of the checker, and so is what is known of them.

    the definition, unrolled → a derivation, as text → the checker's own list of terms → clauses

Who decides writes the text (`Deriving`); who checks a record reads it (`Accepted`). Both take the question from what
the checker accepted, never from what rules made, so that it is the same in either case, and rules need not be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ...bounds.reduce.ledger import Ledger
from ...encode.claim.claim import Claim
from ...encode.term.terms import Term
from ..checker.checker import Checker
from ..checker.refused import Refused
from .workspace import Definition, Made, Workspace


class Accepted:
    """The questions of one block of lengths, as the checker accepted them; `last` is the greatest that was read."""

    def __init__(self, definition: Definition, tick: Callable[[], None] = lambda: None) -> None:
        self.definition = definition
        self._checker = Checker(definition.terms, tick)
        self.terms, self.ranges = self._checker.terms, self._checker.facts
        self.last = 0

    def read(self, lines: Iterable[str], length: int) -> None:
        """Has the derivation of a length checked, which goes on from what was read before.

        Raises:
            Refused: where it is not accepted, or does not say what is asked.
            ValueError: for a length of another block.
        """
        made = self.definition.at(length)
        if list(self._checker.read(lines, length)) != self._images([made.root, made.member]):
            raise Refused("its last line names other terms than those that are asked about")
        self.last = length

    def at(self, length: int) -> Made:
        """What is asked at a length of which the derivation was read.

        Raises:
            Refused: where it does not say what is asked.
        """
        return self.definition.at(length).mapped(self._images)

    def _images(self, several: Sequence[Term]) -> list[Term]:
        return [self._checker.image(term) for term in several]


class Deriving:
    """The questions of a workspace, each with the text of its derivation."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.accepted = Accepted(workspace.definition)
        self._ledger = Ledger(workspace.reduced, workspace.definition.terms)

    def derive(self, length: int) -> str:
        """The derivation of what is asked at a length, going on from those that were made before; accepted, too.

        Raises:
            Refused: where the checker does not accept it.
        """
        self.workspace.at(length)
        made = self.workspace.definition.at(length)
        sides = [term for side in (made.left, made.right) for term in (*side.reading, *side.failures)]
        text = self._ledger.write(length, [made.root, made.member], sides)
        self.accepted.read(text.splitlines(), length)
        return text


def deriving(claim: Claim, lengths: range) -> Deriving:
    """For a block of lengths of a claim."""
    return Deriving(Workspace(claim, lengths))
