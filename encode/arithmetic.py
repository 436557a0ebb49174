"""Arithmetics as data: what is part of every claim and is printed with every verdict.

An arithmetic says in which formats values, scores and accumulators are stored, how means are taken, how values are
rounded, what overflow does, and whether parameters are rounded too. Exact rational arithmetic is one of them, so any
two can be twins. The text syntax is the words of the printed form, in any order:

    exact                                 dyadic quotient(12)             dyadic reciprocal(0)
    fixed(8) quotient toward-zero         fixed(8, 6) reciprocal(4)       ufixed(8, 7) wrap nearest-even
    fp16 nearest-even                     bf16 iterative saturate         float(5, 4) rounded-parameters
    int8                                  int8(1/16, 0) floor             logfloat(16) scores(float(24, 8))
    fixed(8) accumulators(fixed(32))      bf16 iterative accumulators(float(24, 8))

`parse` reads what `str` prints. `lit`, `R(t)` and `Q(t)` abbreviate `dyadic reciprocal(0)`, `dyadic reciprocal(t)` and
`dyadic quotient(t)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from gmpy2 import mpq

from .formats import MODES, OVERFLOWS, Mode, Overflow
from .rational import rational, show

MAX_BITS = 1024
"""The widest format and the most guard bits accepted: far beyond any use, and small enough never to exhaust memory."""

MAX_EXPONENT = 15
"""The most bits of a floating exponent (those of binary128): numbers have up to 2**15 bits then."""


class InvalidArithmeticError(ValueError):
    """An arithmetic that does not exist or does not fit together: the message says what to write instead."""


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

    def __str__(self) -> str:
        return f"fixed({self.bits})"


@dataclass(frozen=True)
class FixedPoint:
    """Fixed point of `bits` bits, `fraction` of them behind the point, the same at every site."""

    bits: int
    fraction: int
    signed: bool = True

    def __str__(self) -> str:
        return f"{'fixed' if self.signed else 'ufixed'}({self.bits}, {self.fraction})"


@dataclass(frozen=True)
class Float:
    """Binary floating point after IEEE 754: `precision` significant bits (the hidden one included), subnormals.

    Infinities and NaN are failures of the run, or saturate. `finite` is the E4M3 way (see `formats.floating`).
    """

    precision: int
    exponent: int
    finite: bool = False

    def __str__(self) -> str:
        for name, preset in PRESETS.items():
            if self == preset:
                return name
        return f"float({self.precision}, {self.exponent})"


PRESETS = {"fp16": Float(11, 5), "bf16": Float(8, 8), "e4m3fn": Float(4, 4, True), "e5m2": Float(3, 5)}


@dataclass(frozen=True)
class LogFloat:
    """The floats of Merrill and Sabharwal 2023: m · 2**e, both two's complement integers of `bits` / 2 bits."""

    bits: int

    def __str__(self) -> str:
        return f"logfloat({self.bits})"


@dataclass(frozen=True)
class Int8:
    """Affine quantization, (q - zero) · scale for q in -128..127, each sum in an accumulator of 32 bits.

    `scale` is None for a scale and a zero point per site, from the site's interval (see `formats.quantized`).
    """

    scale: mpq | None = None
    zero: int = 0

    def __str__(self) -> str:
        return "int8" if self.scale is None else f"int8({show(self.scale)}, {self.zero})"


Format = Exact | Dyadic | Fixed | FixedPoint | Float | LogFloat | Int8


@dataclass(frozen=True)
class Quotient:
    """S / k: exact sum, one division, one rounding; with `dyadic`, to the multiples of 2**-bits."""

    bits: int | None = None

    def __str__(self) -> str:
        return "quotient" if self.bits is None else f"quotient({self.bits})"


@dataclass(frozen=True)
class Reciprocal:
    """S · ρ with ρ = floor(2**(len k + t) / k) / 2**(len k + t); t = 0 is the paper's own division (appendix A)."""

    bits: int

    def __str__(self) -> str:
        return f"reciprocal({self.bits})"


@dataclass(frozen=True)
class Iterative:
    """S / k with S rounded after every addition, from left to right: in the accumulator's format, else the value's."""

    def __str__(self) -> str:
        return "iterative"


MeanRule = Quotient | Reciprocal | Iterative


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
    mean: MeanRule = Quotient()
    rounding: Mode = "toward-zero"
    overflow: Overflow = "saturate"
    scores: Format | None = None
    accumulators: Format | None = None
    rounded_parameters: bool = False

    def __post_init__(self) -> None:
        for each in self.formats():
            [(name, inside)] = _words(str(each))
            if _format(name, inside) != each:  # what cannot be written does not exist
                raise InvalidArithmeticError(f"there is no format {str(each)[:60]}")
        [(name, inside)] = _words(str(self.mean))
        if _word(name, inside) != {"mean": self.mean}:
            raise InvalidArithmeticError(f"there is no rule for means {self.mean}")
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
        floats = [str(each) for each in self.formats() if isinstance(each, (Float, LogFloat))]
        if self.overflow == "wrap" and floats:
            raise InvalidArithmeticError(f"{floats[0]} does not wrap: write 'saturate' or 'error'")

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

    def __str__(self) -> str:
        words = [str(self.format)]
        if not isinstance(self.format, Exact):
            words.append(str(self.mean))
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
    return Arithmetic(Fixed(_count("bits", bits, 1)))


_WORD = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*+)\s*(?:\(((?:[^()]|\([^()]*\))*)\))?\s*(?:[,;+]|(?=\s|$|[A-Za-z]))")
_EXAMPLES = "for example 'fixed(8)', 'dyadic quotient(12)', 'fp16 nearest-even', 'exact'"


def parse(text: str) -> Arithmetic:
    """The arithmetic that `text` names. Floats overflow into an error unless it says otherwise, others saturate.

    Raises:
        InvalidArithmeticError: one line that says which word is wrong and what would be right.
    """
    if not text.strip():
        raise InvalidArithmeticError(f"no arithmetic given: {_EXAMPLES}")
    chosen: dict[str, object] = {}
    for name, inside in _words(text.strip()):
        for part, value in _word(name, inside).items():
            if part in chosen:
                raise InvalidArithmeticError(f"arithmetic {text[:60]!r} gives its {part} twice")
            chosen[part] = value
    if "format" not in chosen:
        raise InvalidArithmeticError(f"arithmetic {text[:60]!r} names no format: {_EXAMPLES}")
    floats = isinstance(chosen["format"], (Float, LogFloat))
    return Arithmetic(
        cast(Format, chosen["format"]),
        cast(MeanRule, chosen.get("mean", Quotient())),
        cast(Mode, chosen.get("rounding", "toward-zero")),
        cast(Overflow, chosen.get("overflow", "error" if floats else "saturate")),
        cast(Format | None, chosen.get("scores")),
        cast(Format | None, chosen.get("accumulators")),
        cast(bool, chosen.get("parameters", False)),
    )


def _words(text: str) -> Iterator[tuple[str, str | None]]:
    """The words of an arithmetic, each with what is in its parentheses."""
    start = 0
    while start < len(text):
        match = _WORD.match(text, start)
        if match is None:
            raise InvalidArithmeticError(
                f"cannot read arithmetic {text[:60]!r} at {text[start : start + 20]!r}: {_EXAMPLES}"
            )
        start = match.end()
        yield match[1], match[2]


def _word(name: str, inside: str | None) -> dict[str, object]:
    arguments = [] if inside is None else [part.strip() for part in inside.split(",")]
    if name in MODES and inside is None:
        return {"rounding": name}
    if name in OVERFLOWS and inside is None:
        return {"overflow": name}
    match name, arguments:
        case "rounded-parameters", []:
            return {"parameters": True}
        case (("scores" | "accumulators"), [_, *_]):
            assert inside is not None
            words = list(_words(inside.strip()))
            stored = _format(*words[0]) if len(words) == 1 else None
            if stored is None:
                raise InvalidArithmeticError(f"{name}({inside[:40]}) needs one format, such as {name}(fixed(16))")
            return {name: stored}
        case "lit", []:
            return {"format": Dyadic(), "mean": Reciprocal(0)}
        case "iterative", []:
            return {"mean": Iterative()}
        case "quotient", []:
            return {"mean": Quotient()}
        case "quotient", [bits]:
            return {"mean": Quotient(_integer("the t of quotient", bits, 0))}
        case "reciprocal", [bits]:
            return {"mean": Reciprocal(_integer("the t of reciprocal", bits, 0))}
        case "Q", [bits]:
            return {"format": Dyadic(), "mean": Quotient(_integer("the t of Q", bits, 0))}
        case "R", [bits]:
            return {"format": Dyadic(), "mean": Reciprocal(_integer("the t of R", bits, 0))}
        case _:
            pass
    stored = _format(name, inside)
    if stored is None:
        shown = name[:40] if inside is None else f"{name[:40]}({inside[:40]})"
        raise InvalidArithmeticError(f"unknown arithmetic word {shown!r}: {_EXAMPLES}")
    return {"format": stored}


def _format(name: str, inside: str | None) -> Format | None:
    arguments = [] if inside is None else [part.strip() for part in inside.split(",")]
    if name in PRESETS and inside is None:
        return PRESETS[name]
    match name, arguments:
        case "exact", []:
            return Exact()
        case "dyadic", []:
            return Dyadic()
        case "fixed", [bits]:
            return Fixed(_integer("the bits of fixed", bits, 1))
        case (("fixed" | "ufixed"), [bits, fraction]):
            width = _integer(f"the bits of {name}", bits, 1)
            places = _integer(f"the fraction bits of {name}", fraction, -MAX_BITS)
            return FixedPoint(width, places, name == "fixed")
        case "float", [precision, exponent]:
            significant = _integer("the significant bits of float", precision, 1)
            return Float(significant, _integer("the exponent bits of float", exponent, 2, MAX_EXPONENT))
        case "logfloat", [bits]:
            both = _integer("the bits of logfloat", bits, 4, 2 * MAX_EXPONENT)
            if both % 2:
                raise InvalidArithmeticError(f"the bits of logfloat are halved, so they must be even, not {both}")
            return LogFloat(both)
        case "int8", []:
            return Int8()
        case "int8", [scale, zero]:
            return Int8(_scale(scale), _integer("the zero point of int8", zero, -128, 127))
        case _:
            return None


def _scale(text: str) -> mpq:
    try:
        value = rational(text) if len(text) <= 100 else mpq(0)
    except ValueError:
        value = mpq(0)
    if value <= 0:
        raise InvalidArithmeticError(f"the scale of int8 must be a positive number such as 1/16, not {text[:40]!r}")
    return value


def _integer(what: str, text: str, least: int, most: int = MAX_BITS) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise InvalidArithmeticError(f"{what} must be a whole number, not {text[:40]!r}")
    return _count(what, int(text), least, most)


def _count(what: str, value: int, least: int, most: int = MAX_BITS) -> int:
    if not least <= value <= most:
        raise InvalidArithmeticError(f"{what} must be from {least} to {most}, not {value}")
    return value


EXACT = Arithmetic(Exact())
