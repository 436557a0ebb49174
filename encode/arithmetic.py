"""Arithmetics as data: what is part of every claim and is printed with every verdict.

An arithmetic is a format for stored values, a rule for means, a rounding mode and an overflow rule. Exact rational
arithmetic is one of them, so any two can be twins. The text syntax is the words of the printed form, in any order:

    exact                                 dyadic quotient(12)             dyadic reciprocal(0)
    fixed(8) quotient toward-zero         fixed(8, 6) reciprocal(4)       ufixed(8, 7) wrap nearest-even

`parse` reads what `str` prints. `lit`, `R(t)` and `Q(t)` abbreviate `dyadic reciprocal(0)`, `dyadic reciprocal(t)` and
`dyadic quotient(t)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from .formats import MODES, OVERFLOWS, Mode, Overflow

MAX_BITS = 1024
"""The widest format and the most guard bits accepted: far beyond any use, and small enough never to exhaust memory."""


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


Format = Exact | Dyadic | Fixed | FixedPoint


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


MeanRule = Quotient | Reciprocal


@dataclass(frozen=True)
class Arithmetic:
    """Format, mean rule, rounding mode and overflow rule of one run.

    Raises:
        InvalidArithmeticError: when the parts do not fit together.
    """

    format: Format
    mean: MeanRule = Quotient()
    rounding: Mode = "toward-zero"
    overflow: Overflow = "saturate"

    def __post_init__(self) -> None:
        match self.format, self.mean:
            case Exact(), Quotient(bits=None):
                pass
            case Exact(), _:
                raise InvalidArithmeticError(
                    f"exact arithmetic does not round: for {self.mean} write 'dyadic {self.mean}'"
                )
            case Dyadic(), Quotient(bits=None):
                raise InvalidArithmeticError(
                    "dyadic needs a rule for means: 'dyadic quotient(t)' or 'dyadic reciprocal(t)'"
                )
            case ((Fixed() | FixedPoint()), Quotient(bits=int())):
                raise InvalidArithmeticError(
                    f"{self.format} rounds means to its own grid: write 'quotient', not '{self.mean}'"
                )
            case _:
                pass
        if self.rounding != "toward-zero" and not self._rounds:
            raise InvalidArithmeticError(
                f"{self.format} {self.mean} never rounds to a grid: leave out {self.rounding!r}"
            )
        if self.overflow != "saturate" and not self.rounds_sites:
            raise InvalidArithmeticError(f"{self.format} has no range to leave: leave out {self.overflow!r}")

    @property
    def _rounds(self) -> bool:
        return self.rounds_sites or (isinstance(self.format, Dyadic) and isinstance(self.mean, Quotient))

    @property
    def rounds_sites(self) -> bool:
        """Whether every site rounds (fixed point), and not only means (dyadic) or nothing (exact)."""
        return isinstance(self.format, (Fixed, FixedPoint))

    def __str__(self) -> str:
        words = [str(self.format)]
        if not isinstance(self.format, Exact):
            words.append(str(self.mean))
        if self._rounds:
            words.append(self.rounding)
        if self.rounds_sites:
            words.append(self.overflow)
        return " ".join(words)


EXACT = Arithmetic(Exact())


def fixed(bits: int) -> Arithmetic:
    """What `--bits` means: b bits with a scale per site, quotient, toward zero, saturate."""
    return Arithmetic(Fixed(_count("bits", bits, 1)))


_WORD = re.compile(r"\s*([A-Za-z-]++)\s*(?:\(\s*([^()]*?)\s*\))?\s*(?:[,;+]|(?=\s|$|[A-Za-z]))")
_EXAMPLES = "for example 'fixed(8)', 'dyadic quotient(12)', 'dyadic reciprocal(0)', 'exact'"


def parse(text: str) -> Arithmetic:
    """The arithmetic that `text` names.

    Raises:
        InvalidArithmeticError: one line that says which word is wrong and what would be right.
    """
    if not text.strip():
        raise InvalidArithmeticError(f"no arithmetic given: {_EXAMPLES}")
    chosen: dict[str, object] = {}
    start = 0
    text = text.strip()
    while start < len(text):
        match = _WORD.match(text, start)
        if match is None:
            raise InvalidArithmeticError(
                f"cannot read arithmetic {text[:60]!r} at {text[start : start + 20]!r}: {_EXAMPLES}"
            )
        start = match.end()
        for part, value in _word(match[1], match[2]).items():
            if part in chosen:
                raise InvalidArithmeticError(f"arithmetic {text[:60]!r} gives its {part} twice")
            chosen[part] = value
    if "format" not in chosen:
        raise InvalidArithmeticError(f"arithmetic {text[:60]!r} names no format: {_EXAMPLES}")
    return Arithmetic(
        cast(Format, chosen["format"]),
        cast(MeanRule, chosen.get("mean", Quotient())),
        cast(Mode, chosen.get("rounding", "toward-zero")),
        cast(Overflow, chosen.get("overflow", "saturate")),
    )


def _word(name: str, inside: str | None) -> dict[str, object]:
    arguments = [] if inside is None else [part.strip() for part in inside.split(",")]
    if name in MODES and inside is None:
        return {"rounding": name}
    if name in OVERFLOWS and inside is None:
        return {"overflow": name}
    match name, arguments:
        case "exact", []:
            return {"format": Exact()}
        case "dyadic", []:
            return {"format": Dyadic()}
        case "lit", []:
            return {"format": Dyadic(), "mean": Reciprocal(0)}
        case "fixed", [bits]:
            return {"format": Fixed(_integer("the bits of fixed", bits, 1))}
        case (("fixed" | "ufixed"), [bits, fraction]):
            width = _integer(f"the bits of {name}", bits, 1)
            places = _integer(f"the fraction bits of {name}", fraction, -MAX_BITS)
            return {"format": FixedPoint(width, places, name == "fixed")}
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
            shown = name[:40] if inside is None else f"{name[:40]}({inside[:40]})"
            raise InvalidArithmeticError(f"unknown arithmetic word {shown!r}: {_EXAMPLES}")


def _integer(what: str, text: str, least: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise InvalidArithmeticError(f"{what} must be a whole number, not {text[:40]!r}")
    return _count(what, int(text), least)


def _count(what: str, value: int, least: int) -> int:
    if not least <= value <= MAX_BITS:
        raise InvalidArithmeticError(f"{what} must be from {least} to {MAX_BITS}, not {value}")
    return value
