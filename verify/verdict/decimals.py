"""Exact numbers for people: what has many digits is shown as a decimal too.

    12345678901234567/2^60 ≈ 0.0107081…

The exact number stays, a power of two in its denominator written as one. Digits are cut, never rounded, and "…" says
that more follow; so of two numbers as many digits are shown as tell them apart. All is computed in integers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gmpy2 import mpq

from ...encode.number.rational import is_dyadic, show

LONG = 12
"""The greatest number of digits of a numerator or a denominator that is shown as it is."""

_FEWEST, _MOST = 6, 40
_NUMBER = re.compile(r"(?<![\w.^/])-?([0-9]+)(?:/([0-9]+))?(?![\w.^/])")


def readable(value: mpq) -> str:
    """A number as text, with a decimal where it is long."""
    return annotated((show(value),))[0]


def annotated(texts: Sequence[str]) -> tuple[str, ...]:
    """Texts in which every long number is followed by a decimal; different numbers have different ones."""
    values = {match[0]: _value(match) for text in texts for match in _NUMBER.finditer(text) if _is_long(match)}
    for digits in range(_FEWEST, _MOST + 1):
        shown = {text: decimal(value, digits) for text, value in values.items()}
        if len(set(shown.values())) == len(set(values.values())):
            break
    else:
        shown = {text: decimal(value, _MOST) for text, value in values.items()}

    def replaced(match: re.Match[str]) -> str:
        if match[0] not in values:
            return match[0]
        sign = "≈" if shown[match[0]].partition("e")[0].endswith("…") else "="
        return f"{_exact(values[match[0]])} {sign} {shown[match[0]]}"

    return tuple(_NUMBER.sub(replaced, text) for text in texts)


def decimal(value: mpq, digits: int = _FEWEST) -> str:
    """The first digits of a number, cut; scientific where it is very large or very small."""
    if value == 0:
        return "0"
    sign, size = "-" if value < 0 else "", abs(value)
    exponent = _exponent(size)
    plain = -5 <= exponent < LONG
    behind = digits - 1 - exponent if plain else digits - 1
    scaled = size if plain else size / power_of_ten(exponent)
    behind = max(behind, 2)
    cut = scaled.numerator * 10**behind // scaled.denominator
    text = str(cut).rjust(behind + 1, "0")
    text = f"{text[:-behind]}.{text[-behind:]}"
    if mpq(cut, 10**behind) == scaled:
        text = text.rstrip("0").rstrip(".")
    else:
        text += "…"
    return f"{sign}{text}" if plain else f"{sign}{text}e{exponent}"


def power_of_ten(exponent: int) -> mpq:
    """10**exponent, exactly."""
    return mpq(10**exponent) if exponent >= 0 else mpq(1, 10**-exponent)


def _exponent(size: mpq) -> int:
    """The greatest e with 10**e <= size, of a positive number."""
    guess = len(str(size.numerator)) - len(str(size.denominator))
    return guess if power_of_ten(guess) <= size else guess - 1


def _value(match: re.Match[str]) -> mpq:
    return mpq(match[0])


def _is_long(match: re.Match[str]) -> bool:
    return max(len(match[1]), len(match[2] or "")) > LONG and (match[2] or "1").strip("0") != ""


def _exact(value: mpq) -> str:
    """A number as text, with a power of two for a long denominator that is one."""
    if len(str(value.denominator)) > LONG and is_dyadic(value):
        return f"{value.numerator}/2^{value.denominator.bit_length() - 1}"
    return show(value)
