"""What a question exercises, as words: to count, and to assert that nothing is left out."""

from __future__ import annotations

from collections.abc import Iterator

from logbits.encode.arithmetic.format import Exact, Fixed, FixedPoint, Int8
from logbits.encode.claim.claim import Claim
from logbits.encode.number.mean import Iterative
from logbits.encode.program.operation import layers
from logbits.encode.program.program import Accept, Attend, Attended, Program
from logbits.verify.decide.counting import counting
from support.random_parts import Way
from support.random_questions import Instance

EXPECTED = (
    *(f"mask {mask}" for mask in ("none", "causal", "strict")),
    *(f"ties {ties}" for ties in ("saturated", "hard", "rightmost", "uniform")),
    *(f"rounding {mode}" for mode in ("toward-zero", "floor", "ceil", "nearest-even", "nearest-away")),
    *(f"overflow {rule}" for rule in ("saturate", "wrap", "error")),
    *(f"mean {rule}" for rule in ("quotient", "reciprocal", "iterative")),
    *(f"order {order}" for order in ("left", "right", "tree", "blocks")),
    *(f"format {kind}" for kind in ("exact", "dyadic", "fixed(b)", "fixed(b, f)", "ufixed(b, f)")),
    *(f"format {kind}" for kind in ("float", "logfloat", "int8", "int8(s, z)")),
    *("scores of their own", "accumulators", "rounded parameters", "stored weights", "denominator"),
    *(f"layers {number}" for number in (1, 2, 3)),
    *("a layer of 2 heads", "two heads on one score", "causal program", "symmetric program", "length-aware"),
    *("BOS", "EOS", "declared range", "assumed language", "against exact", "against another arithmetic"),
    *(f"accept at {place}" for place in ("first", "last", "bos", "eos")),
    *("numbers", "classes", "selected set"),
    *(f"symbols {number}" for number in (1, 2, 3, 4)),
    *(f"length {number}" for number in range(1, 7)),
    *(f"op {kind}" for kind in ("Affine", "Attend", "Compare", "Embed", "Max", "Nearest", "Product", "Score", "Steps")),
    *("op Table", "counts", "thresholds"),
)
"""What random questions are to exercise."""


def way(made: Instance) -> Way:
    """How the right side is computed."""
    arithmetic = made.right
    shape = arithmetic.format
    kind = type(shape).__name__.lower()
    match shape:
        case Fixed():
            kind = "fixed(b)"
        case FixedPoint(signed=signed):
            kind = "fixed(b, f)" if signed else "ufixed(b, f)"
        case Int8(scale=scale) if scale is not None:
            kind = "int8(s, z)"
        case _:
            pass
    return kind, type(arithmetic.mean).__name__.lower(), arithmetic.rounding, arithmetic.overflow


def features(made: Instance) -> set[str]:
    """Everything that a question exercises."""
    kind, mean, mode, overflow = way(made)
    found = {
        f"format {kind}",
        f"symbols {len(made.program.alphabet)}",
        f"length {made.length}",
        *_of_program(made.program),
    }
    if kind != "exact":
        found.add(f"mean {mean}")
        if isinstance(made.right.mean, Iterative):
            found.add(f"order {made.right.mean.order}")
    if kind != "exact" and (kind, mean) != ("dyadic", "reciprocal"):
        found.add(f"rounding {mode}")
    if kind not in ("exact", "dyadic"):
        found.add(f"overflow {overflow}")
    used = {"scores of their own": made.right.scores, "accumulators": made.right.accumulators}
    used |= {"rounded parameters": made.right.rounded_parameters}
    used |= {"stored weights": made.right.weights, "denominator": made.right.denominator}
    found.update(name for name, chosen in used.items() if chosen)
    found.add("against exact" if isinstance(made.left.format, Exact) else "against another arithmetic")
    if made.assume is not None:
        found.add("assumed language")
    counted = counting(Claim(made.program, made.left, made.right, made.bound, made.assume))
    if counted is not None:
        found.add("counts")
        if counted.monotone is not None:
            found.add("thresholds")
    return found


def _of_program(program: Program) -> Iterator[str]:
    heads = [op for op in program.ops if isinstance(op, Attend)]
    yield from (f"op {type(op).__name__}" for op in program.ops)
    yield from (f"mask {op.mask}" for op in heads)
    yield from (f"ties {op.ties}" for op in heads)
    yield f"layers {len(layers(program.ops))}"
    if max(layers(program.ops)) > 1:
        yield "a layer of 2 heads"
    scores = [op.score for op in heads if op.score is not None]
    if len(set(scores)) < len(scores):
        yield "two heads on one score"
    named = {"BOS": program.bos, "EOS": program.eos, "declared range": bool(program.ranges)}
    named |= {"causal program": program.causal, "symmetric program": program.symmetric}
    named |= {"length-aware": program.length_aware}
    yield from (name for name, holds in named.items() if holds)
    match program.readout:
        case Accept(place=place):
            yield f"accept at {place}"
        case Attended():
            yield "selected set"
        case outputs:
            yield "classes" if outputs.labels else "numbers"
