"""Double histogram: how many different symbols occur as often as this one.

    h_i as in entry 27;  first_i = 1[no earlier copy];  x' = A over {BOS} ∪ {j : h_j = h_i and first_j} of 1[BOS]
    output 1/x' - 1

RASP (Weiss, Goldberg and Yahav 2021): a histogram of the histogram. The second selection has the score
-(h_j - h_i)² - 1[not first_j] at words' positions and 0 at BOS; an earlier copy shows in a strict mean of this symbol.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from ..encode.model.build import Builder
from ..encode.program.program import Program
from .case import Case

ALPHABET = "ab"
LONGEST = 255
"""The greatest length: the first step function has a threshold for each h up to it."""


def program() -> Program:
    """Two layers, of two heads (one of them strict) and of one."""
    t = Builder(
        "double-histogram",
        ALPHABET,
        bos=True,
        max_length=LONGEST,
        formula="h as in histogram-width; first_i = 1[no earlier copy]; the width of {j : h_j = h_i, first_j}",
        source="RASP (Weiss, Goldberg and Yahav 2021)",
    )
    bos, word, symbols = t.symbol("BOS"), t.symbol(*ALPHABET, name="is no BOS"), [t.symbol(a) for a in ALPHABET]
    same = sum((t.query(a) * t.key(a) for a in symbols), start=t.key(bos))
    share = t.attend(same, bos, name="x = 1/(1+h)")
    count = t.steps(-share, 0, {mpq(-2, 2 * m + 1): m for m in range(1, LONGEST + 1)}, name="h = 1/x - 1")
    copies = [t.both(a, t.uniform(a, "strict", name="mean before") > 0) for a in symbols]
    again = t.store(sum(copies, start=t.expression(0)), name="has an earlier copy")
    other = -t.key(word) * (t.key(count) - t.query(count)) ** 2 - t.key(word) * t.key(again)
    among = t.attend(other, bos, name="x' = 1/(1+width)")
    most = len(ALPHABET)
    return t.output(t.steps(-among, 0, {mpq(-2, 2 * m + 1): m for m in range(1, most + 1)}, name="width = 1/x' - 1"))


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """For each position, the number of different symbols that occur as often as the one there."""
    counts = {symbol: word.count(symbol) for symbol in set(word)}
    return tuple(mpq(list(counts.values()).count(counts[symbol])) for symbol in word)


case = Case(30, "double-histogram", program(), function=function, note=f"two symbols; h up to {LONGEST}")
