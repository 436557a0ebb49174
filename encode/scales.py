"""Which rounding each site gets: rule `scales/1`, and the formats that need no rule.

Scales are defined, not optimised: a verdict about "8 bits" must mean the same to everybody, so nothing clever may enter
here. The rule is forward interval arithmetic on the rounded program, one operation at a time as the model wrote it (a
polynomial score monomial by monomial), no relation between operands, one interval per scalar feature joined over
symbols, positions and lengths up to N. Cleverness about ranges belongs to proofs (`logbits.bounds`).
"""

from __future__ import annotations

from functools import reduce

from gmpy2 import mpq

from . import position
from .arithmetic import Arithmetic, Dyadic, Fixed, FixedPoint, Quotient, Reciprocal
from .formats import Rounding, fitted, fixed_point
from .program import (
    Affine,
    Attend,
    Compare,
    Embed,
    Form,
    Max,
    Nearest,
    Op,
    Product,
    Program,
    Round,
    Score,
    Steps,
    Table,
    forms,
)
from .rational import ONE, ZERO, is_dyadic, nearest_integer, show

Interval = tuple[mpq, mpq]


def sites(program: Program, arithmetic: Arithmetic, bound: int) -> tuple[Rounding | None, ...]:
    """For each operation the rounding of its stored value, None where nothing is rounded.

    `bound` is N: scales are chosen once for all lengths up to it.

    Raises:
        ValueError: when a position expression is undefined somewhere, or no scale fits.
    """
    match arithmetic.format:
        case Fixed(bits):
            return _scales(program, arithmetic, bits, bound)
        case FixedPoint(bits, fraction, signed):
            same = fixed_point(bits, fraction, signed, arithmetic.rounding, arithmetic.overflow)
            return tuple(None if isinstance(op, Compare) else same for op in program.ops)
        case Dyadic() if isinstance(arithmetic.mean, Quotient) and arithmetic.mean.bits is not None:
            grid = Rounding(arithmetic.mean.bits, None, None, arithmetic.rounding)
            return tuple(grid if is_mean(op) else None for op in program.ops)
        case _:
            return tuple(None for _ in program.ops)


def is_mean(op: Op) -> bool:
    """Whether the operation divides by a count: saturated and uniform attention do, hard attention does not."""
    return isinstance(op, Attend) and op.ties in ("saturated", "uniform")


def _scales(program: Program, arithmetic: Arithmetic, bits: int, bound: int) -> tuple[Rounding | None, ...]:
    declared = dict(program.ranges)
    intervals: list[Interval] = []
    roundings: list[Rounding | None] = []
    for index, op in enumerate(program.ops):
        low, high = declared.get(index) or _interval(program, op, intervals, arithmetic, bound)
        if isinstance(op, Compare):
            roundings.append(None)
        else:
            rounding = fitted(bits, low, high, arithmetic.rounding, arithmetic.overflow)
            roundings.append(rounding)
            low, high = rounding.apply(low), rounding.apply(high)
        intervals.append((low, high))
    return tuple(roundings)


def _interval(program: Program, op: Op, intervals: list[Interval], arithmetic: Arithmetic, bound: int) -> Interval:
    match op:
        case Embed(table):
            values = [v for symbol, e in table for v in embedding_values(e, symbol, bound)]
            return min(values), max(values)
        case Affine(form):
            return _of_form(form, intervals)
        case Product(left, right):
            return multiply(intervals[left], intervals[right])
        case Max(several):
            each = [_of_form(form, intervals) for form in several]
            return max(low for low, _ in each), max(high for _, high in each)
        case Compare():
            return ZERO, ONE
        case Nearest(form):
            low, high = _of_form(form, intervals)
            return nearest_integer(low), nearest_integer(high)
        case Table(_, entries):
            return min(v for _, v in entries), max(v for _, v in entries)
        case Steps(_, base, jumps):
            values = [base, *(v for _, v in jumps)]
            return min(values), max(values)
        case Score(monomials):
            low = high = ZERO
            for monomial in monomials:
                factors = [intervals[f] for f in monomial.queries + monomial.keys]
                below, above = reduce(multiply, factors, (monomial.coefficient, monomial.coefficient))
                low, high = low + below, high + above
            return low, high
        case Attend(value):
            low, high = intervals[value]
            if op.mask == "strict" or (is_mean(op) and isinstance(arithmetic.mean, Reciprocal)):
                low, high = min(low, ZERO), max(high, ZERO)
            return low, high
        case Round():
            raise ValueError("scales are chosen before roundings are put in")


def embedding_values(expression: position.Position, symbol: str, bound: int) -> list[mpq]:
    """All values that an embedding's expression takes where `symbol` can stand, over lengths 1..bound."""
    if expression.op == "const":
        return [expression.value]
    lengths = range(1, bound + 1)
    if symbol == "EOS":
        places = [(n + 1, n) for n in lengths]
    elif position.reads(expression, "n"):
        places = [(i, n) for n in lengths for i in ((0,) if symbol == "BOS" else range(1, n + 1))]
    else:
        places = [(0, bound)] if symbol == "BOS" else [(i, bound) for i in lengths]
    return [position.evaluate(expression, i, n) for i, n in places]


def multiply(a: Interval, b: Interval) -> Interval:
    """The interval of products of independent operands."""
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _of_form(form: Form, intervals: list[Interval]) -> Interval:
    low = high = form.const
    for coefficient, feature in form.terms:
        below, above = multiply((coefficient, coefficient), intervals[feature])
        low, high = low + below, high + above
    return low, high


def undyadic(program: Program, bound: int) -> tuple[str, ...]:
    """What lies outside F and therefore stays exact under `dyadic`: to be reported with the verdict."""
    found: list[str] = []
    for op, name in zip(program.ops, program.names, strict=True):
        outside = [v for v in _parameters(op, bound) if not is_dyadic(v)]
        if outside:
            found.append(f"{show(outside[0])} in {name} is not dyadic and stays exact")
    outside = [v for form in forms(program.readout) for v in _numbers(form) if not is_dyadic(v)]
    if outside:
        found.append(f"{show(outside[0])} in the readout is not dyadic and stays exact")
    return tuple(dict.fromkeys(found))


def _parameters(op: Op, bound: int) -> list[mpq]:
    match op:
        case Embed(table):
            return [v for symbol, e in table for v in embedding_values(e, symbol, bound)]
        case Affine(form) | Compare(form) | Nearest(form):
            return _numbers(form)
        case Max(several):
            return [v for form in several for v in _numbers(form)]
        case Table(form, entries):
            return _numbers(form) + [v for entry in entries for v in entry]
        case Steps(form, base, jumps):
            return [*_numbers(form), base, *(v for jump in jumps for v in jump)]
        case Score(monomials):
            return [m.coefficient for m in monomials]
        case _:
            return []


def _numbers(form: Form) -> list[mpq]:
    return [form.const, *(c for c, _ in form.terms)]
