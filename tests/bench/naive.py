"""What one would write without `logbits`: an SMT formula, or a loop over all words, for one length.

Each formula is a pair of lists of z3 truth values, the outcome in low precision and the exact one, over one Boolean per
symbol (`letters`): true is `1`, `(` or `b`; where there is a third symbol, c, it has Booleans of its own. Every
activation is a bit-vector wide enough never to overflow. Low precision is the truncated quotient with `frac` bits
behind the point, the arithmetic `dyadic quotient(frac)`; `induction` has the arithmetic `fixed(bits)`, which stores its
scores more coarsely than integers where bits are few. The exact side has its denominators cleared. What a person sees
is used: a mean of nonnegative numbers is 0 iff all are, and a score of positions alone picks a position that is known.
"""

from __future__ import annotations

from typing import Any

import z3

Outcomes = tuple[list[Any], list[Any]]
"""Truth values of z3, whose functions are not typed: those in low precision and those in exact arithmetic."""


def letters(n: int, name: str = "letter") -> list[z3.BoolRef]:
    return [z3.Bool(f"{name}{position}") for position in range(1, n + 1)]


def _choose(condition: Any, yes: int, no: int, width: int) -> Any:  # noqa: ANN401
    return z3.If(condition, z3.BitVecVal(yes, width), z3.BitVecVal(no, width))


def _all(bits: list[Any]) -> Any:  # noqa: ANN401
    return bits[0] if len(bits) == 1 else z3.And(bits)  # not `(and x)`, which is no SMT-LIB


def majority_affine(n: int, frac: int) -> Outcomes:
    """The mean of the ones against 1/2; exactly, twice the ones against n."""
    width = n.bit_length() + frac + 1
    ones = z3.BitVecVal(0, width)
    for letter in letters(n):
        ones += _choose(letter, 1, 0, width)
    mean = z3.UDiv(ones << frac, z3.BitVecVal(n, width))
    return [z3.UGT(mean << 1, z3.BitVecVal(1 << frac, width))], [z3.UGT(ones << 1, z3.BitVecVal(n, width))]


def dyck1_relu(n: int, frac: int) -> Outcomes:
    """A mean per prefix, and the mean of their negative parts; exactly, no depth is negative, and the last is 0."""
    width = n.bit_length() + frac + 2
    depth, dips = z3.BitVecVal(0, width), z3.BitVecVal(0, width)
    mean, fine = depth, list[z3.BoolRef]()
    for position, letter in enumerate(letters(n), start=1):
        depth += _choose(letter, 1, -1, width)
        mean = (depth << frac) / z3.BitVecVal(position, width)  # bvsdiv: toward zero
        dips += z3.If(mean < 0, -mean, z3.BitVecVal(0, width))
        fine.append(depth >= 0)
    return [z3.And(mean == 0, dips / z3.BitVecVal(n, width) == 0)], [z3.And(depth == 0, *fine)]


def prefix_argmax(n: int, frac: int) -> Outcomes:
    """For each prefix whether its mean is a greatest one; exactly, means are compared by cross-multiplication."""
    width = n.bit_length() + max(frac, n.bit_length()) + 1
    ones = z3.BitVecVal(0, width)
    prefixes: list[tuple[z3.BitVecRef, z3.BitVecRef, z3.BitVecRef]] = []
    for position, letter in enumerate(letters(n), start=1):
        ones += _choose(letter, 1, 0, width)
        length = z3.BitVecVal(position, width)
        prefixes.append((ones, length, z3.UDiv(ones << frac, length)))
    low = [_all([z3.UGE(mean, other) for _, _, other in prefixes]) for _, _, mean in prefixes]
    exact = [_all([z3.UGE(a * m, b * k) for b, m, _ in prefixes]) for a, k, _ in prefixes]
    return low, exact


def palindrome(n: int, frac: int) -> Outcomes:
    """The mean of the mismatches is 0; exactly, there is none."""
    width = n.bit_length() + frac
    word, mismatches = letters(n), z3.BitVecVal(0, width)
    for letter, mirrored in zip(word, word[::-1], strict=True):
        mismatches += _choose(letter != mirrored, 1, 0, width)
    return [z3.UDiv(mismatches << frac, z3.BitVecVal(n, width)) == 0], [mismatches == 0]


def coarse(n: int, bits: int) -> int:
    """The power of two to whose multiples `fixed(bits)` rounds scores of `induction`, which are up to 2n² + n."""
    return max(0, (2 * n * n + n).bit_length() - bits)


def induction(n: int, bits: int) -> Outcomes:
    """For each position whether more than half of what the greatest scores select is b."""
    word, step = letters(n), coarse(n, bits)
    low, exact = [z3.BoolVal(False)], [z3.BoolVal(False)]
    for end in range(1, n):  # the position end + 1 sees the first `end` ones
        matches: list[Any] = [z3.BoolVal(False), *(word[key - 1] == word[end] for key in range(1, end))]
        low.append(_more_selected_is_b(matches, word[:end], step, bits - 1))
        exact.append(_more_selected_is_b(matches, word[:end], 0, 0))
    return low, exact


def _more_selected_is_b(matches: list[Any], word: list[z3.BoolRef], step: int, frac: int) -> Any:  # noqa: ANN401
    """Scores are i² · match + j, down to multiples of 2^step; without `frac` sums are compared, else rounded means."""
    end = len(word)
    width = ((end + 1) ** 2 + end).bit_length()
    scores = [
        _choose(match, (end + 1) ** 2 + key >> step << step, key >> step << step, width)
        for key, match in enumerate(matches, start=1)
    ]
    greatest: Any = scores[0]
    for score in scores[1:]:
        greatest = z3.If(z3.UGE(score, greatest), score, greatest)
    width = end.bit_length() + frac
    of_a: Any = z3.BitVecVal(0, width)
    of_b: Any = z3.BitVecVal(0, width)
    for score, letter in zip(scores, word, strict=True):
        of_a += _choose(z3.And(score == greatest, z3.Not(letter)), 1, 0, width)
        of_b += _choose(z3.And(score == greatest, letter), 1, 0, width)
    if not frac:
        return z3.UGT(of_b, of_a)
    return z3.UGT(z3.UDiv(of_b << frac, of_a + of_b), z3.UDiv(of_a << frac, of_a + of_b))


def most_frequent(n: int, frac: int) -> Outcomes:
    """Whether the output is a, and whether it is b; a position's score is the mean of its symbol."""
    width = n.bit_length() + frac
    counts: list[Any] = [z3.BitVecVal(0, width)] * 3
    for b, other in zip(letters(n), letters(n, "other"), strict=True):
        c = z3.And(z3.Not(b), other)
        for index, symbol in enumerate((z3.Not(z3.Or(b, c)), b, c)):
            counts[index] += _choose(symbol, 1, 0, width)
    means = [z3.UDiv(count << frac, z3.BitVecVal(n, width)) for count in counts]
    zero = z3.BitVecVal(0, width)
    low: list[Any] = [
        z3.If(z3.And([z3.UGE(mean, other) for other in means]), c, zero) for mean, c in zip(means, counts, strict=True)
    ]
    shares = [z3.UDiv(count << frac, low[0] + low[1] + low[2]) for count in low]
    return _first_greatest(shares), _first_greatest(counts)


def _first_greatest(values: list[Any]) -> list[Any]:
    a, b, c = values
    is_a = z3.And(z3.UGE(a, b), z3.UGE(a, c))
    return [is_a, z3.And(z3.Not(is_a), z3.UGE(b, c))]


FORMULAS = {
    "majority-affine": majority_affine,
    "dyck1-relu": dyck1_relu,
    "prefix-argmax": prefix_argmax,
    "palindrome": palindrome,
    "induction": induction,
    "most-frequent": most_frequent,
}


def question(model: str, n: int, frac: int) -> z3.Solver:
    """A solver that is satisfiable iff some word of length n has two different outcomes."""
    solver = z3.SolverFor("QF_BV")
    low, exact = FORMULAS[model](n, frac)
    different = [a != b for a, b in zip(low, exact, strict=True)]
    solver.add(different[0] if len(different) == 1 else z3.Or(different))  # not `(or x)`, which is no SMT-LIB
    return solver
