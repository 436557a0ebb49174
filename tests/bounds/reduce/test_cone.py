"""What a question rests on: steps with their premises, terms with what they are made of, and nothing twice."""

from __future__ import annotations

import random

import pytest
from logbits.bounds.reduce.cone import Cone
from logbits.bounds.reduce.derivation import Expr
from logbits.bounds.reduce.reduce import Reduced
from logbits.encode.term.terms import Term, Terms, reachable
from support.rule_terms import anything, programs, rows, sets

KINDS = [(made, seed) for made in (anything, sets, rows, programs) for seed in range(4)]


def cones(source: Terms, several: list[list[Term]]) -> tuple[Reduced, list[tuple[list[Expr], list[Term]]]]:
    """The cones of some roots, each after those before it."""
    reduced = Reduced(source.alphabet, source.length)
    reduced.add(source, [root for roots in several for root in roots])
    cone = Cone(reduced, source)
    return reduced, [cone.more(roots) for roots in several]


@pytest.mark.parametrize(("made", "seed"), KINDS)
def test_it_is_closed(made: object, seed: int) -> None:
    assert callable(made)
    source, roots = made(random.Random(f"cone {seed}"))
    reduced, [(steps, terms)] = cones(source, [roots])
    known = reduced.facts.steps
    numbers = [known[expr].number for expr in steps]
    assert numbers == sorted(set(numbers))
    assert terms == sorted(set(terms))
    for expr in steps:
        right = known[expr].offer.right
        assert set(known[expr].premises) <= set(steps)
        several = (*expr[1], *known[expr].offer.terms, *(right if isinstance(right, tuple) else (right,)))
        assert set(several) <= set(terms)
    assert set(reachable(reduced.terms, terms)) == set(terms)
    for term in reachable(source, roots):
        args = [reduced.of[arg] for arg in source.args[term]]
        expr = (
            None if source.ops[term] == "symbol" else reduced.facts.expr(source.ops[term], args, source.payloads[term])
        )
        assert expr is None or expr in steps


@pytest.mark.parametrize(("made", "seed"), KINDS)
def test_it_goes_on(made: object, seed: int) -> None:
    assert callable(made)
    source, roots = made(random.Random(f"cone {seed}"))
    _, [(steps, terms)] = cones(source, [roots])
    _, parts = cones(source, [[root] for root in roots])
    _, [_, nothing] = cones(source, [roots, roots])
    assert nothing == ([], [])
    assert sorted(term for _, several in parts for term in several) == terms
    together = [expr for several, _ in parts for expr in several]
    assert len(together) == len(set(together)) == len(steps)


def test_what_is_not_asked_is_not_in_it() -> None:
    source, roots = anything(random.Random("part"))
    reduced, [(few, _)] = cones(source, [roots[:1]])
    reduced.add(source, roots)
    assert len(few) < len(reduced.facts.steps)
