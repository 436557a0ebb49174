"""Random questions, every word of the length: every way to decide against enumeration by the reference run.

For each seed of `random_questions.instance`, and for each of its words:

- the raw terms (`Unrolled` over `Terms`) and the reduced terms (`Question`) have the outcome and the failures that the
  two reference runs have, and both roots are 1 exactly on the words that break the claim; for causal programs so has a
  `Question` that is made after other lengths in the same workspace;
- every term lies within its interval and on its step;
- the circuits of all lists have the values of their terms, by an evaluator of the tests;
- symmetric programs give the same on counts, and have the same first breaking word, as monotone ones by thresholds;
- programs that can be followed letter by letter have the same first breaking word by a sweep over prefixes;

and each solver, in this process, answers UNSAT or the first word that breaks the claim. For some of the seeds it agrees
with the circuit on the printed text of single words too, spare letter codes among them, and the obligation, as the
engine meets it, has evidence only where no word breaks the claim.

`LOGBITS_FUZZ=N` sets the number of seeds, 300 unless given, of which the first 40 are for the quick tests and the
others for the slow ones; `LOGBITS_FUZZ_FROM=S` sets the first seed. With `-s -n0` the numbers of programs and words
that were compared are printed at the end.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.differential import SEEDS, compare, compared
from support.marks import slow_after
from support.random_questions import instance

CHUNK = 20
CHUNKS = [SEEDS[start : start + CHUNK] for start in range(0, len(SEEDS), CHUNK)]
SOLVED = 10
"""Every so many seeds the solvers are asked about single words too."""


@pytest.fixture(scope="module", autouse=True)
def report() -> Iterator[None]:
    yield
    print(f"\n{'compared':22}{'programs':>10}{'words':>10}")
    for name in sorted({name for name, _ in compared}):
        print(f"{name:22}{compared[name, 'programs']:>10}{compared[name, 'words']:>10}")


@pytest.mark.slow
@pytest.mark.parametrize("seeds", slow_after(2, CHUNKS), ids=lambda seeds: f"{seeds.start}..{seeds.stop - 1}")
def test_encodings_agree_with_the_reference_on_every_word(seeds: range) -> None:
    for seed in seeds:
        made = instance(seed)
        try:
            compare(made, single=seed % SOLVED == 0)
        except Exception as error:
            claim = f"{made.right} against {made.left}, n = {made.length}, N = {made.bound}"
            advice = f"python tests/regressions.py {seed} makes a regression test of it"
            raise AssertionError(f"seed {seed} ({claim}): {error}\n{advice}\n{made.program}") from error
