"""A word as one rational: the construction of theorem 1 as printed, which refutes its own claim.

    x = U[1_1 / p_i], p_i the i-th prime;  the i-th symbol is read as a 1 iff p_i divides the denominator of x

Merrill, Sabharwal and Smith 2022, theorem 1: with exact rationals one head is to encode the whole word, whose ones are
the prime factors of the denominator of Σ 1_1/p_i. That holds for the sum. A head averages, and dividing by n puts
factors of n into the denominator (or takes some out): `01`, `100` and `11000` all give x = 1/6. Of the 126 words with
n <= 6, 51 are read wrongly, in exact rationals.

So the model outputs x itself, which is what it computes; `decode` is the theorem's reading of it, and a test counts
where that is wrong. Low precision changes x on `01` already: 1/6 is no binary fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count, islice

from gmpy2 import mpq

from ..encode.model.build import Builder
from ..encode.program.position import choose, i
from ..encode.program.program import Program
from .case import Case

LONGEST = 255
"""The greatest length: there is a prime for each position up to it."""

PRIMES = tuple(islice((p for p in count(2) if all(p % q for q in range(2, p))), LONGEST))


def program() -> Program:
    """One layer, one head."""
    t = Builder(
        "prime-encoding",
        "01",
        max_length=LONGEST,
        formula="output x = U[1_1 / p_i], p_i the i-th prime",
        source="Merrill, Sabharwal and Smith 2022, theorem 1 as printed",
    )
    return t.output(t.uniform(t.embed({"1": 1 / choose(i, PRIMES)}, name="1/p_i at ones"), name="x"))


def function(word: Sequence[str]) -> tuple[mpq | str, ...]:
    """The sum of 1/p_i over the ones, divided by the length."""
    ones = compress(PRIMES, (symbol == "1" for symbol in word))
    return (sum((mpq(1, p) for p in ones), mpq(0)) / len(word),) * len(word)


def decode(x: mpq, length: int) -> str:
    """The word that theorem 1 reads from x: a 1 where the prime of the position divides the denominator."""
    return "".join("1" if x.denominator % p == 0 else "0" for p in PRIMES[:length])


case = Case(38, "prime-encoding", program(), function=function, note="refutes its own claim: a head does not sum")
