"""Which points a key can have, and between which ends a mean lies: what is claimed is made again from what is known.

domain   one term: its domain
counts   two sums of symbols, the second with all symbols of the first: the first count, and a greater one, in the
domains of the first sum, of their difference and of the second sum
one of   one term of which a head, that selects one position, is a multiple but for a constant: what follows from the
domains of the head's values
mean     the sum and the number of a mean with known ends low and high: all of their domains with low·k <= S <= high·k

each     S = Σ [j chosen]·v_j and k = Σ [j chosen], all v_j in [low, high]: k times as much is between
some     k >= 1, low <= 0 <= high, S in [low, high]: as S <= high <= high·k
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq

from ...encode.number.rational import ONE, ZERO
from ...encode.term.terms import Term
from .columns import Point
from .known import LIMIT, Known
from .refused import Refused


def points_of(c: Known, kind: str, key: tuple[Term, ...], head: tuple[Term, ...], ends: Sequence[mpq]) -> list[Point]:
    """The points of a key, ascending.

    Raises:
        Refused: where these are not known to be all, or are too many.
    """
    points = list(_points(c, kind, key, head, ends))
    if not 0 < len(points) <= LIMIT:
        raise Refused("a key of too many points, or none")
    return points


def _points(c: Known, kind: str, key: tuple[Term, ...], head: tuple[Term, ...], ends: Sequence[mpq]) -> Iterable[Point]:
    match kind, key, head, ends:
        case "domain", (term,), (), ():
            return [(value,) for value in _domain(c, term)]
        case "counts", (inner, outer), (), ():
            a, b = (_symbols(c, term) for term in key)
            if not a < b:
                raise Refused("counts of which one does not include the other")
            between = c.affine(ZERO, *((ONE, symbol) for symbol in sorted(b - a)))
            both = set(_domain(c, outer))
            pairs = [(x, x + more) for x in _domain(c, inner) for more in _domain(c, between)]
            return sorted(pair for pair in pairs if pair[1] in both)
        case "one of", (term,), (whole,), ():
            if whole not in c.among:
                raise Refused("a term that is not one of others")
            shift, bases = c.terms.split(whole)
            own_shift, own = c.terms.split(term)
            factor = bases[0][0] / own[0][0]
            if c.affine(shift - factor * own_shift, (factor, term)) != whole:
                raise Refused("a term that is no multiple")
            values = {value for each in c.among[whole] for value in _domain(c, each)}
            return [((value - shift) / factor + own_shift,) for value in sorted(values, reverse=factor < 0)]
        case "mean", (total, count), (), (low, high):
            if (total, count, low, high) not in c.facts.promised:
                raise Refused("a mean of which no interval is known")
            return [(s, k) for s in _domain(c, total) for k in _domain(c, count) if low * k <= s <= high * k]
        case _:
            raise Refused("a key covered in no known way")


def require_bounded(
    c: Known, kind: str, total: Term, count: Term, ends: tuple[mpq, mpq], parts: tuple[Term, ...]
) -> None:
    """Checks that low·k <= S <= high·k on every word.

    Raises:
        Refused: where that does not follow.
    """
    low, high = ends
    half = len(parts) // 2
    if kind == "each" and parts and len(parts) == 2 * half:
        chosen, values = parts[:half], parts[half:]
        products = [c.same("mul", (c.truth(truth), value)) for truth, value in zip(chosen, values, strict=True)]
        within = all(low <= least and most <= high for least, most in map(c.facts.interval, values))
        counted = c.affine(ZERO, *((ONE, truth) for truth in chosen)) == count
        if within and counted and c.affine(ZERO, *((ONE, each) for each in products)) == total:
            return
    if kind == "some":
        least, most = c.facts.interval(total)
        counted = c.affine(ZERO, *((ONE, truth) for truth in c.row(parts))) if parts else count
        some = counted == count and (bool(parts) or (c.facts.interval(count)[0] >= 1 and c.facts.step(count) == 1))
        if some and low <= 0 <= high and low <= least and most <= high:
            return
    raise Refused("an interval of a mean that does not follow")


def _domain(c: Known, term: Term) -> list[mpq]:
    found = c.facts.domain(term, LIMIT)
    if found is None:
        raise Refused("a term of too many values")
    return found


def _symbols(c: Known, term: Term) -> set[Term]:
    const, bases = c.terms.split(term)
    if const != 0 or any(weight != 1 or c.terms.ops[base] != "symbol" for weight, base in bases):
        raise Refused("a term that is no count of symbols")
    return {base for _, base in bases}
