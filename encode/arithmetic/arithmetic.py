"""Arithmetics as data: what is part of every claim and is printed with every verdict.

An arithmetic says in which formats values, scores and accumulators are stored, how means are taken, how values are
rounded, what overflow does, and whether parameters are rounded too. Exact rational arithmetic is one of them, so any
two can be twins. The text syntax is the words of the printed form, in any order:

    exact                                 dyadic quotient(12)             dyadic reciprocal(0)
    fixed(8) quotient toward-zero         fixed(8, 6) reciprocal(4)       ufixed(8, 7) wrap nearest-even
    fp16 nearest-even                     bf16 iterative saturate         float(5, 4) rounded-parameters
    int8                                  int8(1/16, 0) floor             logfloat(16) scores(float(24, 8))
    fixed(8) accumulators(fixed(32))      bf16 iterative accumulators(float(24, 8))
    bf16 weights(bf16) nearest-even       fp16 denominator(fp16, iterative)
    mx(e2m1, 32) nearest-even scores(bf16)

`logbits.encode.arithmetic.text` reads these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gmpy2 import mpq

from ..number.mean import (
    EXACT_MEAN,
    HeadRule,
    InvalidArithmeticError,
    Iterative,
    MeanRule,
    Quotient,
    Reciprocal,
    Weights,
)
from ..number.rational import ONE, ZERO
from ..number.rounding import MODES, OVERFLOWS, Mode, Overflow
from .format import Dyadic, Exact, Fixed, FixedPoint, Float, Format, LogFloat, Mx
from .holding import holding


@dataclass(frozen=True)
class Arithmetic:
    """Formats, mean rule, rounding mode, overflow rule and treatment of parameters of one run.

    `format` is that of stored values. Scores are stored in `scores` instead, if it is given. Where `accumulators` is
    given, the exact result of a sum (of an affine map, a product, a maximum of these, a score, and the sum of a mean)
    is stored in that format before it goes on; else it is exact. Comparisons are decided on exact sums always.

    `weights` stores what 1/k each of k values is multiplied with, by the mode `weighing` or, where that is None, by the
    rounding. `denominator` stores k itself, every addition of the running sum of ones that counts it.

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
    weights: Format | None = None
    weighing: Mode | None = None
    denominator: Format | None = None

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
        self._require_weights()

    def _require_weights(self) -> None:
        """Checks what is said of weights and denominators.

        Raises:
            InvalidArithmeticError: when it does not fit together.
        """
        said = [*(["weights"] if self.weights else []), *(["denominator"] if self.denominator else [])]
        if said and not self.rounds_sites:
            raise InvalidArithmeticError(f"{self.format} stores values as they are: leave out {' and '.join(said)}")
        if said and isinstance(self.mean, Reciprocal):
            raise InvalidArithmeticError(
                f"{self.mean} says how counts are inverted: write 'quotient' or 'iterative' beside {' and '.join(said)}"
            )
        if self.weighing is not None and (self.weights is None or self.weighing not in MODES):
            raise InvalidArithmeticError(f"{self.weighing!r} is no rounding of weights: there are {', '.join(MODES)}")
        if self.weights is not None:
            held = holding(self.weights, self.rounding, "saturate", ZERO, ONE)
            if held is None or held.apply(ONE) != 1:
                raise InvalidArithmeticError(
                    f"weights({self.weights}) does not hold 1: write a format that does, such as weights(bf16)"
                )
        if self.denominator is not None:
            one_for_all = isinstance(self.denominator, (Float, LogFloat, FixedPoint))
            held = holding(self.denominator, self.rounding, "saturate", ZERO, ONE) if one_for_all else None
            if held is None or held.apply(ONE) != 1:
                raise InvalidArithmeticError(
                    f"denominator({self.denominator}, iterative) needs one format for all counts in which 1 is exact, "
                    "such as bf16 or ufixed(8, 0)"
                )
            if self.overflow == "wrap":
                raise InvalidArithmeticError("a denominator does not wrap: write 'saturate' or 'error'")

    def rule(self, most: int, *, stepwise: bool) -> HeadRule:
        """What stands in a head that averages: the rule by which it divides, and the order if sums are stepwise.

        A denominator that counts right up to `most` is the count.
        """
        order = self.mean if stepwise and isinstance(self.mean, Iterative) else None
        weights = denominator = None
        if self.weights is not None:
            held = holding(
                self.weights, self.weighing or self.rounding, "saturate", ZERO, ONE
            )  # which 1/k never leaves
            weights = held
        if self.denominator is not None:
            denominator = holding(self.denominator, self.rounding, self.overflow, ZERO, ONE)
            if denominator is not None and denominator.fixes(ONE, ZERO, mpq(most)):
                denominator = None
        if weights is None and denominator is None:
            return order or self.mean.division
        return Weights(weights, denominator, order)

    def _require_blocks(self) -> None:
        """Checks what is said beside blocks that share a scale.

        Raises:
            InvalidArithmeticError: when it does not fit together.
        """
        parts = {"scores": self.scores, "accumulators": self.accumulators, "weights": self.weights}
        for part, chosen in (parts | {"denominator": self.denominator}).items():
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
        if self.weights is not None or self.denominator is not None:
            raise InvalidArithmeticError(f"{self.format} takes means exactly: leave out weights and denominators")
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
        if self.weights is not None:
            words.append(
                f"weights({self.weights})" if self.weighing is None else f"weights({self.weights}, {self.weighing})"
            )
        if self.denominator is not None:
            words.append(f"denominator({self.denominator}, iterative)")
        if self.rounded_parameters:
            words.append("rounded-parameters")
        return " ".join(words)


def fixed(bits: int) -> Arithmetic:
    """What `--bits` means: b bits with a scale per site, quotient, toward zero, saturate."""
    return Arithmetic(Fixed(bits))


EXACT = Arithmetic(Exact())
