"""Checks of steps about heads that stay heads: each condition, by a step that is wrong for want of it alone."""

from __future__ import annotations

from gmpy2 import mpq
from logbits.encode.number.mean import EXACT_MEAN, Division, Reciprocal
from logbits.encode.number.rational import ONE
from logbits.encode.term.terms import Term
from support.derivations import Told, says

UP = Reciprocal(0, "ceil")
DOWN = Reciprocal(1)


def head(c: Told, values: list[Term], scores: list[Term], rule: Division, ties: str = "hard") -> Term:
    made = c.terms.add("attend", (*values, *scores), (ties, rule))
    c.facts.interval(made)
    return made


def known() -> tuple[Told, list[Term], list[Term]]:
    c = Told(2, 4)
    symbols = [c.terms.symbol(place, 1) for place in range(1, 5)]
    return c, symbols[:3], symbols


def test_scores_that_are_apart() -> None:
    c, values, (w, x, y, z) = known()
    for rule, alone in ((EXACT_MEAN, True), (Reciprocal(0, "floor"), True)):
        assert (rule.weight(1) == 1) == alone
        for scores, apart in (
            ([c.affine(mpq(k), (mpq(3), s)) for k, s in enumerate((x, y, z))], True),
            ([c.affine(mpq(k), (mpq(3), x), (mpq(-6), s)) for k, s in enumerate((x, y, z))], True),
            ([c.affine(mpq(k), (mpq(2), s)) for k, s in enumerate((x, y, z))], False),
            ([c.affine(mpq(2 * k), (mpq(3 + (k == 1)), s)) for k, s in enumerate((x, y, z))], False),
            ([c.affine(mpq(0), (mpq(3), w)), c.affine(mpq(1), (mpq(3), x)), c.affine(mpq(3), (ONE, y))], False),
        ):
            args, payload = (*values, *scores), ("saturated", rule)
            right = head(c, values, scores, rule)
            assert says(c, "apart", "attend", args, right, payload=payload) == apart
            assert not says(c, "apart", "attend", args, head(c, values[::-1], scores, rule), payload=payload)
            assert not says(c, "apart", "attend", args, head(c, values, scores, rule, "rightmost"), payload=payload)
            assert not says(c, "apart", "attend", args, values[0], payload=payload)


class Halved(Reciprocal):
    """No rule of ours: one value is not its own mean."""

    def weight(self, count: int) -> mpq:
        return mpq(1, 2 * count)


def test_one_value_must_be_its_own_mean() -> None:
    c, values, (_, x, y, z) = known()
    rule = Halved(0)
    scores = [c.affine(mpq(k), (mpq(3), s)) for k, s in enumerate((x, y, z))]
    pointer = c.terms.add("max", (c.affine(ONE, (ONE, x), (ONE, y)), c.terms.one))
    there = [c.affine(mpq(-k * k), (mpq(2 * k), pointer)) for k in (1, 2, 3)]
    for name, several in (("apart", scores), ("pointed", there)):
        args = (*values, *several)
        assert says(c, name, "attend", args, head(c, values, several, EXACT_MEAN), payload=("saturated", EXACT_MEAN))
        assert not says(c, name, "attend", args, head(c, values, several, rule), payload=("saturated", rule))


def test_scores_that_a_pointer_decides() -> None:
    c, values, (_, x, y, _) = known()
    pointer = c.terms.add("max", (c.affine(ONE, (ONE, x), (ONE, y)), c.terms.one))
    other = c.terms.add("max", (c.affine(ONE, (ONE, x)), c.terms.one))
    for scores, one in (
        ([c.affine(mpq(-k * k), (mpq(2 * k), pointer)) for k in (1, 2, 3)], True),
        ([c.affine(mpq(-k * k), (mpq(2 * k), pointer)) for k in (1, 1, 3)], False),
        ([c.affine(mpq(-k * k - k), (mpq(2 * k), pointer)) for k in (1, 2, 3)], False),
        ([c.affine(mpq(-k * k), (mpq(2 * k), pointer if k < 3 else other)) for k in (1, 2, 3)], False),
    ):
        args, payload = (*values, *scores), ("saturated", EXACT_MEAN)
        assert says(c, "pointed", "attend", args, head(c, values, scores, EXACT_MEAN), payload=payload) == one
        wrong = head(c, values[::-1], scores, EXACT_MEAN)
        assert not says(c, "pointed", "attend", args, wrong, payload=payload)
