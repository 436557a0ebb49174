"""Floating formats against their definition, by brute force, and against numpy and ml_dtypes.

By definition: the values of a format are listed as IEEE 754, OCP's E4M3 and Merrill and Sabharwal write them down, and
rounding searches among them and those that a greater exponent would add. By others: every bit pattern is a value, and
every tie and both its neighbours in single precision are rounded to nearest, ties to even, as they do it.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from gmpy2 import mpq
from logbits.encode.arithmetic.format import PRESETS
from logbits.encode.arithmetic.holding import holding
from logbits.encode.arithmetic.storage import storage
from logbits.encode.arithmetic.text import parse
from logbits.encode.number.rounding import MODES, Mode, Rounding, floating, mantissa_exponent, quantized, round_integer

SHAPES = [(p, e) for p in (1, 2, 3, 4) for e in (2, 3)]
THIRD = mpq(1, 3)


@cache
def ieee(precision: int, exponent: int, more: int = 0) -> list[mpq]:
    """The values of sign, exponent field and fraction field; with `more` exponents beyond the greatest."""
    bias = (1 << exponent - 1) - 1
    found: set[mpq] = set()
    for field in range((1 << exponent) - 1 + more):  # the last field of a format is that of infinities and NaN
        for fraction in range(1 << precision - 1):
            part = mpq(fraction, 1 << precision - 1)
            value = part * mpq(2) ** (1 - bias) if field == 0 else (1 + part) * mpq(2) ** (field - bias)
            found |= {value, -value}
    return sorted(found)


@cache
def log_floats(bits: int) -> list[mpq]:
    half = 1 << bits // 2 - 1
    return sorted({m * mpq(2) ** e for m in range(-half, half) for e in range(-half, half)})


def between(values: list[mpq]) -> list[mpq]:
    """The values, what is half and a third of the way to the next, and what is beyond."""
    found = [a + (b - a) * part for a, b in pairwise(values) for part in (0, THIRD, mpq(1, 2))]
    return [values[0] * 3, values[0] * mpq(9, 8), *found, values[-1], values[-1] * mpq(9, 8), values[-1] * 3]


def chosen(value: mpq, among: list[mpq], mode: Mode) -> mpq:
    """Rounding by definition: the neighbour that the mode asks for; a tie goes to the even significand."""
    below, above = max(v for v in among if v <= value), min(v for v in among if v >= value)
    match mode:
        case "floor":
            return below
        case "ceil":
            return above
        case "toward-zero":
            return below if value >= 0 else above
        case _:
            pass
    if value - below != above - value:
        return below if value - below < above - value else above
    if mode == "nearest-away":
        return max(below, above, key=abs)
    # neighbours alternate, and the one with more factors of two is even
    return below if below == above or _twos(below) > _twos(above) else above


def _twos(value: mpq) -> int:
    if value == 0:
        return 1 << 30
    return (int(value.numerator) & -int(value.numerator)).bit_length() - int(value.denominator).bit_length()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("precision", "exponent"), SHAPES)
def test_floats_are_their_definition(precision: int, exponent: int, mode: Mode) -> None:
    values, beyond = ieee(precision, exponent), ieee(precision, exponent, more=3)
    rounding = floating(precision, exponent, False, mode, "saturate")
    for value in between(values):
        expected = chosen(value, beyond, mode)
        assert rounding.overflows(value) == (expected not in values), value
        assert rounding.apply(value) == min(max(expected, values[0]), values[-1]), value
    assert len(values) == 2 * ((1 << exponent) - 1 << precision - 1) - 1  # one zero


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("bits", [4, 6, 8])
def test_logfloats_are_their_definition(bits: int, mode: Mode) -> None:
    values, half = log_floats(bits), 1 << bits // 2 - 1
    more = sorted({m * mpq(2) ** e for m in range(-half, half) for e in range(-half, half + 4)})
    rounding = mantissa_exponent(bits, mode, "saturate")
    assert (rounding.low or 0) * rounding.unit == values[0]
    assert (rounding.high or 0) * rounding.unit == values[-1]
    for value in (v for v in between(values) if more[0] < v < more[-1]):
        # The least significand, -2**(half - 1), is one that positive numbers do not have.
        symmetric = sorted({*more, *(-v for v in more)})
        expected = chosen(value, symmetric, mode)
        assert rounding.overflows(value) == (not values[0] <= expected <= values[-1]), value
        assert rounding.apply(value) == min(max(expected, values[0]), values[-1]), value


def test_e4m3_has_no_infinities() -> None:
    values = ieee(4, 4, more=1)
    values = values[1:-1]  # the last significand of the last exponent is not a number
    rounding = floating(4, 4, True, "toward-zero", "error")
    assert (values[-1], len(values)) == (448, 253)
    assert all(rounding.apply(v) == v and not rounding.overflows(v) for v in values)
    assert rounding.apply(mpq(479)) == 448
    assert not rounding.overflows(mpq(479))
    assert rounding.overflows(mpq(480))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("name", "precision", "exponent"), [("e2m1", 2, 2), ("e2m3", 4, 2), ("e3m2", 3, 3)])
def test_formats_of_four_and_six_bits_have_numbers_alone(name: str, precision: int, exponent: int, mode: Mode) -> None:
    values, beyond = ieee(precision, exponent, more=1), ieee(precision, exponent, more=4)
    rounding = holding(PRESETS[name], mode, "saturate", mpq(0), mpq(0))
    assert rounding is not None
    assert len(values) == 2 ** (precision + exponent) - 1
    for value in between(values):
        expected = chosen(value, beyond, mode)
        assert rounding.overflows(value) == (expected not in values), value
        assert rounding.apply(value) == min(max(expected, values[0]), values[-1]), value


def test_the_values_of_four_bits() -> None:
    """OCP Microscaling Formats (MX) specification 1.0, 5.3.3."""
    made = holding(PRESETS["e2m1"], "nearest-even", "error", mpq(0), mpq(0))
    assert made is not None
    assert sorted({made.apply(mpq(k, 8)) for k in range(49)}) == list(
        map(mpq, ("0", "1/2", "1", "3/2", "2", "3", "4", "6"))
    )
    assert [made.overflows(mpq(k)) for k in (6, 7)] == [False, True]  # 7 is a tie with 8, which would be even


SMALL: list[tuple[str, Any, int]] = [
    ("e2m1", ml_dtypes.float4_e2m1fn, 4),
    ("e2m3", ml_dtypes.float6_e2m3fn, 6),
    ("e3m2", ml_dtypes.float6_e3m2fn, 6),
]


@pytest.mark.parametrize(("name", "kind", "bits"), SMALL, ids=[each[0] for each in SMALL])
def test_presets_of_four_and_six_bits_are_those_of_others(name: str, kind: Any, bits: int) -> None:  # noqa: ANN401
    """Every bit pattern, every 64th part of a step, and what is beyond, which they saturate."""
    values = np.arange(1 << bits, dtype=np.uint8).view(kind).astype(np.float64)
    made = holding(PRESETS[name], "nearest-even", "saturate", mpq(0), mpq(0))
    assert made is not None
    listed: list[Any] = values.tolist()
    assert {mpq(v) for v in listed} == {made.apply(mpq(v)) for v in listed}
    top = max(listed)
    assert mpq(top) == (made.high or 0) * made.unit
    step = int(made.unit.numerator) / int(made.unit.denominator) / 64
    sample = np.arange(-2 * top, 2 * top + step, step, dtype=np.float32)
    theirs: list[Any] = sample.astype(kind).astype(np.float64).tolist()
    tried: list[Any] = sample.tolist()
    assert [made.apply(mpq(v)) for v in tried] == list(map(mpq, theirs))


OTHERS: list[tuple[str, Any, Any, int]] = [
    ("fp16", np.float16, np.uint16, 16),
    ("bf16", ml_dtypes.bfloat16, np.uint16, 16),
    ("e4m3fn", ml_dtypes.float8_e4m3fn, np.uint8, 8),
    ("e5m2", ml_dtypes.float8_e5m2, np.uint8, 8),
]


@pytest.mark.parametrize(("name", "kind", "pattern", "bits"), OTHERS, ids=[each[0] for each in OTHERS])
def test_presets_are_those_of_others(name: str, kind: Any, pattern: Any, bits: int) -> None:  # noqa: ANN401
    """All bit patterns; and around every tie, and around where infinity begins, rounding to nearest."""
    patterns = np.arange(1 << bits, dtype=pattern).view(kind).astype(np.float64)
    finite = sorted(set(patterns[np.isfinite(patterns)].tolist()))
    made = storage(PRESETS[name], parse(f"{name} nearest-even"), mpq(0), mpq(0))
    assert made is not None
    sample = finite if bits == 8 else finite[::7] + finite[:200] + finite[-200:]
    assert all(made.apply(mpq(v)) == mpq(v) and not made.overflows(mpq(v)) for v in sample)
    assert mpq(finite[-1]) == (made.high or 0) * made.unit
    ties = [(a + b) / 2 for a, b in pairwise(finite)]
    last = finite[-1] + (finite[-1] - finite[-2]) / 2
    ties = (ties if bits == 8 else ties[::5] + ties[:300] + ties[-300:]) + [last, -last]
    single = np.array(ties, dtype=np.float32)  # ml_dtypes goes by way of single precision, where all these are exact
    around = np.concatenate(
        [np.nextafter(single, np.float32(-np.inf)), single, np.nextafter(single, np.float32(np.inf))]
    )
    assert (single.astype(np.float64) == ties).all()
    with np.errstate(over="ignore"):
        theirs = around.astype(kind).astype(np.float64)
    for value, expected in zip(around.tolist(), theirs.tolist(), strict=True):
        if np.isfinite(expected):
            assert made.apply(mpq(value)) == mpq(expected), value
        assert made.overflows(mpq(value)) != np.isfinite(expected), value


@pytest.mark.parametrize("mode", MODES)
def test_quantization_is_its_definition(mode: Mode) -> None:
    """Q = round(x / s) + z, clamped to -128..127, and (q - z) · s back."""
    for low, high in ((0, 1), (-1, 1), (mpq(-1, 3), 5), (-7, 0), (2, 3), (-5, -4), (0, 0), (mpq(-1, 300), 100)):
        made = quantized(mpq(low), mpq(high), mode, "saturate")
        least, most = min(mpq(low), mpq(0)), max(mpq(high), mpq(0))
        step = (most - least) / 255 if most > least else mpq(1)
        zero = min(max(round_integer(-128 - least / step, "nearest-even"), -128), 127) if most > least else 0
        assert made.unit == step
        for k in range(-300, 301):
            value = mpq(k, 7) * step
            stored = min(max(round_integer(value / step, mode) + zero, -128), 127)
            assert made.apply(value) == (stored - zero) * step
        assert made.apply(mpq(0)) == 0


ALL = [
    *(floating(p, e, False, mode, "saturate") for p, e in SHAPES for mode in MODES),
    *(mantissa_exponent(bits, mode, "error") for bits in (4, 6) for mode in MODES),
    *(quantized(mpq(-1), mpq(2), mode, "wrap") for mode in MODES),
    *(Rounding(mpq(1, 4), -3, 4, mode, "wrap") for mode in MODES),
    *(Rounding(mpq(2, 3), None, None, mode) for mode in MODES),
]


@pytest.mark.parametrize("rounding", ALL, ids=str)
def test_facts_about_roundings(rounding: Rounding) -> None:
    """Steps, images and identities, against all multiples of a step in an interval."""
    for step in map(mpq, ("1/24", "1/8", "1/3", "1", "3", "5/4", "16")):
        for low, high in ((0, 3), (-2, 2), (-9, -1), (5, 40)):
            multiples = [step * k for k in range(-200, 201) if low <= step * k <= high]
            stored = [rounding.apply(value) for value in multiples]
            grid = rounding.step(step)
            assert all((value / grid).denominator == 1 for value in stored), (step, low, high)
            if multiples:
                least, most = rounding.image(multiples[0], multiples[-1])
                assert least <= min(stored) <= max(stored) <= most
            if rounding.fixes(step, mpq(low), mpq(high)):
                assert stored == multiples
                assert not any(map(rounding.overflows, multiples))


def test_identities_are_found() -> None:
    small = floating(4, 4, False, "floor", "error")  # 4 significant bits, up to 240
    assert small.fixes(mpq(1), mpq(-16), mpq(16))
    assert not small.fixes(mpq(1), mpq(0), mpq(17))
    assert small.fixes(mpq(2), mpq(0), mpq(32))
    assert small.fixes(mpq(3, 2), mpq(0), mpq(8))
    assert not small.fixes(mpq(16), mpq(0), mpq(256))
    assert not small.fixes(mpq(1, 3), mpq(0), mpq(1))
