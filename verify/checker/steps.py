"""The statements of rules: for each, what must be the case for an operation to equal what a step says.

A check looks up what was accepted before (`Known.same`, `row`, ...), so that premises are looked for, not believed. The
name of the rule says which check is made; each is written from the rule's statement in `bounds/reduce`, in the plainest
way. `table` is the one check for all that is evaluated: at each point of a key, which cover; `itself` that for what
stays as it is.

A comparison is looked up with its relation: what holds of [x >= 0] need not hold of [x > 0].
"""

from __future__ import annotations

from collections.abc import Callable

from . import attention, comparisons, logic, numbers, step
from .known import Known
from .refused import Refused
from .step import Step

Check = Callable[[Known, Step], bool]
EVERY: dict[str, Check] = {"table": step.table, "itself": step.itself}
CHECKS: dict[tuple[str, str], Check] = {
    ("and", "flat"): logic.flat,
    ("and", "merge"): logic.merge,
    ("and", "absorb"): logic.absorb,
    ("xor", "same"): logic.same,
    ("xor", "common factor"): logic.common_factor,
    ("xor", "either"): logic.either,
    ("compare >", "strict"): comparisons.strict,
    ("compare =", "equal"): comparisons.equal,
    ("compare >=", "sign"): comparisons.sign,
    ("compare >=", "through rounding"): comparisons.through_rounding,
    ("compare >=", "greatest"): comparisons.greatest,
    ("compare >=", "threshold"): comparisons.threshold,
    ("compare >=", "quotient"): comparisons.quotient,
    ("compare >=", "one set"): comparisons.one_set,
    ("compare >=", "all or nothing"): comparisons.all_or_nothing,
    ("compare >=", "on grid"): comparisons.on_grid,
    ("ge", "table"): comparisons.two_counts,
    ("ge", "difference"): comparisons.difference,
    ("mul", "truths"): numbers.truths,
    ("mul", "expanded"): numbers.expanded,
    ("mean", "weight"): numbers.weight,
    ("mean", "cases"): numbers.cases,
    ("round", "fixed"): numbers.fixed,
    ("round", "cases of mean"): numbers.cases_of_mean,
    ("max", "lesser"): numbers.lesser,
    ("max", "truths"): numbers.truths,
    ("steps", "cuts"): numbers.cuts,
    ("table", "points"): numbers.points,
    ("maximal", "entry"): attention.entry,
    ("row", "alike"): attention.alike,
    ("row", "levels"): attention.levels,
    ("row", "pairs"): attention.pairs,
    ("row", "table"): attention.row_of_key,
    ("row", "rank"): attention.rank,
    ("row", "greatest"): attention.by_greatest,
    ("attend", "table at levels"): attention.table_at_levels,
    ("attend", "value at rank"): attention.value_at_rank,
    ("attend", "apart"): attention.apart,
    ("attend", "pointed"): attention.pointed,
    ("attend", "chosen"): attention.chosen,
}


def require(c: Known, s: Step) -> None:
    """Checks a step.

    Raises:
        Refused: unless it follows.
    """
    op = f"compare {s.payload}" if s.op == "compare" else s.op
    check = CHECKS.get((op, s.rule)) or (EVERY.get(s.rule) if s.op not in ("row", "ge") else None)
    if check is None:
        raise Refused(f"there is no rule {s.rule[:40]!r} for {op}")
    if not check(c, s):
        raise Refused(f"{s.op} does not equal that by the rule {s.rule}")
