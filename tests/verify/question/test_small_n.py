"""Every verdict up to n = 8 against enumeration by the reference run.

Covered, for each of the six first cases of the catalogue: bounds N = 1..8; `fixed(b)` for b = 2..8 with the mean rules
`quotient`, `reciprocal(0)` and `reciprocal(2)`; `dyadic` with `reciprocal(0..3)` and `quotient(0..4)`; lengths
n = 1..N. At each length the question, decided or read off its circuit on all 2**n words, must say "broken" on exactly
the words on which the two reference runs differ; z3, in this process, is asked at n = 7 too and must say SAT or UNSAT
accordingly.

A run depends on the bound through the formats of its sites alone. So a (program, sites, mean rule, length) that has
been enumerated is not enumerated again under another bound: five of the cases have no positions and cost one bound; the
palindromes cost a bound whenever a scale changes.
"""

from __future__ import annotations

import itertools
from functools import cache

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT, Arithmetic
from logbits.encode.arithmetic.scales import Site, sites
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.program.program import Program
from logbits.verify.question.question import Question
from logbits.verify.reference.readout import Outcome
from logbits.verify.reference.run import Reference, Run
from logbits.verify.solver.table import BACKENDS
from support.circuit_values import columns
from support.marks import slow_after

NAMES = ("majority", "majority-affine", "contains-eq", "dyck1", "dyck1-relu", "palindrome")
FIXED = [f"fixed({bits}){mean}" for bits in range(2, 9) for mean in ("", " reciprocal(0)", " reciprocal(2)")]
DYADIC = [f"R({t})" for t in range(4)] + [f"Q({t})" for t in range(5)]
LONGEST = 8
SOLVED = 7

Word = tuple[str, ...]


@cache
def words(program: Program, length: int) -> list[Word]:
    return list(itertools.product(program.alphabet, repeat=length))


@cache
def exact_runs(name: str, length: int) -> list[Run]:
    reference = Reference(CASES[name].program, EXACT, LONGEST)
    return [reference.run(word) for word in words(CASES[name].program, length)]


def broken(name: str, arithmetic: Arithmetic, bound: int, length: int) -> list[bool]:
    """For each word whether the runs differ, by enumeration."""
    reference = Reference(CASES[name].program, arithmetic, bound)
    low = [reference.run(word) for word in words(CASES[name].program, length)]
    assert not any(run.failure for run in low)
    left: list[Outcome] = [run.outcome for run in exact_runs(name, length)]
    return [a != b.outcome for a, b in zip(left, low, strict=True)]


def answered(question: Question) -> list[bool]:
    """For each word whether the question says that it breaks the claim."""
    codes = list(itertools.product(range(len(question.claim.program.alphabet)), repeat=question.length))
    if question.decided():
        return [False] * len(codes)
    bits = question.bits
    return [value == 1 for value in columns(bits.circuit, codes)[bits.truth(question.root)]]


@pytest.mark.first(7)
@pytest.mark.parametrize("text", [*FIXED, *DYADIC])
@pytest.mark.parametrize("name", slow_after(2, NAMES))
def test_every_verdict_is_that_of_enumeration(name: str, text: str) -> None:
    program, arithmetic = CASES[name].program, parse(text)
    seen: set[tuple[tuple[Site, ...], int]] = set()
    for bound in range(LONGEST, 0, -1):
        scales = sites(program, arithmetic, bound)
        for length in range(1, bound + 1):
            if (scales, length) in seen:
                continue
            seen.add((scales, length))
            question = Question(Claim(program, EXACT, arithmetic, bound), length)
            expected = broken(name, arithmetic, bound, length)
            assert answered(question) == expected, f"bound {bound}, length {length}"
            if length == SOLVED and bound == LONGEST:
                session = BACKENDS["z3"].open(question.script(), length, question.bits.circuit.code_width)
                assert session.check() is any(expected), f"bound {bound}, length {length}"
    assert {length for _, length in seen} == set(range(1, LONGEST + 1))
