"""The questions of `naive` for CP-SAT, as one would write them: 0/1 variables for symbols, and integers for the rest.

A comparison is a Boolean that implies the inequality or its negation; a truncated quotient by a constant is two
inequalities, and only `most-frequent` and `induction` divide by a variable. Exact sides use whole numbers below 2^63,
the numbers of CP-SAT: means are compared by cross-multiplication, and there is no dip iff no depth is negative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import naive
from ortools.sat.python import cp_model  # pyright: ignore[reportMissingImports, reportUnknownVariableType]

Outcomes = tuple[list[Any], list[Any]]
"""Literals, whose types in ortools are no help here: the outcomes in low precision, and in exact arithmetic."""


class Integers:
    """What the models below are made of."""

    def __init__(self) -> None:
        self.cp: Any = cp_model.CpModel()  # pyright: ignore[reportUnknownMemberType]

    def whole(self, low: int, high: int) -> Any:  # noqa: ANN401
        return self.cp.new_int_var(low, high, "")

    def bit(self) -> Any:  # noqa: ANN401
        return self.cp.new_bool_var("")

    def least(self, value: Any, bound: Any) -> Any:  # noqa: ANN401
        """Whether value >= bound."""
        said = self.bit()
        self.cp.add(value >= bound).only_enforce_if(said)
        self.cp.add(value < bound).only_enforce_if(~said)
        return said

    def both(self, *bits: Any) -> Any:  # noqa: ANN401
        said = self.bit()
        self.cp.add_bool_and(*bits).only_enforce_if(said)
        self.cp.add_bool_or(*(~each for each in bits)).only_enforce_if(~said)
        return said

    def quotient(self, value: Any, divisor: int, high: int) -> Any:  # noqa: ANN401
        """Of a value from 0 to divisor · high + divisor - 1, rounded down."""
        said = self.whole(0, high)
        self.cp.add(said * divisor <= value)
        self.cp.add(value < said * divisor + divisor)
        return said

    def first_greatest(self, values: list[Any]) -> list[Any]:
        """Of three: whether it is the first, and whether it is the second."""
        a, b, c = values
        is_a = self.both(self.least(a, b), self.least(a, c))
        return [is_a, self.both(~is_a, self.least(b, c))]


def majority_affine(model: Integers, n: int, frac: int) -> Outcomes:
    ones = sum(model.bit() for _ in range(n))
    mean = model.quotient(ones * (1 << frac), n, 1 << frac)
    return [model.least(2 * mean, (1 << frac) + 1)], [model.least(2 * ones, n + 1)]


def dyck1_relu(model: Integers, n: int, frac: int) -> Outcomes:
    letters = [model.bit() for _ in range(n)]
    depth, dips, fine = 0, 0, []
    for position, letter in enumerate(letters, start=1):
        sign = model.whole(-position, position)
        model.cp.add(sign == depth + 2 * letter - 1)
        depth = sign
        below = model.whole(0, position)
        model.cp.add_max_equality(below, [0, -depth])
        fine.append(model.least(depth, 0))
        dips += model.quotient(below * (1 << frac), position, 1 << frac)
    size = model.whole(0, n)
    model.cp.add_abs_equality(size, depth)
    mean, dip = model.quotient(size * (1 << frac), n, 1 << frac), model.quotient(dips, n, 1 << frac)
    return [model.both(~model.least(mean, 1), ~model.least(dip, 1))], [model.both(~model.least(size, 1), *fine)]


def prefix_argmax(model: Integers, n: int, frac: int) -> Outcomes:
    prefixes: list[tuple[Any, int, Any]] = []
    ones = 0
    for position in range(1, n + 1):
        more = model.whole(0, position)
        model.cp.add(more == ones + model.bit())
        ones = more
        prefixes.append((ones, position, model.quotient(ones * (1 << frac), position, 1 << frac)))
    low = [model.both(*(model.least(mean, other) for _, _, other in prefixes)) for _, _, mean in prefixes]
    exact = [model.both(*(model.least(a * m, b * k) for b, m, _ in prefixes)) for a, k, _ in prefixes]
    return low, exact


def palindrome(model: Integers, n: int, frac: int) -> Outcomes:
    word = [model.bit() for _ in range(n)]
    mismatches = 0
    for place in range(n // 2):
        differs = model.bit()
        model.cp.add_bool_xor([word[place], word[n - 1 - place], ~differs])
        mismatches += 2 * differs
    mean = model.quotient(mismatches * (1 << frac), n, 1 << frac)
    return [~model.least(mean, 1)], [~model.least(mismatches, 1)]


def induction(model: Integers, n: int, bits: int) -> Outcomes:
    word, step = [model.bit() for _ in range(n)], naive.coarse(n, bits)
    low: list[Any] = []
    exact: list[Any] = []
    for end in range(1, n):
        matches: list[Any] = [0]
        for key in range(1, end):
            same = model.bit()
            model.cp.add_bool_xor([word[key - 1], word[end], same])
            matches.append(same)
        low.append(_more_selected_is_b(model, matches, word[:end], step, bits - 1))
        exact.append(_more_selected_is_b(model, matches, word[:end], 0, 0))
    return low, exact


def _more_selected_is_b(model: Integers, matches: list[Any], word: list[Any], step: int, frac: int) -> Any:  # noqa: ANN401
    """As in `naive`; scores are in units of 2^step."""
    end, square = len(word), (len(word) + 1) ** 2
    scores = [
        (key >> step) + match * ((square + key >> step) - (key >> step)) for key, match in enumerate(matches, start=1)
    ]
    greatest = model.whole(0, square + end >> step)
    model.cp.add_max_equality(greatest, scores)
    selected = [model.least(score, greatest) for score in scores]
    of_a = sum(model.both(chosen, ~letter) for chosen, letter in zip(selected, word, strict=True))
    of_b = sum(model.both(chosen, letter) for chosen, letter in zip(selected, word, strict=True))
    if not frac:
        return model.least(of_b, of_a + 1)
    many = model.whole(1, end)
    model.cp.add(many == of_a + of_b)
    means = [model.whole(0, 1 << frac) for _ in range(2)]
    for mean, some in zip(means, (of_b, of_a), strict=True):
        model.cp.add_division_equality(mean, some * (1 << frac), many)
    return model.least(means[0], means[1] + 1)


def most_frequent(model: Integers, n: int, frac: int) -> Outcomes:
    counts = [model.whole(0, n) for _ in range(3)]
    letters = [[model.bit() for _ in range(3)] for _ in range(n)]
    for letter in letters:
        model.cp.add_exactly_one(letter)
    for count, bits in zip(counts, zip(*letters, strict=True), strict=True):
        model.cp.add(count == sum(bits))
    means = [model.quotient(count * (1 << frac), n, 1 << frac) for count in counts]
    low: list[Any] = []
    for mean, count in zip(means, counts, strict=True):
        chosen = model.both(*(model.least(mean, other) for other in means))
        low.append(model.whole(0, n))
        model.cp.add_multiplication_equality(low[-1], [chosen, count])
    many = model.whole(1, n)
    model.cp.add(many == sum(low))
    shares = [model.whole(0, 1 << frac) for _ in low]
    for share, count in zip(shares, low, strict=True):
        model.cp.add_division_equality(share, count * (1 << frac), many)
    return model.first_greatest(shares), model.first_greatest(counts)


MODELS: dict[str, Callable[[Integers, int, int], Outcomes]] = {
    "majority-affine": majority_affine,
    "dyck1-relu": dyck1_relu,
    "prefix-argmax": prefix_argmax,
    "palindrome": palindrome,
    "induction": induction,
    "most-frequent": most_frequent,
}


def question(name: str, n: int, precision: int) -> Any:  # noqa: ANN401
    """A model that is feasible iff some word of length n has two different outcomes."""
    model = Integers()
    low, exact = MODELS[name](model, n, precision)
    different: list[Any] = []
    for a, b in zip(low, exact, strict=True):
        different.append(model.bit())
        model.cp.add_bool_xor([a, b, ~different[-1]])
    model.cp.add_bool_or(different)
    return model.cp
