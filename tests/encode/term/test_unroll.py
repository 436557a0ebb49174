"""A program at one length, as terms: failures on the way, and programs that are deep."""

from __future__ import annotations

import itertools

from gmpy2 import mpq
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.arithmetic.twin import twin
from logbits.encode.claim.claim import Claim
from logbits.encode.model.build import Builder
from logbits.encode.program.position import constant
from logbits.encode.program.program import Accept, Attend, Embed, Form, Program
from logbits.encode.term.terms import Terms, evaluate_all
from logbits.encode.term.unroll import Unrolled
from logbits.verify.reference.pair import Pair

ONE, ZERO = mpq(1), mpq(0)


def test_a_partial_sum_that_overflows_is_a_failure_though_the_whole_sum_fits() -> None:
    t = Builder("walk", "ab")
    program = t.accept(t.uniform(t.embed({"a": 1, "b": -1})))
    claim = Claim(program, EXACT, parse("fixed(3, 0) iterative error"), 8)
    terms, pair, passing = Terms(2, 8), Pair(claim), 0
    failures = Unrolled(twin(program, claim.right, 8).program, terms).failures()
    for word in itertools.product((0, 1), repeat=8):
        failed = any(evaluate_all(terms, word, failures)[term] for term in failures)
        assert failed == (pair.run(pair.spell(word))[1].failure is not None), word
        passing += failed and -4 <= word.count(0) - word.count(1) <= 3
    assert passing > 10  # aaaabbbb


def test_depth_is_no_limit() -> None:
    """Thousands of heads on each other, and what the last one selects, without Python's own stack."""
    several = 3000
    heads = (Attend(k, None, "causal", "uniform") for k in range(several))
    embed = Embed((("a", constant(0)), ("b", constant(1))))
    names = tuple(f"x{k}" for k in range(several + 1))
    readout = Accept(Form(ZERO, ((ONE, several),)), "last")
    program = Program("deep", ("a", "b"), (embed, *heads), readout, names)
    terms = Terms(2, 2)
    [accepted] = Unrolled(program, terms).outcome()
    values = [evaluate_all(terms, word, [accepted])[accepted] for word in itertools.product((0, 1), repeat=2)]
    assert values == [0, 1, 1, 1]
