"""Mean rules: each is what its definition says, and what is promised of weights holds for all counts tried."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gmpy2 import mpq
from logbits.encode.number.mean import (
    EXACT_MEAN,
    HeadRule,
    InvalidArithmeticError,
    Iterative,
    MeanRule,
    Quotient,
    Reciprocal,
    Weights,
)
from logbits.encode.number.rounding import MODES, Mode, fixed_point, floating

RULES: list[MeanRule] = [
    Quotient(),
    Quotient(3),
    Iterative(),
    Iterative("tree"),
    *(Reciprocal(t, m) for t in (0, 1, 4) for m in MODES),
]
STORED = [floating(p, 4, finite=False, mode=m, overflow="saturate") for p in (1, 3) for m in MODES]
WEIGHTS = [
    *(Weights(each, None) for each in (*STORED, fixed_point(3, 2, signed=False, mode="ceil", overflow="saturate"))),
    *(Weights(None, each) for each in STORED),
    *(Weights(STORED[k], each, Iterative("tree")) for k, each in enumerate(STORED)),
]
COUNTS = range(1, 200)
VALUES = tuple(map(mpq, ("-2", "-1/3", "0", "1/2", "3")))


@pytest.mark.parametrize("guard", range(6))
@pytest.mark.parametrize("count", range(1, 40))
def test_reciprocals_are_the_greatest_below_on_their_grid(count: int, guard: int) -> None:
    grid = 2 ** (len(f"{count:b}") + guard)
    below = max(u for u in range(grid + 1) if mpq(u, grid) <= mpq(1, count))
    assert Reciprocal(guard).weight(count) == mpq(below, grid)
    assert Reciprocal(guard, "floor").weight(count) == mpq(below, grid)


@pytest.mark.parametrize("count", range(1, 40))
def test_other_modes_take_the_next_or_the_nearest_on_the_same_grid(count: int) -> None:
    grid, exact = 2 ** (len(f"{count:b}") + 2), mpq(1, count)
    above = min(mpq(u, grid) for u in range(grid + 1) if mpq(u, grid) >= exact)
    assert Reciprocal(2, "ceil").weight(count) == above
    distances = sorted(abs(mpq(u, grid) - exact) for u in range(grid + 1))
    for mode in ("nearest-even", "nearest-away"):
        assert abs(Reciprocal(2, mode).weight(count) - exact) == distances[0]
        assert distances[0] < distances[1]  # there is no tie, so that both modes are one


def test_the_papers_reciprocal_has_one_significant_bit() -> None:
    assert [Reciprocal(0).weight(k) for k in range(1, 10)] == [
        mpq(1, d) for d in (1, 2, 4, 4, 8, 8, 8, 8, 16)
    ]  # the greatest power of two below 1/k


def test_means() -> None:
    assert [rule.divide(mpq(5), 0) for rule in RULES] == [0] * len(RULES)
    assert EXACT_MEAN.divide(mpq(5), 3) == Iterative().divide(mpq(5), 3) == mpq(5, 3)
    assert Reciprocal(0).divide(mpq(-5), 3) == mpq(-5, 4)
    assert Reciprocal(2).divide(mpq(-5), 3) == mpq(-25, 16)
    assert Reciprocal(2, "ceil").divide(mpq(-5), 3) == mpq(-30, 16)


@pytest.mark.parametrize("rule", [*RULES, *WEIGHTS], ids=str)
def test_what_is_promised_of_weights(rule: HeadRule) -> None:
    shares = [k * rule.weight(k) for k in COUNTS]
    assert all(0 <= share <= rule.share(max(COUNTS)) for share in shares)
    assert min(shares) > 0 or isinstance(rule, Weights)
    assert rule.share(max(COUNTS)) == max(shares) or not isinstance(rule, Weights)
    assert rule.whole == all(share == 1 for share in shares)
    for k in COUNTS:
        for low in VALUES:
            for high in VALUES:
                below, above = rule.image(min(low, high), max(low, high), max(COUNTS))
                assert below <= rule.divide(low * k, k) <= above
    assert rule.division in (EXACT_MEAN, replace(rule, order=None) if isinstance(rule, Weights) else rule)
    assert [rule.division.weight(k) for k in COUNTS] == [rule.weight(k) for k in COUNTS]


def test_stored_weights() -> None:
    """By hand: 1/3 in two bits is 3/8 or 1/4, and two ones are too many for one bit before the point."""
    near = floating(2, 4, finite=False, mode="nearest-even", overflow="saturate")
    low = floating(2, 4, finite=False, mode="toward-zero", overflow="saturate")
    assert (Weights(near).weight(3), Weights(low).weight(3)) == (mpq(3, 8), mpq(1, 4))
    assert [Weights(None, near).weight(k) for k in (1, 2, 3, 4, 5, 99)] == [1, mpq(1, 2), mpq(1, 3), *[mpq(1, 4)] * 3]
    assert [Weights(near, near).weight(k) for k in (3, 99)] == [mpq(3, 8), mpq(1, 4)]
    one = fixed_point(1, 0, signed=False, mode="floor", overflow="error")
    assert [Weights(None, one).fails(k) for k in range(4)] == [False, False, True, True]
    assert Weights(None, one).may_fail
    assert not Weights(one).may_fail
    assert (Weights(one).before, Weights(None, one).before, Weights(one).weight(2)) == (True, False, 0)


@pytest.mark.parametrize("mode", ["up", "nearest", ""])
def test_there_are_no_other_modes(mode: Mode) -> None:
    with pytest.raises(InvalidArithmeticError, match="the mode of reciprocal must be one of toward-zero"):
        Reciprocal(3, mode)
