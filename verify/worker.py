"""The child process in which questions are made: `python -m logbits.verify.worker`.

Encoding takes seconds at large n, so it runs on as many cores as there are jobs, and can be killed like a solver.
Frames in are pickled (claim, length) from our own parent process; frames out are pickled `Reply`s. The word "pickle"
is safe here and only here: both ends are this package, and no file is ever read this way.
"""

from __future__ import annotations

import pickle
import time
from dataclasses import dataclass

from .child import read_frame, settle, write_frame
from .question import Claim, EncodingError, Pair, Question, sample, simulate
from .verdict import Evidence

SAMPLES = 8
"""The number of words on which each question is simulated, where not all words are few enough."""


@dataclass(frozen=True)
class Reply:
    """What became of a question.

    Decided: `evidence` is set. Open: `script` is set, `width` is that of a letter code, and `word` breaks the claim if
    simulation came across such a word. Wrong: `error` is set.
    """

    evidence: Evidence | None = None
    script: str = ""
    width: int = 0
    word: tuple[int, ...] | None = None
    error: str = ""
    seconds: float = 0.0


def answer(claim: Claim, pair: Pair, length: int) -> Reply:
    """Makes the question for one length, simulates it, and says what is left to a solver."""
    start = time.monotonic()
    question = Question(claim, length)
    try:
        word = simulate(question, pair, sample(len(claim.program.alphabet), length, SAMPLES))
    except EncodingError as error:
        return Reply(error=str(error), seconds=time.monotonic() - start)
    if question.decided():
        return Reply(evidence=question.evidence(), seconds=time.monotonic() - start)
    script, width = question.script(), question.bits.circuit.code_width
    return Reply(script=script, width=width, word=word, seconds=time.monotonic() - start)


def main() -> None:
    """Answers until standard input ends."""
    source, out = settle()
    pair: Pair | None = None
    while (frame := read_frame(source)) is not None:
        claim, length = pickle.loads(frame)
        if pair is None or pair.claim != claim:
            pair = Pair(claim)
        try:
            reply = answer(claim, pair, length)
        except MemoryError:
            raise
        except Exception as error:  # an error of ours, whatever it is, must reach the user as one
            reply = Reply(error=f"{type(error).__name__}: {error}")
        write_frame(out, pickle.dumps(reply))


if __name__ == "__main__":
    main()
