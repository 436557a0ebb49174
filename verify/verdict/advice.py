"""What to try where something stayed UNKNOWN: the limit that was reached, with a greater value, or fewer lengths.

`--n LO..HI` keeps the scales of HI, so that the lengths that are left can be asked about alone, and it is the same
question. Options are named as on the command line, or as the arguments of `verify`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SOLVERS = "z3,cadical,bitwuzla"


def advice(reason: str, first: int, last: int, decided: Sequence[int], *, python: bool = False) -> str:
    """What to try next after an UNKNOWN for this reason, where of the lengths first..last some are decided.

    Empty without a reason: then it was not finished, because somebody stopped it.
    """
    if not reason:
        return ""

    def option(name: str, value: int | str) -> str:
        return f"{name}={value!r}" if python else f"--{name} {value}"

    tries: list[str] = []
    seconds = re.search(r"time limit of ([0-9]+)[0-9.]* s", reason)
    memory = re.search(r"memory limit of ([0-9]+) MiB", reason)
    if seconds is not None:
        tries.append(f"more time, {option('timeout', max(60, 4 * int(seconds[1])))}")
    if memory is not None:
        tries.append(f"more memory, {option('memory', 2 * int(memory[1]))}")
    if memory is not None or "SIGKILL" in reason:
        tries.append(f"fewer processes at a time, {option('jobs', 1)}")
    if not tries and "not installed" not in reason:
        tries.append(f"other solvers, {option('solvers', _SOLVERS)}")
    left = sorted(set(range(first, last + 1)) - set(decided))
    if last > first and left:
        low = left[0] if decided else (first + last + 1) // 2
        lengths = f"n={last}, first={low}" if python else f"--n {low}..{last}"
        tries.append(f"{'the lengths that are left' if decided else 'fewer lengths'}, {lengths}, with the same scales")
    return "; ".join(tries)
