"""Position expressions: the part of an embedding that depends on the position i (and, length-aware, on the length n).

An expression is a small tree of frozen nodes, so that a program stays data: it can be compared, hashed, printed and
evaluated in Q, and nothing in it is ever executed. The alternative, a Python callable, could not be printed with a
verdict nor read from a file.

== of two expressions therefore says whether they are written alike, and not where their values are equal, which is
`equals`. Who means the latter must not get a False that then counts as 0: what == gives can be asked whether it is
true, and is no number; == with a number is refused at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NoReturn, Union, cast

from gmpy2 import mpq

from ..number.given import described
from ..number.rational import ZERO, Number, floor, rational, show

Operand = Union["Position", Number]

MAX_POWER = 1 << 20
"""The greatest size of a power, in bits: a tower of exponents must not fill the memory."""

MAX_EXPONENT = 4096
"""The greatest size of an exponent."""

MAX_DEPTH = 64
"""The greatest depth of an expression: Python's own stack is the limit of all that walk it."""

MAX_SIZE = 1 << 20
"""The greatest number of nodes, one for each time that it is written: what is built of shared parts doubles quickly."""


class Same:
    """Whether two expressions are written alike: true or false, and no number."""

    __slots__ = ("_holds",)

    def __init__(self, holds: bool) -> None:
        self._holds = holds

    def __bool__(self) -> bool:
        return self._holds

    def __repr__(self) -> str:
        return str(self._holds)

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("== says whether two expressions are written alike, and is no number: write a.equals(b)")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __rpow__ = (
        _refuse
    )
    __mod__ = __rmod__ = __neg__ = __pos__ = __and__ = __rand__ = __or__ = __ror__ = __invert__ = __index__ = (
        __int__
    ) = _refuse


def _refusal(operation: str, instead: str) -> Any:  # noqa: ANN401 (an operator)
    def refuse(self: Position, *_: object) -> NoReturn:
        raise TypeError(f"{operation} is not defined for a position expression: {instead}")

    return refuse


@dataclass(frozen=True)
class Position:
    """One node: `op` is const, i, n, +, -, *, /, **, mod, floor, =, < (0 or 1) or choose (a table, see `choose`).

    `depth` and `size` follow from the parts, so that no walk need look at an expression that is too large to be walked.

    Raises:
        ValueError: for one nested deeper than `MAX_DEPTH`, or of more than `MAX_SIZE` parts.
    """

    op: str
    args: tuple[Position, ...] = ()
    value: mpq = ZERO
    depth: int = field(init=False, compare=False, repr=False)
    size: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        depth = 1 + max((arg.depth for arg in self.args), default=0)
        size = 1 + sum(arg.size for arg in self.args)
        if depth > MAX_DEPTH:
            raise ValueError(f"a position expression nested more than {MAX_DEPTH} deep: write long sums as a tree")
        if size > MAX_SIZE:
            raise ValueError(f"a position expression of more than {MAX_SIZE} parts")
        object.__setattr__(self, "depth", depth)
        object.__setattr__(self, "size", size)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, str, float, Fraction)):
            right = f"{str(self)[:40]}.equals({described(other)})"
            raise TypeError(f"== compares expressions: write {right}, which is 1 where both are equal")
        alike = isinstance(other, Position) and (self.op, self.args, self.value) == (other.op, other.args, other.value)
        return cast(bool, Same(alike))

    def __ne__(self, other: object) -> bool:
        return cast(bool, Same(not self == other))

    __array_ufunc__ = None
    __lt__ = _refusal("<", "write a.less(b), which is 1 where a < b")
    __gt__ = _refusal(">", "write b.less(a), which is 1 where a > b")
    __le__ = _refusal("<=", "write 1 - b.less(a), which is 1 where a <= b")
    __ge__ = _refusal(">=", "write 1 - a.less(b), which is 1 where a >= b")
    __floordiv__ = __rfloordiv__ = _refusal("//", "write (a / b).floor()")
    __and__ = __rand__ = _refusal("&", "the product a * b of two that are 0 or 1 is 1 where both are")
    __or__ = __ror__ = _refusal("|", "write a + b - a * b of two that are 0 or 1")
    __invert__ = _refusal("~", "write 1 - a")
    __abs__ = _refusal("abs", "write choose, or a * (1 - 2 * a.less(0))")
    __round__ = _refusal("round", "write (a + '1/2').floor()")
    __iter__ = None

    def __bool__(self) -> bool:
        raise TypeError(
            "a position expression is not true or false here: write a.equals(b), a.less(b), a * b and 1 - a"
        )

    def __add__(self, other: Operand) -> Position:
        return _binary("+", self, other)

    def __radd__(self, other: Operand) -> Position:
        return _binary("+", other, self)

    def __sub__(self, other: Operand) -> Position:
        return _binary("-", self, other)

    def __rsub__(self, other: Operand) -> Position:
        return _binary("-", other, self)

    def __mul__(self, other: Operand) -> Position:
        return _binary("*", self, other)

    def __rmul__(self, other: Operand) -> Position:
        return _binary("*", other, self)

    def __neg__(self) -> Position:
        return _binary("-", 0, self)

    def __truediv__(self, other: Operand) -> Position:
        return _binary("/", self, other)

    def __rtruediv__(self, other: Operand) -> Position:
        return _binary("/", other, self)

    def __pow__(self, other: Operand) -> Position:
        return _binary("**", self, other)

    def __rpow__(self, other: Operand) -> Position:
        return _binary("**", other, self)

    def __mod__(self, other: Operand) -> Position:
        return _binary("mod", self, other)

    def __rmod__(self, other: Operand) -> Position:
        return _binary("mod", other, self)

    def equals(self, other: Operand) -> Position:
        """1 where both sides are equal, else 0."""
        return _binary("=", self, other)

    def less(self, other: Operand) -> Position:
        """1 where this side is smaller, else 0."""
        return _binary("<", self, other)

    def floor(self) -> Position:
        """The greatest integer below or at the value."""
        return Position("floor", (self,))

    def __str__(self) -> str:
        """The text, but of a table only the first entries."""
        return self.text(4)

    def text(self, most: int | None = None, tables: Mapping[tuple[Position, ...], str] | None = None) -> str:
        """The text that `logbits.encode.program.expression` reads.

        With `most`, at most so many entries of a table are shown; entries in `tables` have this name.
        """
        if self.op == "const":
            return show(self.value)
        if not self.args:
            return self.op
        if self.op == "choose":
            index, name = self.args[0].text(most, tables), (tables or {}).get(self.args[1:])
            if name is not None:
                return f"choose({index}: {name})"
            values = [arg.text(most, tables) for arg in self.args[1:]]
            shown = values if most is None else values[:most] + ["…"] * (len(values) > most)
            return f"choose({index}: {', '.join(shown)})"
        if len(self.args) == 1:
            return f"{self.op}({self.args[0].text(most, tables)})"
        left, right = self.args
        # What is written 2 / 3 would be read as a number, and -2 ** i as -(2 ** i).
        quotient = self.op == "/" and left.op == right.op == "const"
        return f"({left._operand(quotient, most, tables)} {self.op} {right._operand(quotient, most, tables)})"

    def _operand(self, quotient: bool, most: int | None, tables: Mapping[tuple[Position, ...], str] | None) -> str:
        plain = self.op != "const" or (not quotient and self.value >= 0 and self.value.denominator == 1)
        text = self.text(most, tables)
        return text if plain else f"({text})"


i = Position("i")
n = Position("n")


def constant(value: Number) -> Position:
    """The expression that is `value` at every position."""
    return Position("const", (), rational(value))


def position(value: Operand) -> Position:
    """`value` as an expression: unchanged if it is one, else a constant."""
    return value if isinstance(value, Position) else constant(value)


def choose(index: Operand, values: Iterable[Operand]) -> Position:
    """The k-th of `values`, from 1, where `index` is k: positions as a table. Elsewhere it is undefined."""
    return Position("choose", (position(index), *map(position, values)))


def by_place(values: Sequence[Number], first: int) -> Position:
    """The expression with these values at the positions from `first` on, 0 or 1; a constant where all are the same."""
    numbers = [rational(value) for value in values]
    if len(set(numbers)) <= 1:
        return constant(numbers[0] if numbers else 0)
    return choose(i + (1 - first) if first != 1 else i, numbers)


def _binary(op: str, left: Operand, right: Operand) -> Position:
    for side in (left, right):
        if described(side) in ("a feature", "a score", "an s-op", "a selector"):
            raise TypeError(f"{op} takes numbers, i and n, not {described(side)}: t.position(expression) is a feature")
    return Position(op, (position(left), position(right)))


def tables(expression: Position) -> Iterator[tuple[Position, ...]]:
    """The entries of all tables in an expression, those of inner ones first."""
    for arg in expression.args:
        if arg.args:
            yield from tables(arg)
    if expression.op == "choose" and expression.args:
        yield expression.args[1:]


def reads(expression: Position, variable: str) -> bool:
    """Whether the expression reads the variable: i, or n, which makes the model length-aware."""
    return expression.op == variable or any(reads(arg, variable) for arg in expression.args)


def size_in_bits(value: mpq) -> int:
    """The bits of a number: those of its numerator and of its denominator."""
    return value.numerator.bit_length() + value.denominator.bit_length()


def evaluate(expression: Position, index: int, length: int) -> mpq:
    """The value at position `index` (0 is BOS, `length` + 1 is EOS) of a word of `length` symbols.

    Raises:
        ValueError: on a division by zero, a power whose exponent is not an integer of at most 4,096 or that has more
            than about `MAX_POWER` bits, or a place outside a table.
    """
    match expression.op:
        case "const":
            return expression.value
        case "i":
            return mpq(index)
        case "n":
            return mpq(length)
        case "choose" if expression.args:
            place = evaluate(expression.args[0], index, length)
            if place.denominator != 1 or not 1 <= place < len(expression.args):
                raise ValueError(f"{_short(expression)} has no entry {show(place)} at i={index}, n={length}")
            return evaluate(expression.args[int(place)], index, length)
        case _:
            pass
    values = [evaluate(arg, index, length) for arg in expression.args]
    if sum(map(size_in_bits, values)) > MAX_POWER:
        raise ValueError(f"a number grows too large in {_short(expression)} at i={index}, n={length}")
    match expression.op, values:
        case "floor", [a]:
            return mpq(floor(a))
        case "+", [a, b]:
            return a + b
        case "-", [a, b]:
            return a - b
        case "*", [a, b]:
            return a * b
        case "=", [a, b]:
            return mpq(a == b)
        case "<", [a, b]:
            return mpq(a < b)
        case (("/" | "mod"), [a, b]):
            if b == 0:
                raise ValueError(f"division by zero in {_short(expression)} at i={index}, n={length}")
            return a / b if expression.op == "/" else a - b * floor(a / b)
        case "**", [a, b]:
            whole = b.denominator == 1 and abs(b) <= MAX_EXPONENT
            if not whole or (a == 0 and b < 0) or size_in_bits(a) * abs(b) > MAX_POWER:
                raise ValueError(f"cannot raise to that power: {_short(expression)} at i={index}, n={length}")
            return a ** int(b)
        case _:
            raise ValueError(f"unknown position operation {expression.op!r}")


def _short(expression: Position) -> str:
    text = str(expression)
    return text if len(text) <= 60 else f"{text[:57]}..."
