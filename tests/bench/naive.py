"""What one would write without `logbits`: an SMT formula, or a loop over all words, for one length.

Each formula is a pair of lists of z3 truth values, the outcome in low precision and the exact one, over one Boolean per
symbol (`letters`): true is `1` or `(`. Every activation is a bit-vector wide enough never to overflow. Low precision
is the truncated quotient with `frac` bits behind the point, the arithmetic `dyadic quotient(frac)`; the exact side has
its denominators cleared. The same two models are enumerated by numpy, with all words of the length in one array.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import z3

if TYPE_CHECKING:
    import numpy

Outcomes = tuple[list[Any], list[Any]]
"""Truth values of z3, whose functions are not typed: those in low precision and those in exact arithmetic."""


def letters(n: int) -> list[z3.BoolRef]:
    return [z3.Bool(f"letter{position}") for position in range(1, n + 1)]


def _choose(condition: z3.BoolRef, yes: int, no: int, width: int) -> Any:  # noqa: ANN401
    return z3.If(condition, z3.BitVecVal(yes, width), z3.BitVecVal(no, width))


def majority_affine(n: int, frac: int) -> Outcomes:
    """The mean of the ones against 1/2; exactly, twice the ones against n."""
    width = n.bit_length() + frac + 1
    ones = z3.BitVecVal(0, width)
    for letter in letters(n):
        ones += _choose(letter, 1, 0, width)
    mean = z3.UDiv(ones << frac, z3.BitVecVal(n, width))
    return [z3.UGT(mean << 1, z3.BitVecVal(1 << frac, width))], [z3.UGT(ones << 1, z3.BitVecVal(n, width))]


def dyck1_relu(n: int, frac: int) -> Outcomes:
    """A mean per prefix, and the mean of their negative parts; exactly, all over lcm(1..n)."""
    lcm = math.lcm(*range(1, n + 1))
    narrow, wide = n.bit_length() + frac + 2, n.bit_length() + lcm.bit_length() + 2
    depth, exact_depth = z3.BitVecVal(0, narrow), z3.BitVecVal(0, wide)
    dips, exact_dips = z3.BitVecVal(0, narrow), z3.BitVecVal(0, wide)
    mean, exact_mean = depth, exact_depth
    for position, letter in enumerate(letters(n), start=1):
        depth += _choose(letter, 1, -1, narrow)
        exact_depth += _choose(letter, 1, -1, wide)
        mean = (depth << frac) / z3.BitVecVal(position, narrow)  # bvsdiv: toward zero
        exact_mean = exact_depth * z3.BitVecVal(lcm // position, wide)
        dips += z3.If(mean < 0, -mean, z3.BitVecVal(0, narrow))
        exact_dips += z3.If(exact_mean < 0, -exact_mean, z3.BitVecVal(0, wide))
    low = z3.And(mean == 0, dips / z3.BitVecVal(n, narrow) == 0)
    return [low], [z3.And(exact_mean == 0, exact_dips == 0)]


def prefix_argmax(n: int, frac: int) -> Outcomes:
    """For each prefix whether its mean is a greatest one; exactly, means are compared by cross-multiplication."""
    width = n.bit_length() + max(frac, n.bit_length()) + 1
    ones = z3.BitVecVal(0, width)
    prefixes: list[tuple[z3.BitVecRef, z3.BitVecRef, z3.BitVecRef]] = []
    for position, letter in enumerate(letters(n), start=1):
        ones += _choose(letter, 1, 0, width)
        length = z3.BitVecVal(position, width)
        prefixes.append((ones, length, z3.UDiv(ones << frac, length)))
    low = [z3.And([z3.UGE(mean, other) for _, _, other in prefixes]) for _, _, mean in prefixes]
    exact = [z3.And([z3.UGE(a * m, b * k) for b, m, _ in prefixes]) for a, k, _ in prefixes]
    return low, exact


FORMULAS = {"majority-affine": majority_affine, "dyck1-relu": dyck1_relu, "prefix-argmax": prefix_argmax}


def question(model: str, n: int, frac: int) -> z3.Solver:
    """A solver that is satisfiable iff some word of length n has two different outcomes."""
    solver = z3.SolverFor("QF_BV")
    low, exact = FORMULAS[model](n, frac)
    different = [a != b for a, b in zip(low, exact, strict=True)]
    solver.add(different[0] if len(different) == 1 else z3.Or(different))  # not `(or x)`, which is no SMT-LIB
    return solver


def enumerate_majority_affine(n: int, frac: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Both decisions on all words: bit i of the index is the symbol at position i + 1."""
    import numpy

    words = numpy.arange(1 << n, dtype=numpy.int32)
    ones = numpy.bitwise_count(words).astype(numpy.int32)
    return ((ones << frac) // n) << 1 > (1 << frac), ones << 1 > n


def enumerate_dyck1_relu(n: int, frac: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Both decisions on all words, the exact one in 64 bits: enough as long as n · lcm(1..n) is below 2^63."""
    import numpy

    words = numpy.arange(1 << n, dtype=numpy.int32)
    lcm = math.lcm(*range(1, n + 1))
    depth = numpy.zeros(1 << n, dtype=numpy.int32)
    dips = numpy.zeros(1 << n, dtype=numpy.int32)
    exact_dips = numpy.zeros(1 << n, dtype=numpy.int64)
    for position in range(1, n + 1):
        depth += (((words >> (position - 1)) & 1) << 1) - 1
        below = numpy.maximum(-depth, 0)
        dips += (below << frac) // position  # the negative part of a quotient toward zero
        exact_dips += below.astype(numpy.int64) * (lcm // position)
    mean = (numpy.abs(depth) << frac) // n  # its sign does not matter here
    return (mean == 0) & (dips // n == 0), (depth == 0) & (exact_dips == 0)


ENUMERATIONS = {"majority-affine": enumerate_majority_affine, "dyck1-relu": enumerate_dyck1_relu}
