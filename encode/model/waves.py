"""Numbers of positional encodings that no rational formula gives: sines and cosines, and slopes 2^(-8h/H).

A model that is computed by machines has none of them either: it has a table of numbers in some format. So has a model
here: each value is rounded correctly (`logbits.encode.number.enclosed`), once, to a stated format by a stated mode, and
the table of these rationals *is* the exact definition of the model. That is not bit for bit what a library computes,
whose frequencies, angles and sines are each rounded: where a model has its table among its tensors, give the tensor.

    {"is": "Wave", "wave": "sin", "base": 10000, "exponent": "-2/64", "first": 0, "last": 511,
     "stored": "float(24, 8) nearest-even"}             the 512 values sin(x · 10000^(-2/64)), as float32
    {"is": "Power", "base": 2, "exponent": "-8/12", "stored": "bf16 nearest-even"}                    one number
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from gmpy2 import mpq

from ..arithmetic.arithmetic import Arithmetic
from ..arithmetic.format import Dyadic, Exact, Fixed, Int8, Mx
from ..arithmetic.storage import storage
from ..arithmetic.text import parse
from ..number import enclosed
from ..number.enclosed import EnclosureError
from ..number.rational import ONE, ZERO, Number, rational, show
from ..number.rounding import MODES, Rounding

SINGLE = "float(24, 8) nearest-even"
"""float32, the format in which libraries keep such tables."""

MAX_PLACE = 1 << 20
"""The greatest place at which a wave is asked for, of either sign."""

MAX_WAVES = 1 << 18
"""The greatest number of values of all waves of one document: a short text may ask for many."""

WaveName = Literal["sin", "cos"]


def format_of(stored: str) -> Rounding:
    """The rounding that a text such as "bf16 nearest-even" states: one format, the same for all values, and a mode.

    Raises:
        ValueError: for any other text.
    """
    made = parse(stored)
    words = stored.split()
    if not any(mode in words for mode in MODES):
        raise EnclosureError(f"stored: {stored[:40]!r} does not say how it rounds: write '{stored[:40]} nearest-even'")
    if made != Arithmetic(made.format, rounding=made.rounding, overflow=parse(str(made.format)).overflow):
        raise EnclosureError(f"stored: a format and a rounding mode, such as {SINGLE!r}, not {stored[:60]!r}")
    if isinstance(made.format, (Exact, Dyadic, Fixed, Mx)) or made.format == Int8():
        raise EnclosureError(
            f"stored: {made.format} has no format that is the same for all values: write 'fixed(8, 6)', for example"
        )
    chosen = storage(made.format, made, -ONE, ONE)
    assert chosen is not None
    return chosen


@dataclass(frozen=True)
class Power:
    """base**exponent, rounded to a format, and then (exactly) times a number.

    Raises:
        ValueError: for a base that is not positive, an exponent that is too large, what overflows, and no format.
    """

    base: mpq
    exponent: mpq
    stored: str = SINGLE
    times: mpq = ONE

    def __post_init__(self) -> None:
        enclosed.Power(self.base, self.exponent)
        format_of(self.stored)

    def value(self) -> mpq:
        """The number."""
        return self.times * enclosed.Power(self.base, self.exponent).rounded(format_of(self.stored))


def power(base: Number, exponent: Number, stored: str = SINGLE) -> mpq:
    """base**exponent, rounded correctly to the format and by the mode that `stored` says.

    Raises:
        ValueError: for a base that is not positive, an exponent that is too large, what overflows, and no format.
        TypeError: for numbers that are not exact.
    """
    return Power(rational(base), rational(exponent), stored).value()


@dataclass(frozen=True)
class Wave:
    """sin or cos of frequency · base**exponent · x for x = first..last, each value rounded to a format.

    The angle is in radians, or (`unit` "turns") times 2π.

    Raises:
        ValueError: for a base that is not positive, numbers that are too large, what overflows, and no format.
    """

    wave: WaveName
    first: int
    last: int
    frequency: mpq = ONE
    base: mpq = ONE
    exponent: mpq = ZERO
    unit: enclosed.Unit = "radians"
    stored: str = SINGLE

    def __post_init__(self) -> None:
        if not -MAX_PLACE <= self.first <= self.last <= MAX_PLACE or self.last - self.first >= MAX_WAVES:
            raise EnclosureError(
                f"first and last must be ascending, up to {MAX_PLACE}, and no more than {MAX_WAVES} values apart, "
                f"not {show(mpq(self.first))[:20]} and {show(mpq(self.last))[:20]}"
            )
        enclosed.Power(self.base, self.exponent)
        format_of(self.stored)

    def __str__(self) -> str:
        factors = [] if self.frequency == 1 else [show(self.frequency)]
        factors += ["2π"] if self.unit == "turns" else []
        factors += [] if self.base == ONE or self.exponent == 0 else [f"{show(self.base)}^({show(self.exponent)})"]
        return f"{self.wave}({'·'.join([*factors, 'p'])})"

    def values(self) -> tuple[mpq, ...]:
        """The values at first..last."""
        return _values(self)


@lru_cache(maxsize=128)
def _values(wave: Wave) -> tuple[mpq, ...]:
    rounding = format_of(wave.stored)
    power = enclosed.Power(wave.base, wave.exponent)
    exact = power.rational
    sine = enclosed.Sine(power if exact is None else exact, wave.unit, int(wave.wave == "cos"))
    return tuple(sine.rounded(x * wave.frequency, rounding) for x in range(wave.first, wave.last + 1))
