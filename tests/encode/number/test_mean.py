"""Mean rules: each is what its definition says, and what is promised of weights holds for all counts tried."""

from __future__ import annotations

import pytest
from gmpy2 import mpq
from logbits.encode.number.mean import EXACT_MEAN, InvalidArithmeticError, Iterative, MeanRule, Quotient, Reciprocal
from logbits.encode.number.rounding import MODES, Mode

RULES: list[MeanRule] = [
    Quotient(),
    Quotient(3),
    Iterative(),
    Iterative("tree"),
    *(Reciprocal(t, m) for t in (0, 1, 4) for m in MODES),
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


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_what_is_promised_of_weights(rule: MeanRule) -> None:
    shares = [k * rule.weight(k) for k in COUNTS]
    assert all(0 < share <= rule.share(max(COUNTS)) for share in shares)
    assert rule.whole == all(share == 1 for share in shares)
    for k in COUNTS:
        for low in VALUES:
            for high in VALUES:
                below, above = rule.image(min(low, high), max(low, high), max(COUNTS))
                assert below <= rule.divide(low * k, k) <= above
    assert rule.division in (EXACT_MEAN, rule)
    assert [rule.division.weight(k) for k in COUNTS] == [rule.weight(k) for k in COUNTS]


@pytest.mark.parametrize("mode", ["up", "nearest", ""])
def test_there_are_no_other_modes(mode: Mode) -> None:
    with pytest.raises(InvalidArithmeticError, match="the mode of reciprocal must be one of toward-zero"):
        Reciprocal(3, mode)
