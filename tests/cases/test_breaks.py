"""Where rounding first breaks the catalogue's later entries: found by enumeration of all words, in reference runs.

A length is followed by the first of its words that break, and by how many do; None says that none does up to there.
"""

from __future__ import annotations

from typing import cast

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.cases.prime_encoding import PRIMES, decode
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.program.position import evaluate, position
from logbits.verify.reference.readout import Rows
from logbits.verify.reference.run import Reference
from support.first_breaks import all_words, breaks, first_break, one_word_per_count

Break = tuple[int, str, int] | None

GOLDEN: dict[str, tuple[int, dict[str, Break]]] = {
    "parity": (
        7,
        {
            "lit": (2, "11", 1),
            "R(1)": (2, "11", 1),
            "R(2)": (6, "001111", 22),
            "R(4)": None,
            "Q(2)": (3, "001", 4),
            "Q(4)": (5, "00001", 16),
        },
    ),
    "dyck1-rasp": (8, {"lit": None, "R(1)": None, "Q(1)": (4, "())(", 2), "Q(2)": (6, "(()))(", 5)}),
    "shuffle-dyck": (4, {"lit": None, "R(2)": None, "Q(1)": (3, "(()", 26)}),
    "dyck-bounded": (4, {"lit": None, "R(2)": None, "Q(1)": (3, "(()", 34)}),
    "anbncn": (5, {"lit": None, "R(2)": None, "Q(1)": (3, "aab", 10), "Q(2)": (5, "aabbc", 21)}),
    "ww": (6, {"lit": None, "R(2)": None, "Q(1)": (4, "aaab", 8), "Q(2)": (6, "aaaaab", 24)}),
    "shift": (7, {"lit": None, "R(2)": None, "Q(0)": None}),
    "reverse": (7, {"lit": None, "R(2)": None, "Q(0)": None}),
    "pattern": (7, {"lit": None, "R(2)": None, "Q(1)": None}),
    "k-hop": (7, {"lit": None, "R(2)": None, "Q(0)": None}),
    "even-length": (9, {"lit": None, "Q(0)": None}),
    "induction-average": (7, {"lit": None, "R(2)": None, "Q(0)": (4, "bbaa", 1), "Q(1)": None}),
    "histogram-mean": (7, {"lit": (3, "aaa", 2), "R(2)": (7, "aaaaaaa", 58), "Q(1)": (3, "aab", 6)}),
    "histogram-lookup": (6, {"lit": None, "R(2)": None, "Q(2)": (5, "aaaab", 30), "Q(3)": (3, "aab", 6)}),
    "double-histogram": (6, {"lit": (5, "aaabb", 20), "R(2)": None, "Q(1)": (3, "aba", 4), "Q(3)": (5, "aaabb", 20)}),
    "sort": (7, {"lit": (6, "aaaaba", 4), "R(1)": (7, "aaaabaa", 5), "R(2)": None, "Q(3)": (5, "aaaab", 19)}),
    "prefix-mean": (
        6,
        {"lit": (3, "100", 2), "R(2)": (5, "01110", 2), "R(4)": (5, "01110", 1), "Q(4)": (4, "1000", 1)},
    ),
    "prime-encoding": (3, {"lit": (3, "001", 7), "Q(12)": (2, "01", 2), "fixed(8)": (2, "01", 2)}),
}


@pytest.mark.first(8)
@pytest.mark.parametrize(
    ("name", "arithmetic"), [(name, arithmetic) for name, (_, found) in GOLDEN.items() for arithmetic in found]
)
def test_the_first_break(name: str, arithmetic: str) -> None:
    (bound, expected), case = GOLDEN[name], CASES[name]
    found = breaks(case, arithmetic, all_words(case), bound)
    assert (None if found is None else (found[0], found[1][0], len(found[1]))) == expected[arithmetic]


@pytest.mark.parametrize(
    ("name", "arithmetic", "length"),
    [
        *(
            (name, arithmetic, None)
            for name in ("fraction", "at-least-k", "linear-count")
            for arithmetic in ("lit", "R(3)")
        ),
        # 1/3 and 2/3 are rounded to multiples of 2^-t in the ratio 1 : 2 just if t is even.
        *(("fraction", f"Q({t})", 3 if t % 2 else {2: 7, 4: 19}[t]) for t in range(1, 6)),
        # 1/n rounds to 0 once n > 2^t, and no ones at all are accepted.
        *(("at-least-k", f"Q({t})", 2**t + 1) for t in range(2, 6)),
        *(("linear-count", f"Q({t})", length) for t, length in enumerate([5, 3, 21, 3, 13], start=2)),
        *(("mod-count", f"Q({t})", length) for t, length in enumerate([1, 2, 4, 4, 5, 8, 10])),
        ("mod-count", "lit", None),
        ("mod-count", "R(3)", None),
    ],
)
def test_the_first_break_by_counts(name: str, arithmetic: str, length: int | None) -> None:
    # These run the same on all words with the same number of ones.
    assert first_break(CASES[name], arithmetic, one_word_per_count, length or 24) == length


@pytest.mark.parametrize("name", ["parity-lookup", "mod-count", "dyck-bounded", "histogram-lookup"])
def test_declared_ranges_are_those_of_the_scores(name: str) -> None:
    case = CASES[name]
    [(index, ends)] = case.program.ranges
    for length in range(2, 6):
        declared = [evaluate(position(end), 0, length) for end in ends]
        scores: list[mpq] = []
        for below in range(1, length + 1):
            reference = Reference(case.program, EXACT, below)
            for word in all_words(case)(below):
                scores += [v for row in cast(Rows, reference.run(word).values[index]) for v in row if v is not None]
        assert [min(scores), max(scores)] == declared


def test_the_theorem_reads_51_of_126_words_wrongly() -> None:
    case = CASES["prime-encoding"]
    reference, wrong = Reference(case.program, EXACT, 6), []
    for length in range(1, 7):
        for word in all_words(case)(length):
            x = cast(tuple[mpq, ...], reference.run(word).outcome)[0]
            if decode(x, length) != word:
                wrong.append(word)
            if word in ("01", "100", "11000"):
                assert x == mpq(1, 6)
            assert decode(x * length, length) == word, "the sum, which no head computes, can be read"
    assert len(wrong) == 51
    assert wrong[0] == "01"
    assert PRIMES[:5] == (2, 3, 5, 7, 11)
