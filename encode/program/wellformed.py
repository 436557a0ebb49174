"""Whether a program is well-formed: what the types of its fields do not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import position
from .operation import forms, operands, pairwise
from .position import Position
from .program import (
    BOS,
    EOS,
    MASKS,
    TIES,
    Accept,
    Attend,
    Attended,
    Compare,
    Embed,
    Max,
    Op,
    Outputs,
    Program,
    ProgramError,
    Round,
    Steps,
    Table,
)


def validate(program: Program) -> Program:
    """`program` itself, if it is well-formed.

    Raises:
        ProgramError: naming the first fault.
    """
    for fault in faults(program):
        raise ProgramError(f"{program.name if program.name.isprintable() else 'the program'}: {fault}")
    return program


def faults(program: Program) -> Iterator[str]:
    """Everything because of which the program is not well-formed, each with the operation where it is."""
    alphabet, names, ops = program.alphabet, program.names, program.ops
    labels = program.readout.labels if isinstance(program.readout, Outputs) else ()
    well_named = len(names) == len(ops)
    yield from _complaints(
        (bool(alphabet), "the alphabet is empty"),
        (len(set(alphabet)) == len(alphabet), "a symbol occurs twice in the alphabet"),
        (not {BOS, EOS} & set(alphabet), f"{BOS} and {EOS} cannot be symbols of words"),
        (all(alphabet), "a symbol of the alphabet is the empty string"),
        (well_named, "every operation needs a name"),
        (program.max_length is None or program.max_length >= 1, "max_length must be at least 1"),
    )
    for text in (program.name, *names, *alphabet, *labels, program.formula, program.source):
        if not text.isprintable():
            yield f"the name {text[:40]!r} has characters that cannot be printed"
    scores = pairwise(ops)
    for index, op in enumerate(ops):
        here = f"operation {index} ({names[index]})" if well_named else f"operation {index}"
        if all(0 <= arg < index for arg in operands(op)):
            yield from (f"{here}{fault}" for fault in _faults_of(op, program, scores))
        else:
            yield f"{here} reads a feature that does not come before it"
    yield from _faults_of_readout(program, scores)
    for index, (low, high) in program.ranges:
        if not 0 <= index < len(ops):
            yield "a range is declared for an operation that does not exist"
            continue
        for end in (low, high):
            if isinstance(end, Position) and position.reads(end, "i"):
                yield f"a range is declared to depend on i: {end}"
        if not isinstance(low, Position) and not isinstance(high, Position) and low > high:
            yield f"the range declared for {names[index] if well_named else index} is empty"


def _complaints(*rules: tuple[bool, str]) -> Iterator[str]:
    return (message for holds, message in rules if not holds)


def _faults_of(op: Op, program: Program, pairs: Sequence[bool]) -> Iterator[str]:
    """What is wrong with an operation whose operands come before it."""
    scores: set[int | None] = {op.score} if isinstance(op, Attend) else {op.arg} if isinstance(op, Round) else set()
    if any(arg not in scores and pairs[arg] for arg in operands(op)):
        yield " reads a score as a feature"
    match op:
        case Embed(table):
            given = sorted(symbol for symbol, _ in table)
            yield from _complaints((given == sorted(program.symbols()), " must give a value for each symbol, once"))
        case Attend():
            uniform = op.score is None
            yield from _complaints(
                (op.mask in MASKS, f": unknown mask {op.mask!r}"),
                (op.ties in TIES, f": unknown tie rule {op.ties!r}"),
                (uniform == (op.ties == "uniform"), ": uniform attention, and only it, has no score"),
                (op.score is None or pairs[op.score], ": its score is not a score"),
                (op.value != op.score or not pairs[op.value], " reads a score as a feature"),
            )
        case Compare(_, relation):
            yield from _complaints((relation in (">", ">=", "="), f": unknown relation {relation!r}"))
        case Max(several):
            yield from _complaints((bool(several), ": the maximum of nothing"))
        case Table(_, entries):
            keys = [key for key, _ in entries]
            once = bool(keys) and len(set(keys)) == len(keys)
            yield from _complaints((once, ": a table needs entries, each key once"))
        case Steps(_, _, jumps):
            cuts = [cut for cut, _ in jumps]
            ascending = bool(cuts) and cuts == sorted(set(cuts))
            yield from _complaints((ascending, ": a step function needs ascending thresholds"))
        case _:
            pass


def _faults_of_readout(program: Program, scores: Sequence[bool]) -> Iterator[str]:
    readout, ops = program.readout, program.ops
    read = [feature for form in forms(readout) for _, feature in form.terms]
    there = all(0 <= feature < len(ops) for feature in read)
    yield from _complaints(
        (there, "the readout reads a feature that does not exist"),
        (not there or not any(scores[k] for k in read), "the readout reads a score as a feature"),
    )
    match readout:
        case Accept(place=place) | Attended(place=place):
            yield from _complaints(
                (place in ("bos", "first", "last", "eos"), f"the readout is at an unknown place {place!r}"),
                (place != "bos" or program.bos, "the readout is at BOS, which the model does not have"),
                (place != "eos" or program.eos, "the readout is at EOS, which the model does not have"),
            )
        case Outputs(several, labels):
            yield from _complaints(
                (bool(several), "there is no output"),
                (len(labels) in (0, len(several)), "every class needs one label"),
                (bool(labels) or len(several) <= 1, "several outputs need labels"),
                (len(set(labels)) == len(labels), "a label occurs twice"),
            )
    if isinstance(readout, Attended):
        head = ops[readout.head] if 0 <= readout.head < len(ops) else None
        yield from _complaints((isinstance(head, Attend), "the readout names a head that does not exist"))
