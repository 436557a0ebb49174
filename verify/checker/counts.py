"""Counts, checked: a claim about two symmetric programs holds on every word of a length.

Every word of a length is one of its sorted words in another order, and on symmetric programs (`symmetric.py` has the
premises, and looks at each) either run stores the same on both. So each sorted word is looked at. Where positions are
read, but the word is seen through counts (`positional.py`), what is stored depends on the position, and on the symbol
there, too: each that some word with these counts has is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations_with_replacement

from gmpy2 import mpq

from ...encode.claim.kind import Kind
from ...encode.number.rational import ZERO
from ...encode.program.program import Accept, Outputs, Program, Readout
from .ends import seen_from_the_end
from .positional import Positional, reads_positions
from .refused import Refused
from .symmetric import Symmetric


def check_counts(left: Program, right: Program, kind: Kind, length: int, tick: Callable[[], None]) -> int:
    """Checks a claim on every word of a length; the programs have their roundings in (`Claim.twins`).

    `tick` is called before each vector of counts, and may raise to stop. What is returned is their number.

    Raises:
        Refused: for programs that are not symmetric, are not over one alphabet or not read alike, for a claim about
            anything else than what is read, and with the first sorted word on which a run fails or the claim is broken.
    """
    require_alike(left, right)
    reading, margin = reading_of(kind)
    programs, number = [seen_from_the_end(side, length) for side in (left, right)], 0
    run = _positional(programs, length) if any(map(reads_positions, programs)) else _symmetric(programs, length)
    for word in combinations_with_replacement(left.alphabet, length):
        tick()
        number += 1
        counts = {symbol: word.count(symbol) for symbol in left.alphabet}
        try:
            ours, theirs = run(counts)
        except Refused as error:
            raise Refused(f"on {spelled(counts)}: {error}") from error
        for place, accumulators in ours.items():
            pairs = zip(reading(left.readout, accumulators), reading(right.readout, theirs[place]), strict=True)
            if any(abs(a - b) > margin for a, b in pairs):
                raise Refused(f"on {spelled(counts)}, read at {place}: the claim {kind} does not hold")
    return number


Both = Callable[[Mapping[str, int]], Sequence[Mapping[str, tuple[mpq, ...]]]]
"""What is read of two runs on words with these counts, by where it is."""


def _symmetric(programs: Sequence[Program], length: int) -> Both:
    sides = [Symmetric(program, length) for program in programs]
    return lambda counts: [side.read(side.run(counts)) for side in sides]


def _positional(programs: Sequence[Program], length: int) -> Both:
    sides = [Positional(program, length) for program in programs]

    def read(counts: Mapping[str, int]) -> Sequence[Mapping[str, tuple[mpq, ...]]]:
        several = (side.run(counts).read() for side in sides)
        return [{f"{symbol} at {i}" if i else symbol: v for (i, symbol), v in each.items()} for each in several]

    return read


def require_alike(left: Program, right: Program) -> None:
    """Checks that both programs have the same words, and are read at the same positions.

    Raises:
        Refused: where they are not, or a readout is neither a decision nor outputs.
    """
    if left.alphabet != right.alphabet:
        raise Refused(f"{left.name} and {right.name} are over different alphabets")
    match left.readout, right.readout:
        case Accept(place=here), Accept(place=there) if here == there:
            pass
        case Outputs(labels=here), Outputs(labels=there) if here == there:
            pass
        case _:
            raise Refused(f"{left.name} and {right.name} are not read alike")


Reading = Callable[[Readout, Sequence[mpq]], Sequence[mpq]]
"""What a claim compares of a readout with these accumulators."""


def reading_of(kind: Kind) -> tuple[Reading, mpq]:
    """What a claim compares, and how far apart it may be.

    Raises:
        Refused: for a kind of claims that is not understood.
    """
    match kind.name:
        case "decision" | "output" | "language" | "equivalent":
            return _outcome, ZERO
        case "exact":
            return _accumulators, ZERO
        case "error":
            return _accumulators, kind.margin
        case _:
            raise Refused(f"the claim {kind} is not about what counts decide")


def _accumulators(readout: Readout, numbers: Sequence[mpq]) -> Sequence[mpq]:
    return numbers


def _outcome(readout: Readout, numbers: Sequence[mpq]) -> Sequence[mpq]:
    """The decision as 0 or 1, the number of the first class with the greatest value, or the number that is output."""
    if isinstance(readout, Accept):
        return [mpq(numbers[0] > 0)]
    classes = isinstance(readout, Outputs) and readout.labels
    return [mpq(numbers.index(max(numbers)))] if classes else numbers


def spelled(counts: Mapping[str, int]) -> str:
    """The sorted word with these counts, with powers."""
    return " ".join(symbol if count == 1 else f"{symbol}^{count}" for symbol, count in counts.items() if count)
