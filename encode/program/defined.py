"""Where a program is defined: an embedding must have a value wherever its symbol can stand, in every arithmetic.

`1/(i - 1)` has none at position 1, and what the run stores there would be nobody's number; so it is refused before
anything is asked, whatever the arithmetic. Trying every position takes N²/2 evaluations for an expression that reads n,
and hardly any expression needs it: intervals of its parts over the box of all i and n tell that no divisor is zero, no
index leaves its table and no power grows too large. Only where they do not tell is every place tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gmpy2 import mpq

from ..number.rational import ONE, ZERO, floor
from .position import MAX_EXPONENT, MAX_POWER, Position, evaluate, reads, size_in_bits
from .program import BOS, EOS, Embed, Program, ProgramError


def require_defined(program: Program, bound: int) -> None:
    """Checks that every embedding has a value at all places up to `bound`.

    Raises:
        ProgramError: when the model knows fewer positions, and naming the first feature, symbol and place without one.
    """
    if program.max_length is not None and bound > program.max_length:
        raise ProgramError(f"{program.name} knows positions up to n = {program.max_length} only, not {bound}")
    for name, op in zip(program.names, program.ops, strict=False):  # whether each has a name is told elsewhere
        for symbol, expression in op.table if isinstance(op, Embed) else ():
            if expression.op != "const" and not _surely(expression, symbol, bound):
                for i, n in places(expression, symbol, bound):
                    try:
                        evaluate(expression, i, n)
                    except ValueError as error:
                        raise ProgramError(f"{program.name}: {name} is undefined for {symbol!r}: {error}") from error


def places(expression: Position, symbol: str, bound: int) -> Iterator[tuple[int, int]]:
    """The places (i, n) that tell all values of an expression where `symbol` can stand, over lengths 1..bound."""
    lengths = range(1, bound + 1)
    if symbol == EOS:
        return ((n + 1, n) for n in lengths)
    if reads(expression, "n"):
        return ((i, n) for n in lengths for i in ((0,) if symbol == BOS else range(1, n + 1)))
    return iter(((0, 1),)) if symbol == BOS else ((i, i) for i in lengths)


def evaluations(program: Program, bound: int) -> int:
    """The number of nodes that are visited when every embedding is evaluated at all its places."""
    total = 0
    for op in program.ops:
        for symbol, expression in op.table if isinstance(op, Embed) else ():
            if expression.op == "const" or (symbol == BOS and not reads(expression, "n")):
                total += 1
                continue
            everywhere = bound * (bound + 1) // 2 if reads(expression, "n") and symbol not in (BOS, EOS) else bound
            total += everywhere * min(expression.size, 2 * expression.depth)
    return total


class _UnknownError(Exception):
    """Intervals do not tell whether an expression is defined."""


@dataclass(frozen=True)
class _Range:
    """low..high, whether all values are whole, and a bound on their size in bits, numerator and denominator."""

    low: mpq
    high: mpq
    whole: bool
    bits: int

    @property
    def positive(self) -> bool:
        return self.low > 0

    @property
    def never_zero(self) -> bool:
        return self.low > 0 or self.high < 0

    def settled(self) -> _Range:
        """The same range; whole numbers are no larger than its ends."""
        if not self.whole:
            return self
        return _Range(self.low, self.high, True, min(self.bits, 2 + max(map(_length, (self.low, self.high)))))


def _length(value: mpq) -> int:
    return abs(floor(value)).bit_length()


def _surely(expression: Position, symbol: str, bound: int) -> bool:
    """Whether intervals show that the expression is defined wherever `symbol` can stand."""
    first, last = {BOS: (0, 0), EOS: (2, bound + 1)}.get(symbol, (1, bound))
    variables = {"i": _whole(first, last), "n": _whole(1, bound)}
    try:
        _range(expression, variables)
    except _UnknownError:
        return False
    return True


def _whole(low: int, high: int) -> _Range:
    return _Range(mpq(low), mpq(high), True, high.bit_length() + 1).settled()


def _range(expression: Position, variables: dict[str, _Range]) -> _Range:
    """The range of an expression that is defined for all values of its variables.

    Raises:
        _UnknownError: where it may not be.
    """
    if expression.op == "const":
        value = expression.value
        return _Range(value, value, value.denominator == 1, size_in_bits(value))
    if expression.op in variables and not expression.args:
        return variables[expression.op]
    args = [_range(arg, variables) for arg in expression.args]
    if expression.op == "choose" and args:
        return _chosen(*args)
    if sum(each.bits for each in args) > MAX_POWER:
        raise _UnknownError
    match expression.op, args:
        case "floor", [a]:
            return _Range(mpq(floor(a.low)), mpq(floor(a.high)), True, a.bits + 1).settled()
        case "+", [a, b]:
            found = _Range(a.low + b.low, a.high + b.high, a.whole and b.whole, a.bits + b.bits + 2)
        case "-", [a, b]:
            found = _Range(a.low - b.high, a.high - b.low, a.whole and b.whole, a.bits + b.bits + 2)
        case "*", [a, b]:
            found = _hull(
                [x * y for x in (a.low, a.high) for y in (b.low, b.high)], a.whole and b.whole, a.bits + b.bits
            )
        case (("=" | "<"), [_, _]):
            return _Range(ZERO, ONE, True, 2)
        case "/", [a, b] if b.never_zero:
            found = _hull([x / y for x in (a.low, a.high) for y in (b.low, b.high)], False, a.bits + b.bits)
        case "mod", [a, b] if b.never_zero:
            found = _Range(min(b.low, ZERO), max(b.high, ZERO), a.whole and b.whole, 2 * a.bits + 3 * b.bits + 2)
        case "**", [a, b]:
            found = _power(a, b)
        case _:
            raise _UnknownError
    return found.settled()


def _hull(values: list[mpq], whole: bool, bits: int) -> _Range:
    return _Range(min(values), max(values), whole, bits)


def _chosen(index: _Range, *entries: _Range) -> _Range:
    if not index.whole or not 1 <= index.low <= index.high <= len(entries):
        raise _UnknownError
    low, high = min(each.low for each in entries), max(each.high for each in entries)
    return _Range(low, high, all(each.whole for each in entries), max(each.bits for each in entries))


def _power(a: _Range, b: _Range) -> _Range:
    most = max(abs(b.low), abs(b.high))
    if not b.whole or most > MAX_EXPONENT or a.bits * most > MAX_POWER or (b.low < 0 and not a.positive):
        raise _UnknownError
    bits = int(a.bits * most) + 2
    if a.low >= 0:  # then it is monotone in the base, and in the exponent
        corners = [x ** int(y) for x in (a.low, a.high) for y in (b.low, b.high)]
        return _hull(corners, a.whole and b.low >= 0, bits)
    size = max(ONE, abs(a.low), abs(a.high)) ** int(b.high)
    return _Range(-size, size, a.whole, bits)
