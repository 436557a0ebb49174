"""Formats: in which set of numbers a value is stored, as an arithmetic names it.

Each checks its own parts, so that what cannot be written down does not exist. How a value is rounded to a format at one
site is said in `logbits.encode.arithmetic.storage`.
"""

from __future__ import annotations

from dataclasses import dataclass

from gmpy2 import mpq

from ..number.mean import MAX_BITS, InvalidArithmeticError, within
from ..number.rational import show

MAX_EXPONENT = 15
"""The most bits of a floating exponent (those of binary128): numbers have up to 2**15 bits then."""


@dataclass(frozen=True)
class Exact:
    """Every value is the exact rational that it is."""

    def __str__(self) -> str:
        return "exact"


@dataclass(frozen=True)
class Dyadic:
    """The set F of Merrill, Sabharwal and Smith 2022: + and × exact, only means round."""

    def __str__(self) -> str:
        return "dyadic"


@dataclass(frozen=True)
class Fixed:
    """Fixed point of `bits` bits with a scale per site, chosen by rule `scales/1`."""

    bits: int

    def __post_init__(self) -> None:
        within("the bits of fixed", self.bits, 1)

    def __str__(self) -> str:
        return f"fixed({self.bits})"


@dataclass(frozen=True)
class FixedPoint:
    """Fixed point of `bits` bits, `fraction` of them behind the point, the same at every site."""

    bits: int
    fraction: int
    signed: bool = True

    def __post_init__(self) -> None:
        name = "fixed" if self.signed else "ufixed"
        within(f"the bits of {name}", self.bits, 1)
        within(f"the fraction bits of {name}", self.fraction, -MAX_BITS)

    def __str__(self) -> str:
        return f"{'fixed' if self.signed else 'ufixed'}({self.bits}, {self.fraction})"


@dataclass(frozen=True)
class Float:
    """Binary floating point after IEEE 754: `precision` significant bits (the hidden one included), subnormals.

    Infinities and NaN are failures of the run, or saturate. `finite` is the way of OCP's E4M3, and of its 4 and 6 bits,
    which have no NaN either (see `formats.floating`).
    """

    precision: int
    exponent: int
    finite: bool = False

    def __post_init__(self) -> None:
        within("the significant bits of float", self.precision, 1)
        within("the exponent bits of float", self.exponent, 2, MAX_EXPONENT)
        if self.finite and (self.precision, self.exponent) not in _FINITE.values():
            shapes = ", ".join(f"{name} = Float({p}, {e}, finite=True)" for name, (p, e) in _FINITE.items())
            raise InvalidArithmeticError(f"only these have numbers at the greatest exponent: {shapes}")

    @property
    def nan(self) -> bool:
        """Whether one significand of the greatest exponent is not a number, where the others are."""
        return (self.precision, self.exponent) == _FINITE["e4m3fn"]

    def __str__(self) -> str:
        for name, preset in PRESETS.items():
            if self == preset:
                return name
        return f"float({self.precision}, {self.exponent})"


_FINITE = {"e4m3fn": (4, 4), "e3m2": (3, 3), "e2m3": (4, 2), "e2m1": (2, 2)}
PRESETS = {
    "fp16": Float(11, 5),
    "bf16": Float(8, 8),
    "e5m2": Float(3, 5),
    **{name: Float(precision, exponent, finite=True) for name, (precision, exponent) in _FINITE.items()},
}
"""The floats that have names: IEEE's and Google's of 16 bits, and OCP's of 8, 6 and 4."""


@dataclass(frozen=True)
class LogFloat:
    """The floats of Merrill and Sabharwal 2023: m · 2**e, both two's complement integers of `bits` / 2 bits."""

    bits: int

    def __post_init__(self) -> None:
        within("the bits of logfloat", self.bits, 4, 2 * MAX_EXPONENT)
        if self.bits % 2:
            raise InvalidArithmeticError(f"the bits of logfloat are halved, so they must be even, not {self.bits}")

    def __str__(self) -> str:
        return f"logfloat({self.bits})"


@dataclass(frozen=True)
class Int8:
    """Affine quantization, (q - zero) · scale for q in -128..127, each sum in an accumulator of 32 bits.

    `scale` is None for a scale and a zero point per site, from the site's interval (see `formats.quantized`).
    """

    scale: mpq | None = None
    zero: int = 0

    def __post_init__(self) -> None:
        if self.scale is not None and self.scale <= 0:
            raise InvalidArithmeticError(
                f"the scale of int8 must be a positive number such as 1/16, not {show(self.scale)}"
            )
        if self.scale is None and self.zero:
            raise InvalidArithmeticError("int8 without a scale chooses its zero points: leave out the zero point")
        within("the zero point of int8", self.zero, -128, 127)

    def __str__(self) -> str:
        return "int8" if self.scale is None else f"int8({show(self.scale)}, {self.zero})"


ELEMENTS = ("e2m1", "e2m3", "e3m2", "e4m3fn", "e5m2", "int8")
"""The elements of microscaling formats (see `blocks.element`)."""

MAX_BLOCK = 4096
"""The greatest number of features that share a scale."""


@dataclass(frozen=True)
class Mx:
    """Microscaling (OCP MX 1.0): up to `size` features that follow one another share one power of two as their scale.

    Each is stored as a small number times the scale, which is the finest with which none overflows; from 2**-127 to
    2**127 (E8M0).
    """

    element: str
    size: int

    def __post_init__(self) -> None:
        if self.element not in ELEMENTS:
            raise InvalidArithmeticError(
                f"the elements of mx are {', '.join(ELEMENTS)}, not {self.element[:40]!r}: write 'mx(e2m1, 32)'"
            )
        within("the features of a block of mx", self.size, 1, MAX_BLOCK)

    def __str__(self) -> str:
        return f"mx({self.element}, {self.size})"


Format = Exact | Dyadic | Fixed | FixedPoint | Float | LogFloat | Int8 | Mx
