"""Small programs of which something is known: what they accept, or who has to decide them."""

from __future__ import annotations

from logbits.encode.model.build import Builder
from logbits.encode.program.position import i
from logbits.encode.program.program import Mask, Program


def pattern() -> Program:
    """Accepts one word of each length: b at every third position."""
    t = Builder("pattern", "ab")
    third = (i % 3).equals(0)
    return t.accept(t.uniform(t.embed({"a": third, "b": 1 - third})).equals(0))


def crowded() -> Program:
    """Accepts nothing: at most a sixth of all letters is a b in each third of the positions, but more than half is."""
    t = Builder("crowded", "ab")
    few = [t.uniform(t.embed({"b": (i % 3).equals(r)})) <= "1/6" for r in range(3)]
    return t.accept(t.both(*few, t.uniform(t.symbol("b")) > "1/2"))


def share(mask: Mask = "none") -> Program:
    """More than a third of the letters are b."""
    t = Builder("share", "ab")
    return t.accept(t.uniform(t.symbol("b"), mask) - "1/3")


def needs_solver() -> Program:
    """Two letters' counts compared under strict and causal means: no single key, so that a solver has to decide."""
    t = Builder("needs-solver", "abc")
    a, b = t.uniform(t.symbol("a"), "causal"), t.uniform(t.symbol("b"), "causal")
    return t.accept(t.uniform((a - b) > 0) - t.uniform((b - a) > 0))
