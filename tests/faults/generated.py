"""Every small change of an operator, number, name or word in a file: a list that is a function of its text alone."""

from __future__ import annotations

import ast
import itertools
import random
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from faults.trial import ROOT


def _changes(text: str) -> dict[str, str]:
    pairs = (pair.split(" to ") for line in text.splitlines() for pair in line.split(", ") if pair.strip())
    return {old.strip(): new.strip(" ,") for old, new in pairs}


OPERATORS = _changes("""
    Lt to <, LtE to <=, Gt to >, GtE to >=, Eq to ==, NotEq to !=, In to in, NotIn to not in, Is to is, IsNot to is not
    And to and, Or to or, Add to +, Sub to -, Mult to *, Div to /, FloorDiv to //, Mod to %, LShift to <<, RShift to >>
    BitOr to |, BitAnd to &, BitXor to ^
""")
"""The text of an operator, by the name of its class."""

OTHER = _changes("""
    < to <=, <= to <, > to >=, >= to >, == to !=, != to ==, in to not in, not in to in, is to is not, is not to is
    and to or, or to and, + to -, - to +, * to +, / to *, // to %, % to //, << to >>, >> to <<, | to &, & to |, ^ to |
""")
"""What an operator becomes."""

NAMES = _changes("""
    min to max, max to min, any to all, all to any, floor to ceil, ceil to floor, gcd to lcm, lcm to gcd
    ZERO to ONE, ONE to ZERO, zero to one, one to zero, TRUE to FALSE, FALSE to TRUE, low to high, high to low
    left to right, right to left, first to last, last to first, bisect_left to bisect_right, bisect_right to bisect_left
    conjunction to disjunction, disjunction to conjunction
""")
"""What a name becomes, where it is read."""

WORDS = _changes("""
    > to >=, >= to >, = to >=, floor to ceil, ceil to floor, toward-zero to floor, nearest-even to nearest-away
    saturated to hard, hard to rightmost, rightmost to hard, uniform to saturated, none to causal, causal to strict
    strict to causal, saturate to wrap, wrap to saturate, error to saturate, first to last, last to first, bos to eos
    eos to bos, sat to unsat, unsat to sat, unknown to unsat, vacuous to solver, least to final
""")
"""What a string becomes."""

UNSWAPPED = ("isinstance", "cast", "zip", "facts", "terms", "circuit", "bits")
"""Functions and first arguments of calls that are left alone: swapped, they would only be of the wrong type."""


@dataclass(frozen=True)
class Generated:
    """Characters start..stop of a file replaced by `new`; line (from 1) and column (from 0) are those of the start.

    `number` tells faults on equal lines apart.
    """

    file: str
    line: int
    column: int
    operator: str
    start: int
    stop: int
    new: str
    number: int = 1

    def text(self) -> str:
        """The file with the fault in."""
        source = _source(self.file)
        return source[: self.start] + self.new + source[self.stop :]

    def lines(self) -> tuple[str, str]:
        """The lines that change, before and after, without their common indentation."""
        source = _source(self.file)
        begin = source.rfind("\n", 0, self.start) + 1
        end = source.find("\n", self.stop)
        after = source[begin : self.start] + self.new + source[self.stop : end]
        return textwrap.dedent(source[begin:end]), textwrap.dedent(after)

    @property
    def key(self) -> str:
        """What the fault is, apart from its line number: results stay valid when the file grows elsewhere."""
        again = "" if self.number == 1 else f" | {self.number}"
        return f"{self.file} | {self.operator} | {self.column} | {' -> '.join(map(flat, self.lines()))}{again}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.operator}: {flat(self.lines()[1])[:80]}"


def flat(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


@cache
def _source(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


class _Finder:
    """The faults of one file."""

    def __init__(self, file: str) -> None:
        self.file, self.source = file, _source(file)
        self.starts = [0, *itertools.accumulate(len(line) for line in self.source.splitlines(keepends=True))]
        self.found: list[Generated] = []

    def at(self, line: int, column: int) -> int:
        """The offset of a position of `ast`, whose columns count bytes of UTF-8."""
        text = self.source[self.starts[line - 1] : self.starts[line]]
        return self.starts[line - 1] + len(text.encode()[:column].decode())

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)

    def segment(self, node: ast.expr | ast.stmt) -> str:
        return self.source[slice(*self.span(node))]

    def put(self, operator: str, start: int, stop: int, new: str) -> None:
        line = self.source.count("\n", 0, start) + 1
        if self.source[start:stop] != new:
            column = start - self.starts[line - 1]
            self.found.append(Generated(self.file, line, column, operator, start, stop, new))

    def replace(self, operator: str, node: ast.expr | ast.stmt, new: str) -> None:
        self.put(operator, *self.span(node), new)

    def between(self, left: ast.expr, right: ast.expr, operator: ast.AST) -> None:
        """Replaces the operator between two operands."""
        old = OPERATORS.get(type(operator).__name__, "")
        start, stop = self.span(left)[1], self.span(right)[0]
        if old and old in (gap := self.source[start:stop]):
            place = start + gap.index(old)
            self.put(f"{old} to {OTHER[old]}", place, place + len(old), OTHER[old])

    def walk(self, node: ast.AST) -> None:
        """All faults at and below a node, except in what no program computes: types, documentation, messages."""
        self.visit(node)
        skipped: set[ast.AST | None] = set()
        match node:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
                skipped.add(annotation)
            case ast.FunctionDef(returns=returns, decorator_list=decorators):
                skipped |= {returns, *decorators}
            case ast.ClassDef(decorator_list=decorators):
                skipped |= set(decorators)
            case ast.Call(func=ast.Name("cast"), args=[kind, _]):
                skipped.add(kind)
            case ast.Subscript(value=ast.Name("list" | "dict" | "set" | "tuple" | "Literal", _), slice=kind):
                skipped.add(kind)
            case ast.Assign(targets=[ast.Name(name)], value=value) if name[0].isupper() and not name.isupper():
                skipped.add(value)  # the name of a type
            case _:
                pass
        for child in ast.iter_child_nodes(node):
            documentation = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            messages = isinstance(child, (ast.JoinedStr, ast.Raise, ast.Import, ast.ImportFrom, ast.Assert))
            if child in skipped or documentation or (messages and not isinstance(child, ast.Raise)):
                continue
            if isinstance(child, ast.Raise):
                self.replace("drop raise", child, "pass")
            else:
                self.walk(child)

    def visit(self, node: ast.AST) -> None:
        match node:
            case ast.Compare(left, operators, comparators):
                for operator, (a, b) in zip(operators, itertools.pairwise([left, *comparators]), strict=True):
                    self.between(a, b, operator)
            case ast.BoolOp(operator, values):
                for a, b in itertools.pairwise(values):
                    self.between(a, b, operator)
            case ast.BinOp(left, operator, right):
                self.between(left, right, operator)
            case ast.UnaryOp(ast.Not(), operand):
                self.replace("drop not", node, f"({self.segment(operand)})")
            case ast.UnaryOp(ast.USub(), operand):
                self.replace("drop minus", node, f"({self.segment(operand)})")
            case ast.Constant(bool(value)):
                self.replace("flip", node, str(not value))
            case ast.Constant(int(value)):
                self.replace("number + 1", node, str(value + 1))
                self.replace("number - 1", node, f"({value - 1})" if value < 1 else str(value - 1))
            case ast.Constant(str(value)) if value in WORDS:
                self.replace("word", node, f'"{WORDS[value]}"')
            case ast.Name(name, ast.Load()) if name in NAMES:
                self.replace("name", node, NAMES[name])
            case ast.Attribute(value, name, ast.Load()) if name in NAMES:
                self.replace("name", node, f"{self.segment(value)}.{NAMES[name]}")
            case ast.If(test) | ast.While(test) | ast.IfExp(test) | ast.match_case(guard=ast.expr() as test):
                self.replace("negate", test, f"(not ({self.segment(test)}))")
            case ast.comprehension(ifs=tests):
                for test in tests:
                    self.replace("negate", test, f"(not ({self.segment(test)}))")
            case ast.Call(ast.Name("range"), args, []):
                self.range(args)
            case ast.Call(ast.Name(name), [ast.Name(given), _]) if name in UNSWAPPED or given in UNSWAPPED:
                pass
            case ast.Call(_, [a, b], []) if not any(isinstance(each, ast.Starred) for each in (a, b)):
                self.put("swap", self.span(a)[0], self.span(b)[1], f"{self.segment(b)}, {self.segment(a)}")
            case ast.Continue() | ast.Break() | ast.AugAssign() | ast.Expr(ast.Call()):
                self.replace("drop", node, "pass")
            case _:
                pass

    def range(self, args: Sequence[ast.expr]) -> None:
        """A range that starts one later, or ends one earlier."""
        texts = [self.segment(arg) for arg in args]
        if len(args) == 1:
            self.put("range", self.span(args[0])[0], self.span(args[0])[0], "1, ")
        else:
            self.replace("range", args[0], f"{texts[0]} + 1")
        stop = args[0] if len(args) == 1 else args[1]
        self.replace("range", stop, f"{self.segment(stop)} - 1")


@cache
def faults(file: str) -> tuple[Generated, ...]:
    """All faults of a file, in the order of the text, each once."""
    finder = _Finder(file)
    finder.walk(ast.parse(finder.source))
    distinct = {(fault.start, fault.stop, fault.new): fault for fault in finder.found}
    seen, numbered = Counter[str](), list[Generated]()
    for place in sorted(distinct):
        fault = distinct[place]
        seen[fault.key] += 1
        numbered.append(replace(fault, number=seen[fault.key]))
    return tuple(numbered)


def sample(files: Sequence[str], count: int | None, seed: int) -> Iterator[Generated]:
    """`count` of the faults of these files, in turn one of each file while it has any; None for all."""
    shuffled: list[list[Generated]] = []
    for file in files:
        each = list(faults(file))
        random.Random(f"{seed} {file}").shuffle(each)
        shuffled.append(each)
    turns = (fault for turn in itertools.zip_longest(*shuffled) for fault in turn if fault is not None)
    return itertools.islice(turns, count)
