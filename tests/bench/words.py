"""How many words a second are run: trained weights, all words of a length, beside the reference run.

    python tests/bench/words.py [--n N] [--arithmetic A]

Both sides are asked in one process, one after the other, and their processor time counts: the reference run on some
words of each length, ours on all words. The command fails where they do not agree on these words. Nothing is asserted
about seconds.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from logbits.bounds.words.runs import Runs
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.encode.model.load import load
from logbits.verify.question.trials import sample
from logbits.verify.reference.pair import Pair
from support.paths import ROOT

MODEL = ROOT / "tests" / "support" / "trained" / "u12-trained.json"
SAMPLES = 8
"""The number of words of each length that the reference run is asked about."""


def main() -> int:
    """One row for each length."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--n", type=int, default=9, help="the greatest length")
    options.add_argument("--arithmetic", default="fp16 nearest-even")
    given = options.parse_args()
    program = load(MODEL)
    claim = Claim(program, EXACT, parse(given.arithmetic), program.max_length or given.n)
    runs, pair = Runs(claim), Pair(claim)
    print("| n | words | seconds | words a second | times the reference run | positions told apart | MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for length in range(1, given.n + 1):
        words = list(sample(len(program.alphabet), length, SAMPLES))
        begun = time.process_time()
        broken = [pair.breaks(pair.spell(word)) for word in words]
        slow = (time.process_time() - begun) / len(words)
        if broken != runs.breaking(words):
            print(f"the reference run disagrees at length {length}")
            return 1
        begun = time.process_time()
        found, _ = runs.first_break(length)
        seconds = time.process_time() - begun
        count, memory = len(program.alphabet) ** length, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        told = sum(level.count for level in runs.ladder.levels[:-1])
        rate, ratio = int(count / seconds), int(count * slow / seconds)
        print(f"| {length} | {count} | {seconds:.2f} | {rate} | {ratio} | {told} | {memory} |", flush=True)
        if found is not None:
            print(f"\n{' '.join(pair.spell(found))} breaks the claim")
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
