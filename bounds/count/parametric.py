"""All lengths in one question: two runs of a symmetric program, with the length and the counts left symbolic.

For a symmetric program (the premise is checked on the program) a run is a function of n and of how often each symbol
occurs (`logbits.bounds.count.symbolic_run`). `Parametric` holds the truth value that says that at some position the
outcomes differ, or that a run fails. Every assignment with n >= 1 and counts that sum up to n is a word, the sorted
one, and all words of a length are covered; so no counts are missed and none are invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...encode.claim.kind import DECISION, Kind
from ...encode.integer.script import script
from ...encode.integer.symbolic import Symbolic, evaluate
from ...encode.program.program import (
    BOS,
    EOS,
    Accept,
    Program,
)
from .kinds import symmetric
from .run import alike
from .symbolic_run import Setting, SymbolicRun

N = "n"


def count(symbol: int) -> str:
    """The name of the variable that says how often a symbol, by number, occurs."""
    return f"c{symbol}"


class Parametric:
    """Two runs, roundings in, for every n in 1..last: `root` is true where they break a claim of this kind.

    Raises:
        UnsupportedError: where a position expression does not become a ratio of integers for every n, and for
            attention.
        ValueError: for a program that is not symmetric, and for two that are not read at the same class.
    """

    def __init__(self, left: Program, right: Program, last: int, kind: Kind = DECISION) -> None:
        if not symmetric(left) or not symmetric(right):
            raise ValueError(f"{left.name} is not symmetric: the order of a word matters")
        if not alike(left, right):
            raise ValueError(f"{left.name} and {right.name} are not read alike")
        self.program, self.last, self.symbolic = left, last, Symbolic()
        self.alphabet = len(left.alphabet)
        length = self.symbolic.variable(N)
        counts = tuple(self.symbolic.variable(count(symbol)) for symbol in range(self.alphabet))
        setting = Setting(self.symbolic, length, counts, last)
        runs = [SymbolicRun(setting, program) for program in (left, right)]
        readout = left.readout
        if isinstance(readout, Accept) and readout.place in ("bos", "eos"):
            classes = [left.symbols().index(BOS if readout.place == "bos" else EOS)]
        else:
            classes = list(range(self.alphabet))
        both, negation = self.symbolic.conjunction, self.symbolic.negation
        parts = [both([runs[0].present[c], negation(runs[0].agrees(runs[1], c, kind))]) for c in classes]
        self.root = self.symbolic.disjunction([*parts, *(failure for run in runs for failure in run.failures)])

    def bounds(self, lengths: range) -> dict[str, tuple[int, int]]:
        """The least and the greatest value of n, then of each count, for lengths within 1..last.

        Raises:
            ValueError: for other lengths: intervals are those of 1..last.
        """
        first, last = lengths.start, lengths.stop - 1
        if not 1 <= first <= last <= self.last:
            raise ValueError(f"made for lengths 1..{self.last}, not {first}..{last}")
        return {N: (first, last)} | {count(symbol): (0, last) for symbol in range(self.alphabet)}

    def script(self, lengths: range, comments: Iterable[str] = ()) -> str:
        """The question for these lengths as SMT-LIB 2 text, with a variable for n and one for each count."""
        return script(self.symbolic, self.root, self.bounds(lengths), comments)

    def parts(self, counts: Sequence[int]) -> bool:
        """Whether the runs part, or one fails, on the words with these counts, by the terms."""
        values = {N: sum(counts)} | {count(symbol): c for symbol, c in enumerate(counts)}
        return evaluate(self.symbolic, values, self.root)
