"""Claims about symmetric programs: the cases that are symmetric, and random ones."""

from __future__ import annotations

import random

from logbits.cases.catalogue import CASES
from logbits.encode.claim.claim import Claim
from logbits.encode.number.mean import Iterative
from logbits.verify.reference.pair import Pair
from support.random_parts import random_arithmetic, random_left
from support.random_symmetric import symmetric_program

SYMMETRIC = [name for name, case in CASES.items() if case.program.symmetric]
"""The names of the cases that may be decided on counts."""

SEEDS = 150
CHUNKS = [range(start, start + 30) for start in range(0, SEEDS, 30)]


def random_claim(seed: int) -> Claim:
    """The question of a seed: a symmetric program and two arithmetics in which it has formats."""
    rng = random.Random(seed)
    while True:
        program = symmetric_program(rng, rng.choice((1, 2, 2, 2, 3, 3)))
        claim = Claim(program, random_left(rng), random_arithmetic(rng), 5 + rng.choice((0, 3)))
        try:
            Pair(claim)
        except ValueError as error:
            if not any(known in str(error) for known in ("one signed bit", "overflows")):
                raise
            continue
        if not any(isinstance(side.mean, Iterative) for side in (claim.left, claim.right)):
            return claim
