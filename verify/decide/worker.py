"""The child process in which questions are made: `python -m logbits.verify.decide.worker`.

Encoding takes seconds at large n, so it runs on as many cores as there are jobs, and can be killed like a solver.
Frames in are pickled `Asked` from our own parent process; frames out are pickled lists of `Reply`:
one for all lengths together, or one for each length up to the first that is not decided. Pickle is safe here and only
here: both ends are this package, and no file is ever read this way.
"""

from __future__ import annotations

import pickle

from ..question.workspace import Workspaces
from ..reference.pair import Pair
from ..solver.child import read_frame, settle, write_frame
from .answer import Asked, Reply, answer, answer_together


def main() -> None:
    """Answers until standard input ends."""
    source, out = settle()
    pair: Pair | None = None
    places = Workspaces()
    while (frame := read_frame(source)) is not None:
        request: Asked = pickle.loads(frame)
        claim, lengths = request.claim, request.lengths
        if pair is None or pair.claim != claim:
            pair = Pair(claim)
        replies: list[Reply] = []
        for length in (lengths.start,) if request.together else lengths:
            try:
                if request.together:
                    replies.append(answer_together(claim, pair, lengths))
                else:
                    replies.append(answer(claim, pair, length, places, every_word=request.every_word))
            except (MemoryError, SystemError):  # how C libraries run out of memory: the parent sees a dead child
                raise
            except Exception as error:  # an error of ours, whatever it is, must reach the user as one
                replies.append(Reply(error=f"{type(error).__name__}: {error}"))
                places = Workspaces()  # one that an error left half made would ask other questions
            if replies[-1].evidence is None:
                break  # what follows may not be wanted any more
        write_frame(out, pickle.dumps(replies))


if __name__ == "__main__":
    main()
