"""Random lists of terms, from a seed: every operation, on arguments that programs rarely put together."""

from __future__ import annotations

import itertools
import random

from gmpy2 import mpq
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import MODES, Mode, Overflow, Rounding, fixed_point, floating, power, quantized
from logbits.encode.term.terms import Term, Terms
from support.means import NEAREST, UPWARD, rule

NUMBERS = tuple(map(mpq, ("-3", "-2", "-1", "-1/2", "1/3", "1/2", "3/4", "1", "1", "2", "5/2", "3")))
OVERFLOWS: tuple[Overflow, ...] = ("saturate", "wrap")


def words(terms: Terms) -> list[tuple[int, ...]]:
    """Every word of the length."""
    return list(itertools.product(range(terms.alphabet), repeat=terms.length))


def count_of(terms: Terms) -> Term:
    """The number of ones."""
    return terms.affine(ZERO, [(ONE, terms.symbol(i, 1)) for i in range(1, terms.length + 1)])


def random_scores(rng: random.Random, terms: Terms, count: int) -> list[Term]:
    """Sums over two of the first four positions each: few values, and often equal."""
    scores: list[Term] = []
    for _ in range(count):
        places = rng.sample(range(1, 5), 2)
        parts = [(mpq(rng.randint(-2, 2), rng.choice((1, 1, 2))), terms.symbol(i, rng.randint(1, 2))) for i in places]
        scores.append(terms.affine(mpq(rng.randint(-1, 1)), parts))
    return scores


def random_rounding(rng: random.Random) -> Rounding:
    """A small format, or a grid without bounds."""
    mode: Mode = rng.choice(MODES)
    fraction = rng.randint(-1, 3)
    if rng.random() < 0.3:
        return Rounding(power(-fraction), None, None, mode)
    overflow: Overflow = rng.choice(OVERFLOWS)
    if rng.random() < 0.3 and overflow != "wrap":
        return floating(rng.randint(1, 4), rng.randint(2, 3), False, mode, overflow)
    if rng.random() < 0.15:
        return quantized(mpq(-rng.randint(0, 3), 2), mpq(rng.randint(0, 5), 3), mode, overflow)
    return fixed_point(rng.randint(1, 5), fraction, rng.random() < 0.7, mode, overflow)


def random_terms(rng: random.Random, size: int) -> tuple[Terms, list[Term], list[Term]]:
    """A list with `size` terms added, all of them and those that are truth values by their operation."""
    terms = Terms(rng.choice((2, 2, 3, 4)), rng.randint(1, 4))
    truths = [terms.symbol(i, a) for i in range(1, terms.length + 1) for a in range(terms.alphabet)]
    if rng.random() < 0.5:
        truths = truths[: rng.randint(1, 4)]
    found = list(truths)
    for _ in range(size):
        made, is_truth = _one(rng, terms, found, truths)
        found.append(made)
        if is_truth:
            truths.append(made)
    return terms, found, truths


def _affine(rng: random.Random, terms: Terms, found: list[Term]) -> Term:
    if rng.random() < 0.3:
        factor = rng.choice(NUMBERS)
        parts = [(factor, rng.choice(found)) for _ in range(rng.randint(2, 4))]
    else:
        parts = [(rng.choice(NUMBERS), rng.choice(found)) for _ in range(rng.randint(1, 3))]
    return terms.affine(rng.choice((ZERO, *NUMBERS)), parts)


def _one(rng: random.Random, terms: Terms, found: list[Term], truths: list[Term]) -> tuple[Term, bool]:
    kind = rng.choice(("affine", "affine", "compare", "compare", "and", "or", "round", "round", "max", "mul", "table"))
    kind = rng.choice((kind, kind, kind, kind, "attend"))
    match kind:
        case "affine":
            return _affine(rng, terms, found), False
        case "compare":
            return terms.add("compare", (_affine(rng, terms, found),), rng.choice((">", ">=", "="))), True
        case "and":
            chosen = rng.choices(truths, k=rng.randint(2, 3))
            return terms.add("and", [t if rng.random() < 0.7 else terms.negate(t) for t in chosen]), True
        case "or":
            chosen = [terms.negate(t) for t in rng.choices(truths, k=rng.randint(2, 3))]
            return terms.negate(terms.add("and", chosen)), True
        case "round":
            return terms.add("round", (rng.choice((rng.choice(found), _affine(rng, terms, found))),), _rounding(rng)), (
                False
            )
        case "max":
            return terms.add("max", [rng.choice(found) for _ in range(rng.randint(2, 3))]), False
        case "mul":
            return terms.add("mul", (rng.choice(found), rng.choice(found))), False
        case "table":
            keys = sorted(rng.sample([mpq(k, 2) for k in range(-4, 7)], 4))
            rows = tuple(((key,), rng.choice((ZERO, *NUMBERS))) for key in keys)
            return terms.add("table", (rng.choice(found),), rows), False
        case _:
            count = rng.randint(1, 4)
            arguments = [rng.choice(found) for _ in range(2 * count)]
            guard = rng.choice((None, None, 0, 1, 3, UPWARD, NEAREST))
            return terms.add("attend", arguments, (rng.choice(("saturated", "hard", "rightmost")), rule(guard))), False


def _rounding(rng: random.Random) -> Rounding:
    return random_rounding(rng)


def as_truth(terms: Terms, term: Term) -> Term:
    """[term > 1/2]: a truth value that reads the term."""
    return terms.add("compare", (terms.affine(mpq(-1, 2), [(ONE, term)]),), ">")
