"""Generated faults: every small change of an operator in the trusted files, and which of them the tests notice.

    python tests/mutate.py [--file F]... [--sample K] [--seed S] [--results PATH] [--again] [--list]

The list is a function of the source alone, in the order of the text. `--sample K` takes K of them, the same number from
each file as far as there are enough; a greater K adds to the faults of a smaller one. Each is applied to a copy of the
package, and the quick tests of its file are asked (`mutants.outcome`). Results are appended to a text file, a line per
fault as it is decided, and what stands there already is not asked again (`--again`: except what survived). At the end
comes a table per file.

A fault that survives is a missing test, or it changes nothing that is promised: `survivors.txt` lists those with their
reasons. It is written as `mutants.txt` is, with the operator in place of the tests and whole lines as text.

Why not mutmut or cosmic-ray: mutmut names modules by their path, and here the folder `encode` is `logbits.encode`, so
that it finds no test for any fault; cosmic-ray edits the checkout itself, leaves the fault in when it is interrupted,
and spends half of its faults on replacing an arithmetic operator by all others, but has none for min and max, floor and
ceil, all and any or the words that name ties, masks and roundings.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import os
import random
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from mutants import ROOT, outcome, read

TRUSTED = (
    "encode/term/terms.py",
    "encode/term/unroll.py",
    "encode/circuit/bits.py",
    "encode/circuit/circuit.py",
    "encode/term/ranges.py",
    "encode/arithmetic/twin.py",
    "encode/number/rounding.py",
    "encode/arithmetic/scales.py",
    "encode/number/rational.py",
    "encode/program/position.py",
    "encode/circuit/smtlib.py",
    "encode/program/program.py",
    "encode/circuit/words.py",
    "encode/circuit/aig.py",
    "encode/circuit/blast.py",
    "encode/circuit/tseitin.py",
    "encode/circuit/cnf.py",
    "encode/integer/ratio.py",
    "encode/integer/symbolic.py",
    "encode/integer/script.py",
    "encode/arithmetic/intervals.py",
    "encode/arithmetic/storage.py",
    "encode/arithmetic/parameters.py",
    "encode/model/textbook.py",
    "encode/claim/kind.py",
    "bounds/reduce/functions.py",
    "bounds/reduce/logic.py",
    "bounds/reduce/thresholds.py",
    "bounds/reduce/attention.py",
    "bounds/reduce/reduce.py",
    "bounds/count/run.py",
    "bounds/count/monotone.py",
    "bounds/count/parametric.py",
    "bounds/count/symbolic_run.py",
    "bounds/count/idle.py",
    "bounds/reduce/dominance.py",
    "bounds/reduce/around.py",
    "bounds/reduce/ranks.py",
    "verify/question/question.py",
    "verify/decide/counting.py",
    "verify/decide/answer.py",
    "encode/claim/assumption.py",
    "verify/solver/solve.py",
    "verify/solver/ask.py",
    "verify/engine/engine.py",
    "verify/question/simulation.py",
    "verify/decide/decide.py",
    "verify/solver/opinions.py",
    "verify/proof/proving.py",
    "verify/recheck/recheck.py",
    "verify/recheck/examine.py",
    "verify/recheck/record.py",
    "verify/request/identity.py",
    "verify/decide/together.py",
    "verify/verdict/verdict.py",
    "verify/question/agreement.py",
    "encode/claim/output.py",
    "verify/decide/exhaustion.py",
    "encode/number/mean.py",
    "encode/arithmetic/format.py",
    "encode/claim/claim.py",
    "verify/question/workspace.py",
    "verify/reference/pair.py",
    "verify/reference/reading.py",
    "verify/decide/plan.py",
)

MORE = {
    "encode/number/rational.py": ("rational", "formats", "scales"),
    "encode/program/position.py": ("position",),
    "encode/program/program.py": ("program", "counts"),
    "encode/term/terms.py": ("layers",),
    "encode/term/unroll.py": ("layers", "range", "question"),
    "encode/arithmetic/twin.py": ("layers",),
    "encode/circuit/circuit.py": ("bits",),
    "bounds/reduce/functions.py": ("layers", "attention"),
    "bounds/reduce/reduce.py": ("layers",),
    "verify/decide/counting.py": ("counts",),
    "verify/decide/answer.py": ("counts",),
    "verify/engine/engine.py": ("engine", "replay", "run"),
    "encode/number/mean.py": ("arithmetic", "sums", "counts"),
    "encode/arithmetic/format.py": ("arithmetic",),
    "encode/claim/claim.py": ("claims",),
    "verify/question/workspace.py": ("question",),
    "verify/reference/pair.py": ("question",),
    "verify/reference/reading.py": ("claims",),
    "verify/decide/plan.py": ("together",),
    "verify/decide/decide.py": ("engine",),
    "encode/integer/ratio.py": ("together",),
    "encode/integer/symbolic.py": ("together",),
    "encode/integer/script.py": ("together",),
    "verify/verdict/verdict.py": ("verdict",),
    "encode/arithmetic/intervals.py": ("scales", "idle"),
    "encode/arithmetic/storage.py": ("floats", "sums"),
    "encode/arithmetic/parameters.py": ("sums",),
    "encode/model/textbook.py": ("textbook", "weights"),
    "encode/claim/kind.py": ("claims",),
    "bounds/count/idle.py": ("idle",),
    "bounds/reduce/dominance.py": ("attention", "reduce"),
    "bounds/reduce/around.py": ("ranks",),
    "verify/question/agreement.py": ("claims",),
    "encode/claim/output.py": ("claims",),
}
"""Tests that are asked beside those that `mutants.txt` names for a file."""

SLOW = ("differential", "question", "assume", "run")
"""Tests that are asked last."""

FUZZ = "40"
SECONDS = {"run": 300.0}
"""How long a slow test may take, or the fast ones of a file together, where that is more than 90 seconds."""


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
class Fault:
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
        return f"{self.file} | {self.operator} | {self.column} | {' -> '.join(map(_flat, self.lines()))}{again}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.operator}: {_flat(self.lines()[1])[:80]}"


def _flat(text: str) -> str:
    return " ".join(text.split())


@cache
def _source(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


class _Finder:
    """The faults of one file."""

    def __init__(self, file: str) -> None:
        self.file, self.source = file, _source(file)
        self.starts = [0, *itertools.accumulate(len(line) for line in self.source.splitlines(keepends=True))]
        self.found: list[Fault] = []

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
            self.found.append(Fault(self.file, line, column, operator, start, stop, new))

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
def faults(file: str) -> tuple[Fault, ...]:
    """All faults of a file, in the order of the text, each once."""
    finder = _Finder(file)
    finder.walk(ast.parse(finder.source))
    distinct = {(fault.start, fault.stop, fault.new): fault for fault in finder.found}
    seen, numbered = Counter[str](), list[Fault]()
    for place in sorted(distinct):
        fault = distinct[place]
        seen[fault.key] += 1
        numbered.append(replace(fault, number=seen[fault.key]))
    return tuple(numbered)


def sample(files: Sequence[str], count: int | None, seed: int) -> Iterator[Fault]:
    """`count` of the faults of these files, in turn one of each file while it has any; None for all."""
    shuffled: list[list[Fault]] = []
    for file in files:
        each = list(faults(file))
        random.Random(f"{seed} {file}").shuffle(each)
        shuffled.append(each)
    turns = (fault for turn in itertools.zip_longest(*shuffled) for fault in turn if fault is not None)
    return itertools.islice(turns, count)


@cache
def quick_tests(file: str) -> tuple[str, ...]:
    """The quick tests that are asked about a file, fast ones first."""
    named = {name for mutant in read() if mutant.file == file for name in mutant.tests} | {*MORE.get(file, ())}
    if file.startswith(("encode/", "bounds/")) and file not in ("bounds/count/run.py", "bounds/count/monotone.py"):
        named.add("differential")
    return tuple(sorted(named, key=lambda name: (SLOW.index(name) if name in SLOW else -1, name)))


def excused() -> dict[tuple[str, str, str], str]:
    """The faults that may survive, as file, old and new lines, with the reason."""
    listed = read("survivors.txt")
    return {(each.file, textwrap.dedent(each.old), textwrap.dedent(each.new)): each.reason for each in listed}


def decide(chosen: Sequence[Fault], results: Path, *, again: bool) -> dict[str, str]:
    """The outcome of each fault by its key, from the file of results or from the tests."""
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    known = dict(reversed(line.split(" ", 1)) for line in lines if line)
    with results.open("a", encoding="utf-8") as file:
        for number, fault in enumerate(chosen, start=1):
            if fault.key in known and not (again and known[fault.key] == "survived"):
                continue
            start = time.monotonic()
            known[fault.key] = ask(fault)
            print(f"{known[fault.key]} {fault.key}", file=file, flush=True)
            spent = time.monotonic() - start
            print(f"{number:4}/{len(chosen)} {spent:6.1f} s  {known[fault.key]:8}  {fault}", flush=True)
    return known


def ask(fault: Fault) -> str:
    """The outcome of the quick tests: the slow ones among them are asked where the fast ones notice nothing."""
    tests = quick_tests(fault.file)
    fast, slow = [name for name in tests if name not in SLOW], [name for name in tests if name in SLOW]
    found = outcome(fault.file, fault.text(), fast, FUZZ, 90.0) if fast else "survived"
    for name in slow:
        if found == "survived":
            found = outcome(fault.file, fault.text(), [name], FUZZ, SECONDS.get(name, 90.0))
    return found


def report(files: Sequence[str], chosen: Sequence[Fault], known: dict[str, str]) -> int:
    """Prints the table, then the survivors without a reason, of which it returns the number."""
    reasons = excused()
    print(f"\n{'file':24}{'generated':>10}{'tested':>8}{'killed':>8}{'survived':>10}{'excused':>9}{'score':>8}")
    unexplained: list[Fault] = []
    total = Counter[str]()
    for file in files:
        several = [fault for fault in chosen if fault.file == file and fault.key in known]
        survivors = [fault for fault in several if known[fault.key] == "survived"]
        without = [fault for fault in survivors if (file, *fault.lines()) not in reasons]
        unexplained += without
        row = Counter(
            generated=len(faults(file)),
            tested=len(several),
            killed=len(several) - len(survivors),
            survived=len(survivors),
            excused=len(survivors) - len(without),
        )
        total.update(row)
        _print_row(file, row)
    _print_row("all", total)
    for fault in unexplained:
        print(f"SURVIVED {fault}\n    - {_flat(fault.lines()[0])}\n    + {_flat(fault.lines()[1])}")
    return len(unexplained)


def _print_row(name: str, row: Counter[str]) -> None:
    counted = row["tested"] - row["excused"]
    score = f"{100 * row['killed'] / counted:.0f} %" if counted else "-"
    numbers = "".join(f"{row[key]:>{width}}" for key, width in (("generated", 10), ("tested", 8), ("killed", 8)))
    print(f"{name:24}{numbers}{row['survived']:>10}{row['excused']:>9}{score:>8}")


def main() -> int:
    """The status is 1 if a fault survives without a reason."""
    parser = argparse.ArgumentParser(description="Generated faults in the trusted files, and whether tests notice them")
    parser.add_argument("--file", action="append", choices=TRUSTED, help="only this file (may be repeated)")
    parser.add_argument("--sample", type=int, help="how many faults, all files alike; without it all of them")
    parser.add_argument("--seed", type=int, default=0, help="which sample")
    parser.add_argument("--results", type=Path, default=Path("build", "faults.txt"), help="what is known already")
    parser.add_argument("--again", action="store_true", help="ask again about faults that survived")
    parser.add_argument("--list", action="store_true", help="list the faults, ask no tests")
    chosen = parser.parse_args()
    files = tuple(chosen.file or TRUSTED)
    several = list(sample(files, chosen.sample, chosen.seed))
    if chosen.list:
        for fault in sorted(several, key=lambda fault: (fault.file, fault.start)):
            print(fault)
        return 0
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    os.nice(15)
    return int(report(files, several, decide(several, chosen.results, again=chosen.again)) > 0)


if __name__ == "__main__":
    sys.exit(main())
