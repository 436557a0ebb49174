"""Reading position expressions: `(i / (n + 1))`, `floor(i / 2) mod 3`, `1/3`, `2 * (i = 4)`.

    comparison = sum [ ("=" | "<") sum ]          1 where it holds, else 0
    sum        = term { ("+" | "-") term }
    term       = factor { ("*" | "/" | "mod") factor }
    factor     = "-" factor | power
    power      = atom [ "**" factor ]
    atom       = number | "i" | "n" | "floor" "(" comparison ")" | "(" comparison ")"
               | "choose" "(" comparison ":" comparison { "," comparison } ")"      a table: the first for 1
               | "choose" "(" comparison ":" name ")"                               one that was given a name before

Numbers are integers or decimals; `1/3` and `-2`, where they are no operands of anything else, are one constant. So
`parse(expression.text()) == expression` for every expression. This is the whole language: a name that is not in it is a
fault of the text, and nothing is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..number.rational import rational
from .position import MAX_DEPTH, Position, constant, i, n

MAX_TEXT = 100_000
"""The greatest length of a text."""

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/=<():,]))", re.ASCII)
_VARIABLES = {"i": i, "n": n}
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
WORDS = ("i", "n", "floor", "choose", "mod")
"""The names that mean something, so that no table has them."""

Tables = Mapping[str, tuple[Position, ...]]
"""Entries of tables that expressions may name."""


class ExpressionError(ValueError):
    """A text that is no position expression: the message says what was expected, and where."""


def is_name(text: str) -> bool:
    """Whether a table may have this name."""
    return _NAME.fullmatch(text) is not None and text not in WORDS


def parse(text: str, tables: Tables | None = None) -> Position:
    """The expression that `text` stands for, where the tables have these names.

    Raises:
        ExpressionError: for anything else.
    """
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"an expression of {len(text)} characters: at most {MAX_TEXT} are read")
    return _Parser(text, tables or {}).whole()


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str, tables: Tables) -> None:
        self.text, self.tables = text, tables
        self.tokens = _tokens(text)
        self.next = 0
        self.nested = 0

    def whole(self) -> Position:
        found, depth = self.comparison()
        if self.next < len(self.tokens):
            raise self.wrong("the end or an operation")
        if depth > MAX_DEPTH:
            raise ExpressionError(f"nested more than {MAX_DEPTH} deep")
        return found

    def wrong(self, wanted: str) -> ExpressionError:
        if self.next >= len(self.tokens):
            return ExpressionError(f"{_short(self.text)} ends where {wanted} is expected")
        token, start = self.tokens[self.next]
        return ExpressionError(
            f"{_short(token)} at character {start + 1} of {_short(self.text)}, where {wanted} is expected"
        )

    def take(self, *wanted: str) -> str | None:
        if self.next < len(self.tokens) and self.tokens[self.next][0] in wanted:
            self.next += 1
            return self.tokens[self.next - 1][0]
        return None

    def need(self, token: str) -> None:
        if self.take(token) is None:
            raise self.wrong(repr(token))

    def comparison(self) -> tuple[Position, int]:
        left = self.sum()
        op = self.take("=", "<")
        return left if op is None else _node(op, left, self.sum())

    def sum(self) -> tuple[Position, int]:
        left = self.term()
        while op := self.take("+", "-"):
            left = _node(op, left, self.term())
        return left

    def term(self) -> tuple[Position, int]:
        begun = self.next
        left = self.factor()
        while op := self.take("*", "/", "mod"):
            bare = self.is_number(begun, self.next - 1)
            middle = self.next
            right = self.factor()
            if op == "/" and bare and self.is_number(middle, self.next) and right[0].value != 0:
                left = constant(left[0].value / right[0].value), 1
            else:
                left = _node(op, left, right)
        return left

    def is_number(self, first: int, last: int) -> bool:
        """Whether the tokens first..last-1 are a number that nothing has been done with, or one with its sign."""
        if last - first == 2 and self.tokens[first][0] == "-":
            first += 1
        return last - first == 1 and self.tokens[first][0][0].isdigit()

    def factor(self) -> tuple[Position, int]:
        begun = self.next
        if self.take("-") is None:
            return self.power()
        self.enter()
        value = self.factor()
        self.nested -= 1
        if self.is_number(begun, self.next):
            return constant(-value[0].value), 1
        return _node("-", (constant(0), 1), value)

    def power(self) -> tuple[Position, int]:
        base = self.atom()
        if self.take("**") is None:
            return base
        self.enter()
        exponent = self.factor()
        self.nested -= 1
        return _node("**", base, exponent)

    def atom(self) -> tuple[Position, int]:
        if self.take("("):
            return self.closed()
        if self.take("floor"):
            self.need("(")
            inside, depth = self.closed()
            return Position("floor", (inside,)), depth + 1
        if self.take("choose"):
            self.need("(")
            return self.choice()
        token = self.tokens[self.next][0] if self.next < len(self.tokens) else ""
        if token in _VARIABLES:
            self.next += 1
            return _VARIABLES[token], 1
        if not token[:1].isdigit():
            raise self.wrong("a number, i, n, floor, choose or a parenthesis")
        self.next += 1
        try:
            return constant(rational(token)), 1
        except ValueError as error:
            raise ExpressionError(f"a number of {len(token)} digits") from error

    def choice(self) -> tuple[Position, int]:
        self.enter()
        parts = [self.comparison()]
        self.need(":")
        name = self.take(*self.tables)
        if name is not None:
            entries = self.tables[name]
            parts.append((entries[0], max(entry.depth for entry in entries)))
        else:
            parts.append(self.comparison())
            while self.take(","):
                parts.append(self.comparison())
            entries = tuple(part for part, _ in parts[1:])
        self.need(")")
        self.nested -= 1
        return Position("choose", (parts[0][0], *entries)), 1 + max(depth for _, depth in parts)

    def closed(self) -> tuple[Position, int]:
        self.enter()
        inside = self.comparison()
        self.need(")")
        self.nested -= 1
        return inside

    def enter(self) -> None:
        self.nested += 1
        if self.nested > MAX_DEPTH:
            raise ExpressionError(f"nested more than {MAX_DEPTH} deep")


def _node(op: str, left: tuple[Position, int], right: tuple[Position, int]) -> tuple[Position, int]:
    """An operation with its depth."""
    depth = 1 + max(left[1], right[1])
    if depth > MAX_DEPTH:
        raise ExpressionError(f"nested more than {MAX_DEPTH} deep: write long sums with parentheses, as a tree")
    return Position(op, (left[0], right[0])), depth


def _tokens(text: str) -> Sequence[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            rest = text[place:end].lstrip()
            raise ExpressionError(
                f"{_short(rest[:1])} at character {end - len(rest) + 1} of {_short(text)} means nothing there"
            )
        found.append((match[match.lastindex or 0], match.start(match.lastindex or 0)))
        place = match.end()
    return found


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
