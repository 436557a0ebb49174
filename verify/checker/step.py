"""What a line of a derivation says, and the checks that any operation may have."""

from __future__ import annotations

from typing import NamedTuple

from ...encode.term.terms import Payload, Term
from .known import Known


class Step(NamedTuple):
    """What a line says: by a rule an operation equals `right` (one term, or a row), with a key, terms and words."""

    rule: str
    op: str
    args: tuple[Term, ...]
    payload: Payload
    right: tuple[Term, ...]
    key: str | tuple[Term, ...]
    terms: tuple[Term, ...]
    numbers: list[str]

    @property
    def result(self) -> Term:
        """The one term of the right side."""
        [result] = self.right
        return result


def table(c: Known, s: Step) -> bool:
    """Both sides are equal at each point of the key."""
    over = c.columns(s.key)
    return over.values(s.op, s.payload, s.args) == over.of(s.result)


def itself(c: Known, s: Step) -> bool:
    """The right side is the operation, as a term."""
    right, args = s.result, tuple(sorted(s.args)) if s.op == "mul" else s.args
    return (c.terms.ops[right], c.terms.args[right], c.terms.payloads[right]) == (s.op, args, s.payload)
