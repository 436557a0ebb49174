"""Derivations, kept as they are made: a file for each length, that goes on from those of shorter ones.

The child in which questions are made writes them: they may be long, and nobody else needs them. One that is not
accepted is an error of this software, as is a simulation that fails. One that cannot be written, on a full disk, is
told, and the next begins anew.
"""

from __future__ import annotations

from pathlib import Path

from ...encode.claim.claim import Claim
from ..checker.refused import Refused
from ..proof.derived import steps_of
from ..proof.files import write_whole
from ..question.accepted import Deriving
from ..question.question import Question
from ..question.simulation import EncodingError
from ..question.workspace import Workspace, block


class Derivations:
    """The derivations of a claim's lengths, in a folder."""

    def __init__(self, claim: Claim, folder: Path) -> None:
        self.claim, self.folder = claim, folder
        self._workspace: Workspace | None = None
        self._deriving: Deriving | None = None

    def question(self, length: int) -> tuple[Question, str]:
        """The question at a length, as the checker accepted it; and why its derivation was not kept, if it was not.

        Raises:
            EncodingError: where the checker does not accept it.
        """
        lengths = block(self.claim, length)
        if self._workspace is None or self._workspace.lengths != lengths:
            self._workspace, self._deriving = Workspace(self.claim, lengths), None
        if self._deriving is None or self._deriving.accepted.last >= length:
            self._deriving = Deriving(self._workspace)
        deriving, unkept = self._deriving, ""
        try:
            text = deriving.derive(length)
            question = Question(self.claim, length, deriving.accepted)
        except Refused as refused:
            self._deriving = None
            raise EncodingError(f"the derivation of length {length} is not accepted: {refused}") from refused
        try:
            write_whole(steps_of(self.folder, length), text.encode())
        except OSError as error:
            self._deriving = None
            unkept = f"{steps_of(self.folder, length).name} cannot be written: {error.strerror or error}"
        return question, unkept
