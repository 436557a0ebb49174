"""Arithmetics as data: what is part of every claim and is printed with every verdict.

An arithmetic says in which formats values, scores and accumulators are stored, how means are taken, how values are
rounded, what overflow does, and whether parameters are rounded too. Exact rational arithmetic is one of them, so any
two can be twins. The text syntax is the words of the printed form, in any order:

    exact                                 dyadic quotient(12)             dyadic reciprocal(0)
    fixed(8) quotient toward-zero         fixed(8, 6) reciprocal(4)       ufixed(8, 7) wrap nearest-even
    fp16 nearest-even                     bf16 iterative saturate         float(5, 4) rounded-parameters
    int8                                  int8(1/16, 0) floor             logfloat(16) scores(float(24, 8))
    fixed(8) accumulators(fixed(32))      bf16 iterative accumulators(float(24, 8))
    mx(e2m1, 32) nearest-even scores(bf16)

`logbits.encode.arithmetic.text` reads these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..number.mean import EXACT_MEAN, InvalidArithmeticError, Iterative, MeanRule, Quotient, Reciprocal
from ..number.rounding import MODES, OVERFLOWS, Mode, Overflow
from .format import Dyadic, Exact, Fixed, Float, Format, LogFloat, Mx


@dataclass(frozen=True)
class Arithmetic:
    """Formats, mean rule, rounding mode, overflow rule and treatment of parameters of one run.

    `format` is that of stored values. Scores are stored in `scores` instead, if it is given. Where `accumulators` is
    given, the exact result of a sum (of an affine map, a product, a maximum of these, a score, and the sum of a mean)
    is stored in that format before it goes on; else it is exact. Comparisons are decided on exact sums always.

    Raises:
        InvalidArithmeticError: when the parts do not fit together.
    """

    format: Format
    mean: MeanRule = EXACT_MEAN
    rounding: Mode = "toward-zero"
    overflow: Overflow = "saturate"
    scores: Format | None = None
    accumulators: Format | None = None
    rounded_parameters: bool = False

    def __post_init__(self) -> None:
        if self.rounding not in MODES:
            raise InvalidArithmeticError(f"there is no rounding {self.rounding!r}: there are {', '.join(MODES)}")
        if self.overflow not in OVERFLOWS:
            raise InvalidArithmeticError(f"there is no overflow {self.overflow!r}: there are {', '.join(OVERFLOWS)}")
        match self.format, self.mean:
            case Exact(), Quotient(bits=None):
                pass
            case Exact(), _:
                raise InvalidArithmeticError(
                    f"exact arithmetic does not round: for {self.mean} write 'dyadic {self.mean}'"
                )
            case Dyadic(), (Quotient(bits=None) | Iterative()):
                raise InvalidArithmeticError(
                    "dyadic needs a rule for means: 'dyadic quotient(t)' or 'dyadic reciprocal(t)'"
                )
            case Dyadic(), _:
                pass
            case _, Quotient(bits=int()):
                raise InvalidArithmeticError(
                    f"{self.format} rounds means to its own grid: write 'quotient', not '{self.mean}'"
                )
            case _:
                pass
        for part, chosen in (("scores", self.scores), ("accumulators", self.accumulators)):
            if isinstance(chosen, (Exact, Dyadic)):
                raise InvalidArithmeticError(f"{part}({chosen}) rounds nothing: leave it out")
        if not self.rounds_sites and (self.scores or self.accumulators or self.rounded_parameters):
            raise InvalidArithmeticError(
                f"{self.format} stores values as they are: scores, accumulators and parameters cannot be rounded"
            )
        if self.rounding != "toward-zero" and not self._rounds:
            raise InvalidArithmeticError(
                f"{self.format} {self.mean} never rounds to a grid: leave out {self.rounding!r}"
            )
        if self.overflow != "saturate" and not self.rounds_sites:
            raise InvalidArithmeticError(f"{self.format} has no range to leave: leave out {self.overflow!r}")
        self._require_blocks()
        floats = [str(each) for each in self.formats() if isinstance(each, (Float, LogFloat, Mx))]
        if self.overflow == "wrap" and floats:
            raise InvalidArithmeticError(f"{floats[0]} does not wrap: write 'saturate' or 'error'")

    def _require_blocks(self) -> None:
        """Checks what is said beside blocks that share a scale.

        Raises:
            InvalidArithmeticError: when it does not fit together.
        """
        for part, chosen in (("scores", self.scores), ("accumulators", self.accumulators)):
            if isinstance(chosen, Mx):
                raise InvalidArithmeticError(
                    f"{part}({chosen}) has no blocks: write another format, such as {part}(bf16)"
                )
        if not isinstance(self.format, Mx):
            return
        if self.rounding in ("floor", "ceil"):
            raise InvalidArithmeticError(
                f"{self.format} has one scale for both signs: write toward-zero, nearest-even or nearest-away"
            )
        if self.rounded_parameters:
            raise InvalidArithmeticError(f"{self.format} has blocks of features: leave out 'rounded-parameters'")
        if isinstance(self.mean, Iterative):
            raise InvalidArithmeticError(f"{self.format} has no format for a running sum: write 'quotient'")

    def formats(self) -> Iterator[Format]:
        """The formats in which anything is stored."""
        return (each for each in (self.format, self.scores, self.accumulators) if each is not None)

    @property
    def _rounds(self) -> bool:
        return self.rounds_sites or (isinstance(self.format, Dyadic) and isinstance(self.mean, Quotient))

    @property
    def rounds_sites(self) -> bool:
        """Whether every site rounds, and not only means (dyadic) or nothing (exact)."""
        return not isinstance(self.format, (Exact, Dyadic))

    def _mean_word(self) -> str:
        """The mean rule; what a reciprocal does is said where other roundings do something else."""
        if isinstance(self.mean, Reciprocal) and self._rounds and self.rounding != "toward-zero":
            return f"reciprocal({self.mean.bits}, {self.mean.mode})"
        return str(self.mean)

    def __str__(self) -> str:
        words = [str(self.format)]
        if not isinstance(self.format, Exact):
            words.append(self._mean_word())
        if self._rounds:
            words.append(self.rounding)
        if self.rounds_sites:
            words.append(self.overflow)
        if self.scores is not None:
            words.append(f"scores({self.scores})")
        if self.accumulators is not None:
            words.append(f"accumulators({self.accumulators})")
        if self.rounded_parameters:
            words.append("rounded-parameters")
        return " ".join(words)


def fixed(bits: int) -> Arithmetic:
    """What `--bits` means: b bits with a scale per site, quotient, toward zero, saturate."""
    return Arithmetic(Fixed(bits))


EXACT = Arithmetic(Exact())
