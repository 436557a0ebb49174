"""What is asked: do two runs agree, in the way that a kind of claim says, on every word up to a bound?

A claim is data: two programs, two arithmetics, a bound, a kind (`logbits.encode.claim.kind`), and perhaps an assumed
language. Everything that is asked, decided, recorded and checked again is a function of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..arithmetic.arithmetic import EXACT, Arithmetic
from ..arithmetic.twin import twin
from ..number.rounding import Rounding
from ..program.defined import require_defined
from ..program.program import Accept, Outputs, Program, Readout
from . import assumption
from .kind import DECISION, Kind
from .output import output_format, storing


@dataclass(frozen=True)
class Claim:
    """What is asked, for every length up to `bound`: do two runs agree, as the kind of the claim says?

    The right run is that of `program` in the arithmetic `right`, under test. The left run is that of `other` in `left`,
    or of `program` itself where the kind names no other program. With `assume`, only words that this program, in exact
    arithmetic, accepts are asked about.

    Raises:
        ValueError: for an assumption that is no acceptor over the same alphabet, for another program that does not fit
            (its alphabet must be in the same order, see `aligned`), for a kind that makes no sense here, and for a
            program that is undefined somewhere up to the bound (see `logbits.encode.program.defined`).
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
            assumption.check(self.program, self.assume)
        if (self.other is not None) != self.kind.named:
            raise ValueError(f"the claim {self.kind} {'needs' if self.other is None else 'has no'} other program")
        if self.other is not None:
            _require_comparable(self.program, self.other, self.kind)
            if self.left != EXACT:
                raise ValueError(f"{self.asked} is against exact arithmetic, not against {self.left}")
        for program, _ in self.runs():
            require_defined(program, self.bound)
        if self.kind.stores:
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
        return output_format(self.program, self.right, self.bound) if self.kind.stores else None

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
