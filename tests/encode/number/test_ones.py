"""Counts as a format holds them: what an addition after the other gives."""

from __future__ import annotations

import pytest
from gmpy2 import mpq
from logbits.encode.number.ones import Ones, ones
from logbits.encode.number.rounding import MODES, Mode, Rounding, fixed_point, floating


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("backward", [False, True])
def test_sums_of_ones(mode: Mode, *, backward: bool) -> None:
    """Whatever is asked first."""
    for rounding in (
        floating(2, 4, finite=False, mode=mode, overflow="error"),
        floating(1, 3, finite=False, mode=mode, overflow="saturate"),
        floating(2, 2, finite=False, mode=mode, overflow="error"),
        fixed_point(3, 0, False, mode, "error"),
        fixed_point(3, 1, True, mode, "saturate"),
    ):
        totals, failed, total = [mpq(0)], [False], mpq(0)
        for _ in range(40):
            failed.append(failed[-1] or rounding.overflows(total + 1))
            total = rounding.apply(total + 1)
            totals.append(total)
        made = Ones(rounding)
        counts = range(40, -1, -1) if backward else range(41)
        assert [(made.sum(k), made.overflow(k)) for k in counts] == [(totals[k], failed[k]) for k in counts]


def test_it_stays_where_an_addition_changes_nothing() -> None:
    """A count of a million is not worked out one by one."""
    half = floating(11, 5, finite=False, mode="nearest-even", overflow="error")
    assert ones(half).sum(1 << 80) == 2048
    assert not ones(half).overflow(1 << 80)
    assert ones(half) is ones(Rounding(half.unit, half.low, half.high, "nearest-even", "error", 11))
