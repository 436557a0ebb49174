"""The text of an arithmetic: its words, in any order. `parse` reads what `str` prints.

`lit`, `R(t)` and `Q(t)` abbreviate `dyadic reciprocal(0)`, `dyadic reciprocal(t)` and `dyadic quotient(t)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from gmpy2 import mpq

from ..number.mean import InvalidArithmeticError, Iterative, MeanRule, Quotient, Reciprocal
from ..number.order import Order
from ..number.rational import rational
from ..number.rounding import MODES, OVERFLOWS, Mode, Overflow
from .arithmetic import Arithmetic
from .format import PRESETS, Dyadic, Exact, Fixed, FixedPoint, Float, Format, Int8, LogFloat, Mx
from .meant import meant

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
    floats = isinstance(chosen["format"], (Float, LogFloat, Mx))
    return Arithmetic(
        cast(Format, chosen["format"]),
        cast(MeanRule, chosen.get("mean", Quotient())),
        cast(Mode, chosen.get("rounding", "toward-zero")),
        cast(Overflow, chosen.get("overflow", "error" if floats else "saturate")),
        cast(Format | None, chosen.get("scores")),
        cast(Format | None, chosen.get("accumulators")),
        cast(bool, chosen.get("parameters", False)),
        cast(Format | None, chosen.get("weights")),
        cast(Mode | None, chosen.get("mode of weights")),
        cast(Format | None, chosen.get("denominator")),
    )


def _words(text: str) -> Iterator[tuple[str, str | None]]:
    """The words of an arithmetic, each with what is in its parentheses."""
    start = 0
    while start < len(text):
        match = _WORD.match(text, start)
        if match is None:
            rest = text[start : start + 40].split()
            at = f"cannot read arithmetic {text[:60]!r} at {text[start : start + 20]!r}"
            raise InvalidArithmeticError(f"{at}: {meant(rest[0]) if rest else ''}{_EXAMPLES}")
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
        case "weights", [_, *_]:
            stored, more = _stored(name, inside)
            mode = more[0] if len(more) == 1 else None
            if more and (mode is None or mode[0] not in MODES or mode[1] is not None):
                example = "needs a format and a rounding, such as weights(bf16, toward-zero)"
                raise InvalidArithmeticError(f"weights({cast(str, inside)[:40]}) {example}")
            return {"weights": stored, "mode of weights": None if mode is None else mode[0]}
        case "denominator", [_, *_]:
            stored, more = _stored(name, inside)
            if more not in ([], [("iterative", None)]):
                raise InvalidArithmeticError(
                    f"denominator({cast(str, inside)[:40]}) is a running sum: write denominator({stored}, iterative)"
                )
            return {"denominator": stored}
        case "lit", []:
            return {"format": Dyadic(), "mean": Reciprocal(0)}
        case "iterative", []:
            return {"mean": Iterative()}
        case "iterative", [order]:
            return {"mean": _iterative(order)}
        case "quotient", []:
            return {"mean": Quotient()}
        case "quotient", [bits]:
            return {"mean": Quotient(_integer("the t of quotient", bits))}
        case "reciprocal", [bits]:
            return {"mean": Reciprocal(_integer("the t of reciprocal", bits))}
        case "reciprocal", [bits, mode]:
            return {"mean": Reciprocal(_integer("the t of reciprocal", bits), cast(Mode, mode))}
        case "Q", [bits]:
            return {"format": Dyadic(), "mean": Quotient(_integer("the t of Q", bits))}
        case "R", [bits]:
            return {"format": Dyadic(), "mean": Reciprocal(_integer("the t of R", bits))}
        case _:
            pass
    stored = _format(name, inside)
    if stored is None:
        shown = name[:40] if inside is None else f"{name[:40]}({inside[:40]})"
        raise InvalidArithmeticError(f"unknown arithmetic word {shown!r}: {meant(shown)}{_EXAMPLES}")
    return {"format": stored}


def _stored(name: str, inside: str | None) -> tuple[Format, list[tuple[str, str | None]]]:
    """The format that comes first in parentheses, and the words after it."""
    assert inside is not None
    first, *more = _words(inside.strip()) if inside.strip() else [("", None)]
    stored = _format(*first)
    if stored is None:
        raise InvalidArithmeticError(f"{name}({inside[:40]}) needs a format first, such as {name}(bf16)")
    return stored, more


def _iterative(text: str) -> Iterative:
    blocks = re.fullmatch(r"blocks *\((.*)\)", text)
    if blocks is not None:
        return Iterative("blocks", _integer("the k of blocks", blocks[1].strip()))
    return Iterative(cast(Order, text))


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
            return Fixed(_integer("the bits of fixed", bits))
        case (("fixed" | "ufixed"), [bits, fraction]):
            width = _integer(f"the bits of {name}", bits)
            places = _integer(f"the fraction bits of {name}", fraction)
            return FixedPoint(width, places, name == "fixed")
        case "float", [precision, exponent]:
            significant = _integer("the significant bits of float", precision)
            return Float(significant, _integer("the exponent bits of float", exponent))
        case "logfloat", [bits]:
            return LogFloat(_integer("the bits of logfloat", bits))
        case "mx", [element, size]:
            return Mx(element, _integer("the features of a block of mx", size))
        case "int8", []:
            return Int8()
        case "int8", [scale, zero]:
            return Int8(_scale(scale), _integer("the zero point of int8", zero))
        case _:
            return None


def _scale(text: str) -> mpq:
    try:
        value = rational(text) if len(text) <= 100 else mpq(0)
    except ValueError:
        value = mpq(0)
    if value <= 0:  # or unreadable
        raise InvalidArithmeticError(f"the scale of int8 must be a positive number such as 1/16, not {text[:40]!r}")
    return value


def _integer(what: str, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise InvalidArithmeticError(f"{what} must be a whole number, not {text[:40]!r}")
    return int(text)
